import type { Filter } from "../filter";
import { unfit } from "../filter";
import { isTolerated } from "../tolerates";

/** A cordoned node takes only pods that tolerate the taint of that name. */
export const nodeUnschedulable: Filter = {
  name: "NodeUnschedulable",
  helps: ["node"],
  begin: (pod) => ({ node }) => node.spec.unschedulable === true && !isTolerated({ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }, pod.spec.tolerations)
    ? unfit("node(s) were unschedulable", false) : undefined,
};
