import type { Change } from "../cluster/api/store";
import type { View } from "../cluster/view";

/**
 * Folds a cluster's log into a state, once: each fold remembers the states it passed, so that a view of now folds only what is new, and a view
 * of the past looks its state up. So scrubbing and playing give one and the same picture.
 */
export type LogFold<S> = (view: View) => S;

interface Passed<S> {
  rev: number;
  at: number;
  readonly revs: number[];
  readonly states: S[];
}

/** States beyond this are forgotten from the oldest on, to bound memory. */
const most = 20_000;

/** `step` must not mutate: it returns the same state where the change doesn't matter. */
export function foldLog<S>(initial: S, step: (state: S, change: Change) => S): LogFold<S> {
  const folds = new WeakMap<object, Passed<S>>();
  return (view) => {
    let passed = folds.get(view.cluster);
    if (passed === undefined) {
      passed = { rev: 0, at: 0, revs: [], states: [] };
      folds.set(view.cluster, passed);
    }
    if (view.rev > passed.rev) {
      for (const change of view.changes(passed.at)) {
        if (change.rev <= passed.rev) continue;
        const before = passed.states[passed.states.length - 1] ?? initial;
        const after = step(before, change);
        passed.rev = change.rev;
        passed.at = change.at;
        if (after !== before) {
          passed.revs.push(change.rev);
          passed.states.push(after);
        }
      }
      if (passed.states.length > most) {
        passed.revs.splice(0, passed.states.length - most);
        passed.states.splice(0, passed.states.length - most);
      }
      passed.rev = Math.max(passed.rev, view.rev);
    }
    let low = 0;
    let high = passed.revs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((passed.revs[middle]) <= view.rev) low = middle + 1;
      else high = middle;
    }
    return passed.states[low - 1] ?? initial;
  };
}
