import type { KubeObject, Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { t } from "../../i18n/index";
import type { Act, Concept } from "../concept";
import { field, ownerOf, textAt } from "../fields";
import { podRef, podState, shortPodName } from "../pod-state";
import { deploymentOfPod } from "../rollout";
import type { Box, Scene } from "../scene";
import { placeKey, slotsOf } from "../slots";
import { clusterCaption } from "./cluster-caption";
import { counts, cpuText, memoryText, nodeMarks, nodesOf, type NodeFacts, type Share } from "./cluster-nodes";
import { clusterScenario } from "./cluster-scenario";

/** Each pod keeps its place in its node; one that leaves stands at the node's foot. */
const places = slotsOf("pods", (pod) => textAt(pod, "spec", "nodeName"));

/** Pods in a node that are still told apart. */
const mostPods = 250;

function scene(view: View, { width, level }: { readonly width: number; readonly level: 0 | 1 | 2 }): Scene {
  const nodes = nodesOf(view);
  const waiting = pendingPods(view);
  const beside = Math.max(1, Math.min(nodes.length, 4, Math.floor(width / 210)));
  const most = Math.max(2, ...nodes.map(({ pods }) => Math.max(...pods.map((pod) => (places(view).get(placeKey(pod))?.slot ?? -1) + 1), 0)));
  const frames = nodes.map((node) => nodeBox(view, node, level, most, Math.floor((width - 60) / beside)));
  // Rows of equal cells, so that a node that empties keeps its size.
  const children: Box[] = [];
  for (let i = 0; i < frames.length; i += beside) children.push({ key: `nodes:${i}`, role: "group", title: "", tone: "none", flow: "grid", slots: beside, children: frames.slice(i, i + beside) });
  if (waiting.length > 0) children.push({ key: "waiting", role: "frame", title: t("cluster.waiting"), tone: "none", flow: "grid", children: waiting.slice(0, 12).map((pod) => podBox(pod, level)) });
  return {
    root: { key: "cluster", role: "cluster", title: t("cluster.title"), badge: t("cluster.counts", { nodes: nodes.length, pods: nodes.reduce((sum, { pods }) => sum + pods.length, 0) }), tone: "none", flow: "column", children },
    edges: [], packets: [], notes: [],
    legend: [{ tone: "ready", text: t("legend.ready") }, { tone: "pending", text: t("legend.pending") }, { tone: "leaving", text: t("legend.leaving") }],
  };
}

export const pendingPods = (view: View): readonly KubeObject[] => view.list("pods").filter((pod) => field(pod, "spec", "nodeName") === undefined && counts(pod) && pod.metadata.deletionTimestamp === undefined);

function nodeBox(view: View, node: NodeFacts, level: number, most: number, room: number): Box {
  const slots = places(view);
  const standing = node.pods.filter((pod) => slots.get(placeKey(pod))?.slot !== undefined);
  const leaving = node.pods.filter((pod) => slots.get(placeKey(pod))?.slot === undefined);
  const shown = standing.filter((pod) => (slots.get(placeKey(pod))?.slot ?? 0) < mostPods);
  const state = !node.ready ? "NotReady" : node.silent !== undefined ? t("cluster.silent", { n: Math.round(node.silent / 1000) }) : node.cordoned ? "SchedulingDisabled" : "Ready";
  const gauges = [gauge(`${node.name}/cpu`, "cpu", node.cpu, cpuText), gauge(`${node.name}/memory`, t("cluster.memory"), node.memory, memoryText), ...(level >= 1 ? [gauge(`${node.name}/count`, "pods", node.count, String)] : [])];
  const children: Box[] = [
    ...gauges,
    {
      key: `${node.name}/pods`, role: "group", title: "", tone: "none", flow: "grid", slots: Math.min(mostPods, most),
      children: shown.map((pod) => ({ ...podBox(pod, level), slot: slots.get(placeKey(pod))?.slot ?? 0 })),
    },
    { key: `${node.name}/leaving`, role: "shelf", title: "", tone: "none", flow: "row", foot: true, children: leaving.slice(0, room > 240 ? 2 : 1).map((pod) => ({ key: placeKey(pod), ref: podRef(pod), role: "mini", title: shortPodName(pod.metadata.name), tone: "leaving" as const, label: `Pod ${pod.metadata.name}, ${t("state.leaving")}` })).concat(leaving.length > (room > 240 ? 2 : 1) ? [{ key: `${node.name}/more`, ref: node.ref, role: "more", title: `+${leaving.length - (room > 240 ? 2 : 1)}`, tone: "leaving" as const, label: "" }] : []) },
  ];
  if (level >= 1 && node.taints.length > 0) children.push({ key: `${node.name}/taints`, role: "rule", title: "taints", tone: "none", lines: node.taints.map((taint) => ({ key: `${node.name}/taint:${taint}`, text: taint, tone: "none" })) });
  return {
    key: `node:${node.name}`, ref: node.ref, role: "node", title: node.name, sub: state,
    tone: !node.ready ? "failed" : node.silent !== undefined ? "pending" : node.cordoned ? "none" : "ready", flow: "column", children,
    label: `Node ${node.name}, ${state}, ${node.pods.length} pods`,
  };
}

function gauge(key: string, name: string, { used, of }: Share, text: (n: number) => string): Box {
  return { key, role: "gauge", title: `${name} ${text(used)} / ${text(of)}`, tone: "none", level: of === 0 ? 0 : Math.min(1, used / of), bar: true, tip: t("cluster.gauge.tip", { name, used: text(used), of: text(of) }) };
}

function podBox(pod: KubeObject, level: number): Box {
  const { tone, word } = podState(pod);
  const of = deploymentOfPod(pod)?.split("/")[1] ?? ownerOf(pod, "StatefulSet")?.name ?? ownerOf(pod, "DaemonSet")?.name;
  const short = shortPodName(pod.metadata.name);
  return {
    key: placeKey(pod), ref: podRef(pod), role: "pod", title: of ?? pod.metadata.name, sub: of === undefined ? word : tone === "ready" ? short : `${short} ${word}`,
    ...(level >= 2 ? { badge: textAt(pod, "status", "podIP") ?? "…" } : {}),
    tone, label: `Pod ${pod.metadata.name}, ${word}`,
  };
}

/** The node that one would take away: the fullest that still works. */
const fullest = (view: View, wanted: (node: NodeFacts) => boolean): NodeFacts | undefined => [...nodesOf(view)].filter(wanted).sort((a, b) => b.pods.length - a.pods.length || (a.name < b.name ? 1 : -1))[0];

const onNode = (id: string, wanted: (node: NodeFacts) => boolean, line: (node: string) => string): Act => ({
  id,
  title: `cluster.act.${id}`,
  possible: (view) => fullest(view, wanted) !== undefined,
  run: (view) => {
    const node = fullest(view, wanted);
    return node === undefined ? [] : [line(node.name)];
  },
});

const works = ({ ready, silent }: NodeFacts): boolean => ready && silent === undefined;

export const clusterConcept: Concept = {
  id: "cluster",
  evidence: [
    { word: /\bclusters?\b(?! ?ip)|集群/i, weight: 4 },
    { word: /\bk8s ?(架构|arch)|架构|architecture|overview|全景|总览/i, weight: 4 },
    { word: /\bdrain\b|\bcordon\b|排空|驱逐|维护/i, weight: 4 },
    { word: /\b(worker ?)?nodes?\b|节点/i, weight: 2 },
  ],
  question: "cluster.question",
  focus(view): Ref | undefined {
    const first = nodesOf(view)[0];
    return first === undefined || !view.list("pods").some((pod) => pod.metadata.namespace !== "kube-system") ? undefined : first.ref;
  },
  scenario: clusterScenario,
  scene,
  actions: [
    onNode("drain", (node) => works(node) && !node.cordoned && node.pods.length > 0, (node) => `kubectl drain ${node} --ignore-daemonsets --delete-emptydir-data --force`),
    onNode("cordon", (node) => works(node) && !node.cordoned, (node) => `kubectl cordon ${node}`),
    onNode("uncordon", ({ cordoned }) => cordoned, (node) => `kubectl uncordon ${node}`),
    onNode("stop", works, (node) => `k8s-sim node stop ${node}`),
    onNode("start", (node) => !works(node), (node) => `k8s-sim node start ${node}`),
  ],
  caption: clusterCaption,
  marks: nodeMarks,
  poster: (view) => ({ time: view.time, level: 0 }),
};
