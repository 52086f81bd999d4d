import type { Cluster } from "../cluster/cluster-contract";
import type { Ms } from "../cluster/model";

/** Lets virtual time run for a served cluster. */
export interface Driver {
  /** Catches up with the wall clock: called before a request is answered and after, so that what it caused happens at once. */
  readonly turn: () => void;
  readonly stop: () => void;
}

/** Wall ms of simulated work in one turn: more would make a busy cluster deaf. */
const budget = 8;
/** setTimeout counts in 32 bits. */
const longestSleep = 60_000;

/**
 * Virtual time at `speed` times the wall clock, from now on. It sleeps until the next timer of the cluster is due, so that an idle
 * cluster costs nothing. `cluster` is asked each time: a reset exchanges it.
 */
export function wallDriver(cluster: () => Cluster, speed: number): Driver {
  let driven = cluster();
  let wall = performance.now();
  let virtual = driven.now;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const turn = (): void => {
    if (stopped) return;
    clearTimeout(timer);
    const current = cluster();
    if (current !== driven) {
      driven = current;
      wall = performance.now();
      virtual = current.now;
    }
    const now: Ms = virtual + (performance.now() - wall) * speed;
    // Somebody else may have moved it further.
    const behind = current.now < now && current.advance(now, budget) === "budget";
    const due = current.next;
    if (!behind && due === undefined) return;
    timer = setTimeout(turn, behind ? 1 : Math.min(longestSleep, Math.max(1, ((due ?? 0) - current.now) / speed)));
  };
  turn();
  return { turn, stop: () => { stopped = true; clearTimeout(timer); } };
}

/** Time that moves only when the cluster's owner moves it. */
export const manualDriver: Driver = { turn: () => undefined, stop: () => undefined };
