import type { Deployment, ReplicaSet } from "../api/types";
import type { Dict } from "../model";
import { desiredReplicas, maxSurge, revisionAnnotation } from "./deployment-replicasets";

const historyAnnotation = "deployment.kubernetes.io/revision-history";
const desiredAnnotation = "deployment.kubernetes.io/desired-replicas";
const maxAnnotation = "deployment.kubernetes.io/max-replicas";
/** Annotations of a Deployment that its ReplicaSets don't take over. */
const ownAnnotations = new Set([
  "kubectl.kubernetes.io/last-applied-configuration", revisionAnnotation, historyAnnotation, desiredAnnotation, maxAnnotation, "deprecated.deployment.rollback.revision",
]);

/** What the ReplicaSet of the present template should carry. `exists`: it was there before, so its sizes stay with the scaling. */
export function newReplicaSetAnnotations(deployment: Deployment, replicaset: { readonly annotations?: Dict }, revision: number, exists: boolean): Dict {
  const annotations: Record<string, string> = { ...replicaset.annotations };
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) if (!ownAnnotations.has(name)) annotations[name] = value;
  const before = annotations[revisionAnnotation];
  if ((Number.parseInt(before ?? "0", 10) || 0) < revision) {
    annotations[revisionAnnotation] = String(revision);
    // A ReplicaSet that comes back keeps the numbers it had: `rollout history` counts on.
    if (before !== undefined) annotations[historyAnnotation] = [annotations[historyAnnotation], before].filter((one) => one !== undefined && one !== "").join(",");
  }
  return exists ? annotations : { ...annotations, ...sizeAnnotations(deployment) };
}

export function sizeAnnotations(deployment: Deployment): Dict {
  const desired = desiredReplicas(deployment);
  return { [desiredAnnotation]: String(desired), [maxAnnotation]: String(desired + maxSurge(deployment)) };
}

export function hasSizeAnnotations(deployment: Deployment, replicaset: ReplicaSet): boolean {
  return Object.entries(sizeAnnotations(deployment)).every(([name, value]) => replicaset.metadata.annotations?.[name] === value);
}

export function annotatedDesired(replicaset: ReplicaSet): number | undefined {
  return numberIn(replicaset, desiredAnnotation);
}

export function annotatedMax(replicaset: ReplicaSet): number | undefined {
  return numberIn(replicaset, maxAnnotation);
}

function numberIn(replicaset: ReplicaSet, name: string): number | undefined {
  const value = Number.parseInt(replicaset.metadata.annotations?.[name] ?? "", 10);
  return Number.isNaN(value) ? undefined : value;
}
