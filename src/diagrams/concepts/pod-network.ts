import type { KubeObject, Ref } from "../../cluster/model";
import type { RequestTrace } from "../../cluster/network/trace";
import type { View } from "../../cluster/view";
import { t } from "../../i18n/index";
import type { Act, Concept } from "../concept";
import { field, textAt } from "../fields";
import { podState, shortPodName } from "../pod-state";
import type { Box, Line, Scene } from "../scene";
import { placeKey, slotsOf } from "../slots";
import { askWith, chiefPod, containersOf, execIn, inNamespace, type ContainerFacts } from "./pod-containers";
import { podNetworkCaption } from "./pod-network-caption";
import { netEdges } from "./pod-network-edges";
import { podNetworkMarks } from "./pod-network-marks";
import { podNetworkScenario } from "./pod-network-scenario";
import { outside, stationsOf } from "./pod-network-way";
import { followed, followIn, journeyTime, travel } from "./pod-packets";

/** Two nodes side by side from here on; below it one above the other, the second upside down, so that the wire between them is short. */
const sideBySide = 600;
/** Pods drawn in one node. */
const most = { narrow: 2, wide: 3 } as const;

const places = slotsOf("pods", (pod) => textAt(pod, "spec", "nodeName"));

/** A pod with what the picture needs of it. */
export interface NetPod {
  readonly pod: KubeObject;
  readonly key: string;
  readonly ref: Ref;
  readonly name: string;
  readonly node: string;
  readonly address: string;
  readonly containers: readonly ContainerFacts[];
  /** Its port of the bridge, from 1. */
  readonly port: number;
}

export interface NetNode {
  readonly name: string;
  readonly address: string;
  readonly pods: readonly NetPod[];
  /** How many pods more run there. */
  readonly more: number;
}

/** The two nodes of the picture: that of the pod in focus, and one other, with their pods. */
export function netNodes(view: View, ref: Ref, room: number): readonly NetNode[] {
  const focus = view.get(ref);
  const home = textAt(focus, "spec", "nodeName") ?? "";
  const slots = places(view);
  const pods = view
    .list("pods")
    .filter((pod) => pod.metadata.namespace !== "kube-system" && field(pod, "spec", "nodeName") !== undefined && field(pod, "spec", "hostNetwork") !== true && !/Succeeded|Failed/.test(textAt(pod, "status", "phase") ?? ""))
    .map((pod) => ({ pod, slot: slots.get(placeKey(pod))?.slot ?? 99, first: pod.metadata.uid === focus?.metadata.uid ? 0 : 1 }))
    .sort((a, b) => a.first - b.first || a.slot - b.slot || (a.pod.metadata.name < b.pod.metadata.name ? -1 : 1));
  const on = (node: string): readonly KubeObject[] => pods.filter(({ pod }) => textAt(pod, "spec", "nodeName") === node).map(({ pod }) => pod);
  const names = view.list("nodes").map((node) => node.metadata.name).sort();
  const others = names.filter((name) => name !== home).sort((a, b) => on(b).length - on(a).length || (a < b ? -1 : 1));
  const chosen = [home, ...others].filter((name) => name !== "").slice(0, 2).sort();
  return chosen.map((name): NetNode => {
    const all = on(name);
    const shown = all.slice(0, room);
    const node = view.get({ resource: "nodes", namespace: "", name });
    return {
      name,
      address: (field(node, "status", "addresses") as readonly { type?: string; address?: string }[] | undefined)?.find(({ type }) => type === "InternalIP")?.address ?? "",
      more: all.length - shown.length,
      pods: shown.map((pod, i): NetPod => ({
        pod, key: placeKey(pod), name: pod.metadata.name, node: name, port: i + 1,
        ref: { resource: "pods", namespace: pod.metadata.namespace ?? "", name: pod.metadata.name },
        address: textAt(pod, "status", "podIP") ?? "",
        containers: containersOf(view, pod).filter(({ kind }) => kind !== "init"),
      })),
    };
  });
}

export const roomFor = (width: number): number => (width >= sideBySide * 1.5 ? most.wide : most.narrow);

