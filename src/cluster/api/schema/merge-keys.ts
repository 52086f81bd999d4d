import type { FieldFacts } from "./facts";

export type PatchStrategy = NonNullable<FieldFacts["patch"]>;

/**
 * How a strategic merge patch merges a field, as the API reference states it ("Patch strategy: merge on key `name`").
 * A bare name is the key of a merged list. A field without an entry is replaced as a whole if it is a list, and merged if it is an object.
 */
export const mergeKeys: Readonly<Record<string, Readonly<Record<string, string | PatchStrategy>>>> = {
  V1APIServiceStatus: { conditions: "type" },
  V1CSINodeSpec: { drivers: "name" },
  V1ComponentStatus: { conditions: "type" },
  V1Container: { env: "name", ports: "containerPort", volumeDevices: "devicePath", volumeMounts: "mountPath" },
  V1ContainerStatus: { allocatedResourcesStatus: "name", volumeMounts: "mountPath" },
  V1DaemonSetStatus: { conditions: "type" },
  V1DeploymentSpec: { strategy: { strategy: ["retainKeys"] } },
  V1DeploymentStatus: { conditions: "type" },
  V1EphemeralContainer: { env: "name", ports: "containerPort", volumeDevices: "devicePath", volumeMounts: "mountPath" },
  V1FlowSchemaStatus: { conditions: "type" },
  V1JobStatus: { conditions: "type" },
  V1MutatingWebhook: { matchConditions: "name" },
  V1MutatingWebhookConfiguration: { webhooks: "name" },
  V1NamespaceStatus: { conditions: "type" },
  V1NodeSpec: { podCIDRs: { strategy: ["merge"] } },
  V1NodeStatus: { addresses: "type", conditions: "type" },
  V1ObjectMeta: { finalizers: { strategy: ["merge"] }, ownerReferences: "uid" },
  V1PersistentVolumeClaimStatus: { conditions: "type" },
  V1PodDisruptionBudgetSpec: { selector: { strategy: ["replace"] } },
  V1PodDisruptionBudgetStatus: { conditions: "type" },
  V1PodSpec: {
    containers: "name",
    ephemeralContainers: "name",
    hostAliases: "ip",
    imagePullSecrets: "name",
    initContainers: "name",
    resourceClaims: { strategy: ["merge", "retainKeys"], key: "name" },
    schedulingGates: "name",
    topologySpreadConstraints: "topologyKey",
    volumes: { strategy: ["merge", "retainKeys"], key: "name" },
  },
  V1PodStatus: { conditions: "type", hostIPs: "ip", podIPs: "ip", resourceClaimStatuses: { strategy: ["merge", "retainKeys"], key: "name" } },
  V1PriorityLevelConfigurationStatus: { conditions: "type" },
  V1ReplicaSetStatus: { conditions: "type" },
  V1ReplicationControllerStatus: { conditions: "type" },
  V1ServiceAccount: { secrets: "name" },
  V1ServiceCIDRStatus: { conditions: "type" },
  V1ServiceSpec: { ports: "port" },
  V1ServiceStatus: { conditions: "type" },
  V1StatefulSetStatus: { conditions: "type" },
  V1ValidatingAdmissionPolicySpec: { matchConditions: "name", variables: "name" },
  V1ValidatingWebhook: { matchConditions: "name" },
  V1ValidatingWebhookConfiguration: { webhooks: "name" },
  V2HorizontalPodAutoscalerStatus: { conditions: "type" },
};
