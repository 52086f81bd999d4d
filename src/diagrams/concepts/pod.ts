import type { KubeObject, Ref } from "../../cluster/model";
import type { RequestTrace } from "../../cluster/network/trace";
import type { View } from "../../cluster/view";
import { t } from "../../i18n/index";
import type { Concept } from "../concept";
import { field, listAt, textAt } from "../fields";
import { podState } from "../pod-state";
import type { Box, Edge, Line, Scene } from "../scene";
import { placeKey } from "../slots";
import { podCaption } from "./pod-caption";
import { chiefPod, containerAt, containerNamed, containersOf, execIn, inNamespace, type ContainerFacts } from "./pod-containers";
import { podMarks } from "./pod-marks";
import { followed, followIn, travel, type Station } from "./pod-packets";
import { podScenario } from "./pod-scenario";

/** Below this a container has no room for "Container(name)". */
const roomy = 560;

const partKey = (name: string): string => `container:${name}`;
const appKey = (name: string): string => `app:${name}`;

function scene(view: View, { focus: ref, width, level }: { readonly focus: Ref; readonly width: number; readonly level: 0 | 1 | 2 }): Scene {
  const pod = view.get(ref);
  if (pod === undefined) return { root: { key: "root", role: "words", title: t("pod.empty"), tone: "none" }, edges: [], packets: [], notes: [] };
  const containers = containersOf(view, pod);
  const inits = containers.filter(({ kind }) => kind === "init");
  const staying = containers.filter(({ kind }) => kind !== "init");
  const wide = width >= roomy || staying.length === 1;
  const address = textAt(pod, "status", "podIP") ?? "";
  const volumes = level === 0 ? [] : volumesOf(pod, level === 2);
  const state = podState(pod);

  const row: Box = { key: "containers", role: "group", title: "", tone: "none", flow: "row", children: staying.map((one) => containerBox(view, ref, one, level, wide)) };
  const shared: Box =
    level === 0
      ? { key: "net", ref, role: "device", title: address === "" ? t("pod.address.none") : `${address} · localhost`, sub: t(staying.length > 1 ? "pod.shared" : "pod.shared.one"), tone: "none" }
      : {
          key: "net",
          role: "frame",
          title: t("pod.namespace"),
          tone: "none",
          flow: "row",
          children: [
            { key: "pause", ref, role: "pause", title: "pause", sub: t("pod.pause"), tone: "none", tip: t("pod.pause.tip"), label: `pause, ${t("pod.pause.tip")}` },
            { key: "lo", ref, role: "device", title: "lo", sub: "127.0.0.1", tone: "none", tip: t("pod.lo.tip"), label: `lo, ${t("pod.lo.tip")}` },
            { key: "eth0", ref, role: "device", title: "eth0", sub: address === "" ? "…" : address, tone: "none", tip: t("pod.eth0.tip"), label: `eth0 ${address}` },
          ],
        };
  // What they share on disk stands above the containers, what they share of the network below: so no two lines cross.
  const children: Box[] = inits.length === 0 ? [] : [initRow(ref, inits)];
  if (volumes.length > 0) children.push({ key: "volumes", role: "group", title: "", tone: "none", flow: "row", children: volumes.map(({ name, kind }) => ({ key: `volume:${name}`, ref, role: "volume", title: name, sub: kind, tone: "none", label: `${t("pod.volume")} ${name}, ${kind}` })) });
  children.push(row, shared);

  const edges: Edge[] = staying.map((one) => ({ key: `${partKey(one.name)}>net`, from: partKey(one.name), to: "net", means: "uses", tone: "none" }));
  for (const one of staying)
    for (const { volume, path } of one.mounts)
      if (volumes.some(({ name }) => name === volume)) edges.push({ key: `${partKey(one.name)}>volume:${volume}`, from: partKey(one.name), to: `volume:${volume}`, means: "uses", ...(wide && level === 1 && staying.length < 4 ? { label: path } : {}), tone: "none" });
  for (let i = 1; i < inits.length; i++) edges.push({ key: `init:${i}`, from: `init:${inits[i - 1]?.name ?? ""}`, to: `init:${inits[i]?.name ?? ""}`, means: "uses", tone: "none" });

  const drawn: Scene = {
    root: {
      key: placeKey(pod),
      ref,
      role: "pod",
      title: `Pod(${ref.name})`,
      badge: width >= 420 ? [address, state.word].filter((word) => word !== "").join(" · ") : state.word,
      ...(level === 2 ? { sub: [`QoS ${textAt(pod, "status", "qosClass") ?? "…"}`, textAt(pod, "spec", "nodeName") ?? t("pod.node.none"), `restartPolicy ${textAt(pod, "spec", "restartPolicy") ?? "Always"}`].join(" · ") } : {}),
      tone: state.tone,
      flow: "column",
      children,
      label: `Pod ${ref.name}, ${address}, ${state.word}`,
    },
    edges,
    packets: [],
    notes: [],
  };
  const trace = followed(view, (one) => insideOf(one, ref));
  return trace === undefined ? drawn : followIn(drawn, travel(trace, stationsOf(trace, containers, level), edges, view.time));
}

