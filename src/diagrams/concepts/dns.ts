import { dnsAddress } from "../../cluster/network/addresses";
import type { KubeObject, Ref } from "../../cluster/model";
import type { RequestTrace } from "../../cluster/network/trace";
import type { View } from "../../cluster/view";
import { t } from "../../i18n/index";
import type { Act, Concept } from "../concept";
import { textAt } from "../fields";
import type { Box, Edge, Line, Scene, Sentence } from "../scene";
import { chiefPod, containersOf, inNamespace } from "./pod-containers";
import { serviceRef } from "./traffic-facts";
import { posterAt, travel } from "./traffic-journeys";
import { edgeKey, lightWay, requestTime, type Journey } from "./traffic-packets";

const domain = "svc.cluster.local";
/** More namespaces, and Services in one, are not drawn. */
const most = 3;

const searchOf = (namespace: string): readonly string[] => [`${namespace}.${domain}`, domain, "cluster.local"];

/** How long an answer stays the news, virtual ms. */
const news = 8000;

/** The full names under which a pod looks for a name, in this order (its resolver's search list; ndots is 5). */
const tried = (name: string, namespace: string): readonly string[] => (name.endsWith(".") || name.split(".").length > 5 ? [name] : [...searchOf(namespace).map((search) => `${name}.${search}`), name]);

/** The Services of each namespace, the pod's own first. */
function namespaces(view: View, own: string): readonly { readonly name: string; readonly services: readonly KubeObject[] }[] {
  const all = new Map<string, KubeObject[]>([[own, []]]);
  for (const service of view.list("services")) {
    const name = service.metadata.namespace ?? "";
    if (name !== "kube-system" && service.metadata.name !== "kubernetes") all.set(name, [...(all.get(name) ?? []), service]);
  }
  return [...all].slice(0, most).map(([name, services]) => ({ name, services: services.slice(0, most) }));
}

const questions = (view: View, ref: Ref): readonly RequestTrace[] => [...view.traces(0)].filter(({ purpose, from, start }) => purpose === "dns" && start <= view.time && from !== "external" && from.name === ref.name && from.namespace === ref.namespace);

/** "10.106.105.179 hello.default.svc.cluster.local". */
function answerOf(trace: RequestTrace): { readonly name: string; readonly address: string } | undefined {
  const [address = "", name = ""] = trace.result.ok ? (trace.result.response.body.split("\n").at(-1) ?? "").split(" ") : [];
  return name === "" ? undefined : { name, address };
}

const serviceKey = (service: KubeObject): string => `${service.metadata.namespace ?? ""}/${service.metadata.name}`;

function scene(view: View, { focus: ref, level }: { readonly focus: Ref; readonly level: 0 | 1 | 2 }): Scene {
  if (view.get(ref) === undefined) return { root: { key: "root", role: "words", title: t("dns.empty"), tone: "none" }, edges: [], packets: [], notes: [] };
  const traces = questions(view, ref);
  const { packets, newest } = travel(view, traces, (trace): Journey => ({ trace, stops: ["client", "dns"], chooser: 1, before: trace.request.to, after: answerOf(trace)?.address ?? "NXDOMAIN", end: answerOf(trace) === undefined ? "refused" : "answered" }));
  const last = traces.at(-1);
  const answer = last === undefined || view.time < last.start + requestTime / 2 ? undefined : answerOf(last);
  const asked = last === undefined ? [] : tried(last.request.to, ref.namespace);
  const upTo = answer === undefined ? asked.length : asked.indexOf(answer.name) + 1;
  const lines = asked.slice(0, upTo === 0 ? asked.length : upTo).map((name, i): Line => ({ key: `try/${i}`, text: name, value: name === answer?.name ? answer.address : "NXDOMAIN", tone: "none", lit: name === answer?.name }));
  const spaces = namespaces(view, ref.namespace);
  const found = ({ metadata }: KubeObject): boolean => answer?.name.endsWith(`${metadata.name}.${metadata.namespace ?? ""}.${domain}`) === true;
  const edges: Edge[] = [
    { key: edgeKey("client", "dns"), from: "client", to: "dns", means: "traffic", label: last === undefined ? "" : `${last.request.to}?`, tone: "none" },
    ...spaces.map(({ name, services }): Edge => {
      const hit = services.some(found);
      return { key: `dns>ns/${name}`, from: "dns", to: `ns/${name}`, means: "selects", tone: "none", lit: hit, dim: last !== undefined && !hit };
    }),
  ];
  const client: Box = {
    key: "client", ref, role: "client", title: `Pod ${ref.name}`, sub: t("dns.in", { namespace: ref.namespace }), tone: "none", label: `Pod ${ref.name}`,
    ...(level === 0 ? {} : { lines: [["nameserver", dnsAddress], ["search", searchOf(ref.namespace)[0] ?? ""], ...(level === 2 ? searchOf(ref.namespace).slice(1).map((search) => ["", search]) : []), ["options", "ndots:5"]].map(([text = "", value = ""], i): Line => ({ key: `resolv/${i}`, text, value, tone: "none" })) }),
  };
  return {
    root: {
      key: "root", role: "group", title: "", tone: "none", flow: "column",
      children: [
        client,
        { key: "dns", ref: { resource: "services", namespace: "kube-system", name: "kube-dns" }, role: "service", title: "Service kube-dns", sub: dnsAddress, tone: "none", ...(level === 0 ? {} : { lines }), label: `Service kube-dns, ${dnsAddress}` },
        {
          key: "spaces", role: "group", title: "", tone: "none", flow: "row",
          children: spaces.map(({ name, services }): Box => ({
            key: `ns/${name}`, ref: { resource: "namespaces", namespace: "", name }, role: "namespace", title: `Namespace ${name}`, tone: "none", flow: "column", label: `Namespace ${name}`,
            children: services.length === 0 ? [{ key: `ns/${name}/none`, role: "words", title: t("dns.none"), tone: "none" }] : services.map((service): Box => ({ key: serviceKey(service), ref: serviceRef(service), role: "set", title: service.metadata.name, sub: textAt(service, "spec", "clusterIP") ?? textAt(service, "spec", "externalName") ?? "", tone: "none", lit: found(service), label: `Service ${service.metadata.name}` })),
          })),
        },
      ],
    },
    edges: lightWay(edges, newest, view.time), packets, notes: [],
  };
}

