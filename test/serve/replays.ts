import { describe, expect, it } from "vitest";
import { lineDifference } from "../conformance/normalise";
import { replayReal } from "./replay-real";
import { shares } from "./shares";
import type { Outcome } from "../conformance/replay";

function wrong(outcomes: readonly (Outcome | undefined)[], left: string, right: string): string[] {
  return outcomes.flatMap((one) => {
    if (one?.result === "needless") return [`no longer differs, take it off the list: #${one.step} ${one.cmd}`];
    if (one?.result !== "different") return [];
    return [`differs: #${one.step} ${one.cmd}\n${lineDifference(one.recorded, one.ours)}--- ${left}\n${one.recorded}\n--- ${right}\n${one.ours}`];
  });
}

/** How many files share the recordings. */
const files = 4;

/** One of the shares of the recordings: the files that call this run side by side. */
export function testReplays(share: number): void {
  describe("the real kubectl", () => {
    it.each(shares(files)[share] ?? [])("%s", async (scenario) => {
      const outcomes = await replayReal(scenario);
      expect(wrong(outcomes.map((one) => one.recorded), "recorded", "real")).toEqual([]);
      expect(wrong(outcomes.map((one) => one.bytes), "real", "ours")).toEqual([]);
    });
  });
}
