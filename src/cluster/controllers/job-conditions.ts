import type { Job } from "../api/kinds/job";

export type JobCondition = NonNullable<NonNullable<Job["status"]>["conditions"]>[number];
export type JobStatus = { -readonly [K in keyof NonNullable<Job["status"]>]: NonNullable<Job["status"]>[K] };

export function newCondition(type: string, reason: string, message: string, stamp: string): JobCondition {
  return { type, status: "True", reason, message, lastProbeTime: stamp, lastTransitionTime: stamp };
}

/** The conditions with `next` in the place of its type; one that says the same keeps its times. */
export function withCondition(conditions: readonly JobCondition[], next: JobCondition): readonly JobCondition[] {
  const old = conditions.find((condition) => condition.type === next.type);
  if (old === undefined) return next.status === "False" ? conditions : [...conditions, next];
  if (old.status === next.status && old.reason === next.reason && old.message === next.message) return conditions;
  return conditions.map((condition) => (condition === old ? next : condition));
}

export function hasCondition(job: Job, type: string): boolean {
  return (job.status?.conditions ?? []).some((condition) => condition.type === type && condition.status === "True");
}

/** Complete or Failed: nothing more will be done. */
export function isFinished(job: Job): boolean {
  return hasCondition(job, "Complete") || hasCondition(job, "Failed");
}
