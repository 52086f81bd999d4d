import type { Hop, NetResult } from "./trace";
import type { Ms } from "../model";

/** Virtual ms that a stop takes: a bridge, a route, a rule. */
export const hopTime: Ms = 0.2;

/** A hop without its times: the same for all requests that go this way. What was decided there, if anything was, is in `more`. */
export interface Stop extends Pick<Hop, "ref" | "role" | "packet"> {
  readonly more: Pick<Hop, "rewrite" | "choice" | "verdict"> | undefined;
}

/** What a request passes and how that ends: fixed as long as nothing of the fabric changes. */
export interface Way {
  readonly stops: readonly Stop[];
  /** The address that was meant. */
  readonly address?: string;
  /** The pod ("<namespace>/<name>") and the port at its end; without it the wire itself knows the result. */
  readonly door?: { readonly pod: string; readonly port: number };
  readonly result?: NetResult;
  /** How long after the last stop that result comes, ms; where it `waits`, no longer than the request's own timeout. */
  readonly after: Ms;
  readonly waits: boolean;
  /** A way has come to its end; a turn has not. */
  readonly next?: undefined;
}

/** The hops of a request that started then. */
export function hopsOut(way: Way, start: Ms): readonly Hop[] {
  let at = start;
  return way.stops.map(({ ref, role, packet, more }) => {
    const from = at;
    at += hopTime;
    return more === undefined ? { ref, role, from, until: at, packet } : { ref, role, from, until: at, packet, ...more };
  });
}

/** What an answer comes past on each way: all but the rules, which know the connection. */
const homeward = new WeakMap<Way, readonly Stop[]>();

/** The hops of an answer that has come to its end then. */
export function hopsBack(way: Way, end: Ms): readonly Hop[] {
  let stops = homeward.get(way);
  if (stops === undefined) {
    stops = [...way.stops].reverse().filter(({ role }) => role !== "rules").map(({ ref, role, packet: { src, dst } }) => ({ ref, role, packet: { src: dst, dst: src }, more: undefined }));
    homeward.set(way, stops);
  }
  const { length } = way.stops;
  return stops.map(({ ref, role, packet }, at) => ({ ref, role, from: end - (length - at) * hopTime, until: end - (length - at - 1) * hopTime, packet }));
}
