import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packText } from "../../scripts/pack-text.mjs";
import { again, unpackText } from "../../src/cluster/packed-text";

describe("packed text", () => {
  it("comes back as it was", () => {
    const letters = fc.array(fc.integer({ min: 0, max: 127 }), { maxLength: 300 }).map((codes) => String.fromCharCode(...codes.filter((code) => code !== again)));
    const words = fc.array(fc.constantFrom("the field of a container ", "field ", "of ", "a", "\n"), { maxLength: 300 }).map((parts) => parts.join(""));
    fc.assert(fc.property(fc.oneof(letters, words), (text) => unpackText(packText(text)) === text));
  });

  it("is much shorter where the text repeats itself", () => {
    const text = "The field names a port of the container. ".repeat(200);
    expect(packText(text)[3].length).toBeLessThan(200);
  });

  it("refuses what is not ASCII", () => {
    expect(() => packText("naïve")).toThrow("only ASCII");
    expect(() => packText(String.fromCharCode(again))).toThrow("comes again");
  });
});
