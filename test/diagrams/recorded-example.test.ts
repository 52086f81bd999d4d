import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { drawing, folded, moments } from "../../scripts/example-recorder";
import { concepts } from "../../src/diagrams/concepts/index";
import { examples } from "../../src/diagrams/generated/examples";
import { recordedViews, unfolded } from "../../src/diagrams/recorded-example";
import type { RecordedExample } from "../../src/diagrams/recorded-example";
import { setLanguage } from "../../src/i18n/index";
import { ClusterModel } from "../../src/ui/cluster-model";
import { ExampleModel } from "../../src/ui/example-model";

const conceptOf = (id: string): (typeof concepts)[number] => {
  const found = concepts.find((concept) => concept.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};

describe("a recorded example", () => {
  afterEach(() => setLanguage("en"));

  it("is told once where it comes again", () => {
    fc.assert(fc.property(fc.array(fc.record({ a: fc.jsonValue(), b: fc.constantFrom({ name: "the same thing" }, [1, 2, 3, "as before"], null) })), (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      // An object with the sign that a number of the table has is none of ours.
      fc.pre(!JSON.stringify(plain).includes('"$"'));
      expect(unfolded(folded(plain))).toEqual(plain);
    }));
    expect(folded([{ name: "the same thing" }, { name: "the same thing" }]).split("the same thing")).toHaveLength(2);
  });

  it.each(concepts.map(({ id }) => id))("of %s draws what its cluster draws, at any width", (id) => {
    setLanguage("en");
    const concept = conceptOf(id);
    const model = ClusterModel.example(concept);
    const { newest, poster } = moments(model);
    const played = recordedViews(unfolded(examples[id] ?? "") as RecordedExample, () => { throw new Error("unanswered"); });
    const widths = [301, 347, 402, 555, 713, 1009];
    expect(drawing(concept, played.newest, played.poster, widths)).toBe(drawing(concept, newest, poster, widths));
    model.dispose();
  });

  it("says when it is asked what it does not know", () => {
    let asked = 0;
    const { newest } = recordedViews(unfolded(examples["pod"] ?? "") as RecordedExample, () => asked++);
    expect(newest.list("secrets")).toEqual([]);
    expect(newest.get({ resource: "secrets", namespace: "default", name: "x" })).toBeUndefined();
    expect(asked).toBe(2);
  });
});

describe("the model of an example", () => {
  const concept = conceptOf("deployment");
  const made: ClusterModel[] = [];
  const make = (): ExampleModel =>
    new ExampleModel(concept, examples[concept.id] ?? "", async (wanted) => {
      await Promise.resolve();
      if (!wanted()) return undefined;
      made.push(ClusterModel.example(concept));
      return made.at(-1);
    });
  afterEach(() => {
    for (const model of made.splice(0)) model.dispose();
  });

  it("makes no cluster before somebody reaches for it", () => {
    const model = make();
    expect(concept.focus(model.view())?.name).toBe("hellok8s");
    expect([model.now, model.playing, made.length]).toEqual([model.view().time, false, 0]);
  });

  it("goes on where it was once it has one", async () => {
    const model = make();
    const before = [model.now, model.scrubbed, model.end];
    let told = 0;
    model.onChange(() => told++);
    model.speed = 5;
    model.play();
    expect(model.playing).toBe(true);
    await model.prepare();
    expect(made).toHaveLength(1);
    expect(model.playing).toBe(true);
    expect(model.speed).toBe(5);
    expect(told).toBeGreaterThan(0);
    model.pause();
    model.live();
    expect([model.now, model.end]).toEqual([before[0], before[2]]);
    expect(await model.describe({ resource: "deployments.apps", namespace: "default", name: "hellok8s" })).toContain("RollingUpdateStrategy");
    let printed = "";
    let exit: number | undefined;
    void model.run("kubectl get deployment hellok8s", (text) => { printed += text; }).then((code) => { exit = code; });
    for (let frame = 0; exit === undefined && frame < 1000; frame++) {
      await Promise.resolve();
      model.frame(50);
    }
    expect(exit).toBe(0);
    expect(printed).toContain("hellok8s");
  });

  it("does not begin to play after it was reset", async () => {
    const model = make();
    model.play();
    model.reset();
    expect(model.playing).toBe(false);
    await model.prepare();
    expect(made).toHaveLength(1);
    expect(model.playing).toBe(false);
  });

  it("that nobody wants any more makes none", async () => {
    const model = make();
    const coming = model.prepare();
    model.dispose();
    await coming;
    expect(made).toHaveLength(0);
  });
});
