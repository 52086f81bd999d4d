import type { Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { foldLog } from "../log-fold";
import { field, listAt, textAt } from "../fields";
import { shortPodName } from "../pod-state";
import type { Sentence } from "../scene";
import { requestsTo, type ServiceFacts } from "./traffic-facts";

type Mark = Sentence & { readonly at: number };

/** Requests so close to each other are one mark, virtual ms. */
const together = 1500;

/** When endpoints came and went: "default/hello" → marks. */
const endpointMarks = foldLog<ReadonlyMap<string, { readonly marks: readonly Mark[]; readonly ready: ReadonlySet<string> }>>(new Map(), (all, change) => {
  if (change.ref.resource !== "endpointslices.discovery.k8s.io") return all;
  const name = change.object.metadata.labels?.["kubernetes.io/service-name"];
  if (name === undefined) return all;
  const key = `${change.ref.namespace}/${name}`;
  const before = all.get(key) ?? { marks: [], ready: new Set<string>() };
  const ready = new Set<string>();
  if (change.type !== "DELETED")
    for (const endpoint of listAt(change.object, "endpoints")) if (field(endpoint, "conditions", "ready") !== false) ready.add(textAt(endpoint, "targetRef", "name") ?? "");
  const marks: Mark[] = [];
  for (const pod of before.ready) if (!ready.has(pod)) marks.push({ at: change.at, key: "traffic.mark.out", args: { pod: shortPodName(pod) } });
  for (const pod of ready) if (!before.ready.has(pod)) marks.push({ at: change.at, key: "traffic.mark.in", args: { pod: shortPodName(pod) } });
  if (marks.length === 0) return all;
  return new Map(all).set(key, { marks: [...before.marks, ...marks].slice(-60), ready });
});

/** Bursts of requests, and every coming and going of an endpoint. */
export function trafficMarks(of: (view: View, ref: Ref) => ServiceFacts | undefined): (view: View, ref: Ref) => readonly Mark[] {
  return (view, ref) => {
    const service = of(view, ref);
    if (service === undefined) return [];
    const marks: Mark[] = [...(endpointMarks(view).get(`${service.ref.namespace}/${service.name}`)?.marks ?? [])];
    let last = -Infinity;
    let burst: { at: number; n: number } | undefined;
    const close = (): void => {
      if (burst !== undefined) marks.push({ at: burst.at, key: "traffic.mark.requests", args: { n: burst.n } });
    };
    for (const { start } of requestsTo(view, service)) {
      if (start - last > together) {
        close();
        burst = { at: start, n: 0 };
      }
      if (burst !== undefined) burst = { at: burst.at, n: burst.n + 1 };
      last = start;
    }
    close();
    return marks.sort((a, b) => a.at - b.at);
  };
}
