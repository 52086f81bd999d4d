import type { Ms, Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import type { Sentence } from "../scene";
import { concerns, netNodes } from "./pod-network";
import { runOf } from "./pod-network-way";
import { lifeOf } from "./pod-marks";

/** The requests that can be watched again, and what became of the pod; a pod that asks all the time would cover the line, so of each kind only the latest few. */
export function podNetworkMarks(view: View, ref: Ref): readonly (Sentence & { readonly at: Ms })[] {
  const nodes = netNodes(view, ref, 50);
  const requests = [...view.traces(0)].filter((trace) => trace.purpose === "request" && concerns(trace, nodes)).slice(-12);
  const marks = requests.map((trace) => ({ at: trace.start, key: `network.mark.${runOf(trace)}`, args: { to: `${trace.request.to}:${trace.request.port}` } }));
  const life = lifeOf(view, ref)
    .filter(({ is }) => is === "address" || is === "crash")
    .map(({ at, is, container, address, n }) => ({ at, key: `pod.mark.${is}`, args: { name: ref.name, container, address, n } }));
  return [...marks, ...life].sort((a, b) => a.at - b.at);
}
