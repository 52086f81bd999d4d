import type { Controller, ControllerContext } from "./controller";
import type { Lease, Node, Pod, Taint } from "../api/types";
import { equalJson } from "../api/equal";
import { ApiError } from "../api/status";
import { isNotFound } from "./failures";
import { isPodReady } from "./pod-state";

/** How often nodes are looked at, how long one may be silent, and after a start: ms. */
const monitorPeriod = 5000;
const gracePeriod = 50_000;

const unreachable = "node.kubernetes.io/unreachable";
const notReady = "node.kubernetes.io/not-ready";
/** Which taint each state of a node's condition brings; all keep new pods out. */
const conditionTaints: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: notReady, Unknown: unreachable },
  MemoryPressure: { True: "node.kubernetes.io/memory-pressure" },
  DiskPressure: { True: "node.kubernetes.io/disk-pressure" },
  PIDPressure: { True: "node.kubernetes.io/pid-pressure" },
  NetworkUnavailable: { True: "node.kubernetes.io/network-unavailable" },
};
const managed = new Set(Object.values(conditionTaints).flatMap((states) => Object.values(states)));

/** A node as last looked at: the renewTime of its lease and the heartbeat of its status, when that was noticed (virtual ms), and the object that called for nothing. */
interface Heard {
  renewTime: string;
  heartbeat: string;
  at: number;
  well: Node | undefined;
}

/** The key of the round that looks at all nodes; the others are names of nodes that have changed. */
const everyNode = "";

interface State {
  readonly heard: Map<string, Heard>;
  /** When all nodes are to be looked at again, virtual ms. */
  due: number | undefined;
}

const none: readonly never[] = [];

/**
 * Watches over nodes: one that is silent becomes Unknown, its taints tell the scheduler and the eviction controller,
 * and its pods are no longer counted as ready.
 */
export const nodeLifecycle: Controller = {
  name: "node-controller",
  user: "system:serviceaccount:kube-system:node-controller",
  workers: 8,
  watches: [
    { resource: "nodes", keys: (change) => (change.type === "ADDED" ? [change.ref.name, everyNode] : [change.ref.name]) },
    { resource: "leases.coordination.k8s.io", keys: () => none },
    { resource: "pods", keys: () => none },
  ],
  reconcile,
};

type Condition = NonNullable<NonNullable<Node["status"]>["conditions"]>[number];

function reconcile(key: string, context: ControllerContext): void | { readonly again: number; readonly background: true } {
  const state = context.state((): State => ({ heard: new Map(), due: undefined }));
  const { heard } = state;
  if (key !== everyNode) {
    look(key, heard, context);
    return;
  }
  const { now } = context;
  if (state.due === undefined || now >= state.due) {
    if (state.due !== undefined) for (const name of heard.keys()) lookAgain(name, heard, context);
    state.due = now + monitorPeriod - (now % monitorPeriod);
  }
  if (heard.size > 0) return { again: state.due - now, background: true };
  state.due = undefined;
}

/** A look in the round of all nodes: where it fails, that node alone is looked at once more. */
function lookAgain(name: string, heard: Map<string, Heard>, context: ControllerContext): void {
  try {
    look(name, heard, context);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    context.enqueue(name, 5);
  }
}

function look(name: string, heard: Map<string, Heard>, context: ControllerContext): void {
  const node = context.cache.get({ resource: "nodes", namespace: "", name }) as Node | undefined;
  if (node === undefined) {
    heard.delete(name);
    return;
  }
  const lease = context.cache.get({ resource: "leases.coordination.k8s.io", namespace: "kube-node-lease", name }) as Lease | undefined;
  const renewTime = lease?.spec.renewTime ?? "";
  let known = heard.get(name);
  if (known === undefined) {
    heard.set(name, known = { renewTime: "", heartbeat: "", at: -Infinity, well: undefined });
    context.event(node, "Normal", "RegisteredNode", `Node ${name} event: Registered Node ${name} in Controller`);
  }
  const heartbeat = known.well === node ? known.heartbeat : conditionOf(node, "Ready")?.lastHeartbeatTime ?? "";
  let current = node;
  if (known.at === -Infinity || known.renewTime !== renewTime || known.heartbeat !== heartbeat) {
    known.at = context.now;
    known.renewTime = renewTime;
    known.heartbeat = heartbeat;
  } else if (context.now - known.at > gracePeriod && lease !== undefined) {
    known.at = Math.max(known.at, context.heartbeat(name) ?? -Infinity);
    if (context.now - known.at > gracePeriod) current = makeUnknown(node, context);
  }
  if (known.well === current) return;
  retaint(current, context);
  const ready = conditionOf(current, "Ready")?.status === "True";
  if (!ready) markPods(current, context);
  known.well = ready && current === node && (node.spec.taints ?? none).length === 0 && isWell(node) ? node : undefined;
}

