import type { Pod } from "../api/types";
import type { Ms } from "../model";
import { isPodActive, isPodReady, podCondition } from "./pod-state";

const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const costAnnotation = "controller.kubernetes.io/pod-deletion-cost";

interface Ranked { readonly pod: Pod; readonly phase: number; readonly ready: boolean; readonly cost: number; readonly rank: number; readonly readyFor: Ms; readonly restarts: number; readonly age: Ms }

/**
 * The pods that a replica controller would rather lose, first: unassigned, pending, not ready, cheap to delete, crowded on a node,
 * ready only recently, restarted often, young. Times compare in powers of two, ties by uid, so that a scale-down does not always hit the newest.
 * `siblings` are the pods of the same family (all ReplicaSets of one Deployment) that crowd the nodes.
 */
export function podsToDelete(pods: readonly Pod[], siblings: readonly Pod[], count: number, now: Ms, epoch: number): readonly Pod[] {
  if (count >= pods.length) return pods;
  const onNode = new Map<string, number>();
  for (const pod of siblings) if (pod.spec.nodeName !== undefined && isPodActive(pod)) onNode.set(pod.spec.nodeName, (onNode.get(pod.spec.nodeName) ?? 0) + 1);
  const unix = now + epoch;
  const ranked = pods.map((pod): Ranked => {
    const ready = isPodReady(pod);
    const since = podCondition(pod, "Ready")?.lastTransitionTime;
    return {
      pod, ready,
      phase: phaseOrder[pod.status?.phase ?? "Pending"] ?? 0,
      cost: Number.parseInt(pod.metadata.annotations?.[costAnnotation] ?? "0", 10) || 0,
      rank: pod.spec.nodeName === undefined ? 0 : onNode.get(pod.spec.nodeName) ?? 0,
      readyFor: ready && since !== undefined ? unix - Date.parse(since) : -1,
      restarts: restarts(pod),
      age: unix - Date.parse(pod.metadata.creationTimestamp),
    };
  });
  return ranked.sort(order).slice(0, count).map((one) => one.pod);
}

function order(a: Ranked, b: Ranked): number {
  const unassigned = Number(hasNode(a.pod)) - Number(hasNode(b.pod));
  if (unassigned !== 0) return unassigned;
  if (a.phase !== b.phase) return a.phase - b.phase;
  if (a.ready !== b.ready) return a.ready ? 1 : -1;
  if (a.cost !== b.cost) return a.cost - b.cost;
  if (a.rank !== b.rank) return b.rank - a.rank;
  if (a.ready && a.readyFor !== b.readyFor) return byLogarithm(a, b, a.readyFor, b.readyFor);
  if (a.restarts !== b.restarts) return b.restarts - a.restarts;
  if (a.age !== b.age) return byLogarithm(a, b, a.age, b.age);
  return 0;
}

function hasNode(pod: Pod): boolean {
  return pod.spec.nodeName !== undefined && pod.spec.nodeName !== "";
}

/** The shorter time first, but only where it is shorter by a power of two of nanoseconds. */
function byLogarithm(a: Ranked, b: Ranked, timeA: Ms, timeB: Ms): number {
  const difference = bucket(timeA) - bucket(timeB);
  if (difference !== 0) return difference;
  return a.pod.metadata.uid < b.pod.metadata.uid ? -1 : 1;
}

function bucket(time: Ms): number {
  return time <= 0 ? -1 : Math.floor(Math.log2(time * 1e6));
}

function restarts(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount));
}
