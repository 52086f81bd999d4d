import type { Job } from "../api/kinds/job";
import type { Change, Reader } from "../api/store";
import type { Pod } from "../api/types";
import { equalJson } from "../api/equal";
import { claim } from "./claim";
import type { Controller, ControllerContext } from "./controller";
import { expectDeleted, expectationsMet } from "./expectations";
import type { Expectations } from "./expectations";
import { isNotFound, messageOf } from "./failures";
import { isFinished, newCondition, withCondition } from "./job-conditions";
import type { JobCondition, JobStatus } from "./job-conditions";
import { matchFailurePolicy } from "./job-failure-policy";
import { formatIndexes, parseIndexes, withIndexes } from "./job-indexes";
import { createPods } from "./job-create";
import { completionIndex, countsAsFailure, isFailed, isIndexed, isTerminating, isTracked, nextBackoff, remainingDelay, restarts } from "./job-pods";
import type { Backoff } from "./job-pods";
import { releaseOrphan, track } from "./job-tracking";
import { controllerOf, joinKey, keyOf, splitKey } from "./keys";
import { podsToDelete } from "./pod-deletion-order";
import { isPodActive, isPodReady } from "./pod-state";

/** What pods do is gathered for so long before a job looks at it, virtual ms. */
const batchPeriod = 1000;
/** Marks a key that waits for the batch period, and one of a pod whose job is gone. */
const soon = "#soon";
const orphan = "#orphan";

export interface JobState {
  readonly expectations: Expectations;
  readonly backoff: Record<string, Backoff>;
  /** Pods whose finalizer was removed, by job, until the cache shows it: they are counted. */
  readonly released: Record<string, Record<string, true>>;
  /** How often each index failed, where the limit is per index. */
  readonly indexFailures: Record<string, Record<number, Backoff>>;
}

/** One round over one job: what it sees, and the status it will have. */
export interface JobRound {
  readonly key: string;
  readonly context: ControllerContext;
  readonly state: JobState;
  job: Job;
  status: JobStatus;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  activeCount: number;
  terminating: number;
  /** Finished since the last round, and not counted yet. */
  readonly newSucceeded: readonly Pod[];
  readonly newFailed: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  readonly succeededIndexes: readonly number[];
  readonly failedIndexes: readonly number[];
  finished: JobCondition | undefined;
}

export const job: Controller = {
  name: "job-controller",
  user: "system:serviceaccount:kube-system:job-controller",
  workers: 5,
  watches: [
    { resource: "jobs.batch", keys: jobKeys },
    { resource: "pods", keys: podKeys },
  ],
  reconcile,
};

function jobKeys(change: Change, cache: Reader): readonly string[] {
  const key = keyOf(change.object);
  if (change.type === "DELETED") return [key, ...cache.list("pods", { index: ["owner", change.object.metadata.uid] }).map((pod) => keyOf(pod) + orphan)];
  return [change.previous?.metadata.generation === change.object.metadata.generation ? key + soon : key];
}

function podKeys(change: Change, cache: Reader): readonly string[] {
  const owner = controllerOf(change.object);
  if (owner?.kind !== "Job") return [];
  const namespace = change.ref.namespace;
  if (cache.get({ resource: "jobs.batch", namespace, name: owner.name })?.metadata.uid === owner.uid) return [joinKey(namespace, owner.name) + soon];
  return change.type === "DELETED" || !isTracked(change.object as Pod) ? [] : [keyOf(change.object) + orphan];
}

function reconcile(workKey: string, context: ControllerContext): void {
  if (workKey.endsWith(orphan)) {
    releaseOrphan(workKey.slice(0, -orphan.length), context);
    return;
  }
  if (workKey.endsWith(soon)) {
    context.enqueue(workKey.slice(0, -soon.length), batchPeriod);
    return;
  }
  const key = workKey;
  const { namespace, name } = splitKey(key);
  const { cache, client, now } = context;
  const state = context.state<JobState>(() => ({ expectations: new Map(), backoff: {}, released: {}, indexFailures: {} }));
  const seen = cache.get({ resource: "jobs.batch", namespace, name }) as Job | undefined;
  if (seen === undefined || isFinished(seen)) {
    state.expectations.delete(key);
    for (const table of [state.backoff, state.released, state.indexFailures]) delete table[key];
    return;
  }
  if ((seen.spec.managedBy ?? "kubernetes.io/job-controller") !== "kubernetes.io/job-controller") return;
  const met = expectationsMet(state.expectations, key, "pods", namespace, now, cache, client);
  const round = look(seen, key, context, state);
  const failure = settle(round, met);
  track(round);
  if (failure !== undefined) throw failure instanceof Error ? failure : new Error(messageOf(failure));
}

