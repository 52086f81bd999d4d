import type { RequestTrace } from "../../cluster/network/trace";
import type { Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { textAt } from "../fields";
import type { Sentence } from "../scene";
import { concerns, netNodes, vethOf, type NetNode } from "./pod-network";
import { netEdges } from "./pod-network-edges";
import { runOf, stationsOf } from "./pod-network-way";
import { containerAt, containerNamed, containersOf } from "./pod-containers";
import { lifeOf } from "./pod-marks";
import { followed, travel } from "./pod-packets";

/** How long what happened to the pod stays the news, virtual ms. */
const news = 6000;

/** One sentence: who hands the packet on now, and why it goes there. */
export function podNetworkCaption(view: View, ref: Ref): Sentence {
  const say = (key: string, args: Sentence["args"] = {}): Sentence => ({ key: `network.caption.${key}`, args: { name: ref.name, ...args } });
  const pod = view.get(ref);
  const nodes = netNodes(view, ref, 50);
  if (pod === undefined || nodes.length === 0) return { key: "network.empty", args: {} };
  const trace = followed(view, (one) => concerns(one, nodes));
  if (trace !== undefined) return request(view, trace, nodes, say);
  const life = lifeOf(view, ref);
  const address = textAt(pod, "status", "podIP") ?? "";
  const moved = [...life].reverse().find(({ is }) => is === "address");
  if (moved !== undefined && view.time - moved.at < news) return say("sandbox", { address });
  const latest = [...life].reverse().find(({ is }) => is === "restart" || is === "crash");
  if (latest !== undefined && view.time - latest.at < news) return say("restart", { container: latest.container, address });
  if (address === "") return say("starting");
  const names = containersOf(view, pod).filter(({ kind }) => kind !== "init").map(({ name }) => name);
  return names.length > 1 ? say("steady", { a: names[0] ?? "", b: names[1] ?? "", address, veth: vethOf(pod) }) : say("steady.one", { a: names[0] ?? "", address, veth: vethOf(pod) });
}

function request(view: View, trace: RequestTrace, nodes: readonly NetNode[], say: (key: string, args?: Sentence["args"]) => Sentence): Sentence {
  const pods = nodes.flatMap((node) => node.pods);
  const find = (ref: { readonly namespace: string; readonly name: string } | undefined) => (ref === undefined ? undefined : pods.find((one) => one.ref.name === ref.name && one.ref.namespace === ref.namespace));
  const sender = trace.from === "external" ? undefined : find(trace.from);
  const target = find(trace.out.find(({ role }) => role === "process")?.ref);
  const asks = trace.from === "external" ? undefined : (containerNamed(sender?.containers ?? [], trace.from)?.name ?? sender?.name);
  const answers = target === undefined ? undefined : containerAt(target.containers, trace.request.port)?.name;
  const run = runOf(trace);
  const going = travel(trace, stationsOf(trace, nodes), netEdges(nodes), view.time);
  const home = nodes.find(({ name }) => name === sender?.node);
  const away = nodes.find(({ name }) => name === target?.node);
  const args = {
    asks: asks ?? "", answers: answers ?? "", to: trace.out[trace.out.length - 1]?.packet.dst ?? `${trace.request.to}:${trace.request.port}`, address: target?.address ?? "", own: sender?.address ?? "",
    port: target?.port ?? 0, veth: target === undefined ? "" : vethOf(target.pod), from: home?.name ?? "", node: away?.name ?? "", gateway: home?.address ?? "", via: away?.address ?? "",
  };
  if (trace.end <= view.time && !trace.result.ok && going.returning) return say(trace.result.why === "refused" ? "refused" : "lost", args);
  if (run === "localhost") return asks === answers ? say("localhost.self", args) : say("localhost", args);
  if (run === "inbound") return say("inbound", args);
  if (going.returning) return say(run === "outside" ? "outside.back" : "back", args);
  const at = going.at ?? "";
  if (run === "outside") return /nic:|outside/.test(at) ? say("outside.snat", args) : say("outside", args);
  if (run === "same") return /^(bridge|veth)/.test(at) ? say("same.bridge", args) : say("same", args);
  if (at.includes(`bridge:${args.node}`) || at.includes(`route:${args.node}`)) return say("other.bridge", args);
  return /^(bridge|nic|wire|route)/.test(at) ? say("other.route", args) : say("other", args);
}
