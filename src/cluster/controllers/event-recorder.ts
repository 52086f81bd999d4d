import { ApiError } from "../api/status";
import { writeHexadecimal } from "../hexadecimal";
import { remembered } from "../remembered";
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

/** A modern event about one state of an object; `earlier`: the one that was told of the object before. */
interface Series {
  readonly resourceVersion: string;
  readonly type: string;
  readonly reason: string;
  readonly name: string;
  readonly namespace: string;
  count: number;
  last: Ms;
  readonly earlier: Series | undefined;
}

/** What a source has said of an object in one message, or (without a message) in similar ones combined. */
interface Said {
  readonly type: string;
  readonly reason: string;
  readonly part: string | undefined;
  readonly message: string | undefined;
  /** The event that counts it; "" where only a combined one does. */
  name: string;
  count: number;
  /** When the window began in which it was last said. */
  since: Ms;
  readonly earlier: Said | undefined;
}

/** What a source has said of an object, and how much more it may say. */
interface Told {
  tokens: number;
  at: Ms;
  /** What was said last, and through it the rest: a list would keep room for more than most objects ever hear. */
  said: Said | undefined;
  /** How the last event named the object. */
  involved: Involved | undefined;
}

interface Involved {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly fieldPath?: string;
}

/** By the uid of the object. */
type RecorderState = Map<string, Told>;

/** The instance that reports: the scheduler's events name where they come from differently. */
export interface EventSource {
  readonly component: string;
  readonly host?: string;
  /** events.k8s.io style: eventTime, reportingController, action; no counts. */
  readonly modern?: boolean;
}

const slices = new WeakMap<EventSource, string>();

/** The name of the state of a source. Sources are few and live as long as their cluster. */
function sliceOf(source: EventSource): string {
  let name = slices.get(source);
  if (name === undefined) slices.set(source, name = `events/${source.component}/${source.host ?? ""}`);
  return name;
}

/**
 * Records events as client-go's correlator does: repeats count up by PATCH, similar ones are combined after ten in ten minutes,
 * and one source may speak about one object 25 times, then once in five minutes.
 */
export function recordEvent(world: World, client: Client, source: EventSource, about: KubeObject, type: "Normal" | "Warning", reason: string, message: string, part?: string): void {
  const { now } = world.clock;
  const { name: objectName, uid, resourceVersion, namespace: home } = about.metadata;
  const namespace = home === undefined || home === "" ? "default" : home;
  if (source.modern === true) {
    // The same about the same state of an object is a series, whose count is written once and then only when it ends.
    const all = world.slice(sliceOf(source), () => new Map<string, Series>());
    const latest = all.get(uid);
    let series = latest;
    while (series !== undefined && (series.resourceVersion !== resourceVersion || series.type !== type || series.reason !== reason)) series = series.earlier;
    if (series !== undefined && now - series.last < seriesEnd) {
      series.last = now;
      if (++series.count === 2) attempt(client, series.namespace, series.name, { series: { count: 2, lastObservedTime: world.timestamp(now, true) } });
      return;
    }
    const name = nameOf(world, objectName);
    all.set(uid, { resourceVersion, type, reason, name, namespace, count: 1, last: now, earlier: latest });
    attempt(client, namespace, undefined, {
      apiVersion: "v1", kind: "Event", metadata: { name, namespace }, eventTime: world.timestamp(now, true), action: reason === "Scheduled" ? "Binding" : "Scheduling", involvedObject: involvedOf(about, undefined),
      reason, message, type, reportingComponent: source.component, reportingInstance: instanceOf(source.component), source: nobody, firstTimestamp: null, lastTimestamp: null,
    });
    return;
  }
  const state = world.slice<RecorderState>(sliceOf(source), () => new Map());
  let told = state.get(uid);
  if (told === undefined) state.set(uid, told = { tokens: burst, at: now, said: undefined, involved: undefined });
  if (!allowed(told, now)) return;
  const stamp = world.timestamp();
  const combined = isCombined(told, type, reason, part, message, now);
  const text = combined ? `(combined from similar events): ${message}` : message;
  const said = saidOf(told, type, reason, part, combined ? undefined : message, now);
  if (said.name !== "") {
    said.count++;
    if (attempt(client, namespace, said.name, { count: said.count, lastTimestamp: stamp, message: text })) return;
  }
  const name = nameOf(world, objectName);
  const involved = told.involved?.resourceVersion === resourceVersion && told.involved.fieldPath === part ? told.involved : told.involved = involvedOf(about, part);
  attempt(client, namespace, undefined, {
    apiVersion: "v1", kind: "Event", metadata: { name, namespace }, involvedObject: involved, reason, message: text, type, count: 1,
    firstTimestamp: stamp, lastTimestamp: stamp, eventTime: null, reportingComponent: source.component, reportingInstance: source.host ?? "",
    source: shown(source),
  });
  said.name = name;
  said.count = 1;
}

