import { fieldOrder } from "./field-order";
import { struct } from "./schema";
import type { StructFacts } from "./facts";

/**
 * kubectl prints what it got from a server with sorted keys, in YAML and in JSON; so does every YAML.
 * What it made itself it prints as JSON in Go's order: `kubectl create … --dry-run=client -o json`, --save-config.
 */

type Plain = Readonly<Record<string, unknown>>;
const isPlain = (value: unknown): value is Plain => typeof value === "object" && value !== null && !Array.isArray(value);

const kindOrder = ["kind", "apiVersion", "metadata", "spec", "status"];
const orders = new Map<string, readonly string[]>();

function orderOf(facts: StructFacts): readonly string[] {
  const known = orders.get(facts.model);
  if (known) return known;
  const names = facts.fields.map((field) => field.name);
  const order = fieldOrder[facts.model]?.split(" ") ?? (facts.byName.has("kind") && facts.byName.has("metadata") ? [...kindOrder, ...names.filter((name) => !kindOrder.includes(name))] : names);
  orders.set(facts.model, order);
  return order;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Every object's keys in alphabetical order, at every depth. */
export function sortKeys<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sortKeys) as T;
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.keys(value).sort(compare).map((key) => [key, sortKeys(value[key])])) as T;
}

/**
 * The object with its fields in Go's order; maps by key, fields that the schema does not know last.
 * @param model the models package's name of the kind: "V1Deployment"; without a schema all keys are sorted
 */
export function inGoOrder<T>(model: string, value: T): T {
  const facts = struct(model);
  if (!facts || !isPlain(value)) return sortKeys(value);
  const ordered: Record<string, unknown> = {};
  for (const name of orderOf(facts)) {
    const field = facts.byName.get(name);
    const inner = value[name];
    if (inner === undefined || !field) continue;
    if (field.container === "list" && Array.isArray(inner)) ordered[name] = inner.map((item: unknown) => inGoOrder(field.goType, item));
    else if (field.container === "map" && isPlain(inner)) ordered[name] = Object.fromEntries(Object.keys(inner).sort(compare).map((key) => [key, inGoOrder(field.goType, inner[key])]));
    else ordered[name] = inGoOrder(field.goType, inner);
  }
  for (const name of Object.keys(value).sort(compare)) if (!(name in ordered) && value[name] !== undefined) ordered[name] = sortKeys(value[name]);
  return ordered as T;
}
