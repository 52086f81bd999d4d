import { stoppedBy } from "../../cluster/network/policy";
import type { Pod } from "../../cluster/api/types";
import { compileSelectorObject } from "../../cluster/api/selectors";
import type { KubeObject, Ref } from "../../cluster/model";
import type { RequestTrace } from "../../cluster/network/trace";
import type { View } from "../../cluster/view";
import { scalar } from "../../cluster/scalar";
import { t } from "../../i18n/index";
import type { Act, Concept } from "../concept";
import { field, listAt, numberAt, textAt } from "../fields";
import { foldLog } from "../log-fold";
import { podRef, podState } from "../pod-state";
import type { Box, Edge, Line, Scene, Sentence } from "../scene";
import { placeKey } from "../slots";
import { containersOf, execIn, inNamespace } from "./pod-containers";
import { posterAt, travel, underway } from "./traffic-journeys";
import { edgeKey, lightWay, type Journey } from "./traffic-packets";

const policies = "networkpolicies.networking.k8s.io";

/** The policy that came last, also once it is deleted: it can be had back. */
const latest = foldLog<KubeObject | undefined>(undefined, (last, { ref, type, object }) => (ref.resource !== policies ? last : type === "DELETED" ? (last ?? object) : object));

interface Facts {
  /** Undefined: it was deleted. */
  readonly policy: KubeObject | undefined;
  readonly target: KubeObject | undefined;
  readonly port: number;
  readonly selected: number;
  /** Who might ask, and which policy stops it. */
  readonly callers: readonly { readonly pod: KubeObject; readonly stopped: KubeObject | undefined }[];
}

const most = 4;

function factsOf(view: View, ref: Ref): Facts {
  const policy = view.get(ref);
  const wanted = field(policy ?? latest(view), "spec", "podSelector");
  const matches = compileSelectorObject(wanted ?? {});
  const pods = view.list("pods").filter((pod) => pod.metadata.namespace !== "kube-system" && pod.metadata.deletionTimestamp === undefined && textAt(pod, "status", "podIP") !== undefined);
  const selected = pods.filter((pod) => pod.metadata.namespace === ref.namespace && matches(pod.metadata.labels ?? {}));
  const portOf = (pod: KubeObject): number | undefined => listAt(pod, "spec", "containers").flatMap((one) => listAt(one, "ports")).map((one) => numberAt(one, "containerPort"))[0];
  const target = selected.find((pod) => portOf(pod) !== undefined) ?? selected[0];
  const port = (target === undefined ? undefined : portOf(target)) ?? 80;
  const side = (pod: KubeObject): { readonly pod: Pod; readonly address: string } => ({ pod: pod as unknown as Pod, address: textAt(pod, "status", "podIP") ?? "" });
  const others = pods.filter((pod) => pod !== target && (selected.length === pods.length || !selected.includes(pod)));
  return { policy, target, port, selected: selected.length, callers: target === undefined ? [] : others.slice(0, most).map((pod) => ({ pod, stopped: stoppedBy(view, side(pod), side(target), port, "TCP") })) };
}

/** Requests between the pods of the picture. */
function requestsOf(view: View, { target, callers }: Facts): readonly RequestTrace[] {
  const address = textAt(target, "status", "podIP") ?? "";
  return [...view.traces(0)].filter(({ purpose, from, out, start }) => purpose === "request" && start <= view.time && from !== "external" && callers.some(({ pod }) => pod.metadata.name === from.name && pod.metadata.namespace === from.namespace) && out.some(({ packet }) => packet.dst.startsWith(`${address}:`)));
}

/** "app=api", "namespace team=a", "10.0.0.0/8". */
function peerText(peer: unknown): string {
  const labels = (of: unknown): string => {
    const text = [...Object.entries((field(of, "matchLabels") ?? {}) as Record<string, string>).map(([key, value]) => `${key}=${value}`), ...listAt(of, "matchExpressions").map((one) => `${textAt(one, "key") ?? ""} ${textAt(one, "operator") ?? ""}`)].join(",");
    return text === "" ? "*" : text;
  };
  const block = textAt(peer, "ipBlock", "cidr");
  if (block !== undefined) return block;
  const [namespace, pod] = [field(peer, "namespaceSelector"), field(peer, "podSelector")];
  return [...(namespace === undefined ? [] : [`ns ${labels(namespace)}`]), ...(pod === undefined ? [] : [labels(pod)])].join(" / ");
}

