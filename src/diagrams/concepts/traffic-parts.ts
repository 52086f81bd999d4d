import type { KubeObject } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { t } from "../../i18n/index";
import { textAt } from "../fields";
import { placeKey } from "../slots";
import { podRef, podState, shortPodName } from "../pod-state";
import type { Box, Edge, Line, Scene } from "../scene";
import { edgeKey, flipAt, requestTime, type Journey } from "./traffic-packets";
import { ledTo, type BehindPod, type NodeFacts, type ServiceFacts } from "./traffic-facts";
import { tallyOf, type Tallies } from "./traffic-tally";

/** The names of parts that all pictures of traffic share. */
export const keys = {
  external: "external",
  balancer: "balancer",
  service: (service: ServiceFacts): string => `service:${service.name}`,
  card: (node: string, service: ServiceFacts): string => `card:${node}/${service.name}`,
  cardLine: (node: string, pod: string): string => `card:${node}/to/${pod}`,
  node: (name: string): string => `node:${name}`,
  port: (name: string): string => `port:${name}`,
} as const;

/** The least width that a pod with its address can be read at, px, with its gap. */
const podRoom = 92;
/** A rule card shows so many backends. */
const mostLines = 6;

export const none: Scene = { root: { key: "root", role: "words", title: "", tone: "none" }, edges: [], packets: [], notes: [] };

export const words = (key: string, title: string): Scene => ({ ...none, root: { key, role: "words", title, tone: "none" } });

/** "1/3": the chance of each of `n`. */
export function chance(n: number): string {
  return n === 1 ? "1" : `1/${n}`;
}

export interface PodsOptions {
  readonly tallies: Tallies;
  /** Says on which node it runs, where no frame does. */
  readonly node?: boolean;
}

/** A pod behind a Service: its address while it is ready, its state when not, and a bar of what came to it. */
export function podBox(one: BehindPod, { tallies, node }: PodsOptions): Box {
  const { tone, word } = podState(one.pod);
  const ready = one.ready || tone === "ready";
  return {
    key: one.key,
    ref: podRef(one.pod),
    role: "pod",
    title: shortPodName(one.name),
    sub: ready && one.address !== "" ? one.address : word,
    ...(node === true ? { badge: one.node === "" ? "–" : one.node } : {}),
    tone,
    tally: tallyOf(tallies, one.name),
    label: `pod ${one.name}, ${one.address === "" ? "" : `${one.address}, `}${word}`,
  };
}

/** Pods side by side; where so many can't be read, as cells of a frame, and then edges end at the frame. */
export interface PodRow {
  readonly box: Box;
  /** The part that an edge to this pod ends at. */
  readonly door: (pod: string) => string;
}

export function podRow(key: string, pods: readonly BehindPod[], room: number, options: PodsOptions, flow: "row" | "column" = "row"): PodRow {
  const boxes = pods.map((one) => podBox(one, options));
  const many = flow === "row" ? boxes.length * podRoom > Math.max(room, podRoom * 3) : boxes.length > 5;
  if (!many) return { box: { key, role: "group", title: "", tone: "none", flow, children: boxes }, door: (pod) => pod };
  return { box: { key, role: "frame", title: t("traffic.pods", { n: boxes.length }), tone: "none", flow: "grid", children: boxes }, door: () => key };
}

/** The line at the foot: how requests fared, and who is leaving. Its room is kept, so that nothing moves. */
export function foot(leaving: readonly BehindPod[], { ok, refused }: Tallies): Box {
  const told = ok + refused === 0 ? t("traffic.count.none") : refused === 0 ? t("traffic.count", { ok }) : t("traffic.count.refused", { ok, refused });
  return {
    key: "foot",
    role: "group",
    title: "",
    tone: "none",
    flow: "row",
    children: [
      { key: "count", role: "more", title: told, tone: "none" },
      ...leaving.slice(0, 3).map((one): Box => ({ key: one.key, ref: podRef(one.pod), role: "mini", title: shortPodName(one.name), tone: "leaving", label: `pod ${one.name}, ${t("state.leaving")}` })),
    ],
  };
}

/** The pod that asks. */
export function clientBox(client: KubeObject | undefined): Box {
  if (client === undefined) return { key: "client", role: "place", title: t("traffic.client.none"), tone: "off" };
  return { key: placeKey(client), ref: podRef(client), role: "client", title: `Pod ${shortPodName(client.metadata.name)}`, sub: textAt(client, "status", "podIP") ?? podState(client).word, tone: "none", label: `pod ${client.metadata.name}` };
}

/** The Service as one box, as the usual picture has it. */
export function serviceBox(service: ServiceFacts, sub: string, lit = false): Box {
  return { key: keys.service(service), ref: service.ref, role: "service", title: `Service ${service.name}`, sub, tone: "none", label: `Service ${service.name}, ${sub}`, lit };
}

/** What stands in the place of pods that aren't there. */
export function nobody(service: ServiceFacts): Box {
  return { key: "nobody", role: "set", title: service.selector === undefined ? t("traffic.nobody.selector") : t("traffic.nobody", { selector: service.selectorText }), tone: "off" };
}

/** Edges to the pods: strong where requests may go, dashed where only the selector leads. */
export function podEdges(from: string, pods: readonly BehindPod[], door: (pod: string) => string): Edge[] {
  const edges = new Map<string, Edge>();
  for (const one of pods) {
    if (one.leaving) continue;
    const to = door(one.key);
    const key = edgeKey(from, to);
    if (one.ready || !edges.has(key)) edges.set(key, { key, from, to, means: one.ready ? "traffic" : "selects", tone: "none", dim: !one.ready });
  }
  return [...edges.values()];
}

