import type { StatefulSet } from "../api/kinds/statefulset";
import type { Pod } from "../api/types";
import type { Controller, ControllerContext } from "./controller";
import type { Revision } from "./controller-history";
import { equalJson } from "../api/equal";
import { claim } from "./claim";
import { messageOf } from "./failures";
import { revisionData, revisions, revisionsOf, templateOf, trimRevisions, updateRevision } from "./controller-history";
import { controllerOf, joinKey, keyOf, splitKey } from "./keys";
import { isPodAvailable, isPodReady } from "./pod-state";
import { createClaims, createPod, deletePod, firstOrdinal, ordinalOf, ownClaims, podAt, revisionOf } from "./statefulset-pods";
import { controllerRevisionHash } from "./template-hash";

const resource = "statefulsets.apps";

type Status = { -readonly [K in keyof NonNullable<StatefulSet["status"]>]: NonNullable<StatefulSet["status"]>[K] };

interface Round {
  readonly set: StatefulSet;
  readonly context: ControllerContext;
  readonly current: Revision;
  readonly update: Revision;
  readonly status: Status;
}

/** Keeps pods that are not alike: each at its ordinal, in order, with the claims that stay its own. */
export const statefulset: Controller = {
  name: "statefulset-controller",
  user: "system:serviceaccount:kube-system:statefulset-controller",
  workers: 5,
  watches: [
    { resource, keys: (change) => [keyOf(change.object)] },
    { resource: "pods", keys: (change) => {
      const owner = controllerOf(change.object) ?? (change.previous === undefined ? undefined : controllerOf(change.previous));
      return owner?.kind === "StatefulSet" ? [joinKey(change.ref.namespace, owner.name)] : [];
    } },
    { resource: "persistentvolumeclaims", keys: () => [] },
    { resource: revisions, keys: () => [] },
  ],
  reconcile(key, context) {
    const { namespace, name } = splitKey(key);
    const set = context.cache.get({ resource, namespace, name }) as StatefulSet | undefined;
    if (set === undefined) return;
    const pods = podsOf(set, context);
    const known = revisionsOf(context, set);
    const { revision: update, collisions } = updateRevision(context, set, known, (count) => controllerRevisionHash(revisionData(set.spec.template), count), "controller.kubernetes.io/hash", set.status?.collisionCount ?? 0);
    const current = known.find((one) => one.metadata.name === set.status?.currentRevision) ?? update;
    const status: Status = { replicas: 0, availableReplicas: 0, collisionCount: collisions, currentRevision: current.metadata.name, updateRevision: update.metadata.name, ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }) };
    const round: Round = { set, context, current, update, status };
    count(round, pods);
    let failure: unknown;
    try {
      if (set.metadata.deletionTimestamp === undefined) step(round, pods);
    } catch (error) {
      failure = error;
    }
    writeStatus(round);
    if (failure !== undefined) throw failure instanceof Error ? failure : new Error(messageOf(failure));
    trimRevisions(context, known, new Set([current.metadata.name, update.metadata.name, ...pods.flatMap((pod) => revisionOf(pod) ?? [])]), set.spec.revisionHistoryLimit ?? 10);
    const minReady = set.spec.minReadySeconds ?? 0;
    if (minReady > 0 && status.availableReplicas !== (set.spec.replicas ?? 1)) return { again: minReady * 1000 };
  },
};

/** The set's pods, and orphans that bear the names of its ordinals. */
function podsOf(set: StatefulSet, context: ControllerContext): readonly Pod[] {
  const { cache } = context;
  const own = cache.list("pods", { index: ["owner", set.metadata.uid] }) as readonly Pod[];
  const orphans: Pod[] = [];
  const names = new Set(own.map((pod) => pod.metadata.name));
  for (let at = firstOrdinal(set); at < firstOrdinal(set) + (set.spec.replicas ?? 1); at++) {
    const name = `${set.metadata.name}-${at}`;
    const pod = names.has(name) ? undefined : cache.get({ resource: "pods", namespace: set.metadata.namespace ?? "", name }) as Pod | undefined;
    if (pod !== undefined && controllerOf(pod) === undefined) orphans.push(pod);
  }
  return claim(context, set, resource, "pods", set.spec.selector, [...own, ...orphans]).filter((pod) => ordinalOf(set, pod) >= 0);
}

const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;
const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === "Running" && isPodReady(pod);

function isAvailable({ set, context }: Round, pod: Pod): boolean {
  return isRunningAndReady(pod) && isPodAvailable(pod, set.spec.minReadySeconds ?? 0, context.now, context.epoch);
}

