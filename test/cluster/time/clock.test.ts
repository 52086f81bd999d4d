import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomOver, streamState, uuid } from "../../../src/cluster/time/random";
import { VirtualClock } from "../../../src/cluster/time/virtual-clock";

describe("the virtual clock", () => {
  it("fires in the order of time, then of asking, and never what was cancelled", () => {
    fc.assert(fc.property(fc.array(fc.record({ delay: fc.integer({ min: -5, max: 50 }), how: fc.constantFrom("stays", "cancelled", "nobody can cancel"), background: fc.boolean() }), { maxLength: 60 }), (plan) => {
      const clock = new VirtualClock(10);
      const ids = plan.map(({ delay, how, background }, at) => (how === "nobody can cancel" ? clock.at(10 + delay, "t", at, background) : clock.after(delay, "t", at, background)));
      plan.forEach(({ how }, at) => { if (how === "cancelled") clock.cancel(ids[at] as number); });
      const expected = plan.map(({ delay, ...one }, at) => ({ ...one, delay: Math.max(0, delay), at })).filter(({ how }) => how !== "cancelled").sort((a, b) => a.delay - b.delay || a.at - b.at);
      expect([...clock.pending()].map(({ args }) => args)).toEqual(expected.map(({ at }) => at));
      const fired: unknown[] = [];
      let work = expected.filter(({ background }) => !background).length;
      expect(clock.settled).toBe(work === 0);
      for (let timer = clock.pop(100); timer !== undefined; timer = clock.pop(100)) {
        expect(clock.now).toBe(timer.at);
        fired.push(timer.args);
        if (!timer.background) work--;
        expect(clock.settled).toBe(work === 0);
        // To cancel what has fired does nothing.
        clock.cancel(timer.id);
        expect(clock.settled).toBe(work === 0);
      }
      expect(fired).toEqual(expected.map(({ at }) => at));
      expect(clock.next).toBeUndefined();
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
