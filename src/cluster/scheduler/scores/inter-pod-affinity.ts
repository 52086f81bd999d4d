import { best } from "../score";
import type { Score } from "../score";
import { termMatches } from "../pod-terms";
import type { PodAffinityTerm } from "../pod-terms";

/** Adds up preferred affinity and anti-affinity: the pod's towards others, and theirs towards it. */
export const interPodAffinityScore: Score = {
  name: "InterPodAffinity",
  weight: 2,
  rate: (pod, nodes, cycle) => {
    const near = pod.spec.affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const far = pod.spec.affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (near.length === 0 && far.length === 0) return undefined;
    const places = new Map<string, number>();
    for (const candidate of cycle.candidates) {
      const note = (term: PodAffinityTerm, weight: number): void => {
        const value = candidate.node.metadata.labels?.[term.topologyKey];
        if (value !== undefined) places.set(`${term.topologyKey}=${value}`, (places.get(`${term.topologyKey}=${value}`) ?? 0) + weight);
      };
      for (const other of cycle.podsOn(candidate.info)) {
        for (const one of near) if (termMatches(one.podAffinityTerm, pod, other, cycle.cache)) note(one.podAffinityTerm, one.weight);
        for (const one of far) if (termMatches(one.podAffinityTerm, pod, other, cycle.cache)) note(one.podAffinityTerm, -one.weight);
        for (const one of other.spec.affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) if (termMatches(one.podAffinityTerm, other, pod, cycle.cache)) note(one.podAffinityTerm, one.weight);
        for (const one of other.spec.affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) if (termMatches(one.podAffinityTerm, other, pod, cycle.cache)) note(one.podAffinityTerm, -one.weight);
      }
    }
    if (places.size === 0) return undefined;
    const raw = nodes.map(({ node }) => Object.entries(node.metadata.labels ?? {}).reduce((sum, [name, value]) => sum + (places.get(`${name}=${value}`) ?? 0), 0));
    const most = Math.max(...raw);
    const least = Math.min(...raw);
    return raw.map((one) => most === least ? 0 : Math.floor((best * (one - least)) / (most - least)));
  },
};
