import type { Pod, ReplicaSet } from "../api/types";
import { active, desiredReplicas, isComplete, sizeOf, statusReplicas } from "./deployment-replicasets";
import { syncProgress } from "./deployment-progress";
import { cleanUp, newAndOld, scaleTo } from "./deployment-sync";
import type { Rollout } from "./deployment-sync";

/** One step of a Recreate rollout: all old pods go, and only when none runs any more does the new ReplicaSet come. */
export function recreateStep(rollout: Rollout): number | undefined {
  const first = newAndOld(rollout, false);
  const all = (newer: ReplicaSet | undefined, old: readonly ReplicaSet[]): readonly ReplicaSet[] => newer === undefined ? old : [...old, newer];
  if (active(first.old).length > 0) {
    for (const one of active(first.old)) scaleTo(rollout, one, 0);
    return syncProgress(rollout, all(first.newOne, first.old), first.newOne);
  }
  if (oldPodsRun(rollout, first.old)) return syncProgress(rollout, all(first.newOne, first.old), first.newOne);
  const { newOne, old } = first.newOne === undefined ? newAndOld(rollout, true) : first;
  const newer = newOne as ReplicaSet;
  const desired = desiredReplicas(rollout.deployment);
  if (sizeOf(newer) !== desired) scaleTo(rollout, newer, desired);
  if (isComplete(rollout.deployment, rollout.deployment.status ?? {})) cleanUp(rollout, old);
  return syncProgress(rollout, [...old, newer], newer);
}

/** A pod that is being deleted still runs; a finished one does not. */
function oldPodsRun(rollout: Rollout, old: readonly ReplicaSet[]): boolean {
  if (statusReplicas(old, "replicas") > 0) return true;
  return old.some((one) => (rollout.context.cache.list("pods", { index: ["owner", one.metadata.uid] }) as readonly Pod[])
    .some((pod) => pod.status?.phase !== "Failed" && pod.status?.phase !== "Succeeded"));
}