/** The name of the pod's cable on its node: the kernel's are random; this one stays while the sandbox does. */
export function vethOf(pod: KubeObject): string {
  let hash = 7;
  for (const character of `${pod.metadata.uid}${textAt(pod, "status", "podIP") ?? ""}`) hash = (hash * 31 + character.charCodeAt(0)) % 0x10000;
  return `veth${hash.toString(16).padStart(4, "0")}`;
}

/** "10.244.1.7" → "10.244.1.1" and "10.244.1.0/24". */
const bridgeAddress = (address: string): string => address.replace(/\.\d+$/, ".1");
const rangeOf = (address: string): string => address.replace(/\.\d+$/, ".0/24");

function scene(view: View, { focus: ref, width, level, words = "" }: { readonly focus: Ref; readonly width: number; readonly level: 0 | 1 | 2; readonly words?: string }): Scene {
  const nodes = netNodes(view, ref, roomFor(width));
  if (nodes.length === 0 || view.get(ref) === undefined) return { root: { key: "root", role: "words", title: t("network.empty"), tone: "none" }, edges: [], packets: [], notes: [] };
  const beside = width >= sideBySide;
  // The runtime of the note's time called it docker0; today it is cni0.
  const bridge = /docker0|cni0/.exec(words)?.[0] ?? "cni0";
  const boxes = nodes.map((node, i) => nodeBox(view, node, nodes, level, !beside && i > 0, width, bridge));
  const edges = netEdges(nodes);
  const out: Box = { key: outside, role: "external", title: t("network.outside"), sub: "203.0.113.7", tone: "none", label: `${t("network.outside")}, 203.0.113.7` };

  const children: Box[] = beside
    ? [{ key: "nodes", role: "group", title: "", tone: "none", flow: "row", children: boxes }, out]
    : [boxes[0], out, ...boxes.slice(1)];
  const drawn: Scene = { root: { key: "root", role: "group", title: "", tone: "none", flow: "column", children }, edges, packets: [], notes: [] };
  const trace = followed(view, (one) => concerns(one, nodes));
  if (trace === undefined) return drawn;
  return followIn(drawn, travel(trace, stationsOf(trace, nodes), edges, view.time));
}

export const nicKey = (node: Pick<NetNode, "name">): string => `nic:${node.name}`;

/** Whether a pod of the picture sent or got it. */
export function concerns(trace: RequestTrace, nodes: readonly NetNode[]): boolean {
  const names = new Set(nodes.flatMap(({ pods }) => pods.map(({ ref }) => `${ref.namespace}/${ref.name}`)));
  if (trace.from !== "external" && names.has(`${trace.from.namespace}/${trace.from.name}`)) return true;
  const target = trace.out.find(({ role }) => role === "process")?.ref;
  return target !== undefined && names.has(`${target.namespace}/${target.name}`);
}

function nodeBox(view: View, node: NetNode, nodes: readonly NetNode[], level: number, upsideDown: boolean, width: number, bridgeName: string): Box {
  const ref: Ref = { resource: "nodes", namespace: "", name: node.name };
  const object = view.get(ref);
  const ready = (field(object, "status", "conditions") as readonly { type?: string; status?: string }[] | undefined)?.some(({ type, status }) => type === "Ready" && status === "True") === true;
  const sample = node.pods.find(({ address }) => address !== "")?.address ?? "";
  const pods: Box = {
    key: `pods:${node.name}`, role: "group", title: "", tone: "none", flow: "row",
    children: node.pods.length === 0 ? [{ key: `none:${node.name}`, role: "place", title: t("network.nopod"), tone: "off" }] : node.pods.map((one) => podBox(one, nodes.length, width, upsideDown)),
  };
  const bridge: Box = { key: bridgeKey(node.name), ref, role: "bridge", title: bridgeName, ...(sample === "" ? {} : { sub: bridgeAddress(sample) }), tone: "none", bar: true, foot: true, label: `${bridgeName}, ${t("network.bridge.label", { node: node.name })}` };
  const nic: Box = { key: nicKey(node), ref, role: "device", title: "eth0", sub: node.address, tone: "none", label: `eth0, ${node.name}, ${node.address}` };
  // The card lies away from the other node, so that the wire runs free.
  const card = level === 0 ? [] : [routes(node, nodes, level)];
  const foot: Box = card.length === 0 ? nic : { key: `foot:${node.name}`, role: "group", title: "", tone: "none", flow: "row", children: node === nodes[0] ? [...card, nic] : [nic, ...card] };
  const children: Box[] = [pods, bridge, foot];
  if (node.more > 0) children.unshift({ key: `more:${node.name}`, role: "more", title: t("network.more", { n: node.more }), tone: "none" });
  return {
    key: `node:${node.name}`, ref, role: "node", title: `Node ${node.name}`, ...(ready ? {} : { badge: "NotReady" }), tone: ready ? "none" : "failed", flow: "column",
    children: upsideDown ? children.reverse() : children,
    label: `Node ${node.name}, ${node.address}`,
  };
}

