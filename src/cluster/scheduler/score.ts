import type { Pod } from "../api/types";
import type { Candidate, Cycle } from "./filter";

/** How good a node is for a pod; each file of scores/ is one view of it. */
export interface Score {
  readonly name: string;
  readonly weight: number;
  /** Returns one number of 0 to 100 for each of the nodes; undefined where it makes no difference. */
  rate(pod: Pod, nodes: readonly Candidate[], cycle: Cycle): readonly number[] | undefined;
}

export const best = 100;

/** Stretches raw numbers so that the highest is 100, or with `reverse` that the lowest is. */
export function normalised(raw: readonly number[], reverse = false): readonly number[] {
  let most = 0;
  for (const one of raw) if (one > most) most = one;
  if (most === 0) return raw.map(() => reverse ? best : 0);
  return raw.map((one) => {
    const scaled = Math.floor((one * best) / most);
    return reverse ? best - scaled : scaled;
  });
}