/** A request that never leaves this pod. */
export const insideOf = (trace: RequestTrace, ref: Ref): boolean =>
  trace.from !== "external" && trace.from.resource === "pods" && trace.from.name === ref.name && trace.from.namespace === ref.namespace && trace.out.some(({ role }) => role === "lo");

/** Who asks and who answers inside one pod. */
export function partiesOf(trace: RequestTrace, containers: readonly ContainerFacts[]): { readonly asks: ContainerFacts | undefined; readonly answers: ContainerFacts | undefined } {
  const answers = containerAt(containers, trace.request.port);
  const asks = (trace.from === "external" ? undefined : containerNamed(containers, trace.from)) ?? containers.find((one) => one !== answers && one.kind !== "init");
  return { asks, answers };
}

function stationsOf(trace: RequestTrace, containers: readonly ContainerFacts[], level: number): readonly Station[] {
  const { asks, answers } = partiesOf(trace, containers);
  const label = `127.0.0.1 → ${trace.out[0]?.packet.dst ?? `127.0.0.1:${trace.request.port}`}`;
  const way: Station[] = asks === undefined ? [] : [{ on: appKey(asks.name), label }, { on: partKey(asks.name), label, pass: true }];
  if (level === 0) way.push({ on: "net", label });
  else way.push({ on: "net", label, pass: true }, { on: "lo", label }, { on: "net", label, pass: true });
  if (answers !== undefined && trace.out.some(({ role }) => role === "process")) way.push({ on: partKey(answers.name), label, pass: true }, { on: appKey(answers.name), label });
  return way;
}

function containerBox(view: View, ref: Ref, one: ContainerFacts, level: number, wide: boolean): Box {
  const part = { ...ref, part: `container/${one.name}` };
  const due = view.due(part);
  const waits = due === undefined || (due.what !== "restart" && due.what !== "pull") ? undefined : Math.max(0, Math.ceil((due.at - view.time) / 1000));
  const word = waits === undefined ? one.word : `${one.word}, ${t("pod.again", { n: waits })}`;
  const kind = one.kind === "sidecar" ? "Sidecar" : "Container";
  const lines: Line[] = level === 0 ? [] : linesOf(one, level);
  return {
    key: partKey(one.name),
    ref: part,
    role: "container",
    title: wide ? `${kind}(${one.name})` : one.name,
    sub: one.restarts > 0 ? `${word} · ${t("pod.restarts", { n: one.restarts })}` : word,
    tone: one.tone,
    flow: "column",
    children: [
      {
        key: appKey(one.name),
        ref: part,
        role: "app",
        title: wide ? `Application(${one.app})` : one.app,
        ...(lines.length === 0 && one.ports.length > 0 ? { sub: one.ports.map((port) => `:${port}`).join(" ") } : {}),
        tone: "none",
        ...(lines.length === 0 ? {} : { lines }),
        label: `${t("pod.application")} ${one.app}, ${one.image}`,
        tip: one.image,
      },
    ],
    label: `${kind} ${one.name}, ${word}, ${t("pod.restarts", { n: one.restarts })}`,
  };
}

function linesOf(one: ContainerFacts, level: number): Line[] {
  const lines: Line[] = [];
  const line = (key: string, text: string, value?: string, tone: Line["tone"] = "none", lit = false): void => {
    lines.push({ key: `${appKey(one.name)}/${key}`, text, ...(value === undefined ? {} : { value }), tone, lit });
  };
  if (level === 2 || one.ports.length === 0) line("image", one.image);
  for (const port of one.ports) line(`port:${port}`, t("pod.listens"), `:${port}`);
  for (const probe of one.probes)
    line(probe.kind, level === 2 ? `${probe.kind} ${probe.how}` : probe.kind, probe.failed > 0 ? `✗ ${probe.failed}/${probe.threshold}` : probe.tone === "ready" ? "✓" : "…", "none", probe.failed > 0);
  if (level === 2) for (const { volume, path } of one.mounts) line(`mount:${path}`, path, volume);
  return lines;
}

