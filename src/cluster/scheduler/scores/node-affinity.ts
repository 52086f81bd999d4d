import { normalised } from "../score";
import type { Score } from "../score";
import { matchesTerm } from "../selector-terms";

/** Adds up the weights of the preferred terms that a node matches. */
export const nodeAffinityScore: Score = {
  name: "NodeAffinity",
  weight: 2,
  rate: (pod, nodes) => {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0) return undefined;
    return normalised(nodes.map(({ node }) => preferred.reduce((sum, term) => sum + (matchesTerm(term.preference, node) ? term.weight : 0), 0)));
  },
};
