import { describe, expect, it } from "vitest";
import { rollingUpdate } from "../../src/diagrams/concepts/rolling-update";
import { ClusterModel } from "../../src/ui/cluster-model";

const log = (model: ClusterModel): string => [...model.view().changes(0)].map(({ at, type, ref }) => `${at} ${type} ${ref.resource}/${ref.name}`).join("\n");

describe("an example", () => {
  it("that is made in pieces is the one that is made at once, with the page's work between the pieces", async () => {
    const atOnce = ClusterModel.example(rollingUpdate);
    let breaths = 0;
    let clock = 0;
    // A clock that each look moves on: every piece ends after a few timers.
    const model = await ClusterModel.prepare(rollingUpdate, () => (clock += 5), async () => void breaths++, () => true);
    expect(breaths).toBeGreaterThan(20);
    expect(model?.now).toBe(atOnce.now);
    expect(model === undefined ? "" : log(model)).toBe(log(atOnce));
    expect(model?.scrubbed).toBe(atOnce.scrubbed);
    expect(model?.playing).toBe(false);
  });

  it("is given up once nobody wants it", async () => {
    let breaths = 0;
    let clock = 0;
    const model = await ClusterModel.prepare(rollingUpdate, () => (clock += 0.5), async () => void breaths++, () => breaths < 3);
    expect(model).toBeUndefined();
    expect(breaths).toBe(3);
  });

  it("begins again at its poster without being made anew, unless somebody acted", async () => {
    const model = ClusterModel.example(rollingUpdate);
    const { cluster } = model.view();
    const poster = model.scrubbed;
    model.scrub(3000);
    model.reset();
    expect(model.view().cluster).toBe(cluster);
    expect(model.scrubbed).toBe(poster);
    const done = model.run("kubectl get pods", () => undefined);
    for (let i = 0; i < 10; i++) model.frame(100);
    expect(await done).toBe(0);
    model.reset();
    expect(model.view().cluster).not.toBe(cluster);
    expect(model.now).toBe(rollingUpdate.scenario.end);
  });
});
