import { describe, expect, it } from "vitest";
import { lineDifference } from "../conformance/normalise";
import { replayReal } from "./replay-real";
import { scenarios } from "./scenarios";
import type { Outcome } from "../conformance/replay";

function wrong(outcomes: readonly (Outcome | undefined)[], left: string, right: string): string[] {
  return outcomes.flatMap((one) => {
    if (one?.result === "needless") return [`no longer differs, take it off the list: #${one.step} ${one.cmd}`];
    if (one?.result !== "different") return [];
    return [`differs: #${one.step} ${one.cmd}\n${lineDifference(one.recorded, one.ours)}--- ${left}\n${one.recorded}\n--- ${right}\n${one.ours}`];
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
