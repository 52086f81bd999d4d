import { equalJson } from "../equal";
import { ApiError, badRequest } from "../status";
import { arrange, identify } from "./element-order";
import { deleteItems, directive, elementOrder, goKind, goText, isPlain, patchRule, PatchError, requireKey, retainKeys } from "./patch-rules";
import type { Json } from "../../model";
import type { PatchRule, Plain } from "./patch-rules";

/**
 * Strategic merge: objects merge, lists with a merge key merge item by item, other lists are replaced;
 * `$patch`, `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…` direct it.
 *
 * "apply" carries the directives out. "combine" puts one patch on top of another and keeps them.
 */
type Mode = "apply" | "combine";

type Loose = Record<string, unknown>;

/** Directives of a value that nothing is there to merge with: objects that carry `$patch` go. `undefined` when the value itself goes. */
function withoutDirectives(value: unknown, mode: Mode): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutDirectives(item, mode)).filter((item) => item !== undefined);
  if (!isPlain(value)) return value;
  if (value[directive] !== undefined) return undefined;
  const kept: Loose = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null && mode === "apply") continue;
    const clean = withoutDirectives(inner, mode);
    if (clean !== undefined) kept[key] = clean;
  }
  return kept;
}

function set(target: Loose, key: string, value: unknown): void {
  if (value === undefined) delete target[key];
  else target[key] = value;
}

function wholeObject(patch: Plain): Plain {
  const { [directive]: told, ...rest } = patch;
  if (told === "replace") return rest;
  if (told === "delete") return {};
  throw new PatchError(`unknown patch type: ${goText(told)} in map: ${goText(patch)}`);
}

function retain(target: Loose, rest: Loose, mode: Mode): void {
  const keys = rest[retainKeys];
  if (keys === undefined) return;
  delete rest[retainKeys];
  if (mode === "combine") {
    const before = target[retainKeys];
    if (before !== undefined && !equalJson(before, keys)) throw new PatchError(`${goText(before)} and ${goText(keys)} are not deep equal: this may happen when calculating the 3-way diff patch`);
    target[retainKeys] = keys;
    return;
  }
  const wrong = (): PatchError => new PatchError("invalid patch format of retainKeys", "badFormat");
  if (!Array.isArray(keys)) throw wrong();
  const kept = new Set<unknown>(keys);
  for (const [key, value] of Object.entries(rest)) {
    if (value !== null && !key.startsWith(deleteItems) && !key.startsWith(elementOrder) && !kept.has(key)) throw wrong();
  }
  for (const key of Object.keys(target)) if (!kept.has(key)) delete target[key];
}

function listOrNothing(value: unknown): readonly unknown[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new PatchError(`expected a []interface {}, but received a ${goKind(value)}`);
  return value as readonly unknown[];
}

/** The patch's items must stand in the order that it asks for, and be among them. */
function checkOrder(items: readonly unknown[], wanted: readonly unknown[], key: string): void {
  if (items.length === 0 || wanted.length === 0) return;
  const id = identify(key);
  const named = items.filter((item) => !isPlain(item) || item[directive] === undefined);
  let at = 0;
  for (const place of wanted) if (at < named.length && equalJson(id(named[at]), id(place))) at++;
  if (at < named.length) throw new PatchError(`The order in patch list:\n${goText(items)}\n doesn't match $setElementOrder list:\n${goText(wanted)}\n`);
}

/** Merges every list that comes with an order, and takes it out of `rest`. */
function mergeOrdered(model: string | undefined, target: Loose, rest: Loose, mode: Mode): void {
  for (const key of Object.keys(rest).filter((name) => name.startsWith(elementOrder))) {
    const order = rest[key];
    delete rest[key];
    const wrong = (): PatchError => new PatchError("invalid patch format of setElementOrder list", "unprocessable");
    if (mode === "combine") {
      if (target[key] !== undefined && !equalJson(target[key], order)) throw wrong();
      target[key] = order;
    }
    if (!Array.isArray(order)) throw wrong();
    const field = key.slice(elementOrder.length);
    const rule = patchRule(model, field);
    const [live, items] = [listOrNothing(target[field] ?? undefined), listOrNothing(rest[field] ?? undefined)];
    if (rule.key !== "") order.forEach((item) => requireKey(item, rule.key));
    checkOrder(items ?? [], order, rule.key);
    delete rest[field];
    if (!live && !items) continue;
    const merged = !items ? live ?? [] : !live ? withoutDirectives(items, mode) as readonly unknown[] : rule.merge ? mergeLists(rule, live, items, mode) : items;
    if (rule.key !== "") merged.forEach((item) => requireKey(item, rule.key));
    target[field] = arrange(merged, order, live ?? [], rule.key);
  }
}