function conditionOf(node: Node, type: string): Condition | undefined {
  return node.status?.conditions?.find((condition) => condition.type === type);
}

function makeUnknown(node: Node, context: ControllerContext): Node {
  const at = context.timestamp();
  const types = ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"];
  const conditions = (node.status?.conditions ?? []).map((condition): Condition => !types.includes(condition.type) || condition.status === "Unknown" ? condition
    : { ...condition, status: "Unknown", reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status.", lastTransitionTime: at });
  if (equalJson(conditions, node.status?.conditions ?? [])) return node;
  const next = context.client.update("nodes", "", { ...node, status: { ...node.status, conditions } }, "status") as Node;
  context.event(node, "Normal", "NodeNotReady", `Node ${node.metadata.name} status is now: NodeNotReady`);
  return next;
}

/** Whether nothing of a node calls for a taint. */
function isWell(node: Node): boolean {
  return node.spec.unschedulable !== true && node.status?.conditions?.some(({ type, status }) => conditionTaints[type]?.[status] !== undefined) !== true;
}

/** Brings the taints in line with the conditions: at first they keep pods out, then, five seconds later, drive them out. */
function retaint(node: Node, context: ControllerContext): void {
  const old = node.spec.taints ?? none;
  if (old.length === 0 && isWell(node)) return;
  const at = context.timestamp();
  const wanted = new Map<string, Taint>();
  for (const [type, states] of Object.entries(conditionTaints)) {
    const condition = conditionOf(node, type);
    const key = condition === undefined ? undefined : states[condition.status];
    if (key === undefined) continue;
    wanted.set(`${key} NoSchedule`, { key, effect: "NoSchedule", timeAdded: at });
    if (type !== "Ready" || condition?.lastTransitionTime === undefined) continue;
    const since = context.now + context.epoch - Date.parse(condition.lastTransitionTime);
    if (since >= monitorPeriod) wanted.set(`${key} NoExecute`, { key, effect: "NoExecute", timeAdded: at });
  }
  if (node.spec.unschedulable === true) wanted.set("node.kubernetes.io/unschedulable NoSchedule", { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule", timeAdded: at });
  const isManaged = (taint: Taint): boolean => managed.has(taint.key) || taint.key === "node.kubernetes.io/unschedulable";
  const kept = old.filter((taint) => !isManaged(taint) || wanted.has(`${taint.key} ${taint.effect}`));
  const fresh = [...wanted].filter(([id]) => !old.some((taint) => `${taint.key} ${taint.effect}` === id)).map(([, taint]) => taint);
  if (fresh.length === 0 && kept.length === old.length) return;
  const taints = [...kept, ...fresh];
  context.client.patch("nodes", "", node.metadata.name, { metadata: { resourceVersion: node.metadata.resourceVersion }, spec: { taints: taints.length === 0 ? null : taints } });
}

/** Nobody hears from these pods: they are not ready, whatever they last said. */
function markPods(node: Node, context: ControllerContext): void {
  for (const pod of context.cache.list("pods", { index: ["node", node.metadata.name] }) as readonly Pod[]) {
    if (!isPodReady(pod)) continue;
    const conditions = (pod.status?.conditions ?? []).map((condition) => condition.type !== "Ready" ? condition
      : { ...condition, status: "False", lastTransitionTime: context.timestamp() });
    try {
      context.client.update("pods", pod.metadata.namespace ?? "", { ...pod, status: { ...pod.status, conditions } }, "status");
      context.event(pod, "Warning", "NodeNotReady", "Node is not ready");
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