function initRow(ref: Ref, inits: readonly ContainerFacts[]): Box {
  return {
    key: "inits",
    role: "group",
    title: "",
    tone: "none",
    flow: "row",
    children: inits.map((one, i) => ({ key: `init:${one.name}`, ref: { ...ref, part: `container/${one.name}` }, role: "init", title: `${i + 1}. ${one.name}`, sub: one.word, tone: one.tone === "off" ? "ready" : one.tone, label: `${t("pod.init")} ${one.name}, ${one.word}` })),
  };
}

/** What the containers may share on disk. The token that every pod gets is shown only where everything is. */
function volumesOf(pod: KubeObject, all: boolean): readonly { readonly name: string; readonly kind: string }[] {
  return listAt(pod, "spec", "volumes")
    .map((volume) => {
      const kind = Object.keys((volume ?? {}) as object).find((key) => key !== "name") ?? "";
      const source = textAt(volume, kind, "claimName") ?? textAt(volume, kind, "name") ?? textAt(volume, kind, "secretName") ?? textAt(volume, kind, "path");
      return { name: textAt(volume, "name") ?? "", kind: source === undefined ? kind : `${kind} ${source}` };
    })
    .filter(({ name }) => all || !name.startsWith("kube-api-access-"));
}

const chief = (view: View, ref: Ref, wanted: (one: ContainerFacts) => boolean): ContainerFacts | undefined => {
  const pod = view.get(ref);
  return pod === undefined ? undefined : containersOf(view, pod).find((one) => one.kind !== "init" && wanted(one));
};

const localhost = (view: View, ref: Ref): string | undefined => {
  const pod = view.get(ref);
  if (pod === undefined) return undefined;
  const containers = containersOf(view, pod);
  const port = containers.flatMap(({ ports }) => ports)[0];
  return execIn(ref, containers, `http://localhost${port === undefined || port === 80 ? "" : `:${port}`}`);
};

/** The container that one would break: the one that serves. */
const server = (view: View, ref: Ref): ContainerFacts | undefined => chief(view, ref, ({ ports, running }) => running && ports.length > 0) ?? chief(view, ref, ({ running }) => running);

export const podConcept: Concept = {
  id: "pod",
  evidence: [
    { word: /(^|[^a-z])pods?($|[^a-z])/i, weight: 5 },
    { word: /容器组|豆荚/, weight: 5 },
    { word: /sidecar|边车|init ?containers?|初始化容器|emptydir/i, weight: 4 },
    { word: /\bcontainers?\b|容器/i, weight: 2 },
    { word: /nginx ?pod|pod ?nginx|k8s pod/i, weight: 1 },
  ],
  question: "pod.question",
  focus: (view) => chiefPod(view),
  scenario: podScenario,
  scene,
  actions: [
    {
      id: "localhost",
      title: "pod.act.localhost",
      possible: (view, ref) => localhost(view, ref) !== undefined,
      run: (view, ref) => [localhost(view, ref) ?? ""].filter((line) => line !== ""),
    },
    {
      id: "crash",
      title: "pod.act.crash",
      possible: (view, ref) => server(view, ref) !== undefined,
      run: (view, ref) => [`k8s-sim fault crash ${ref.name} ${server(view, ref)?.name ?? ""}${inNamespace(ref)}`],
    },
    {
      id: "probe",
      title: "pod.act.probe",
      possible: (view, ref) => chief(view, ref, ({ probes, running }) => running && probes.some(({ kind }) => kind !== "startup")) !== undefined,
      run(view, ref) {
        const one = chief(view, ref, ({ probes, running }) => running && probes.some(({ kind }) => kind !== "startup"));
        const kind = one?.probes.some((probe) => probe.kind === "liveness") === true ? "liveness" : "readiness";
        return [`k8s-sim fault fail-${kind} ${ref.name}${inNamespace(ref)}`];
      },
    },
    {
      id: "mend",
      title: "pod.act.mend",
      possible: (view, ref) => chief(view, ref, ({ probes }) => probes.some(({ kind, failed }) => kind === "readiness" && failed > 0)) !== undefined,
      run: (_view, ref) => [`k8s-sim fault mend ${ref.name}${inNamespace(ref)}`],
    },
    { id: "delete", title: "pod.act.delete", possible: (view, ref) => field(view.get(ref), "metadata", "deletionTimestamp") === undefined, run: (_view, ref) => [`kubectl delete pod ${ref.name}${inNamespace(ref)} --wait=false`] },
  ],
  caption: podCaption,
  marks: podMarks,
  poster: (view) => ({ time: view.time, level: 1 }),
};
