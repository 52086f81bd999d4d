import { best } from "../score";
import type { Score } from "../score";
import { controllerOf } from "../../controllers/keys";
import { countsPod } from "../spread-constraints";
import type { Candidate, Cycle } from "../filter";
import type { Pod } from "../../api/types";

/**
 * Prefers domains with fewer pods of the same kind: by the pod's soft constraints, or by the cluster's defaults
 * (maxSkew 3 over hosts, 5 over zones) for pods that have an owner.
 */
export const podTopologySpreadScore: Score = {
  name: "PodTopologySpread",
  weight: 2,
  rate: (pod, nodes, cycle) => {
    const soft = (pod.spec.topologySpreadConstraints ?? []).filter((one) => one.whenUnsatisfiable === "ScheduleAnyway");
    const owner = controllerOf(pod)?.uid;
    const scored: readonly Counting[] = soft.length > 0
      ? soft.map((one) => ({ key: one.topologyKey, skew: one.maxSkew, at: (candidate) => cycle.podsOn(candidate.info).filter((other) => countsPod(one, pod, other)).length }))
      : (pod.spec.topologySpreadConstraints ?? []).length > 0 || owner === undefined ? []
        : [
          { key: "kubernetes.io/hostname", skew: 3, at: ({ info }) => info.owners[owner] ?? 0 },
          { key: "topology.kubernetes.io/zone", skew: 5, at: ({ info }) => info.owners[owner] ?? 0 },
        ];
    if (scored.length === 0) return undefined;
    if (soft.length === 0 && cycle.facts.ownHosts && !nodes.every(({ node }) => node.metadata.labels?.["topology.kubernetes.io/zone"] !== undefined)) return spreadOverHosts(nodes, owner as string);
    // Constraints of the pod need their label on a node; of the defaults, those that no node can tell apart drop out.
    const usable = soft.length > 0 ? scored : scored.filter((one) => nodes.every(({ node }) => node.metadata.labels?.[one.key] !== undefined));
    const raw = nodes.map((node) => usable.every((one) => node.node.metadata.labels?.[one.key] !== undefined) ? 0 : undefined) as (number | undefined)[];
    for (const one of usable) addCounts(one, pod, nodes, raw, cycle);
    return spreadOut(raw);
  },
};

/** The cluster's default where no zones tell nodes apart: each node is a domain of its own. */
function spreadOverHosts(nodes: readonly Candidate[], owner: string): readonly number[] {
  const weight = Math.log(nodes.length + 2);
  return spreadOut(nodes.map(({ info }) => (info.owners[owner] ?? 0) * weight + 2));
}

interface Counting { readonly key: string; readonly skew: number; at(candidate: Candidate): number }

function addCounts(one: Counting, _pod: Pod, nodes: readonly Candidate[], raw: (number | undefined)[], cycle: Cycle): void {
  const host = one.key === "kubernetes.io/hostname";
  const counts = new Map<string, number>();
  const domains = new Set(nodes.flatMap(({ node }, at) => raw[at] === undefined ? [] : [node.metadata.labels?.[one.key] ?? ""]));
  for (const candidate of host ? nodes : cycle.candidates) {
    const domain = candidate.node.metadata.labels?.[one.key];
    if (domain !== undefined && domains.has(domain)) counts.set(domain, (counts.get(domain) ?? 0) + one.at(candidate));
  }
  const weight = Math.log((host ? raw.filter((value) => value !== undefined).length : domains.size) + 2);
  nodes.forEach(({ node }, at) => {
    const before = raw[at];
    if (before !== undefined) raw[at] = before + (counts.get(node.metadata.labels?.[one.key] ?? "") ?? 0) * weight + (one.skew - 1);
  });
}

/** Fewest pods: 100. Nodes outside the topology: 0. */
function spreadOut(raw: readonly (number | undefined)[]): readonly number[] {
  const rounded = raw.map((value) => value === undefined ? undefined : Math.round(value));
  let most = 0;
  let least = Infinity;
  for (const value of rounded) {
    if (value === undefined) continue;
    if (value > most) most = value;
    if (value < least) least = value;
  }
  return rounded.map((value) => value === undefined ? 0 : most === 0 ? best : Math.floor((best * (most + least - value)) / most));
}