export const bridgeKey = (node: string): string => `bridge:${node}`;
export const ethKey = (pod: string): string => `eth0:${pod}`;
export const loKey = (pod: string): string => `lo:${pod}`;
export const containerKey = (pod: string, name: string): string => `${pod}/${name}`;

/** One namespace: pause holds it, every container of the pod lives in it. */
function podBox(one: NetPod, nodes: number, width: number, upsideDown: boolean): Box {
  const state = podState(one.pod);
  const containers: Box = {
    key: `containers:${one.key}`, role: "group", title: "", tone: "none", flow: "row",
    children: one.containers.map((container) => ({
      key: containerKey(one.key, container.name), ref: { ...one.ref, part: `container/${container.name}` }, role: "container", title: container.name,
      sub: container.restarts > 0 ? t("pod.restarts", { n: container.restarts }) : container.ports.length > 0 ? container.ports.map((port) => `:${port}`).join(" ") : container.word,
      tone: container.tone, label: `Container ${container.name}, ${container.word}`,
    })),
  };
  const pause: Box = { key: `pause:${one.key}`, ref: one.ref, role: "pause", title: "pause", tone: "none", bar: true, tip: t("pod.pause.tip"), label: `pause, ${t("pod.pause.tip")}` };
  const devices: Box = {
    key: `devices:${one.key}`, role: "group", title: "", tone: "none", flow: "row", foot: true,
    children: [
      { key: loKey(one.key), ref: one.ref, role: "device", title: "lo", tone: "none", tip: `127.0.0.1: ${t("pod.lo.tip")}`, label: `lo, 127.0.0.1` },
      { key: ethKey(one.key), ref: one.ref, role: "device", title: "eth0", tone: "none", label: `eth0, ${one.address}` },
    ],
  };
  const title = width / nodes < 340 && one.name.length > 14 ? shortPodName(one.name) : one.name;
  return {
    key: one.key, ref: one.ref, role: "pod", title, sub: one.address === "" ? state.word : one.address, tone: state.tone, flow: "column",
    children: upsideDown ? [devices, containers, pause] : [pause, containers, devices],
    label: `Pod ${one.name}, ${one.address}, ${state.word}`,
  };
}

/** What decides where a packet goes: the bridge's table, the node's routes, and the rule that hides pods from the outside. */
function routes(node: NetNode, nodes: readonly NetNode[], level: number): Box {
  const key = `routes:${node.name}`;
  const lines: Line[] = [];
  const line = (name: string, text: string, value: string): void => {
    lines.push({ key: `${key}/${name}`, text, value, tone: "none" });
  };
  for (const pod of node.pods) if (pod.address !== "") line(pod.key, pod.address, level >= 2 ? `${t("network.port", { n: pod.port })} ${vethOf(pod.pod)}` : t("network.port", { n: pod.port }));
  for (const other of nodes) {
    const sample = other.pods.find(({ address }) => address !== "")?.address;
    if (other !== node && sample !== undefined) line(other.name, rangeOf(sample), `→ ${other.name}`);
  }
  line("default", t("network.elsewhere"), level >= 2 ? "MASQUERADE" : "SNAT");
  if (level >= 2) line("forward", "net.ipv4.ip_forward", "1");
  // Both cards are of one height, so that the cards of the nodes line up.
  const missing = Math.max(...nodes.map(({ pods }) => pods.filter(({ address }) => address !== "").length)) - node.pods.filter(({ address }) => address !== "").length;
  for (let i = 0; i < missing; i++) line(`blank:${i}`, "", "");
  return { key, role: "rule", title: t("network.table"), tone: "none", lines };
}

