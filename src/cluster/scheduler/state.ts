import type { Dict, Ms } from "../model";

/** What a pod takes of its node: millicores of cpu, plain units of everything else. */
export type Amounts = Dict<number>;

/** A pod as it is counted on a node. */
export interface Placed {
  readonly node: string;
  readonly uid: string;
  readonly requests: Amounts;
  readonly usual: { readonly cpu: number; readonly memory: number };
  /** "TCP 0.0.0.0 80" */
  readonly hostPorts: readonly string[];
  readonly priority: number;
  readonly owner?: string;
  /** Other pods may not come near it. */
  readonly repels: boolean;
  /** Chosen, but the cache does not show the binding yet. */
  assumed: boolean;
}

export interface NodeInfo {
  readonly name: string;
  exists: boolean;
  allocatable: Amounts;
  requested: Record<string, number>;
  /** As `requested`, but a container that asks for nothing counts as 100m and 200 MB: otherwise such pods would all look free. */
  usual: { cpu: number; memory: number };
  readonly pods: Set<string>;
  count: number;
  hostPorts: Record<string, number>;
  /** Pods of each owner, to spread a ReplicaSet without walking all pods. */
  owners: Record<string, number>;
  /** What of the node decides whether pods fit, as last seen. */
  facts: string;
}

/** A pod that waits. */
export interface Waiting {
  readonly key: string;
  readonly uid: string;
  readonly priority: number;
  /** When it was first queued: earlier goes first among equals. */
  readonly since: Ms;
  attempts: number;
  /** When it last failed. */
  failed: Ms;
  /** Which filters refused it. */
  plugins: readonly string[];
  /** Not before: after an error, not after a refusal. */
  until: Ms;
}

/** All that the scheduler keeps between rounds; plain data. */
export interface SchedulerState {
  nodes: Record<string, NodeInfo>;
  /** How often a node was taken note of. */
  noted: number;
  readonly placed: Map<string, Placed>;
  /** Keys of pods with required anti-affinity. */
  readonly repelling: Set<string>;
  /** Sorted, the next one last. */
  active: Waiting[];
  /** The keys of `active`. */
  readonly queued: Set<string>;
  readonly unschedulable: Map<string, Waiting>;
  /** When the first of them is due that was put off after an error; -1: none is. */
  heldUntil: Ms;
  /** Pods that wait for their victims to leave a node. */
  readonly nominated: Map<string, { readonly node: string; readonly priority: number; readonly requests: Amounts }>;
  /** Where the next search begins when not all nodes are looked at. */
  nextNode: number;
  /** When the flush of long-unschedulable pods is set for. */
  flushAt: Ms;
}

export function initialState(): SchedulerState {
  return { nodes: {}, noted: 0, placed: new Map(), repelling: new Set(), active: [], queued: new Set(), unschedulable: new Map(), heldUntil: -1, nominated: new Map(), nextNode: 0, flushAt: -1 };
}
