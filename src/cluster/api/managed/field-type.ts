import { struct } from "../schema/schema";
import type { Schema } from "../custom/schema";
import type { KindVersion } from "../kind";
import type { FieldFacts, StructFacts } from "../schema/facts";

/**
 * How ownership looks at a value. `atomic` is owned as a whole; "deduced" goes by the value itself, where there is no schema:
 * maps by their keys, lists as a whole.
 */
export type FieldType =
  | { readonly is: "atomic" }
  | { readonly is: "deduced" }
  | { readonly is: "struct"; readonly facts: StructFacts }
  | { readonly is: "map"; readonly of: FieldType }
  /** An object of a structural schema; an open one may have fields that the schema does not name, and those are deduced. */
  | { readonly is: "object"; readonly fields: ReadonlyMap<string, FieldType>; readonly open: boolean }
  /** `keys` name an item; without them the list is a set of values. */
  | { readonly is: "list"; readonly of: FieldType; readonly keys?: readonly string[] };

const atomic: FieldType = { is: "atomic" };
const deduced: FieldType = { is: "deduced" };
const ofModels = new Map<string, FieldType>();
const ofFields = new WeakMap<FieldFacts, FieldType>();

/** @param model the models package's name: "V1Deployment"; a name without a schema is deduced */
export function typeOfModel(model: string): FieldType {
  let type = ofModels.get(model);
  if (type === undefined) {
    const facts = struct(model);
    ofModels.set(model, type = facts === undefined ? deduced : { is: "struct", facts });
  }
  return type;
}

const ofSchemas = new WeakMap<Schema, FieldType>();

/** The type of a kind's version: from the models, or a custom resource's own schema. */
export function typeOfVersion({ model, structural }: Pick<KindVersion, "model" | "structural">): FieldType {
  if (structural === undefined) return typeOfModel(model);
  let type = ofSchemas.get(structural);
  if (type === undefined) {
    const { properties = {}, "x-kubernetes-preserve-unknown-fields": open = false } = structural;
    const fields = Object.entries(properties).map(([name, schema]) => [name, ofSchema(schema)] as const);
    ofSchemas.set(structural, type = { is: "object", fields: new Map<string, FieldType>([...fields, ["apiVersion", atomic], ["kind", atomic], ["metadata", typeOfModel("V1ObjectMeta")]]), open });
  }
  return type;
}

function ofSchema(schema: Schema): FieldType {
  const { type, properties, additionalProperties, items } = schema;
  if (type === "array") {
    if (schema["x-kubernetes-list-type"] === "map") return { is: "list", of: ofSchema(items ?? {}), keys: [...schema["x-kubernetes-list-map-keys"] ?? []].sort() };
    return schema["x-kubernetes-list-type"] === "set" ? { is: "list", of: atomic } : atomic;
  }
  if (type !== "object") return type === undefined ? deduced : atomic;
  if (schema["x-kubernetes-map-type"] === "atomic") return atomic;
  if (properties !== undefined) return { is: "object", fields: new Map(Object.entries(properties).map(([name, inner]) => [name, ofSchema(inner)] as const)), open: schema["x-kubernetes-preserve-unknown-fields"] === true };
  return typeof additionalProperties === "object" ? { is: "map", of: ofSchema(additionalProperties) } : deduced;
}

/** Whether a value has a field of that name by its type, not only by what stands in it. */
export function declares(type: FieldType, name: string): boolean {
  return type.is === "struct" ? type.facts.byName.has(name) : type.is === "object" && type.fields.has(name);
}

function typeOfItem(goType: string): FieldType {
  const facts = struct(goType);
  return facts === undefined || facts.atomic ? atomic : typeOfModel(goType);
}

export function typeOfField(field: FieldFacts): FieldType {
  let type = ofFields.get(field);
  if (type === undefined) ofFields.set(field, type = read(field));
  return type;
}

function read(field: FieldFacts): FieldType {
  const of = field.map === "granular" && field.container === "" ? typeOfModel(field.goType) : typeOfItem(field.goType);
  switch (field.container) {
    case "": return of;
    case "map": return field.map === "atomic" ? atomic : { is: "map", of };
    case "lists": return { is: "map", of: atomic };
    case "list":
      if (field.list?.type === "map") return { is: "list", of, keys: [...field.list.keys ?? []].sort() };
      return field.list?.type === "set" ? { is: "list", of } : atomic;
  }
}

export function typeBelow(type: FieldType, step: string): FieldType {
  switch (type.is) {
    case "struct": {
      const field = type.facts.byName.get(step);
      return field === undefined ? deduced : typeOfField(field);
    }
    case "map": return type.of;
    case "object": return type.fields.get(step) ?? deduced;
    default: return deduced;
  }
}

/** What a key of a list item is when it is not given. */
const keyDefaults: Readonly<Record<string, string>> = { protocol: "TCP" };

/** The step of a list's item (`k:{"name":"x"}`, `v:"x"`); undefined where the item lacks a key. */
export function itemStep(keys: readonly string[] | undefined, item: unknown): string | undefined {
  if (keys === undefined) return `v:${JSON.stringify(item)}`;
  const named = (item ?? {}) as Readonly<Record<string, unknown>>;
  let text = "";
  for (const key of keys) {
    const value = named[key] ?? keyDefaults[key];
    if (value === undefined) return undefined;
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${JSON.stringify(value)}`;
  }
  return `k:{${text}}`;
}