function look(job: Job, key: string, context: ControllerContext, state: JobState): JobRound {
  const own = context.cache.list("pods", { index: ["owner", job.metadata.uid] }) as readonly Pod[];
  const pods = claim(context, job, "jobs.batch", "pods", job.spec.selector ?? {}, own);
  const released = state.released[key] ?? {};
  for (const uid of Object.keys(released)) {
    const pod = pods.find((one) => one.metadata.uid === uid);
    if (pod === undefined || !isTracked(pod)) delete released[uid];
  }
  const status: JobStatus = { ...job.status, uncountedTerminatedPods: job.status?.uncountedTerminatedPods ?? {} };
  const { succeeded: wasSucceeded = [], failed: wasFailed = [] } = status.uncountedTerminatedPods ?? {};
  const completions = job.spec.completions ?? 0;
  const indexed = isIndexed(job);
  const fresh = pods.filter((pod) => {
    const { uid } = pod.metadata;
    if (!isTracked(pod) || released[uid] === true || wasSucceeded.includes(uid) || wasFailed.includes(uid)) return false;
    return !indexed || (completionIndex(pod) >= 0 && completionIndex(pod) < completions);
  });
  const newSucceeded = fresh.filter((pod) => pod.status?.phase === "Succeeded");
  const newFailed = fresh.filter((pod) => isFailed(job, pod));
  const succeededIndexes = indexed ? withIndexes(parseIndexes(status.completedIndexes, completions), newSucceeded.map(completionIndex)) : [];
  const active = pods.filter(isPodActive);
  return {
    key, context, state, job, status, pods, active, activeCount: active.length, terminating: pods.filter(isTerminating).length, newSucceeded, newFailed,
    succeeded: indexed ? succeededIndexes.length : (status.succeeded ?? 0) + newSucceeded.length + wasSucceeded.length,
    failed: (status.failed ?? 0) + newFailed.filter((pod) => countsAsFailure(job, pod)).length + wasFailed.length,
    succeededIndexes, failedIndexes: failedIndexes(job, key, state, newFailed, completions), finished: undefined,
  };
}

/** The indexes that will not be tried again. Counts the failures of each on the way. */
function failedIndexes(job: Job, key: string, state: JobState, newFailed: readonly Pod[], completions: number): readonly number[] {
  const limit = job.spec.backoffLimitPerIndex;
  if (limit === undefined) return [];
  const counts = state.indexFailures[key] ??= {};
  const given = parseIndexes(job.status?.failedIndexes, completions);
  const more = newFailed.filter((pod) => {
    const index = completionIndex(pod);
    if (!countsAsFailure(job, pod)) return false;
    const next = nextBackoff(counts[index], [], [pod]);
    if (next !== undefined) counts[index] = next;
    return (next?.failures ?? 0) > limit || matchFailurePolicy(job, pod)?.action === "FailIndex";
  });
  return withIndexes(given, more.map(completionIndex));
}

/** Decides what becomes of the job, and makes or deletes pods accordingly. Returns the first failure. */
function settle(round: JobRound, met: boolean): unknown {
  const { job, status, context } = round;
  const stamp = context.timestamp();
  const suspended = job.spec.suspend === true;
  if (status.startTime === undefined && !suspended) {
    status.startTime = stamp;
    const deadline = job.spec.activeDeadlineSeconds;
    if (deadline !== undefined) context.enqueue(round.key, deadline * 1000);
  }
  round.finished = outcome(round, stamp);
  if (isIndexed(job)) {
    if (round.succeededIndexes.length > 0) status.completedIndexes = formatIndexes(round.succeededIndexes);
    if (job.spec.backoffLimitPerIndex !== undefined) status.failedIndexes = formatIndexes(round.failedIndexes);
  }
  let failure: unknown;
  let ready = round.active.filter(isPodReady).length;
  if (round.finished !== undefined) {
    const gone = remove(round, round.active);
    if (gone.done < round.active.length || !met) round.finished = undefined;
    ready = gone.done === round.active.length ? 0 : ready;
    failure = gone.failure;
  } else if (met && job.metadata.deletionTimestamp === undefined) {
    failure = manage(round);
    if (isComplete(round)) round.finished = newCondition("SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods", stamp);
    else if (suspended || (status.conditions ?? []).some((condition) => condition.type === "Suspended")) suspend(round, suspended, stamp);
  }
  status.active = round.activeCount;
  status.ready = Math.min(ready, round.activeCount);
  status.terminating = round.terminating;
  return failure;
}

