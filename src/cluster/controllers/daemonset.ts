import type { DaemonSet } from "../api/kinds/daemonset";
import type { Change, Reader } from "../api/store";
import type { Node, Pod } from "../api/types";
import type { Controller, ControllerContext } from "./controller";
import { equalJson } from "../api/equal";
import { claim } from "./claim";
import { revisions, revisionsOf, trimRevisions, updateRevision } from "./controller-history";
import { daemonPod, hashLabel, isUpdated, nodeOf, nodeSuits } from "./daemonset-pods";
import { expectCreated, expectDeleted, expectationsMet } from "./expectations";
import type { Expectations } from "./expectations";
import { isNamespaceTerminating, isNotFound, messageOf } from "./failures";
import { scaledValue } from "./int-or-percent";
import { controllerOf, joinKey, keyOf, splitKey } from "./keys";
import { isPodAvailable, isPodReady } from "./pod-state";
import { slowStart } from "./slow-start";
import { podTemplateHash } from "./template-hash";

const resource = "daemonsets.apps";

interface Round {
  readonly key: string;
  readonly set: DaemonSet;
  readonly context: ControllerContext;
  readonly expectations: Expectations;
  readonly nodes: readonly Node[];
  /** The pods of each node, the oldest first; those that ended while being deleted are left out. */
  readonly pods: ReadonlyMap<string, readonly Pod[]>;
  readonly hash: string;
}

/** Keeps one pod on every node that suits. */
export const daemonset: Controller = {
  name: "daemonset-controller",
  user: "system:serviceaccount:kube-system:daemon-set-controller",
  workers: 2,
  watches: [
    { resource, keys: (change) => [keyOf(change.object)] },
    { resource: "pods", keys: (change) => {
      const owner = controllerOf(change.object) ?? (change.previous === undefined ? undefined : controllerOf(change.previous));
      return owner?.kind === "DaemonSet" ? [joinKey(change.ref.namespace, owner.name)] : [];
    } },
    { resource: "nodes", keys: nodeKeys },
    { resource: revisions, keys: () => [] },
  ],
  reconcile,
};

/** A node's heartbeat concerns nobody; its labels and taints concern every set. */
function nodeKeys(change: Change, cache: Reader): readonly string[] {
  const [before, after] = [change.previous as Node | undefined, change.object as Node];
  if (change.type === "MODIFIED" && before !== undefined && equalJson(before.metadata.labels, after.metadata.labels) && equalJson(before.spec, after.spec)) return [];
  return cache.list(resource).map(keyOf);
}

function reconcile(key: string, context: ControllerContext): void | { readonly again: number } {
  const { namespace, name } = splitKey(key);
  const { expectations } = context.state<{ expectations: Expectations }>(() => ({ expectations: new Map() }));
  const set = context.cache.get({ resource, namespace, name }) as DaemonSet | undefined;
  if (set === undefined) {
    expectations.delete(key);
    return;
  }
  if (set.metadata.deletionTimestamp !== undefined) return;
  const known = revisionsOf(context, set);
  const { revision } = updateRevision(context, set, known, (count) => podTemplateHash(set.spec.template, count === 0 ? undefined : count), hashLabel, set.status?.collisionCount ?? 0);
  const own = claim(context, set, resource, "pods", set.spec.selector, context.cache.list("pods", { index: ["owner", set.metadata.uid] }) as readonly Pod[]);
  const round: Round = { key, set, context, expectations, nodes: context.cache.list("nodes") as readonly Node[], pods: byNode(own), hash: revision.metadata.labels?.[hashLabel] ?? "" };
  let failure: unknown;
  if (expectationsMet(expectations, key, "pods", namespace, context.now, context.cache, context.client)) {
    failure = manage(round);
    if (failure === undefined && set.spec.updateStrategy?.type !== "OnDelete" && !expectations.has(key)) failure = update(round);
  }
  writeStatus(round);
  if (failure !== undefined) throw failure instanceof Error ? failure : new Error(messageOf(failure));
  trimRevisions(context, known, new Set([revision.metadata.name, ...own.map((pod) => `${name}-${pod.metadata.labels?.[hashLabel] ?? ""}`)]), set.spec.revisionHistoryLimit ?? 10);
  const minReady = set.spec.minReadySeconds ?? 0;
  if (minReady > 0 && own.some((pod) => isPodReady(pod) && !isAvailable(round, pod))) return { again: minReady * 1000 };
}

function byNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const nodes = new Map<string, Pod[]>();
  const age = (pod: Pod): number => Date.parse(pod.metadata.creationTimestamp ?? "");
  for (const pod of [...pods].sort((a, b) => age(a) - age(b) || (a.metadata.name < b.metadata.name ? -1 : 1))) {
    const over = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
    if (over && pod.metadata.deletionTimestamp !== undefined) continue;
    const node = nodeOf(pod);
    const there = nodes.get(node);
    if (there === undefined) nodes.set(node, [pod]);
    else there.push(pod);
  }
  return nodes;
}

const isGoing = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

function isAvailable({ set, context }: Round, pod: Pod): boolean {
  return isPodAvailable(pod, set.spec.minReadySeconds ?? 0, context.now, context.epoch);
}