function mergeLists(rule: PatchRule, live: readonly unknown[], patch: readonly unknown[], mode: Mode): readonly unknown[] {
  const sample = live[0] ?? patch[0];
  if (Array.isArray(sample)) throw new PatchError("lists of lists are not supported", "unprocessable");
  if (!isPlain(sample)) return arrange([...new Set([...live, ...patch])], patch, live, "");
  if (rule.key === "") throw new PatchError(`cannot merge lists without merge key for ${rule.model ?? ""}`);
  let kept = live;
  let replaces = false;
  const items: Plain[] = [];
  for (const item of patch) {
    const told = isPlain(item) ? item[directive] : undefined;
    const place = told === "replace" ? undefined : requireKey(item, rule.key);
    if (told === undefined) items.push(item as Plain);
    else if (told === "delete") kept = kept.filter((old) => !isPlain(old) || !equalJson(old[rule.key], place));
    else if (told === "replace") replaces = true;
    else if (told === "merge") throw new PatchError("merging lists cannot yet be specified in the patch");
    else throw new PatchError(`unknown patch type: ${goText(told)} in map: ${goText(item)}`);
  }
  if (replaces) return items;
  const merged = [...kept];
  for (const item of items) {
    const at = merged.findIndex((old) => isPlain(old) && equalJson(old[rule.key], item[rule.key]));
    if (at >= 0) merged[at] = mergeObjects(rule.model, merged[at] as Plain, item, mode);
    else merged.push(mode === "apply" ? withoutDirectives(item, mode) : item);
  }
  return arrange(merged, items, kept, rule.key);
}

function mergeField(rule: PatchRule, before: unknown, patch: unknown, mode: Mode): unknown {
  if (isPlain(before) && isPlain(patch)) return rule.replace ? patch : mergeObjects(rule.model, before, patch, mode);
  if (Array.isArray(before) && Array.isArray(patch)) return rule.merge ? mergeLists(rule, before, patch, mode) : patch;
  return withoutDirectives(patch, mode);
}

/** Merges `patch` into a copy of `original`; what the patch does not touch is shared. */
export function mergeObjects(model: string | undefined, original: Plain, patch: Plain, mode: Mode): Plain {
  if (patch[directive] !== undefined) return wholeObject(patch);
  const target: Loose = { ...original };
  const rest: Loose = { ...patch };
  retain(target, rest, mode);
  mergeOrdered(model, target, rest, mode);
  for (const [key, value] of Object.entries(rest)) {
    if (key.startsWith(deleteItems)) {
      if (mode === "combine") target[key] = value;
      else removeItems(target, key.slice(deleteItems.length), value);
    } else if (value === null) {
      if (mode === "apply") delete target[key];
      else target[key] = null;
    } else {
      set(target, key, mergeField(patchRule(model, key), target[key], value, mode));
    }
  }
  return target;
}

function removeItems(target: Loose, field: string, values: unknown): void {
  const live = target[field];
  if (!Array.isArray(values)) throw new PatchError("invalid patch format of primitive list", "badFormat");
  if (Array.isArray(live)) target[field] = live.filter((item) => !values.includes(item));
}

function asApiError(error: PatchError): ApiError {
  switch (error.kind) {
    case "badFormat": return badRequest(error.message);
    case "unprocessable": return new ApiError(422, "Invalid", "the server rejected our request due to an error in our request");
    case "other": return new ApiError(500, "", error.message);
  }
}

/**
 * What the API server makes of a patch of type application/strategic-merge-patch+json. The original is not changed.
 *
 * @param model the models package's name of the kind: "V1Deployment"
 * @throws ApiError for a patch whose directives can't be followed
 */
export function strategicMerge(model: string, original: Json, patch: Json): Json {
  if (!isPlain(patch)) throw badRequest("invalid JSON document");
  try {
    return mergeObjects(model, isPlain(original) ? original : {}, patch, "apply") as Json;
  } catch (error) {
    throw error instanceof PatchError ? asApiError(error) : error;
  }
}
