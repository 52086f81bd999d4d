import type { Filter } from "../filter";
import { unfit } from "../filter";
import { matchesRequired } from "../selector-terms";

export const nodeAffinity: Filter = {
  name: "NodeAffinity",
  helps: ["node"],
  begin: (pod) => pod.spec.nodeSelector === undefined && pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution === undefined ? undefined
    : ({ node }) => matchesRequired(pod, node) ? undefined : unfit("node(s) didn't match Pod's node affinity/selector", false),
};
