import { scalar } from "../../scalar";
import { struct } from "../schema/schema";

export type Plain = Readonly<Record<string, unknown>>;

/** What the schema says of merging one field; `model` is the struct of the field, of its items or of its values. */
export interface PatchRule {
  readonly model: string | undefined;
  readonly merge: boolean;
  readonly replace: boolean;
  readonly retainKeys: boolean;
  /** The key of a merged list of objects; "" for lists of plain values. */
  readonly key: string;
}

const noRule: PatchRule = { model: undefined, merge: false, replace: false, retainKeys: false, key: "" };

/** A field that the schema does not know merges if it is an object, and is replaced if it is a list. */
export function patchRule(model: string | undefined, field: string): PatchRule {
  const facts = model === undefined ? undefined : struct(model)?.byName.get(field);
  if (!facts) return noRule;
  const strategy = facts.patch?.strategy ?? [];
  return {
    // The values of a map are no fields of their struct: only a list's items and the struct itself are looked into.
    model: facts.container === "map" || facts.container === "lists" ? undefined : facts.goType,
    merge: strategy.includes("merge"),
    replace: strategy.includes("replace"),
    retainKeys: strategy.includes("retainKeys"),
    key: facts.patch?.key ?? "",
  };
}

/** A patch that can't be made or applied; the message is the one of Kubernetes' patch library. */
export class PatchError extends Error {
  constructor(message: string, readonly kind: "badFormat" | "unprocessable" | "other" = "other") {
    super(message);
  }
}

export const isPlain = (value: unknown): value is Plain => typeof value === "object" && value !== null && !Array.isArray(value);

export const directive = "$patch";
export const retainKeys = "$retainKeys";
export const deleteItems = "$deleteFromPrimitiveList/";
export const elementOrder = "$setElementOrder/";

/** A value as Go's %v prints it: `map[name:x ports:[map[port:80]]]`. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (isPlain(value)) return `map[${Object.keys(value).sort().map((key) => `${key}:${goText(value[key])}`).join(" ")}]`;
  return scalar(value);
}

export function requireKey(item: unknown, key: string): unknown {
  if (!isPlain(item)) throw new PatchError(`expected a map[string]interface {}, but received a ${goKind(item)}`);
  if (item[key] === undefined) throw new PatchError(`map: ${goText(item)} does not contain declared merge key: ${key}`);
  return item[key];
}

export function goKind(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  if (typeof value === "boolean") return "bool";
  if (Array.isArray(value)) return "[]interface {}";
  return value === null || value === undefined ? "%!s(<nil>)" : isPlain(value) ? "map[string]interface {}" : "string";
}

/** Keys in alphabetical order at every depth, as Go writes maps: patches are compared and shown as text. */
export function sortedDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedDeep);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sortedDeep(value[key])]));
}