/** The object that an event is about, as it names it. */
function involvedOf({ apiVersion, kind, metadata: { name, namespace, uid, resourceVersion } }: KubeObject, part: string | undefined): Involved {
  if (namespace === undefined) return part === undefined ? { apiVersion, kind, name, uid, resourceVersion } : { apiVersion, kind, name, uid, resourceVersion, fieldPath: part };
  return part === undefined ? { apiVersion, kind, name, namespace, uid, resourceVersion } : { apiVersion, kind, name, namespace, uid, resourceVersion, fieldPath: part };
}

const instanceOf = remembered((component) => `${component}-control-plane`);
const nobody = {};
const shownSources = new WeakMap<EventSource, object>();

/** As an event prints its source; all events of a source share it. */
function shown(source: EventSource): object {
  let text = shownSources.get(source);
  if (text === undefined) shownSources.set(source, text = { component: source.component, ...(source.host === undefined ? {} : { host: source.host }) });
  return text;
}

function isOfKind(said: Said, type: string, reason: string, part: string | undefined): boolean {
  return said.reason === reason && said.type === type && said.part === part;
}

/** Whether this message is one of ten or more different ones in its window; a window begins with the first message after the last one was over. */
function isCombined(told: Told, type: string, reason: string, part: string | undefined, message: string, now: Ms): boolean {
  let since = -Infinity;
  for (let { said } = told; said !== undefined; said = said.earlier) if (said.message !== undefined && isOfKind(said, type, reason, part)) since = Math.max(since, said.since);
  if (now - since > aggregateWindow) since = now;
  saidOf(told, type, reason, part, message, now).since = since;
  let similar = 0;
  for (let { said } = told; said !== undefined; said = said.earlier) if (said.message !== undefined && said.since === since && isOfKind(said, type, reason, part)) similar++;
  return similar >= aggregateAfter;
}

function saidOf(told: Told, type: string, reason: string, part: string | undefined, message: string | undefined, now: Ms): Said {
  for (let { said } = told; said !== undefined; said = said.earlier) if (said.message === message && isOfKind(said, type, reason, part)) return said;
  return told.said = { type, reason, part, message, name: "", count: 0, since: now, earlier: told.said };
}

/** The part of a name below the millisecond: later events of one moment have later names, so that a list by name tells them in their order. */
function nextNanosecond(world: World): number {
  const last = world.slice("events/name", () => ({ at: -1, rest: 0, random: world.random("event-name") }));
  const now = Math.floor(world.clock.now);
  last.rest = (last.at === now ? last.rest : 0) + 1 + last.random.int(20_000);
  last.at = now;
  return last.rest;
}

/** `about`, a dot and Unix time in ns as 16 hexadecimal digits: 10^6 ms + `rest`, in halves that doubles hold exactly. Made in one piece, for names are kept by the thousand. */
function nameOf(world: World, about: string): string {
  const ms = world.epoch + Math.floor(world.clock.now);
  const high = Math.floor(ms / 4294967296);
  const low = (ms - high * 4294967296) * 1_000_000 + nextNanosecond(world);
  const carried = high * 1_000_000 + Math.floor(low / 4294967296);
  // The upper half stays for four seconds.
  if (lastHigh.value !== carried) lastHigh = { value: carried, text: `.${carried.toString(16)}` };
  const { text } = lastHigh;
  let length = 0;
  for (let at = 0; at < about.length; at++) codes[length++] = about.charCodeAt(at);
  for (let at = 0; at < text.length; at++) codes[length++] = text.charCodeAt(at);
  writeHexadecimal(codes, length, low % 4294967296, 8);
  codes.length = length + 8;
  return String.fromCharCode(...codes);
}

const codes: number[] = [];
let lastHigh = { value: NaN, text: "" };

function allowed(bucket: Told, now: Ms): boolean {
  bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / refill);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens--;
  return true;
}

/** Events are lost where they can't be written (a namespace on its way out), never retried. */
function attempt(client: Client, namespace: string, name: string | undefined, body: object): boolean {
  try {
    if (name === undefined) client.create("events", namespace, body);
    else client.patch("events", namespace, name, body);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}
