import type { Controller, ControllerContext } from "../controllers/controller";
import type { Node, Pod } from "../api/types";
import type { Change, Reader } from "../api/store";
import { equalJson } from "../api/equal";
import { ApiError } from "../api/status";
import { isNotFound, messageOf } from "../controllers/failures";
import { keyOf, splitKey } from "../controllers/keys";
import { choose } from "./choose";
import type { Candidate, Cycle, Filter } from "./filter";
import { filters } from "./filters/index";
import { claimNames } from "./filters/volume-binding";
import { beginFilters, refusal } from "./fit";
import { preempt } from "./preemption";
import type { Preemption } from "./preemption";
import { activate, backoffOf, forget, next } from "./queue";
import { podRequests } from "./requests";
import { noteNode, place, remove } from "./snapshot";
import { initialState } from "./state";
import type { SchedulerState, Waiting } from "./state";
import { nodesChanged, podOf, viewOf } from "./view";

const name = "default-scheduler";
/** Pods that nothing helped are tried again after this long, whatever happened. */
const flushAfter = 5 * 60_000;

/**
 * The scheduler. Its queue keys are what is to be done: take note of a node or pod, run one scheduling cycle, bind a chosen pod.
 * Cycles come one after the other; notes and bindings go on beside them.
 */
export const scheduler: Controller = {
  name,
  user: "system:kube-scheduler",
  workers: 64,
  watches: [
    {
      resource: "nodes",
      keys: (change, cache) => {
        nodesChanged(cache);
        return [`node ${change.ref.name}`];
      },
    },
    { resource: "pods", keys: podKeys },
    { resource: "namespaces", keys: () => [] },
    { resource: "persistentvolumeclaims", keys: (change) => (change.type === "DELETED" ? [] : [`claim ${keyOf(change.object)}`]) },
    { resource: "persistentvolumes", keys: volumeKeys },
    { resource: "storageclasses.storage.k8s.io", keys: volumeKeys },
  ],
  reconcile,
};

/** Only what matters to scheduling: where a pod is, what it is, whether it is over. */
function podKeys(change: Change, _cache: Reader): readonly string[] {
  const pod = change.object as Pod;
  const before = change.previous as Pod | undefined;
  if (change.type === "MODIFIED" && before !== undefined && equalJson(before.spec, pod.spec) && equalJson(before.metadata.labels, pod.metadata.labels)
    && before.metadata.deletionTimestamp === pod.metadata.deletionTimestamp && isOver(before) === isOver(pod)) return [];
  return [`pod ${keyOf(pod)}`];
}

function volumeKeys(): readonly string[] {
  return ["volumes"];
}

