import type { Change } from "../cluster/api/store";
import type { KubeObject, Ms, Rev } from "../cluster/model";
import type { View } from "../cluster/view";
import { imageTag, ownerOf, textAt } from "./fields";
import { foldLog } from "./log-fold";
import { podState } from "./pod-state";
import type { Tone } from "./scene";

/** A pod as the ladder counts it: by version and state. */
export interface Chip {
  /** The ReplicaSet's name. */
  readonly set: string;
  readonly tone: Tone;
  readonly word: string;
}

/** A state of the Deployment that differs from the one before. Chips are in order: old sets first, ready first. */
export interface Step {
  readonly at: Ms;
  readonly rev: Rev;
  readonly chips: readonly Chip[];
}

export interface SetFact {
  readonly name: string;
  readonly image: string;
  /** In the order of their first appearance: the version number of the picture. */
  readonly index: number;
}

/** What happened to one Deployment so far. */
export interface Rollouts {
  readonly pods: ReadonlyMap<string, Chip & { readonly name: string; readonly leaving: boolean }>;
  readonly sets: ReadonlyMap<string, SetFact>;
  readonly steps: readonly Step[];
  /** When its template changed: creation, roll-outs and undos. */
  readonly changes: readonly { readonly at: Ms; readonly image: string }[];
  /** The pod that became ready last. */
  readonly becameReady?: { readonly at: Ms; readonly name: string; readonly set: string };
}

const none: Rollouts = { pods: new Map(), sets: new Map(), steps: [], changes: [] };

/** Steps kept per Deployment. */
const most = 400;

type All = ReadonlyMap<string, Rollouts>;

const fold = foldLog<All>(new Map(), (all, change) => {
  switch (change.ref.resource) {
    case "pods":
      return podChanged(all, change);
    case "replicasets.apps":
      return setChanged(all, change);
    case "deployments.apps":
      return deploymentChanged(all, change);
    default:
      return all;
  }
});

/** The history of a Deployment up to the moment of the view. */
export function rolloutsOf(view: View, namespace: string, name: string): Rollouts {
  return fold(view).get(`${namespace}/${name}`) ?? none;
}

/** The Deployment that a pod belongs to, from its own labels: its ReplicaSet is called after the Deployment and the template's hash. */
export function deploymentOfPod(pod: KubeObject): string | undefined {
  const owner = ownerOf(pod, "ReplicaSet");
  const hash = pod.metadata.labels?.["pod-template-hash"];
  if (owner === undefined || hash === undefined || !owner.name.endsWith(`-${hash}`)) return undefined;
  return `${pod.metadata.namespace ?? ""}/${owner.name.slice(0, -hash.length - 1)}`;
}

const firstImage = (object: KubeObject): string => textAt(object, "spec", "template", "spec", "containers", 0, "image") ?? "";

function deploymentChanged(all: All, change: Change): All {
  const key = `${change.ref.namespace}/${change.ref.name}`;
  if (change.type === "DELETED") {
    const next = new Map(all);
    next.delete(key);
    return next;
  }
  const before = field(change.previous);
  const after = field(change.object);
  if (change.type === "MODIFIED" && (before === after || JSON.stringify(before) === JSON.stringify(after))) return all;
  const now = all.get(key) ?? none;
  return new Map(all).set(key, { ...now, changes: [...now.changes, { at: change.at, image: firstImage(change.object) }] });
}

const field = (object: KubeObject | undefined): unknown => (object?.["spec"] as { template?: unknown } | undefined)?.template;

function setChanged(all: All, change: Change): All {
  const owner = ownerOf(change.object, "Deployment");
  if (owner === undefined) return all;
  const key = `${change.ref.namespace}/${owner.name}`;
  const now = all.get(key) ?? none;
  if (now.sets.has(change.ref.name)) return all;
  const fact: SetFact = { name: change.ref.name, image: firstImage(change.object), index: now.sets.size };
  return new Map(all).set(key, { ...now, sets: new Map(now.sets).set(fact.name, fact) });
}

