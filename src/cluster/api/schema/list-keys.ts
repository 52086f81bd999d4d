/**
 * How server-side apply owns the items of a list: by key, or as a set of values. A list without an entry is owned as a whole.
 * The keys differ from those of a strategic merge: a Service's ports merge by port, and are owned by port and protocol.
 */
export const listKeys: Readonly<Record<string, Readonly<Record<string, "set" | readonly string[]>>>> = {
  V1APIServiceStatus: { conditions: ["type"] },
  V1CSIDriverSpec: { volumeLifecycleModes: "set" },
  V1CSINodeSpec: { drivers: ["name"] },
  V1CertificateSigningRequestStatus: { conditions: ["type"] },
  V1ComponentStatus: { conditions: ["type"] },
  V1Container: { env: ["name"], ports: ["containerPort", "protocol"], volumeDevices: ["devicePath"], volumeMounts: ["mountPath"] },
  V1ContainerStatus: { allocatedResourcesStatus: ["name"], volumeMounts: ["mountPath"] },
  V1CustomResourceDefinitionStatus: { conditions: ["type"] },
  V1DaemonSetStatus: { conditions: ["type"] },
  V1DeploymentStatus: { conditions: ["type"] },
  V1Endpoint: { addresses: "set" },
  V1EphemeralContainer: { env: ["name"], ports: ["containerPort", "protocol"], volumeDevices: ["devicePath"], volumeMounts: ["mountPath"] },
  V1FlowSchemaStatus: { conditions: ["type"] },
  V1JSONSchemaProps: { "x-kubernetes-validations": ["rule"] },
  V1MutatingWebhook: { matchConditions: ["name"] },
  V1MutatingWebhookConfiguration: { webhooks: ["name"] },
  V1NamespaceStatus: { conditions: ["type"] },
  V1NodeSpec: { podCIDRs: "set" },
  V1NodeStatus: { addresses: ["type"], conditions: ["type"] },
  V1NonResourcePolicyRule: { nonResourceURLs: "set", verbs: "set" },
  V1ObjectMeta: { finalizers: "set", ownerReferences: ["uid"] },
  V1PersistentVolumeClaimStatus: { conditions: ["type"] },
  V1PodDisruptionBudgetStatus: { conditions: ["type"] },
  V1PodFailurePolicyOnExitCodesRequirement: { values: "set" },
  V1PodSpec: {
    containers: ["name"],
    ephemeralContainers: ["name"],
    hostAliases: ["ip"],
    imagePullSecrets: ["name"],
    initContainers: ["name"],
    resourceClaims: ["name"],
    schedulingGates: ["name"],
    topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
    volumes: ["name"],
  },
  V1PodStatus: { conditions: ["type"], podIPs: ["ip"], resourceClaimStatuses: ["name"] },
  V1PriorityLevelConfigurationStatus: { conditions: ["type"] },
  V1ReplicaSetStatus: { conditions: ["type"] },
  V1ReplicationControllerStatus: { conditions: ["type"] },
  V1ResourcePolicyRule: { apiGroups: "set", namespaces: "set", resources: "set", verbs: "set" },
  V1ResourceRequirements: { claims: ["name"] },
  V1ResourceStatus: { resources: ["resourceID"] },
  V1ServiceAccount: { secrets: ["name"] },
  V1ServiceCIDRStatus: { conditions: ["type"] },
  V1ServiceSpec: { ports: ["port", "protocol"] },
  V1ServiceStatus: { conditions: ["type"] },
  V1StatefulSetStatus: { conditions: ["type"] },
  V1UncountedTerminatedPods: { failed: "set", succeeded: "set" },
  V1ValidatingAdmissionPolicyBindingSpec: { validationActions: "set" },
  V1ValidatingAdmissionPolicySpec: { matchConditions: ["name"], variables: ["name"] },
  V1ValidatingAdmissionPolicyStatus: { conditions: ["type"] },
  V1ValidatingWebhook: { matchConditions: ["name"] },
  V1ValidatingWebhookConfiguration: { webhooks: ["name"] },
  V2HorizontalPodAutoscalerStatus: { conditions: ["type"] },
};

/** Structs that server-side apply owns as a whole. */
export const atomicStructs: ReadonlySet<string> = new Set([
  "CoreV1EndpointPort", "DiscoveryV1EndpointPort", "RbacV1Subject", "V1ConfigMapKeySelector", "V1CrossVersionObjectReference", "V1EndpointAddress",
  "V1LabelSelector", "V1LocalObjectReference", "V1MatchResources", "V1NamedRuleWithOperations", "V1NodeSelector", "V1NodeSelectorTerm",
  "V1ObjectFieldSelector", "V1ObjectReference", "V1OwnerReference", "V1ParamKind", "V1ParamRef", "V1ResourceFieldSelector", "V1RoleRef",
  "V1ScopeSelector", "V1SecretKeySelector", "V1SecretReference", "V1ServiceBackendPort", "V1TopologySelectorTerm", "V1TypedLocalObjectReference",
  "V1Variable"
]);

/** A struct of those above that is owned field by field where it stands. */
export const granularFields: Readonly<Record<string, readonly string[]>> = { V1PersistentVolumeSpec: ["claimRef"] };

/** Maps owned as a whole where they stand. */
export const atomicFields: Readonly<Record<string, readonly string[]>> = {
  V1PersistentVolumeClaimStatus: ["allocatedResourceStatuses"],
  V1PodSpec: ["nodeSelector"],
  V1ReplicationControllerSpec: ["selector"],
  V1Scheduling: ["nodeSelector"],
  V1ServiceSpec: ["selector"],
};
