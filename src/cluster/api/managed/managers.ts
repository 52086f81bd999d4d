import { compare } from "./compare";
import { difference, leaf, only, union, without } from "./fields";
import { typeOfVersion } from "./field-type";
import { zeroStruct } from "../schema/decode";
import type { Comparison } from "./compare";
import type { Fields } from "./fields";
import type { Kind } from "../kind";
import type { RegisteredKind } from "../registry";
import type { KubeObject } from "../../model";

/** Who owns which fields, and how they came to it. Of an Update the version is part of who it is; of an Apply it is not. */
export interface Manager {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time?: string;
  readonly fields: Fields;
}

export type Managers = readonly Manager[];

/** Who writes, through what, and when. */
export interface Writing {
  readonly registered: RegisteredKind;
  /** "" for the resource itself. */
  readonly subresource: string;
  readonly manager: string;
  readonly time: string;
}

export function sameManager(a: Pick<Manager, "manager" | "operation" | "apiVersion" | "subresource">, b: typeof a): boolean {
  return a.manager === b.manager && a.operation === b.operation && a.subresource === b.subresource && (a.operation === "Apply" || a.apiVersion === b.apiVersion);
}

/** What nobody owns: the server sets it. */
const unowned: Fields = {
  "f:apiVersion": leaf, "f:kind": leaf,
  "f:metadata": {
    ".": leaf, "f:name": leaf, "f:namespace": leaf, "f:creationTimestamp": leaf, "f:selfLink": leaf, "f:uid": leaf, "f:generation": leaf, "f:managedFields": leaf, "f:resourceVersion": leaf,
  },
};

/** What a write through the resource or a subresource can't set, and so does not own. */
function reachable(fields: Fields | undefined, kind: Kind, subresource: string): Fields | undefined {
  if (fields === undefined) return undefined;
  switch (subresource) {
    case "": return kind.subresources["status"] === undefined ? fields : without(fields, ["f:status"]);
    case "status": {
      const rest = without(fields, ["f:spec"]);
      if (kind.kind === "Deployment") return without(rest, ["f:metadata", "f:labels"]);
      return kind.kind === "Pod" ? without(without(rest, ["f:metadata", "f:deletionTimestamp"]), ["f:metadata", "f:ownerReferences"]) : rest;
    }
    case "scale": return only(fields, ["f:spec", "f:replicas"]);
    case "ephemeralcontainers": return only(fields, ["f:spec", "f:ephemeralContainers"]);
    default: return fields;
  }
}

/** The fields of a configuration that a write may own. */
export function ownable(fields: Fields | undefined, writing: Writing): Fields | undefined {
  return difference(reachable(fields, writing.registered.kind, writing.subresource), unowned);
}

/** A stored object as a version of its kind shows it. */
function atVersion(registered: RegisteredKind, apiVersion: string, object: KubeObject): KubeObject {
  const { kind } = registered;
  const version = kind.versions.find((one) => (kind.group === "" ? one.name : `${kind.group}/${one.name}`) === apiVersion) ?? registered.version;
  return version.name === kind.hub ? object : version.fromHub?.(object) ?? object;
}

/** What a write changes, as a version tells it; before a create there is the empty object. */
export function changes(writing: Writing, apiVersion: string, before: KubeObject | undefined, after: KubeObject): Comparison | undefined {
  const { registered, subresource } = writing;
  const { kind } = registered;
  const version = kind.versions.find((one) => (kind.group === "" ? one.name : `${kind.group}/${one.name}`) === apiVersion) ?? registered.version;
  const found = compare(typeOfVersion(version), before === undefined ? zeroStruct(version.model) : atVersion(registered, apiVersion, before), atVersion(registered, apiVersion, after));
  if (found === undefined) return undefined;
  let set = reachable(found.set, kind, subresource);
  let removed = reachable(found.removed, kind, subresource);
  // A Scale of 0 has no replicas: they are nobody's then.
  if (subresource === "scale" && set !== undefined && (after["spec"] as { replicas?: number }).replicas === 0) [set, removed] = [undefined, union(set, removed)];
  return { ...(set && { set }), ...(removed && { removed }) };
}

/** Takes from every manager what a write has touched, each by its own version; those left with nothing go. */
export function takenFrom(managers: Managers, touched: (apiVersion: string) => Fields | undefined): Managers {
  let changed = false;
  const left = managers.flatMap((one) => {
    const by = touched(one.apiVersion);
    const fields = by === undefined ? one.fields : difference(one.fields, by);
    if (fields !== one.fields) changed = true;
    return fields === undefined ? [] : fields === one.fields ? [one] : [{ ...one, fields }];
  });
  return changed ? left : managers;
}

/** The comparison of a write, once for each version that is asked. */
export function changesByVersion(writing: Writing, before: KubeObject | undefined, after: KubeObject): (apiVersion: string) => Comparison | undefined {
  const known = new Map<string, Comparison | undefined>();
  return (apiVersion) => {
    if (!known.has(apiVersion)) known.set(apiVersion, changes(writing, apiVersion, before, after));
    return known.get(apiVersion);
  };
}

/** How many managers that update an object keeps apart. */
const mostUpdaters = 10;

/**
 * The managers after an update: who writes takes over what changed, and the others lose it. An object whose managers are not kept
 * (they were reset) stays so.
 */
export function afterUpdate(managers: Managers, writing: Writing, before: KubeObject | undefined, after: KubeObject): Managers {
  if (managers.length === 0 && before !== undefined) return managers;
  const { apiVersion } = writing.registered;
  const changed = changesByVersion(writing, before, after);
  const left = takenFrom(managers, (version) => {
    const found = changed(version);
    return union(found?.set, found?.removed);
  });
  const own = difference(changed(apiVersion)?.set, unowned);
  if (own === undefined) return left;
  // What comes through a Scale loses its time on the way to the object.
  const self: Manager = { manager: writing.manager, operation: "Update", apiVersion, subresource: writing.subresource, ...(writing.subresource === "scale" ? {} : { time: writing.time }), fields: own };
  const had = left.find((one) => sameManager(one, self));
  return capped([...left.filter((one) => one !== had), { ...self, fields: union(had?.fields, own) ?? own }]);
}

const second = (one: Manager): string => one.time ?? "";
const identity = (one: Manager): string => `${one.manager}\0${one.apiVersion}\0${one.subresource}`;

/** Beyond ten updaters the oldest are put together, those of each version under one name. */
function capped(managers: Managers): Managers {
  const updaters = managers.filter((one) => one.operation === "Update").sort((a, b) => (second(a) < second(b) || (second(a) === second(b) && identity(a) < identity(b)) ? -1 : 1));
  let many = updaters.length;
  if (many <= mostUpdaters) return managers;
  const buckets = new Map<string, Manager>();
  const gone = new Set<Manager>();
  const made = new Map<string, Manager>();
  for (const one of updaters) {
    if (many <= mostUpdaters) break;
    const first = buckets.get(one.apiVersion);
    if (first === undefined) {
      buckets.set(one.apiVersion, one);
      continue;
    }
    const bucket = made.get(one.apiVersion) ?? first;
    gone.add(first).add(one);
    made.set(one.apiVersion, { ...one, manager: "ancient-changes", subresource: "", fields: union(bucket.fields, one.fields) ?? leaf });
    many--;
  }
  return [...managers.filter((one) => !gone.has(one)), ...made.values()];
}
