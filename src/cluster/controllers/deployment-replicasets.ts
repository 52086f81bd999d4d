import type { Deployment, PodTemplate, ReplicaSet } from "../api/types";
import { equalJson } from "../api/equal";
import { scaledValue } from "./int-or-percent";

/** Facts about a Deployment's ReplicaSets: which is the new one, how many pods they ask for and have, in what order to take them. */

export const hashLabel = "pod-template-hash";
export const revisionAnnotation = "deployment.kubernetes.io/revision";

export function desiredReplicas(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

export function sizeOf(replicaset: ReplicaSet): number {
  return replicaset.spec.replicas ?? 1;
}

export function isRolling(deployment: Deployment): boolean {
  return deployment.spec.strategy?.type !== "Recreate";
}

/** Both limits in pods; they can't both be 0, or nothing could ever move. */
function fenceposts(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const limits = deployment.spec.strategy?.rollingUpdate;
  const replicas = desiredReplicas(deployment);
  const surge = scaledValue(limits?.maxSurge, replicas, "up");
  const unavailable = scaledValue(limits?.maxUnavailable, replicas, "down");
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

export function maxSurge(deployment: Deployment): number {
  return isRolling(deployment) ? fenceposts(deployment).surge : 0;
}

export function maxUnavailable(deployment: Deployment): number {
  const replicas = desiredReplicas(deployment);
  if (!isRolling(deployment) || replicas === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, replicas);
}

export function specReplicas(replicasets: readonly ReplicaSet[]): number {
  return replicasets.reduce((sum, one) => sum + sizeOf(one), 0);
}

/** The sum of a count of their status. */
export function statusReplicas(replicasets: readonly ReplicaSet[], field: "replicas" | "readyReplicas" | "availableReplicas"): number {
  return replicasets.reduce((sum, one) => sum + (one.status?.[field] ?? 0), 0);
}

export function active(replicasets: readonly ReplicaSet[]): readonly ReplicaSet[] {
  return replicasets.filter((one) => sizeOf(one) > 0);
}

export function oldestFirst(replicasets: readonly ReplicaSet[]): readonly ReplicaSet[] {
  return [...replicasets].sort(byAge);
}

function byAge(a: ReplicaSet, b: ReplicaSet): number {
  return a.metadata.creationTimestamp === b.metadata.creationTimestamp
    ? (a.metadata.name < b.metadata.name ? -1 : 1)
    : (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1);
}

export function biggestFirst(replicasets: readonly ReplicaSet[], ties: "older" | "newer"): readonly ReplicaSet[] {
  return [...replicasets].sort((a, b) => sizeOf(b) - sizeOf(a) || (ties === "older" ? byAge(a, b) : byAge(b, a)));
}

export function revisionOf(replicaset: ReplicaSet): number {
  return Number.parseInt(replicaset.metadata.annotations?.[revisionAnnotation] ?? "0", 10) || 0;
}

export function maxRevision(replicasets: readonly ReplicaSet[]): number {
  return replicasets.reduce((max, one) => Math.max(max, revisionOf(one)), 0);
}

export function sameTemplate(a: PodTemplate | undefined, b: PodTemplate | undefined): boolean {
  return equalJson(a?.spec, b?.spec) && equalJson(withoutHash(a), withoutHash(b));
}

function withoutHash(template: PodTemplate | undefined): object {
  const { labels, creationTimestamp: _none, annotations, ...rest } = template?.metadata ?? {};
  const plain = Object.fromEntries(Object.entries(labels ?? {}).filter(([name]) => name !== hashLabel));
  return { ...rest, labels: plain, annotations: annotations ?? {} };
}

/** The ReplicaSet of the Deployment's present template; the oldest where a past bug made several. */
export function findNew(deployment: Deployment, replicasets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return oldestFirst(replicasets).find((one) => sameTemplate(one.spec.template, deployment.spec.template));
}

/** How many replicas the new ReplicaSet may have now: as many as the surge allows. */
export function newReplicas(deployment: Deployment, all: readonly ReplicaSet[], current: number): number {
  const desired = desiredReplicas(deployment);
  if (!isRolling(deployment)) return desired;
  const most = desired + maxSurge(deployment);
  const now = specReplicas(all);
  if (now >= most) return current;
  return current + Math.min(most - now, desired - current);
}

/** Everything is of the present template, there, and available. */
export function isComplete(deployment: Deployment, status: NonNullable<Deployment["status"]>): boolean {
  const desired = desiredReplicas(deployment);
  return (status.updatedReplicas ?? 0) === desired && (status.replicas ?? 0) === desired && (status.availableReplicas ?? 0) === desired
    && (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
}
