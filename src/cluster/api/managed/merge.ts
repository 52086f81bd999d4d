import { isPlain } from "./compare";
import { declares, itemStep, typeBelow } from "./field-type";
import { isMember, leaf, nodeOf, stepText } from "./fields";
import type { FieldType } from "./field-type";
import type { Fields } from "./fields";

type Loose = Record<string, unknown>;

const isEmpty = (value: unknown): boolean => Array.isArray(value) ? value.length === 0 : isPlain(value) && Object.keys(value).length === 0;

/** The fields that a configuration names: leaves, and the items of lists. */
export function fieldsOf(type: FieldType, value: unknown): Fields | undefined {
  const below: Record<string, Fields> = {};
  if (type.is === "list" && Array.isArray(value)) {
    for (const item of value as readonly unknown[]) {
      const step = itemStep(type.keys, item);
      if (step !== undefined) below[step] = nodeOf(true, withoutSelf(fieldsOf(type.of, item))) ?? leaf;
    }
  } else if (type.is !== "atomic" && type.is !== "list" && isPlain(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (inner === undefined) continue;
      const child = typeBelow(type, key);
      const self = inner === null || (isPlain(inner) && isEmpty(inner)) || !declares(type, key);
      const fields = fieldsOf(child, inner);
      const node = self ? nodeOf(true, withoutSelf(fields)) : fields;
      if (node !== undefined) below[`f:${key}`] = node;
    }
  } else if (type.is === "atomic" || type.is === "deduced") {
    return leaf;
  }
  return Object.keys(below).length === 0 ? undefined : below;
}

function withoutSelf(node: Fields | undefined): Record<string, Fields> | undefined {
  return node === undefined || node === leaf ? undefined : { ...node };
}

/** The live value with a configuration laid over it. What the configuration does not name is shared. */
export function mergeTyped(type: FieldType, live: unknown, config: unknown): unknown {
  if (config === undefined) return live;
  if (type.is === "atomic") return config;
  if (type.is === "list") {
    if (config === null && Array.isArray(live) && live.length > 0) return live;
    return Array.isArray(live) && Array.isArray(config) ? mergeLists(type.keys, type.of, live, config) : config;
  }
  if (config === null && isPlain(live) && !isEmpty(live)) return live;
  if (!isPlain(live) || !isPlain(config)) return config;
  const out: Loose = { ...live };
  for (const [key, value] of Object.entries(config)) out[key] = mergeTyped(typeBelow(type, key), live[key], value);
  return out;
}

/** The configuration's items in its order; what only the live list has stays before the item that it stood before. */
function mergeLists(keys: readonly string[] | undefined, of: FieldType, live: readonly unknown[], config: readonly unknown[]): readonly unknown[] {
  const stepsOf = (items: readonly unknown[]): readonly string[] => items.map((item) => itemStep(keys, item) ?? "");
  const [left, right] = [stepsOf(live), stepsOf(config)];
  const wanted = new Set(right);
  const known = new Map(left.map((step, at) => [step, live[at]]));
  const shared = right.filter((step) => known.has(step));
  const out: unknown[] = [];
  let at = 0;
  let met = 0;
  const pass = (): void => {
    for (; at < left.length; at++) {
      const step = left[at] ?? "";
      if (!wanted.has(step)) out.push(live[at]);
      else if (step === shared[met]) return;
    }
  };
  right.forEach((step, i) => {
    pass();
    out.push(mergeTyped(of, known.get(step), config[i]));
    if (step !== shared[met]) return;
    met++;
    if (left[at] === step) at++;
  });
  pass();
  return out;
}

