import type { Job } from "../api/kinds/job";
import type { Container, Pod } from "../api/types";
import type { Ms } from "../model";
import { matchFailurePolicy } from "./job-failure-policy";
import { podCondition } from "./pod-state";
import { podFromTemplate } from "./pod-from-template";

/** Holds a finished pod until the job has counted it. */
export const trackingFinalizer = "batch.kubernetes.io/job-tracking";
const indexKey = "batch.kubernetes.io/job-completion-index";
const failuresKey = "batch.kubernetes.io/job-index-failure-count";

export function isTracked(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(trackingFinalizer) === true;
}

export function isIndexed(job: Job): boolean {
  return job.spec.completionMode === "Indexed";
}

/** The completion index of a pod, -1 where it has none. */
export function completionIndex(pod: Pod): number {
  const text = pod.metadata.annotations?.[indexKey];
  return text === undefined ? -1 : Number(text);
}

/** A pod that is being deleted counts as failed too, unless the job waits for its phase. */
export function isFailed(job: Job, pod: Pod): boolean {
  const phase = pod.status?.phase;
  if (phase === "Failed") return true;
  if (pod.metadata.deletionTimestamp === undefined) return false;
  return job.spec.podReplacementPolicy === "Failed" ? phase === "Pending" : phase !== "Succeeded";
}

/** Whether a failed pod counts toward the limit, after the job's podFailurePolicy. */
export function countsAsFailure(job: Job, pod: Pod): boolean {
  return matchFailurePolicy(job, pod)?.action !== "Ignore";
}

export function isTerminating(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return pod.metadata.deletionTimestamp !== undefined && phase !== "Succeeded" && phase !== "Failed";
}

/** When a pod finished, Unix ms: its last container's end, else when it stopped being ready, else its deletion. */
export function finishTime(pod: Pod): number {
  const ends = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].flatMap((status) => status.state?.terminated?.finishedAt ?? []);
  const last = ends.length > 0 ? ends.sort().pop() : podCondition(pod, "Ready")?.lastTransitionTime ?? pod.metadata.deletionTimestamp ?? pod.metadata.creationTimestamp;
  return Date.parse(last ?? "");
}

/** How often the containers of pods that restart in place have restarted. */
export function restarts(pods: readonly Pod[]): number {
  let sum = 0;
  for (const pod of pods) {
    if (pod.status?.phase !== "Running" && pod.status?.phase !== "Pending") continue;
    for (const status of [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])]) sum += status.restartCount;
  }
  return sum;
}

/** The next pod of a job; `index` of an Indexed one, `failures` how often that index failed before. */
export function jobPod(job: Job, index: number | undefined, failures: number | undefined): object {
  const { template } = job.spec;
  const metadata = { ...template.metadata, finalizers: [...(template.metadata?.finalizers ?? []), trackingFinalizer] };
  if (index === undefined) return podFromTemplate({ ...template, metadata }, job);
  const name = `${job.metadata.name}-${index}`;
  const withIndex = (container: Container): Container => container.env?.some((variable) => variable.name === "JOB_COMPLETION_INDEX") === true ? container : {
    ...container, env: [...(container.env ?? []), { name: "JOB_COMPLETION_INDEX", valueFrom: { fieldRef: { fieldPath: `metadata.labels['${indexKey}']` } } }],
  };
  const pod = podFromTemplate({
    ...template,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, [indexKey]: String(index) },
      annotations: { ...metadata.annotations, [indexKey]: String(index), ...(failures === undefined ? {} : { [failuresKey]: String(failures) }) },
    },
    ...(template.spec === undefined ? {} : {
      spec: { ...template.spec, hostname: name, containers: template.spec.containers.map(withIndex), ...(template.spec.initContainers === undefined ? {} : { initContainers: template.spec.initContainers.map(withIndex) }) },
    }),
  }, job) as { metadata: object };
  return { ...pod, metadata: { ...pod.metadata, generateName: `${name}-` } };
}

/** First wait after a failure, and the longest: ms. */
const firstDelay: Ms = 10_000;
const longestDelay: Ms = 600_000;

/** Failures since the last success, and the end of the last one (Unix ms). */
export interface Backoff {
  readonly failures: number;
  readonly last: number;
}

/** The record after pods that succeeded and failed, in the order in which they finished. */
export function nextBackoff(before: Backoff | undefined, succeeded: readonly Pod[], failed: readonly Pod[]): Backoff | undefined {
  if (succeeded.length + failed.length === 0) return before;
  let { failures, last } = before ?? { failures: 0, last: 0 };
  const ends = [...succeeded.map((pod) => ({ at: finishTime(pod), ok: true })), ...failed.map((pod) => ({ at: finishTime(pod), ok: false }))].sort((a, b) => a.at - b.at);
  for (const { at, ok } of ends) {
    failures = ok ? 0 : failures + 1;
    if (!ok) last = at;
  }
  return { failures, last };
}

/** How long to wait before the next pod, ms; `unix` is now. */
export function remainingDelay(backoff: Backoff | undefined, unix: number): Ms {
  if (backoff === undefined || backoff.failures === 0) return 0;
  return Math.max(0, Math.min(firstDelay * 2 ** (backoff.failures - 1), longestDelay) - (unix - backoff.last));
}
