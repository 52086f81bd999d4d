import type { RequestTrace } from "../../cluster/network/trace";
import type { Ms } from "../../cluster/model";
import type { View } from "../../cluster/view";
import type { Box, Edge, Packet, Scene } from "../scene";

/** How long a request takes in the picture, ms: the cluster's own 2 ms could not be followed. */
export const journeyTime: Ms = 2400;
/** How long it stays lit after its answer is back. */
const rest: Ms = 500;
/** The way there takes longer than the way back: it is the news. */
const outward = 0.62;
/** A stop weighs so much of a stretch. */
const stopWeight = 0.55;

/** A station of a request: a part of the picture, and what the packet bears when it leaves it. */
export interface Station {
  readonly on: string;
  readonly label: string;
  /** It is only where a line ends: the packet doesn't stay. */
  readonly pass?: true;
}

/** The request that the picture follows at this moment: the youngest that began not long ago. */
export function followed(view: View, concerns: (trace: RequestTrace) => boolean): RequestTrace | undefined {
  let best: RequestTrace | undefined;
  for (const trace of view.traces(view.time - journeyTime - rest)) {
    if (trace.purpose !== "request" || trace.start > view.time || trace.start < view.time - journeyTime - rest || !concerns(trace)) continue;
    if (best === undefined || trace.start >= best.start) best = trace;
  }
  return best;
}

export interface Travel {
  readonly packets: readonly Packet[];
  /** Where the request is now: an edge or a box; undefined once it is back. */
  readonly at: string | undefined;
  /** Everything that it passes. */
  readonly way: ReadonlySet<string>;
  /** Whether the answer is on its way back. */
  readonly returning: boolean;
}

/** Lays the stations of a request over the time that one can follow. Stations without an edge between them (a port in its bridge) are changed in place. */
export function travel(trace: RequestTrace, stations: readonly Station[], edges: readonly Edge[], now: Ms, journey: Ms = journeyTime): Travel {
  const between = (a: string, b: string): string | undefined => {
    const edge = edges.find(({ from, to }) => (from === a && to === b) || (from === b && to === a));
    return edge === undefined ? undefined : edge.from === a ? edge.key : `-${edge.key}`;
  };
  const lay = (list: readonly Station[], from: Ms, until: Ms): Packet["legs"][number][] => {
    const steps: { on: string; weight: number; label: string }[] = [];
    list.forEach((station, i) => {
      const before = list[i - 1];
      const edge = before === undefined ? undefined : between(before.on, station.on);
      if (edge !== undefined) steps.push({ on: edge, weight: 1, label: before.label });
      if (station.pass !== true) steps.push({ on: station.on, weight: stopWeight, label: station.label });
    });
    const total = steps.reduce((sum, { weight }) => sum + weight, 0);
    let at = from;
    return steps.map(({ on, weight, label }) => {
      const leg = { on, from: at, until: at + ((until - from) * weight) / Math.max(1, total), label };
      at = leg.until;
      return leg;
    });
  };
  const turn = trace.start + journey * outward;
  const out = lay(stations, trace.start, turn);
  const ok = trace.result.ok;
  const last = stations[stations.length - 1];
  const legs = ok
    ? lay([...stations].reverse().map((one, i, all) => ({ ...one, label: turned(all[i + 1]?.label ?? one.label) })), turn, trace.start + journey)
    : last === undefined ? [] : [{ on: last.on, from: turn, until: trace.start + journey, label: last.label }];
  const present = [...out, ...legs].find((leg) => now >= leg.from && now < leg.until);
  const way = new Set<string>();
  for (const leg of out) way.add(leg.on.replace(/^-/, ""));
  return {
    packets: [
      { key: `request:${trace.id}`, kind: "request", legs: out },
      { key: `request:${trace.id}/back`, kind: ok ? "response" : "refused", legs },
    ],
    at: present?.on.replace(/^-/, ""),
    way,
    returning: now >= turn,
  };
}

/** "a → b" the other way round. */
const turned = (label: string): string => label.split(" → ").reverse().join(" → ");

/** The present hop thick, what the request passes as it is, everything else faint. */
export function followIn(scene: Scene, going: Travel): Scene {
  const walk = (box: Box): Box => {
    const children = box.children?.map(walk);
    const own: Box = children === undefined ? box : { ...box, children };
    if (children !== undefined && children.length > 0) return going.at === box.key ? { ...own, lit: true } : own;
    if (going.at === box.key) return { ...own, lit: true };
    return going.way.has(box.key) ? own : { ...own, dim: true };
  };
  return {
    ...scene,
    root: walk(scene.root),
    edges: scene.edges.map((edge) => (edge.key === going.at ? { ...edge, lit: true } : going.way.has(edge.key) ? edge : { ...edge, dim: true })),
    packets: [...scene.packets, ...going.packets],
  };
}
