import type { Pod } from "../api/types";
import { keyOf } from "../controllers/keys";
import type { Candidate, Cycle } from "./filter";
import { beginFilters, fitMessage, refusal } from "./fit";
import type { Refusal } from "./fit";
import { count } from "./snapshot";
import type { NodeInfo } from "./state";

export interface Preemption {
  readonly node: string;
  readonly victims: readonly Pod[];
}

const notHelpful = "Preemption is not helpful for scheduling";

/** Which pods of lower priority would have to go so that this one fits somewhere, or why that does not help. */
export function preempt(pod: Pod, cycle: Cycle, refusals: ReadonlyMap<string, Refusal>): Preemption | string {
  if (pod.spec.preemptionPolicy === "Never") return "preemption: not eligible due to preemptionPolicy=Never.";
  const nominated = pod.status?.nominatedNodeName;
  const priority = pod.spec.priority ?? 0;
  if (nominated !== undefined && refusals.get(nominated)?.resolvable === true) {
    const there = cycle.candidates.find((one) => one.info.name === nominated);
    if (there !== undefined && cycle.podsOn(there.info).some((other) => other.metadata.deletionTimestamp !== undefined && (other.spec.priority ?? 0) < priority)) {
      return "preemption: not eligible due to a terminating pod on the nominated node.";
    }
  }
  const reasons: (readonly string[])[] = [];
  const options: Preemption[] = [];
  for (const candidate of cycle.candidates) {
    if (refusals.get(candidate.info.name)?.resolvable !== true) {
      reasons.push([notHelpful]);
      continue;
    }
    const found = victimsOn(pod, candidate, cycle);
    if (found.victims !== undefined) options.push({ node: candidate.info.name, victims: found.victims });
    else reasons.push(found.reasons);
  }
  if (options.length === 0) return `preemption: ${fitMessage(cycle.candidates.length, reasons)}`;
  return options.reduce((best, one) => compare(one.victims, best.victims) < 0 ? one : best);
}

/** The fewest victims on a node: all lower ones are thought away, then the most important are let back as long as the pod fits. */
function victimsOn(pod: Pod, candidate: Candidate, cycle: Cycle): { readonly victims: readonly Pod[] } | { readonly victims?: undefined; readonly reasons: readonly string[] } {
  const priority = pod.spec.priority ?? 0;
  const lower = cycle.podsOn(candidate.info).filter((other) => (other.spec.priority ?? 0) < priority);
  if (lower.length === 0) return { reasons: ["No preemption victims found for incoming pod"] };
  const gone = new Set(lower);
  const refused = fits(pod, candidate, cycle, gone);
  if (refused !== undefined) return { reasons: refused.reasons };
  for (const one of [...lower].sort(moreImportant)) {
    gone.delete(one);
    if (fits(pod, candidate, cycle, gone) !== undefined) gone.add(one);
  }
  return { victims: [...gone].sort(moreImportant) };
}

function fits(pod: Pod, candidate: Candidate, cycle: Cycle, gone: ReadonlySet<Pod>): Refusal | undefined {
  const info = structuredClone<NodeInfo>(candidate.info);
  for (const one of gone) {
    const key = keyOf(one);
    const placed = cycle.state.placed.get(key);
    if (placed !== undefined) {
      count(info, placed, -1);
      info.pods.delete(key);
    }
  }
  const trial: Cycle = {
    ...cycle,
    candidates: cycle.candidates.map((one) => one === candidate ? { ...candidate, info } : one),
    podsOn: (of) => cycle.podsOn(of).filter((one) => !gone.has(one)),
  };
  const { checks, reject } = beginFilters(pod, trial);
  if (reject !== undefined) return { reasons: [reject.reason], resolvable: false, plugin: reject.plugin };
  return refusal(checks, { ...candidate, info });
}

function startOf(pod: Pod): string {
  return pod.status?.startTime ?? pod.metadata.creationTimestamp;
}

function moreImportant(a: Pod, b: Pod): number {
  return (b.spec.priority ?? 0) - (a.spec.priority ?? 0) || (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0);
}

/** The lesser evil: the lowest highest priority, the lowest sum, the fewest pods, the most recently started. */
function compare(a: readonly Pod[], b: readonly Pod[]): number {
  const highest = (pods: readonly Pod[]): number => Math.max(...pods.map((pod) => pod.spec.priority ?? 0));
  const sum = (pods: readonly Pod[]): number => pods.reduce((total, pod) => total + (pod.spec.priority ?? 0) + 2 ** 31, 0);
  const start = (pods: readonly Pod[]): string => pods.filter((pod) => (pod.spec.priority ?? 0) === highest(pods)).map(startOf).sort()[0] ?? "";
  return highest(a) - highest(b) || sum(a) - sum(b) || a.length - b.length || (start(a) > start(b) ? -1 : start(a) < start(b) ? 1 : 0);
}