function ruleLines(policy: KubeObject): Line[] {
  const lines = listAt(policy, "spec", "ingress").map((rule, i): Line => ({
    key: `gate/${i}`, tone: "none",
    text: listAt(rule, "from").map(peerText).join(", ") || t("policy.anyone"),
    value: `✓ ${listAt(rule, "ports").map((one) => `:${scalar(field(one, "port") ?? "*")}`).join(" ") || t("policy.port.any")}`,
  }));
  return [...lines, { key: "gate/else", text: t(lines.length === 0 ? "policy.anyone" : "policy.else"), value: `✗ ${t("policy.drop")}`, tone: "none" }];
}

function podBox(pod: KubeObject, sub: string): Box {
  const { tone, word } = podState(pod);
  return { key: placeKey(pod), ref: podRef(pod), role: "pod", title: pod.metadata.name, sub, tone, label: `Pod ${pod.metadata.name}, ${textAt(pod, "status", "podIP") ?? ""}, ${word}` };
}

const labelsText = (pod: KubeObject): string => Object.entries(pod.metadata.labels ?? {}).filter(([key]) => !key.includes("/") && key !== "pod-template-hash").map(([key, value]) => `${key}=${value}`)[0] ?? "–";

function scene(view: View, { focus: ref, level }: { readonly focus: Ref; readonly level: 0 | 1 | 2 }): Scene {
  const facts = factsOf(view, ref);
  const { policy, target, callers, port } = facts;
  if (target === undefined) return { root: { key: "root", role: "words", title: t("policy.empty"), tone: "none" }, edges: [], packets: [], notes: [] };
  const traces = requestsOf(view, facts);
  const { packets, newest } = travel(view, traces, (trace): Journey => {
    const from = trace.from === "external" ? undefined : trace.from;
    const asks = callers.find(({ pod }) => pod.metadata.name === from?.name);
    const dropped = trace.out.some(({ role }) => role === "policy");
    const dst = trace.out.at(-1)?.packet.dst ?? "";
    return { trace, stops: [placeKey(asks?.pod ?? target), "gate", ...(dropped ? [] : [placeKey(target)])], chooser: dropped ? -1 : 1, before: dst, after: dst, end: dropped ? "dropped" : "answered" };
  });
  const gate: Box = policy === undefined
    ? { key: "gate", role: "place", title: t("policy.none"), tone: "none" }
    : { key: "gate", ref, role: "rule", title: `NetworkPolicy ${ref.name}`, ...(level === 0 ? {} : { sub: `podSelector ${peerText({ podSelector: field(policy, "spec", "podSelector") })}${level === 2 ? ` · ${listAt(policy, "spec", "policyTypes").map(scalar).join(", ")}` : ""}` }), tone: "none", lines: ruleLines(policy), label: `NetworkPolicy ${ref.name}` };
  const edges: Edge[] = callers.map(({ pod, stopped }): Edge => ({ key: edgeKey(placeKey(pod), "gate"), from: placeKey(pod), to: "gate", means: "traffic", label: stopped === undefined ? "✓" : "✗", tone: stopped === undefined ? "none" : "failed" }));
  edges.push({ key: edgeKey("gate", placeKey(target)), from: "gate", to: placeKey(target), means: "traffic", label: `:${port}`, tone: "none", dim: callers.every(({ stopped }) => stopped !== undefined) });
  return {
    root: {
      key: "root", role: "group", title: "", tone: "none", flow: "column",
      children: [
        { key: "callers", role: "group", title: "", tone: "none", flow: "row", children: callers.map(({ pod }) => podBox(pod, level === 0 ? labelsText(pod) : `${pod.metadata.namespace ?? ""} ${labelsText(pod)}`)) },
        gate,
        podBox(target, level === 2 ? (textAt(target, "status", "podIP") ?? "") : labelsText(target)),
      ],
    },
    edges: lightWay(edges, newest, view.time), packets, notes: [],
  };
}

