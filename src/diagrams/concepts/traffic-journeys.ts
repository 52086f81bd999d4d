import type { RequestTrace } from "../../cluster/network/trace";
import type { Ms } from "../../cluster/model";
import type { View } from "../../cluster/view";
import type { Packet } from "../scene";
import { ledTo, ruling, type ServiceFacts } from "./traffic-facts";
import { arrival, packetsOf, requestTime, seen, type Journey } from "./traffic-packets";

/** How a request ended, as a picture tells it. */
export function endOf(trace: RequestTrace): Journey["end"] {
  const stopped = trace.out.find(({ verdict }) => verdict !== undefined);
  if (stopped !== undefined) return stopped.verdict === "drop" ? "dropped" : "refused";
  // Under way: what arrived at a process is taken for answered until the contrary is known.
  if (trace.result.ok || (trace.end === Infinity && trace.out.some(({ role }) => role === "process"))) return "answered";
  return trace.result.why === "timeout" || trace.result.why === "unreachable" ? "dropped" : "refused";
}

/** Makes a journey of the stations before the choice, the chooser, and the pod that it led to. */
export function journeyOf(trace: RequestTrace, service: ServiceFacts, stations: readonly string[], doorOf: (pod: string) => string): Journey {
  const led = ledTo(trace);
  const pod = service.pods.find(({ name }) => name === led);
  const rule = ruling(trace);
  const stops = pod === undefined ? stations : [...stations, doorOf(pod.key)];
  return {
    trace,
    stops,
    chooser: rule === undefined ? -1 : stations.length - 1,
    before: rule?.packet.dst ?? `${trace.request.to}:${trace.request.port}`,
    ...(pod === undefined ? {} : { home: pod.key }),
    after: rule?.rewrite?.dst ?? rule?.packet.dst ?? "",
    end: pod === undefined && rule?.choice !== undefined ? "dropped" : endOf(trace),
  };
}

/** The packets of all requests that are to be seen, and the newest of them. */
export function travel(view: View, traces: readonly RequestTrace[], of: (trace: RequestTrace) => Journey | undefined): { readonly packets: readonly Packet[]; readonly newest: Journey | undefined } {
  const journeys = seen(view, traces).flatMap((trace) => of(trace) ?? []);
  const newest = journeys[journeys.length - 1];
  return { packets: journeys.flatMap((journey) => packetsOf(journey, journey === newest)), newest };
}

/** The last request on its way to its pod: what stands for the whole where nothing moves. */
export function posterAt(view: View, traces: readonly RequestTrace[]): { readonly time: Ms; readonly level: 0 } {
  const last = traces[traces.length - 1];
  return { time: last === undefined ? view.time : Math.min(view.time, last.start + arrival - 120), level: 0 };
}

/** Whether a request is being shown on its way at this moment. */
export const underway = (view: View, trace: RequestTrace | undefined): trace is RequestTrace => trace !== undefined && view.time < trace.start + requestTime;
