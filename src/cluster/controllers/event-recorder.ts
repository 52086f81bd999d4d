import { ApiError } from "../api/status";
import type { Client } from "./client";
import type { KubeObject, Ms } from "../model";
import type { World } from "../world";

/** Similar events beyond this many within the window are told as one. */
const aggregateAfter = 10;
const aggregateWindow: Ms = 600_000;
/** Of one source and object: a burst, then one in five minutes. */
const burst = 25;
const refill: Ms = 300_000;
/** A modern event that is not repeated for so long is over: the next one of its kind is a new event. */
const seriesEnd: Ms = 360_000;

interface Seen { name: string; namespace: string; count: number; first: string; resourceVersion: string }
interface Similar { messages: string[]; since: Ms }
interface Bucket { tokens: number; at: Ms }
interface Series { readonly name: string; readonly namespace: string; count: number; last: Ms }

interface RecorderState {
  readonly seen: Record<string, Seen>;
  readonly similar: Record<string, Similar>;
  readonly buckets: Record<string, Bucket>;
  /** Of modern events: those that may still be repeated. */
  readonly series: Record<string, Series>;
}

/** The instance that reports: the scheduler's events name where they come from differently. */
export interface EventSource {
  readonly component: string;
  readonly host?: string;
  /** events.k8s.io style: eventTime, reportingController, action; no counts. */
  readonly modern?: boolean;
}

/**
 * Records events as client-go's correlator does: repeats count up by PATCH, similar ones are combined after ten in ten minutes,
 * and one source may speak about one object 25 times, then once in five minutes.
 */
export function recordEvent(world: World, client: Client, source: EventSource, about: KubeObject, type: "Normal" | "Warning", reason: string, message: string, part?: string): void {
  const state = world.slice<RecorderState>(`events/${source.component}/${source.host ?? ""}`, () => ({ seen: {}, similar: {}, buckets: {}, series: {} }));
  const now = world.clock.now;
  const object = about.metadata;
  const involved = {
    apiVersion: about.apiVersion, kind: about.kind, name: object.name, ...(object.namespace === undefined ? {} : { namespace: object.namespace }),
    uid: object.uid, resourceVersion: object.resourceVersion, ...(part === undefined ? {} : { fieldPath: part }),
  };
  const namespace = object.namespace === undefined || object.namespace === "" ? "default" : object.namespace;
  const stamp = world.timestamp();
  const nameOf = (): string => `${object.name}.${nanoseconds(world.epoch + Math.floor(now), nextNanosecond(world))}`;
  if (source.modern === true) {
    // The same about the same state of an object is a series, whose count is written once and then only when it ends.
    const of = `${object.uid} ${object.resourceVersion} ${type} ${reason}`;
    const series = state.series[of];
    if (series !== undefined && now - series.last < seriesEnd) {
      series.last = now;
      if (++series.count === 2) attempt(() => client.patch("events", series.namespace, series.name, { series: { count: 2, lastObservedTime: world.timestamp(now, true) } }));
      return;
    }
    const name = nameOf();
    state.series[of] = { name, namespace, count: 1, last: now };
    attempt(() => client.create("events", namespace, {
      apiVersion: "v1", kind: "Event", metadata: { name, namespace }, eventTime: world.timestamp(now, true), action: reason === "Scheduled" ? "Binding" : "Scheduling", involvedObject: withoutPath(involved),
      reason, message, type, reportingComponent: source.component, reportingInstance: `${source.component}-control-plane`, source: {}, firstTimestamp: null, lastTimestamp: null,
    }));
    return;
  }
  const key = `${object.uid} ${type} ${reason} ${part ?? ""}`;
  if (!allowed(state, object.uid, now)) return;
  let similar = state.similar[key];
  if (similar === undefined || now - similar.since > aggregateWindow) state.similar[key] = similar = { messages: [], since: now };
  if (!similar.messages.includes(message)) similar.messages.push(message);
  const combined = similar.messages.length >= aggregateAfter;
  const told = combined ? `(combined from similar events): ${message}` : message;
  const known = state.seen[combined ? key : `${key} ${message}`];
  if (known !== undefined) {
    known.count++;
    const patched = attempt(() => client.patch("events", known.namespace, known.name, { count: known.count, lastTimestamp: stamp, message: told }));
    if (patched) return;
  }
  const name = nameOf();
  attempt(() => client.create("events", namespace, {
    apiVersion: "v1", kind: "Event", metadata: { name, namespace }, involvedObject: involved, reason, message: told, type, count: 1,
    firstTimestamp: stamp, lastTimestamp: stamp, eventTime: null, reportingComponent: source.component, reportingInstance: source.host ?? "",
    source: { component: source.component, ...(source.host === undefined ? {} : { host: source.host }) },
  }));
  state.seen[combined ? key : `${key} ${message}`] = { name, namespace, count: 1, first: stamp, resourceVersion: "" };
}

/** The part of a name below the millisecond: later events of one moment have later names, so that a list by name tells them in their order. */
function nextNanosecond(world: World): number {
  const last = world.slice<{ at: Ms; rest: number }>("events/name", () => ({ at: -1, rest: 0 }));
  const now = Math.floor(world.clock.now);
  last.rest = (last.at === now ? last.rest : 0) + 1 + world.random("event-name").int(20_000);
  last.at = now;
  return last.rest;
}

/** Unix time in ns as 16 hexadecimal digits, as an event's name ends: 10^6 ms + `rest`, in halves that doubles hold exactly. */
function nanoseconds(ms: Ms, rest: number): string {
  const high = Math.floor(ms / 4294967296);
  const low = (ms - high * 4294967296) * 1_000_000 + rest;
  const carried = high * 1_000_000 + Math.floor(low / 4294967296);
  return carried.toString(16) + (low % 4294967296).toString(16).padStart(8, "0");
}

function allowed(state: RecorderState, uid: string, now: Ms): boolean {
  const bucket = state.buckets[uid] ??= { tokens: burst, at: now };
  bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / refill);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens--;
  return true;
}

function withoutPath(involved: { readonly fieldPath?: string }): object {
  const { fieldPath: _path, ...rest } = involved;
  return rest;
}

/** Events are lost where they can't be written (a namespace on its way out), never retried. */
function attempt(write: () => void): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}
