import type { ReplicaSet } from "../api/types";
import { active, desiredReplicas, isComplete, maxUnavailable, newReplicas, oldestFirst, sizeOf, specReplicas } from "./deployment-replicasets";
import { syncProgress } from "./deployment-progress";
import { cleanUp, newAndOld, scaleTo } from "./deployment-sync";
import type { Rollout } from "./deployment-sync";

/** One step of a rolling update: up if the surge allows, else down if enough pods are available. The next step follows from what happens then. */
export function rollingStep(rollout: Rollout): number | undefined {
  const { newOne, old } = newAndOld(rollout, true);
  const newer = newOne as ReplicaSet;
  const all = [...old, newer];
  const scaled = scaleUp(rollout, all, newer) || scaleDown(rollout, all, old, newer);
  if (!scaled && isComplete(rollout.deployment, rollout.deployment.status ?? {})) cleanUp(rollout, old);
  return syncProgress(rollout, all, newer);
}

function scaleUp(rollout: Rollout, all: readonly ReplicaSet[], newer: ReplicaSet): boolean {
  const desired = desiredReplicas(rollout.deployment);
  const size = sizeOf(newer);
  if (size === desired) return false;
  const next = size > desired ? desired : newReplicas(rollout.deployment, all, size);
  if (next === size) return false;
  scaleTo(rollout, newer, next);
  return true;
}

/** Whether an old one was scaled. Pods that never became available go first, whatever availability says: they serve nobody. */
function scaleDown(rollout: Rollout, all: readonly ReplicaSet[], old: readonly ReplicaSet[], newer: ReplicaSet): boolean {
  if (specReplicas(old) === 0) return false;
  const least = desiredReplicas(rollout.deployment) - maxUnavailable(rollout.deployment);
  const notYet = sizeOf(newer) - (newer.status?.availableReplicas ?? 0);
  const most = specReplicas(all) - least - notYet;
  if (most <= 0) return false;
  const current = new Map(old.map((one) => [one.metadata.uid, one]));
  let changed = false;
  const shrink = (one: ReplicaSet, by: number): void => {
    current.set(one.metadata.uid, scaleTo(rollout, one, sizeOf(one) - by));
    changed = true;
  };

  let cleaned = 0;
  for (const one of oldestFirst(active(old))) {
    if (cleaned >= most) break;
    const unhealthy = sizeOf(one) - (one.status?.availableReplicas ?? 0);
    if (unhealthy <= 0) continue;
    const by = Math.min(most - cleaned, unhealthy);
    shrink(one, by);
    cleaned += by;
  }

  // A status may still count pods whose removal has just been ordered: none serves beyond what the spec keeps. Counted as the status
  // says, two steps in a row would take the same pods twice, and fewer would be left than promised.
  const spare = [...current.values(), newer].reduce((sum, one) => sum + Math.min(sizeOf(one), one.status?.availableReplicas ?? 0), 0) - least;
  let taken = 0;
  for (const one of oldestFirst(active([...current.values()]))) {
    if (taken >= spare) break;
    const by = Math.min(sizeOf(one), spare - taken);
    shrink(one, by);
    taken += by;
  }
  return changed;
}
