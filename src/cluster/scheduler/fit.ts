import type { Pod } from "../api/types";
import type { Candidate, Check, Cycle, Unfit } from "./filter";
import { filters } from "./filters/index";

export interface Refusal extends Unfit {
  readonly plugin: string;
}

/** The checks of one pod, or the reason why no node can do. */
export function beginFilters(pod: Pod, cycle: Cycle): { readonly checks: readonly { readonly name: string; readonly check: Check }[]; readonly reject?: { readonly plugin: string; readonly reason: string } } {
  const checks: { readonly name: string; readonly check: Check }[] = [];
  for (const filter of filters) {
    const begun = filter.begin(pod, cycle);
    if (begun === undefined) continue;
    if ("reject" in begun) return { checks, reject: { plugin: filter.name, reason: begun.reject } };
    checks.push({ name: filter.name, check: begun });
  }
  return { checks };
}

/** The first filter that refuses the node, or undefined if it fits. */
export function refusal(checks: readonly { readonly name: string; readonly check: Check }[], candidate: Candidate): Refusal | undefined {
  for (const { name, check } of checks) {
    const found = check(candidate);
    if (found !== undefined) return { ...found, plugin: name };
  }
  return undefined;
}

/** `0/2 nodes are available: 2 Insufficient cpu.` Reasons are counted and sorted as text. */
export function fitMessage(nodes: number, reasons: Iterable<readonly string[]>, reject?: string): string {
  const counts = new Map<string, number>();
  for (const one of reasons) for (const reason of one) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const listed = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  const text = reject ?? listed.join(", ");
  return text === "" ? `0/${nodes} nodes are available.` : `0/${nodes} nodes are available: ${text}.`;
}
