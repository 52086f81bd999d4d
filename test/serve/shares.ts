import { readFileSync } from "node:fs";
import { join } from "node:path";
import { golden } from "../conformance/replay";
import { scenarios } from "./scenarios";
import type { Recording } from "../conformance/replay";

/** What a recording costs, in commands: one whose time limit ends it (`--timeout=20s`) is waited for, which takes as long as several. */
function weight(scenario: string): number {
  const { steps } = JSON.parse(readFileSync(join(golden, scenario, "transcript.json"), "utf8")) as Recording;
  return steps.reduce((sum, { cmd, exit }) => sum + 1 + (exit === 0 ? 0 : 5 * Number(/--timeout=(\d+)s/.exec(cmd)?.[1] ?? 0)), 0);
}

/** The recordings in `of` parts that take about as long: the heaviest first, each into the part that is lightest so far. */
export function shares(of: number): readonly (readonly string[])[] {
  const parts = Array.from({ length: of }, () => ({ weight: 0, scenarios: [] as string[] }));
  for (const one of scenarios.map((scenario) => ({ scenario, weight: weight(scenario) })).sort((a, b) => b.weight - a.weight)) {
    const lightest = parts.reduce((least, part) => (part.weight < least.weight ? part : least));
    lightest.weight += one.weight;
    lightest.scenarios.push(one.scenario);
  }
  return parts.map((part) => part.scenarios);
}