/** Why the job is over, where it is. */
function outcome(round: JobRound, stamp: string): JobCondition | undefined {
  const { job, status, context } = round;
  const { spec } = job;
  const interim = (status.conditions ?? []).find(({ type, status: is }) => (type === "FailureTarget" || type === "SuccessCriteriaMet") && is === "True");
  if (interim !== undefined) return newCondition(interim.type === "FailureTarget" ? "Failed" : "Complete", interim.reason ?? "", interim.message ?? "", stamp);
  const fail = (reason: string, message: string): JobCondition => newCondition("FailureTarget", reason, message, stamp);
  for (const pod of round.pods) {
    const match = isFailed(job, pod) ? matchFailurePolicy(job, pod) : undefined;
    if (match?.action === "FailJob") return fail("PodFailurePolicy", match.message);
  }
  const limit = spec.backoffLimit ?? 6;
  const inPlace = spec.template.spec?.restartPolicy === "OnFailure" ? restarts(round.pods) : 0;
  if (round.failed > limit || (inPlace > 0 && inPlace >= limit)) return fail("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  if (spec.activeDeadlineSeconds !== undefined && status.startTime !== undefined && spec.suspend !== true) {
    const left = Date.parse(status.startTime) + spec.activeDeadlineSeconds * 1000 - context.epoch - context.now;
    if (left <= 0) return fail("DeadlineExceeded", "Job was active longer than specified deadline");
    context.enqueue(round.key, left);
  }
  if (spec.backoffLimitPerIndex !== undefined) {
    if (spec.maxFailedIndexes !== undefined && round.failedIndexes.length > spec.maxFailedIndexes) return fail("MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
    if (round.failedIndexes.length > 0 && round.failedIndexes.length + round.succeeded >= (spec.completions ?? 0)) return fail("FailedIndexes", "Job has failed indexes");
  }
  for (const [index, rule] of (spec.successPolicy?.rules ?? []).entries()) {
    const wanted = rule.succeededIndexes === undefined ? undefined : new Set(parseIndexes(rule.succeededIndexes, spec.completions ?? 0));
    const done = round.succeededIndexes.filter((one) => wanted?.has(one) !== false).length;
    if (done >= (rule.succeededCount ?? wanted?.size ?? Infinity)) return newCondition("SuccessCriteriaMet", "SuccessPolicy", `Matched rules at index ${index}`, stamp);
  }
  return undefined;
}

function isComplete(round: JobRound): boolean {
  const { completions, suspend } = round.job.spec;
  if (completions === undefined) return round.succeeded > 0 && round.activeCount === 0;
  return round.succeeded >= completions && round.activeCount === 0 && (completions > 0 || suspend !== true);
}

function suspend(round: JobRound, suspended: boolean, stamp: string): void {
  const { status, context, job } = round;
  const [reason, message] = suspended ? ["JobSuspended", "Job suspended"] as const : ["JobResumed", "Job resumed"] as const;
  const next = withCondition(status.conditions ?? [], { ...newCondition("Suspended", reason, message, stamp), status: suspended ? "True" : "False" });
  if (equalJson(next, status.conditions ?? [])) return;
  status.conditions = next;
  if (!suspended) status.startTime = stamp;
  context.event(job, "Normal", suspended ? "Suspended" : "Resumed", message);
}

/** Creates what is missing, deletes what is too much; changes the count of active pods. */
function manage(round: JobRound): unknown {
  const { job, context, key, state } = round;
  const { completions, parallelism = 1 } = job.spec;
  let wanted: number;
  if (job.spec.suspend === true) wanted = 0;
  else if (completions === undefined) wanted = round.succeeded > 0 ? Math.min(round.activeCount, parallelism) : parallelism;
  else wanted = Math.max(0, Math.min(completions - round.succeeded - round.failedIndexes.length, parallelism));
  if (round.activeCount > wanted) {
    return remove(round, podsToDelete(round.active, round.active, round.activeCount - wanted, context.now, context.epoch)).failure;
  }
  const missing = wanted - round.activeCount - (job.spec.podReplacementPolicy === "Failed" ? round.terminating : 0);
  if (missing <= 0) return undefined;
  const unix = context.epoch + context.now;
  if (job.spec.backoffLimitPerIndex === undefined) {
    const delay = remainingDelay(nextBackoff(state.backoff[key], round.newSucceeded, round.newFailed), unix);
    if (delay > 0) {
      context.enqueue(key, delay);
      return undefined;
    }
  }
  const { done, error } = createPods(round, missing, unix);
  round.activeCount += done;
  return error;
}

function remove(round: JobRound, pods: readonly Pod[]): { readonly done: number; readonly failure: unknown } {
  const { context, job, key, state } = round;
  let done = 0;
  let failure: unknown;
  for (const pod of pods) {
    try {
      context.client.delete("pods", pod.metadata.namespace ?? "", pod.metadata.name);
      expectDeleted(state.expectations, key, context.now, pod.metadata.name, pod.metadata.uid);
      context.event(job, "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`);
      done++;
    } catch (error) {
      if (isNotFound(error)) done++;
      else {
        context.event(job, "Warning", "FailedDelete", `Error deleting: ${messageOf(error)}`);
        failure ??= error;
      }
    }
  }
  round.activeCount -= done;
  round.terminating += done;
  return { done, failure };
}
