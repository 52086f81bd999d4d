import type { KubeObject, Ms, Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { t } from "../../i18n/index";
import type { Concept } from "../concept";
import { field, imageRepository, imageTag, numberAt, ownerOf, textAt } from "../fields";
import { podRef, podState, shortPodName } from "../pod-state";
import { deploymentOfPod, rolloutsOf, versionNumber, versionText, type Rollouts } from "../rollout";
import type { Box, Edge, Packet, Scene, Sentence } from "../scene";
import { placeKey, slotsOf } from "../slots";
import { deploymentCaption } from "./deployment-caption";
import { deploymentScenario } from "./deployment-scenario";
import { deedsOf, type Deed } from "./deployment-tale";
import { inNamespace } from "./pod-containers";
import { container, nextImage } from "./rolling-update";

const deployments = "deployments.apps";
/** A pod needs so much to be read, px. */
const podWidth = 74;
/** How long a cause takes from box to box, and how long it stays in one, ms. */
const stride: Ms = 520;
const stay: Ms = 260;

const places = slotsOf("pods", (pod) => ownerOf(pod, "ReplicaSet")?.uid);

/** The Deployment whose template changed last. */
function focus(view: View): Ref | undefined {
  let best: Ref | undefined;
  let latest = -1;
  for (const object of view.list(deployments)) {
    const namespace = object.metadata.namespace ?? "";
    if (namespace === "kube-system") continue;
    const at = rolloutsOf(view, namespace, object.metadata.name).changes.at(-1)?.at ?? 0;
    if (at > latest) {
      latest = at;
      best = { resource: deployments, namespace, name: object.metadata.name };
    }
  }
  return best;
}

/** Its ReplicaSets in the order in which they came. */
export function setsOf(view: View, deployment: KubeObject, state: Rollouts): readonly KubeObject[] {
  return view
    .list("replicasets.apps", { namespace: deployment.metadata.namespace ?? "" })
    .filter((set) => ownerOf(set, "Deployment")?.uid === deployment.metadata.uid)
    .sort((a, b) => (state.sets.get(a.metadata.name)?.index ?? 0) - (state.sets.get(b.metadata.name)?.index ?? 0));
}

const isBusy = (set: KubeObject): boolean => (numberAt(set, "spec", "replicas") ?? 0) > 0 || (numberAt(set, "status", "replicas") ?? 0) > 0;

function scene(view: View, { focus: ref, width, level }: { readonly focus: Ref; readonly width: number; readonly level: 0 | 1 | 2 }): Scene {
  const deployment = view.get(ref);
  if (deployment === undefined) return { root: { key: "root", role: "words", title: t("deployment.empty"), tone: "none" }, edges: [], packets: [], notes: [] };
  const state = rolloutsOf(view, ref.namespace, ref.name);
  const all = setsOf(view, deployment, state);
  const busy = all.filter(isBusy);
  // The picture shows who has pods; the mechanism also what is kept for an undo.
  const shown = level === 0 ? (busy.length > 0 ? busy : all.slice(-1)) : all.filter((set) => isBusy(set)).concat(all.filter((set) => !isBusy(set)).slice(-2)).sort((a, b) => all.indexOf(a) - all.indexOf(b));
  const top = placeKey(deployment);
  const edges: Edge[] = [];
  const leaving: Box[] = [];
  const groups = shown.map((set) => setGroup(view, set, state, top, width / Math.max(1, busy.length), level, edges, leaving));
  const children: Box[] = [
    {
      key: top, ref, role: "deployment", title: `Deployment ${ref.name}`, tone: "none",
      sub: t("deployment.counts", { wanted: numberAt(deployment, "spec", "replicas") ?? 1, ready: numberAt(deployment, "status", "readyReplicas") ?? 0 }),
      ...(level >= 1 ? { badge: textAt(deployment, "spec", "template", "spec", "containers", 0, "image") ?? "" } : {}),
      label: `Deployment ${ref.name}`,
    },
    { key: "sets", role: "group", title: "", tone: "none", flow: "row", children: groups },
    // What leaves stands below, where it pushes nobody; its place is kept.
    { key: "shelf", role: "shelf", title: t("rolling.leaving"), tone: "none", flow: "row", children: leaving.length === 0 ? [] : [{ key: "shelf/words", role: "words", title: `${t("rolling.leaving")}:`, tone: "none" }, ...leaving.slice(0, 4), ...(leaving.length > 4 ? [{ key: "shelf/more", role: "more", title: `+${leaving.length - 4}`, tone: "none" } as const] : [])] },
  ];
  if (level === 2) children.splice(1, 0, conditions(deployment));
  const drawn: Scene = { root: { key: "root", role: "group", title: "", tone: "none", flow: "column", children }, edges, packets: [], notes: [] };
  return withCauses(drawn, causes(view, ref, top, edges), view.time);
}

function setGroup(view: View, set: KubeObject, state: Rollouts, top: string, room: number, level: number, edges: Edge[], leaving: Box[]): Box {
  const key = placeKey(set);
  const name = set.metadata.name;
  const wanted = numberAt(set, "spec", "replicas") ?? 0;
  const version = { version: versionNumber(state, name), tab: versionText(state, name) };
  const mine = [...places(view).values()].filter(({ group }) => group === key);
  const standing = new Map<number, Box>();
  for (const place of mine) {
    const pod = view.get({ resource: "pods", namespace: set.metadata.namespace ?? "", name: place.name });
    if (pod === undefined || placeKey(pod) !== place.key) continue;
    const { tone, word } = podState(pod);
    const short = shortPodName(pod.metadata.name);
    const label = `Pod ${pod.metadata.name}, ${textAt(pod, "status", "podIP") ?? ""}, ${word}`;
    if (place.slot === undefined) leaving.push({ key: place.key, ref: podRef(pod), role: "mini", title: short, tone: "leaving", ...version, label });
    else standing.set(place.slot, { key: place.key, ref: podRef(pod), role: "pod", title: level === 0 ? `Pod ${short}` : short, sub: level >= 1 && tone === "ready" ? (textAt(pod, "status", "podIP") ?? word) : word, ...(level === 2 ? { badge: textAt(pod, "spec", "nodeName") ?? "…" } : {}), tone, ...version, label });
  }
  const count = Math.max(wanted, 0, ...[...standing.keys()].map((slot) => slot + 1));
  const spread = count * podWidth + (count - 1) * 14 <= room - 24;
  const cells = Array.from({ length: count }, (_, slot): Box => {
    const box = standing.get(slot) ?? { key: `${key}/place:${slot}`, role: "place", title: "", tone: "off" };
    return spread ? box : { ...box, slot };
  });
  const pods: Box =
    count === 0 ? { key: `${key}/pods`, role: "place", title: t("deployment.nopods"), tone: "off" }
    : spread ? { key: `${key}/pods`, role: "group", title: "", tone: "none", flow: "row", children: cells }
    : { key: `${key}/pods`, role: "frame", title: "", tone: "none", flow: "grid", slots: count, children: cells };
  edges.push({ key: `${top}>${key}`, from: top, to: key, means: "owns", tone: "none" });
  if (spread) for (const [, box] of [...standing].sort(([a], [b]) => a - b)) edges.push({ key: `${key}>${box.key}`, from: key, to: box.key, means: "owns", tone: "none" });
  else if (count > 0) edges.push({ key: `${key}>pods`, from: key, to: `${key}/pods`, means: "owns", tone: "none" });
  return {
    key: `${key}/group`, role: "group", title: "", tone: "none", flow: "column",
    children: [
      {
        key, ref: { resource: "replicasets.apps", namespace: set.metadata.namespace ?? "", name }, role: "replicaset", title: `ReplicaSet ${level === 0 ? (name.split("-").pop() ?? name) : name}`,
        sub: t(level === 0 ? "deployment.counts" : "rolling.set", { wanted, desired: wanted, current: numberAt(set, "status", "replicas") ?? 0, ready: numberAt(set, "status", "readyReplicas") ?? 0 }),
        tone: "none", ...version, label: `ReplicaSet ${name}, ${t("rolling.set", { desired: wanted, current: numberAt(set, "status", "replicas") ?? 0, ready: numberAt(set, "status", "readyReplicas") ?? 0 })}`,
      },
      pods,
    ],
  };
}

function conditions(deployment: KubeObject): Box {
  const list = (field(deployment, "status", "conditions") as readonly { type?: string; status?: string; reason?: string }[] | undefined) ?? [];
  return {
    key: "conditions", role: "rule", title: `generation ${deployment.metadata.generation ?? 1} · observed ${numberAt(deployment, "status", "observedGeneration") ?? 0}`, tone: "none",
    lines: list.map(({ type = "", status = "", reason = "" }) => ({ key: `conditions/${type}`, text: `${type} ${status}`, value: reason, tone: "none" })),
  };
}

/** A cause under way: Deployment → ReplicaSet where the number changed there, ReplicaSet → Pod where one was made. */
function causes(view: View, ref: Ref, top: string, edges: readonly Edge[]): readonly Packet[] {
  const long = 3 * stay + 2 * stride;
  const recent = deedsOf(view, ref).filter(({ at }) => at > view.time - long - 400);
  const uidOf = new Map(view.list("replicasets.apps", { namespace: ref.namespace }).map((set) => [set.metadata.name, placeKey(set)]));
  const known = new Set(edges.map(({ key }) => key));
  const packets: Packet[] = [];
  for (const deed of recent) {
    if (deed.is === "set") {
      const set = uidOf.get(deed.set);
      if (set === undefined || !known.has(`${top}>${set}`)) continue;
      const label = `replicas ${deed.from} → ${deed.to}`;
      packets.push({ key: `set:${set}:${deed.at}`, kind: "request", legs: legs(deed.at, [top, `${top}>${set}`, set], label) });
    } else if (deed.is === "created") {
      const set = uidOf.get(deed.set);
      const on = `${set ?? ""}>${deed.uid}`;
      if (set === undefined || !known.has(on)) continue;
      // Made because the Deployment asked for it: it begins when that message has come.
      const ordered = recent.find((one): one is Extract<Deed, { is: "set" }> => one.is === "set" && one.set === deed.set && one.to > one.from && one.at <= deed.at && deed.at - one.at < stride);
      const from = ordered === undefined ? deed.at : Math.max(deed.at, ordered.at + stay + stride);
      packets.push({ key: `pod:${deed.uid}`, kind: "request", legs: legs(from, [set, on, deed.uid], "") });
    }
  }
  return packets;
}

function legs(from: Ms, path: readonly [string, string, string], label: string): Packet["legs"] {
  const words = label === "" ? {} : { label };
  const [a, edge, b] = path;
  return [
    { on: a, from, until: from + stay, ...words },
    { on: edge, from: from + stay, until: from + stay + stride, ...words },
    { on: b, from: from + stay + stride, until: from + 2 * stay + stride, ...words },
  ];
}

/** Whoever acts now stands out. */
function withCauses(drawn: Scene, packets: readonly Packet[], now: Ms): Scene {
  const lit = new Set(packets.flatMap(({ legs: of }) => of.filter(({ from, until }) => now >= from && now < until).map(({ on }) => on)));
  if (packets.length === 0) return drawn;
  const walk = (box: Box): Box => ({ ...box, ...(lit.has(box.key) ? { lit: true } : {}), ...(box.children === undefined ? {} : { children: box.children.map(walk) }) });
  return { ...drawn, root: walk(drawn.root), edges: drawn.edges.map((edge) => (lit.has(edge.key) ? { ...edge, lit: true } : edge)), packets };
}

/** The pod that one would delete: ready, in the lowest slot. */
const victim = (view: View, ref: Ref): string | undefined => {
  const key = `${ref.namespace}/${ref.name}`;
  const slots = places(view);
  return view
    .list("pods", { namespace: ref.namespace })
    .filter((pod) => deploymentOfPod(pod) === key && pod.metadata.deletionTimestamp === undefined)
    .sort((a, b) => (podState(a).tone === "ready" ? 0 : 1) - (podState(b).tone === "ready" ? 0 : 1) || (slots.get(placeKey(a))?.slot ?? 99) - (slots.get(placeKey(b))?.slot ?? 99))[0]?.metadata.name;
};

export const deploymentConcept: Concept = {
  id: "deployment",
  evidence: [
    { word: /\bdeploy(ment)?s?\b/i, weight: 6 },
    { word: /\breplica[-_ ]?sets?\b|\brs\b|副本(集|控制器)/i, weight: 5 },
    { word: /副本|replicas?\b/i, weight: 2 },
    { word: /自愈|self[-_ ]?heal|扩缩容|扩容|缩容|\bscal(e|ing)\b/i, weight: 2 },
    { word: /部署/, weight: 1 },
  ],
  question: "deployment.question",
  focus,
  scenario: deploymentScenario,
  scene,
  actions: [
    { id: "delete", title: "deployment.act.delete", possible: (view, ref) => victim(view, ref) !== undefined, run: (view, ref) => [`kubectl delete pod ${victim(view, ref) ?? ""}${inNamespace(ref)}`] },
    {
      id: "image",
      title: "deployment.act.image",
      possible: (view, ref) => view.get(ref) !== undefined,
      run(view, ref) {
        const { name, image } = container(view, ref);
        const next = nextImage(image);
        return [next === undefined ? `kubectl rollout restart deployment/${ref.name}${inNamespace(ref)}` : `kubectl set image deployment/${ref.name}${inNamespace(ref)} ${name}=${next}`];
      },
    },
    {
      id: "broken",
      title: "rolling.act.broken",
      possible: (view, ref) => imageTag(container(view, ref).image) !== "v9",
      run(view, ref) {
        const { name, image } = container(view, ref);
        return [`kubectl set image deployment/${ref.name}${inNamespace(ref)} ${name}=${imageRepository(image)}:v9`];
      },
    },
    { id: "undo", title: "rolling.act.undo", possible: (view, ref) => rolloutsOf(view, ref.namespace, ref.name).sets.size > 1, run: (_view, ref) => [`kubectl rollout undo deployment/${ref.name}${inNamespace(ref)}`] },
    {
      id: "scale",
      title: "deployment.act.scale",
      slider: { min: 0, max: 8, value: (view, ref) => numberAt(view.get(ref), "spec", "replicas") ?? 1 },
      run: (_view, ref, value = 3) => [`kubectl scale deployment/${ref.name}${inNamespace(ref)} --replicas=${value}`],
    },
  ],
  caption: deploymentCaption,
  marks(view, ref) {
    return deedsOf(view, ref).flatMap((deed): (Sentence & { readonly at: Ms })[] => {
      if (deed.is === "scaled") return [{ at: deed.at, key: "deployment.mark.scaled", args: { from: deed.from, to: deed.to } }];
      if (deed.is === "template") return [{ at: deed.at, key: "deployment.mark.template", args: { tag: deed.tag } }];
      if (deed.is === "gone" && deed.missed) return [{ at: deed.at, key: "deployment.mark.gone", args: { pod: shortPodName(deed.name) } }];
      return [];
    });
  },
  poster: (view) => ({ time: view.time, level: 0 }),
};
