import type { Pod } from "../api/types";
import type { Ms } from "../model";

export function podCondition(pod: Pod, type: string): { readonly status: string; readonly lastTransitionTime?: string; readonly reason?: string } | undefined {
  const conditions = pod.status?.conditions;
  if (conditions !== undefined) for (const condition of conditions) if (condition.type === type) return condition;
  return undefined;
}

/** Not finished and not being deleted: what a replica controller counts. */
export function isPodActive(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return phase !== "Succeeded" && phase !== "Failed" && pod.metadata.deletionTimestamp === undefined;
}

export function isPodReady(pod: Pod): boolean {
  return podCondition(pod, "Ready")?.status === "True";
}

/** Ready for at least `minReadySeconds`. `now` is virtual ms, `epoch` Unix ms of virtual time 0. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, now: Ms, epoch: number): boolean {
  const ready = podCondition(pod, "Ready");
  if (ready?.status !== "True") return false;
  if (minReadySeconds === 0) return true;
  if (ready.lastTransitionTime === undefined) return false;
  return Date.parse(ready.lastTransitionTime) + minReadySeconds * 1000 <= now + epoch;
}
