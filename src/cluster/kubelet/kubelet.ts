import type { Pod } from "../api/types";
import type { Change } from "../api/store";
import type { NodeOptions } from "../cluster-contract";
import type { Controller, ControllerContext } from "../controllers/controller";
import type { Client } from "../controllers/client";
import { isNotFound } from "../controllers/failures";
import type { Image, Userland } from "../images/program";
import type { Dict, Json, Ref } from "../model";
import type { Network } from "../network/port";
import type { TimerHandler, World } from "../world";
import { fault } from "./faults";
import { hookOver } from "./hooks";
import { kubeletState, type PodState } from "./kubelet-state";
import { addNode, syncNode, unwrittenHeartbeat } from "./node-status";
import { newPod, work } from "./pod-worker";
import { probeTimers } from "./probes";
import { processHost, type Processes } from "./processes";
import { jitter } from "./round";
import { podKey, runtime } from "./runtime-state";
import { dropVolumes, shows } from "./volumes";

export interface KubeletParts {
  readonly nodes: readonly NodeOptions[];
  readonly latency: "zero" | "recorded";
  readonly image: (reference: string) => Image;
  readonly userland?: () => Userland | undefined;
  readonly network?: () => Network | undefined;
  readonly logBounds?: { readonly lines: number; readonly bytes: number };
}

export interface Kubelet {
  readonly controller: Controller;
  readonly processes: Processes;
  /** Handlers of every timer that kubelets and processes set. */
  readonly timers: Dict<TimerHandler>;
  /** Adds the first nodes; their keys go on the controller's queue. */
  boot(world: World, queue: { enqueue(key: string): void }): void;
  /** Does the deeds about nodes and faults; false where the deed is another's. */
  deed(world: World, deed: { readonly is: string; readonly name?: string; readonly op?: string; readonly ref?: Ref }, client: Client, queue: { enqueue(key: string): void }): boolean;
}

