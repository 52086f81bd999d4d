import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { decode } from "../../../../src/cluster/api/schema/decode";
import { struct } from "../../../../src/cluster/api/schema/schema";
import type { KubeObject } from "../../../../src/cluster/model";

const golden = new URL("../../../conformance/golden/", import.meta.url);
const recorded = readdirSync(golden)
  .map((folder) => new URL(`${folder}/final.yaml`, golden))
  .filter((file) => existsSync(file))
  .flatMap((file) => (parse(readFileSync(file, "utf8")) as { items?: KubeObject[] } | null)?.items ?? []);

function modelOf({ apiVersion, kind }: KubeObject): string {
  return kind === "Event" ? "CoreV1Event" : (apiVersion.endsWith("v2") ? "V2" : "V1") + kind;
}

/** A real server's objects are decoded already: a pointer, an empty field or a quantity taken wrongly would change one of them. */
describe("objects of a real cluster", () => {
  it.each([...new Set(recorded.map(modelOf))].filter((model) => struct(model)))("%s stays the same object", (model) => {
    for (const object of recorded.filter((one) => modelOf(one) === model)) expect(decode(model, object, "Strict").object).toBe(object);
  });
  it("are there", () => expect(recorded.length).toBeGreaterThan(20));
});
