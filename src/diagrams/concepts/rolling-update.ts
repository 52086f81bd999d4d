import type { KubeObject, Ms, Ref } from "../../cluster/model";
import type { RequestTrace } from "../../cluster/network/trace";
import type { View } from "../../cluster/view";
import { t } from "../../i18n/index";
import type { Concept } from "../concept";
import { field, imageRepository, imageTag, numberAt, ownerOf, textAt } from "../fields";
import { podRef, podState, shortPodName } from "../pod-state";
import { growingEnd, requestStrip, type RequestStrip } from "../requests";
import { deploymentOfPod, foldRows, ladder, rolloutsOf, settled, versionNumber, versionText, type Chip, type Rollouts, type Step } from "../rollout";
import type { Box, Guide, Scene } from "../scene";
import { placeKey, slotsOf } from "../slots";
import { strategyOf, type Strategy } from "../strategy";
import { rollingCaption } from "./rolling-update-caption";
import { rollingScenario } from "./rolling-update-scenario";

/** Rows of the ladder, the folded ones not counted. */
const mostRows = 8;
/** More columns than this can't be read: pods of one version and state become one chip with their number. */
const mostColumns = 10;

const places = slotsOf("pods", deploymentOfPod, (pod) => (podState(pod).tone === "ready" ? ownerOf(pod, "ReplicaSet")?.name : undefined));

const deployments = "deployments.apps";

