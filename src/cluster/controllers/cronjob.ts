import type { CronJob } from "../api/kinds/cronjob";
import type { Job } from "../api/kinds/job";
import { CronError, nextRun, parseCron } from "../api/kinds/cron-schedule";
import type { CronSchedule } from "../api/kinds/cron-schedule";
import type { Controller, ControllerContext } from "./controller";
import type { Ms } from "../model";
import { isAlreadyExists, isNamespaceTerminating, isNotFound, messageOf } from "./failures";
import { hasCondition, isFinished } from "./job-conditions";
import { controllerOf, controllerReference, joinKey, keyOf, splitKey } from "./keys";
import { zoneOffset } from "./time-zone";

/** A run is looked for this long after its time, so that clocks that differ a little agree: ms. */
const slack: Ms = 100;
/** More missed runs than this are a reason to warn. */
const manyMissed = 100;

type Status = { -readonly [K in keyof NonNullable<CronJob["status"]>]: NonNullable<CronJob["status"]>[K] };

interface Round {
  readonly context: ControllerContext;
  readonly cron: CronJob;
  readonly status: Status;
  changed: boolean;
}

export const cronjob: Controller = {
  name: "cronjob-controller",
  user: "system:serviceaccount:kube-system:cronjob-controller",
  watches: [
    { resource: "cronjobs.batch", keys: (change) => [keyOf(change.object)] },
    { resource: "jobs.batch", keys: (change) => { const owner = controllerOf(change.object); return owner?.kind === "CronJob" ? [joinKey(change.ref.namespace, owner.name)] : []; } },
  ],
  reconcile(key, context) {
    const { namespace, name } = splitKey(key);
    const cron = context.cache.get({ resource: "cronjobs.batch", namespace, name }) as CronJob | undefined;
    if (cron === undefined) return;
    const jobs = context.cache.list("jobs.batch", { index: ["owner", cron.metadata.uid] }) as readonly Job[];
    const round: Round = { context, cron, status: { ...cron.status }, changed: false };
    trimHistory(round, jobs);
    const again = sync(round, jobs);
    if (round.changed) {
      const { active, ...rest } = round.status;
      context.client.update("cronjobs.batch", namespace, { ...cron, status: { ...(active === undefined || active.length === 0 ? {} : { active }), ...rest } }, "status");
    }
    // The next run alone does not keep a cluster from being settled: there is always one more.
    if (again !== undefined) return { again, background: true };
  },
};

/** Deletes the oldest finished jobs beyond the limits. */
function trimHistory(round: Round, jobs: readonly Job[]): void {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = round.cron.spec;
  for (const [type, limit] of [["Complete", successfulJobsHistoryLimit], ["Failed", failedJobsHistoryLimit]] as const) {
    if (limit === undefined) continue;
    const done = jobs.filter((job) => hasCondition(job, type)).sort((a, b) => Date.parse(startOf(a)) - Date.parse(startOf(b)) || (a.metadata.name < b.metadata.name ? -1 : 1));
    for (const job of done.slice(0, Math.max(0, done.length - limit))) deleteJob(round, job);
  }
}

function startOf(job: Job): string {
  return String(job.status?.startTime ?? job.metadata.creationTimestamp);
}

function deleteJob(round: Round, job: Job): void {
  const { context, cron, status } = round;
  if (job.metadata.deletionTimestamp !== undefined) return;
  try {
    context.client.delete("jobs.batch", job.metadata.namespace ?? "", job.metadata.name, { propagationPolicy: "Background" });
  } catch (error) {
    if (isNotFound(error)) return;
    context.event(cron, "Warning", "FailedDelete", `Deleted job: ${messageOf(error)}`);
    throw error;
  }
  forget(status, job.metadata.uid);
  round.changed = true;
  context.event(cron, "Normal", "SuccessfulDelete", `Deleted job ${job.metadata.name}`);
}

function forget(status: Status, uid: string): void {
  status.active = (status.active ?? []).filter((one) => one.uid !== uid);
}

function isActive(status: Status, uid: string): boolean {
  return (status.active ?? []).some((one) => one.uid === uid);
}

function sync(round: Round, jobs: readonly Job[]): Ms | undefined {
  const { context, cron, status } = round;
  takeStock(round, jobs);
  if (cron.metadata.deletionTimestamp !== undefined || cron.spec.suspend === true) return undefined;
  const now = context.epoch + context.now;
  const offset = zoneOffset(cron.spec.timeZone, now);
  if (offset === undefined) {
    context.event(cron, "Warning", "UnknownTimeZone", `invalid timeZone: ${JSON.stringify(cron.spec.timeZone)}: unknown time zone ${cron.spec.timeZone ?? ""}`);
    return undefined;
  }
  let schedule: CronSchedule;
  try {
    schedule = parseCron(cron.spec.schedule);
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    context.event(cron, "Warning", "UnparseableSchedule", `unparseable schedule: ${JSON.stringify(cron.spec.schedule)} : ${error.message}`);
    return undefined;
  }
  const due = lastDue(round, schedule, now, offset);
  const following = nextRun(schedule, now, offset);
  const again = following === undefined ? undefined : following + slack - now;
  if (due === undefined) return again;
  const deadline = cron.spec.startingDeadlineSeconds;
  if (deadline !== undefined && due + deadline * 1000 < now) {
    context.event(cron, "Warning", "MissSchedule", `Missed scheduled time to start a job: ${rfc1123(due)}`);
    return again;
  }
  const name = `${cron.metadata.name}-${Math.floor(due / 60_000)}`;
  if ((status.active ?? []).some((one) => one.name === name) || (status.lastScheduleTime !== undefined && Date.parse(String(status.lastScheduleTime)) === due)) return again;
  if (cron.spec.concurrencyPolicy === "Forbid" && (status.active ?? []).length > 0) {
    context.event(cron, "Normal", "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid");
    return again;
  }
  if (cron.spec.concurrencyPolicy === "Replace") {
    for (const job of jobs) if (isActive(status, job.metadata.uid)) deleteJob(round, job);
  }
  start(round, name, due, offset);
  return again;
}

