import { ageColumn, column, nameColumn, templateContainers, templateImages, wideColumn } from "./columns";
import { CronError, parseCron } from "./cron-schedule";
import { since } from "./human-duration";
import { validateJobSpec } from "./job";
import { defineKind } from "./kind-definition";
import { invalids, nonNegative, required, unsupported, dns1123Subdomain } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { podSpecWarnings } from "./pod-warnings";
import { defaultPodTemplate } from "./pod-template-defaults";
import { filled, replaced } from "./sharing";
import { formatLabelSelector } from "../selectors";
import type { FieldError, Kind } from "../kind";
import type { Wire, k8s } from "../types";
import type { KubeObject } from "../../model";

export type CronJob = KubeObject & { readonly spec: Wire<k8s.V1CronJobSpec>; readonly status?: Wire<k8s.V1CronJobStatus> };
type Spec = CronJob["spec"];

const template = (object: KubeObject) => (object as CronJob).spec.jobTemplate.spec?.template;

const columns = [
  nameColumn,
  column("Schedule", "When jobs are made.", (object) => (object as CronJob).spec.schedule),
  column("Timezone", "The time zone of the schedule.", (object) => (object as CronJob).spec.timeZone ?? "<none>"),
  column("Suspend", "Whether no jobs are made for now.", (object) => ((object as CronJob).spec.suspend === true ? "True" : "False")),
  column("Active", "How many of the jobs are running.", (object) => ((object as CronJob).status?.active ?? []).length, "integer"),
  column("Last Schedule", "How long ago a job was last made.", (object, now, epoch) => {
    const last = (object as CronJob).status?.lastScheduleTime;
    return last === undefined ? "<none>" : since(last, now, epoch);
  }),
  ageColumn,
  wideColumn("Containers", "The names of the template's containers.", (object) => templateContainers(template(object))),
  wideColumn("Images", "The images of the template's containers.", (object) => templateImages(template(object))),
  wideColumn("Selector", "The labels that the job's pods carry.", (object) => formatLabelSelector((object as CronJob).spec.jobTemplate.spec?.selector)),
];

/** SetDefaults_CronJob; the job within gets its own defaults when it is made. */
function defaults(object: KubeObject): KubeObject {
  let spec = filled(((object as CronJob).spec ?? {}), { concurrencyPolicy: "Allow", failedJobsHistoryLimit: 1, successfulJobsHistoryLimit: 3, suspend: false });
  if (spec.concurrencyPolicy === "") spec = { ...spec, concurrencyPolicy: "Allow" };
  const jobTemplate = spec.jobTemplate ?? {};
  const metadata = (jobTemplate.metadata ?? {});
  const stamped = "creationTimestamp" in metadata ? jobTemplate : { ...jobTemplate, metadata: { creationTimestamp: null, ...metadata } as unknown as typeof metadata };
  const job = stamped.spec ?? ({} as NonNullable<Spec["jobTemplate"]["spec"]>);
  const next = replaced(stamped, "spec", replaced(job, "template", defaultPodTemplate(job.template)));
  return replaced(object, "spec", replaced(spec, "jobTemplate", next));
}

function validateSchedule(schedule: string | undefined): FieldError[] {
  if (schedule === undefined || schedule === "") return [required("spec.schedule")];
  try {
    parseCron(schedule);
    if (/TZ/.test(schedule)) return [{ field: "spec.schedule", type: "Invalid", value: schedule, detail: "cannot use TZ or CRON_TZ in schedule, use timeZone field instead" }];
    return [];
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    return [{ field: "spec.schedule", type: "Invalid", value: schedule, detail: error.message }];
  }
}

function validate(next: KubeObject, old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { spec, metadata } = next as CronJob;
  const errors: FieldError[] = validateObjectMeta(metadata, true, dns1123Subdomain);
  if (metadata.name.length > 52) errors.push(...invalids("metadata.name", metadata.name, ["must be no more than 52 characters"]));
  if (old !== undefined && (old as CronJob).spec === spec) return errors;
  errors.push(...validateSchedule(spec.schedule), ...nonNegative("spec.startingDeadlineSeconds", spec.startingDeadlineSeconds));
  const policies = ["Allow", "Forbid", "Replace"];
  if (!policies.includes(spec.concurrencyPolicy ?? "Allow")) errors.push(unsupported("spec.concurrencyPolicy", spec.concurrencyPolicy, policies));
  if (spec.jobTemplate.spec !== undefined) errors.push(...validateJobSpec(spec.jobTemplate.spec, "spec.jobTemplate.spec"));
  return [...errors, ...nonNegative("spec.successfulJobsHistoryLimit", spec.successfulJobsHistoryLimit), ...nonNegative("spec.failedJobsHistoryLimit", spec.failedJobsHistoryLimit)];
}

export const cronjob: Kind = defineKind({
  group: "batch", kind: "CronJob", plural: "cronjobs", shortNames: ["cj"], categories: ["all"], generation: true, columns, subresources: ["status"], defaults, validate,
  prepare: (next, old) => (old === undefined ? { ...next, status: {} } : next),
  warnings: (object) => podSpecWarnings(template(object)?.spec, "spec.jobTemplate.spec.template.spec"),
});
