import { describeCertificateRequest } from "./certificate-request";
import { describeConfigMap, describeSecret } from "./data";
import { describeDeployment } from "./deployment";
import { describeEndpoints, describeEndpointSlice, describeIngress, describeIngressClass, describeService } from "./network";
import { describeNetworkPolicy } from "./network-policy";
import { describeNode } from "./node";
import { describePod } from "./pod";
import { describeLimitRange, describeNamespace, describeQuota } from "./quota";
import { describeBinding, describeRole, describeServiceAccount } from "./rbac";
import { describeAddress, describePriorityClass, describeServiceCidr, describeStorageNode } from "./small";
import { describeClaim, describeStorageClass, describeVolume } from "./storage";
import { describeGeneric, type Describer } from "./text";
import { describeAutoscaler, describeCronJob, describeDaemonSet, describeDisruptionBudget, describeJob, describeReplicas, describeStatefulSet } from "./workloads";

/** The describers by kind; every other kind gets the generic one. */
const DESCRIBERS: Readonly<Record<string, Describer>> = {
  CertificateSigningRequest: describeCertificateRequest,
  ClusterRole: describeRole,
  ClusterRoleBinding: describeBinding,
  ConfigMap: describeConfigMap,
  CronJob: describeCronJob,
  CSINode: describeStorageNode,
  DaemonSet: describeDaemonSet,
  Deployment: describeDeployment,
  EndpointSlice: describeEndpointSlice,
  Endpoints: describeEndpoints,
  HorizontalPodAutoscaler: describeAutoscaler,
  Ingress: describeIngress,
  IngressClass: describeIngressClass,
  IPAddress: describeAddress,
  Job: describeJob,
  LimitRange: describeLimitRange,
  Namespace: describeNamespace,
  NetworkPolicy: describeNetworkPolicy,
  Node: describeNode,
  PersistentVolume: describeVolume,
  PersistentVolumeClaim: describeClaim,
  Pod: describePod,
  PodDisruptionBudget: describeDisruptionBudget,
  PriorityClass: describePriorityClass,
  ReplicaSet: describeReplicas,
  ReplicationController: describeReplicas,
  ResourceQuota: describeQuota,
  Role: describeRole,
  RoleBinding: describeBinding,
  Secret: describeSecret,
  Service: describeService,
  ServiceAccount: describeServiceAccount,
  ServiceCIDR: describeServiceCidr,
  StatefulSet: describeStatefulSet,
  StorageClass: describeStorageClass,
};

/** The describer of a kind. Custom resources may share a name with Kubernetes' own kinds, so the group decides. */
export function describerOf({ group, kind }: { readonly group: string; readonly kind: string }): Describer {
  return (!group.includes(".") || group.endsWith(".k8s.io") ? DESCRIBERS[kind] : undefined) ?? describeGeneric;
}
