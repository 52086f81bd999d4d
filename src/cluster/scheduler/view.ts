import type { Node, Pod } from "../api/types";
import type { Reader } from "../api/store";
import type { Candidate, Cycle, NodeFacts } from "./filter";
import type { SchedulerState } from "./state";

interface Candidates {
  readonly seen: number;
  readonly noted: number;
  readonly list: readonly Candidate[];
  readonly facts: NodeFacts;
}

/** How many changes of nodes an informer has delivered. */
const deliveries = new WeakMap<Reader, number>();
const known = new WeakMap<SchedulerState, Candidates>();

/** A node has changed in the cache: the list of candidates is made anew when it is next asked for. */
export function nodesChanged(cache: Reader): void {
  deliveries.set(cache, (deliveries.get(cache) ?? 0) + 1);
}

/** What one scheduling cycle sees. The list of nodes is made when nodes change, not in each cycle. */
export function viewOf(state: SchedulerState, cache: Reader): Cycle {
  const { list, facts } = candidatesOf(state, cache);
  const pods = new Map<string, readonly Pod[]>();
  return {
    candidates: list, facts, state, cache,
    podsOn: (info) => {
      let found = pods.get(info.name);
      if (found === undefined) pods.set(info.name, found = [...info.pods].map((key) => podOf(key, cache)).filter((pod): pod is Pod => pod !== undefined));
      return found;
    },
  };
}

export function podOf(key: string, cache: Reader): Pod | undefined {
  const slash = key.indexOf("/");
  return cache.get({ resource: "pods", namespace: key.slice(0, slash), name: key.slice(slash + 1) }) as Pod | undefined;
}

function candidatesOf(state: SchedulerState, cache: Reader): Candidates {
  const seen = deliveries.get(cache) ?? 0;
  const before = known.get(state);
  if (before?.seen === seen && before.noted === state.noted) return before;
  const list: Candidate[] = [];
  for (const node of cache.list("nodes") as readonly Node[]) {
    const info = state.nodes[node.metadata.name];
    if (info !== undefined && info.exists) list.push({ node, info });
  }
  const made: Candidates = { seen, noted: state.noted, list, facts: factsOf(list) };
  known.set(state, made);
  return made;
}

function factsOf(list: readonly Candidate[]): NodeFacts {
  const hosts = new Set<string>();
  let softTaints = false;
  let images = false;
  for (const { node } of list) {
    const host = node.metadata.labels?.["kubernetes.io/hostname"];
    if (host !== undefined) hosts.add(host);
    softTaints ||= node.spec.taints?.some((taint) => taint.effect === "PreferNoSchedule") === true;
    images ||= (node.status?.images ?? []).length > 0;
  }
  return { softTaints, images, ownHosts: hosts.size === list.length };
}