function podChanged(all: All, change: Change): All {
  const key = deploymentOfPod(change.object);
  if (key === undefined) return all;
  const now = all.get(key) ?? none;
  const uid = change.object.metadata.uid;
  const pods = new Map(now.pods);
  const before = now.pods.get(uid);
  let becameReady = now.becameReady;
  if (change.type === "DELETED") {
    if (before === undefined) return all;
    pods.delete(uid);
  } else {
    const { tone, word } = podState(change.object);
    if (before !== undefined && before.tone === tone && before.word === word) return all;
    const set = ownerOf(change.object, "ReplicaSet")?.name ?? "";
    pods.set(uid, { set, tone, word, name: change.object.metadata.name, leaving: tone === "leaving" });
    if (tone === "ready") becameReady = { at: change.at, name: change.object.metadata.name, set };
  }
  const chips = chipsOf({ ...now, pods });
  const last = now.steps[now.steps.length - 1];
  const next: Rollouts = { ...now, pods, ...(becameReady === undefined ? {} : { becameReady }) };
  if (last !== undefined && signature(last.chips) === signature(chips)) return new Map(all).set(key, next);
  return new Map(all).set(key, { ...next, steps: [...now.steps.slice(-most), { at: change.at, rev: change.rev, chips }] });
}

const toneOrder: Readonly<Record<Tone, number>> = { ready: 0, pending: 1, failed: 2, leaving: 3, off: 4, none: 5 };

/** Pods that leave don't count. */
function chipsOf(state: Rollouts): Chip[] {
  const order = (chip: Chip): number => (state.sets.get(chip.set)?.index ?? 0) * 10 + toneOrder[chip.tone];
  return [...state.pods.values()]
    .filter(({ leaving, tone }) => !leaving && tone !== "off")
    .map(({ set, tone, word }) => ({ set, tone, word }))
    .sort((a, b) => order(a) - order(b) || (a.set < b.set ? -1 : a.set > b.set ? 1 : 0));
}

/** Rows differ by version and state, not by the words of a state. */
export const signature = (chips: readonly Chip[]): string => chips.map(({ set, tone }) => `${set}:${tone}`).join(" ");

/** Nothing is under way: one version, everything ready. */
export const settled = (step: Step): boolean => step.chips.length > 0 && step.chips.every(({ set, tone }) => tone === "ready" && set === (step.chips[0]).set);

/** A step shows once it has been calm for so long, virtual ms. */
export const calm = 400;

/**
 * The rows of the ladder: from the last settled state before the latest change of the template up to now, without states that passed in less than 400 ms,
 * and without a state that is the one before it again.
 */
export function ladder(state: Rollouts, now: Ms): Step[] {
  const { steps, changes } = state;
  const changed = changes[changes.length - 1]?.at ?? 0;
  let first = 0;
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i];
    if (step.at <= changed && settled(step)) {
      first = i;
      break;
    }
  }
  const rows: Step[] = [];
  for (let i = first; i < steps.length; i++) {
    const step = steps[i];
    const until = steps[i + 1]?.at ?? now;
    if (until - step.at < calm && i !== first && !(i === steps.length - 1 && settled(step))) continue;
    const before = rows[rows.length - 1];
    if (before !== undefined && signature(before.chips) === signature(step.chips)) continue;
    if (step.chips.length === 0 && rows.length === 0) continue;
    rows.push(step);
  }
  return rows;
}

/** At most `most` rows: the first, and the last ones; what is between is folded. */
export function foldRows<T>(rows: readonly T[], most: number): { readonly head: readonly T[]; readonly folded: number; readonly tail: readonly T[] } {
  if (rows.length <= most) return { head: rows, folded: 0, tail: [] };
  return { head: rows.slice(0, 2), folded: rows.length - (most - 1), tail: rows.slice(rows.length - (most - 3)) };
}

/** What the tab of a version says: its image's tag if that tells the sets apart, else the revision. */
export function versionText(state: Rollouts, set: string): string {
  const fact = state.sets.get(set);
  if (fact === undefined) return "?";
  const tag = imageTag(fact.image);
  const alike = [...state.sets.values()].filter(({ image }) => imageTag(image) === tag).length > 1;
  return alike || tag.length > 8 ? `r${fact.index + 1}` : tag;
}

export const versionNumber = (state: Rollouts, set: string): 0 | 1 | 2 | 3 => ((state.sets.get(set)?.index ?? 0) % 4) as 0 | 1 | 2 | 3;
