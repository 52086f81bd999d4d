import { ageColumn, column, nameColumn, templateColumns, wideColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { nonNegative, required } from "./label-validation";
import { labelsText, validateObjectMeta } from "./object-meta-validation";
import { podSpecWarnings } from "./pod-warnings";
import { defaultPodTemplate } from "./pod-template-defaults";
import { filled, replaced } from "./sharing";
import { validateLastingTemplate } from "./workload-validation";
import { formatLabels, matchesSelector } from "../selectors";
import type { FieldError, Kind } from "../kind";
import type { Wire, k8s } from "../types";
import type { KubeObject } from "../../model";

export type ReplicationController = KubeObject & { readonly spec: Wire<k8s.V1ReplicationControllerSpec>; readonly status?: Wire<k8s.V1ReplicationControllerStatus> };

const columns = [
  nameColumn,
  column("Desired", "How many pods are wanted.", (object) => (object as ReplicationController).spec.replicas ?? 0, "integer"),
  column("Current", "How many pods there are.", (object) => (object as ReplicationController).status?.replicas ?? 0, "integer"),
  column("Ready", "How many pods are ready.", (object) => (object as ReplicationController).status?.readyReplicas ?? 0, "integer"),
  ageColumn,
  ...templateColumns((object) => (object as ReplicationController).spec.template),
  wideColumn("Selector", "The labels that the object's pods carry.", (object) => formatLabels((object as ReplicationController).spec.selector)),
];

/** SetDefaults_ReplicationController: the template's labels stand in for a missing selector and for missing labels. */
function defaults(object: KubeObject): KubeObject {
  let spec = filled(((object as ReplicationController).spec ?? {}), { replicas: 1 });
  spec = spec.template === undefined ? spec : replaced(spec, "template", defaultPodTemplate(spec.template));
  const labels = (spec.template?.metadata)?.labels;
  let next = replaced(object, "spec", spec);
  if (labels === undefined) return next;
  if (Object.keys(spec.selector ?? {}).length === 0) next = { ...next, spec: { ...spec, selector: labels } };
  return Object.keys(next.metadata?.labels ?? {}).length === 0 ? { ...next, metadata: { ...next.metadata, labels } } : next;
}

function validate(next: KubeObject, old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { spec, metadata } = next as ReplicationController;
  const errors: FieldError[] = [...validateObjectMeta(metadata, true), ...nonNegative("spec.minReadySeconds", spec.minReadySeconds)];
  if (old !== undefined && (old as ReplicationController).spec === spec) return errors;
  if (Object.keys(spec.selector ?? {}).length === 0) errors.push(required("spec.selector"));
  errors.push(...nonNegative("spec.replicas", spec.replicas));
  const labels = (spec.template?.metadata)?.labels;
  if (spec.template === undefined) return [...errors, required("spec.template")];
  if (!matchesSelector(spec.selector, labels ?? {})) errors.push({ field: "spec.template.metadata.labels", type: "Invalid", value: labelsText(labels), detail: "`selector` does not match template `labels`" });
  return [...errors, ...validateLastingTemplate(spec.template, "ReplicationController")];
}

export const replicationcontroller: Kind = defineKind({
  group: "", kind: "ReplicationController", plural: "replicationcontrollers", shortNames: ["rc"], categories: ["all"], generation: true, columns, defaults,
  subresources: ["scale", "status"], validate,
  prepare: (next, old) => (old === undefined ? { ...next, status: { replicas: 0 } } : next),
  warnings: (object) => podSpecWarnings((object as ReplicationController).spec.template?.spec, "spec.template.spec"),
  selectable: { "status.replicas": (object) => String((object as ReplicationController).status?.replicas ?? 0) },
});
