import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { golden, replay } from "./replay";

const scenarios = readdirSync(golden).filter((name) => existsSync(join(golden, name, "transcript.json"))).sort();

describe("recordings of a real control plane", () => {
  it.each(scenarios)("%s", (scenario) => {
    const { steps, watches } = replay(scenario);
    const wrong = [...steps, ...watches].filter((one) => one.result === "different" || one.result === "needless");
    expect(wrong.map((one) => `${one.result === "needless" ? "no longer differs, take it off the list" : "differs"}: ${one.cmd}\n--- recorded\n${one.recorded}\n--- ours\n${one.ours}`)).toEqual([]);
  }, 120_000);
});
