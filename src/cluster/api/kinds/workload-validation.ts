import { forbiddenField, nonNegative, required, unsupported } from "./label-validation";
import { labelsText, labelSelectorText } from "./object-meta-validation";
import { validatePodTemplate } from "./pod-spec-validation";
import { isEmptySelector, validateLabelSelector } from "./selector-validation";
import { compileSelectorObject, SelectorError } from "../selectors";
import type { FieldError } from "../kind";
import type { LabelSelector } from "../selectors";
import type { PodTemplate } from "../types";
import type { KubeObject } from "../../model";

interface WorkloadSpec {
  readonly replicas?: number;
  readonly selector?: LabelSelector;
  readonly template?: PodTemplate;
}

/** A selector that must be there and must say something. `of` is the word in the error: "deployment". */
export function validateWorkloadSelector(selector: LabelSelector | undefined, of: string, field = "spec.selector"): FieldError[] {
  if (selector === undefined || selector === null) return [required(field)];
  const errors = validateLabelSelector(selector, field);
  if (isEmptySelector(selector)) errors.push({ field, type: "Invalid", value: labelSelectorText(selector), detail: `empty selector is invalid for ${of}` });
  return errors;
}

/** Whether the template's labels satisfy the selector; a missing selector satisfies none. */
export function validateTemplateLabels(selector: LabelSelector | undefined, template: PodTemplate | undefined, field = "spec.template"): FieldError[] {
  const labels = (template?.metadata)?.labels;
  try {
    if (compileSelectorObject(selector)(labels ?? {})) return [];
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    return [{ field: "spec.selector", type: "Invalid", value: labelSelectorText(selector), detail: "invalid label selector" }];
  }
  return [{ field: `${field}.metadata.labels`, type: "Invalid", value: labelsText(labels), detail: "`selector` does not match template `labels`" }];
}

/** A template whose pods must run for ever. `of` names the kind in the error about a deadline. */
export function validateLastingTemplate(template: PodTemplate | undefined, of: string, field = "spec.template"): FieldError[] {
  const errors = [...validatePodTemplate(template, field)];
  const policy = template?.spec?.restartPolicy ?? "Always";
  if (policy !== "Always") errors.push(unsupported(`${field}.spec.restartPolicy`, policy, ["Always"]));
  if (template?.spec?.activeDeadlineSeconds !== undefined) errors.push(forbiddenField(`${field}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${of} is not Supported`));
  return errors;
}

/** What Deployments and ReplicaSets have in common, in the order of upstream: replicas, selector, template. */
export function validateReplicated(object: KubeObject, of: string, ofTemplate: string): FieldError[] {
  const { replicas, selector, template } = (object["spec"] ?? {}) as WorkloadSpec;
  return [
    ...nonNegative("spec.replicas", replicas), ...validateWorkloadSelector(selector, of),
    ...validateTemplateLabels(selector, template), ...validateLastingTemplate(template, ofTemplate),
  ];
}

/** A selector may not change. */
export function immutableSelector(next: KubeObject, old: KubeObject, same: (a: unknown, b: unknown) => boolean): FieldError[] {
  const selector = (next["spec"] as WorkloadSpec).selector;
  return same(selector, (old["spec"] as WorkloadSpec).selector) ? [] : [{ field: "spec.selector", type: "Invalid", value: labelSelectorText(selector), detail: "field is immutable" }];
}
