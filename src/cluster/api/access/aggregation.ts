import { equalJson } from "../equal";
import { matchesSelector } from "../selectors";
import { rulesOf } from "./rules";
import type { PolicyRule } from "./rules";
import type { LabelSelector } from "../selectors";
import type { KubeObject } from "../../model";

export interface AggregationRule { readonly clusterRoleSelectors?: readonly LabelSelector[] }

/** The rules that an aggregating ClusterRole gathers: of the roles that a selector picks, each rule once, in the order of the names. */
export function aggregate({ clusterRoleSelectors }: AggregationRule, roles: readonly KubeObject[], self?: string): PolicyRule[] {
  const rules: PolicyRule[] = [];
  for (const selector of clusterRoleSelectors ?? []) {
    for (const role of roles) {
      if (role.metadata.name === self || !matchesSelector(selector, role.metadata.labels)) continue;
      for (const rule of rulesOf(role)) if (!rules.some((other) => equalJson(other, rule))) rules.push(rule);
    }
  }
  return rules;
}
