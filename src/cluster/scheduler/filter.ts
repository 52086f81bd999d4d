import type { Node, Pod } from "../api/types";
import type { Reader } from "../api/store";
import type { NodeInfo, SchedulerState } from "./state";

/** A node that is looked at. */
export interface Candidate {
  readonly node: Node;
  readonly info: NodeInfo;
}

/** Why a pod does not fit a node. */
export interface Unfit {
  readonly reasons: readonly string[];
  /** Removing other pods could change it. */
  readonly resolvable: boolean;
}

/** What is so for the nodes as a whole, and spares looking at each. */
export interface NodeFacts {
  /** Some node has a taint of the kind PreferNoSchedule. */
  readonly softTaints: boolean;
  /** Some node tells of images. */
  readonly images: boolean;
  /** Every node has a host name, and each its own. */
  readonly ownHosts: boolean;
}

/** One scheduling cycle's view: all nodes, and the pods counted on them. */
export interface Cycle {
  readonly candidates: readonly Candidate[];
  readonly facts: NodeFacts;
  readonly state: SchedulerState;
  readonly cache: Reader;
  /** The pods that count on a node. A trial of preemption leaves its victims out. */
  podsOn(info: NodeInfo): readonly Pod[];
}

export type Check = (candidate: Candidate) => Unfit | undefined;

/** No node will do, whatever it looks like. */
export interface Rejection {
  readonly reject: string;
}

/** A reason why a pod can't run on a node; each file of filters/ is one. */
export interface Filter {
  /** As upstream's plugin is called. */
  readonly name: string;
  /** Prepares the check for one pod; undefined where the filter has nothing to say about it. */
  begin(pod: Pod, cycle: Cycle): Check | Rejection | undefined;
  /** The changes in the cluster that may help a pod that this filter refused. */
  readonly helps: readonly ("node" | "pod-gone" | "pod-came" | "volume")[];
}

export function unfit(reason: string, resolvable: boolean): Unfit {
  return { reasons: [reason], resolvable };
}
