import { ageColumn, column, nameColumn, selectorColumn, templateColumns } from "./columns";
import { intOrPercentValue, intOrStringText, notAboveHundredPercent, validateIntOrPercent } from "./int-or-percent";
import { defineKind } from "./kind-definition";
import { forbiddenField, nonNegative, unsupported } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { podSpecWarnings } from "./pod-warnings";
import { defaultPodTemplate } from "./pod-template-defaults";
import { filled, replaced, without } from "./sharing";
import { immutableSelector, validateReplicated } from "./workload-validation";
import { equalJson } from "../equal";
import type { FieldError, Kind } from "../kind";
import type { Deployment } from "../types";
import type { KubeObject } from "../../model";

type Spec = Deployment["spec"];
type Strategy = NonNullable<Spec["strategy"]>;

const columns = [
  nameColumn,
  column("Ready", "How many of the wanted pods are ready.", (object) => `${(object as Deployment).status?.readyReplicas ?? 0}/${(object as Deployment).spec.replicas ?? 0}`),
  column("Up-to-date", "How many pods have the template as it is now.", (object) => (object as Deployment).status?.updatedReplicas ?? 0),
  column("Available", "How many pods have been ready for at least minReadySeconds.", (object) => (object as Deployment).status?.availableReplicas ?? 0),
  ageColumn,
  ...templateColumns((object) => (object as Deployment).spec.template),
  selectorColumn,
];

/** SetDefaults_Deployment. */
function defaults(object: KubeObject): KubeObject {
  let spec = ((object as Deployment).spec ?? {});
  let strategy: Strategy = spec.strategy ?? {};
  if (strategy.type === undefined || strategy.type === "") strategy = { ...strategy, type: "RollingUpdate" };
  if (strategy.type === "RollingUpdate") {
    strategy = replaced(strategy, "rollingUpdate", filled(strategy.rollingUpdate ?? {}, { maxSurge: "25%", maxUnavailable: "25%" }));
  } else if (strategy.rollingUpdate === null) strategy = without(strategy, "rollingUpdate");
  if (spec.minReadySeconds === 0) spec = without(spec, "minReadySeconds");
  if (spec.paused === false) spec = without(spec, "paused");
  spec = filled(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  spec = replaced(replaced(spec, "strategy", strategy), "template", defaultPodTemplate(spec.template));
  return replaced(object, "spec", spec);
}

function validateStrategy(strategy: Strategy | undefined): FieldError[] {
  if (strategy === undefined) return [];
  const rolling = strategy.rollingUpdate;
  if (strategy.type === "Recreate") return rolling === undefined ? [] : [forbiddenField("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")];
  if (strategy.type !== "RollingUpdate") {
    const update = rolling === undefined ? "(*apps.RollingUpdateDeployment)(nil)" : "(*apps.RollingUpdateDeployment)(0xc000000000)";
    return [unsupported("spec.strategy", { go: `apps.DeploymentStrategy{Type:${JSON.stringify(strategy.type)}, RollingUpdate:${update}}` }, ["Recreate", "RollingUpdate"])];
  }
  const unavailable = rolling?.maxUnavailable;
  const surge = rolling?.maxSurge;
  const field = "spec.strategy.rollingUpdate";
  const errors = [...validateIntOrPercent(unavailable, `${field}.maxUnavailable`), ...validateIntOrPercent(surge, `${field}.maxSurge`)];
  if (intOrPercentValue(unavailable) === 0 && intOrPercentValue(surge) === 0) {
    errors.push({ field: `${field}.maxUnavailable`, type: "Invalid", value: intOrStringText(unavailable), detail: "may not be 0 when `maxSurge` is 0" });
  }
  return [...errors, ...notAboveHundredPercent(unavailable, `${field}.maxUnavailable`)];
}

function validate(next: KubeObject, old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { spec, metadata } = next as Deployment;
  if (old !== undefined && (old as Deployment).spec === spec) return validateObjectMeta(metadata, true);
  const errors = [
    ...validateObjectMeta(metadata, true), ...validateReplicated(next, "deployment", "ReplicaSet"), ...validateStrategy(spec.strategy),
    ...nonNegative("spec.minReadySeconds", spec.minReadySeconds), ...nonNegative("spec.revisionHistoryLimit", spec.revisionHistoryLimit),
    ...nonNegative("spec.progressDeadlineSeconds", spec.progressDeadlineSeconds),
  ];
  if (spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0)) {
    errors.push({ field: "spec.progressDeadlineSeconds", type: "Invalid", value: spec.progressDeadlineSeconds, detail: "must be greater than minReadySeconds" });
  }
  return old === undefined ? errors : [...errors, ...immutableSelector(next, old, equalJson)];
}

export const deployment: Kind = defineKind({
  group: "apps", kind: "Deployment", plural: "deployments", shortNames: ["deploy"], categories: ["all"], generation: true, columns, defaults,
  subresources: ["scale", "status"],
  // A new annotation is news for the controller too: upstream counts the generation up for it.
  prepare: (next, old, sub) => (old === undefined ? { ...next, status: {} }
    : sub === undefined && !equalJson(next.metadata.annotations ?? {}, old.metadata.annotations ?? {}) ? { ...next, metadata: { ...next.metadata, generation: (old.metadata.generation ?? 0) + 1 } } : next),
  validate,
  warnings: (object) => podSpecWarnings((object as Deployment).spec.template.spec, "spec.template.spec"),
});
