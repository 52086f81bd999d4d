import type { Node, Pod } from "../api/types";
import type { Dict } from "../model";
import { controllerOf } from "../controllers/keys";
import { amountOf } from "./amount";
import { add, podRequests, usualRequests } from "./requests";
import type { NodeInfo, Placed, SchedulerState } from "./state";

/** Keeps, pod by pod and node by node, what each node has left, so that a scheduling cycle never counts all pods anew. */

export function nodeInfo(state: SchedulerState, name: string): NodeInfo {
  return state.nodes[name] ??= {
    name, exists: false, allocatable: {}, requested: {}, usual: { cpu: 0, memory: 0 }, pods: new Set(), count: 0, hostPorts: {}, owners: {}, facts: "",
  };
}

/** Takes a node as the cache shows it, or its absence. */
export function noteNode(state: SchedulerState, name: string, node: Node | undefined): void {
  state.noted++;
  if (node === undefined) {
    const info = state.nodes[name];
    if (info === undefined) return;
    info.exists = false;
    info.facts = "";
    if (info.count === 0) delete state.nodes[name];
    return;
  }
  const info = nodeInfo(state, name);
  info.exists = true;
  const allocatable: Record<string, number> = {};
  for (const [resource, quantity] of Object.entries((node.status?.allocatable ?? node.status?.capacity ?? {}) as Dict)) allocatable[resource] = amountOf(resource, quantity);
  info.allocatable = allocatable;
}

const none: readonly string[] = [];

/** Counts a pod on a node. `assumed`: the binding is our own and not in the cache yet. */
export function place(state: SchedulerState, key: string, pod: Pod, node: string, assumed: boolean): void {
  remove(state, key);
  const info = nodeInfo(state, node);
  const owner = controllerOf(pod)?.uid;
  const placed: Placed = {
    node, uid: pod.metadata.uid, requests: podRequests(pod), usual: usualRequests(pod), hostPorts: hostPortsOf(pod), priority: pod.spec.priority ?? 0,
    repels: (pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).length > 0, assumed,
    ...(owner === undefined ? {} : { owner }),
  };
  state.placed.set(key, placed);
  if (placed.repels) state.repelling.add(key);
  info.pods.add(key);
  count(info, placed, 1);
}

/** Takes a pod off its node; returns whether it was on one. */
export function remove(state: SchedulerState, key: string): boolean {
  const placed = state.placed.get(key);
  if (placed === undefined) return false;
  state.placed.delete(key);
  state.repelling.delete(key);
  const info = nodeInfo(state, placed.node);
  info.pods.delete(key);
  count(info, placed, -1);
  if (info.count === 0 && !info.exists) delete state.nodes[info.name];
  return true;
}

export function count(info: NodeInfo, placed: Placed, sign: 1 | -1): void {
  add(info.requested, placed.requests, sign);
  info.usual.cpu += sign * placed.usual.cpu;
  info.usual.memory += sign * placed.usual.memory;
  info.count += sign;
  for (const port of placed.hostPorts) {
    const left = (info.hostPorts[port] ?? 0) + sign;
    if (left === 0) delete info.hostPorts[port];
    else info.hostPorts[port] = left;
  }
  if (placed.owner !== undefined) {
    const left = (info.owners[placed.owner] ?? 0) + sign;
    if (left === 0) delete info.owners[placed.owner];
    else info.owners[placed.owner] = left;
  }
}

export function hostPortsOf(pod: Pod): readonly string[] {
  if (!pod.spec.containers.some((container) => container.ports?.some((port) => (port.hostPort ?? 0) > 0))) return none;
  return pod.spec.containers.flatMap((container) => (container.ports ?? [])
    .filter((port) => (port.hostPort ?? 0) > 0)
    .map((port) => `${port.protocol ?? "TCP"} ${port.hostIP ?? "0.0.0.0"} ${port.hostPort}`));
}
