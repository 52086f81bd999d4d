import type { Pod } from "../api/types";
import type { Random } from "../model";
import type { Candidate, Cycle } from "./filter";
import { beginFilters, fitMessage, refusal } from "./fit";
import type { Refusal } from "./fit";
import { scores } from "./scores/index";

/** Fewer nodes than this are all looked at. */
const allBelow = 100;

export type Choice =
  | { readonly node: string }
  | { readonly node?: undefined; readonly message: string; readonly refusals: ReadonlyMap<string, Refusal>; readonly plugins: readonly string[]; readonly rejected: boolean };

/** Finds the best node for a pod: filters, scores, and among equals a random one. */
export function choose(pod: Pod, cycle: Cycle, random: Random): Choice {
  const { candidates, state } = cycle;
  if (candidates.length === 0) return { message: "no nodes available to schedule pods", refusals: new Map(), plugins: [], rejected: true };
  const { checks, reject } = beginFilters(pod, cycle);
  if (reject !== undefined) return { message: fitMessage(candidates.length, [], reject.reason), refusals: new Map(), plugins: [reject.plugin], rejected: true };
  const enough = nodesToFind(candidates.length);
  const feasible: Candidate[] = [];
  const refusals = new Map<string, Refusal>();
  let looked = 0;
  for (; looked < candidates.length && feasible.length < enough; looked++) {
    const candidate = candidates[(state.nextNode + looked) % candidates.length];
    const found = refusal(checks, candidate);
    if (found === undefined) feasible.push(candidate);
    else refusals.set(candidate.info.name, found);
  }
  state.nextNode = (state.nextNode + looked) % candidates.length;
  if (feasible.length === 0) {
    return {
      message: fitMessage(candidates.length, [...refusals.values()].map((one) => one.reasons)), refusals, rejected: false,
      plugins: [...new Set([...refusals.values()].map((one) => one.plugin))].sort(),
    };
  }
  return { node: feasible.length === 1 ? (feasible[0]).info.name : bestOf(pod, feasible, cycle, random) };
}

/** In big clusters only a part of the feasible nodes is looked for: 50 % less one for every 125 nodes, at least 5 % and 100 nodes. */
function nodesToFind(nodes: number): number {
  if (nodes < allBelow) return nodes;
  const percent = Math.max(5, 50 - Math.floor(nodes / 125));
  return Math.max(allBelow, Math.floor((nodes * percent) / 100));
}

function bestOf(pod: Pod, nodes: readonly Candidate[], cycle: Cycle, random: Random): string {
  const sums = nodes.map(() => 0);
  for (const score of scores) {
    const rated = score.rate(pod, nodes, cycle);
    if (rated !== undefined) for (let at = 0; at < sums.length; at++) sums[at] += rated[at] * score.weight;
  }
  let chosen = 0;
  let equals = 1;
  for (let at = 1; at < sums.length; at++) {
    const sum = sums[at];
    const most = sums[chosen];
    if (sum > most) {
      chosen = at;
      equals = 1;
    } else if (sum === most && random.int(++equals) === 0) chosen = at;
  }
  return (nodes[chosen]).info.name;
}