/** The kubelets of all nodes as one controller: keys "pod:<namespace>/<name>" and "node:<name>". */
export function kubelet(parts: KubeletParts): Kubelet {
  let world: World | undefined;
  let latest: ControllerContext | undefined;
  const wake = (key: string): void => latest?.enqueue(`pod:${key}`);

  const processes = processHost({
    image: parts.image,
    ...(parts.userland ? { userland: parts.userland } : {}),
    ...(parts.network ? { network: parts.network } : {}),
    logBounds: parts.logBounds ?? { lines: 10_000, bytes: 1_000_000 },
    exited: (_world, container) => { wake(podKey(container.pod)); },
    nodeUp: (at, node) => kubeletState(at).nodes[node]?.stopped === false,
  });

  const refOf = (key: string): Ref => {
    const slash = key.indexOf("/");
    return { resource: "pods", namespace: key.slice(0, slash), name: key.slice(slash + 1) };
  };
  const podOf = (key: string): Pod | undefined => latest?.cache.get(refOf(key)) as unknown as Pod | undefined;

  /** Forgets a pod: whatever still runs of it is killed. */
  const forget = (at: World, key: string, state: PodState): void => {
    for (const each of Object.values(state.containers)) processes.remove(at, each.key);
    const node = kubeletState(at).nodes[state.node];
    if (node && state.address !== undefined && state.sandbox === "ready") node.addresses.delete(state.address);
    dropVolumes(at, state.uid);
    runtime(at).ports.delete(key);
    kubeletState(at).pods.delete(key);
  };

  const syncPod = (at: World, context: ControllerContext, key: string): void | { again: number; background?: boolean } => {
    const all = kubeletState(at);
    let state = all.pods.get(key);
    const ref = state === undefined ? refOf(key) : state.ref;
    const pod = context.cache.get(ref) as unknown as Pod | undefined;
    if (state !== undefined && all.nodes[state.node]?.stopped) return;
    if (state !== undefined && (pod === undefined || pod.metadata.uid !== state.uid)) {
      forget(at, key, state);
      state = undefined;
    }
    const name = pod?.spec.nodeName;
    const node = name === undefined ? undefined : all.nodes[name];
    if (pod === undefined || node === undefined || node.removed || node.stopped) return;
    const { now } = at.clock;
    const pace = parts.latency === "zero" ? 0 : 1;
    if (state === undefined) {
      const phase = pod.status?.phase;
      // A pod that ended before this kubelet knew of it has nothing left to run; it is only seen off.
      if (phase === "Succeeded" || phase === "Failed") {
        if (pod.metadata.deletionTimestamp !== undefined) remove(context.client, pod);
        return;
      }
      state = newPod({ ref, pod, now, pace }, node.name);
      all.pods.set(key, state);
    }
    const due = work({ world: at, context, processes, image: parts.image, pace, key, pod, state, node, now });
    if (due === "gone") return forget(at, key, state);
    if (due !== undefined) return { again: Math.max(1, due.at - now), background: due.background };
  };

  const controller: Controller = {
    name: "kubelet",
    user: "system:node:kubelet",
    workers: 1_000,
    watches: [
      { resource: "pods", keys: (change) => (onNode(change) && matters(change) ? [`pod:${podKey(change.ref)}`] : []) },
      { resource: "nodes", keys: (change) => (change.type === "MODIFIED" && isLost(change) ? [`node:${change.ref.name}`] : []) },
      { resource: "configmaps", keys: (change) => (change.type === "ADDED" ? [] : [`configmaps:${podKey(change.ref)}`]) },
      { resource: "secrets", keys: (change) => (change.type === "ADDED" ? [] : [`secrets:${podKey(change.ref)}`]) },
      { resource: "services", keys: () => [] },
      { resource: "persistentvolumeclaims", keys: () => [] },
      { resource: "persistentvolumes", keys: () => [] },
    ],
    reconcile(key, context) {
      latest = context;
      if (!world) return;
      const colon = key.indexOf(":");
      const kind = key.slice(0, colon);
      const rest = key.slice(colon + 1);
      if (kind === "pod") return syncPod(world, context, rest);
      if (kind === "node") {
        const node = kubeletState(world).nodes[rest];
        return node && syncNode(world, context, node);
      }
      if (kind === "configmaps" || kind === "secrets") refresh(world, context, kind, rest);
    },
  };

  /** Mounted content follows its object within the kubelet's sync period and the cache's age: about a minute. */
  const refresh = (at: World, context: ControllerContext, resource: "configmaps" | "secrets", ref: string): void => {
    const slash = ref.indexOf("/");
    for (const object of context.cache.list("pods", { namespace: ref.slice(0, slash) })) {
      const pod = object as unknown as Pod;
      const state = kubeletState(at).pods.get(`${ref.slice(0, slash)}/${pod.metadata.name}`);
      if (!state || !shows(pod, resource, ref.slice(slash + 1))) continue;
      state.refreshAt = at.clock.now + jitter({ state }, 45_000, 75_000);
      context.enqueue(`pod:${ref.slice(0, slash)}/${pod.metadata.name}`);
    }
  };

  return {
    controller, processes,
    timers: {
      ...processes.timers,
      ...probeTimers({
        processes, pod: (_world, key) => podOf(key), wake,
        stopped: (at, node) => kubeletState(at).nodes[node]?.stopped === true,
        event: (pod, type, reason, message, container) => {
          const init = (pod.spec.initContainers ?? []).some((each) => each.name === container);
          latest?.event(pod, type, reason, message, `spec.${init ? "initContainers" : "containers"}{${container}}`);
        },
      }),
      "kubelet.hook": (at, args: Json) => {
        const key = hookOver(at, args);
        if (key !== undefined) wake(key);
      },
    },
    boot(at, queue) {
      world = at;
      for (const node of parts.nodes) {
        addNode(at, node);
        queue.enqueue(`node:${node.name}`);
      }
    },
    deed(at, deed, client, queue) {
      if (deed.is === "fault" && deed.ref && deed.op !== undefined) {
        const key = fault(at, processes, deed.ref, deed.op);
        if (key !== undefined) queue.enqueue(key);
        return true;
      }
      if (deed.is !== "node" || deed.name === undefined) return false;
      const state = kubeletState(at);
      if (deed.op === "add") addNode(at, { name: deed.name });
      const node = state.nodes[deed.name];
      if (!node) return true;
      if (deed.op === "stop") {
        // Up to now it was alive, whether or not that was written.
        node.heartbeat = unwrittenHeartbeat(at, node.name) ?? node.heartbeat;
        node.stopped = true;
      }
      else if (deed.op === "start") node.stopped = false;
      else if (deed.op === "remove") {
        node.removed = true;
        for (const [key, pod] of state.pods) if (pod.node === node.name) forget(at, key, pod);
        try {
          client.delete("nodes", "", node.name);
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
      }
      queue.enqueue(`node:${deed.name}`);
      for (const pod of at.store.list("pods", { index: ["node", deed.name] })) queue.enqueue(`pod:${pod.metadata.namespace ?? ""}/${pod.metadata.name}`);
      return true;
    },
  };
}

function remove(client: Client, pod: Pod): void {
  try {
    client.delete("pods", pod.metadata.namespace ?? "", pod.metadata.name, { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function onNode(change: Change): boolean {
  return ((change.object["spec"] as { nodeName?: string } | undefined)?.nodeName ?? "") !== "";
}

/** A kubelet's own status writes come back to it; they ask for nothing. */
function matters(change: Change): boolean {
  const { object, previous } = change;
  if (change.type !== "MODIFIED" || !previous) return true;
  const gates = (object["spec"] as { readinessGates?: unknown }).readinessGates !== undefined;
  return gates || object["spec"] !== previous["spec"] || object.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp
    || object.metadata.labels !== previous.metadata.labels || object.metadata.annotations !== previous.metadata.annotations;
}

/** The node controller has written that it heard nothing of the node: a kubelet that lives says so at once. */
function isLost(change: Change): boolean {
  const conditions = (change.object["status"] as { conditions?: readonly { type: string; status: string }[] } | undefined)?.conditions ?? [];
  return conditions.some((condition) => condition.type === "Ready" && condition.status !== "True");
}
