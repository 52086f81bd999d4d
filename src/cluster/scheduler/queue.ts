import type { Ms } from "../model";
import type { SchedulerState, Waiting } from "./state";

/** The scheduling queue: who is next, and who was refused and waits for the cluster to change. */

const firstBackoff: Ms = 1000;
const longestBackoff: Ms = 10_000;

export function backoffOf(waiting: Waiting): Ms {
  return waiting.attempts === 0 ? 0 : Math.min(longestBackoff, firstBackoff * 2 ** (waiting.attempts - 1));
}

/** Higher priority first, then who waits longer. */
function before(a: Waiting, b: Waiting): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.since < b.since;
}

/** Among equals in everything, who came first goes first. */
export function activate(state: SchedulerState, waiting: Waiting): void {
  state.unschedulable.delete(waiting.key);
  if (state.queued.has(waiting.key)) return;
  state.queued.add(waiting.key);
  const { active } = state;
  // Sorted from last to first, so that taking is cheap. Equals go behind those that are there: to their left.
  let low = 0;
  let high = active.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(waiting, active[middle])) low = middle + 1;
    else high = middle;
  }
  active.splice(low, 0, waiting);
}

export function next(state: SchedulerState): Waiting | undefined {
  const waiting = state.active.pop();
  if (waiting !== undefined) state.queued.delete(waiting.key);
  return waiting;
}

/** Takes a pod out of the queue, wherever it is. */
export function forget(state: SchedulerState, key: string): void {
  state.unschedulable.delete(key);
  if (!state.queued.has(key)) return;
  state.queued.delete(key);
  const at = state.active.findIndex((one) => one.key === key);
  if (at >= 0) state.active.splice(at, 1);
}
