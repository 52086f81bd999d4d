import type { RequestTrace } from "../../cluster/network/trace";
import type { KubeObject, Ms, Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { t } from "../../i18n/index";
import type { Act, Concept } from "../concept";
import { shortPodName } from "../pod-state";
import { textAt } from "../fields";
import type { Box, Edge, Line, Scene, Sentence } from "../scene";
import { rulesOf, type IngressRule } from "./ingress-rules";
import { hundred, inNamespace, podActs, slowly } from "./traffic-acts";
import { say, troubleOf } from "./traffic-caption";
import { ledTo, nodeFacts, ruling, serviceFacts, services, type ServiceFacts } from "./traffic-facts";
import { endOf, posterAt, travel, underway } from "./traffic-journeys";
import { trafficMarks } from "./traffic-marks";
import { dwell, edgeKey, flipAt, lightWay, requestTime, type Journey } from "./traffic-packets";
import { foot, keys, nobody, podBox, podEdges, podRow, serviceBox, words, type PodRow } from "./traffic-parts";
import { helloPods, helloService, manifests, nginxPods } from "./traffic-scenario";
import { tallies } from "./traffic-tally";

const ingresses = "ingresses.networking.k8s.io";

function focus(view: View): Ref | undefined {
  let best: KubeObject | undefined;
  for (const object of view.list(ingresses)) if (best === undefined || object.metadata.creationTimestamp >= best.metadata.creationTimestamp) best = object;
  return best === undefined ? undefined : { resource: ingresses, namespace: best.metadata.namespace ?? "", name: best.metadata.name };
}

/** The hop at which the Ingress's controller looked at a request. */
const proxied = (trace: RequestTrace): RequestTrace["out"][number] | undefined => trace.out.find(({ role }) => role === "proxy");

function requestsOf(view: View, ref: Ref, from: Ms = 0): readonly RequestTrace[] {
  return [...view.traces(from)].filter((trace) => trace.purpose === "request" && trace.start >= from && trace.start <= view.time && proxied(trace)?.ref.name === ref.name);
}

const ruleOf = (rules: readonly IngressRule[], trace: RequestTrace): IngressRule | undefined => (proxied(trace)?.verdict === undefined ? rules.find(({ part }) => part === proxied(trace)?.ref.part) : undefined);

const pathOf = (trace: RequestTrace): string => (trace.request.path === undefined || trace.request.path === "" ? "/" : trace.request.path);

interface Backend {
  readonly name: string;
  readonly facts: ServiceFacts | undefined;
}

/** The Services that the rules lead to, each once, in the order of the rules as they are written. */
function backendsOf(view: View, ref: Ref, rules: readonly IngressRule[]): readonly Backend[] {
  const written = [...rules].sort((a, b) => (a.at === undefined ? 1 : b.at === undefined ? -1 : a.at[0] - b.at[0] || a.at[1] - b.at[1]));
  return [...new Set(written.map(({ service }) => service))].filter((name) => name !== "").map((name) => ({ name, facts: serviceFacts(view, { resource: services, namespace: ref.namespace, name }) }));
}

const backendKey = (name: string): string => `service:${name}`;

/** "hello.example.com/hello", or "/hello" where every host will do. */
const shown = (rule: IngressRule): string => (rule.fallback ? t("ingress.default") : `${rule.host}${rule.path}`);

function scene(view: View, { focus: ref, width, level }: { readonly focus: Ref; readonly width: number; readonly level: 0 | 1 | 2 }): Scene {
  const ingress = view.get(ref);
  if (ingress === undefined) return words("root", t("ingress.empty"));
  const rules = rulesOf(ingress);
  const backends = backendsOf(view, ref, rules);
  const traces = requestsOf(view, ref);
  const counted = tallies(view, traces);
  const rows = new Map<string, PodRow>();
  const room = width >= 560 ? width / Math.max(1, backends.length) : 100;
  for (const { name, facts } of backends) {
    if (facts === undefined) continue;
    const options = { tallies: tallies(view, traces.filter((trace) => ruling(trace)?.ref.name === name)) };
    const standing = facts.pods.filter(({ leaving }) => !leaving);
    rows.set(name, level === 0 ? podRow(`pods:${name}`, standing, room, options) : { box: { key: `pods:${name}`, role: "group", title: "", tone: "none", flow: "grid", children: standing.map((one) => podBox(one, options)) }, door: () => backendKey(name) });
  }
  const journey = (trace: RequestTrace): Journey => {
    const rule = ruleOf(rules, trace);
    const led = ledTo(trace);
    const backend = backends.find(({ name }) => name === rule?.service);
    const pod = backend?.facts?.pods.find(({ name }) => name === led);
    const stops = [keys.external, "ingress", ...(rule === undefined || backend === undefined ? [] : [backendKey(backend.name)])];
    if (pod !== undefined && level === 0) stops.push(rows.get(rule?.service ?? "")?.door(pod.key) ?? pod.key);
    return { trace, stops, chooser: 1, before: `GET ${pathOf(trace)}`, after: ruling(trace)?.rewrite?.dst ?? `GET ${pathOf(trace)}`, end: endOf(trace), ...(pod === undefined ? {} : { home: pod.key }) };
  };
  const { packets, newest } = travel(view, traces, journey);
  const groups = backends.map(({ name, facts }): Box => {
    if (facts === undefined) return { key: backendKey(name), role: "place", title: t("ingress.missing", { name }), tone: "failed" };
    const row = rows.get(name) as PodRow;
    const empty = facts.pods.every(({ leaving }) => leaving);
    const pods = empty ? { ...nobody(facts), key: `nobody:${name}` } : row.box;
    if (level === 0) return { key: `backend:${name}`, role: "group", title: "", tone: "none", flow: "column", children: [serviceBox(facts, `${facts.type} :${facts.port}`), pods] };
    return { key: backendKey(name), ref: facts.ref, role: "frame", title: `Service ${name}`, sub: `${facts.address}:${facts.port}`, tone: "none", flow: "column", children: [pods], label: `Service ${name}` };
  });
  const box: Box = {
    key: "ingress",
    ref,
    role: "ingress",
    title: `Ingress ${ref.name}`,
    ...(level === 0 ? {} : { sub: t("ingress.order"), lines: ruleLines(view, rules, newest, ingress, level === 2) }),
    tone: "none",
    label: `Ingress ${ref.name}`,
  };
  const edges: Edge[] = [
    { key: edgeKey(keys.external, "ingress"), from: keys.external, to: "ingress", means: "traffic", label: `curl ${newest === undefined ? urlOf(view, rules[0]) : urlOf(view, ruleOf(rules, newest.trace) ?? rules[0], pathOf(newest.trace))}`, tone: "none" },
    ...backends.map(({ name, facts }): Edge => ({
      key: edgeKey("ingress", backendKey(name)), from: "ingress", to: backendKey(name), means: "traffic",
      label: rules.filter(({ service }) => service === name).map(shown).join("  "), tone: "none", dim: facts === undefined || facts.ready.length === 0,
    })),
    ...(level === 0 ? backends.flatMap(({ name, facts }) => {
      if (facts === undefined) return [];
      const standing = facts.pods.filter(({ leaving }) => !leaving);
      return standing.length === 0 ? [{ key: `to-nobody:${name}`, from: backendKey(name), to: `nobody:${name}`, means: "selects", tone: "none", dim: true } satisfies Edge] : podEdges(backendKey(name), standing, (rows.get(name) as PodRow).door);
    }) : []),
  ];
  return {
    root: {
      key: "root",
      role: "group",
      title: "",
      tone: "none",
      flow: "column",
      children: [
        { key: keys.external, role: "external", title: t("traffic.external"), tone: "none" },
        {
          key: "cluster",
          role: "cluster",
          title: t("traffic.cluster"),
          tone: "none",
          flow: "column",
          children: [
            box,
            ...(groups.length === 0 ? [{ key: "nobody", role: "set", title: t("ingress.norules"), tone: "off" } satisfies Box] : [{ key: "backends", role: "group", title: "", tone: "none", flow: "row", children: groups } satisfies Box]),
            foot(backends.flatMap(({ facts }) => facts?.pods.filter(({ leaving }) => leaving) ?? []), counted),
          ],
        },
      ],
    },
    edges: lightWay(edges, newest, view.time),
    packets,
    notes: [],
  };
}

/** The rules, tried from the top: each lights up while it is looked at, and the one that takes the request stays lit. */
function ruleLines(view: View, rules: readonly IngressRule[], newest: Journey | undefined, ingress: KubeObject, everything: boolean): readonly Line[] {
  const active = newest !== undefined && view.time < newest.trace.start + requestTime;
  const won = active ? rules.findIndex((rule) => rule === ruleOf(rules, newest.trace)) : -1;
  const flip = active ? newest.trace.start + flipAt(newest) : 0;
  const tried = won < 0 ? rules.length : won + 1;
  const at = active ? Math.floor(((view.time - (flip - dwell / 2)) / (dwell / 2)) * tried) : -1;
  const lines = rules.map((rule, i): Line => ({
    key: rule.key,
    text: shown(rule),
    value: `${rule.type} → ${rule.service}`.trimStart(),
    tone: active && at > i && i !== won ? "off" : "none",
    lit: active && (at >= tried ? i === won : at === i),
  }));
  if (!everything) return lines;
  const source = active ? proxied(newest.trace)?.packet.src : undefined;
  return [
    ...lines,
    { key: "class", text: "ingressClassName", value: textAt(ingress, "spec", "ingressClassName") ?? "–", tone: "none" },
    { key: "forwarded", text: "X-Forwarded-For", value: source ?? "–", tone: "none" },
    { key: "source", text: t("ingress.source"), value: (active ? ruling(newest.trace)?.rewrite?.src : undefined) ?? "–", tone: "none" },
  ];
}

/** An address for a request that this rule takes, from outside. */
function urlOf(view: View, rule: IngressRule | undefined, path = rule?.path ?? "/"): string {
  const host = rule === undefined || rule.host === "" ? (nodeFacts(view)[0]?.name ?? "node1") : rule.host.replace(/^\*/, "www");
  return `http://${host}${path === "" ? "/" : path}`;
}

function caption(view: View, ref: Ref): Sentence {
  const ingress = view.get(ref);
  if (ingress === undefined) return say("ingress.empty");
  const rules = rulesOf(ingress);
  const traces = requestsOf(view, ref);
  const last = traces[traces.length - 1];
  const recent: RequestTrace | undefined = last;
  const told = (trace: RequestTrace): Sentence => {
    const path = pathOf(trace);
    const rule = ruleOf(rules, trace);
    if (proxied(trace)?.verdict !== undefined || rule === undefined) return say("ingress.caption.none", { path });
    const facts = serviceFacts(view, { resource: services, namespace: ref.namespace, name: rule.service });
    const refused = ruling(trace)?.verdict !== undefined || (trace.result.ok && trace.result.response.status === 503);
    if (facts === undefined) return say("ingress.caption.missing", { service: rule.service, rule: shown(rule) });
    if (refused) return say("ingress.caption.503", { path, service: rule.service });
    const trouble = troubleOf(trace, facts);
    if (trouble !== undefined) return trouble;
    const pod = shortPodName(ledTo(trace) ?? "");
    if (rule.fallback) return say("ingress.caption.default", { path, service: rule.service, pod });
    const others = rules.filter((one) => !one.fallback && one !== rule && matches(one, path) && (one.host === "" || one.host === rule.host)).length;
    const key = others > 0 && rule.type !== "Exact" ? "ingress.caption.longest" : "ingress.caption.match";
    return say(key, { path, type: rule.type, rule: shown(rule), service: rule.service, pod });
  };
  if (underway(view, last)) return told(last);
  const lost = backendsOf(view, ref, rules).find(({ facts }) => facts === undefined);
  if (lost !== undefined) return say("ingress.caption.missing", { service: lost.name, rule: rules.filter(({ service }) => service === lost.name).map(shown).join(" ") });
  const empty = backendsOf(view, ref, rules).find(({ facts }) => facts?.ready.length === 0);
  if (empty !== undefined) return say("ingress.caption.empty", { service: empty.name });
  if (recent !== undefined && view.time - recent.start < 6000) return told(recent);
  return say("ingress.caption.idle", { name: ref.name, n: rules.length });
}

/** Whether a path would be taken by a rule, were it the only one. */
function matches({ path: rule, type }: IngressRule, path: string): boolean {
  if (type === "Exact") return path === rule;
  const bare = rule.replace(/\/+$/, "");
  return bare === "" || path === bare || path.startsWith(`${bare}/`);
}

const ruleAt = (view: View, ref: Ref, index: number): IngressRule | undefined => {
  const ingress = view.get(ref);
  if (ingress === undefined) return undefined;
  return rulesOf(ingress).filter(({ fallback }) => !fallback).find(({ at }) => at?.[1] === index);
};

const patch = (ref: Ref, operation: unknown): string => `kubectl patch ingress ${ref.name}${inNamespace(ref)} --type=json -p '${JSON.stringify([operation])}'`;

const hasDefault = (view: View, ref: Ref): boolean => view.get(ref) !== undefined && rulesOf(view.get(ref) as KubeObject).some(({ fallback }) => fallback);

/** Requests that teach something: what the first rule takes, something below it, what nothing else takes. */
const asks: readonly Act[] = [
  { id: "curl-first", title: "ingress.act.first", possible: (view, ref) => ruleAt(view, ref, 0) !== undefined, run: (view, ref) => [`curl -s ${urlOf(view, ruleAt(view, ref, 0))}`] },
  { id: "curl-below", title: "ingress.act.below", possible: (view, ref) => ruleAt(view, ref, 0) !== undefined, run: (view, ref) => [`curl -s ${urlOf(view, ruleAt(view, ref, 0), `${(ruleAt(view, ref, 0)?.path ?? "").replace(/\/$/, "")}/x`)}`] },
  { id: "curl-like", title: "ingress.act.like", possible: (view, ref) => (ruleAt(view, ref, 0)?.path ?? "/").length > 1, run: (view, ref) => [`curl -s ${urlOf(view, ruleAt(view, ref, 0), `${ruleAt(view, ref, 0)?.path ?? ""}x`)}`] },
  { id: "curl-root", title: "ingress.act.root", run: (view, ref) => [`curl -s ${urlOf(view, ruleAt(view, ref, 1) ?? ruleAt(view, ref, 0), "/")}`] },
  { id: "curl100", title: "traffic.act.curl100", possible: (view, ref) => ruleAt(view, ref, 0) !== undefined, run: (view, ref) => [hundred(`curl -s ${urlOf(view, ruleAt(view, ref, 0))}`, slowly)] },
];

const edits: readonly Act[] = [
  {
    id: "edit",
    title: "ingress.act.exact",
    possible: (view, ref) => ruleAt(view, ref, 0)?.type === "Prefix",
    run: (view, ref) => [patch(ref, { op: "replace", path: `/spec/rules/${ruleAt(view, ref, 0)?.at?.[0] ?? 0}/http/paths/0/pathType`, value: "Exact" })],
  },
  {
    id: "edit-back",
    title: "ingress.act.prefix",
    possible: (view, ref) => ruleAt(view, ref, 0)?.type === "Exact",
    run: (view, ref) => [patch(ref, { op: "replace", path: `/spec/rules/${ruleAt(view, ref, 0)?.at?.[0] ?? 0}/http/paths/0/pathType`, value: "Prefix" })],
  },
  {
    id: "drop",
    title: "ingress.act.drop",
    possible: (view, ref) => ruleAt(view, ref, 1) !== undefined,
    run: (view, ref) => [patch(ref, { op: "remove", path: `/spec/rules/${ruleAt(view, ref, 1)?.at?.[0] ?? 0}/http/paths/1` })],
  },
  {
    id: "default",
    title: "ingress.act.default",
    possible: (view, ref) => !hasDefault(view, ref) && ruleAt(view, ref, 0) !== undefined,
    run(view, ref) {
      const names = view.list(services, { namespace: ref.namespace }).map(({ metadata }) => metadata.name);
      const rule = ruleAt(view, ref, 1) ?? ruleAt(view, ref, 0);
      const name = rule?.service ?? names[0] ?? "";
      return [patch(ref, { op: "add", path: "/spec/defaultBackend", value: { service: { name, port: { number: Number(rule?.port ?? 80) } } } })];
    },
  },
  { id: "no-default", title: "ingress.act.nodefault", possible: hasDefault, run: (_view, ref) => [patch(ref, { op: "remove", path: "/spec/defaultBackend" })] },
];

const firstBackend = (view: View, ref: Ref): ServiceFacts | undefined => {
  const ingress = view.get(ref);
  return ingress === undefined ? undefined : backendsOf(view, ref, rulesOf(ingress))[0]?.facts;
};

const scenarioIngress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: hello-ingress
spec:
  ingressClassName: nginx
  rules:
  - http:
      paths:
      - path: /hello
        pathType: Prefix
        backend:
          service:
            name: service-hellok8s-clusterip
            port:
              number: 3000
      - path: /
        pathType: Prefix
        backend:
          service:
            name: service-nginx-clusterip
            port:
              number: 4000
`;

const nginxService = `apiVersion: v1
kind: Service
metadata:
  name: service-nginx-clusterip
spec:
  selector:
    app: nginx
  ports:
  - port: 4000
    targetPort: 80
`;

export const ingress: Concept = {
  id: "ingress",
  evidence: [
    { word: /ingress/i, weight: 10 },
    { word: /网关|反向代理|七层/, weight: 4 },
    { word: /\bgateway\b|reverse[-_ ]?proxy|\blayer ?7\b/i, weight: 3 },
    { word: /路由规则|按路径|按域名/, weight: 3 },
  ],
  question: "ingress.question",
  focus,
  scenario: {
    nodes: [{ name: "node1" }, { name: "node2" }],
    manifests: manifests(helloPods, helloService("service-hellok8s-clusterip", ""), nginxPods, nginxService, scenarioIngress),
    actions: [
      { at: 10_000, run: "curl -s http://node1/hello" },
      { at: 12_000, run: "curl -s http://node1/" },
      { at: 14_000, run: "curl -s http://node1/hello/x" },
      { at: 16_000, run: "curl -s http://node1/hellox" },
    ],
    end: 30_000,
  },
  scene,
  actions: [...asks, ...edits, ...podActs(firstBackend)],
  caption,
  marks: trafficMarks(firstBackend),
  poster: (view, ref) => posterAt(view, requestsOf(view, ref)),
};
