import type { Node, Pod, Wire, k8s } from "../api/types";
import type { Dict } from "../model";

export type NodeSelectorTerm = Wire<k8s.V1NodeSelectorTerm>;
type Requirement = Wire<k8s.V1NodeSelectorRequirement>;

/** Whether a node is what nodeSelector and required node affinity ask for. */
export function matchesRequired(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  for (const [name, value] of Object.entries((pod.spec.nodeSelector ?? {}) as Dict)) if (labels[name] !== value) return false;
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => matchesTerm(term, node));
}

/** An empty term matches nothing. */
export function matchesTerm(term: NodeSelectorTerm, node: Node): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length === 0 && fields.length === 0) return false;
  return expressions.every((one) => meets(one, (node.metadata.labels ?? {})[one.key]))
    && fields.every((one) => meets(one, one.key === "metadata.name" ? node.metadata.name : undefined));
}

function meets(requirement: Requirement, value: string | undefined): boolean {
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case "In": return value !== undefined && values.includes(value);
    case "NotIn": return value === undefined || !values.includes(value);
    case "Exists": return value !== undefined;
    case "DoesNotExist": return value === undefined;
    case "Gt": return value !== undefined && Number.parseInt(value, 10) > Number.parseInt(values[0] ?? "", 10);
    case "Lt": return value !== undefined && Number.parseInt(value, 10) < Number.parseInt(values[0] ?? "", 10);
    default: return false;
  }
}
