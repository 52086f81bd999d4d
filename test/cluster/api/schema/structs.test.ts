import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { numberedFields, structs } from "../../../../src/cluster/api/schema/structs";

const root = join(import.meta.dirname, "../../../..");
const folder = join(root, "node_modules/@kubernetes/client-node/dist/gen/models");

interface Attribute { readonly name: string; readonly baseName: string; readonly type: string; readonly format: string }

/** The models package's way to say a type that stands in the structs. */
function typed(type: string): string {
  if (type.startsWith("[]")) return `Array<${typed(type.slice(2))}>`;
  if (type.startsWith("map[]")) return `{ [key: string]: ${typed(type.slice(5))}; }`;
  return { Time: "Date", MicroTime: "V1MicroTime", bytes: "string", bool: "boolean", int32: "number", int64: "number", double: "number" }[type] ?? type;
}

describe("structs", () => {
  it("have the fields and types of the models package, in alphabetical order", () => {
    expect(Object.keys(structs()).length).toBeGreaterThan(400);
    for (const [model, fields] of Object.entries(structs())) {
      const attributes = JSON.parse(/attributeTypeMap = (\[[\s\S]*?\n\]|\[\]);/.exec(readFileSync(join(folder, `${model}.js`), "utf8"))?.[1] ?? "[]") as readonly Attribute[];
      const declaration = readFileSync(join(folder, `${model}.d.ts`), "utf8");
      const expected = attributes.map(({ name, baseName, type, format }) => [baseName, type, format === "byte", declaration.includes(`\n    '${name}': `)]);
      const actual = Object.entries(fields).map(([name, type]) => [name, typed(type.replace("!", "")), /bytes!?$/.test(type), type.endsWith("!")]);
      expect([model, actual]).toEqual([model, expected.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1))]);
    }
  });

  it("have the numbers of their fields that stand in the list of them", () => {
    const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const rows = readFileSync(join(root, "scripts/field-numbers.txt"), "utf8").split("\n").filter((row) => row !== "" && !row.startsWith("#"));
    const said = new Map(rows.map((row) => row.split(" ") as [string, string]));
    for (const [model, fields] of Object.entries(structs())) {
      const names = Object.keys(fields);
      const words = (said.get(model) ?? "").match(/.\*?/g)?.map((word) => (digits.includes(word.charAt(0)) ? `${names[digits.indexOf(word.charAt(0))]}${word.slice(1)}` : word)) ?? [];
      expect([model, numberedFields(model)]).toEqual([model, words]);
    }
  });
});
