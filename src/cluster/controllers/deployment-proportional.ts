import type { Deployment, ReplicaSet } from "../api/types";
import { annotatedMax } from "./deployment-annotations";
import { active, biggestFirst, desiredReplicas, isRolling, maxSurge, oldestFirst, sizeOf, specReplicas } from "./deployment-replicasets";
import { cleanUp, newAndOld, scaleTo, syncStatus } from "./deployment-sync";
import type { Rollout } from "./deployment-sync";

/** A round for a Deployment that is paused or was scaled: sizes change, the template rolls out no further. */
export function scaleAndSync(rollout: Rollout): void {
  const { newOne, old } = newAndOld(rollout, false);
  scale(rollout, newOne, old);
  if (rollout.deployment.spec.paused === true) cleanUp(rollout, old);
  syncStatus(rollout, newOne === undefined ? old : [...old, newOne], newOne);
}

/** One live ReplicaSet takes the whole new size; several, amid a rollout, share the difference in proportion to their sizes. */
function scale(rollout: Rollout, newOne: ReplicaSet | undefined, old: readonly ReplicaSet[]): void {
  const { deployment } = rollout;
  const desired = desiredReplicas(deployment);
  const only = activeOrLatest(newOne, old);
  if (only !== undefined) {
    if (sizeOf(only) !== desired) scaleTo(rollout, only, desired);
    return;
  }
  if (isSaturated(deployment, newOne)) {
    for (const one of active(old)) scaleTo(rollout, one, 0);
    return;
  }
  if (!isRolling(deployment)) return;
  const all = active([...old, ...(newOne === undefined ? [] : [newOne])]);
  const allowed = desired > 0 ? desired + maxSurge(deployment) : 0;
  const toAdd = allowed - specReplicas(all);
  const ordered = toAdd > 0 ? biggestFirst(all, "newer") : toAdd < 0 ? biggestFirst(all, "older") : all;
  let added = 0;
  const sizes = ordered.map((one) => {
    const share = toAdd === 0 ? 0 : proportion(one, deployment, toAdd, added);
    added += share;
    return sizeOf(one) + share;
  });
  // Rounding leaves something over: it goes to the biggest.
  if (toAdd !== 0 && sizes.length > 0) sizes[0] = Math.max(0, (sizes[0] ?? 0) + toAdd - added);
  ordered.forEach((one, at) => { scaleTo(rollout, one, sizes[at] ?? 0); });
}

function activeOrLatest(newOne: ReplicaSet | undefined, old: readonly ReplicaSet[]): ReplicaSet | undefined {
  const live = active([...old, ...(newOne === undefined ? [] : [newOne])]);
  if (live.length === 0) return newOne ?? oldestFirst(old).at(-1);
  return live.length === 1 ? live[0] : undefined;
}

/** The new ReplicaSet has reached the size that was wished when it was last scaled, and all of it is available. */
function isSaturated(deployment: Deployment, newOne: ReplicaSet | undefined): boolean {
  if (newOne === undefined) return false;
  const desired = desiredReplicas(deployment);
  return sizeOf(newOne) === desired && Number(newOne.metadata.annotations?.["deployment.kubernetes.io/desired-replicas"]) === desired && (newOne.status?.availableReplicas ?? 0) === desired;
}

function proportion(one: ReplicaSet, deployment: Deployment, toAdd: number, added: number): number {
  if (sizeOf(one) === 0 || toAdd === added) return 0;
  const share = fraction(one, deployment);
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
}

function fraction(one: ReplicaSet, deployment: Deployment): number {
  const desired = desiredReplicas(deployment);
  if (desired === 0) return -sizeOf(one);
  const before = annotatedMax(one) || deployment.status?.replicas || 0;
  if (before === 0) return 0;
  return Math.round((sizeOf(one) * (desired + maxSurge(deployment))) / before) - sizeOf(one);
}
