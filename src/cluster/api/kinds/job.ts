import { ageColumn, column, nameColumn, selectorColumn, templateColumns } from "./columns";
import { humanDuration } from "./human-duration";
import { defineKind } from "./kind-definition";
import { nonNegative, required, unsupported } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { validatePodTemplate } from "./pod-spec-validation";
import { podSpecWarnings } from "./pod-warnings";
import { defaultPodTemplate } from "./pod-template-defaults";
import { filled, replaced } from "./sharing";
import { validateTemplateLabels } from "./workload-validation";
import { equalJson } from "../equal";
import type { FieldError, Kind } from "../kind";
import type { PodTemplate, Wire, k8s } from "../types";
import type { Dict, KubeObject } from "../../model";

export type JobSpec = Wire<k8s.V1JobSpec>;
export type Job = KubeObject & { readonly spec: JobSpec; readonly status?: Wire<k8s.V1JobStatus> };

/** One word for how the job stands. */
function statusText(job: Job): string {
  const isTrue = (type: string): boolean => (job.status?.conditions ?? []).some((condition) => condition.type === type && condition.status === "True");
  if (isTrue("Complete")) return "Complete";
  if (isTrue("Failed")) return "Failed";
  if (job.metadata.deletionTimestamp !== undefined) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(isTrue) ?? "Running";
}

function completions({ spec, status }: Job): string {
  const done = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${done}/${spec.completions}`;
  return (spec.parallelism ?? 0) > 1 ? `${done}/1 of ${spec.parallelism}` : `${done}/1`;
}

const columns = [
  nameColumn,
  column("Status", "How the job stands.", (object) => statusText(object as Job)),
  column("Completions", "How many pods have succeeded, of how many that must.", (object) => completions(object as Job)),
  column("Duration", "How long the job has taken.", (object, now, epoch) => {
    const { startTime, completionTime } = (object as Job).status ?? {};
    if (startTime === undefined) return "";
    return humanDuration((completionTime === undefined ? epoch + now : Date.parse(completionTime)) - Date.parse(startTime));
  }),
  ageColumn,
  ...templateColumns((object) => (object as Job).spec.template),
  selectorColumn,
];

/** SetDefaults_Job. */
function defaults(object: KubeObject): KubeObject {
  let spec = ((object as Job).spec ?? {});
  // One pod, unless either number says otherwise.
  if (spec.completions === undefined && spec.parallelism === undefined) spec = { ...spec, completions: 1, parallelism: 1 };
  const perIndex = spec.backoffLimitPerIndex !== undefined;
  spec = filled(spec, {
    parallelism: 1, backoffLimit: perIndex ? 2147483647 : 6, completionMode: "NonIndexed", suspend: false, manualSelector: false,
    podReplacementPolicy: spec.podFailurePolicy !== undefined ? "Failed" : "TerminatingOrFailed",
  });
  return replaced(object, "spec", replaced(spec, "template", defaultPodTemplate(spec.template)));
}

/** The template's metadata with other labels. */
function labelled(template: PodTemplate, labels: Dict): PodTemplate {
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** On create the job and its pods get the labels by which the job finds them. */
function prepare(next: KubeObject, old: KubeObject | undefined, subresource?: string): KubeObject {
  const job = next as Job;
  if (old !== undefined || subresource !== undefined) return next;
  const given = ((job.spec.template.metadata ?? {}) as { labels?: Dict }).labels ?? {};
  const { uid, name } = job.metadata;
  let labels: Dict = given;
  let spec = job.spec;
  if (spec.manualSelector !== true) {
    labels = { ...given, "controller-uid": uid, "job-name": name, "batch.kubernetes.io/controller-uid": uid, "batch.kubernetes.io/job-name": name };
    spec = {
      ...spec, template: labelled(spec.template, labels),
      selector: { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, "batch.kubernetes.io/controller-uid": uid } },
    };
  }
  const own = job.metadata.labels === undefined || Object.keys(job.metadata.labels).length === 0;
  return { ...job, metadata: own && Object.keys(labels).length > 0 ? { ...job.metadata, labels } : job.metadata, spec, status: {} };
}

/** A job's spec, in the order of ValidateJobSpec, without what needs its selector. */
export function validateJobSpec(spec: JobSpec, field: string): FieldError[] {
  const errors: FieldError[] = [
    ...nonNegative(`${field}.parallelism`, spec.parallelism), ...nonNegative(`${field}.completions`, spec.completions), ...nonNegative(`${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds),
    ...nonNegative(`${field}.backoffLimit`, spec.backoffLimit), ...nonNegative(`${field}.ttlSecondsAfterFinished`, spec.ttlSecondsAfterFinished),
    ...nonNegative(`${field}.backoffLimitPerIndex`, spec.backoffLimitPerIndex),
  ];
  const modes = ["Indexed", "NonIndexed"];
  if (spec.completionMode !== undefined && !modes.includes(spec.completionMode)) errors.push(unsupported(`${field}.completionMode`, spec.completionMode, ["NonIndexed", "Indexed"]));
  if (spec.completionMode === "Indexed" && spec.completions === undefined) errors.push(required(`${field}.completions`, `when completion mode is Indexed`));
  errors.push(...validatePodTemplate(spec.template, `${field}.template`));
  const policy = spec.template?.spec?.restartPolicy;
  if (policy === "Always" || policy === "" || policy === undefined) errors.push(required(`${field}.template.spec.restartPolicy`, "valid values: \"OnFailure\", \"Never\""));
  else if (policy !== "OnFailure" && policy !== "Never") errors.push(unsupported(`${field}.template.spec.restartPolicy`, policy, ["OnFailure", "Never"]));
  else if (spec.podFailurePolicy !== undefined && policy !== "Never") errors.push({ field: `${field}.template.spec.restartPolicy`, type: "Invalid", value: policy, detail: "only \"Never\" is supported when podFailurePolicy is specified" });
  return errors;
}

