import type { RequestTrace } from "../../cluster/network/trace";
import type { Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { t } from "../../i18n/index";
import type { Box, Edge, Scene } from "../scene";
import { nodeFacts, requestsTo, ruling, serviceFacts, type BehindPod, type NodeFacts, type ServiceFacts } from "./traffic-facts";
import { endOf, journeyOf, travel } from "./traffic-journeys";
import { edgeKey, lightWay, type Journey } from "./traffic-packets";
import { foot, keys, nobody, nodeFrame, objectsRow, podEdges, podRow, ruleCard, serviceBox, words, type PodRow } from "./traffic-parts";
import { tallies, type Tallies } from "./traffic-tally";

/** How a Service is reached from outside: by a node's own port, or through a load balancer in front of all of them. */
export type Entry = "node" | "balancer";

/** The node that a request from outside came to. */
export const enteredAt = (trace: RequestTrace): string | undefined => trace.out.find(({ role }) => role === "node")?.ref.name;

/** Requests from outside that came by a node's port (or the load balancer), oldest first. */
export function entryRequests(view: View, service: ServiceFacts, entry: Entry): readonly RequestTrace[] {
  return requestsTo(view, service).filter((trace) => trace.from === "external" && (entry === "balancer") === trace.out.some(({ role }) => role === "balancer") && (enteredAt(trace) !== undefined || entry === "balancer"));
}

/** Whether the load balancer's health check of the node passes. */
export const healthy = (node: NodeFacts, service: ServiceFacts): boolean => node.up && (!service.local || service.ready.some((one) => one.node === node.name));

/** Whether anything at all would answer at that node. */
const answers = (node: NodeFacts, service: ServiceFacts): boolean => node.up && service.ready.some((one) => !service.local || one.node === node.name);

interface Facts {
  readonly service: ServiceFacts;
  readonly entry: Entry;
  readonly nodes: readonly NodeFacts[];
  readonly standing: readonly BehindPod[];
  readonly traces: readonly RequestTrace[];
  readonly counted: Tallies;
  readonly width: number;
}

/** More nodes than this aren't drawn one by one. */
const mostNodes = 5;

/** The picture of a Service that is reached from outside. */
export function entryScene(view: View, ref: Ref, { entry, width, level, empty }: { readonly entry: Entry; readonly width: number; readonly level: 0 | 1 | 2; readonly empty: string }): Scene {
  const service = serviceFacts(view, ref);
  if (service === undefined) return words("root", t(empty));
  const all = nodeFacts(view);
  const bearing = (node: NodeFacts): number => (service.pods.some((one) => one.node === node.name) ? 0 : 1);
  const chosen = all.length <= mostNodes ? all : [...all].sort((a, b) => bearing(a) - bearing(b)).slice(0, mostNodes);
  const nodes = all.filter((node) => chosen.includes(node));
  const traces = entryRequests(view, service, entry);
  const facts: Facts = { service, entry, nodes, standing: service.pods.filter(({ leaving }) => !leaving), traces, counted: tallies(view, traces), width };
  if (level === 0) return nodes.length === 2 && width >= 560 ? between(view, facts) : tree(view, facts);
  return inside(view, facts, level === 2);
}

const outside = (): Box => ({ key: keys.external, role: "external", title: t("traffic.external"), tone: "none" });

function balancerBox({ service, nodes }: Facts, lines: boolean): Box {
  const [address] = service.balancers;
  return {
    key: keys.balancer,
    ref: service.ref,
    role: "balancer",
    title: t("traffic.balancer"),
    sub: address === undefined ? "EXTERNAL-IP <pending>" : `${address}:${service.port}`,
    tone: address === undefined ? "pending" : "none",
    ...(lines
      ? { lines: nodes.map((node) => ({ key: `health:${node.name}`, text: `${node.name}:${service.nodePort ?? ""}`, value: healthy(node, service) ? t("traffic.health.ok") : t("traffic.health.bad"), tone: (healthy(node, service) ? "none" : "failed") })) }
      : {}),
    label: `${t("traffic.balancer")}, ${address ?? "EXTERNAL-IP <pending>"}`,
  };
}

/** The way in: from outside to each node's port, through the balancer where there is one. */
function entrances(facts: Facts, portKey: (node: NodeFacts) => string): { readonly edges: readonly Edge[]; readonly stations: (trace: RequestTrace) => readonly string[] } {
  const { service, entry, nodes, width } = facts;
  const long = width >= 560;
  if (entry === "node") {
    return {
      edges: nodes.map((node): Edge => ({
        key: edgeKey(keys.external, portKey(node)), from: keys.external, to: portKey(node), means: "traffic",
        label: long || nodes.length === 1 ? `curl http://${node.name}:${service.nodePort ?? ""}` : "", tone: node.up ? "none" : "failed", dim: !answers(node, service),
      })),
      stations: (trace) => {
        const at = nodes.find(({ name }) => name === enteredAt(trace));
        return at === undefined ? [keys.external] : [keys.external, portKey(at)];
      },
    };
  }
  const pending = service.balancers.length === 0;
  return {
    edges: [
      { key: edgeKey(keys.external, keys.balancer), from: keys.external, to: keys.balancer, means: "traffic", label: `curl http://${service.balancers[0] ?? "<pending>"}:${service.port}`, tone: "none", dim: pending },
      ...nodes.map((node): Edge => ({ key: edgeKey(keys.balancer, portKey(node)), from: keys.balancer, to: portKey(node), means: "traffic", tone: healthy(node, service) ? "none" : "failed", dim: pending || !healthy(node, service) })),
    ],
    stations: (trace) => {
      const at = nodes.find(({ name }) => name === enteredAt(trace));
      return at === undefined ? [keys.external, keys.balancer] : [keys.external, keys.balancer, portKey(at)];
    },
  };
}

/** A request that reached no rule ends where it was last seen. */
function journey(trace: RequestTrace, facts: Facts, stations: readonly string[], chooser: (trace: RequestTrace) => string, doorOf: (pod: string) => string): Journey {
  if (ruling(trace) === undefined) return { trace, stops: stations, chooser: -1, before: trace.out[trace.out.length - 1]?.packet.dst ?? "", after: "", end: endOf(trace) };
  return journeyOf(trace, facts.service, [...stations, chooser(trace)], doorOf);
}

const portNotch = (node: NodeFacts, service: ServiceFacts, side: "top" | "right" | "left", at?: number): NonNullable<Box["notches"]>[number] => ({
  key: keys.port(node.name),
  title: `:${service.nodePort ?? ""}`,
  side,
  ...(at === undefined ? {} : { at }),
  tone: node.up ? "none" : "failed",
  ref: node.ref,
  label: `${node.name}:${service.nodePort ?? ""}`,
});

/** A short title stays clear of the lines to the first node. */
const cluster = (children: readonly Box[], width = 720): Box => ({ key: "cluster", role: "cluster", title: t(width < 420 ? "traffic.cluster.short" : "traffic.cluster"), tone: "none", flow: "column", children });

const root = (facts: Facts, lines: boolean, inner: Box): Box => ({
  key: "root",
  role: "group",
  title: "",
  tone: "none",
  flow: "column",
  children: facts.entry === "balancer" ? [outside(), balancerBox(facts, lines), inner] : [outside(), inner],
});

const serviceSub = ({ type, address, port }: ServiceFacts): string => `${type} ${address}:${port}`;

/** Two nodes with the Service between them: each node stands once, its port on its border. */
function between(view: View, facts: Facts): Scene {
  const { service, nodes, standing, counted, traces } = facts;
  const key = keys.service(service);
  const rows = rowsOf(facts, "column", 220);
  const doorOf = doors(rows, standing);
  const way = entrances(facts, (node) => keys.port(node.name));
  const { packets, newest } = travel(view, traces, (trace) => journey(trace, facts, way.stations(trace), () => key, doorOf));
  const frame = (node: NodeFacts, side: "left" | "right"): Box => nodeFrame(node, [...(rows.get(node.name) === undefined ? [] : [(rows.get(node.name) as PodRow).box])], { notches: [portNotch(node, service, side, 18)] });
  const edges: Edge[] = [
    ...way.edges,
    ...nodes.map((node): Edge => ({ key: edgeKey(keys.port(node.name), key), from: keys.port(node.name), to: key, means: "traffic", tone: "none", dim: !answers(node, service) })),
    ...podEdges(key, standing.filter(({ node }) => node !== ""), doorOf),
  ];
  const [left, right] = nodes;
  return {
    root: root(facts, false, cluster([
      { key: "nodes", role: "group", title: "", tone: "none", flow: "row", children: [...(left === undefined ? [] : [frame(left, "right")]), serviceBox(service, `Type = ${service.type}`), ...(right === undefined ? [] : [frame(right, "left")])] },
      ...(standing.length === 0 ? [nobody(service)] : []),
      foot(service.pods.filter(({ leaving }) => leaving), counted),
    ])),
    edges: lightWay(edges, newest, view.time),
    packets,
    notes: [],
  };
}

/** Ports, the Service, the pods: a tree that fits a phone. The pods name their nodes. */
function tree(view: View, facts: Facts): Scene {
  const { service, nodes, standing, counted, traces, width } = facts;
  const key = keys.service(service);
  const row = podRow("pods", standing, width - 44, { tallies: counted, node: true });
  const way = entrances(facts, (node) => keys.port(node.name));
  const { packets, newest } = travel(view, traces, (trace) => journey(trace, facts, way.stations(trace), () => key, row.door));
  const ports: Box = {
    key: "ports",
    role: "group",
    title: "",
    tone: "none",
    flow: "row",
    children: nodes.map((node): Box => ({ key: keys.port(node.name), ref: node.ref, role: "port", title: `${node.name}:${service.nodePort ?? ""}`, ...(node.up ? {} : { sub: t("traffic.node.down") }), tone: node.up ? "none" : "failed", label: `Node ${node.name}, port ${service.nodePort ?? ""}` })),
  };
  const edges: Edge[] = [
    ...way.edges,
    ...nodes.map((node): Edge => ({ key: edgeKey(keys.port(node.name), key), from: keys.port(node.name), to: key, means: "traffic", tone: "none", dim: !answers(node, service) })),
    ...(standing.length === 0 ? [{ key: "to-nobody", from: key, to: "nobody", means: "selects", tone: "none", dim: true } satisfies Edge] : podEdges(key, standing, row.door)),
  ];
  return {
    root: root(facts, false, cluster([ports, serviceBox(service, serviceSub(service)), standing.length === 0 ? nobody(service) : row.box, foot(service.pods.filter(({ leaving }) => leaving), counted)], width)),
    edges: lightWay(edges, newest, view.time),
    packets,
    notes: [],
  };
}

/** The mechanism: every node keeps the same rule, and the one that is asked applies it. */
function inside(view: View, facts: Facts, everything: boolean): Scene {
  const { service, nodes, standing, counted, traces, width } = facts;
  const wide = width >= 560 && nodes.length <= 3;
  const rows = rowsOf(facts, "row", width / (wide ? nodes.length : 1) - 60);
  const doorOf = doors(rows, standing);
  const way = entrances(facts, (node) => keys.port(node.name));
  const card = (node: string): string => keys.card(node, service);
  const { packets, newest } = travel(view, traces, (trace) => journey(trace, facts, way.stations(trace), (of) => card(enteredAt(of) ?? ruling(of)?.ref.part ?? ""), doorOf));
  const frames = nodes.map((node) => {
    const row = rows.get(node.name);
    return nodeFrame(node, [ruleCard(view, node.name, service, { journey: newest, everything, local: service.local }), ...(row === undefined ? [] : [row.box])], { notches: [portNotch(node, service, "top")] });
  });
  const edges: Edge[] = [
    ...way.edges,
    ...nodes.map((node): Edge => ({ key: edgeKey(keys.port(node.name), card(node.name)), from: keys.port(node.name), to: card(node.name), means: "traffic", tone: "none", dim: !answers(node, service) })),
    ...nodes.flatMap((node) => podEdges(card(node.name), standing.filter((one) => one.node === node.name || (!service.local && one.node !== "")), doorOf)
      .map((edge) => (standing.some((one) => doorOf(one.key) === edge.to && one.node === node.name) ? edge : { ...edge, dim: true }))),
  ];
  const objects = everything ? objectsRow(view, service) : { boxes: [], edges: [] };
  return {
    root: root(facts, true, cluster([
      { key: "nodes", role: "group", title: "", tone: "none", flow: wide ? "row" : "column", children: frames },
      ...(standing.length === 0 ? [nobody(service)] : []),
      ...objects.boxes,
      foot(service.pods.filter(({ leaving }) => leaving), counted),
    ], 0)),
    edges: lightWay([...edges, ...objects.edges], newest, view.time),
    packets,
    notes: [],
  };
}

function rowsOf({ nodes, standing, counted }: Facts, flow: "row" | "column", room: number): ReadonlyMap<string, PodRow> {
  const rows = new Map<string, PodRow>();
  for (const node of nodes) {
    const pods = standing.filter((one) => one.node === node.name);
    if (pods.length > 0) rows.set(node.name, podRow(`pods:${node.name}`, pods, room, { tallies: counted }, flow));
  }
  return rows;
}

function doors(rows: ReadonlyMap<string, PodRow>, standing: readonly BehindPod[]): (pod: string) => string {
  return (pod) => rows.get(standing.find(({ key }) => key === pod)?.node ?? "")?.door(pod) ?? pod;
}
