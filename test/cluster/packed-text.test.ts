import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packText } from "../../scripts/pack-text.mjs";
import { descriptionOf, readingDescriptions } from "../../src/cluster/api/schema/descriptions";
import { unpacking, type Packed } from "../../src/cluster/packed-text";

const unpackText = (packed: Packed): string => {
  for (const steps = unpacking(packed); ;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
};

describe("packed text", () => {
  it("comes back as it was", { timeout: 120_000 }, () => {
    const letters = fc.array(fc.integer({ min: 0, max: 127 }), { maxLength: 300 }).map((codes) => String.fromCharCode(...codes));
    const words = fc.array(fc.constantFrom("the field of a container ", "field ", "of ", "a", "\n", "| "), { maxLength: 300 }).map((parts) => parts.join(""));
    fc.assert(fc.property(fc.oneof(letters, words), (text) => unpackText(packText(text)) === text), { numRuns: 40 });
  });

  it("is much shorter where the text repeats itself", () => {
    const text = "The field names a port of the container. ".repeat(200);
    expect(packText(text)[1].length).toBeLessThan(200);
  });

  it("refuses what is not ASCII", () => {
    expect(() => packText("naïve")).toThrow("only ASCII");
  });

  it("is read in steps", () => {
    const steps = unpacking(packText(Array.from({ length: 9000 }, (_, i) => `${i * i} `).join("")));
    for (let i = 0; i < 3; i++) expect(steps.next().done).toBe(false);
  });

  it("holds the descriptions, whoever began to read them", () => {
    readingDescriptions().next();
    expect(descriptionOf("V1Pod")).toBe("Pod is a collection of containers that can run on a host. This resource is created by clients and scheduled onto hosts.");
    expect(readingDescriptions().next().done).toBe(true);
  });
});
