import type { Pod } from "../api/types";
import { expectCreated } from "./expectations";
import { isNamespaceTerminating, messageOf } from "./failures";
import type { JobRound } from "./job";
import { completionIndex, isIndexed, jobPod, remainingDelay } from "./job-pods";
import { slowStart } from "./slow-start";

/** At most so many pods are created in one round. */
const burst = 500;

/** Makes up to `missing` pods; of an Indexed job for the lowest indexes that have none. `unix`: ms now. */
export function createPods(round: JobRound, missing: number, unix: number): { readonly done: number; readonly error: unknown } {
  const { job, context, key, state } = round;
  const indexes = isIndexed(job) ? pendingIndexes(round, missing, unix) : undefined;
  const perIndex = job.spec.backoffLimitPerIndex === undefined ? undefined : state.indexFailures[key] ?? {};
  return slowStart(Math.min(indexes?.length ?? missing, burst), (at) => {
    try {
      const index = indexes?.[at];
      const pod = context.client.create("pods", job.metadata.namespace ?? "", jobPod(job, index, perIndex === undefined || index === undefined ? undefined : perIndex[index]?.failures ?? 0)) as Pod;
      expectCreated(state.expectations, key, context.now, pod.metadata.name, pod.metadata.uid);
      context.event(job, "Normal", "SuccessfulCreate", `Created pod: ${pod.metadata.name}`);
    } catch (error) {
      if (isNamespaceTerminating(error)) return;
      context.event(job, "Warning", "FailedCreate", `Error creating: ${messageOf(error)}`);
      throw error;
    }
  });
}

function pendingIndexes(round: JobRound, count: number, unix: number): readonly number[] {
  const { job, context, key, state } = round;
  const taken = new Set([...round.succeededIndexes, ...round.failedIndexes, ...round.active.map(completionIndex)]);
  if (job.spec.podReplacementPolicy === "Failed") for (const pod of round.pods) if (pod.metadata.deletionTimestamp !== undefined && pod.status?.phase !== "Failed") taken.add(completionIndex(pod));
  const failures = job.spec.backoffLimitPerIndex === undefined ? undefined : state.indexFailures[key];
  const pending: number[] = [];
  for (let index = 0; index < (job.spec.completions ?? 0) && pending.length < count; index++) {
    if (taken.has(index)) continue;
    const delay = remainingDelay(failures?.[index], unix);
    if (delay > 0) context.enqueue(key, delay);
    else pending.push(index);
  }
  return pending;
}
