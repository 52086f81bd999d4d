// Writes the field schema of the Kubernetes API from the models package: src/cluster/api/schema/generated/
// structs.ts (fields, types, required) and descriptions.ts (the sentences of `kubectl explain`, each once).
// The output is the same for the same package, and is not committed. Run: node scripts/generate-schema.mjs
import { mkdirSync, readdirSync, readFileSync, writeFileSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const models = join(root, "node_modules/@kubernetes/client-node/dist/gen/models");
const target = join(root, "src/cluster/api/schema/generated");

/** Alpha and beta versions are off in a real cluster of the same version, and a list's shape follows from its item's. */
const isServed = (model) => !/^V\d+(alpha|beta)/.test(model) && !/^(all|ObjectSerializer|VersionInfo)$/.test(model);
const isList = (fields) => fields.some((field) => field.name === "items") && fields.some((field) => field.type === "V1ListMeta");

function typeOf(attribute) {
  const { type, format } = attribute;
  const list = /^Array<(.*)>$/.exec(type);
  if (list) return "[]" + typeOf({ type: list[1], format });
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map) return "map[]" + typeOf({ type: map[1], format });
  if (type === "Date") return "Time";
  if (format === "date-time-micro") return "MicroTime";
  if (type === "string") return format === "byte" ? "bytes" : "string";
  if (type === "number") return format;
  if (type === "boolean") return "bool";
  return type;
}

const sentence = (comment) => comment.replace(/^\s*\/\*\*|\*\/\s*$/g, "").replace(/^\s*\* ?/gm, "").replace(/\\(['"])/g, "$1").replaceAll("*_/", "*/").trim();

/** The class's own comment and each field's, and whether the declaration leaves the field optional. */
function readDeclaration(text) {
  const about = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\s*export declare class/.exec(text);
  const fields = new Map();
  for (const [, comment, name, optional] of text.matchAll(/(?:(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\s*)?\n    '([^']+)'(\?)?:/g)) {
    fields.set(name, { required: optional !== "?", description: comment ? sentence(comment) : "" });
  }
  return { description: about ? sentence(about[1]) : "", fields };
}

const structs = {};
const descriptions = {};
for (const file of readdirSync(models).filter((name) => name.endsWith(".js")).sort()) {
  const model = file.slice(0, -3);
  if (!isServed(model)) continue;
  const attributes = /attributeTypeMap = (\[[\s\S]*?\n\]|\[\]);/.exec(readFileSync(join(models, file), "utf8"));
  if (!attributes) continue;
  const fields = JSON.parse(attributes[1]).map((attribute) => ({ property: attribute.name, name: attribute.baseName, type: typeOf(attribute) }));
  if (isList(fields)) continue;
  const declared = readDeclaration(readFileSync(join(models, `${model}.d.ts`), "utf8"));
  structs[model] = {};
  descriptions[model] = { "": declared.description };
  for (const { property, name, type } of fields.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const facts = declared.fields.get(property);
    structs[model][name] = type + (facts?.required ? "!" : "");
    if (facts?.description) descriptions[model][name] = facts.description;
  }
}

/** A text as sentences, each with the space behind it. */
const sentences = (text) => text.split(/(?<=[.:!?]\s+)(?=\S)/);
const count = (counts, parts) => {
  for (const part of parts) counts.set(part, (counts.get(part) ?? 0) + 1);
  return counts;
};
const texts = Object.values(descriptions).flatMap(Object.values).filter((text) => text !== "");
const repeated = [...new Set(texts)].reduce((counts, text) => count(counts, sentences(text)), new Map());
/** Parts of a text: each sentence that stands elsewhere too, and what lies between. */
function partsOf(text) {
  const parts = [];
  let open = false;
  for (const part of sentences(text)) {
    const shared = repeated.get(part) > 1 && part.length > 20;
    if (!shared && open) parts[parts.length - 1] += part;
    else parts.push(part);
    open = !shared;
  }
  return parts;
}
const uses = texts.reduce((counts, text) => count(counts, partsOf(text)), new Map());
const shared = [...uses].filter(([part, times]) => times > 1 && part.length > 4).map(([part]) => part);
const places = new Map(shared.map((part, at) => [part, at]));
const placed = (text) => {
  const parts = partsOf(text).map((part) => places.get(part) ?? part);
  return parts.length === 1 ? parts[0] : parts;
};
/** The model's own description, then its fields' in the order of structs.ts. */
const described = Object.fromEntries(Object.keys(structs).map((model) => [model, ["", ...Object.keys(structs[model])].map((name) => placed(descriptions[model][name] || ""))]));

const record = (value) => `{\n${Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${JSON.stringify(inner)}`).join(",\n")}\n}`;
function write(file, ...constants) {
  const text = `// Generated by scripts/generate-schema.mjs.\n${constants.map(([name, about, type, value]) => `/** ${about} */\nexport const ${name}: ${type} = ${value};\n`).join("")}`;
  const path = join(target, `${file}.ts`);
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

mkdirSync(target, { recursive: true });
write("structs", ["structs", "Model to field to type; \"!\" marks a required field.", "Readonly<Record<string, Readonly<Record<string, string>>>>", record(structs)]);
write(
  "descriptions",
  ["shared", "Sentences that stand in more than one description.", "readonly string[]", `[\n${shared.map((part) => JSON.stringify(part)).join(",\n")}\n]`],
  ["described", "Model to descriptions: its own, then its fields' in the order of structs.ts. A number is a place in `shared`; a list is put together.", "Readonly<Record<string, readonly (string | number | readonly (string | number)[])[]>>", record(described)],
);