function isOver(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

function reconcile(key: string, context: ControllerContext): void | { readonly again: number; readonly background?: boolean } {
  const state = context.state(initialState);
  const space = key.indexOf(" ");
  const what = space < 0 ? key : key.slice(0, space);
  const of = key.slice(space + 1);
  switch (what) {
    case "node": return noteNodeChange(of, state, context);
    case "pod": return notePod(of, state, context);
    case "volumes": return help(state, context, "volume");
    case "claim": return help(state, context, "volume", undefined, of);
    case "bind": return bind(of, state, context);
    case "cycle": return cycle(state, context);
    case "flush": return flush(state, context);
    default: throw new Error(`unknown work: ${key}`);
  }
}

function noteNodeChange(nodeName: string, state: SchedulerState, context: ControllerContext): void {
  const node = context.cache.get({ resource: "nodes", namespace: "", name: nodeName }) as Node | undefined;
  noteNode(state, nodeName, node);
  const info = state.nodes[nodeName];
  if (node === undefined || info === undefined) return;
  const facts = JSON.stringify([node.metadata.labels, node.spec.taints, node.spec.unschedulable, node.status?.allocatable]);
  if (facts === info.facts) return;
  info.facts = facts;
  help(state, context, "node", { node, info });
}

function notePod(key: string, state: SchedulerState, context: ControllerContext): void {
  const { namespace, name: podName } = splitKey(key);
  const pod = context.cache.get({ resource: "pods", namespace, name: podName }) as Pod | undefined;
  const placed = state.placed.get(key);
  if (pod === undefined || isOver(pod)) {
    forget(state, key);
    state.nominated.delete(key);
    if (remove(state, key)) help(state, context, "pod-gone");
    return;
  }
  if (pod.spec.nodeName !== undefined && pod.spec.nodeName !== "") {
    forget(state, key);
    state.nominated.delete(key);
    const known = placed !== undefined && placed.uid === pod.metadata.uid && placed.node === pod.spec.nodeName;
    if (known && !placed.assumed) return;
    place(state, key, pod, pod.spec.nodeName, false);
    help(state, context, "pod-came");
    return;
  }
  if (placed !== undefined && placed.uid !== pod.metadata.uid) remove(state, key);
  else if (placed !== undefined) return;
  if (pod.spec.schedulerName !== undefined && pod.spec.schedulerName !== name) return;
  if (pod.metadata.deletionTimestamp !== undefined || (pod.spec.schedulingGates ?? []).length > 0) {
    forget(state, key);
    return;
  }
  const known = state.unschedulable.get(key);
  if (known !== undefined && known.uid === pod.metadata.uid) return;
  activate(state, { key, uid: pod.metadata.uid, priority: pod.spec.priority ?? 0, since: context.now, attempts: 0, failed: 0, plugins: [], until: 0 });
  context.enqueue("cycle");
}

const helpsOf = (change: Filter["helps"][number]): ReadonlySet<string> => new Set(filters.filter((filter) => filter.helps.includes(change)).map((filter) => filter.name));
/** The filters whose refusal a change may turn. */
const helpedBy = { node: helpsOf("node"), "pod-gone": helpsOf("pod-gone"), "pod-came": helpsOf("pod-came"), volume: helpsOf("volume") };

const byKey = (a: Waiting, b: Waiting): number => (a.key < b.key ? -1 : 1);

/** Something changed: the refused pods whose filters it may satisfy are tried again. A changed node is asked whether it would do now; a claim ("namespace/name") helps who mounts it. */
function help(state: SchedulerState, context: ControllerContext, change: "node" | "pod-gone" | "pod-came" | "volume", candidate?: Candidate, claim?: string): void {
  if (state.unschedulable.size === 0) return;
  let view: Cycle | undefined;
  const helped = helpedBy[change];
  const concerned = [...state.unschedulable.values()].filter(({ plugins }) => plugins.length === 0 || plugins.some((plugin) => helped.has(plugin)));
  for (const waiting of concerned.sort(byKey)) {
    const { key } = waiting;
    // One more pod helps who wants to be near it, not who wants to be far.
    if (change === "pod-came" && waiting.plugins.every((plugin) => plugin === "InterPodAffinity" || !helped.has(plugin))
      && podOf(key, context.cache)?.spec.affinity?.podAffinity === undefined) continue;
    if (change === "volume") {
      const pod = podOf(key, context.cache);
      const namespace = pod?.metadata.namespace ?? "";
      const names = pod === undefined ? [] : claimNames(pod);
      // A claim that is not there is VolumeRestrictions' refusal: volumes and classes do not help it.
      const helps = claim === undefined ? names.every((one) => context.cache.get({ resource: "persistentvolumeclaims", namespace, name: one }) !== undefined) : names.some((one) => `${namespace}/${one}` === claim);
      if (!helps) continue;
    }
    if (candidate !== undefined && waiting.plugins.length > 0) {
      const pod = podOf(key, context.cache);
      if (pod === undefined) continue;
      const { checks, reject } = beginFilters(pod, view ??= viewOf(state, context.cache));
      if (reject !== undefined) continue;
      const refused = refusal(checks, candidate);
      // Resources, ports and neighbours may still be in the way of the very node: then nothing is gained.
      if (refused !== undefined) continue;
    }
    const wait = waiting.until - context.now;
    if (wait > 0) {
      context.enqueue("cycle", wait);
      continue;
    }
    activate(state, waiting);
    context.enqueue("cycle");
  }
}

/** One scheduling cycle: the next pod of the queue gets a node, or is refused. */
function cycle(state: SchedulerState, context: ControllerContext): void {
  if (state.heldUntil >= 0 && state.heldUntil <= context.now) activateHeld(state, context);
  const waiting = next(state);
  if (waiting === undefined) return;
  if (state.active.length > 0) context.enqueue("cycle");
  const pod = podOf(waiting.key, context.cache);
  if (pod === undefined || pod.metadata.uid !== waiting.uid || pod.metadata.deletionTimestamp !== undefined || state.placed.get(waiting.key) !== undefined) return;
  waiting.attempts++;
  const view = viewOf(state, context.cache);
  const choice = choose(pod, view, context.random);
  if (choice.node !== undefined) {
    place(state, waiting.key, pod, choice.node, true);
    state.nominated.delete(waiting.key);
    context.enqueue(`bind ${waiting.key}`);
    return;
  }
  const relief = choice.rejected && choice.plugins.length === 0 ? "" : preempt(pod, view, choice.refusals);
  const message = typeof relief === "string" && relief !== "" ? `${choice.message} ${relief}` : choice.message;
  state.unschedulable.set(waiting.key, { ...waiting, failed: context.now, plugins: choice.plugins, until: 0 });
  plan(state, context);
  context.event(pod, "Warning", "FailedScheduling", message.slice(0, 1024));
  noteRefusal(pod, "Unschedulable", message, typeof relief === "string" ? undefined : relief.node, context);
  if (typeof relief !== "string") evict(pod, waiting, relief, state, context);
}

/** Puts back in the queue who was put off after an error and is due. */
function activateHeld(state: SchedulerState, context: ControllerContext): void {
  state.heldUntil = -1;
  for (const waiting of [...state.unschedulable.values()]) {
    if (waiting.until === 0 || waiting.plugins.length > 0) continue;
    if (waiting.until <= context.now) activate(state, waiting);
    else hold(state, waiting);
  }
}

function hold(state: SchedulerState, waiting: Waiting): void {
  if (state.heldUntil < 0 || waiting.until < state.heldUntil) state.heldUntil = waiting.until;
}

/** Sets the flush of pods that nothing helped, if it isn't set. */
function plan(state: SchedulerState, context: ControllerContext): void {
  if (state.flushAt > context.now) return;
  state.flushAt = context.now + flushAfter;
  context.enqueue("flush");
}

function flush(state: SchedulerState, context: ControllerContext): void | { readonly again: number; readonly background: true } {
  for (const waiting of [...state.unschedulable.values()].sort(byKey)) {
    if (context.now - waiting.failed < flushAfter) continue;
    activate(state, waiting);
    context.enqueue("cycle");
  }
  if (state.unschedulable.size === 0) {
    state.flushAt = -1;
    return;
  }
  state.flushAt = context.now + flushAfter;
  return { again: flushAfter, background: true };
}

/** Says on the pod why it waits; and for which node, if victims are being removed there. */
function noteRefusal(pod: Pod, reason: string, message: string, nominate: string | undefined, context: ControllerContext): void {
  const old = pod.status?.conditions?.find((condition) => condition.type === "PodScheduled");
  const same = old?.status === "False" && old.reason === reason && old.message === message;
  if (same && nominate === undefined) return;
  const lastTransitionTime = old?.status === "False" && old.lastTransitionTime !== undefined ? old.lastTransitionTime : context.timestamp();
  const condition = { type: "PodScheduled", status: "False", reason, message, lastProbeTime: null, lastTransitionTime };
  try {
    context.client.patch("pods", pod.metadata.namespace ?? "", pod.metadata.name, {
      status: { ...(same ? {} : { conditions: [condition] }), ...(nominate === undefined ? {} : { nominatedNodeName: nominate }) },
    }, "status", "strategic");
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function evict(pod: Pod, waiting: Waiting, { node, victims }: Preemption, state: SchedulerState, context: ControllerContext): void {
  state.nominated.set(waiting.key, { node, priority: waiting.priority, requests: podRequests(pod) });
  for (const victim of victims) {
    const namespace = victim.metadata.namespace ?? "";
    try {
      context.client.patch("pods", namespace, victim.metadata.name, {
        status: {
          conditions: [{
            type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler", message: `${name}: preempting to accommodate a higher priority pod`,
            lastProbeTime: null, lastTransitionTime: context.timestamp(),
          }],
        },
      }, "status", "strategic");
      context.client.delete("pods", namespace, victim.metadata.name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    context.event(victim, "Normal", "Preempted", `Preempted by pod ${pod.metadata.uid} on node ${node}`);
  }
}

/** Tells the server which node was chosen. */
function bind(key: string, state: SchedulerState, context: ControllerContext): void {
  const placed = state.placed.get(key);
  if (placed === undefined || !placed.assumed) return;
  const pod = podOf(key, context.cache);
  if (pod === undefined || pod.metadata.uid !== placed.uid) return;
  const namespace = pod.metadata.namespace ?? "";
  try {
    context.client.post("pods", namespace, pod.metadata.name, "binding", {
      apiVersion: "v1", kind: "Binding", metadata: { name: pod.metadata.name, namespace, uid: placed.uid },
      target: { apiVersion: "v1", kind: "Node", name: placed.node },
    });
    context.event(pod, "Normal", "Scheduled", ["Successfully assigned ", namespace, "/", pod.metadata.name, " to ", placed.node].join(""));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    remove(state, key);
    help(state, context, "pod-gone");
    if (isNotFound(error)) return;
    context.event(pod, "Warning", "FailedScheduling", `running Bind plugin "DefaultBinder": ${messageOf(error)}`);
    const waiting: Waiting = {
      key, uid: placed.uid, priority: placed.priority, since: context.now, attempts: 1, failed: context.now, plugins: [], until: 0,
    };
    waiting.until = context.now + backoffOf(waiting);
    state.unschedulable.set(key, waiting);
    hold(state, waiting);
    context.enqueue("cycle", backoffOf(waiting));
  }
}
