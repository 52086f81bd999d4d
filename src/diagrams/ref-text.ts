import type { Ref } from "../cluster/model";

/** Kinds whose name isn't their plural with a capital and without its s. */
const kinds: Readonly<Record<string, string>> = {
  replicasets: "ReplicaSet",
  statefulsets: "StatefulSet",
  daemonsets: "DaemonSet",
  cronjobs: "CronJob",
  configmaps: "ConfigMap",
  endpoints: "Endpoints",
  endpointslices: "EndpointSlice",
  ingresses: "Ingress",
  ingressclasses: "IngressClass",
  networkpolicies: "NetworkPolicy",
  persistentvolumes: "PersistentVolume",
  persistentvolumeclaims: "PersistentVolumeClaim",
  storageclasses: "StorageClass",
  priorityclasses: "PriorityClass",
  serviceaccounts: "ServiceAccount",
  clusterroles: "ClusterRole",
  rolebindings: "RoleBinding",
  clusterrolebindings: "ClusterRoleBinding",
  limitranges: "LimitRange",
  resourcequotas: "ResourceQuota",
  horizontalpodautoscalers: "HorizontalPodAutoscaler",
  poddisruptionbudgets: "PodDisruptionBudget",
};

/** The kind that a resource is of: "deployments.apps" → "Deployment". */
export function kindOf(resource: string): string {
  const plural = resource.split(".")[0] ?? resource;
  return kinds[plural] ?? plural.charAt(0).toUpperCase() + plural.slice(1).replace(/s$/, "");
}

/** The handle of a part: "Pod/default/web-1", "Node/node1", "Pod/default/web-1/container/nginx". */
export function refText(ref: Ref): string {
  return [kindOf(ref.resource), ...(ref.namespace === "" ? [] : [ref.namespace]), ref.name, ...(ref.part === undefined ? [] : [ref.part])].join("/");
}
