import { enums } from "./enums";
import { templateStructs } from "./facts-table";
import { goLines, numberedFields, standsInOrder, structs } from "./structs";
import { atomicFields, atomicStructs, granularFields, listKeys } from "./list-keys";
import { mergeKeys } from "./merge-keys";
import type { FieldFacts, StructFacts } from "./facts";

const scalars = new Set(["string", "int32", "int64", "double", "bool", "bytes", "any", "Time", "MicroTime", "IntOrString"]);
const goScalars: Readonly<Record<string, string>> = { double: "float64", bytes: "[]byte", IntOrString: "intstr.IntOrString", any: "runtime.RawExtension" };

/** `PodSpec` of `V1PodSpec`. */
export const goNameOf = (model: string): string => model.replace(/^([A-Z][a-z]+)?V\d/, "");
const packageOf = (model: string): string => /V\d/.exec(model)?.[0].toLowerCase() ?? "v1";

/** `[]Container` of V1PodSpec → `[]v1.Container`: a bare capital name lives in the struct's own package. */
function qualify(go: string, own: string): string {
  return go.replace(/(^|[[\]])([A-Z]\w*)(?=$|\])/g, (_, before: string, name: string) => `${before}${own}.${name}`);
}

interface Line {
  readonly name: string;
  readonly go: string;
  readonly pointer: boolean;
  readonly always: boolean;
  readonly goField: string;
}

/** Reads one `jsonName goType goName`. */
function readLine(text: string, own: string): Line {
  const [name = "", type = "", goField = name.charAt(0).toUpperCase() + name.slice(1)] = text.split(" ");
  const [pointer, always] = [type.startsWith("*"), type.endsWith("!")];
  return { name, pointer, always, goField, go: qualify(type.slice(pointer ? 1 : 0, always ? -1 : undefined), own) };
}

interface WireType {
  readonly base: string;
  readonly container: FieldFacts["container"];
  readonly required: boolean;
}

function readType(type: string): WireType {
  const required = type.endsWith("!");
  const text = required ? type.slice(0, -1) : type;
  if (text.startsWith("map[][]")) return { base: text.slice(7), container: "lists", required };
  if (text.startsWith("map[]")) return { base: text.slice(5), container: "map", required };
  if (text.startsWith("[]")) return { base: text.slice(2), container: "list", required };
  return { base: text, container: "", required };
}

function defaultLine(name: string, type: WireType, own: string): Line {
  const struct = !scalars.has(type.base);
  const element = struct ? `${type.base.startsWith("V2") ? "v2" : own === "v2" ? "v1" : packageOf(type.base)}.${goNameOf(type.base)}`
    : type.base === "Time" || type.base === "MicroTime" ? `v1.${type.base}` : goScalars[type.base] ?? type.base;
  const prefix = { "": "", list: "[]", map: "map[string]", lists: "map[string][]" }[type.container];
  const nested = name === "metadata" || name === "spec" || name === "status";
  return {
    name, go: prefix + element, always: type.required, goField: name.charAt(0).toUpperCase() + name.slice(1),
    pointer: struct && type.container === "" && !type.required && !nested,
  };
}

function patchOf(model: string, name: string): Pick<FieldFacts, "patch"> {
  const entry = mergeKeys[model]?.[name];
  if (entry === undefined) return {};
  return { patch: typeof entry === "string" ? { strategy: ["merge"], key: entry } : entry };
}

function listOf(model: string, name: string): Pick<FieldFacts, "list"> {
  const keys = listKeys[model]?.[name];
  if (keys === undefined) return { list: { type: "atomic" } };
  return { list: keys === "set" ? { type: "set" } : { type: "map", keys } };
}

function field(model: string, line: Line, type: WireType): FieldFacts {
  const { name, go, pointer, goField } = line;
  const quantity = go.endsWith("resource.Quantity") || go.endsWith(".ResourceList");
  const values = enums[model]?.[name];
  const struct = type.container === "" && !pointer && (!scalars.has(type.base) || quantity || type.base === "Time" || type.base === "MicroTime" || type.base === "IntOrString");
  return {
    name, goType: quantity ? "Quantity" : type.base, container: type.container, go, goField, pointer,
    // Go's omitempty does not reach structs, so a struct that is no pointer always prints.
    omitempty: !line.always && !struct,
    required: type.required,
    ...(values && { enum: values }),
    ...patchOf(model, name),
    ...(type.container === "list" && listOf(model, name)),
    ...(granularFields[model]?.includes(name) === true && { map: "granular" as const }),
    ...(type.container === "map" && { map: atomicFields[model]?.includes(name) ? "atomic" : "granular" }),
  };
}

function build(model: string): StructFacts | undefined {
  const wire = structs()[model];
  if (wire === undefined) return undefined;
  const own = packageOf(model);
  const told = goLinesOf(model, own);
  const typeOf = (name: string): WireType => readType(wire[name] ?? "any");
  const fields = templateStructs[model] !== undefined || standsInOrder(model)
    ? flatten(model).map((line) => field(model, line, typeOf(line.name)))
    : Object.keys(wire).map((name) => {
      const exception = told.get(name);
      return field(model, exception ?? defaultLine(name, typeOf(name), own), typeOf(name));
    });
  return {
    model, goName: goNameOf(model), fields, atomic: atomicStructs.has(model),
    byName: new Map(fields.map((facts) => [facts.name, facts])),
  };
}

/**
 * The fields that differ from the rule. The rule: a required field is no pointer and always prints; an optional struct is a
 * pointer, except metadata, spec and status; any other optional field is left out when empty.
 */
const goLinesOf = (model: string, own: string): ReadonlyMap<string, Line> => new Map(goLines(model).map((entry) => readLine(entry, own)).map((line) => [line.name, line]));

/** The lines of a template struct with the embedded structs' put in their place, as they stand on the wire. */
function flatten(model: string): readonly Line[] {
  return goFields(model).flatMap((entry) => ("embeds" in entry ? flatten(entry.embeds) : [entry]));
}

type GoField = Line | { readonly embeds: string };

function readGoFields(model: string): readonly GoField[] {
  if (!standsInOrder(model)) return (templateStructs[model] ?? "").split(", ").map((entry) => (entry.startsWith("...") ? { embeds: `V1${entry.slice(3)}` } : readLine(entry, "v1")));
  const told = goLinesOf(model, "v1");
  const wire = structs()[model] ?? {};
  return numberedFields(model).map((word) => word.replace("*", "")).flatMap((name) => {
    const type = wire[name];
    return type === undefined ? [] : [told.get(name) ?? defaultLine(name, readType(type), "v1")];
  });
}

const goFieldsOf = new Map<string, readonly GoField[]>();

/** A struct's own lines in Go's order; `embeds` names a struct of the facts table whose fields stand in the same JSON object. */
export function goFields(model: string): readonly GoField[] {
  let fields = goFieldsOf.get(model);
  if (fields === undefined) goFieldsOf.set(model, fields = readGoFields(model));
  return fields;
}

const known = new Map<string, StructFacts | undefined>();

/** What is known of a struct, by the name in the models package ("V1PodSpec"); undefined for a name that has no struct. */
export function struct(model: string): StructFacts | undefined {
  if (!known.has(model)) known.set(model, build(model));
  return known.get(model);
}

export { models } from "./structs";