/** Who may be asked from the pod in focus. */
function targets(view: View, ref: Ref): { readonly from: readonly ContainerFacts[]; readonly same: NetPod | undefined; readonly other: NetPod | undefined } {
  const nodes = netNodes(view, ref, 50);
  const pod = view.get(ref);
  const home = textAt(pod, "spec", "nodeName");
  const asked = nodes.flatMap(({ pods }) => pods).filter((one) => one.pod !== pod && one.address !== "" && textAt(one.pod, "status", "phase") === "Running" && one.containers.some(({ ports, running }) => running && ports.length > 0));
  return { from: pod === undefined ? [] : containersOf(view, pod), same: asked.find(({ node }) => node === home), other: asked.find(({ node }) => node !== home) };
}

const urlOf = (target: NetPod | undefined): string | undefined => {
  if (target === undefined) return undefined;
  const port = target.containers.flatMap(({ ports }) => ports)[0] ?? 80;
  return `http://${target.address}${port === 80 ? "" : `:${port}`}`;
};

const ask = (id: string, url: (view: View, ref: Ref) => string | undefined): Act => {
  const line = (view: View, ref: Ref): string | undefined => {
    const to = url(view, ref);
    return to === undefined ? undefined : execIn(ref, targets(view, ref).from, to);
  };
  return { id, title: `network.act.${id}`, possible: (view, ref) => line(view, ref) !== undefined, run: (view, ref) => [line(view, ref) ?? ""].filter((text) => text !== "") };
};

const localhost = (view: View, ref: Ref): string => {
  const port = targets(view, ref).from.flatMap(({ ports }) => ports)[0] ?? 80;
  return `http://localhost${port === 80 ? "" : `:${port}`}`;
};

export const podNetwork: Concept = {
  id: "pod-network",
  parent: "pod",
  evidence: [
    { word: /pod[-_ ]?(network|net\b|ip\b)|pod ?网络|容器网络|网络模型/i, weight: 10 },
    { word: /\bveth|docker0|cni0|\bcni\b|flannel|calico|网桥|\bbridge\b/i, weight: 6 },
    { word: /\beth0\b|\bpause\b|网络命名空间|network namespace|netns/i, weight: 4 },
    { word: /网络|\bnetwork(ing)?\b/i, weight: 2 },
  ],
  question: "network.question",
  focus: (view) => chiefPod(view, (pod) => textAt(pod, "status", "phase") === "Running" && askWith(containersOf(view, pod), "") !== undefined) ?? chiefPod(view, (pod) => field(pod, "spec", "nodeName") !== undefined),
  scenario: podNetworkScenario,
  scene,
  actions: [
    ask("localhost", localhost),
    ask("same", (view, ref) => urlOf(targets(view, ref).same)),
    ask("other", (view, ref) => urlOf(targets(view, ref).other)),
    ask("outside", () => "http://203.0.113.7"),
    {
      id: "restart",
      title: "network.act.restart",
      possible: (view, ref) => targets(view, ref).from.some(({ running, kind }) => running && kind !== "init"),
      run: (view, ref) => [`k8s-sim fault crash ${ref.name} ${targets(view, ref).from.find(({ running, kind }) => running && kind !== "init")?.name ?? ""}${inNamespace(ref)}`],
    },
    {
      id: "pause",
      title: "network.act.pause",
      possible: (view, ref) => textAt(view.get(ref), "status", "phase") === "Running",
      run: (_view, ref) => [`k8s-sim fault kill-pause ${ref.name}${inNamespace(ref)}`],
    },
  ],
  caption: podNetworkCaption,
  marks: podNetworkMarks,
  poster(view, ref) {
    // The longest way that was gone stands for the whole: from one node to another.
    const nodes = netNodes(view, ref, most.wide);
    let best: RequestTrace | undefined;
    for (const trace of view.traces(0)) if (trace.purpose === "request" && concerns(trace, nodes) && trace.out.some(({ role }) => role === "route") && (best === undefined || trace.out.length >= best.out.length)) best = trace;
    return { time: best === undefined ? view.time : Math.min(view.time, best.start + journeyTime * 0.3), level: 0 };
  },
};