export interface CardOptions {
  readonly journey: Journey | undefined;
  readonly everything: boolean;
  /** Under the Local policy, only the node's own. */
  readonly local: boolean;
}

/** The Service where it really is: the rule that every node keeps. */
export function ruleCard(view: View, node: string, service: ServiceFacts, { journey, everything, local }: CardOptions): Box {
  const may = local ? service.ready.filter((one) => one.node === node) : service.ready;
  const key = keys.card(node, service);
  const under = journey !== undefined && journey.stops.includes(key) && view.time < journey.trace.start + requestTime;
  const chosen = under && view.time >= journey.trace.start + flipAt(journey) ? ledTo(journey.trace) : undefined;
  const shown = may.length <= mostLines ? may : may.slice(0, mostLines - 1);
  const line = (one: BehindPod): Line => ({
    key: keys.cardLine(node, one.key),
    text: `${chance(may.length)} ${shortPodName(one.name)}`,
    value: one.endpoint,
    tone: chosen !== undefined && chosen !== one.name ? "off" : "none",
    lit: chosen === one.name,
    ref: podRef(one.pod),
  });
  const rest = may.length - shown.length;
  const lines: Line[] = [
    ...shown.map(line),
    ...(rest > 0 ? [{ key: `${key}/rest`, text: t("traffic.card.rest", { n: rest }), tone: "none", lit: chosen !== undefined && !shown.some(({ name }) => name === chosen) } satisfies Line] : []),
    ...(may.length === 0 ? [{ key: `${key}/none`, text: local && service.ready.length > 0 ? t("traffic.card.drop") : t("traffic.card.reject"), tone: "failed" } satisfies Line] : []),
    ...(everything ? mechanism(key, service, journey, under) : []),
  ];
  return {
    key,
    ref: service.ref,
    role: "rule",
    title: t("traffic.card"),
    sub: `→ ${service.address}:${service.port}`,
    tone: "none",
    lines,
    label: t("traffic.card.label", { name: service.name, node }),
    tip: t("traffic.card.tip", { name: service.name, node }),
    lit: under && chosen === undefined,
  };
}

function mechanism(key: string, service: ServiceFacts, journey: Journey | undefined, under: boolean): Line[] {
  const hop = under ? journey?.trace.out.find(({ role }) => role === "rules") : undefined;
  const lines: Line[] = [{ key: `${key}/affinity`, text: "sessionAffinity", value: service.sticky ? "ClientIP" : "None", tone: "none" }];
  if (service.type !== "ClusterIP") lines.push({ key: `${key}/policy`, text: "externalTrafficPolicy", value: service.local ? "Local" : "Cluster", tone: "none" });
  lines.push({ key: `${key}/snat`, text: "SNAT", value: hop?.rewrite?.src === undefined ? "–" : `${hop.packet.src} → ${hop.rewrite.src}`, tone: "none", lit: hop?.rewrite?.src !== undefined });
  lines.push({ key: `${key}/conntrack`, text: "conntrack", value: hop?.rewrite?.dst === undefined ? "–" : `${hop.packet.src} ↔ ${hop.rewrite.dst}`, tone: "none", lit: hop?.rewrite?.dst !== undefined });
  return lines;
}

/** The list that the rules are made from, at full detail. */
export function sliceBox(view: View, service: ServiceFacts): Box | undefined {
  const slice = view.list("endpointslices.discovery.k8s.io", { namespace: service.ref.namespace }).find((one) => one.metadata.labels?.["kubernetes.io/service-name"] === service.name);
  if (slice === undefined) return undefined;
  const known = service.pods.filter(({ endpoint }) => endpoint !== "").slice(0, mostLines);
  return {
    key: "slice",
    ref: { resource: "endpointslices.discovery.k8s.io", namespace: service.ref.namespace, name: slice.metadata.name },
    role: "set",
    title: "EndpointSlice",
    sub: known.length === 0 ? (textAt(slice, "addressType") ?? "") : "",
    tone: "none",
    lines: known.map((one): Line => ({ key: `slice/${one.key}`, text: one.endpoint, value: one.ready ? "ready" : "ready=false", tone: one.ready ? "none" : "off" })),
    label: `EndpointSlice ${slice.metadata.name}`,
  };
}

/** At full detail: the Service as an object, and the list of endpoints that its selector fills. */
export function objectsRow(view: View, service: ServiceFacts): { readonly boxes: readonly Box[]; readonly edges: readonly Edge[] } {
  const slice = sliceBox(view, service);
  const box = serviceBox(service, `selector ${service.selectorText === "" ? "–" : service.selectorText}`);
  if (slice === undefined) return { boxes: [box], edges: [] };
  return {
    boxes: [{ key: "objects", role: "group", title: "", tone: "none", flow: "row", children: [box, slice] }],
    edges: [{ key: "owns-slice", from: box.key, to: slice.key, means: "owns", tone: "none" }],
  };
}

/** A node's frame; a stopped one is told by its tone and in words. */
export function nodeFrame(node: NodeFacts, children: readonly Box[], more: Partial<Box> = {}): Box {
  return {
    key: keys.node(node.name),
    ref: node.ref,
    role: "node",
    title: node.name,
    ...(node.up ? {} : { badge: t("traffic.node.down") }),
    tone: node.up ? "none" : "failed",
    flow: "column",
    children: children.length === 0 ? [{ key: `${keys.node(node.name)}/empty`, role: "words", title: t("traffic.node.empty"), tone: "none" }] : children,
    label: `Node ${node.name}, ${node.address}${node.up ? "" : `, ${t("traffic.node.down")}`}`,
    ...more,
  };
}