/** Brings the list of active jobs up to what there is. */
function takeStock(round: Round, jobs: readonly Job[]): void {
  const { context, cron, status } = round;
  for (const job of jobs) {
    const { uid, name } = job.metadata;
    const finished = isFinished(job);
    if (!isActive(status, uid) && !finished) {
      const fresh = context.client.get("cronjobs.batch", cron.metadata.namespace ?? "", cron.metadata.name) as CronJob;
      if ((fresh.status?.active ?? []).some((one) => one.uid === uid)) continue;
      context.event(cron, "Warning", "UnexpectedJob", `Saw a job that the controller did not create or forgot: ${name}`);
    } else if (isActive(status, uid) && finished) {
      forget(status, uid);
      round.changed = true;
      context.event(cron, "Normal", "SawCompletedJob", `Saw completed job: ${name}, condition: ${hasCondition(job, "Complete") ? "Complete" : "Failed"}`);
    }
    const end = hasCondition(job, "Complete") ? job.status?.completionTime : undefined;
    if (end !== undefined && (status.lastSuccessfulTime === undefined || Date.parse(String(end)) > Date.parse(String(status.lastSuccessfulTime)))) {
      status.lastSuccessfulTime = end;
      round.changed = true;
    }
  }
  for (const one of status.active ?? []) {
    if (jobs.some((job) => job.metadata.uid === one.uid)) continue;
    try {
      context.client.get("jobs.batch", one.namespace ?? "", one.name ?? "");
    } catch (error) {
      if (!isNotFound(error)) throw error;
      context.event(cron, "Normal", "MissingJob", `Active job went missing: ${one.name ?? ""}`);
      forget(status, one.uid ?? "");
      round.changed = true;
    }
  }
}

/** The latest time that should have had its job by now, Unix ms. */
function lastDue(round: Round, schedule: CronSchedule, now: number, offset: number): number | undefined {
  const { cron, status, context } = round;
  let from = Date.parse(String(status.lastScheduleTime ?? cron.metadata.creationTimestamp));
  const deadline = cron.spec.startingDeadlineSeconds;
  if (deadline !== undefined) from = Math.max(from, now - deadline * 1000);
  if (from > now) return undefined;
  const first = nextRun(schedule, from, offset);
  if (first === undefined || first > now) return undefined;
  const second = nextRun(schedule, first, offset);
  if (second === undefined || second > now) return first;
  const missed = Math.floor((now - first) / (second - first)) + 1;
  if (missed > manyMissed) context.event(cron, "Warning", "TooManyMissedTimes", "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew");
  // Jumps close to now, and walks the rest: a schedule need not be even.
  let due = first;
  for (let at: number | undefined = Math.max(first, nextRun(schedule, now - 2 * (second - first), offset) ?? first); at !== undefined && at <= now; at = nextRun(schedule, at, offset)) due = at;
  return due;
}

function start(round: Round, name: string, due: number, offset: number): void {
  const { context, cron, status } = round;
  const { jobTemplate } = cron.spec;
  const namespace = cron.metadata.namespace ?? "";
  const stamp = new Date(due).toISOString().slice(0, 19);
  const { labels, annotations } = jobTemplate.metadata ?? {};
  let job: Job;
  try {
    job = context.client.create("jobs.batch", namespace, {
      apiVersion: "batch/v1", kind: "Job",
      metadata: {
        name, namespace, ...(labels === undefined ? {} : { labels }),
        annotations: { ...annotations, "batch.kubernetes.io/cronjob-scheduled-timestamp": offset === 0 ? `${stamp}Z` : inZone(due, offset) },
        ownerReferences: [controllerReference(cron)],
      },
      spec: jobTemplate.spec,
    }) as Job;
  } catch (error) {
    if (isNamespaceTerminating(error)) return;
    if (!isAlreadyExists(error)) {
      context.event(cron, "Warning", "FailedCreate", `Error creating job: ${messageOf(error)}`);
      throw error;
    }
    job = context.client.get("jobs.batch", namespace, name) as Job;
    if (controllerOf(job)?.uid !== cron.metadata.uid) {
      context.event(cron, "Warning", "FailedCreate", `Error creating job: ${messageOf(error)}`);
      throw error;
    }
  }
  context.event(cron, "Normal", "SuccessfulCreate", `Created job ${name}`);
  status.active = [...(status.active ?? []), { apiVersion: "batch/v1", kind: "Job", name, namespace, resourceVersion: job.metadata.resourceVersion, uid: job.metadata.uid }];
  status.lastScheduleTime = `${stamp}Z`;
  round.changed = true;
}

/** RFC 3339 in a zone; `offset` in minutes east of UTC. */
function inZone(unix: number, offset: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const east = Math.abs(offset);
  return `${new Date(unix + offset * 60_000).toISOString().slice(0, 19)}${offset < 0 ? "-" : "+"}${two(east / 60)}:${two(east % 60)}`;
}

function rfc1123(unix: number): string {
  return new Date(unix).toUTCString().replace("GMT", "+0000");
}
