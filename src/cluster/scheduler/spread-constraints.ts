import { matchesSelector } from "../api/selectors";
import type { Pod, Wire, k8s } from "../api/types";
import { isTolerated } from "./tolerates";
import { matchesRequired } from "./selector-terms";
import type { Candidate, Cycle } from "./filter";

export type SpreadConstraint = Wire<k8s.V1TopologySpreadConstraint>;

/** Whether a constraint of `pod` counts `other`. Pods on their way out don't count. */
export function countsPod(constraint: SpreadConstraint, pod: Pod, other: Pod): boolean {
  if (other.metadata.namespace !== pod.metadata.namespace || other.metadata.deletionTimestamp !== undefined || constraint.labelSelector === undefined) return false;
  const labels = other.metadata.labels ?? {};
  for (const name of constraint.matchLabelKeys ?? []) if (pod.metadata.labels?.[name] !== undefined && labels[name] !== pod.metadata.labels[name]) return false;
  return matchesSelector(constraint.labelSelector, labels);
}

/** Whether the constraint looks at a node at all: by default only where the pod's node selector lets it go. */
export function countsNode(constraint: SpreadConstraint, pod: Pod, candidate: Candidate): boolean {
  if ((constraint.nodeAffinityPolicy ?? "Honor") === "Honor" && !matchesRequired(pod, candidate.node)) return false;
  return constraint.nodeTaintsPolicy !== "Honor"
    || (candidate.node.spec.taints ?? []).every((taint) => taint.effect === "PreferNoSchedule" || isTolerated(taint, pod.spec.tolerations));
}

/** How many matching pods each domain (value of the topology key) has; domains without any are there with 0. */
export function domainCounts(constraints: readonly SpreadConstraint[], constraint: SpreadConstraint, pod: Pod, cycle: Cycle): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const candidate of cycle.candidates) {
    const labels = candidate.node.metadata.labels ?? {};
    if (constraints.some((one) => labels[one.topologyKey] === undefined) || !countsNode(constraint, pod, candidate)) continue;
    const domain = labels[constraint.topologyKey];
    const here = cycle.podsOn(candidate.info).reduce((sum, other) => sum + (countsPod(constraint, pod, other) ? 1 : 0), 0);
    counts.set(domain, (counts.get(domain) ?? 0) + here);
  }
  return counts;
}
