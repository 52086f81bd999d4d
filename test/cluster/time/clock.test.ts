import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomOver, streamState, uuid } from "../../../src/cluster/time/random";
import { VirtualClock } from "../../../src/cluster/time/virtual-clock";

describe("the virtual clock", () => {
  it("fires in the order of time, then of asking, and never what was cancelled", () => {
    fc.assert(fc.property(fc.array(fc.record({ delay: fc.integer({ min: 0, max: 50 }), cancel: fc.boolean() }), { maxLength: 60 }), (plan) => {
      const clock = new VirtualClock();
      const ids = plan.map(({ delay }, at) => clock.after(delay, "t", at));
      plan.forEach(({ cancel }, at) => { if (cancel) clock.cancel(ids[at] as number); });
      const expected = plan.map(({ delay, cancel }, at) => ({ delay, cancel, at })).filter((one) => !one.cancel).sort((a, b) => a.delay - b.delay || a.at - b.at).map((one) => one.at);
      const fired: unknown[] = [];
      for (let timer = clock.pop(100); timer !== undefined; timer = clock.pop(100)) {
        expect(clock.now).toBe(timer.at);
        fired.push(timer.args);
      }
      expect(fired).toEqual(expected);
      expect(clock.settled).toBe(true);
    }));
  });

  it("is settled when only background timers remain", () => {
    const clock = new VirtualClock();
    clock.after(5, "lease", null, true);
    const work = clock.after(3, "work", null);
    expect(clock.settled).toBe(false);
    clock.cancel(work);
    expect(clock.settled).toBe(true);
    expect(clock.pop(4)).toBeUndefined();
    expect(clock.pop(5)?.kind).toBe("lease");
  });
});

describe("seeded streams", () => {
  it("repeat by seed and name, and differ by either", () => {
    const draw = (seed: number, name: string): string => randomOver(streamState(seed, name)).suffix(20);
    expect(draw(7, "name/pods")).toBe(draw(7, "name/pods"));
    expect(new Set([draw(7, "a"), draw(8, "a"), draw(7, "b")]).size).toBe(3);
  });

  it("are even, and make UUIDs of version 4", () => {
    const random = randomOver(streamState(1, "even"));
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) { const drawn = random.int(3); counts[drawn] = (counts[drawn] ?? 0) + 1; }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(600);
    expect(uuid(random)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
