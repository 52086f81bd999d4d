import type { Ms } from "../cluster/model";
import type { View } from "../cluster/view";
import type { RequestTrace } from "../cluster/network/trace";
import type { Tick } from "./scene";

/** How requests fared over a span of time. */
export interface RequestStrip {
  readonly ticks: readonly Tick[];
  readonly ok: number;
  readonly refused: number;
}

/** No more marks than one can tell apart. */
const marks = 260;

/** Reader's and pods' own requests between `from` and `to`; those close together are one mark, and a failure shows before any success. */
export function requestStrip(view: View, from: Ms, to: Ms, concerns: (trace: RequestTrace) => boolean, version: (trace: RequestTrace) => 0 | 1 | 2 | 3 | undefined): RequestStrip {
  const byMark = new Map<number, Tick>();
  let ok = 0;
  let refused = 0;
  for (const trace of view.traces(from)) {
    if (trace.purpose !== "request" || trace.start < from || trace.end > view.time || !concerns(trace)) continue;
    if (trace.result.ok) ok++;
    else refused++;
    const x = Math.min(1, Math.max(0, (trace.end - from) / Math.max(1, to - from)));
    const at = Math.round(x * marks);
    const there = byMark.get(at);
    if (there !== undefined && (!there.ok || trace.result.ok)) continue;
    const of = version(trace);
    byMark.set(at, { key: String(at), x: at / marks, ok: trace.result.ok, ...(of === undefined ? {} : { version: of }) });
  }
  return { ticks: [...byMark].sort(([a], [b]) => a - b).map(([, tick]) => tick), ok, refused };
}

/** The end of a time line that grows in steps, so that what is on it doesn't creep: 12 s, 24 s, 48 s, … after `from`. */
export function growingEnd(from: Ms, now: Ms, first: Ms = 12_000): Ms {
  let length = first;
  while (from + length < now) length *= 2;
  return from + length;
}