function caption(view: View, ref: Ref): Sentence {
  const facts = factsOf(view, ref);
  const { policy, target, callers, selected } = facts;
  const say = (key: string, args: Sentence["args"] = {}): Sentence => ({ key: `policy.caption.${key}`, args: { name: ref.name, target: target?.metadata.name ?? "", n: selected, ...args } });
  if (target === undefined) return policy === undefined ? { key: "policy.empty", args: {} } : say("nobody");
  const last = requestsOf(view, facts).at(-1);
  if (underway(view, last) && last.from !== "external") {
    const stopped = last.out.find(({ role }) => role === "policy")?.ref.name;
    return stopped === undefined ? say(policy === undefined ? "open" : "passed", { pod: last.from.name }) : say("dropped", { pod: last.from.name, name: stopped });
  }
  if (policy === undefined) return say("none");
  const allowed = callers.filter(({ stopped }) => stopped === undefined).length;
  return say(allowed === 0 ? "closed" : "steady", { allowed, all: callers.length });
}

/** Asks from a caller that may, or one that may not. */
function ask(id: string, allowed: boolean): Act {
  const line = (view: View, ref: Ref): string | undefined => {
    const { target, port, callers } = factsOf(view, ref);
    for (const { pod, stopped } of callers) {
      if ((stopped === undefined) !== allowed) continue;
      const command = execIn(podRef(pod), containersOf(view, pod), `http://${textAt(target, "status", "podIP") ?? ""}${port === 80 ? "" : `:${port}`}`);
      if (command !== undefined) return command;
    }
    return undefined;
  };
  return { id, title: `policy.act.${id}`, possible: (view, ref) => line(view, ref) !== undefined, run: (view, ref) => [line(view, ref) ?? ""] };
}

const pod = (name: string): string => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  labels:
    app: ${name}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: ${name}
    image: nginx
    ports:
    - containerPort: 80
`;

const policyYaml = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db-allow-api
spec:
  podSelector:
    matchLabels:
      app: db
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector:
        matchLabels:
          app: api
    ports:
    - port: 80
`;

export const networkPolicy: Concept = {
  id: "networkpolicy",
  evidence: [
    { word: /network[-_ ]?polic(y|ies)|\bnetpol\b|网络策略/i, weight: 12 },
    { word: /网络隔离|default[-_ ]?deny|白名单/i, weight: 5 },
  ],
  question: "policy.question",
  focus(view) {
    const object = view.list(policies)[0] ?? latest(view);
    return object === undefined ? undefined : { resource: policies, namespace: object.metadata.namespace ?? "", name: object.metadata.name };
  },
  scenario: {
    nodes: [{ name: "node1" }],
    manifests: [pod("api"), pod("web"), pod("db"), policyYaml].join("---\n"),
    actions: [
      { at: 7_000, run: "kubectl exec api -- curl -s -m 2 $(kubectl get pod db -o jsonpath='{.status.podIP}')" },
      { at: 10_000, run: "kubectl exec web -- curl -s -m 2 $(kubectl get pod db -o jsonpath='{.status.podIP}') || true" },
    ],
    end: 16_000,
  },
  scene,
  actions: [
    ask("allowed", true),
    ask("denied", false),
    { id: "closed", title: "policy.act.closed", possible: (view, ref) => listAt(view.get(ref), "spec", "ingress").length > 0, run: (_view, ref) => [`kubectl patch networkpolicy ${ref.name}${inNamespace(ref)} --type=json -p '[{"op":"remove","path":"/spec/ingress"}]'`] },
    { id: "delete", title: "policy.act.delete", possible: (view, ref) => view.get(ref) !== undefined, run: (_view, ref) => [`kubectl delete networkpolicy ${ref.name}${inNamespace(ref)}`] },
    {
      id: "restore", title: "policy.act.restore", possible: (view, ref) => view.get(ref) === undefined,
      run(view, ref) {
        const object = latest(view);
        return [`echo '${JSON.stringify({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: ref.name, namespace: ref.namespace }, spec: object?.["spec"] })}' | kubectl apply -f -`];
      },
    },
  ],
  caption,
  marks: (view, ref) => requestsOf(view, factsOf(view, ref)).slice(-20).map((trace) => ({ at: trace.start, key: "traffic.mark.requests", args: { n: 1 } })),
  poster: (view, ref) => posterAt(view, requestsOf(view, factsOf(view, ref))),
};
