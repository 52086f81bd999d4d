import type { Job } from "../api/kinds/job";
import type { Pod } from "../api/types";
import type { ControllerContext } from "./controller";
import { equalJson } from "../api/equal";
import { releaseFinalizer } from "./finalizers";
import type { JobRound } from "./job";
import { newCondition, withCondition } from "./job-conditions";
import type { JobStatus } from "./job-conditions";
import { completionIndex, countsAsFailure, isFailed, isIndexed, isTracked, nextBackoff, trackingFinalizer } from "./job-pods";
import { controllerOf, splitKey } from "./keys";

/**
 * Counts every finished pod once, whatever fails in between: the pods are first noted in the status as uncounted, then lose the
 * finalizer that holds them, and only then move into the counters. A finished job gets its last condition when all are counted.
 */
export function track(round: JobRound): void {
  const { job, status, state, key, context } = round;
  const released = state.released[key] ??= {};
  const uncounted = { succeeded: [...(status.uncountedTerminatedPods?.succeeded ?? [])], failed: [...(status.uncountedTerminatedPods?.failed ?? [])] };
  const leaving: Pod[] = [];
  const successful = round.finished?.type === "SuccessCriteriaMet" || round.finished?.type === "Complete";
  for (const pod of round.pods) {
    const { uid } = pod.metadata;
    if (!isTracked(pod) || released[uid] === true) continue;
    const failed = isFailed(job, pod);
    const succeeded = pod.status?.phase === "Succeeded";
    if (!succeeded && !failed && job.metadata.deletionTimestamp === undefined && round.finished === undefined) continue;
    leaving.push(pod);
    if (uncounted.succeeded.includes(uid) || uncounted.failed.includes(uid)) continue;
    const known = !isIndexed(job) || (completionIndex(pod) >= 0 && completionIndex(pod) < (job.spec.completions ?? 0));
    if (succeeded) {
      if (!isIndexed(job)) uncounted.succeeded.push(uid);
    } else if ((failed || (round.finished !== undefined && !successful)) && known && countsAsFailure(job, pod)) uncounted.failed.push(uid);
  }
  if (isIndexed(job)) status.succeeded = round.succeededIndexes.length;
  status.uncountedTerminatedPods = listed(uncounted);
  if (round.finished?.type === "FailureTarget" || round.finished?.reason === "SuccessPolicy") {
    // Told before the pods are released, so that who watches knows what is coming.
    status.conditions = withCondition(status.conditions ?? [], round.finished.type === "Complete" ? newCondition("SuccessCriteriaMet", round.finished.reason ?? "", round.finished.message ?? "", context.timestamp()) : round.finished);
    round.finished = newCondition(round.finished.type === "FailureTarget" ? "Failed" : "Complete", round.finished.reason ?? "", round.finished.message ?? "", context.timestamp());
  }
  write(round);
  for (const pod of leaving) {
    releaseFinalizer(context, "pods", pod, trackingFinalizer);
    released[pod.metadata.uid] = true;
  }
  const record = nextBackoff(state.backoff[key], round.newSucceeded, round.newFailed);
  if (record !== undefined) state.backoff[key] = record;
  if (uncounted.succeeded.length > 0) status.succeeded = (status.succeeded ?? 0) + uncounted.succeeded.length;
  if (uncounted.failed.length > 0) status.failed = (status.failed ?? 0) + uncounted.failed.length;
  status.uncountedTerminatedPods = {};
  const over = finish(round);
  write(round);
  if (over) {
    const failed = round.finished?.type === "Failed";
    context.event(round.job, failed ? "Warning" : "Normal", failed ? round.finished?.reason ?? "" : "Completed", failed ? round.finished?.message ?? "" : "Job completed");
  }
}

/** Adds the last condition, once no pod is left on its way. */
function finish(round: JobRound): boolean {
  const { finished, status } = round;
  if (finished === undefined || round.activeCount > 0 || round.terminating > 0) return false;
  const last = finished.type === "SuccessCriteriaMet" ? { ...finished, type: "Complete" } : finished;
  let conditions = status.conditions ?? [];
  if (finished.type === "SuccessCriteriaMet") conditions = withCondition(conditions, finished);
  status.conditions = withCondition(conditions, last);
  round.finished = last;
  if (last.type === "Complete") status.completionTime = last.lastTransitionTime;
  return true;
}

function listed(uncounted: { succeeded: string[]; failed: string[] }): NonNullable<JobStatus["uncountedTerminatedPods"]> {
  return { ...(uncounted.failed.length === 0 ? {} : { failed: uncounted.failed }), ...(uncounted.succeeded.length === 0 ? {} : { succeeded: uncounted.succeeded }) };
}

/** Writes the status where it differs from the job's. */
function write(round: JobRound): void {
  const status = Object.fromEntries(Object.entries(round.status).filter(([name, value]) => value !== undefined && !(value === 0 && ["active", "failed", "succeeded"].includes(name)))) as NonNullable<Job["status"]>;
  if (equalJson(round.job.status ?? {}, status)) return;
  round.job = round.context.client.update("jobs.batch", round.job.metadata.namespace ?? "", { ...round.job, status }, "status") as Job;
}

/** A pod whose job is gone is counted by nobody: its finalizer goes. */
export function releaseOrphan(key: string, context: ControllerContext): void {
  const { namespace, name } = splitKey(key);
  const pod = context.cache.get({ resource: "pods", namespace, name }) as Pod | undefined;
  const owner = pod === undefined ? undefined : controllerOf(pod);
  if (pod === undefined || owner?.kind !== "Job" || !isTracked(pod)) return;
  if (context.cache.get({ resource: "jobs.batch", namespace, name: owner.name })?.metadata.uid === owner.uid) return;
  releaseFinalizer(context, "pods", pod, trackingFinalizer);
}