/** The value without the fields of a set; a map or list that loses everything goes too. */
export function removeFields(type: FieldType, value: unknown, fields: Fields | undefined): unknown {
  if (fields === undefined || fields === leaf) return value;
  if (Array.isArray(value)) {
    if (type.is !== "list") return value;
    const kept = (value as readonly unknown[]).flatMap((item) => {
      const node = fields[itemStep(type.keys, item) ?? ""];
      return node === undefined ? [item] : isMember(node) ? [] : [removeFields(type.of, item, node)];
    });
    return kept.length === 0 ? undefined : kept;
  }
  if (!isPlain(value) || type.is === "atomic") return value;
  const kept: Loose = {};
  for (const [key, inner] of Object.entries(value)) {
    const node = fields[`f:${key}`];
    const left = node === undefined ? inner : isMember(node) ? undefined : removeFields(typeBelow(type, key), inner, node);
    if (left !== undefined) kept[key] = left;
  }
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/** The set with every named field of a struct that has something below it as a member: it goes when all of it goes. */
export function withNamedFields(type: FieldType, fields: Fields | undefined): Fields | undefined {
  if (fields === undefined || fields === leaf) return fields;
  const out: Record<string, Fields> = {};
  for (const [step, node] of Object.entries(fields)) {
    if (step === ".") {
      out[step] = leaf;
      continue;
    }
    const key = step.slice(2);
    const below = withNamedFields(step.startsWith("f:") ? typeBelow(type, key) : type.is === "list" ? type.of : { is: "deduced" }, node) ?? leaf;
    const named = step.startsWith("f:") && declares(type, key);
    out[step] = named && !isMember(below) ? { ".": leaf, ...below } : below;
  }
  return out;
}

/** What is wrong with a configuration by its schema, in the words of structured merge. */
export function typedErrors(type: FieldType, value: unknown, path = ""): readonly string[] {
  const at = (message: string): string => (path === "" ? message : `${path}: ${message}`);
  if (value === null || value === undefined || type.is === "deduced" || type.is === "atomic") return [];
  if (type.is === "list") {
    if (!Array.isArray(value)) return [at(`expected list, got ${shown(value)}`)];
    const seen = new Set<string>();
    return (value as readonly unknown[]).flatMap((item, i) => {
      const step = itemStep(type.keys, item);
      if (step === undefined) {
        const missing = type.keys?.find((key) => key !== "protocol" && (!isPlain(item) || item[key] === undefined)) ?? "";
        return [at(`element ${i}: associative list with keys has an element that omits key field ${JSON.stringify(missing)} (and doesn't have default value)`)];
      }
      const twice = seen.has(step) ? [at(`duplicate entries for key ${stepText(step)}`)] : [];
      seen.add(step);
      return [...twice, ...typedErrors(type.of, item, path + stepText(step))];
    });
  }
  if (!isPlain(value)) return [at(`expected map, got ${shown(value)}`)];
  const errors: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const field = type.is === "struct" ? type.facts.byName.get(key) : undefined;
    if ((type.is === "struct" || (type.is === "object" && !type.open)) && !declares(type, key)) return [...errors, `${path}.${key}: field not declared in schema`];
    const inner = value[key];
    if (field !== undefined && field.container === "" && inner !== null && inner !== undefined) {
      const wrong = scalarError(field.goType, inner);
      if (wrong !== undefined) {
        errors.push(`${path}.${key}: ${wrong}`);
        continue;
      }
    }
    errors.push(...typedErrors(typeBelow(type, key), inner, `${path}.${key}`));
  }
  return errors;
}

function scalarError(goType: string, value: unknown): string | undefined {
  switch (goType) {
    case "int32": case "int64": case "double": return typeof value === "number" ? undefined : `expected numeric (int or float), got ${goKindOf(value)}`;
    case "string": case "bytes": return typeof value === "string" ? undefined : `expected string, got &value.valueUnstructured{Value:${shown(value)}}`;
    case "bool": return typeof value === "boolean" ? undefined : `expected boolean, got &{${shown(value)}}`;
    default: return undefined;
  }
}

function goKindOf(value: unknown): string {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  return Array.isArray(value) ? "[]interface {}" : "map[string]interface {}";
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
