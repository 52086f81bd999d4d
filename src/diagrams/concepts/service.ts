import type { RequestTrace } from "../../cluster/network/trace";
import type { KubeObject, Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { t } from "../../i18n/index";
import type { Concept } from "../concept";
import { shortPodName } from "../pod-state";
import { textAt } from "../fields";
import { placeKey } from "../slots";
import type { Box, Edge, Scene, Sentence } from "../scene";
import { hundred, inNamespace, podActs } from "./traffic-acts";
import { nobodyAnswers, say, tallyCaption, troubleOf } from "./traffic-caption";
import { clientOf, ledTo, nodeFacts, requestsTo, ruling, serviceFacts, youngestService, type ServiceFacts } from "./traffic-facts";
import { journeyOf, posterAt, travel, underway } from "./traffic-journeys";
import { trafficMarks } from "./traffic-marks";
import { edgeKey, flipAt, lightWay } from "./traffic-packets";
import { clientBox, foot, keys, nobody, nodeFrame, objectsRow, podEdges, podRow, ruleCard, serviceBox, words, type PodRow } from "./traffic-parts";
import { helloPods, helloService, manifests, nginxPod } from "./traffic-scenario";
import { tallies } from "./traffic-tally";

/** Requests of the pod that the picture shows as the one who asks. */
function ofClient(traces: readonly RequestTrace[], client: KubeObject | undefined): readonly RequestTrace[] {
  return traces.filter(({ from }) => from !== "external" && from.resource === "pods" && from.name === client?.metadata.name);
}

function scene(view: View, { focus: ref, width, level }: { readonly focus: Ref; readonly width: number; readonly level: 0 | 1 | 2 }): Scene {
  const service = serviceFacts(view, ref);
  if (service === undefined) return words("root", t("service.empty"));
  const client = clientOf(view, service);
  return level === 0 ? plain(view, service, client, width) : mechanism(view, service, client, width, level === 2);
}

const curl = ({ address, port }: ServiceFacts): string => `curl ${address}:${port}`;

/** Who asks → the Service → its pods. */
function plain(view: View, service: ServiceFacts, client: KubeObject | undefined, width: number): Scene {
  const traces = ofClient(requestsTo(view, service), client);
  const counted = tallies(view, traces);
  const standing = service.pods.filter(({ leaving }) => !leaving);
  const row = podRow("pods", standing, width - 44, { tallies: counted });
  const asks = client === undefined ? "client" : placeKey(client);
  const key = keys.service(service);
  // One pod or none make a frame too narrow for the label: the client says it then.
  const labelled = standing.length > 1;
  const { packets, newest } = travel(view, traces, (trace) => journeyOf(trace, service, [asks, key], row.door));
  const edges: Edge[] = [
    ...(client === undefined ? [] : [{ key: edgeKey(asks, key), from: asks, to: key, means: "traffic", ...(labelled ? { label: curl(service) } : {}), tone: "none" } satisfies Edge]),
    ...(standing.length === 0 ? [{ key: "to-nobody", from: key, to: "nobody", means: "selects", tone: "none", dim: true } satisfies Edge] : podEdges(key, standing, row.door)),
  ];
  return {
    root: {
      key: "cluster",
      role: "cluster",
      title: t("traffic.cluster"),
      tone: "none",
      flow: "column",
      children: [client === undefined || labelled ? clientBox(client) : { ...clientBox(client), sub: curl(service) }, serviceBox(service, `${service.type} ${service.address}:${service.port}`), standing.length === 0 ? nobody(service) : row.box, foot(service.pods.filter(({ leaving }) => leaving), counted)],
    },
    edges: lightWay(edges, newest, view.time),
    packets,
    notes: [],
  };
}

/** The Service is no machine on the way: it is a rule on the node that sends. */
function mechanism(view: View, service: ServiceFacts, client: KubeObject | undefined, width: number, everything: boolean): Scene {
  const traces = ofClient(requestsTo(view, service), client);
  const counted = tallies(view, traces);
  const home = client === undefined ? undefined : textAt(client, "spec", "nodeName");
  const standing = service.pods.filter(({ leaving }) => !leaving);
  const nodes = nodeFacts(view);
  const rows = new Map<string, PodRow>();
  for (const node of nodes) {
    const pods = standing.filter((one) => one.node === node.name);
    if (pods.length > 0) rows.set(node.name, podRow(`pods:${node.name}`, pods, width - 60, { tallies: counted }, width >= 560 && node.name !== home ? "column" : "row"));
  }
  const doorOf = (pod: string): string => rows.get(standing.find(({ key }) => key === pod)?.node ?? "")?.door(pod) ?? pod;
  const asks = client === undefined ? "client" : placeKey(client);
  const card = keys.card(home ?? "", service);
  const { packets, newest } = travel(view, traces, (trace) => journeyOf(trace, service, [asks, card], doorOf));
  const frames = nodes.map((node) => {
    const children: Box[] = [];
    if (node.name === home) children.push({ ...clientBox(client), sub: curl(service) });
    if (node.name === home || everything) children.push({ ...ruleCard(view, node.name, service, { journey: newest, everything, local: false }), dim: node.name !== home });
    const row = rows.get(node.name);
    // Beside the card, so that its lines go straight across.
    if (row !== undefined && node.name !== home && home !== undefined && width >= 560 && !everything) children.push({ key: `air:${node.name}`, role: "words", title: "", sub: " ", badge: " ", tone: "none" });
    if (row !== undefined) children.push(row.box);
    return nodeFrame(node, children, node.up ? { badge: node.address } : {});
  });
  const objects = everything ? objectsRow(view, service) : { boxes: [], edges: [] };
  const waiting = standing.filter(({ node }) => node === "");
  const edges: Edge[] = [
    ...objects.edges,
    ...(home === undefined ? [] : [{ key: edgeKey(asks, card), from: asks, to: card, means: "traffic", tone: "none" } satisfies Edge, ...podEdges(card, standing.filter(({ node }) => node !== ""), doorOf)]),
  ];
  return {
    root: {
      key: "cluster",
      role: "cluster",
      title: t("traffic.cluster"),
      tone: "none",
      flow: "column",
      children: [
        ...objects.boxes,
        ...(client === undefined ? [clientBox(undefined)] : []),
        { key: "nodes", role: "group", title: "", tone: "none", flow: width >= 560 ? "row" : "column", children: frames },
        ...(standing.length === 0 ? [nobody(service)] : []),
        ...(waiting.length === 0 ? [] : [podRow("waiting", waiting, width, { tallies: counted }).box]),
        foot(service.pods.filter(({ leaving }) => leaving), counted),
      ],
    },
    edges: lightWay(edges, newest, view.time),
    packets,
    notes: [],
  };
}

function caption(view: View, ref: Ref): Sentence {
  const service = serviceFacts(view, ref);
  if (service === undefined) return say("service.empty");
  const client = clientOf(view, service);
  const traces = ofClient(requestsTo(view, service), client);
  const last = traces[traces.length - 1];
  const address = `${service.address}:${service.port}`;
  if (underway(view, last)) {
    const trouble = troubleOf(last, service);
    const rule = ruling(last);
    const led = ledTo(last);
    if (trouble !== undefined && (rule?.verdict !== undefined || view.time - last.start > 700)) return trouble;
    if (led !== undefined && rule !== undefined) {
      const flipped = view.time >= last.start + flipAt({ stops: ["", "", ""], chooser: 1 });
      return flipped
        ? say("service.caption.chosen", { address, to: rule.rewrite?.dst ?? "", pod: shortPodName(led) })
        : say("service.caption.choosing", { address, node: rule.ref.part ?? "", n: rule.choice?.of.length ?? 0 });
    }
  }
  const empty = nobodyAnswers(service);
  if (empty !== undefined) return empty;
  const unready = service.pods.find((one) => !one.ready && !one.leaving);
  if (unready !== undefined && unready.address !== "" && view.time > 6000) return say("service.caption.unready", { pod: shortPodName(unready.name), n: service.ready.length });
  const told = tallyCaption(view, service, traces);
  if (told !== undefined) return told;
  const counted = tallies(view, traces);
  if (counted.total > 0 && last !== undefined && service.ready.some(({ name }) => name === ledTo(last))) return say("service.caption.answered", { pod: shortPodName(ledTo(last) ?? ""), total: counted.total });
  return client === undefined ? say("service.caption.alone", { name: service.name, address }) : say("service.caption.idle", { name: service.name, address, n: service.ready.length });
}

const ask = (view: View, ref: Ref): string | undefined => {
  const service = serviceFacts(view, ref);
  const client = service === undefined ? undefined : clientOf(view, service);
  if (service === undefined || client === undefined) return undefined;
  const wget = /busybox/.test(textAt(client, "spec", "containers", 0, "image") ?? "");
  return `kubectl exec ${client.metadata.name}${inNamespace(ref)} -- ${wget ? "wget -qO-" : "curl -s"} ${service.address}:${service.port}`;
};

export const service: Concept = {
  id: "service",
  evidence: [
    { word: /\bservices?\b/i, weight: 5 },
    { word: /\bsvc\b/i, weight: 6 },
    { word: /cluster[-_ ]?ip/i, weight: 9 },
    { word: /kube[-_ ]?proxy|\bendpoints?\b|endpoint ?slices?/i, weight: 5 },
    { word: /服务发现|服务暴露|虚拟 ?ip/i, weight: 6 },
    { word: /service[-_ ]?discovery/i, weight: 4 },
  ],
  question: "service.question",
  focus: (view) => youngestService(view, ["ClusterIP", "NodePort", "LoadBalancer"]),
  scenario: {
    nodes: [{ name: "node1" }, { name: "node2" }],
    manifests: manifests(helloPods, helloService("service-hellok8s-clusterip", "  type: ClusterIP\n"), nginxPod),
    actions: [
      { at: 9000, run: "kubectl exec nginx -- curl -s service-hellok8s-clusterip:3000" },
      { at: 11_000, run: "kubectl exec nginx -- curl -s service-hellok8s-clusterip:3000" },
      { at: 13_000, run: hundred("kubectl exec nginx -- curl -s service-hellok8s-clusterip:3000") },
    ],
    end: 30_000,
  },
  scene,
  actions: [
    { id: "curl", title: "traffic.act.curl", possible: (view, ref) => ask(view, ref) !== undefined, run: (view, ref) => [ask(view, ref) ?? ""] },
    { id: "curl100", title: "traffic.act.curl100", possible: (view, ref) => ask(view, ref) !== undefined, run: (view, ref) => [hundred(ask(view, ref) ?? "true")] },
    { id: "client", title: "traffic.act.client", possible: (view, ref) => ask(view, ref) === undefined, run: (_view, ref) => [`kubectl run nginx --image=nginx${inNamespace(ref)}`] },
    ...podActs(),
  ],
  caption,
  marks: trafficMarks(serviceFacts),
  poster(view, ref) {
    const service = serviceFacts(view, ref);
    return posterAt(view, service === undefined ? [] : ofClient(requestsTo(view, service), clientOf(view, service)));
  },
};