function limits(round: Round): { readonly surge: number; readonly unavailable: number } {
  const desired = round.nodes.filter((node) => nodeSuits(round.set, node).run).length;
  const rolling = round.set.spec.updateStrategy?.rollingUpdate;
  const surge = scaledValue(rolling?.maxSurge, desired, "up");
  const unavailable = scaledValue(rolling?.maxUnavailable, desired, "up");
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** Makes pods where they are missing, and deletes those that are out of place or ended. */
function manage(round: Round): unknown {
  const { set, context, hash } = round;
  const missing: string[] = [];
  const spare: Pod[] = [];
  const rolls = set.spec.updateStrategy?.type !== "OnDelete" && limits(round).surge > 0;
  const there = new Set<string>();
  for (const node of round.nodes) {
    const { name } = node.metadata;
    there.add(name);
    const { run, stay } = nodeSuits(set, node);
    const pods = round.pods.get(name) ?? [];
    if (run && pods.length === 0) missing.push(name);
    else if (!stay) spare.push(...pods.filter((pod) => !isGoing(pod)));
    else {
      const running: Pod[] = [];
      for (const pod of pods) {
        if (isGoing(pod)) continue;
        const { phase } = pod.status ?? {};
        if (phase === "Failed" || phase === "Succeeded") {
          context.event(set, phase === "Failed" ? "Warning" : "Normal", `${phase}DaemonPod`, `Found ${phase.toLowerCase()} daemon pod ${pod.metadata.namespace ?? ""}/${pod.metadata.name} on node ${name}, will try to ${phase === "Failed" ? "kill" : "delete"} it`);
          spare.push(pod);
        } else running.push(pod);
      }
      // While surging, a node may have one pod of the old template and one of the new.
      const groups = rolls ? [running.filter((pod) => isUpdated(set, pod, hash)), running.filter((pod) => !isUpdated(set, pod, hash))] : [running];
      for (const group of groups) spare.push(...group.slice(1));
    }
  }
  for (const [name, pods] of round.pods) if (!there.has(name)) spare.push(...pods.filter((pod) => !isGoing(pod)));
  return sync(round, spare, missing);
}

/** One step of a rolling update: pods of old templates go as far as the limits let them. */
function update(round: Round): unknown {
  const { set, hash } = round;
  const { surge, unavailable } = limits(round);
  const gone: Pod[] = [];
  const [candidates, nodesNow, nodesNext]: [Pod[], string[], string[]] = [[], [], []];
  let lacking = 0;
  let surging = 0;
  for (const [name, pods] of round.pods) {
    const live = pods.filter((pod) => !isGoing(pod));
    const next = live.find((pod) => isUpdated(set, pod, hash));
    const old = live.find((pod) => !isUpdated(set, pod, hash));
    if (surge > 0) {
      if (old === undefined) continue;
      if (next !== undefined) {
        if (isAvailable(round, next)) gone.push(old);
        else surging++;
      } else if (isAvailable(round, old)) nodesNext.push(name);
      else nodesNow.push(name);
    } else if (next !== undefined && old === undefined) {
      if (!isAvailable(round, next)) lacking++;
    } else if (next === undefined && old !== undefined) {
      if (isAvailable(round, old)) candidates.push(old);
      else {
        gone.push(old);
        lacking++;
      }
    } else lacking++;
  }
  const more = Math.max(0, unavailable - lacking);
  const surges = Math.max(0, surge - surging - nodesNow.length);
  return sync(round, [...gone, ...(surge > 0 ? [] : candidates.slice(0, more))], surge > 0 ? [...nodesNow, ...nodesNext.slice(0, surges)] : []);
}

function sync(round: Round, spare: readonly Pod[], nodes: readonly string[]): unknown {
  const { set, context, expectations, key, hash } = round;
  const namespace = set.metadata.namespace ?? "";
  let { error: failure } = slowStart(Math.min(nodes.length, 250), (at) => {
    try {
      const pod = context.client.create("pods", namespace, daemonPod(set, nodes[at] ?? "", hash));
      expectCreated(expectations, key, context.now, pod.metadata.name, pod.metadata.uid);
      context.event(set, "Normal", "SuccessfulCreate", `Created pod: ${pod.metadata.name}`);
    } catch (error) {
      if (isNamespaceTerminating(error)) return;
      context.event(set, "Warning", "FailedCreate", `Error creating: ${messageOf(error)}`);
      throw error;
    }
  });
  for (const pod of spare) {
    try {
      context.client.delete("pods", namespace, pod.metadata.name, { preconditions: { uid: pod.metadata.uid } });
      expectDeleted(expectations, key, context.now, pod.metadata.name, pod.metadata.uid);
      context.event(set, "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`);
    } catch (error) {
      if (isNotFound(error)) continue;
      context.event(set, "Warning", "FailedDelete", `Error deleting: ${messageOf(error)}`);
      failure ??= error;
    }
  }
  return failure;
}

function writeStatus(round: Round): void {
  const { set, context, hash } = round;
  let [desired, current, misplaced, ready, available, updated] = [0, 0, 0, 0, 0, 0];
  for (const node of round.nodes) {
    const [pod] = round.pods.get(node.metadata.name) ?? [];
    if (!nodeSuits(set, node).run) {
      if (pod !== undefined) misplaced++;
      continue;
    }
    desired++;
    if (pod === undefined) continue;
    current++;
    if (isPodReady(pod)) {
      ready++;
      if (isAvailable(round, pod)) available++;
    }
    if (isUpdated(set, pod, hash)) updated++;
  }
  const status: NonNullable<DaemonSet["status"]> = {
    currentNumberScheduled: current, desiredNumberScheduled: desired, numberMisscheduled: misplaced, numberReady: ready,
    ...(available === 0 ? {} : { numberAvailable: available }), ...(desired - available === 0 ? {} : { numberUnavailable: desired - available }),
    ...(updated === 0 ? {} : { updatedNumberScheduled: updated }), ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    ...(set.status?.collisionCount === undefined ? {} : { collisionCount: set.status.collisionCount }),
  };
  if (!equalJson(set.status ?? {}, status)) context.client.update(resource, set.metadata.namespace ?? "", { ...set, status }, "status");
}
