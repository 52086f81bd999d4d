import { struct } from "../schema/schema";
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
