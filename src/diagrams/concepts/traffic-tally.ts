import type { RequestTrace } from "../../cluster/network/trace";
import type { View } from "../../cluster/view";
import { ruling } from "./traffic-facts";
import { arrival } from "./traffic-packets";

/** How many requests came to each pod, and how many one expects by chance: each choice among n gives each of them 1/n. */
export interface Tallies {
  readonly total: number;
  readonly ok: number;
  readonly refused: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly expected: ReadonlyMap<string, number>;
}

/** Counts what the rules chose, by the names of the pods, as far as the picture shows it arrived. */
export function tallies(view: View, traces: readonly RequestTrace[]): Tallies {
  const counts = new Map<string, number>();
  const expected = new Map<string, number>();
  let total = 0;
  let ok = 0;
  let refused = 0;
  for (const trace of traces) {
    if (view.time < trace.start + arrival) break;
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

/** The bar under a pod: the largest share that one expects ends at three fifths of it, so that more and less can be told. */
export function tallyOf({ total, counts, expected }: Tallies, name: string): { readonly text: string; readonly share: number; readonly expected?: number } {
  const scale = (0.6 * total) / Math.max(1e-9, ...expected.values());
  const count = counts.get(name) ?? 0;
  const due = expected.get(name);
  return { text: String(count), share: total === 0 ? 0 : Math.min(1, (count / total) * scale), ...(due === undefined || total === 0 ? {} : { expected: Math.min(1, (due / total) * scale) }) };
}
