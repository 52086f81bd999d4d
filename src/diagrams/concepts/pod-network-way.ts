import type { Hop, RequestTrace } from "../../cluster/network/trace";
import { bridgeKey, containerKey, ethKey, loKey, type NetNode, type NetPod } from "./pod-network";
import { containerAt, containerNamed } from "./pod-containers";
import type { Station } from "./pod-packets";

export const outside = "outside";

const podAt = (nodes: readonly NetNode[], ref: Hop["ref"]): NetPod | undefined => nodes.flatMap(({ pods }) => pods).find((one) => one.ref.name === ref.name && one.ref.namespace === ref.namespace);

/** The stations of a request, hop by hop as the network told them, from the container that asks to the one that answers. What bears no box in the picture is passed over. */
export function stationsOf(trace: RequestTrace, nodes: readonly NetNode[]): readonly Station[] {
  const way: Station[] = [];
  let label = trace.out[0] === undefined ? "" : labelOf(trace.out[0]);
  const go = (on: string): void => {
    if (way[way.length - 1]?.on !== on) way.push({ on, label });
  };
  const sender = trace.from === "external" ? undefined : podAt(nodes, trace.from);
  const asks = sender === undefined || trace.from === "external" ? undefined : (containerNamed(sender.containers, trace.from) ?? sender.containers[0]);
  if (sender !== undefined && asks !== undefined) go(containerKey(sender.key, asks.name));
  else if (trace.from === "external") go(outside);
  let here = sender?.node ?? "";
  const cross = (to: string): void => {
    if (here !== to && here !== "") go(`nic:${here}`);
    if (here !== to) go(`nic:${to}`);
    here = to;
  };
  for (const hop of trace.out) {
    if (hop.role !== "route" && hop.role !== "dns" && hop.role !== "rules") label = labelOf(hop);
    const pod = hop.ref.resource === "pods" ? podAt(nodes, hop.ref) : undefined;
    switch (hop.role) {
      case "lo":
        if (pod !== undefined) go(loKey(pod.key));
        break;
      case "eth0":
        if (pod !== undefined) go(ethKey(pod.key));
        break;
      case "bridge":
        if (here !== hop.ref.name) cross(hop.ref.name);
        go(bridgeKey(hop.ref.name));
        break;
      case "route":
        cross(hop.ref.name);
        break;
      case "node":
        here = here === "" ? hop.ref.name : here;
        if (hop.rewrite?.src !== undefined) label = `${hop.rewrite.src} → ${hop.packet.dst}`;
        go(`nic:${hop.ref.name}`);
        if (hop.rewrite?.src !== undefined && sender !== undefined) go(outside);
        break;
      case "rules":
        if (hop.rewrite?.dst !== undefined) label = `${hop.packet.src} → ${hop.rewrite.dst}`;
        break;
      case "process":
        if (pod !== undefined) {
          const answers = containerAt(pod.containers, Number(hop.packet.dst.split(":").pop()));
          if (answers !== undefined) go(containerKey(pod.key, answers.name));
        }
        break;
      default:
    }
  }
  return way;
}

const labelOf = (hop: Hop): string => `${hop.packet.src} → ${hop.packet.dst}`;

/** Which of the four ways a request goes. */
export function runOf(trace: RequestTrace): "localhost" | "same" | "other" | "outside" | "inbound" {
  if (trace.from === "external") return "inbound";
  if (trace.out.some(({ role }) => role === "lo")) return "localhost";
  if (trace.out.some(({ role, rewrite }) => role === "node" && rewrite?.src !== undefined)) return "outside";
  return trace.out.some(({ role }) => role === "route") ? "other" : "same";
}