function count(round: Round, pods: Iterable<Pod | undefined>): void {
  const { status, current, update } = round;
  status.replicas = 0;
  let [ready, available, currents, updated] = [0, 0, 0, 0];
  for (const pod of pods) {
    if (pod === undefined) continue;
    status.replicas++;
    if (isRunningAndReady(pod)) {
      ready++;
      if (isAvailable(round, pod)) available++;
    }
    if (isTerminating(pod)) continue;
    if (revisionOf(pod) === current.metadata.name) currents++;
    if (revisionOf(pod) === update.metadata.name) updated++;
  }
  status.readyReplicas = ready;
  status.availableReplicas = available;
  status.currentReplicas = currents;
  status.updatedReplicas = updated;
}

/** Brings the pods one step nearer: scaling first, then updating from the highest ordinal down. */
function step(round: Round, pods: readonly Pod[]): void {
  const { set, context, status, current, update } = round;
  const first = firstOrdinal(set);
  const size = set.spec.replicas ?? 1;
  const replicas: (Pod | undefined)[] = Array.from({ length: size });
  const condemned: Pod[] = [];
  for (const pod of pods) {
    const at = ordinalOf(set, pod) - first;
    if (at >= 0 && at < size) replicas[at] = pod;
    else condemned.push(pod);
  }
  condemned.sort((a, b) => ordinalOf(set, b) - ordinalOf(set, a));
  const retention = set.spec.persistentVolumeClaimRetentionPolicy;
  if (retention?.whenDeleted === "Delete" || retention?.whenScaled === "Delete") {
    for (const pod of pods) ownClaims(set, pod, condemned.includes(pod), context);
  }
  const ordered = set.spec.podManagementPolicy !== "Parallel";
  const waits = [...replicas.keys()].some((at) => fill(round, replicas, at, ordered)) || drain(round, replicas, condemned, ordered);
  count(round, [...replicas, ...condemned]);
  if (waits || set.spec.updateStrategy?.type === "OnDelete") return;
  const lowest = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let at = size - 1; at + first >= lowest && at >= 0; at--) {
    const pod = replicas[at];
    if (pod === undefined) return;
    if (revisionOf(pod) !== update.metadata.name && !isTerminating(pod)) {
      deletePod(set, pod, context);
      if (revisionOf(pod) === current.metadata.name) status.currentReplicas = (status.currentReplicas ?? 0) - 1;
      return;
    }
    if (isTerminating(pod) || !isAvailable(round, pod)) return;
  }
}

/** Sees to one ordinal. True: the set is ordered, and the next has to wait for this one. */
function fill(round: Round, replicas: readonly (Pod | undefined)[], at: number, ordered: boolean): boolean {
  const { set, context, current, update } = round;
  const pod = replicas[at];
  const ordinal = at + firstOrdinal(set);
  if (pod === undefined) {
    const keeps = set.spec.updateStrategy?.type === "RollingUpdate" && ordinal < firstOrdinal(set) + (set.spec.updateStrategy.rollingUpdate?.partition ?? 0);
    const of = keeps ? current : update;
    createPod(set, podAt(set, templateOf(of), of.metadata.name, ordinal), ordinal, context);
    return ordered;
  }
  if (pod.status?.phase === "Failed" || pod.status?.phase === "Succeeded") {
    if (!isTerminating(pod)) deletePod(set, pod, context);
    return ordered;
  }
  if (pod.status?.phase === "Pending") createClaims(set, ordinal, context);
  return ordered && (isTerminating(pod) || !isAvailable(round, pod));
}

/** Deletes pods that are too many, in an ordered set one at a time and only while all before it are well. */
function drain(round: Round, replicas: readonly (Pod | undefined)[], condemned: readonly Pod[], ordered: boolean): boolean {
  const { set, context } = round;
  const isWell = (pod: Pod): boolean => isRunningAndReady(pod) && !isTerminating(pod);
  const unwell = [...replicas.flatMap((pod) => pod ?? []), ...[...condemned].reverse()].find((pod) => !isWell(pod));
  for (const pod of condemned) {
    if (isTerminating(pod)) {
      if (ordered) return true;
      continue;
    }
    if (ordered && !isAvailable(round, pod) && pod !== unwell) return true;
    deletePod(set, pod, context);
    if (ordered) return true;
  }
  return false;
}

function writeStatus({ set, context, status, update }: Round): void {
  const rolling = set.spec.updateStrategy?.type !== "OnDelete";
  if (rolling && status.updatedReplicas === status.replicas && status.readyReplicas === status.replicas) {
    status.currentReplicas = status.updatedReplicas;
    status.currentRevision = update.metadata.name;
  }
  const kept = new Set(["replicas", "availableReplicas", "collisionCount"]);
  const next = Object.fromEntries(Object.entries(status).filter(([name, value]) => value !== 0 || kept.has(name))) as NonNullable<StatefulSet["status"]>;
  if (equalJson(set.status ?? {}, next)) return;
  context.client.update(resource, set.metadata.namespace ?? "", { ...set, status: next }, "status");
}
