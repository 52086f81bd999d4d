import { descriptionOf } from "../../cluster/api/schema/descriptions";
import type { FieldFacts } from "../../cluster/api/schema/facts";
import { struct } from "../../cluster/api/schema/schema";
import type { Verb } from "../command";
import { groupResource, type Mapping } from "../discovery";
import { CommandError, PlainError, usageError } from "../errors";
import { bool, text } from "../flags";
import { customSchema, explainCustom } from "./explain-custom";

/** kubectl explain: the fields of a kind, from the schema that the server validates with. */
export const explain: Verb = {
  name: "explain",
  short: "Get documentation for a resource",
  usage: "kubectl explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2] [options]",
  flags: [bool("recursive", "When true, print the name of all the fields recursively. Otherwise, print the available fields with their description."), text("api-version", "Use given api-version (group/version) of the resource."), text("output", "Format in which to render the schema", { short: "o", default: "plaintext" })],
  run(command) {
    const [word, ...more] = command.args;
    if (word === undefined) throw new CommandError("You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list of supported resources.\n");
    if (more.length > 0) throw usageError("kubectl explain", `We accept only this format: explain RESOURCE\n`);
    const wanted = command.flags.text("api-version");
    const { mapping: named, path } = split(word, command.mapper.mappings, (w) => command.mapper.find(w));
    let mapping = named;
    if (!mapping) throw new PlainError(`the server doesn't have a resource type ${JSON.stringify(word.split(".")[0] ?? word)}`);
    if (wanted !== "") {
      const { kind } = mapping;
      mapping = command.mapper.kind(wanted, kind);
      if (!mapping) throw new CommandError(`couldn't find resource for "${wanted}, Kind=${kind}"`);
    }
    const head = `${mapping.group === "" ? "" : `GROUP:      ${mapping.group}\n`}KIND:       ${mapping.kind}\nVERSION:    ${mapping.version}\n\n`;
    let model = `${mapping.version.charAt(0).toUpperCase()}${mapping.version.slice(1)}${mapping.kind}`;
    if (!struct(model)) model = `Core${model}`;
    const schema = mapping.group.includes(".") && !struct(model) ? customSchema(command, mapping) : undefined;
    if (schema !== undefined) {
      const text = explainCustom(schema, path, command.flags.on("recursive"), wrapped);
      command.out(head + (text ?? ""));
      if (text === undefined) throw new CommandError(`field ${JSON.stringify(path[path.length - 1])} does not exist`);
      return;
    }
    let field: FieldFacts | undefined;
    let owner = model;
    for (const name of path) {
      field = struct(model)?.byName.get(name);
      if (!field) {
        command.out(head);
        throw new CommandError(`field ${JSON.stringify(path[path.length - 1])} does not exist`);
      }
      owner = model;
      model = field.goType;
    }
    let out = head;
    if (field) out += `FIELD: ${field.name} <${typeOf(field)}>\n${field.enum && field.container === "" ? `ENUM:\n${field.enum.map((e) => `    ${e}\n`).join("")}\n` : "\n\n"}`;
    const own = descriptionOf(model);
    const about = field ? [descriptionOf(owner, field.name), own] : [own];
    out += `DESCRIPTION:\n${about.filter((t) => t !== "").map((t) => wrapped(t, "    ")).join("") || "    <empty>\n"}    \n`;
    const fields = struct(model)?.fields ?? [];
    if (fields.length > 0) out += `FIELDS:\n${command.flags.on("recursive") ? tree(model, "  ", []) : fieldsOf(model)}`;
    command.out(`${out}\n`);
  },
};

/** The resource of a dotted word, and the fields behind it. `deployments.apps.spec` names its group; a version is not understood. */
function split(word: string, mappings: readonly Mapping[], find: (word: string) => Mapping | undefined): { readonly mapping: Mapping | undefined; readonly path: readonly string[] } {
  const [resource = "", ...path] = word.split(".");
  const first = find(resource);
  const named = mappings.find((mapping) => mapping.plural === first?.plural && mapping.group !== "" && `${word}.`.startsWith(`${groupResource(mapping)}.`));
  return named === undefined ? { mapping: first, path } : { mapping: named, path: path.slice(named.group.split(".").length) };
}

const PLAIN: Readonly<Record<string, string>> = { int32: "integer", int64: "integer", bool: "boolean", double: "number", bytes: "string", Time: "string", MicroTime: "string", string: "string", any: "Object" };

function typeOf(field: FieldFacts): string {
  const base = field.name === "fieldsV1" ? "FieldsV1" : PLAIN[field.goType] ?? (struct(field.goType)?.goName ?? field.goType);
  if (field.container === "list") return `[]${base}`;
  return field.container === "map" ? `map[string]${base}` : base;
}

function enumLine(field: FieldFacts, indent: string): string {
  return field.enum && field.container === "" ? `${indent}enum: ${field.enum.slice(0, 4).map((value) => (value === "" ? '""' : value)).join(", ")}${field.enum.length > 4 ? ", ...." : ""}\n` : "";
}

function sorted(model: string): readonly FieldFacts[] {
  return [...(struct(model)?.fields ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function fieldsOf(model: string): string {
  return sorted(model).map((f) => `  ${f.name}\t<${typeOf(f)}>${f.required ? " -required-" : ""}\n${enumLine(f, "  ")}${wrapped(descriptionOf(model, f.name) || "<no description>", "    ")}\n`).join("");
}

function tree(model: string, indent: string, above: readonly string[]): string {
  return sorted(model).map((f) => `${indent}${f.name}\t<${typeOf(f)}>${f.required ? " -required-" : ""}\n${enumLine(f, indent)}${above.includes(f.goType) ? "" : tree(f.goType, `${indent}  `, [...above, f.goType])}`).join("");
}

/** Wraps at 80 columns, indentation included. */
function wrapped(text: string, indent: string): string {
  return text.split("\n").map((paragraph) => {
    const lines: string[] = [];
    let line = "";
    // Spaces within a line stay as many as they were; those at a break go.
    for (const [, spaces = "", word = ""] of paragraph.matchAll(/( *)([^ ]+)/g)) {
      if (line !== "" && indent.length + line.length + spaces.length + word.length > 80) {
        lines.push(line);
        line = word;
      } else line = line === "" ? word : `${line}${spaces}${word}`;
    }
    return [...lines, line].map((l) => `${indent}${l}\n`).join("");
  }).join("");
}
