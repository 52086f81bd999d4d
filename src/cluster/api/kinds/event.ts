import { column, wideColumn } from "./columns";
import { since } from "./human-duration";
import { defineKind } from "./kind-definition";
import { validateObjectMeta } from "./object-meta-validation";
import type { FieldError, Kind } from "../kind";
import type { Event } from "../types";
import type { KubeObject, Ms, ObjectMeta } from "../../model";

/** The event's first appearance. */
function firstSeen(event: Event, now: Ms, epoch: number): string {
  return since(event.firstTimestamp ?? event.eventTime, now, epoch);
}

function lastSeen(event: Event, now: Ms, epoch: number): string {
  if (event.series?.lastObservedTime !== undefined) return since(event.series.lastObservedTime, now, epoch);
  return typeof event.lastTimestamp === "string" ? since(event.lastTimestamp, now, epoch) : firstSeen(event, now, epoch);
}

function sourceText({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || "";
  const host = source?.host || reportingInstance || "";
  return host === "" ? component : `${component}, ${host}`;
}

function targetText({ involvedObject }: Event): string {
  const kind = (involvedObject?.kind ?? "").toLowerCase();
  return involvedObject?.name === undefined || involvedObject.name === "" ? kind : `${kind}/${involvedObject.name}`;
}

const columns = [
  column("Last Seen", "When the event last happened.", (object, now, epoch) => lastSeen(object as Event, now, epoch)),
  column("Type", "Normal or Warning.", (object) => (object as Event).type ?? ""),
  column("Reason", "Why it happened, in one word.", (object) => (object as Event).reason ?? ""),
  column("Object", "What it happened to.", (object) => targetText(object as Event)),
  wideColumn("Subobject", "The part of the object.", (object) => (object as Event).involvedObject?.fieldPath ?? ""),
  wideColumn("Source", "Who reported it.", (object) => sourceText(object as Event)),
  column("Message", "What happened.", (object) => ((object as Event).message ?? "").trim()),
  wideColumn("First Seen", "When it first happened.", (object, now, epoch) => firstSeen(object as Event, now, epoch)),
  wideColumn("Count", "How often it happened.", (object) => (object as Event).series?.count ?? ((object as Event).count || 1)),
  wideColumn("Name", "The event's own name.", (object) => object.metadata.name),
];

const involved = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"] as const;
const selectable = {
  ...Object.fromEntries(involved.map((key) => [`involvedObject.${key}`, (object: KubeObject) => (object as Event).involvedObject?.[key] ?? ""])),
  reason: (object: KubeObject) => (object as Event).reason ?? "",
  reportingComponent: (object: KubeObject) => (object as Event).reportingComponent ?? "",
  source: (object: KubeObject) => (object as Event).source?.component || (object as Event).reportingComponent || "",
  type: (object: KubeObject) => (object as Event).type ?? "",
};

/** Fields of a core/v1 event that Go always prints. */
function defaults(object: KubeObject): KubeObject {
  const event = object as Event;
  if ("firstTimestamp" in event && "lastTimestamp" in event && "eventTime" in event && "reportingComponent" in event && "reportingInstance" in event && "source" in event) return object;
  return { ...{ eventTime: null, firstTimestamp: null, lastTimestamp: null, reportingComponent: "", reportingInstance: "", source: {} }, ...object };
}

function validate(next: KubeObject, old: KubeObject | undefined): readonly FieldError[] {
  if (old !== undefined) return [];
  const { involvedObject, metadata } = next as Event;
  const errors = validateObjectMeta(metadata, true);
  const where = involvedObject?.namespace ?? "";
  // Events about what has no namespace live in default.
  if (where === "" ? !["default", "kube-system"].includes(metadata.namespace ?? "") : where !== metadata.namespace) {
    errors.push({ field: "involvedObject.namespace", type: "Invalid", value: where, detail: "does not match event.namespace" });
  }
  return errors;
}

/** What components record has always the same fields; all such events share a shape that is as large as they are. */
function copy(object: KubeObject, metadata: ObjectMeta): KubeObject {
  const { apiVersion, kind, involvedObject, reason, message, type, count, firstTimestamp, lastTimestamp, eventTime, reportingComponent, reportingInstance, source } = object as Event;
  if (Object.keys(object).length !== 14 || [involvedObject, reason, message, type, count, firstTimestamp, lastTimestamp, eventTime, reportingComponent, reportingInstance, source].includes(undefined)) return { ...object, metadata };
  return { apiVersion, kind, metadata, involvedObject, reason, message, type, count, firstTimestamp, lastTimestamp, eventTime, reportingComponent, reportingInstance, source };
}

/** core/v1 Event: the stored form. */
export const event: Kind = defineKind({
  group: "", kind: "Event", plural: "events", shortNames: ["ev"], columns, defaults, validate, selectable, model: "CoreV1Event", copy,
});

interface NewEvent {
  readonly regarding?: unknown;
  readonly note?: string;
  readonly reportingController?: string;
  readonly deprecatedSource?: unknown;
  readonly deprecatedFirstTimestamp?: unknown;
  readonly deprecatedLastTimestamp?: unknown;
  readonly deprecatedCount?: number;
}

function renamed(object: KubeObject, names: readonly (readonly [string, string])[]): Record<string, unknown> {
  const next: Record<string, unknown> = { ...object };
  for (const [from, to] of names) {
    if (!(from in next)) continue;
    next[to] = next[from];
    delete next[from];
  }
  return next;
}

/** The names of a core/v1 event's fields in events.k8s.io/v1. */
const names: readonly (readonly [keyof Event & string, keyof NewEvent])[] = [
  ["involvedObject", "regarding"], ["message", "note"], ["reportingComponent", "reportingController"], ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"], ["lastTimestamp", "deprecatedLastTimestamp"], ["count", "deprecatedCount"],
];

/** events.k8s.io/v1 Event: the same objects under other names of their fields. */
export const eventInItsGroup: Kind = {
  ...event, group: "events.k8s.io", hub: "core/v1", storedAs: "events",
  versions: [{
    name: "v1", served: true, goType: "Event", model: "EventsV1Event", columns,
    toHub: (object) => defaults({ ...renamed(object, names.map(([core, grouped]) => [grouped, core])), apiVersion: "v1" } as KubeObject),
    fromHub: (object) => ({ ...renamed(object, names), apiVersion: "events.k8s.io/v1" } as KubeObject),
  }],
};
