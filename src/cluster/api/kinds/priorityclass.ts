import { ageColumn, column, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { forbiddenField, unsupported } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { filled } from "./sharing";
import type { FieldError, Kind } from "../kind";
import type { Stored, k8s } from "../types";
import type { KubeObject } from "../../model";

export type PriorityClass = Stored<k8s.V1PriorityClass>;
const highestForUsers = 1_000_000_000;

function validate(next: KubeObject, old: KubeObject | undefined): readonly FieldError[] {
  const own = next as PriorityClass;
  const errors: FieldError[] = validateObjectMeta(next.metadata, false);
  if (old !== undefined) {
    if (own.value !== (old as PriorityClass).value) errors.push(forbiddenField("value", "may not be changed in an update."));
    if (own.preemptionPolicy !== (old as PriorityClass).preemptionPolicy) errors.push({ field: "preemptionPolicy", type: "Invalid", value: own.preemptionPolicy, detail: "field is immutable" });
    return errors;
  }
  const system = ["system-node-critical", "system-cluster-critical"].includes(next.metadata.name);
  if (next.metadata.name.startsWith("system-") && !system) errors.push(forbiddenField("metadata.name", "priority class names with 'system-' prefix are reserved for system use only. error: no such system priority class"));
  if (!system && own.value > highestForUsers) errors.push(forbiddenField("value", `maximum allowed value of a user defined priority is ${highestForUsers}`));
  const policies = ["PreemptLowerPriority", "Never"];
  if (own.preemptionPolicy !== undefined && !policies.includes(own.preemptionPolicy)) errors.push(unsupported("preemptionPolicy", own.preemptionPolicy, policies));
  return errors;
}

export const priorityclass: Kind = defineKind({
  group: "scheduling.k8s.io", kind: "PriorityClass", plural: "priorityclasses", shortNames: ["pc"], namespaced: false, generation: true, validate,
  defaults: (object) => filled(object as PriorityClass, { preemptionPolicy: "PreemptLowerPriority", value: 0 }),
  columns: [
    nameColumn, column("Value", "The priority of pods of the class.", (object) => (object as PriorityClass).value, "integer"),
    column("Global-Default", "Whether pods that name no class are of this one.", (object) => String((object as PriorityClass).globalDefault ?? false)), ageColumn,
    column("PreemptionPolicy", "Whether such pods push others out.", (object) => (object as PriorityClass).preemptionPolicy ?? ""),
  ],
});
