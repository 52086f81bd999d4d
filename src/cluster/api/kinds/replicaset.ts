import { ageColumn, column, nameColumn, selectorColumn, templateColumns } from "./columns";
import { defineKind } from "./kind-definition";
import { nonNegative } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { podSpecWarnings } from "./pod-warnings";
import { defaultPodTemplate } from "./pod-template-defaults";
import { filled, replaced, without } from "./sharing";
import { immutableSelector, validateReplicated } from "./workload-validation";
import { equalJson } from "../equal";
import type { FieldError, Kind } from "../kind";
import type { ReplicaSet } from "../types";
import type { KubeObject } from "../../model";


const columns = [
  nameColumn,
  column("Desired", "How many pods are wanted.", (object) => (object as ReplicaSet).spec.replicas ?? 0, "integer"),
  column("Current", "How many pods there are.", (object) => (object as ReplicaSet).status?.replicas ?? 0, "integer"),
  column("Ready", "How many pods are ready.", (object) => (object as ReplicaSet).status?.readyReplicas ?? 0, "integer"),
  ageColumn,
  ...templateColumns((object) => (object as ReplicaSet).spec.template),
  selectorColumn,
];

function defaults(object: KubeObject): KubeObject {
  let spec = filled(((object as ReplicaSet).spec ?? {}), { replicas: 1 });
  if (spec.minReadySeconds === 0) spec = without(spec, "minReadySeconds");
  return replaced(object, "spec", replaced(spec, "template", defaultPodTemplate(spec.template)));
}

function validate(next: KubeObject, old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { spec, metadata } = next as ReplicaSet;
  if (old !== undefined && (old as ReplicaSet).spec === spec) return validateObjectMeta(metadata, true);
  const errors = [...validateObjectMeta(metadata, true), ...nonNegative("spec.minReadySeconds", spec.minReadySeconds), ...validateReplicated(next, "deployment", "ReplicaSet")];
  return old === undefined ? errors : [...errors, ...immutableSelector(next, old, equalJson)];
}

export const replicaset: Kind = defineKind({
  group: "apps", kind: "ReplicaSet", plural: "replicasets", shortNames: ["rs"], categories: ["all"], generation: true, columns, defaults,
  subresources: ["scale", "status"],
  prepare: (next, old) => (old === undefined ? { ...next, status: { replicas: 0 } } : next),
  validate,
  warnings: (object) => podSpecWarnings((object as ReplicaSet).spec.template?.spec, "spec.template.spec"),
  selectable: { "status.replicas": (object) => String((object as ReplicaSet).status?.replicas ?? 0) },
});
