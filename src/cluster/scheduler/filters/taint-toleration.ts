import type { Filter } from "../filter";
import { unfit } from "../filter";
import { isTolerated } from "../tolerates";

/** The first taint that keeps pods out and that the pod does not tolerate. */
export const taintToleration: Filter = {
  name: "TaintToleration",
  helps: ["node"],
  begin: (pod) => ({ node }) => {
    const taint = node.spec.taints?.find((one) => (one.effect === "NoSchedule" || one.effect === "NoExecute") && !isTolerated(one, pod.spec.tolerations));
    return taint === undefined ? undefined : unfit(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`, false);
  },
};
