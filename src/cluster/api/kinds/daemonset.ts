import { ageColumn, column, nameColumn, selectorColumn, templateColumns } from "./columns";
import { intOrPercentValue, intOrStringText, notAboveHundredPercent, validateIntOrPercent } from "./int-or-percent";
import { defineKind } from "./kind-definition";
import { nonNegative, required, unsupported } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { podSpecWarnings } from "./pod-warnings";
import { defaultPodTemplate } from "./pod-template-defaults";
import { filled, replaced, without } from "./sharing";
import { immutableSelector, validateLastingTemplate, validateTemplateLabels, validateWorkloadSelector } from "./workload-validation";
import { equalJson } from "../equal";
import { formatLabels } from "../selectors";
import type { FieldError, Kind } from "../kind";
import type { Wire, k8s } from "../types";
import type { KubeObject } from "../../model";

export type DaemonSet = KubeObject & { readonly spec: Wire<k8s.V1DaemonSetSpec>; readonly status?: Wire<k8s.V1DaemonSetStatus> };
type Spec = DaemonSet["spec"];

const counted = (name: string, description: string, key: "desiredNumberScheduled" | "currentNumberScheduled" | "numberReady" | "updatedNumberScheduled" | "numberAvailable") =>
  column(name, description, (object) => (object as DaemonSet).status?.[key] ?? 0, "integer");

const columns = [
  nameColumn,
  counted("Desired", "How many nodes should run the pod.", "desiredNumberScheduled"),
  counted("Current", "How many nodes that should run the pod have one.", "currentNumberScheduled"),
  counted("Ready", "How many nodes have a ready pod.", "numberReady"),
  counted("Up-to-date", "How many nodes run the template as it is now.", "updatedNumberScheduled"),
  counted("Available", "How many nodes' pods have been ready for minReadySeconds.", "numberAvailable"),
  column("Node Selector", "The labels of the nodes that the pods go to.", (object) => formatLabels((object as DaemonSet).spec.template.spec?.nodeSelector)),
  ageColumn,
  ...templateColumns((object) => (object as DaemonSet).spec.template),
  selectorColumn,
];

/** SetDefaults_DaemonSet. */
function defaults(object: KubeObject): KubeObject {
  let spec = ((object as DaemonSet).spec ?? {});
  if (spec.minReadySeconds === 0) spec = without(spec, "minReadySeconds");
  let update = filled(spec.updateStrategy ?? {}, { type: "RollingUpdate" });
  if (update.type === "RollingUpdate") update = replaced(update, "rollingUpdate", filled(update.rollingUpdate ?? {}, { maxSurge: 0, maxUnavailable: 1 }));
  spec = filled(replaced(spec, "updateStrategy", update), { revisionHistoryLimit: 10 });
  return numbered(replaced(object, "spec", replaced(spec, "template", defaultPodTemplate(spec.template))));
}

/** The annotation is part of this version of the kind, so that who writes an object owns it. */
function numbered(object: KubeObject): KubeObject {
  const annotations = object.metadata?.annotations;
  return annotations?.[generationKey] !== undefined ? object : { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [generationKey]: "0" } } };
}

const generationKey = "deprecated.daemonset.template.generation";

/** The generation of the template travels as an annotation. */
function prepare(next: KubeObject, old: KubeObject | undefined, subresource?: string): KubeObject {
  if (subresource === "status") return next;
  const before = old?.metadata.annotations?.[generationKey];
  const same = old === undefined || equalJson((next as DaemonSet).spec.template, (old as DaemonSet).spec.template);
  const generation = old === undefined ? "1" : same ? before ?? "1" : String(Number(before ?? "1") + 1);
  const stamped = next.metadata.annotations?.[generationKey] === generation ? next
    : { ...next, metadata: { ...next.metadata, annotations: { ...next.metadata.annotations, [generationKey]: generation } } };
  return old !== undefined ? stamped : { ...stamped, status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 } };
}

function validateUpdateStrategy(spec: Spec): FieldError[] {
  const { type = "", rollingUpdate } = spec.updateStrategy ?? {};
  const field = "spec.updateStrategy";
  if (type === "OnDelete") return [];
  if (type !== "RollingUpdate") return [unsupported(`${field}.type`, type, ["OnDelete", "RollingUpdate"])];
  if (rollingUpdate === undefined) return [required(`${field}.rollingUpdate`)];
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const errors = [
    ...validateIntOrPercent(maxUnavailable, `${field}.rollingUpdate.maxUnavailable`), ...notAboveHundredPercent(maxUnavailable, `${field}.rollingUpdate.maxUnavailable`),
    ...validateIntOrPercent(maxSurge, `${field}.rollingUpdate.maxSurge`), ...notAboveHundredPercent(maxSurge, `${field}.rollingUpdate.maxSurge`),
  ];
  const unavailable = intOrPercentValue(maxUnavailable) ?? 0;
  const surge = intOrPercentValue(maxSurge) ?? 0;
  if (unavailable > 0 && surge > 0) errors.push({ field: `${field}.rollingUpdate.maxSurge`, type: "Invalid", value: intOrStringText(maxSurge), detail: "may not be set when maxUnavailable is non-zero" });
  if (unavailable === 0 && surge === 0) errors.push(required(`${field}.rollingUpdate.maxUnavailable`, "cannot be 0 when maxSurge is 0"));
  return errors;
}

function validate(next: KubeObject, old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { spec, metadata } = next as DaemonSet;
  const errors: FieldError[] = validateObjectMeta(metadata, true);
  if (old !== undefined && (old as DaemonSet).spec === spec) return errors;
  errors.push(
    ...validateWorkloadSelector(spec.selector, "daemonset"), ...validateTemplateLabels(spec.selector, spec.template), ...validateLastingTemplate(spec.template, "DaemonSet"),
    ...nonNegative("spec.minReadySeconds", spec.minReadySeconds), ...validateUpdateStrategy(spec), ...nonNegative("spec.revisionHistoryLimit", spec.revisionHistoryLimit),
  );
  return old === undefined ? errors : [...errors, ...immutableSelector(next, old, equalJson)];
}

export const daemonset: Kind = defineKind({
  group: "apps", kind: "DaemonSet", plural: "daemonsets", shortNames: ["ds"], categories: ["all"], generation: true, columns, subresources: ["status"], defaults, prepare, validate,
  warnings: (object) => podSpecWarnings((object as DaemonSet).spec.template.spec, "spec.template.spec"),
});
