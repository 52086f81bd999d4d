// Writes the field schema of the Kubernetes API from the models package: src/cluster/api/schema/generated/
// structs.ts (fields, types, required, with what field-numbers.txt and go-fields.txt say of them) and descriptions.ts
// (the sentences of `kubectl explain`, packed).
// The output is the same for the same package, and is not committed. Run: node scripts/generate-schema.mjs
import { createHash } from "node:crypto";
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

/** What kubectl prints of typographic quotes stands as control characters, since only ASCII is packed. */
const quotes = { "’": "\x0e", "“": "\x0f", "”": "\x10" };

/**
 * All descriptions, a line each: a model's own, then its fields' in the order of structs.ts. A description that the last
 * field of the same name had, too, is \x01; what it calls itself is \x03, and \x04 with a capital.
 */
function lines() {
  const lastOf = new Map();
  const line = (name, self, text) => {
    if (text === "") return "";
    if (lastOf.get(name) === text) return "\x01";
    lastOf.set(name, text);
    if (/[^ -~’“”]/.test(text)) throw new Error(`cannot be packed: ${text}`);
    return text.replaceAll(self, "\x03").replaceAll(capital(self), "\x04").replace(/[’“”]/g, (quote) => quotes[quote]);
  };
  return Object.keys(structs).flatMap((model) => ["", ...Object.keys(structs[model])].map((name) => line(name, name || bare(model), descriptions[model][name] ?? ""))).join("\n");
}
const capital = (name) => name.charAt(0).toUpperCase() + name.slice(1);
const bare = (model) => model.replace(/^([A-Z][a-z]+)?V\d/, "");

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** What a list says of each model, behind its name. */
function listed(name) {
  const rows = readFileSync(join(root, "scripts", name), "utf8").split("\n").filter((row) => row !== "" && !row.startsWith("#"));
  return new Map(rows.map((row) => {
    const [, model, rest] = /^(\S+) ?(.*)$/.exec(row);
    if (!structs[model.replace("=", "")]) throw new Error(`${name}: no model ${model}`);
    return [model, rest];
  }));
}

/** The structs as src/cluster/api/schema/structs.ts reads them. */
function structLines() {
  const numbers = listed("field-numbers.txt");
  const go = listed("go-fields.txt");
  const lastOf = new Map();
  const field = (model, name) => {
    const [, type, required] = /^(.*?)(!?)$/.exec(structs[model][name]);
    const own = `${model}${capital(name)}`;
    const guess = structs[own] ? own : lastOf.get(name) ?? (structs[`V1${capital(name)}`] ? `V1${capital(name)}` : "string");
    lastOf.set(name, type);
    return `${name}${type === guess ? "" : `:${type}`}${required}`;
  };
  /** The words of a line with what Go has of their fields. */
  const withGo = (words, text) => {
    const told = new Map((text === undefined || text === "" ? [] : text.split(", ")).map((entry) => [entry.split(" ")[0], entry.replace(/^\S+/, "").replaceAll(" ", "=")]));
    const found = words.map((word) => {
      const name = word.replace(/(.)[:!*].*/, "$1");
      const said = told.get(name) ?? "";
      told.delete(name);
      return word + said;
    });
    if (told.size > 0) throw new Error(`go-fields.txt: no field ${[...told.keys()].join(", ")}`);
    return found;
  };
  return Object.keys(structs).map((model) => {
    const rest = new Set(Object.keys(structs[model]));
    const names = [...rest];
    const words = [];
    for (const sign of numbers.get(model) ?? "") {
      const name = names[digits.indexOf(sign)];
      if (sign === "*") words.push(`${words.pop()}*`);
      else if (!digits.includes(sign)) words.push(sign);
      else if (!rest.delete(name)) throw new Error(`field-numbers.txt: ${model} has no field ${sign}, or has it twice`);
      else words.push(field(model, name));
    }
    if (rest.size > 0) words.push("+", ...[...rest].map((name) => field(model, name)));
    const first = go.has(`=${model}`) ? `=${model}` : model;
    return [first, ...withGo(words, go.get(first))].join(" ");
  }).join("\n");
}

const file = (name) => join(target, `${name}.ts`);
const textOf = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "");
const write = (path, text) => {
  if (textOf(path) !== text) writeFileSync(path, text);
};
const generated = "// Generated by scripts/generate-schema.mjs";

mkdirSync(target, { recursive: true });
write(file("structs"), `${generated}.
/** A model and its fields on each line. */
export const lines = \`${structLines()}\`;
`);
// Packing takes seconds, so it is done only when something that goes into it has changed.
const text = lines();
const packers = ["src/cluster/packed-text.ts", "scripts/pack-text.mjs"].map((path) => readFileSync(join(root, path), "utf8"));
const head = `${generated} from ${createHash("sha256").update([text, ...packers].join("\0")).digest("hex")}.\n`;
if (!textOf(file("descriptions")).startsWith(head)) {
  const { packText } = await import("./pack-text.mjs");
  write(file("descriptions"), `${head}import type { Packed } from "../../../packed-text";\n/** The lines of descriptions. */\nexport const packed: Packed = ${JSON.stringify(packText(text))};\n`);
}
