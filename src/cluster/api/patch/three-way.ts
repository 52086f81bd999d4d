import { equalJson } from "../equal";
import { objectDifference } from "./difference";
import { isPlain, sortedDeep } from "./patch-rules";
import { mergeObjects } from "./strategic";
import type { Json } from "../../model";
import type { Plain } from "./patch-rules";

/**
 * The patches that kubectl sends. Keys come in alphabetical order, so that JSON.stringify gives kubectl's own body.
 * All throw PatchError for a list item without its merge key.
 */

const objectOf = (value: Json | undefined): Plain => (isPlain(value) ? value : {});

/** kubectl edit, set, scale by patch, rollout pause, label of a built-in kind: from what was read to what is wanted. */
export function twoWayStrategicMergePatch(model: string, original: Json, modified: Json): Json {
  return sortedDeep(objectDifference(model, objectOf(original), objectOf(modified), {})) as Json;
}

/**
 * kubectl apply: what the file adds or changes against the live object, and what it no longer has against the last applied one.
 * Fields that others added stay.
 *
 * @param lastApplied the content of the last-applied annotation; undefined when there is none
 */
export function threeWayStrategicMergePatch(model: string, lastApplied: Json | undefined, modified: Json, current: Json): Json {
  const wanted = objectOf(modified);
  const changes = objectDifference(model, objectOf(current), wanted, { ignoreDeletions: true });
  const deletions = objectDifference(model, objectOf(lastApplied), wanted, { ignoreChanges: true });
  return sortedDeep(mergeObjects(model, deletions, changes, "combine")) as Json;
}

/** The RFC 7386 patch that makes `modified` of `original`: for custom resources, which have no merge keys. */
export function jsonMergeDifference(original: Json, modified: Json): Json {
  return sortedDeep(mergeDifference(objectOf(original), objectOf(modified))) as Json;
}

/** kubectl apply of a custom resource. */
export function threeWayJsonMergePatch(lastApplied: Json | undefined, modified: Json, current: Json): Json {
  const wanted = objectOf(modified);
  const changes = filterNulls(mergeDifference(objectOf(current), wanted), false);
  const deletions = filterNulls(mergeDifference(objectOf(lastApplied), wanted), true);
  return sortedDeep(overlay(deletions, changes)) as Json;
}

function mergeDifference(original: Plain, modified: Plain): Plain {
  const patch: Record<string, unknown> = {};
  for (const [key, after] of Object.entries(modified)) {
    const before = original[key];
    if (equalJson(before, after)) continue;
    patch[key] = isPlain(before) && isPlain(after) ? mergeDifference(before, after) : after;
  }
  for (const key of Object.keys(original)) if (modified[key] === undefined) patch[key] = null;
  return patch;
}

/** Keeps only the deletions of a patch, or everything but them. An empty object is a value, not an empty patch. */
function filterNulls(patch: Plain, keepNulls: boolean): Plain {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      if (keepNulls) kept[key] = null;
    } else if (isPlain(value) && Object.keys(value).length > 0) {
      const inner = filterNulls(value, keepNulls);
      if (Object.keys(inner).length > 0) kept[key] = inner;
    } else if (!keepNulls) {
      kept[key] = value;
    }
  }
  return kept;
}

function overlay(below: Plain, above: Plain): Plain {
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = merged[key];
    merged[key] = isPlain(under) && isPlain(value) ? overlay(under, value) : value;
  }
  return merged;
}
