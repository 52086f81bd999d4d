import { normalised } from "../score";
import type { Score } from "../score";
import { isTolerated } from "../tolerates";

/** Prefers nodes with fewer taints of the kind PreferNoSchedule that the pod does not tolerate. */
export const taintTolerationScore: Score = {
  name: "TaintToleration",
  weight: 3,
  rate: (pod, nodes, { facts }) => {
    if (!facts.softTaints) return undefined;
    const tolerations = (pod.spec.tolerations ?? []).filter((one) => one.effect === undefined || one.effect === "" || one.effect === "PreferNoSchedule");
    return normalised(nodes.map(({ node }) => (node.spec.taints ?? []).filter((taint) => taint.effect === "PreferNoSchedule" && !isTolerated(taint, tolerations)).length), true);
  },
};
