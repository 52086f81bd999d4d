import type { Change } from "../../cluster/api/store";
import type { Ms, Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { imageTag, numberAt, ownerOf, textAt } from "../fields";
import { foldLog } from "../log-fold";
import { deploymentOfPod } from "../rollout";

/** What one of the three did, and to whom: the cause goes Deployment → ReplicaSet → Pod. */
export type Deed =
  | { readonly is: "scaled"; readonly at: Ms; readonly from: number; readonly to: number }
  | { readonly is: "template"; readonly at: Ms; readonly tag: string }
  | { readonly is: "set"; readonly at: Ms; readonly set: string; readonly from: number; readonly to: number; readonly fresh: boolean }
  | { readonly is: "created"; readonly at: Ms; readonly set: string; readonly uid: string; readonly name: string }
  /** `missed`: its ReplicaSet wants more than are left now, so someone else took it away. */
  | { readonly is: "gone"; readonly at: Ms; readonly set: string; readonly uid: string; readonly name: string; readonly missed: boolean; readonly left: number; readonly wanted: number };

interface Tale {
  readonly sets: ReadonlyMap<string, number>;
  /** Pods that count, by uid. */
  readonly pods: ReadonlyMap<string, string>;
  readonly deeds: readonly Deed[];
}

const empty: Tale = { sets: new Map(), pods: new Map(), deeds: [] };
/** Deeds kept per Deployment. */
const most = 400;

type All = ReadonlyMap<string, Tale>;

const tales = foldLog<All>(new Map(), (all, change) => {
  switch (change.ref.resource) {
    case "deployments.apps":
      return deployment(all, change);
    case "replicasets.apps":
      return set(all, change);
    case "pods":
      return pod(all, change);
    default:
      return all;
  }
});

/** All that was done about a Deployment so far, oldest first. */
export const deedsOf = (view: View, ref: Ref): readonly Deed[] => tales(view).get(`${ref.namespace}/${ref.name}`)?.deeds ?? [];

function tell(all: All, key: string, change: Partial<Omit<Tale, "deeds">>, ...deeds: readonly Deed[]): All {
  const tale = all.get(key) ?? empty;
  return new Map(all).set(key, { ...tale, ...change, deeds: deeds.length === 0 ? tale.deeds : [...tale.deeds, ...deeds].slice(-most) });
}

function deployment(all: All, { ref, type, object, previous, at }: Change): All {
  if (type !== "MODIFIED" || previous === undefined) return all;
  const key = `${ref.namespace}/${ref.name}`;
  const deeds: Deed[] = [];
  const from = numberAt(previous, "spec", "replicas") ?? 1;
  const to = numberAt(object, "spec", "replicas") ?? 1;
  if (from !== to) deeds.push({ is: "scaled", at, from, to });
  const [before, after] = [previous, object].map((one) => JSON.stringify((one["spec"] as { template?: unknown } | undefined)?.template));
  if (before !== after) deeds.push({ is: "template", at, tag: imageTag(textAt(object, "spec", "template", "spec", "containers", 0, "image") ?? "") });
  return deeds.length === 0 ? all : tell(all, key, {}, ...deeds);
}

function set(all: All, { ref, type, object, at }: Change): All {
  const owner = ownerOf(object, "Deployment");
  if (owner === undefined) return all;
  const key = `${ref.namespace}/${owner.name}`;
  const tale = all.get(key) ?? empty;
  const sets = new Map(tale.sets);
  if (type === "DELETED") {
    sets.delete(ref.name);
    return tell(all, key, { sets });
  }
  const from = tale.sets.get(ref.name);
  const to = numberAt(object, "spec", "replicas") ?? 1;
  if (from === to) return all;
  sets.set(ref.name, to);
  return tell(all, key, { sets }, { is: "set", at, set: ref.name, from: from ?? 0, to, fresh: from === undefined });
}

function pod(all: All, { type, object, at }: Change): All {
  const key = deploymentOfPod(object);
  const owner = ownerOf(object, "ReplicaSet");
  if (key === undefined || owner === undefined) return all;
  const tale = all.get(key) ?? empty;
  const { uid, name } = object.metadata;
  const counted = tale.pods.has(uid);
  const leaves = type === "DELETED" || object.metadata.deletionTimestamp !== undefined || /Succeeded|Failed/.test(textAt(object, "status", "phase") ?? "");
  if (counted === !leaves) return all;
  const pods = new Map(tale.pods);
  if (!leaves) {
    pods.set(uid, owner.name);
    return tell(all, key, { pods }, { is: "created", at, set: owner.name, uid, name });
  }
  pods.delete(uid);
  const left = [...pods.values()].filter((of) => of === owner.name).length;
  const wanted = tale.sets.get(owner.name) ?? 0;
  return tell(all, key, { pods }, { is: "gone", at, set: owner.name, uid, name, missed: left < wanted, left, wanted });
}