function caption(view: View, ref: Ref): Sentence {
  if (view.get(ref) === undefined) return { key: "dns.empty", args: {} };
  const args = { pod: ref.name, namespace: ref.namespace, server: dnsAddress };
  const last = questions(view, ref).at(-1);
  if (last === undefined || view.time - last.start > news) return { key: "dns.caption.idle", args };
  const answer = answerOf(last);
  const name = last.request.to;
  if (answer === undefined) return { key: name.includes(".") ? "dns.caption.lost" : "dns.caption.lost.short", args: { ...args, name } };
  const n = tried(name, ref.namespace).indexOf(answer.name) + 1;
  return { key: answer.name === name ? "dns.caption.full" : n === 1 ? "dns.caption.own" : "dns.caption.found", args: { ...args, name, full: answer.name, address: answer.address, n } };
}

/** A name to ask for: of the pod's own namespace, or of another one. */
function ask(id: string, name: (service: KubeObject) => string, own: boolean): Act {
  const line = (view: View, ref: Ref): string | undefined => {
    const service = namespaces(view, ref.namespace).find((one) => (one.name === ref.namespace) === own && one.services.length > 0)?.services[0];
    return service === undefined ? undefined : `kubectl exec ${ref.name}${inNamespace(ref)} -- nslookup ${name(service)}`;
  };
  return { id, title: `dns.act.${id}`, possible: (view, ref) => line(view, ref) !== undefined, run: (view, ref) => [line(view, ref) ?? ""] };
}

const withNamespace = ({ metadata }: KubeObject): string => `${metadata.name}.${metadata.namespace ?? ""}`;

const service = (name: string, namespace: string): string => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  selector:
    app: ${name}
  ports:
  - port: 80
---
`;

export const dns: Concept = {
  id: "dns",
  evidence: [
    { word: /\b(core|kube)?[-_ ]?dns\b/i, weight: 10 },
    { word: /域名(解析)?|nslookup|resolv\.conf|name[-_ ]?resolution/i, weight: 6 },
    { word: /svc\.cluster\.local|headless/i, weight: 4 },
  ],
  question: "dns.question",
  focus: (view) => (view.list("services").some(({ metadata }) => metadata.namespace !== "kube-system" && metadata.name !== "kubernetes") ? chiefPod(view, (pod) => containersOf(view, pod).some(({ app, running }) => running && /^(busybox|alpine)/.test(app))) : undefined),
  scenario: {
    nodes: [{ name: "node1" }],
    manifests: `apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
${service("hellok8s", "default")}${service("cart", "shop")}apiVersion: v1
kind: Pod
metadata:
  name: client
spec:
  containers:
  - name: client
    image: busybox
    command: ["sleep", "100000"]
`,
    actions: [
      { at: 6_000, run: "kubectl exec client -- nslookup hellok8s" },
      { at: 9_000, run: "kubectl exec client -- nslookup cart || true" },
      { at: 12_000, run: "kubectl exec client -- nslookup cart.shop" },
    ],
    end: 18_000,
  },
  scene,
  actions: [ask("own", ({ metadata }) => metadata.name, true), ask("short", ({ metadata }) => metadata.name, false), ask("across", withNamespace, false), ask("full", (one) => `${withNamespace(one)}.${domain}`, false)],
  caption,
  marks: (view, ref) => questions(view, ref).slice(-20).map((trace) => ({ at: trace.start, key: "dns.mark", args: { name: trace.request.to } })),
  poster: (view, ref) => posterAt(view, questions(view, ref)),
};
