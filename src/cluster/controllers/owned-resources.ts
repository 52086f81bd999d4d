/** What may own or be owned, and where it is: the garbage collector and the namespace controller walk these. */
export interface KnownResource {
  readonly resource: string;
  readonly apiGroup: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

function known(resource: string, kind: string, namespaced = true): KnownResource {
  const dot = resource.indexOf(".");
  return { resource, kind, namespaced, apiGroup: dot < 0 ? "" : resource.slice(dot + 1) };
}

export const knownResources: readonly KnownResource[] = [
  known("pods", "Pod"), known("services", "Service"), known("endpoints", "Endpoints"), known("configmaps", "ConfigMap"), known("secrets", "Secret"),
  known("serviceaccounts", "ServiceAccount"), known("persistentvolumeclaims", "PersistentVolumeClaim"), known("replicationcontrollers", "ReplicationController"),
  known("resourcequotas", "ResourceQuota"), known("limitranges", "LimitRange"), known("podtemplates", "PodTemplate"),
  known("deployments.apps", "Deployment"), known("replicasets.apps", "ReplicaSet"), known("statefulsets.apps", "StatefulSet"), known("daemonsets.apps", "DaemonSet"),
  known("controllerrevisions.apps", "ControllerRevision"), known("jobs.batch", "Job"), known("cronjobs.batch", "CronJob"),
  known("endpointslices.discovery.k8s.io", "EndpointSlice"), known("ingresses.networking.k8s.io", "Ingress"), known("networkpolicies.networking.k8s.io", "NetworkPolicy"),
  known("horizontalpodautoscalers.autoscaling", "HorizontalPodAutoscaler"), known("poddisruptionbudgets.policy", "PodDisruptionBudget"),
  known("roles.rbac.authorization.k8s.io", "Role"), known("rolebindings.rbac.authorization.k8s.io", "RoleBinding"), known("leases.coordination.k8s.io", "Lease"),
  known("nodes", "Node", false), known("persistentvolumes", "PersistentVolume", false), known("namespaces", "Namespace", false),
];

const byKind = new Map(knownResources.map((one) => [`${one.apiGroup}/${one.kind}`, one]));

/** The resource that an owner reference points into; undefined for kinds that readers defined themselves. */
export function resourceOf(reference: { readonly apiVersion: string; readonly kind: string }): KnownResource | undefined {
  const slash = reference.apiVersion.indexOf("/");
  return byKind.get(`${slash < 0 ? "" : reference.apiVersion.slice(0, slash)}/${reference.kind}`);
}
