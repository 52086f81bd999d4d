import type { RequestTrace } from "../../cluster/network/trace";
import type { Ms } from "../../cluster/model";
import type { View } from "../../cluster/view";
import type { Edge, Packet } from "../scene";

/** What a request takes in the picture, ms. The cluster's own 2 ms could not be seen. */
export const requestTime: Ms = 1200;
/** How long it stands where its destination is chosen. */
export const dwell: Ms = 300;
/** No two packets of a burst start closer than this. */
const apart: Ms = 200;
/** When it has come to the pod. */
export const arrival: Ms = 820;

/** The stations of a request in a picture, from who asks to who answers. */
export interface Journey {
  readonly trace: RequestTrace;
  /** Keys of boxes, lines or notches. */
  readonly stops: readonly string[];
  /** Which of them chooses: there the packet dwells while its label flips. */
  readonly chooser: number;
  readonly before: string;
  readonly after: string;
  /** The pod that answers, where the last stop is the frame around it. */
  readonly home?: string;
  /** How it ends at the last stop. */
  readonly end: "answered" | "refused" | "dropped";
}

export const edgeKey = (from: string, to: string): string => `${from}>${to}`;

/** When, after the start of a request, its destination flips. */
export function flipAt({ stops, chooser }: Pick<Journey, "stops" | "chooser">): Ms {
  return moveTime(stops, chooser) * Math.max(0, chooser) + dwell / 2;
}

const moveTime = (stops: readonly string[], chooser: number): Ms => (arrival - (chooser >= 0 ? dwell : 0)) / Math.max(1, stops.length - 1);

/** The packets of one request: there, its answer hollow, or a bounce where it was refused. */
export function packetsOf(journey: Journey, labelled: boolean): Packet[] {
  const { trace, stops, chooser, before, after, end, home } = journey;
  if (stops.length < 2 && end === "answered") return [];
  const key = `request:${trace.id}`;
  const step = moveTime(stops, chooser);
  const legs: Packet["legs"][number][] = [];
  let at = trace.start;
  const put = (on: string, length: Ms, label: string): void => {
    legs.push({ on, from: at, until: at + length, ...(labelled ? { label } : {}) });
    at += length;
  };
  stops.forEach((stop, i) => {
    if (i > 0) put(edgeKey(stops[i - 1], stop), step, i > chooser && chooser >= 0 ? after : before);
    if (i === chooser && !(end !== "answered" && i === stops.length - 1)) {
      put(stop, dwell / 2, before);
      put(stop, dwell / 2, after);
    }
  });
  const last = stops[stops.length - 1];
  if (end === "answered") {
    put(home ?? last, 80, after);
    const back: Packet["legs"][number][] = [];
    const length = (trace.start + requestTime - at) / Math.max(1, stops.length - 1);
    for (let i = stops.length - 1; i > 0; i--) {
      back.push({ on: `-${edgeKey(stops[i - 1], stops[i])}`, from: at, until: at + length });
      at += length;
    }
    return [{ key, kind: "request", legs }, { key: `${key}/back`, kind: "response", legs: back }];
  }
  const bounce: Packet["legs"][number][] = [{ on: last, from: at, until: at + dwell }];
  at += dwell;
  if (end === "refused")
    for (let i = stops.length - 1; i > 0; i--) {
      bounce.push({ on: `-${edgeKey(stops[i - 1], stops[i])}`, from: at, until: at + 180 });
      at += 180;
    }
  return [{ key, kind: "request", legs }, { key: `${key}/back`, kind: "refused", legs: bounce }];
}

/** Requests that are to be seen at this moment, oldest first; of a burst so many as one can follow. */
export function seen(view: View, traces: readonly RequestTrace[]): readonly RequestTrace[] {
  const shown: RequestTrace[] = [];
  let slot = -1;
  for (const trace of traces) {
    if (trace.start < view.time - requestTime - 300) continue;
    const of = Math.floor(trace.start / apart);
    if (of === slot) continue;
    slot = of;
    shown.push(trace);
  }
  return shown;
}

/** Marks the way of a journey among the edges: what it took or will take is lit, other ways out of the chooser recede once it has chosen. */
export function lightWay(edges: readonly Edge[], journey: Journey | undefined, time: Ms): readonly Edge[] {
  if (journey === undefined || time > journey.trace.start + requestTime) return edges;
  const chosen = time >= journey.trace.start + flipAt(journey);
  const upTo = chosen ? journey.stops.length : journey.chooser + 1;
  const way = new Set<string>();
  for (let i = 1; i < upTo; i++) way.add(edgeKey(journey.stops[i - 1], journey.stops[i]));
  const starts = new Set(journey.stops.slice(0, -1));
  return edges.map((edge) => (way.has(edge.key) ? { ...edge, lit: true, dim: false } : chosen && starts.has(edge.from) ? { ...edge, dim: true } : edge));
}
