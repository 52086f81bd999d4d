import { ageColumn, column, nameColumn } from "./columns";
import { notAboveHundredPercent, validateIntOrPercent } from "./int-or-percent";
import { defineKind } from "./kind-definition";
import { unsupported } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { validateLabelSelector } from "./selector-validation";
import type { FieldError, Kind } from "../kind";
import type { Wire, k8s } from "../types";
import type { KubeObject } from "../../model";

export type PodDisruptionBudget = KubeObject & { readonly spec: Wire<k8s.V1PodDisruptionBudgetSpec>; readonly status?: Wire<k8s.V1PodDisruptionBudgetStatus> };

function validate(next: KubeObject, _old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { spec = {}, metadata } = next as PodDisruptionBudget;
  const errors: FieldError[] = validateObjectMeta(metadata, true);
  const { minAvailable, maxUnavailable } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.push({ field: "spec", type: "Invalid", value: { go: "policy.PodDisruptionBudgetSpec{}" }, detail: "minAvailable and maxUnavailable cannot be both set" });
  }
  for (const [key, value] of [["minAvailable", minAvailable], ["maxUnavailable", maxUnavailable]] as const) {
    if (value !== undefined) errors.push(...validateIntOrPercent(value, `spec.${key}`), ...notAboveHundredPercent(value, `spec.${key}`));
  }
  errors.push(...validateLabelSelector(spec.selector, "spec.selector"));
  const policies = ["AlwaysAllow", "IfHealthyBudget"];
  if (spec.unhealthyPodEvictionPolicy !== undefined && !policies.includes(spec.unhealthyPodEvictionPolicy)) errors.push(unsupported("spec.unhealthyPodEvictionPolicy", spec.unhealthyPodEvictionPolicy, policies));
  return errors;
}

export const poddisruptionbudget: Kind = defineKind({
  group: "policy", kind: "PodDisruptionBudget", plural: "poddisruptionbudgets", shortNames: ["pdb"], generation: true, subresources: ["status"], validate,
  columns: [
    nameColumn,
    column("Min Available", "How many pods must stay.", (object) => String((object as PodDisruptionBudget).spec?.minAvailable ?? "N/A")),
    column("Max Unavailable", "How many pods may be away.", (object) => String((object as PodDisruptionBudget).spec?.maxUnavailable ?? "N/A")),
    column("Allowed Disruptions", "How many pods may be evicted now.", (object) => (object as PodDisruptionBudget).status?.disruptionsAllowed ?? 0, "integer"),
    ageColumn,
  ],
  prepare: (next, old) => (old === undefined ? { ...next, status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 } } : next),
});
