import type { Filter } from "../filter";
import { unfit } from "../filter";
import { countsPod, domainCounts } from "../spread-constraints";

/** Hard spread constraints: no domain may have more than maxSkew pods above the emptiest. */
export const podTopologySpread: Filter = {
  name: "PodTopologySpread",
  helps: ["node", "pod-gone", "pod-came"],
  begin: (pod, cycle) => {
    const hard = (pod.spec.topologySpreadConstraints ?? []).filter((one) => one.whenUnsatisfiable === "DoNotSchedule");
    if (hard.length === 0) return undefined;
    const counted = hard.map((constraint) => {
      const counts = domainCounts(hard, constraint, pod, cycle);
      const least = counts.size < (constraint.minDomains ?? 1) ? 0 : Math.min(...counts.values());
      return { constraint, counts, least, self: countsPod(constraint, pod, pod) ? 1 : 0 };
    });
    return ({ node }) => {
      for (const { constraint, counts, least, self } of counted) {
        const domain = node.metadata.labels?.[constraint.topologyKey];
        if (domain === undefined) return unfit("node(s) didn't match pod topology spread constraints (missing required label)", false);
        if ((counts.get(domain) ?? 0) + self - least > constraint.maxSkew) return unfit("node(s) didn't match pod topology spread constraints", true);
      }
      return undefined;
    };
  },
};
