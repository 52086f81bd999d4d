import type { Client } from "../controllers/client";
import type { ControllerContext } from "../controllers/controller";
import type { NodeOptions } from "../cluster-contract";
import type { KubeObject, Ms } from "../model";
import type { World } from "../world";
import { hexadecimal } from "./draw";
import { kubeletState, type NodeState } from "./kubelet-state";
import { quantity } from "./pod-fields";
import { rangeOf } from "./sandbox";

/** How often a kubelet renews its lease, and how often it writes a status in which nothing changed. */
const renewEvery: Ms = 10_000;
const reportEvery: Ms = 300_000;
/** With more nodes than this, heartbeats are known without being written. */
const writtenUpTo = 50;

const usualCapacity = { cpu: "4", "ephemeral-storage": "61255492Ki", "hugepages-1Gi": "0", "hugepages-2Mi": "0", memory: "8145328Ki", pods: "110" };

/** Adds a machine to the cluster; its kubelet registers it in its first round. */
export function addNode(world: World, options: NodeOptions): void {
  const state = kubeletState(world);
  const known = state.nodes[options.name];
  if (known && !known.removed) return;
  if (known === undefined) state.names++;
  const index = state.nextNode++;
  state.nodes[options.name] = {
    name: options.name, index, address: `192.168.${59 + Math.floor((101 + index) / 250)}.${(101 + index) % 250}`, labels: options.labels ?? {},
    capacity: { ...usualCapacity, ...options.capacity }, ...(options.taints === undefined ? {} : { taints: options.taints }),
    stopped: false, registered: false, heartbeat: 0, statusAt: 0, images: {}, pullsUntil: 0, pulling: {}, lastAddress: 1, addresses: new Set(),
  };
}

/** When the kubelet of a node was last alive, where heartbeats are not written; undefined where they are, and where it never was. */
export function unwrittenHeartbeat(world: World, name: string): Ms | undefined {
  const state = kubeletState(world);
  const node = state.nodes[name];
  if (node === undefined || node.removed || state.names <= writtenUpTo) return undefined;
  return node.stopped ? node.heartbeat : world.clock.now;
}

/** What pods may use: capacity without what the system and the eviction threshold take (100Mi of memory, a tenth of the disk). */
function allocatableOf(capacity: Readonly<Record<string, string>>): Record<string, string> {
  const result: Record<string, string> = { ...capacity };
  const memory = capacity["memory"];
  if (memory) result["memory"] = `${Math.max(0, Math.floor(quantity(memory) / 1024) - 102_400)}Ki`;
  const storage = capacity["ephemeral-storage"];
  if (storage) result["ephemeral-storage"] = String(quantity(storage) - Math.floor(quantity(storage) * Math.fround(0.1)));
  return result;
}

