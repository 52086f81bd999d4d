import { ageColumn, column, nameColumn, templateColumns } from "./columns";
import { defineKind } from "./kind-definition";
import { validateIntOrPercent } from "./int-or-percent";
import { forbiddenField, nonNegative, required, unsupported } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { defaultClaimSpec } from "./persistentvolumeclaim";
import { podSpecWarnings } from "./pod-warnings";
import { defaultPodTemplate } from "./pod-template-defaults";
import { filled, mappedField, replaced, without } from "./sharing";
import { validateLastingTemplate, validateTemplateLabels, validateWorkloadSelector } from "./workload-validation";
import { equalJson } from "../equal";
import type { FieldError, Kind } from "../kind";
import type { Wire, k8s } from "../types";
import type { KubeObject } from "../../model";

export type StatefulSet = KubeObject & { readonly spec: Wire<k8s.V1StatefulSetSpec>; readonly status?: Wire<k8s.V1StatefulSetStatus> };
type Spec = StatefulSet["spec"];
type Claim = Wire<k8s.V1PersistentVolumeClaim>;

const columns = [
  nameColumn,
  column("Ready", "How many of the wanted pods are ready.", (object) => `${(object as StatefulSet).status?.readyReplicas ?? 0}/${(object as StatefulSet).spec.replicas ?? 0}`),
  ageColumn,
  ...templateColumns((object) => (object as StatefulSet).spec.template),
];

function defaultClaim(claim: Claim): Claim {
  const named = filled(claim, { apiVersion: "v1", kind: "PersistentVolumeClaim" });
  const metadata = (named.metadata ?? {});
  const stamped = "creationTimestamp" in metadata ? named : { ...named, metadata: { creationTimestamp: null, ...metadata } as unknown as NonNullable<Claim["metadata"]> };
  const filledIn = replaced(stamped, "status", filled(stamped.status ?? {}, { phase: "Pending" }));
  return replaced(filledIn, "spec", defaultClaimSpec(filledIn.spec ?? {}));
}

/** SetDefaults_StatefulSet. */
function defaults(object: KubeObject): KubeObject {
  let spec = ((object as StatefulSet).spec ?? {});
  if (spec.podManagementPolicy === "") spec = without(spec, "podManagementPolicy");
  if (spec.minReadySeconds === 0) spec = without(spec, "minReadySeconds");
  if (spec.serviceName === undefined) spec = { ...spec, serviceName: "" };
  let update = filled(spec.updateStrategy ?? {}, { type: "RollingUpdate" });
  if (update.type === "RollingUpdate") update = replaced(update, "rollingUpdate", filled(update.rollingUpdate ?? {}, { partition: 0 }));
  spec = filled(spec, { podManagementPolicy: "OrderedReady", replicas: 1, revisionHistoryLimit: 10 });
  spec = replaced(spec, "updateStrategy", update);
  spec = replaced(spec, "persistentVolumeClaimRetentionPolicy", filled(spec.persistentVolumeClaimRetentionPolicy ?? {}, { whenDeleted: "Retain", whenScaled: "Retain" }));
  spec = mappedField(spec, "volumeClaimTemplates", defaultClaim);
  return replaced(object, "spec", replaced(spec, "template", defaultPodTemplate(spec.template)));
}

/** The names that volumeClaimTemplates bring are volumes of the pods, though the template does not list them. */
function withClaimVolumes(spec: Spec): Spec["template"] {
  const names = (spec.volumeClaimTemplates ?? []).map((claim) => claim.metadata?.name ?? "");
  const pod = spec.template.spec;
  if (names.length === 0 || pod === undefined) return spec.template;
  const missing = names.filter((name) => !(pod.volumes ?? []).some((volume) => volume.name === name));
  return { ...spec.template, spec: { ...pod, volumes: [...pod.volumes ?? [], ...missing.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }))] } };
}

function validateUpdateStrategy(spec: Spec): FieldError[] {
  const { type = "", rollingUpdate } = spec.updateStrategy ?? {};
  const field = "spec.updateStrategy";
  if (type === "") return [required(field)];
  if (type === "OnDelete") return rollingUpdate === undefined ? [] : [{ field: `${field}.rollingUpdate`, type: "Invalid", value: { go: "(*apps.RollingUpdateStatefulSetStrategy)(0xc000000000)" }, detail: "only allowed for updateStrategy 'RollingUpdate'" }];
  if (type === "RollingUpdate") return [...nonNegative(`${field}.rollingUpdate.partition`, rollingUpdate?.partition), ...validateIntOrPercent(rollingUpdate?.maxUnavailable, `${field}.rollingUpdate.maxUnavailable`)];
  return [{ field, type: "Invalid", value: { go: `apps.StatefulSetUpdateStrategy{Type:${JSON.stringify(type)}, RollingUpdate:(*apps.RollingUpdateStatefulSetStrategy)(nil)}` }, detail: "must be 'RollingUpdate' or 'OnDelete'" }];
}

const changeable = ["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"];

function validate(next: KubeObject, old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { spec, metadata } = next as StatefulSet;
  const errors: FieldError[] = validateObjectMeta(metadata, true);
  const before = (old as StatefulSet | undefined)?.spec;
  if (before === spec) return errors;
  if (before !== undefined && !equalJson(without(spec, ...changeable), without(before, ...changeable))) {
    return [forbiddenField("spec", "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")];
  }
  const policies = ["OrderedReady", "Parallel"];
  if (!policies.includes(spec.podManagementPolicy ?? "")) errors.push({ field: "spec.podManagementPolicy", type: "Invalid", value: spec.podManagementPolicy, detail: "must be 'OrderedReady' or 'Parallel'" });
  errors.push(...validateUpdateStrategy(spec), ...nonNegative("spec.replicas", spec.replicas), ...nonNegative("spec.minReadySeconds", spec.minReadySeconds));
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  for (const key of ["whenDeleted", "whenScaled"] as const) {
    const value = retention?.[key];
    if (value !== undefined && value !== "Retain" && value !== "Delete") errors.push(unsupported(`spec.persistentVolumeClaimRetentionPolicy.${key}`, value, ["Delete", "Retain"]));
  }
  return [...errors, ...validateWorkloadSelector(spec.selector, "statefulset"), ...validateTemplateLabels(spec.selector, spec.template), ...validateLastingTemplate(withClaimVolumes(spec), "StatefulSet")];
}

export const statefulset: Kind = defineKind({
  group: "apps", kind: "StatefulSet", plural: "statefulsets", shortNames: ["sts"], categories: ["all"], generation: true, columns, defaults,
  subresources: ["scale", "status"], validate,
  prepare: (next, old) => (old === undefined ? { ...next, status: { availableReplicas: 0, replicas: 0 } } : next),
  warnings: (object) => podSpecWarnings((object as StatefulSet).spec.template.spec, "spec.template.spec"),
});
