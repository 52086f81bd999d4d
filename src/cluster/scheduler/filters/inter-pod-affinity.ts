import type { Candidate, Cycle, Filter } from "../filter";
import { unfit } from "../filter";
import { termMatches } from "../pod-terms";
import type { PodAffinityTerm } from "../pod-terms";
import type { Pod } from "../../api/types";

/** Required affinity and anti-affinity: the pod's own, and the anti-affinity of pods that are there already. */
export const interPodAffinity: Filter = {
  name: "InterPodAffinity",
  helps: ["node", "pod-gone", "pod-came"],
  begin: (pod, cycle) => {
    const near = pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const far = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const repelled = repelledFrom(pod, cycle);
    if (near.length === 0 && far.length === 0 && repelled.size === 0) return undefined;
    const nearPlaces = near.map(() => new Set<string>());
    const farPlaces = new Set<string>();
    if (near.length > 0 || far.length > 0) {
      for (const candidate of cycle.candidates) {
        for (const other of cycle.podsOn(candidate.info)) {
          if (near.length > 0 && near.every((term) => termMatches(term, pod, other, cycle.cache))) {
            near.forEach((term, at) => { addPlace(nearPlaces[at], candidate, term); });
          }
          for (const term of far) if (termMatches(term, pod, other, cycle.cache)) addPlace(farPlaces, candidate, term);
        }
      }
    }
    // The first of a group that wants to be together has nobody to join: it may begin anywhere.
    const first = near.length > 0 && nearPlaces.every((places) => places.size === 0) && near.every((term) => termMatches(term, pod, pod, cycle.cache));
    return (candidate) => {
      const labels = candidate.node.metadata.labels ?? {};
      for (const [at, term] of near.entries()) {
        if (labels[term.topologyKey] === undefined) return unfit("node(s) didn't match pod affinity rules", false);
        if (!first && !(nearPlaces[at]).has(placeOf(candidate, term))) return unfit("node(s) didn't match pod affinity rules", false);
      }
      if (far.some((term) => labels[term.topologyKey] !== undefined && farPlaces.has(placeOf(candidate, term)))) return unfit("node(s) didn't match pod anti-affinity rules", true);
      for (const [name, value] of Object.entries(labels)) if (repelled.has(`${name}=${value}`)) return unfit("node(s) didn't satisfy existing pods anti-affinity rules", true);
      return undefined;
    };
  },
};

function placeOf(candidate: Candidate, term: PodAffinityTerm): string {
  return `${term.topologyKey}=${candidate.node.metadata.labels?.[term.topologyKey] ?? ""}`;
}

function addPlace(places: Set<string>, candidate: Candidate, term: PodAffinityTerm): void {
  if (candidate.node.metadata.labels?.[term.topologyKey] !== undefined) places.add(placeOf(candidate, term));
}

/** The places ("zone=a") where a pod is that does not want this one near. Only pods known to repel are looked at. */
function repelledFrom(pod: Pod, cycle: Cycle): ReadonlySet<string> {
  const places = new Set<string>();
  const repelling = cycle.state.repelling;
  if (repelling.size === 0) return places;
  for (const candidate of cycle.candidates) {
    for (const other of cycle.podsOn(candidate.info)) {
      for (const term of other.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) {
        if (termMatches(term, other, pod, cycle.cache)) addPlace(places, candidate, term);
      }
    }
  }
  return places;
}
