import { equalJson } from "../equal";
import { afterUpdate } from "./managers";
import { printFields, readFields } from "./fields";
import type { Manager, Managers, Writing } from "./managers";
import type { KubeObject, ObjectMeta } from "../../model";

/**
 * What a stored object remembers of its writes, under a symbol of its metadata. Managers are computed when somebody asks: until
 * then there is who wrote and the version before, so that a write costs next to nothing. Of a create there is who wrote alone; where
 * the managers are known they are the stamp.
 */
export type Stamp = Managers | Writing | Version;

/** A write on a version, which is forgotten once the managers are known. */
class Version {
  constructor(
    /** Absent where the server itself wrote, which owns nothing. */
    readonly writing: Writing | undefined,
    public before: KubeObject | undefined,
    public more: More | undefined,
  ) {}
}

interface More {
  /** What was asked for, where the server stored more than that (defaults of admission, addresses). */
  readonly wanted: KubeObject | undefined;
  /** The managers that a body set by itself: they count instead of those before. */
  readonly given: Managers | undefined;
}

const slot = Symbol("managedFields");
interface Stamped { [slot]?: Stamp | undefined }

const stampIn = (object: KubeObject): Stamp | undefined => (object.metadata as Stamped)[slot];

/** The stamp of a write: `wanted` is what was asked for where that is not what is stored, `given` the managers that a body set. */
export function stampOf(before: KubeObject | undefined, writing: Writing | undefined, wanted?: KubeObject, given?: Managers): Stamp {
  const more = wanted === undefined && given === undefined ? undefined : { wanted, given };
  return before === undefined && more === undefined && writing !== undefined ? writing : new Version(writing, before, more);
}

/** Marks metadata that nobody else holds. What `ownMetadata` made has the place for it, so that its shape stays. */
export function mark(metadata: ObjectMeta, by: Stamp): void {
  (metadata as Stamped)[slot] = by;
}

/** What metadata is made of, beside its name. */
export type MetadataParts = {
  readonly [field in "generateName" | "namespace" | "uid" | "resourceVersion" | "generation" | "creationTimestamp" | "deletionTimestamp" | "deletionGracePeriodSeconds" | "labels" | "annotations" | "ownerReferences" | "finalizers"]?: ObjectMeta[field] | undefined
};

/** Whether there is nothing to say but what every object says, as of events. */
function isShort({ generateName, generation, deletionTimestamp, deletionGracePeriodSeconds, labels, annotations, ownerReferences, finalizers }: MetadataParts): boolean {
  return generateName === undefined && generation === undefined && labels === undefined && ownerReferences === undefined && annotations === undefined && finalizers === undefined
    && deletionTimestamp === undefined && deletionGracePeriodSeconds === undefined;
}

/**
 * Metadata of an object's own, in the order in which Go prints it. Built field by field: a copy by spread that then gets a
 * field more costs V8 (measured: 11.3) twenty times as much, and all objects of a kind share their shape this way.
 */
export function ownMetadata(name: string, parts: MetadataParts, namespace: string | undefined = parts.namespace): ObjectMeta {
  if (isShort(parts) && namespace !== undefined) return { name, namespace, uid: parts.uid ?? "", resourceVersion: parts.resourceVersion ?? "", creationTimestamp: parts.creationTimestamp ?? "", [slot]: undefined };
  const { generateName, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, labels, annotations, ownerReferences, finalizers } = parts;
  const own: { -readonly [field in keyof MetadataParts]: MetadataParts[field] } & { name: string; [slot]?: Stamp | undefined } = { name };
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
  const unknown: { readonly version: KubeObject; readonly by: Writing | Version }[] = [];
  let managers: Managers = [];
  for (let version: KubeObject | undefined = object; version !== undefined;) {
    const by = stampIn(version);
    if (by === undefined) break;
    if (isKnown(by)) {
      managers = by;
      break;
    }
    const found = known.get(keyOf(version, by));
    if (found !== undefined) {
      managers = found;
      break;
    }
    unknown.push({ version, by });
    version = by instanceof Version && by.more?.given === undefined ? by.before : undefined;
  }
  for (let one = unknown.pop(); one !== undefined; one = unknown.pop()) {
    const { version, by } = one;
    const { writing, before, more } = by instanceof Version ? by : { writing: by, before: undefined, more: undefined };
    if (more?.given !== undefined) managers = more.given;
    if (writing !== undefined) managers = afterUpdate(managers, writing, before, more?.wanted ?? version);
    known.set(keyOf(version, by), managers);
    if (by instanceof Version) by.before = by.more = undefined;
  }
  return managers;
}

/** The managers that somebody has asked for. */
const known = new WeakMap<object, Managers>();

/** All creates of a second share what is remembered of them. */
function keyOf({ metadata }: KubeObject, by: Writing | Version): object {
  return by instanceof Version ? by : metadata;
}

const isKnown: (by: Stamp) => by is Managers = Array.isArray;

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