function conditions(context: ControllerContext, before: readonly { readonly type: string; readonly status: string; readonly lastTransitionTime?: string }[]): readonly object[] {
  const now = context.timestamp();
  const make = (type: string, status: string, reason: string, message: string): object => {
    const known = before.find((condition) => condition.type === type);
    return { lastHeartbeatTime: now, lastTransitionTime: known?.status === status ? known.lastTransitionTime ?? now : now, message, reason, status, type };
  };
  return [
    make("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    make("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    make("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    make("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
  ];
}

/** What a node's status says of the machine: it stays as long as the machine does. */
function machineOf(node: NodeState): Machine {
  let machine = machines.get(node);
  if (machine === undefined) {
    const id = (n: number, length: number): string => hexadecimal(`node/${node.name}`, n, length);
    const uuid = (n: number): string => id(n, 32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5").slice(0, 36);
    machines.set(node, machine = {
      addresses: [{ address: node.address, type: "InternalIP" }, { address: node.name, type: "Hostname" }],
      allocatable: allocatableOf(node.capacity),
      nodeInfo: {
        architecture: "amd64", bootID: uuid(1), containerRuntimeVersion: "containerd://1.7.27", kernelVersion: "6.1.0-35-amd64", kubeProxyVersion: "", kubeletVersion: "v1.33.13",
        machineID: id(2, 32), operatingSystem: "linux", osImage: "Debian GNU/Linux 12 (bookworm)", systemUUID: uuid(3),
      },
    });
  }
  return machine;
}

interface Machine { readonly addresses: readonly object[]; readonly allocatable: object; readonly nodeInfo: object }
const machines = new WeakMap<NodeState, Machine>();
const daemonEndpoints = { kubeletEndpoint: { Port: 10250 } };

function statusOf(context: ControllerContext, node: NodeState, live: KubeObject | undefined): object {
  const known = (live?.["status"] ?? {}) as { readonly conditions?: readonly { type: string; status: string }[] };
  const { addresses, allocatable, nodeInfo } = machineOf(node);
  return { ...known, addresses, allocatable, capacity: node.capacity, conditions: conditions(context, known.conditions ?? []), daemonEndpoints, nodeInfo };
}

function nodeObject(node: NodeState, status: object): object {
  const range = `${rangeOf(node.index)}.0/24`;
  return {
    apiVersion: "v1", kind: "Node",
    metadata: {
      name: node.name, annotations: { "node.alpha.kubernetes.io/ttl": "0", "volumes.kubernetes.io/controller-managed-attach-detach": "true" },
      labels: {
        "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": node.name, "kubernetes.io/os": "linux", ...node.labels,
      },
    },
    spec: { podCIDR: range, podCIDRs: [range], ...(node.taints === undefined ? {} : { taints: node.taints }) },
    status,
  };
}

/** Renews the node's lease, or makes it. */
function renew(world: World, client: Client, node: NodeState, uid: string): void {
  const renewTime = world.timestamp(world.clock.now, true);
  const lease = client.find("leases.coordination.k8s.io", "kube-node-lease", node.name);
  if (lease) {
    client.update("leases.coordination.k8s.io", "kube-node-lease", { ...lease, spec: { ...(lease["spec"] as object), renewTime } });
    return;
  }
  client.create("leases.coordination.k8s.io", "kube-node-lease", {
    apiVersion: "coordination.k8s.io/v1", kind: "Lease",
    metadata: { name: node.name, namespace: "kube-node-lease", ownerReferences: [{ apiVersion: "v1", kind: "Node", name: node.name, uid }] },
    spec: { holderIdentity: node.name, leaseDurationSeconds: 40, renewTime },
  });
}

/** One round of a node's kubelet about the node itself: registration, lease, status. */
export function syncNode(world: World, context: ControllerContext, node: NodeState): { readonly again: Ms; readonly background: true } | undefined {
  if (node.stopped || node.removed) return undefined;
  const { client } = context;
  const now = world.clock.now;
  let live = client.find("nodes", "", node.name);
  if (!live) {
    live = client.create("nodes", "", nodeObject(node, statusOf(context, node, undefined)));
    if ((live["status"] as { conditions?: unknown } | undefined)?.conditions === undefined) {
      live = client.update("nodes", "", { ...live, status: statusOf(context, node, live) }, "status");
    }
    node.registered = true;
    node.statusAt = now;
    const tell = (reason: string, message: string): void => { context.event(live as KubeObject, "Normal", reason, message); };
    tell("Starting", "Starting kubelet.");
    for (const reason of ["NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID"]) tell(reason, `Node ${node.name} status is now: ${reason}`);
    tell("NodeAllocatableEnforced", "Updated Node Allocatable limit across pods");
    tell("NodeReady", `Node ${node.name} status is now: NodeReady`);
    renew(world, client, node, live.metadata.uid);
    node.heartbeat = now;
  } else {
    const ready = ((live["status"] as { conditions?: readonly { type: string; status: string }[] } | undefined)?.conditions ?? []).find((condition) => condition.type === "Ready");
    const back = ready?.status !== "True";
    const many = kubeletState(world).names > writtenUpTo;
    if (back || (!many && now - node.statusAt >= reportEvery)) {
      client.update("nodes", "", { ...live, status: statusOf(context, node, live) }, "status");
      node.statusAt = now;
      if (back) context.event(live, "Normal", "NodeReady", `Node ${node.name} status is now: NodeReady`);
    }
    if (!many && (now - node.heartbeat >= renewEvery || back)) {
      renew(world, client, node, live.metadata.uid);
      node.heartbeat = now;
    }
    if (many) return undefined;
  }
  return { again: Math.max(1, node.heartbeat + renewEvery - now), background: true };
}
