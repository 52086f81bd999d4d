import { equalJson } from "../equal";
import { zeroField } from "../schema/decode";
import { itemStep, typeBelow, typeOfField } from "./field-type";
import { leaf, nodeOf } from "./fields";
import type { FieldFacts } from "../schema/facts";
import type { FieldType } from "./field-type";
import type { Fields } from "./fields";

type Plain = Readonly<Record<string, unknown>>;
type Building = Record<string, Fields>;

/** What an object has gained or has otherwise than before, and what it has no more. */
export interface Comparison {
  readonly set?: Fields;
  readonly removed?: Fields;
}

const setLeaf: Comparison = { set: leaf };
const removedLeaf: Comparison = { removed: leaf };

export const isPlain = (value: unknown): value is Plain => typeof value === "object" && value !== null && !Array.isArray(value);

function whole(a: unknown, b: unknown): Comparison | undefined {
  if (a === undefined) return b === undefined ? undefined : setLeaf;
  if (b === undefined) return removedLeaf;
  return equalJson(a, b) ? undefined : setLeaf;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== "object") return false;
  for (const _key in value) return false;
  return true;
}

/** A field as Go prints it: what is empty is not there, unless it always prints. */
function printed(field: FieldFacts, value: unknown): unknown {
  if (field.omitempty) {
    if (value === null || (!field.pointer && (value === "" || value === 0 || value === false)) || (field.container !== "" && isEmpty(value))) return undefined;
    return value;
  }
  return value ?? zeroField(field);
}

/** Gathers what a node's children say. */
class Gathering {
  private set: Building | undefined;
  private removed: Building | undefined;

  add(step: string, found: Comparison | undefined): void {
    if (found === undefined) return;
    if (found.set !== undefined) (this.set ??= {})[step] = found.set;
    if (found.removed !== undefined) (this.removed ??= {})[step] = found.removed;
  }

  /** A node that came or went as a whole is itself part of what came or went. */
  done(came: boolean, went: boolean): Comparison | undefined {
    const set = nodeOf(came, this.set);
    const removed = nodeOf(went, this.removed);
    return set === undefined && removed === undefined ? undefined : { ...(set && { set }), ...(removed && { removed }) };
  }
}

/**
 * Which fields differ between two versions of a value, as structured merge tells them: leaves, and the nodes that came or went.
 * Quick where the two share parts. `undefined`: nothing differs.
 */
export function compare(type: FieldType, a: unknown, b: unknown): Comparison | undefined {
  if (a === b) return undefined;
  if (type.is === "atomic") return whole(a, b);
  if (isEmpty(a) && isEmpty(b)) return whole(a, b);
  const list = Array.isArray(a) || Array.isArray(b);
  if (type.is === "list") return list ? compareLists(type.keys, type.of, a, b) : whole(a, b);
  if (list || (!isPlain(a) && !isPlain(b))) return whole(a, b);
  const x = isPlain(a) ? a : {};
  const y = isPlain(b) ? b : {};
  const found = new Gathering();
  if (type.is === "struct") {
    const { byName, fields } = type.facts;
    const one = (field: FieldFacts | undefined): void => {
      if (field === undefined) return;
      const { name } = field;
      found.add(`f:${name}`, compare(typeOfField(field), a === undefined ? undefined : printed(field, x[name]), b === undefined ? undefined : printed(field, y[name])));
    };
    for (const key in y) if (x[key] !== y[key]) one(byName.get(key));
    for (const key in x) if (y[key] === undefined) one(byName.get(key));
    if (a === undefined || b === undefined) for (const field of fields) if (!field.omitempty && x[field.name] === undefined && y[field.name] === undefined) one(field);
  } else {
    for (const key in y) found.add(`f:${key}`, compare(typeBelow(type, key), x[key], y[key]));
    for (const key in x) if (y[key] === undefined) found.add(`f:${key}`, compare(typeBelow(type, key), x[key], undefined));
  }
  return found.done(a === undefined, b === undefined);
}

function compareLists(keys: readonly string[] | undefined, of: FieldType, a: unknown, b: unknown): Comparison | undefined {
  const before = Array.isArray(a) ? a as readonly unknown[] : [];
  const after = Array.isArray(b) ? b as readonly unknown[] : [];
  const left = new Map<string, readonly unknown[]>();
  const right = new Map<string, readonly unknown[]>();
  const put = (into: Map<string, readonly unknown[]>, item: unknown): void => {
    const step = itemStep(keys, item);
    if (step !== undefined) into.set(step, [...into.get(step) ?? [], item]);
  };
  for (let i = 0; i < before.length; i++) if (before[i] !== after[i]) put(left, before[i]);
  for (let i = 0; i < after.length; i++) if (before[i] !== after[i]) put(right, after[i]);
  const found = new Gathering();
  for (const step of new Set([...left.keys(), ...right.keys()])) {
    const [x = [], y = []] = [left.get(step), right.get(step)];
    // A key that stands twice is owned as one thing.
    if (x.length <= 1 && y.length <= 1) found.add(step, compare(of, x[0], y[0]));
    else if (x.length > 1 && y.length > 1) found.add(step, whole(x, y));
    else if (x.length > 1) found.add(step, { ...compare(of, undefined, y[0]), removed: leaf });
    else found.add(step, { ...compare(of, x[0], undefined), set: leaf });
  }
  return found.done(a === undefined, b === undefined);
}