function focus(view: View): Ref | undefined {
  // The Deployment whose template changed last; before any roll-out, the first by name.
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

/** `4.2 s` of virtual time since the picture's beginning. */
export function seconds(ms: Ms): string {
  if (ms >= 600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms >= 20_000) return `${Math.round(ms / 1000)} s`;
  return `${(Math.round(ms / 100) / 10).toFixed(1)} s`;
}

function scene(view: View, { focus: ref, width, level, head }: { readonly focus: Ref; readonly width: number; readonly level: 0 | 1 | 2; readonly head?: View }): Scene {
  const deployment = view.get(ref);
  if (deployment === undefined) return { root: { key: "root", role: "words", title: t("rolling.empty"), tone: "none" }, edges: [], packets: [], notes: [] };
  const strategy = strategyOf(deployment);
  const state = rolloutsOf(view, ref.namespace, ref.name);
  const newest = head ?? view;
  const whole = head === undefined ? state : rolloutsOf(head, ref.namespace, ref.name);
  const rows = ladder(whole, newest.time);
  const compact = strategy.max > mostColumns;
  const start = startOf(whole, rows);

  const grid: Box = {
    key: "lanes",
    role: "group",
    title: "",
    tone: "none",
    flow: "lanes",
    slots: compact ? 4 : columnsOf(strategy, rows),
    axis: rows.length > 0,
    guides: compact ? [] : guidesOf(strategy, width >= 420),
    children: [nowLane(view, ref, state, strategy, compact, start), ...ladderLanes(whole, rows, start, compact, view.time)],
  };
  const requests = requestsOf(newest, ref, whole, Math.max(0, start - 1000));
  const children: Box[] = [grid];
  if (requests !== undefined) children.push(requests.box);
  if (level >= 1) children.unshift(replicaSets(view, deployment, state));
  if (level >= 2) children.splice(1, 0, arithmetic(state, strategy));
  return {
    root: {
      key: placeKey(deployment),
      ref,
      role: "deployment",
      title: `Deployment ${ref.name}`,
      badge: t(strategy.recreate ? "rolling.terms.recreate" : "rolling.terms", { replicas: strategy.replicas, surge: strategy.surge, unavailable: strategy.unavailable }),
      tone: "none",
      flow: "column",
      children,
      label: `Deployment ${ref.name}`,
    },
    edges: [],
    packets: [],
    notes: [],
    legend: legendOf(whole),
  };
}

/** Times count from the change of the template that these rows are about. */
export const startOf = (state: Rollouts, rows: readonly Step[]): Ms => Math.max(rows[0]?.at ?? 0, rows.length > 1 ? (state.changes.filter(({ at }) => at <= (rows[1]).at).at(-1)?.at ?? 0) : 0);

/** Room for the surge, and for what an earlier row needed when the reader changes the strategy meanwhile. */
const columnsOf = (strategy: Strategy, rows: readonly Step[]): number => Math.max(strategy.max, 1, ...rows.map(({ chips }) => Math.min(mostColumns + 2, chips.length)));

function guidesOf({ min, replicas, max, recreate }: Strategy, room: boolean): Guide[] {
  if (recreate) return replicas === 0 ? [] : [guide("replicas", replicas, room)];
  const guides: Guide[] = [];
  if (min > 0) guides.push(guide("min", min, room));
  if (replicas > 0 && replicas !== min) guides.push(guide("replicas", replicas, room));
  if (max !== replicas) guides.push(guide("max", max, room));
  return guides;
}

const guide = (name: "min" | "replicas" | "max", n: number, room: boolean): Guide => ({
  key: `guide:${name}`,
  after: n,
  short: t(`rolling.guide.${name}`, { n }),
  long: room ? t(`rolling.guide.${name}.long`, { n }) : "",
});

/** The present: each pod in its slot with its name, what leaves on the shelf. */
function nowLane(view: View, ref: Ref, state: Rollouts, strategy: Strategy, compact: boolean, start: Ms): Box {
  const key = `${ref.namespace}/${ref.name}`;
  const mine = [...places(view).values()].filter(({ group }) => group === key);
  const standing: Box[] = [];
  const leaving: Box[] = [];
  const taken = new Set<number>();
  for (const place of mine) {
    const pod = view.get({ resource: "pods", namespace: ref.namespace, name: place.name });
    if (pod === undefined) continue;
    const set = ownerOf(pod, "ReplicaSet")?.name ?? "";
    const box = place.slot === undefined ? leavingPod(view, pod, state, set, place.leavingSince ?? view.time) : standingPod(view, pod, state, set, place.slot);
    if (place.slot === undefined) leaving.push(box);
    else if (!compact) {
      standing.push(box);
      taken.add(place.slot);
    }
  }
  if (compact) standing.push(...counted(state, state.steps.at(-1)?.chips ?? [], "now"));
  else
    for (let slot = 0; slot < strategy.max; slot++)
      if (!taken.has(slot)) standing.push({ key: `place:${slot}`, role: "place", title: slot >= strategy.replicas ? t("rolling.surge.place") : "", tone: "off", slot });
  // A shelf of fixed height: two in full, or one and how many more.
  const most = 2;
  const shown = leaving.length <= most ? leaving : leaving.slice(0, most - 1);
  const rest = leaving.length - shown.length;
  const shelf: Box = {
    key: "shelf",
    role: "shelf",
    title: t("rolling.leaving"),
    tone: "none",
    shelf: true,
    flow: "grid",
    slots: most,
    children: [...(leaving.length === 0 ? [{ key: "shelf:none", role: "mini", title: "–", tone: "off", slot: 0 } satisfies Box] : shown.map((box, slot) => ({ ...box, slot }))), ...(rest > 0 ? [{ key: "shelf:more", role: "more", title: `+${rest}`, tone: "none", slot: most - 1 } satisfies Box] : [])],
  };
  return { key: "now", role: "now", title: "", aside: view.live ? t("rolling.now") : seconds(view.time - start), tone: "none", children: [...standing, shelf] };
}

function standingPod(view: View, pod: KubeObject, state: Rollouts, set: string, slot: number): Box {
  const { tone, word } = podState(pod);
  const name = shortPodName(pod.metadata.name);
  const version = versionText(state, set);
  const due = tone === "pending" || tone === "failed" ? view.due(podRef(pod)) : undefined;
  const since = Date.parse(pod.metadata.creationTimestamp) - view.epoch;
  return {
    key: placeKey(pod),
    ref: podRef(pod),
    role: "pod",
    title: name,
    sub: word,
    tone,
    version: versionNumber(state, set),
    tab: version,
    slot,
    label: `${pod.metadata.name}, ${version}, ${word}`,
    ...(due === undefined ? {} : { progress: share(view.time, since, due.at) }),
  };
}

function leavingPod(view: View, pod: KubeObject, state: Rollouts, set: string, since: Ms): Box {
  const grace = (numberAt(pod, "metadata", "deletionGracePeriodSeconds") ?? 30) * 1000;
  const left = Math.max(0, since + grace - view.time);
  const version = versionText(state, set);
  const name = shortPodName(pod.metadata.name);
  return {
    key: placeKey(pod),
    ref: podRef(pod),
    role: "mini",
    title: name,
    tone: "leaving",
    version: versionNumber(state, set),
    tab: version,
    progress: grace === 0 ? 0 : left / grace,
    label: `${pod.metadata.name}, ${version}, ${t("state.leaving")}`,
    tip: `${pod.metadata.name}: ${t("state.leaving")}, ${Math.ceil(left / 1000)} s`,
  };
}

const share = (now: Ms, from: Ms, to: Ms): number => (to <= from ? 1 : Math.min(1, Math.max(0, (now - from) / (to - from))));

/** The steps so far, oldest on top; resting on one shows its moment. */
function ladderLanes(state: Rollouts, rows: readonly Step[], start: Ms, compact: boolean, now: Ms): Box[] {
  const present = rows.reduce<Step | undefined>((found, step) => (step.at <= now ? step : found), undefined);
  const { head, folded, tail } = foldRows(rows, mostRows);
  const lane = (step: Step): Box => {
    const what = wordsOf(state, step.chips);
    const aside = step.at <= start ? "0 s" : seconds(step.at - start);
    return {
      key: `row:${step.rev}`,
      role: "lane",
      title: "",
      aside,
      tone: "none",
      moment: step.at,
      lit: step === present,
      dim: step.at > now,
      label: t("rolling.row", { time: aside, what }),
      children: step.chips.length === 0 ? [{ key: `row:${step.rev}/none`, role: "more", title: t("rolling.none"), tone: "none", slot: 0 }] : compact ? counted(state, step.chips, `row:${step.rev}`) : step.chips.map((chip, i) => mini(state, chip, `row:${step.rev}/${i}`, i)),
    };
  };
  const more: Box[] = folded === 0 ? [] : [{ key: "row:more", role: "lane", title: "", aside: "", tone: "none", children: [{ key: "row:more/0", role: "more", title: t("rolling.more", { n: folded }), tone: "none", slot: 0 }] }];
  return [...head.map(lane), ...more, ...tail.map(lane)];
}

function mini(state: Rollouts, chip: Chip, key: string, slot: number): Box {
  const version = versionText(state, chip.set);
  return { key, role: "mini", title: t(`state.${chip.tone}`), tone: chip.tone, version: versionNumber(state, chip.set), tab: version, slot, tip: `${version}: ${chip.word}` };
}

/** One chip for all pods of a version and a state: "×12". */
function counted(state: Rollouts, chips: readonly Chip[], key: string): Box[] {
  const groups = new Map<string, { chip: Chip; n: number }>();
  for (const chip of chips) {
    const of = `${chip.set}:${chip.tone}`;
    groups.set(of, { chip, n: (groups.get(of)?.n ?? 0) + 1 });
  }
  return [...groups.values()].slice(0, 4).map(({ chip, n }, slot) => ({ ...mini(state, chip, `${key}/${chip.set}:${chip.tone}`, slot), title: `×${n} ${t(`state.${chip.tone}`)}` }));
}

/** "2 × v1 ready, 2 × v2 pending". */
export function wordsOf(state: Rollouts, chips: readonly Chip[]): string {
  const counts = new Map<string, number>();
  for (const chip of chips) {
    const words = `${versionText(state, chip.set)} ${t(`state.${chip.tone}`)}`;
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].map(([words, n]) => `${n} × ${words}`).join(", ");
}

/** The ReplicaSets behind the picture: what the Deployment really moves are their two numbers. */
function replicaSets(view: View, deployment: KubeObject, state: Rollouts): Box {
  const mine = view
    .list("replicasets.apps", { namespace: deployment.metadata.namespace ?? "" })
    .filter((set) => ownerOf(set, "Deployment")?.uid === deployment.metadata.uid)
    .sort((a, b) => (state.sets.get(a.metadata.name)?.index ?? 0) - (state.sets.get(b.metadata.name)?.index ?? 0));
  const used = mine.filter((set) => (numberAt(set, "spec", "replicas") ?? 0) > 0 || (numberAt(set, "status", "replicas") ?? 0) > 0);
  const shown = (used.length >= 2 ? used : mine).slice(-3);
  return {
    key: "sets",
    role: "group",
    title: "",
    tone: "none",
    flow: "row",
    children: shown.map((set) => ({
      key: placeKey(set),
      ref: { resource: "replicasets.apps", namespace: set.metadata.namespace ?? "", name: set.metadata.name },
      role: "set",
      title: `ReplicaSet ${set.metadata.name}`,
      sub: t("rolling.set", { desired: numberAt(set, "spec", "replicas") ?? 0, current: numberAt(set, "status", "replicas") ?? 0, ready: numberAt(set, "status", "readyReplicas") ?? 0 }),
      tone: "none",
      version: versionNumber(state, set.metadata.name),
      tab: versionText(state, set.metadata.name),
    })),
  };
}

/** The two differences that the Deployment controller computes at every turn. */
function arithmetic(state: Rollouts, strategy: Strategy): Box {
  const chips = state.steps.at(-1)?.chips ?? [];
  const available = chips.filter(({ tone }) => tone === "ready").length;
  const newest = [...state.sets.values()].sort((a, b) => b.index - a.index)[0]?.name;
  const old = chips.filter(({ set }) => set !== newest).length;
  const go = Math.max(0, Math.min(old, available - strategy.min));
  const come = Math.max(0, Math.min(strategy.max - chips.length, strategy.replicas - (chips.length - old)));
  return {
    key: "arithmetic",
    role: "rule",
    title: t("rolling.arithmetic"),
    tone: "none",
    lines: [
      { key: "arithmetic/go", text: t("rolling.arithmetic.go"), value: `${available} − ${strategy.min} → ${go}`, tone: "none", lit: go > 0 },
      { key: "arithmetic/come", text: t("rolling.arithmetic.come"), value: `${strategy.max} − ${chips.length} → ${come}`, tone: "none", lit: come > 0 },
    ],
  };
}

/** Whether a request was answered, or should have been, by a pod of this Deployment. */
function concerns(view: View, ref: Ref): (trace: RequestTrace) => boolean {
  const selector = field(view.get(ref), "spec", "selector", "matchLabels") as Record<string, string> | undefined;
  const services = new Set<string>();
  for (const service of view.list("services", { namespace: ref.namespace })) {
    const wants = Object.entries((field(service, "spec", "selector") ?? {}) as Record<string, string>);
    const labels = (field(view.get(ref), "spec", "template", "metadata", "labels") ?? selector ?? {}) as Record<string, string>;
    if (wants.length === 0 || !wants.every(([key, value]) => labels[key] === value)) continue;
    services.add(service.metadata.name);
    const address = textAt(service, "spec", "clusterIP");
    if (address !== undefined) services.add(address);
  }
  const prefix = `${ref.name}-`;
  return (trace) => services.has(trace.request.to.split(".")[0] ?? "") || services.has(trace.request.to) || trace.out.some((hop) => hop.ref.resource === "pods" && hop.role === "process" && hop.ref.name.startsWith(prefix) && trace.from !== "external" && hop.ref.name !== trace.from.name);
}

function requestsOf(view: View, ref: Ref, state: Rollouts, start: Ms): { box: Box; counts: RequestStrip } | undefined {
  const end = growingEnd(start, view.time);
  const about = concerns(view, ref);
  const versionOf = (trace: RequestTrace): 0 | 1 | 2 | 3 | undefined => {
    const answered = [...trace.out].reverse().find((hop) => hop.role === "process")?.ref.name;
    const set = answered === undefined ? undefined : [...state.sets.keys()].find((name) => answered.startsWith(`${name}-`));
    return set === undefined ? undefined : versionNumber(state, set);
  };
  const counts = requestStrip(view, start, end, about, versionOf);
  if (counts.ticks.length === 0) return undefined;
  return {
    counts,
    box: {
      key: "requests",
      role: "strip",
      title: t("rolling.requests"),
      badge: t("rolling.requests.count", { ok: counts.ok, refused: counts.refused }),
      tone: "none",
      ticks: counts.ticks,
      label: `${t("rolling.requests")}: ${t("rolling.requests.count", { ok: counts.ok, refused: counts.refused })}`,
    },
  };
}

/** Requests since the latest roll-out began, for the caption. */
export function requestsSince(view: View, ref: Ref, start: Ms): { readonly ok: number; readonly refused: number } {
  return requestStrip(view, Math.max(0, start - 1000), view.time, concerns(view, ref), () => undefined);
}

function legendOf(state: Rollouts): Scene["legend"] {
  const failed = state.steps.some(({ chips }) => chips.some(({ tone }) => tone === "failed"));
  return [
    { tone: "ready", text: t("legend.ready") },
    { tone: "pending", text: t("legend.pending") },
    { tone: "leaving", text: t("legend.leaving") },
    ...(failed ? [{ tone: "failed", text: t("legend.failed") } as const] : []),
  ];
}

/** The first container of the Deployment's template. */
export const container = (view: View, ref: Ref): { name: string; image: string } => {
  const deployment = view.get(ref);
  return { name: textAt(deployment, "spec", "template", "spec", "containers", 0, "name") ?? ref.name, image: textAt(deployment, "spec", "template", "spec", "containers", 0, "image") ?? "" };
};

/** Newer versions of what such notes run; others count on from their own tag: v1 → v2, 1.4 → 1.5. */
const newer: Readonly<Record<string, string>> = { "nginx:1.14.2": "1.16.1", "nginx:1.16.1": "1.25", "nginx:latest": "1.25", "nginx:1.25": "1.27" };

export function nextImage(image: string): string | undefined {
  const repository = imageRepository(image);
  const tag = imageTag(image);
  const known = newer[`${repository}:${tag}`];
  if (known !== undefined) return `${repository}:${known}`;
  const counted = /^(v?(?:\d+\.)*)(\d+)$/.exec(tag);
  if (counted === null) return undefined;
  const n = Number(counted[2]);
  return `${repository}:${counted[1]}${/hellok8s/.test(repository) && n >= 4 ? 1 : n + 1}`;
}

const inNamespace = (ref: Ref): string => (ref.namespace === "default" ? "" : ` -n ${ref.namespace}`);

const patchStrategy = (ref: Ref, patch: unknown): string => `kubectl patch deployment/${ref.name}${inNamespace(ref)} --type=merge -p '${JSON.stringify({ spec: { strategy: patch } })}'`;

const strategyAt = (view: View, ref: Ref): Strategy | undefined => {
  const deployment = view.get(ref);
  return deployment === undefined ? undefined : strategyOf(deployment);
};

export const rollingUpdate: Concept = {
  id: "rolling-update",
  parent: "deployment",
  evidence: [
    { word: /roll(ing)?[-_ ]?(up)?(date|out)|rollupdate/i, weight: 10 },
    { word: /滚动(升级|更新|发布)/, weight: 10 },
    { word: /max[-_ ]?(surge|unavailable)/i, weight: 6 },
    { word: /\brollout\b|\brollback\b|回滚|蓝绿|金丝雀|canary/i, weight: 4 },
    { word: /zero[- ]downtime|不停机|平滑升级/i, weight: 3 },
  ],
  question: "rolling.question",
  focus,
  scenario: rollingScenario,
  scene,
  actions: [
    {
      id: "rollout",
      title: "rolling.act.rollout",
      run(view, ref) {
        const { name, image } = container(view, ref);
        const next = nextImage(image);
        return [next === undefined ? `kubectl rollout restart deployment/${ref.name}${inNamespace(ref)}` : `kubectl set image deployment/${ref.name}${inNamespace(ref)} ${name}=${next}`];
      },
    },
    {
      id: "broken",
      title: "rolling.act.broken",
      run(view, ref) {
        const { name, image } = container(view, ref);
        return [`kubectl set image deployment/${ref.name}${inNamespace(ref)} ${name}=${imageRepository(image)}:v9`];
      },
    },
    {
      id: "undo",
      title: "rolling.act.undo",
      possible: (view, ref) => rolloutsOf(view, ref.namespace, ref.name).sets.size > 1,
      run: (_view, ref) => [`kubectl rollout undo deployment/${ref.name}${inNamespace(ref)}`],
    },
    {
      id: "pause",
      title: "rolling.act.pause",
      possible: (view, ref) => strategyAt(view, ref)?.paused === false,
      run: (_view, ref) => [`kubectl rollout pause deployment/${ref.name}${inNamespace(ref)}`],
    },
    {
      id: "resume",
      title: "rolling.act.resume",
      possible: (view, ref) => strategyAt(view, ref)?.paused === true,
      run: (_view, ref) => [`kubectl rollout resume deployment/${ref.name}${inNamespace(ref)}`],
    },
    {
      id: "recreate",
      title: "rolling.act.recreate",
      possible: (view, ref) => strategyAt(view, ref)?.recreate === false,
      run: (_view, ref) => [patchStrategy(ref, { type: "Recreate", rollingUpdate: null })],
    },
    {
      id: "rolling",
      title: "rolling.act.rolling",
      possible: (view, ref) => strategyAt(view, ref)?.recreate === true,
      run: (_view, ref) => [patchStrategy(ref, { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } })],
    },
    {
      id: "surge",
      title: "rolling.act.surge",
      slider: { min: 0, max: 3, value: (view, ref) => strategyAt(view, ref)?.surge ?? 1 },
      possible: (view, ref) => strategyAt(view, ref)?.recreate === false,
      run: (_view, ref, value = 1) => [patchStrategy(ref, { rollingUpdate: { maxSurge: value } })],
    },
    {
      id: "unavailable",
      title: "rolling.act.unavailable",
      slider: { min: 0, max: 3, value: (view, ref) => strategyAt(view, ref)?.unavailable ?? 1 },
      possible: (view, ref) => strategyAt(view, ref)?.recreate === false,
      run: (_view, ref, value = 1) => [patchStrategy(ref, { rollingUpdate: { maxUnavailable: value } })],
    },
  ],
  caption: rollingCaption,
  marks(view, ref) {
    const state = rolloutsOf(view, ref.namespace, ref.name);
    const marks = state.changes.map(({ at, image }) => ({ at, key: "rolling.mark.rollout", args: { version: imageTag(image) } }));
    for (const [i, step] of state.steps.entries()) {
      const set = step.chips[0]?.set ?? "";
      const next = state.steps[i + 1]?.at ?? view.time;
      if (settled(step) && next - step.at >= 400 && step.chips.length >= (strategyAt(view, ref)?.replicas ?? 1)) marks.push({ at: step.at, key: "rolling.mark.settled", args: { version: versionText(state, set) } });
      const failed = step.chips.find(({ tone }) => tone === "failed");
      if (failed !== undefined && !(state.steps[i - 1]?.chips.some(({ tone }) => tone === "failed") ?? false)) marks.push({ at: step.at, key: "rolling.mark.stuck", args: { version: versionText(state, failed.set) } });
    }
    return marks.sort((a, b) => a.at - b.at);
  },
  poster: (view) => ({ time: view.time, level: 0 }),
};
