import { equalJson } from "../equal";
import { sortByOrder } from "./element-order";
import { deleteItems, directive, elementOrder, goText, isPlain, patchRule, requireKey, retainKeys } from "./patch-rules";
import type { PatchRule, Plain } from "./patch-rules";

/** What a difference leaves out: a three-way patch takes deletions from one comparison and the rest from another. */
export interface DifferenceOptions {
  readonly ignoreDeletions?: boolean;
  readonly ignoreChanges?: boolean;
}

type Loose = Record<string, unknown>;

/** Go compares first whether both are of one type. */
function sameKind(a: unknown, b: unknown): boolean {
  return typeof a === typeof b && Array.isArray(a) === Array.isArray(b) && (a === null) === (b === null);
}

/** The strategic merge patch that makes `modified` of `original`. `told` adds $retainKeys, for fields merged so. */
export function objectDifference(model: string | undefined, original: Plain, modified: Plain, options: DifferenceOptions, told = false): Plain {
  const patch: Loose = {};
  for (const [key, after] of Object.entries(modified)) {
    const before = original[key];
    if (before === undefined || !sameKind(before, after)) {
      if (!options.ignoreChanges) patch[key] = after;
    } else if (key === directive) {
      if (before !== after) patch[key] = after;
    } else if (isPlain(before) && isPlain(after)) {
      nestedDifference(patch, key, patchRule(model, key), before, after, options);
    } else if (Array.isArray(before) && Array.isArray(after) && patchRule(model, key).merge) {
      listDifference(patch, key, patchRule(model, key), before, after, options);
    } else if (!options.ignoreChanges && !equalJson(before, after)) {
      patch[key] = after;
    }
  }
  const missing = Object.keys(original).filter((key) => modified[key] === undefined);
  if (!options.ignoreDeletions) for (const key of missing) patch[key] = null;
  const kept = told ? Object.keys(modified).filter((key) => modified[key] !== null).sort() : [];
  if (kept.length > 0 && (Object.keys(patch).length > 0 || missing.some((key) => original[key] !== null))) patch[retainKeys] = kept;
  return patch;
}

function nestedDifference(patch: Loose, key: string, rule: PatchRule, before: Plain, after: Plain, options: DifferenceOptions): void {
  if (rule.replace) {
    if (!options.ignoreChanges) patch[key] = after;
    return;
  }
  const inner = objectDifference(rule.model, before, after, options, rule.retainKeys);
  if (Object.keys(inner).length > 0) patch[key] = inner;
}

function listDifference(patch: Loose, key: string, rule: PatchRule, before: readonly unknown[], after: readonly unknown[], options: DifferenceOptions): void {
  if (before.length === 0) {
    if (after.length > 0 && !options.ignoreChanges) patch[key] = after;
    return;
  }
  if (isPlain(before[0])) keyedDifference(patch, key, rule, before, after, options);
  else valueDifference(patch, key, before, after, options);
}

const byText = (key: string) => (a: unknown, b: unknown): number => {
  const [x, y] = [goText(requireKey(a, key)), goText(requireKey(b, key))];
  return x < y ? -1 : x > y ? 1 : 0;
};

/** Items are paired by the text of their key, both lists sorted by it; an item without a partner was added or removed. */
function keyedDifference(patch: Loose, field: string, rule: PatchRule, before: readonly unknown[], after: readonly unknown[], options: DifferenceOptions): void {
  const { key } = rule;
  for (const item of [...before, ...after]) requireKey(item, key);
  const [old, now] = [[...before].sort(byText(key)) as Plain[], [...after].sort(byText(key)) as Plain[]];
  const changes: Plain[] = [];
  const deletions: Plain[] = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < now.length) {
    const [was, is] = [old[at], now[to]];
    const order = was === undefined ? 1 : is === undefined ? -1 : byText(key)(was, is);
    if (order === 0 && was !== undefined && is !== undefined) {
      const inner = objectDifference(rule.model, was, is, options, rule.retainKeys);
      if (Object.keys(inner).length > 0) changes.push({ ...inner, [key]: is[key] });
      [at, to] = [at + 1, to + 1];
    } else if (order > 0) {
      if (is !== undefined && !options.ignoreChanges) changes.push(is);
      to++;
    } else {
      if (was !== undefined && !options.ignoreDeletions) deletions.push({ [directive]: "delete", [key]: was[key] });
      at++;
    }
  }
  const items = [...sortByOrder(changes, after, key), ...deletions];
  const sameOrder = before.length === after.length && after.every((item, index) => equalJson((item as Plain)[key], (before[index] as Plain)[key]));
  if (items.length > 0) patch[field] = items;
  if ((!options.ignoreChanges && (items.length > 0 || !sameOrder)) || (!options.ignoreDeletions && items.length > 0)) {
    patch[elementOrder + field] = after.map((item) => ({ [key]: (item as Plain)[key] }));
  }
}

function valueDifference(patch: Loose, field: string, before: readonly unknown[], after: readonly unknown[], options: DifferenceOptions): void {
  const added = after.filter((item) => !before.includes(item));
  const removed = [...new Set(before.filter((item) => !after.includes(item)))].sort((a, b) => (goText(a) < goText(b) ? -1 : 1));
  if (!options.ignoreChanges && added.length > 0) patch[field] = added;
  if (!options.ignoreDeletions && removed.length > 0) patch[deleteItems + field] = removed;
  if ((!options.ignoreDeletions && removed.length > 0) || (!options.ignoreChanges && !equalJson(before, after))) patch[elementOrder + field] = after;
}
