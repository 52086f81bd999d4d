import type { RequestTrace } from "../../cluster/network/trace";
import { ruling } from "./traffic-facts";

/** How many requests came to each pod, and how many one expects by chance: each choice among n gives each of them 1/n. */
export interface Tallies {
  readonly total: number;
  readonly ok: number;
  readonly refused: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly expected: ReadonlyMap<string, number>;
}

/** Counts what the rules chose, by the names of the pods. */
export function tallies(traces: readonly RequestTrace[]): Tallies {
  const counts = new Map<string, number>();
  const expected = new Map<string, number>();
  let total = 0;
  let ok = 0;
  let refused = 0;
  for (const trace of traces) {
    if (trace.end !== Infinity) {
      if (trace.result.ok) ok++;
      else refused++;
    }
    const choice = ruling(trace)?.choice;
    if (choice === undefined) continue;
    total++;
    for (const { name } of choice.of) expected.set(name, (expected.get(name) ?? 0) + 1 / choice.of.length);
    const took = choice.of[choice.took]?.name;
    if (took !== undefined) counts.set(took, (counts.get(took) ?? 0) + 1);
  }
  return { total, ok, refused, counts, expected };
}

/** The bar under a pod: half its length is an even share among `among` pods. */
export function tallyOf({ total, counts, expected }: Tallies, name: string, among: number): { readonly text: string; readonly share: number; readonly expected?: number } {
  const scale = Math.max(1, among / 2);
  const count = counts.get(name) ?? 0;
  const due = expected.get(name);
  return { text: String(count), share: total === 0 ? 0 : Math.min(1, (count / total) * scale), ...(due === undefined || total === 0 ? {} : { expected: Math.min(1, (due / total) * scale) }) };
}
