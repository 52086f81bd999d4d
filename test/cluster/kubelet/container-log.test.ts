import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { append } from "../../../src/cluster/kubelet/container-log";
import type { ContainerLog, LogLine } from "../../../src/cluster/kubelet/runtime-state";

const bounds = { lines: 1_000, bytes: 100_000 };

describe("a container's log", () => {
  it("holds the lines of a text, however it is written in pieces", () => {
    const piece = fc.array(fc.constantFrom("\n", "a", "line", "\nhalf"), { maxLength: 5 }).map((parts) => parts.join(""));
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const log: ContainerLog = { lines: [], bytes: 0 };
      const told: LogLine[] = [];
      for (const [at, data] of pieces.entries()) append(log, at, 1, data, bounds, (line) => told.push(line));
      const whole = pieces.join("").split("\n");
      const last = whole.pop() ?? "";
      expect(told.map(({ text }) => text)).toEqual(whole);
      expect(log.lines.map(({ text, partial }) => [text, partial])).toEqual([...whole.map((text) => [text, undefined]), ...(last === "" ? [] : [[last, true]])]);
      expect(log.bytes).toBe(log.lines.reduce((sum, { text }) => sum + text.length + 40, 0));
    }));
  });

  it("keeps the streams apart, tells when each line came, and drops the oldest beyond its bounds", () => {
    const log: ContainerLog = { lines: [], bytes: 0 };
    append(log, 1, 1, "said\n", bounds);
    append(log, 1, 1, "said\n", bounds);
    append(log, 1, 2, "said\n", bounds);
    append(log, 2, 1, "said\n", bounds);
    expect(log.lines).toEqual([{ at: 1, fd: 1, text: "said" }, { at: 1, fd: 1, text: "said" }, { at: 1, fd: 2, text: "said" }, { at: 2, fd: 1, text: "said" }]);
    for (let at = 0; at < 2_000; at++) append(log, at, 1, `${at}\n`, bounds);
    expect(log.lines.length).toBeGreaterThanOrEqual(750);
    expect(log.lines.length).toBeLessThanOrEqual(1_000);
    expect(log.lines.at(-1)?.text).toBe("1999");
    expect(log.bytes).toBe(log.lines.reduce((sum, { text }) => sum + text.length + 40, 0));
  });
});