function validateUpdate(next: JobSpec, old: JobSpec): FieldError[] {
  const errors: FieldError[] = [];
  const immutable = (field: string, value: unknown): void => { errors.push({ field: `spec.${field}`, type: "Invalid", value, detail: "field is immutable" }); };
  const elastic = next.completionMode === "Indexed" && next.completions === next.parallelism;
  if (next.completions !== old.completions && !elastic) immutable("completions", next.completions);
  if (!equalJson(next.selector, old.selector)) immutable("selector", { go: "&v1.LabelSelector{}" });
  // Suspended jobs that never ran may still change where their pods go.
  const scheduling = ["nodeSelector", "tolerations", "affinity", "schedulingGates"] as const;
  const comparable = (spec: JobSpec): unknown => {
    if (old.suspend !== true) return spec.template;
    const pod: Record<string, unknown> = { ...spec.template.spec };
    for (const key of scheduling) delete pod[key];
    return { ...spec.template, metadata: null, spec: pod };
  };
  if (!equalJson(comparable(next), comparable(old))) immutable("template", { go: "core.PodTemplateSpec{}" });
  if (next.completionMode !== old.completionMode) immutable("completionMode", next.completionMode);
  if (!equalJson(next.podFailurePolicy, old.podFailurePolicy)) immutable("podFailurePolicy", { go: "(*batch.PodFailurePolicy)(nil)" });
  if (next.backoffLimitPerIndex !== old.backoffLimitPerIndex) immutable("backoffLimitPerIndex", next.backoffLimitPerIndex);
  return errors;
}

function validate(next: KubeObject, old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { spec, metadata } = next as Job;
  const errors: FieldError[] = validateObjectMeta(metadata, true);
  if (old !== undefined && (old as Job).spec === spec) return errors;
  errors.push(...validateJobSpec(spec, "spec"));
  if (spec.selector === undefined) errors.push(required("spec.selector"));
  else errors.push(...validateTemplateLabels(spec.selector, spec.template));
  return old === undefined ? errors : [...errors, ...validateUpdate(spec, (old as Job).spec)];
}

export const job: Kind = defineKind({
  group: "batch", kind: "Job", plural: "jobs", categories: ["all"], generation: true, columns, subresources: ["status"], defaults, prepare, validate,
  warnings: (object) => podSpecWarnings((object as Job).spec.template.spec, "spec.template.spec"),
  selectable: { "status.successful": (object) => String((object as Job).status?.succeeded ?? 0) },
});
