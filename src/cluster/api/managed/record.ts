import { equalJson } from "../equal";
import { afterUpdate } from "./managers";
import { printFields, readFields } from "./fields";
import type { Manager, Managers, Writing } from "./managers";
import type { KubeObject, ObjectMeta } from "../../model";

/**
 * What a stored object remembers of its writes, under a symbol of its metadata. Managers are computed when somebody asks: until
 * then a record holds who wrote and the version before, so that a write costs next to nothing.
 */
interface Record {
  /** Absent where the server itself wrote, which owns nothing. */
  readonly writing: Writing | undefined;
  /** The version before, with its own record; undefined for a create, and once the managers are known. */
  before: KubeObject | undefined;
  /** What was asked for, where the server stored more than that (defaults of admission, addresses). */
  wanted: KubeObject | undefined;
  /** The managers that a body set by itself: they count instead of those before. */
  given: Managers | undefined;
  managers: Managers | undefined;
}

const slot = Symbol("managedFields");
interface Recorded { readonly [slot]?: Record }

const recordOf = (object: KubeObject): Record | undefined => (object.metadata as Recorded)[slot];

/** Goes into the metadata of the version that a write stores. */
export type Stamp = Record;

/** The stamp of a write: `wanted` is what was asked for where that is not what is stored, `given` the managers that a body set. */
export function stampOf(before: KubeObject | undefined, writing: Writing | undefined, wanted?: KubeObject, given?: Managers): Stamp {
  return { writing, before, wanted, given, managers: undefined };
}

/** The stamp of a version whose managers are known. */
export function stampOfManagers(managers: Managers): Stamp {
  return { writing: undefined, before: undefined, wanted: undefined, given: undefined, managers };
}

/** Marks metadata that nobody else holds. What `ownMetadata` made has the place for it, so that its shape stays. */
export function mark(metadata: ObjectMeta, by: Stamp): void {
  (metadata as { [slot]?: Record })[slot] = by;
}

/** What metadata is made of, beside its name. */
export type MetadataParts = {
  readonly [field in "generateName" | "namespace" | "uid" | "resourceVersion" | "generation" | "creationTimestamp" | "deletionTimestamp" | "deletionGracePeriodSeconds" | "labels" | "annotations" | "ownerReferences" | "finalizers"]?: ObjectMeta[field] | undefined
};

/**
 * Metadata of an object's own, in the order in which Go prints it. Built field by field: a copy by spread that then gets a
 * field more costs V8 (measured: 11.3) twenty times as much, and all objects of a kind share their shape this way.
 */
export function ownMetadata(name: string, parts: MetadataParts, namespace: string | undefined = parts.namespace): ObjectMeta {
  const { generateName, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, labels, annotations, ownerReferences, finalizers } = parts;
  const own: { -readonly [field in keyof MetadataParts]: MetadataParts[field] } & { name: string; [slot]?: Record | undefined } = { name };
  if (generateName !== undefined) own.generateName = generateName;
  if (namespace !== undefined) own.namespace = namespace;
  own.uid = uid ?? "";
  own.resourceVersion = resourceVersion ?? "";
  if (generation !== undefined) own.generation = generation;
  own.creationTimestamp = creationTimestamp ?? "";
  if (deletionTimestamp !== undefined) own.deletionTimestamp = deletionTimestamp;
  if (deletionGracePeriodSeconds !== undefined) own.deletionGracePeriodSeconds = deletionGracePeriodSeconds;
  if (labels !== undefined) own.labels = labels;
  if (annotations !== undefined) own.annotations = annotations;
  if (ownerReferences !== undefined) own.ownerReferences = ownerReferences;
  if (finalizers !== undefined) own.finalizers = finalizers;
  own[slot] = undefined;
  return own as ObjectMeta & typeof own;
}

/** Who owns which fields of a stored object. Computed from the last version of which it is known; the versions before are forgotten then. */
export function managersOf(object: KubeObject): Managers {
  const unknown: { readonly version: KubeObject; readonly record: Record }[] = [];
  let managers: Managers = [];
  for (let version: KubeObject | undefined = object; version !== undefined;) {
    const record = recordOf(version);
    if (record === undefined) break;
    if (record.managers !== undefined) {
      managers = record.managers;
      break;
    }
    unknown.push({ version, record });
    version = record.given === undefined ? record.before : undefined;
  }
  for (let one = unknown.pop(); one !== undefined; one = unknown.pop()) {
    const { version, record } = one;
    const { writing, before, wanted, given } = record;
    if (given !== undefined) managers = given;
    managers = record.managers = writing === undefined ? managers : afterUpdate(managers, writing, before, wanted ?? version);
    record.before = record.wanted = record.given = undefined;
  }
  return managers;
}

const order = (one: Manager): string => [one.operation, one.time ?? "", one.manager, one.apiVersion, one.subresource].join("\0");

/** metadata.managedFields as the API prints it: appliers first, then by time and name. */
function printed(managers: Managers): readonly object[] {
  return [...managers].sort((a, b) => (order(a) < order(b) ? -1 : 1)).map((one) => ({
    manager: one.manager, operation: one.operation, apiVersion: one.apiVersion, ...(one.time === undefined ? {} : { time: one.time }),
    fieldsType: "FieldsV1", fieldsV1: printFields(one.fields), ...(one.subresource === "" ? {} : { subresource: one.subresource }),
  }));
}

/** Whether two say the same, in whatever order. */
export function sameManagers(a: Managers, b: Managers): boolean {
  return a === b || (a.length === b.length && equalJson(printed(a), printed(b)));
}

/** A stored object with metadata.managedFields, as a client of the API sees it. */
export function withManagedFields(object: KubeObject): KubeObject {
  const managers = managersOf(object);
  return managers.length === 0 ? object : { ...object, metadata: { ...object.metadata, managedFields: printed(managers) } };
}

interface Entry { readonly manager?: string; readonly operation?: string; readonly apiVersion?: string; readonly time?: string | null; readonly fieldsType?: string; readonly fieldsV1?: unknown; readonly subresource?: string }

/**
 * The managers that a body sets: undefined where it says nothing or nothing that can be read, and none where it resets them
 * with an empty list or one empty entry.
 */
export function managersGiven(value: unknown): Managers | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries = value as readonly Entry[];
  if (entries.length === 0 || (entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0)) return [];
  try {
    return entries.flatMap((entry): Manager[] => {
      const { manager = "", operation, apiVersion = "", time, fieldsV1, subresource = "" } = entry;
      if ((operation !== "Apply" && operation !== "Update") || entry.fieldsType !== "FieldsV1") throw new Error("not managed fields");
      const fields = readFields(fieldsV1);
      return fields === undefined ? [] : [{ manager, operation, apiVersion, subresource, fields, ...(typeof time === "string" ? { time } : {}) }];
    });
  } catch {
    return undefined;
  }
}
