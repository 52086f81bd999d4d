import type { KubeObject, Ms, Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { t } from "../../i18n/index";
import type { Act, Concept } from "../concept";
import { field, listAt, numberAt } from "../fields";
import { foldLog } from "../log-fold";
import { podRef, podState } from "../pod-state";
import { growingEnd } from "../requests";
import type { Box, Edge, Line, Scene, Sentence, Tone } from "../scene";
import { placeKey } from "../slots";
import { chiefPod, containersOf, inNamespace, type ContainerFacts, type ProbeFacts } from "./pod-containers";
import { podMarks, lifeOf } from "./pod-marks";
import { serviceFacts, serviceRef, type ServiceFacts } from "./traffic-facts";

const kinds = ["startup", "liveness", "readiness"] as const;

/** The states that each pod passed, by uid. */
const states = foldLog<ReadonlyMap<string, readonly { readonly at: Ms; readonly tone: Tone; readonly word: string }[]>>(new Map(), (all, { ref, type, object, at }) => {
  if (ref.resource !== "pods" || type === "DELETED") return all;
  const { tone, word } = podState(object);
  const before = all.get(object.metadata.uid) ?? [];
  return before.at(-1)?.tone === tone && before.at(-1)?.word === word ? all : new Map(all).set(object.metadata.uid, [...before.slice(-60), { at, tone, word }]);
});

const probesIn = (pod: KubeObject): boolean => listAt(pod, "spec", "containers").some((one) => kinds.some((kind) => field(one, `${kind}Probe`) !== undefined));

/** The container that the picture is about: the first with a probe. */
const probed = (view: View, pod: KubeObject): ContainerFacts | undefined => containersOf(view, pod).find(({ probes }) => probes.length > 0);

/** A Service that sends to the pod while it is ready. */
function serviceOf(view: View, pod: KubeObject): ServiceFacts | undefined {
  for (const object of view.list("services", { namespace: pod.metadata.namespace ?? "" })) {
    const facts = serviceFacts(view, serviceRef(object));
    if (facts?.pods.some((one) => one.pod.metadata.uid === pod.metadata.uid) === true) return facts;
  }
  return undefined;
}

/** How a probe stands: "✓", "2 of 3 failed", or that it waits for the startup probe. */
function standing(probe: ProbeFacts, all: readonly ProbeFacts[], running: boolean): string {
  if (!running || (probe.kind !== "startup" && all.some(({ kind, tone }) => kind === "startup" && tone !== "ready"))) return t("probes.waits");
  if (probe.failed > 0) return t("probes.failed", { failed: Math.min(probe.failed, probe.threshold), threshold: probe.threshold });
  return probe.tone === "ready" ? "✓" : t("probes.asks");
}

function scene(view: View, { focus: ref, level }: { readonly focus: Ref; readonly level: 0 | 1 | 2 }): Scene {
  const pod = view.get(ref);
  const container = pod === undefined ? undefined : probed(view, pod);
  if (pod === undefined || container === undefined) return { root: { key: "root", role: "words", title: t("probes.empty"), tone: "none" }, edges: [], packets: [], notes: [] };
  const { tone, word } = podState(pod);
  const service = serviceOf(view, pod);
  const behind = service?.pods.find((one) => one.pod.metadata.uid === pod.metadata.uid);
  const spec = listAt(pod, "spec", "containers").find((one) => field(one, "name") === container.name);
  const lines = container.probes.flatMap((probe): Line[] => {
    const failing = probe.failed > 0;
    const own: Line = { key: `probe/${probe.kind}`, text: `${probe.kind} ${probe.how}`, value: standing(probe, container.probes, container.running), tone: "none", lit: failing };
    const more = (what: string, text: string): Line => ({ key: `probe/${probe.kind}/${what}`, text, tone: "off" });
    const numbers = ["initialDelay", "period", "timeout"].map((name) => `${name} ${numberAt(spec, `${probe.kind}Probe`, `${name}Seconds`) ?? 0}s`).join(" · ");
    return [own, ...(level === 0 ? [] : [more("then", t(`probes.then.${probe.kind}`))]), ...(level === 2 ? [more("numbers", numbers)] : [])];
  });
  const passed = states(view).get(pod.metadata.uid) ?? [];
  const from = passed[0]?.at ?? 0;
  const end = growingEnd(from, view.time, 30_000);
  const x = (at: Ms): number => Math.min(1, Math.max(0, (at - from) / (end - from)));
  const strip: Box = {
    key: "states", role: "strip", title: t("probes.states"), badge: t("pod.restarts", { n: container.restarts }), tone: "none",
    spans: passed.map(({ at, tone: of, word: says }, i) => ({ key: `span:${at}:${i}`, from: x(at), to: x(passed[i + 1]?.at ?? view.time), tone: of, text: says })),
    label: `${t("probes.states")}: ${word}`,
  };
  const frame: Box = {
    key: placeKey(pod), ref, role: "pod", title: `Pod ${ref.name}`, badge: word, tone, flow: "column", label: `Pod ${ref.name}, ${word}`,
    children: [{ key: "container", ref: { ...podRef(pod), part: `container/${container.name}` }, role: "rule", title: `Container ${container.name}`, tone: "none", lines, label: `Container ${container.name}, ${container.word}` }],
  };
  const edges: Edge[] = service === undefined ? [] : [{ key: "service>pod", from: "service", to: placeKey(pod), means: "traffic", label: t(behind?.ready === true ? "probes.in" : "probes.out"), tone: behind?.ready === true ? "none" : "failed", dim: behind?.ready !== true }];
  return {
    root: { key: "root", role: "group", title: "", tone: "none", flow: "column", children: [...(service === undefined ? [] : [{ key: "service", ref: service.ref, role: "service", title: `Service ${service.name}`, sub: `${service.address}:${service.port}`, tone: "none", label: `Service ${service.name}` } satisfies Box]), frame, strip] },
    edges, packets: [], notes: [],
  };
}

function caption(view: View, ref: Ref): Sentence {
  const pod = view.get(ref);
  const container = pod === undefined ? undefined : probed(view, pod);
  if (pod === undefined || container === undefined) return { key: "probes.empty", args: {} };
  const say = (key: string, args: Sentence["args"] = {}): Sentence => ({ key: `probes.caption.${key}`, args: { pod: ref.name, container: container.name, n: container.restarts, ...args } });
  const failing = (kind: ProbeFacts["kind"]): ProbeFacts | undefined => container.probes.find((one) => one.kind === kind && one.failed > 0);
  for (const kind of ["startup", "liveness"] as const) {
    const probe = failing(kind);
    if (probe !== undefined && container.running) return say(kind, { failed: Math.min(probe.failed, probe.threshold), threshold: probe.threshold });
  }
  const restarted = [...lifeOf(view, ref)].reverse().find(({ is }) => is === "restart");
  if (container.restarts > 0 && (!container.running || (restarted !== undefined && view.time - restarted.at < 4000))) return say("restarted");
  if (container.running && container.probes.some(({ kind, tone }) => kind === "startup" && tone !== "ready")) return say("starting");
  const readiness = failing("readiness");
  if (readiness !== undefined) return say(podState(pod).tone === "ready" ? "readiness" : "out", { failed: Math.min(readiness.failed, readiness.threshold), threshold: readiness.threshold });
  return say(podState(pod).tone === "ready" ? "steady" : "waiting");
}

const fail = (kind: ProbeFacts["kind"]): Act => ({
  id: `fail-${kind}`,
  title: `probes.act.${kind}`,
  possible: (view, ref) => {
    const pod = view.get(ref);
    const container = pod === undefined ? undefined : probed(view, pod);
    return container?.running === true && container.probes.some((one) => one.kind === kind && one.failed === 0);
  },
  run: (_view, ref) => [`k8s-sim fault fail-${kind} ${ref.name}${inNamespace(ref)}`],
});

const http = (kind: string, path: string, period: number, threshold: number): string => `    ${kind}Probe:
      httpGet:
        path: ${path}
        port: 80
      periodSeconds: ${period}
      failureThreshold: ${threshold}
`;

export const probes: Concept = {
  id: "probes",
  parent: "pod",
  evidence: [
    { word: /\bprobes?\b|探针|健康检查|health[-_ ]?checks?/i, weight: 10 },
    { word: /liveness|readiness|startup ?probe|存活|就绪/i, weight: 8 },
  ],
  question: "probes.question",
  focus: (view) => chiefPod(view, probesIn),
  scenario: {
    nodes: [{ name: "node1" }],
    manifests: `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
  - name: web
    image: nginx
    ports:
    - containerPort: 80
${http("startup", "/", 1, 10)}${http("liveness", "/", 2, 3)}${http("readiness", "/", 2, 2)}---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
`,
    actions: [
      { at: 10_000, run: "k8s-sim fault fail-readiness web" },
      { at: 20_000, run: "k8s-sim fault mend web" },
      { at: 28_000, run: "k8s-sim fault fail-liveness web" },
    ],
    end: 45_000,
  },
  scene,
  actions: [fail("readiness"), fail("liveness"), { id: "mend", title: "probes.act.mend", possible: (view, ref) => containersOf(view, view.get(ref) ?? ({ metadata: {} } as KubeObject)).some(({ probes: of }) => of.some(({ failed }) => failed > 0)), run: (_view, ref) => [`k8s-sim fault mend ${ref.name}${inNamespace(ref)}`] }],
  caption,
  marks: podMarks,
  poster: (view) => ({ time: view.time, level: 0 }),
};
