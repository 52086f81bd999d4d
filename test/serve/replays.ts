import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { golden } from "../conformance/replay";
import { replayReal } from "./replay-real";
import type { Outcome } from "../conformance/replay";

/** Recordings that are replayed command by command; 45 is read as one by a test of its own. */
export const scenarios = readdirSync(golden).filter((name) => existsSync(join(golden, name, "transcript.json")) && !name.startsWith("45-")).sort();

function wrong(outcomes: readonly (Outcome | undefined)[], left: string, right: string): string[] {
  return outcomes.flatMap((one) => {
    if (one?.result === "needless") return [`no longer differs, take it off the list: #${one.step} ${one.cmd}`];
    if (one?.result !== "different") return [];
    const [a, b] = [one.recorded.split("\n"), one.ours.split("\n")];
    return [`differs: #${one.step} ${one.cmd}\n${a.filter((line) => !b.includes(line)).map((line) => `${left} ${line}\n`).join("")}${b.filter((line) => !a.includes(line)).map((line) => `${right} ${line}\n`).join("")}--- ${left}\n${one.recorded}\n--- ${right}\n${one.ours}`];
  });
}

/** Every `of`-th recording from `from` on: the files that call this run side by side. */
export function testReplays(from: number, of: number): void {
  describe("the real kubectl", () => {
    it.each(scenarios.filter((_, at) => at % of === from))("%s", async (scenario) => {
      const outcomes = await replayReal(scenario);
      expect(wrong(outcomes.map((one) => one.recorded), "recorded", "real")).toEqual([]);
      expect(wrong(outcomes.map((one) => one.bytes), "real", "ours")).toEqual([]);
    });
  });
}
