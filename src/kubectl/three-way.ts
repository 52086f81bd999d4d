import type { FieldFacts } from "../cluster/api/schema/facts";
import { struct } from "../cluster/api/schema/schema";
import type { Mapping } from "./discovery";
import { obj, str, type Obj } from "./objects";
import { goJson } from "./print/go-json";

export interface Patch {
  readonly contentType: "application/strategic-merge-patch+json" | "application/merge-patch+json";
  readonly body: Obj;
}

/**
 * The patch that brings `current` to `modified`: adds and changes what differs from the live object,
 * removes what was in `original` (the last applied) and is no more. Strategic for built-in kinds, a JSON merge patch for custom ones.
 */
export function threeWayPatch(mapping: Pick<Mapping, "version" | "kind">, original: Obj, modified: Obj, current: Obj): Patch {
  const model = `${mapping.version.charAt(0).toUpperCase()}${mapping.version.slice(1)}${mapping.kind}`;
  const known = struct(model) !== undefined ? model : struct(`Core${model}`) !== undefined ? `Core${model}` : undefined;
  const delta = diffMaps(current, modified, known, "delta");
  const deletions = diffMaps(original, modified, known, "deletions");
  return { contentType: known ? "application/strategic-merge-patch+json" : "application/merge-patch+json", body: merge(deletions, delta, known) };
}

type Mode = "delta" | "deletions";

const same = (a: unknown, b: unknown): boolean => goJson(a) === goJson(b);
const isMap = (value: unknown): value is Obj => typeof value === "object" && value !== null && !Array.isArray(value);

function fieldOf(model: string | undefined, name: string): FieldFacts | undefined {
  return model === undefined ? undefined : struct(model)?.byName.get(name);
}

/** The struct that the values of a field are. */
function modelOf(field: FieldFacts | undefined): string | undefined {
  return field && struct(field.goType) !== undefined ? field.goType : undefined;
}

function diffMaps(from: Obj, to: Obj, model: string | undefined, mode: Mode): Obj {
  const patch: Record<string, unknown> = {};
  for (const key of [...new Set([...Object.keys(from), ...Object.keys(to)])].sort()) {
    const field = fieldOf(model, key);
    const [a, b] = [from[key], to[key]];
    if (!(key in to) || b === undefined) {
      if (mode === "deletions" && a !== undefined) patch[key] = null;
    } else if (!(key in from) || a === undefined) {
      if (mode === "delta") patch[key] = b;
    } else if (isMap(a) && isMap(b)) {
      const strategy = field?.container === "" || field === undefined ? field?.patch?.strategy ?? [] : [];
      if (strategy.includes("replace")) {
        if (mode === "delta" && !same(a, b)) patch[key] = { $patch: "replace", ...b };
        continue;
      }
      const inner = diffMaps(a, b, field?.container === "map" ? undefined : modelOf(field), mode);
      if (Object.keys(inner).length > 0) patch[key] = strategy.includes("retainKeys") ? { ...inner, $retainKeys: Object.keys(b).sort() } : inner;
      else if (strategy.includes("retainKeys") && mode === "delta" && Object.keys(a).some((k) => !(k in b))) patch[key] = { $retainKeys: Object.keys(b).sort() };
    } else if (Array.isArray(a) && Array.isArray(b)) diffLists(patch, key, a, b, field, mode);
    else if (mode === "delta" && !same(a, b)) patch[key] = b;
  }
  return patch;
}

function diffLists(patch: Record<string, unknown>, key: string, a: readonly unknown[], b: readonly unknown[], field: FieldFacts | undefined, mode: Mode): void {
  const merging = field?.patch?.strategy.includes("merge") ?? false;
  if (!merging) {
    if (mode === "delta" && !same(a, b)) patch[key] = b;
    return;
  }
  const mergeKey = field?.patch?.key;
  if (mergeKey === undefined) {
    const added = b.filter((x) => !a.includes(x));
    const gone = a.filter((x) => !b.includes(x));
    if (mode === "delta" && added.length > 0) patch[key] = added;
    if (mode === "deletions" && gone.length > 0) patch[`$deleteFromPrimitiveList/${key}`] = gone;
    if ((mode === "delta" && added.length > 0) || (mode === "deletions" && gone.length > 0)) patch[`$setElementOrder/${key}`] = b;
    return;
  }
  const idOf = (item: unknown): string => str(obj(item)[mergeKey]);
  const model = modelOf(field);
  const items: Obj[] = [];
  for (const item of b as readonly Obj[]) {
    const before = (a as readonly Obj[]).find((x) => idOf(x) === idOf(item));
    if (!before) {
      if (mode === "delta") items.push(item);
      continue;
    }
    const inner = diffMaps(before, item, model, mode);
    if (Object.keys(inner).length > 0) items.push({ ...inner, [mergeKey]: item[mergeKey] });
  }
  if (mode === "deletions") {
    for (const item of a as readonly Obj[]) if (!(b as readonly Obj[]).some((x) => idOf(x) === idOf(item))) items.push({ $patch: "delete", [mergeKey]: item[mergeKey] });
  }
  const order = (list: readonly unknown[]): string => list.map(idOf).filter((id) => b.some((x) => idOf(x) === id)).join("\0");
  const moved = mode === "delta" && order(a) !== order(b) && b.every((x) => a.some((y) => idOf(x) === idOf(y)));
  if (items.length > 0 || moved) {
    if (items.length > 0) patch[key] = items;
    patch[`$setElementOrder/${key}`] = b.map((item) => ({ [mergeKey]: obj(item)[mergeKey] }));
  }
}

/** The deletions with the delta laid over them. */
function merge(deletions: Obj, delta: Obj, model: string | undefined): Obj {
  const out: Record<string, unknown> = { ...deletions };
  for (const [key, value] of Object.entries(delta)) {
    const old = out[key];
    const field = fieldOf(model, key);
    const mergeKey = field?.patch?.key;
    if (isMap(old) && isMap(value)) out[key] = merge(old, value, field?.container === "map" ? undefined : modelOf(field));
    else if (Array.isArray(old) && Array.isArray(value) && mergeKey !== undefined && !key.startsWith("$")) {
      const list = [...(old as Obj[])];
      for (const item of value as readonly Obj[]) {
        const at = list.findIndex((x) => x[mergeKey] === item[mergeKey]);
        if (at < 0) list.push(item);
        else list[at] = merge(list[at] ?? {}, item, modelOf(field));
      }
      out[key] = list;
    } else out[key] = value;
  }
  return out;
}
