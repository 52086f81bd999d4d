import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { descriptionOf } from "../../../../src/cluster/api/schema/descriptions";
import { models } from "../../../../src/cluster/api/schema/schema";

const folder = join(import.meta.dirname, "../../../../node_modules/@kubernetes/client-node/dist/gen/models");

/** What stands in the comment before a declaration, read by TypeScript itself. */
function commentOf(text: string, node: ts.Node): string {
  const range = ts.getLeadingCommentRanges(text, node.getFullStart())?.at(-1);
  if (range === undefined) return "";
  const lines = text.slice(range.pos + 3, range.end - 2).split("\n").map((line) => line.replace(/^\s*\* ?/, ""));
  return lines.join("\n").trim().replace(/\\(['"])/g, "$1").replaceAll("*_/", "*/");
}

/** Every description of the models package by model and field, and the model's own under "". */
function written(): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".d.ts") && models.includes(name.slice(0, -5)))) {
    const text = readFileSync(join(folder, file), "utf8");
    const declared = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true).statements.find(ts.isClassDeclaration);
    if (declared === undefined) continue;
    const model = file.slice(0, -5);
    found.set(model, commentOf(text, declared));
    const map = /attributeTypeMap = (\[[\s\S]*?\n\]|\[\]);/.exec(readFileSync(join(folder, `${model}.js`), "utf8"))?.[1] ?? "[]";
    const properties = new Map(declared.members.flatMap((member) => (ts.isPropertyDeclaration(member) && ts.isStringLiteral(member.name) ? [[member.name.text, member] as const] : [])));
    for (const { name, baseName } of JSON.parse(map) as readonly { readonly name: string; readonly baseName: string }[]) {
      const member = properties.get(name);
      if (member !== undefined) found.set(`${model} ${baseName}`, commentOf(text, member));
    }
  }
  return found;
}

describe("descriptions", () => {
  it("are what the models package says, to the character", () => {
    const expected = written();
    expect(expected.size).toBeGreaterThan(2000);
    expect(new Map([...expected.keys()].map((key) => [key, descriptionOf(...(key.split(" ") as [string, string?]))]))).toEqual(expected);
  });

  it("are empty for what there is not", () => {
    expect([descriptionOf("V1Pod", "nothing"), descriptionOf("Nothing"), descriptionOf("Nothing", "name")]).toEqual(["", "", ""]);
  });
});
