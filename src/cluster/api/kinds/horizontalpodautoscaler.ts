import { canonical } from "./amounts";
import { ageColumn, column, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { invalids, nonNegative, pathSegment, required, unsupported } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { filled, replaced, without } from "./sharing";
import type { FieldError, Kind } from "../kind";
import type { Wire, k8s } from "../types";
import type { KubeObject } from "../../model";

export type HorizontalPodAutoscaler = KubeObject & { readonly spec: Wire<k8s.V2HorizontalPodAutoscalerSpec>; readonly status?: Wire<k8s.V2HorizontalPodAutoscalerStatus> };
type Spec = HorizontalPodAutoscaler["spec"];
type Metric = Wire<k8s.V2MetricSpec>;
type MetricStatus = Wire<k8s.V2MetricStatus>;
type Target = Wire<k8s.V2MetricTarget>;
type Current = Wire<k8s.V2MetricValueStatus>;

/** "37%/50%", "200m/500m": the value now and the one that is aimed at. */
function pair(current: Current | undefined, target: Target): string {
  if (target.averageUtilization !== undefined) return `${current?.averageUtilization === undefined ? "<unknown>" : `${current.averageUtilization}%`}/${target.averageUtilization}%`;
  if (target.averageValue !== undefined) {
    // External and object metrics that are averaged say so.
    return `${current?.averageValue === undefined ? "<unknown>" : canonical(current.averageValue)}/${canonical(target.averageValue)}`;
  }
  return `${current?.value === undefined ? "<unknown>" : canonical(current.value)}/${canonical(target.value ?? "<auto>")}`;
}

function metricText(metric: Metric, status: MetricStatus | undefined): string {
  switch (metric.type) {
    case "Resource": return metric.resource === undefined ? "<unknown type>" : `${metric.resource.name}: ${pair(status?.resource?.current, metric.resource.target)}`;
    case "ContainerResource": return metric.containerResource === undefined ? "<unknown type>" : `${metric.containerResource.name}: ${pair(status?.containerResource?.current, metric.containerResource.target)}`;
    case "Pods": return metric.pods === undefined ? "<unknown type>" : pair(status?.pods?.current, metric.pods.target);
    case "Object": return metric.object === undefined ? "<unknown type>" : pair(status?.object?.current, metric.object.target) + (metric.object.target.averageValue === undefined ? "" : " (avg)");
    case "External": return metric.external === undefined ? "<unknown type>" : pair(status?.external?.current, metric.external.target) + (metric.external.target.averageValue === undefined ? "" : " (avg)");
    default: return "<unknown type>";
  }
}

function targetsText({ spec, status }: HorizontalPodAutoscaler): string {
  const metrics = spec.metrics ?? [];
  if (metrics.length === 0) return "<none>";
  const most = 2;
  const list = metrics.slice(0, most).map((metric, i) => metricText(metric, status?.currentMetrics?.[i]));
  return metrics.length > most ? `${list.join(", ")} + ${metrics.length - most} more...` : list.join(", ");
}

const columns = [
  nameColumn,
  column("Reference", "What is scaled.", (object) => `${(object as HorizontalPodAutoscaler).spec.scaleTargetRef.kind}/${(object as HorizontalPodAutoscaler).spec.scaleTargetRef.name}`),
  column("Targets", "What is measured, and what is aimed at.", (object) => targetsText(object as HorizontalPodAutoscaler)),
  column("MinPods", "At least so many pods.", (object) => String((object as HorizontalPodAutoscaler).spec.minReplicas ?? "<unset>")),
  column("MaxPods", "At most so many pods.", (object) => (object as HorizontalPodAutoscaler).spec.maxReplicas),
  column("Replicas", "How many pods there are.", (object) => (object as HorizontalPodAutoscaler).status?.currentReplicas ?? 0),
  ageColumn,
];

const cpu: Metric = { type: "Resource", resource: { name: "cpu", target: { averageUtilization: 80, type: "Utilization" } } };

const scaleUp = { stabilizationWindowSeconds: 0, selectPolicy: "Max", policies: [{ type: "Pods", value: 4, periodSeconds: 15 }, { type: "Percent", value: 100, periodSeconds: 15 }] };
const scaleDown = { selectPolicy: "Max", policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] };

/** SetDefaults_HorizontalPodAutoscaler: cpu at 80 % where nothing is measured; rules where a behaviour is only begun. */
function defaults(object: KubeObject): KubeObject {
  let spec = filled(((object as HorizontalPodAutoscaler).spec ?? {}), { minReplicas: 1 });
  if ((spec.metrics ?? []).length === 0) spec = { ...spec, metrics: [cpu] };
  if (spec.behavior !== undefined) {
    let behavior = spec.behavior;
    behavior = replaced(behavior, "scaleUp", filled(behavior.scaleUp ?? {}, scaleUp));
    behavior = replaced(behavior, "scaleDown", filled(behavior.scaleDown ?? {}, scaleDown));
    spec = replaced(spec, "behavior", behavior);
  }
  return replaced(object, "spec", spec);
}

function validateMetric(metric: Metric, field: string): FieldError[] {
  const types = ["ContainerResource", "External", "Object", "Pods", "Resource"];
  if ((metric.type ?? "") === "") return [required(`${field}.type`, "must specify a metric source type")];
  if (!types.includes(metric.type)) return [unsupported(`${field}.type`, metric.type, types)];
  const key = `${metric.type.slice(0, 1).toLowerCase()}${metric.type.slice(1)}`;
  const source = metric[key as "resource"];
  if (source === undefined) return [required(`${field}.${key}`, `must populate the given metric source`)];
  const errors: FieldError[] = [];
  if (key === "resource") {
    const { target } = source;
    if ((source.name ?? "") === "") errors.push(required(`${field}.resource.name`, "must specify a resource name"));
    if (target?.averageUtilization !== undefined && target.averageUtilization < 1) errors.push({ field: `${field}.resource.target.averageUtilization`, type: "Invalid", value: target.averageUtilization, detail: "must be greater than 0" });
    if (target?.averageUtilization === undefined && target?.averageValue === undefined) errors.push(required(`${field}.resource.target.averageUtilization`, "must set either a target raw value or a target utilization"));
  }
  return errors;
}

function validate(next: KubeObject, _old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { spec, metadata } = next as HorizontalPodAutoscaler;
  const errors: FieldError[] = validateObjectMeta(metadata, true);
  if (spec.minReplicas !== undefined && spec.minReplicas < 1) errors.push({ field: "spec.minReplicas", type: "Invalid", value: spec.minReplicas, detail: "must be greater than or equal to 1" });
  const most = spec.maxReplicas ?? 0;
  if (most < 1) errors.push({ field: "spec.maxReplicas", type: "Invalid", value: most, detail: "must be greater than 0" });
  if (spec.minReplicas !== undefined && most < spec.minReplicas) errors.push({ field: "spec.maxReplicas", type: "Invalid", value: most, detail: "must be greater than or equal to `minReplicas`" });
  const target = spec.scaleTargetRef ?? { kind: "", name: "" };
  for (const key of ["kind", "name"] as const) {
    if ((target[key] ?? "") === "") errors.push(required(`spec.scaleTargetRef.${key}`));
    else errors.push(...invalids(`spec.scaleTargetRef.${key}`, target[key], pathSegment(target[key])));
  }
  (spec.metrics ?? []).forEach((metric, i) => errors.push(...validateMetric(metric, `spec.metrics[${i}]`)));
  for (const side of ["scaleUp", "scaleDown"] as const) {
    const rules = spec.behavior?.[side];
    errors.push(...nonNegative(`spec.behavior.${side}.stabilizationWindowSeconds`, rules?.stabilizationWindowSeconds));
    if (rules?.stabilizationWindowSeconds !== undefined && rules.stabilizationWindowSeconds > 3600) errors.push({ field: `spec.behavior.${side}.stabilizationWindowSeconds`, type: "Invalid", value: rules.stabilizationWindowSeconds, detail: "must be less than or equal to 3600" });
  }
  return errors;
}

interface FirstSpec {
  readonly scaleTargetRef: Spec["scaleTargetRef"];
  readonly minReplicas?: number;
  readonly maxReplicas: number;
  readonly targetCPUUtilizationPercentage?: number;
}
const metricsAnnotation = "autoscaling.alpha.kubernetes.io/metrics";
const isCpu = (metric: Metric): boolean => metric.type === "Resource" && metric.resource?.name === "cpu" && metric.resource.target.averageUtilization !== undefined;

/** autoscaling/v1 knows cpu alone; everything else travels as an annotation. */
function toHub(object: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: cpuTarget, ...spec } = (object["spec"] ?? {}) as FirstSpec;
  const text = object.metadata.annotations?.[metricsAnnotation];
  const others = text === undefined ? [] : (JSON.parse(text) as readonly Metric[]);
  const metrics = [...(cpuTarget === undefined ? [] : [{ type: "Resource", resource: { name: "cpu", target: { averageUtilization: cpuTarget, type: "Utilization" } } }]), ...others];
  const annotations = without(object.metadata.annotations ?? {}, metricsAnnotation);
  const status = object["status"] as { currentCPUUtilizationPercentage?: number } | undefined;
  const metadata = text === undefined ? object.metadata : { ...object.metadata, annotations };
  const next: KubeObject = { ...object, metadata, spec: { ...spec, ...(metrics.length === 0 ? {} : { metrics }) } };
  return defaults(status === undefined ? next : { ...next, status: without(status, "currentCPUUtilizationPercentage") });
}

function fromHub(object: KubeObject): KubeObject {
  const { metrics = [], behavior: _behavior, ...spec } = (object as HorizontalPodAutoscaler).spec;
  const first = metrics.find(isCpu);
  const others = metrics.filter((metric) => metric !== first);
  const { currentMetrics, conditions: _conditions, ...status } = (object as HorizontalPodAutoscaler).status ?? {} as NonNullable<HorizontalPodAutoscaler["status"]>;
  const usage = (currentMetrics ?? []).find((metric) => metric.resource?.name === "cpu")?.resource?.current.averageUtilization;
  return {
    ...object, apiVersion: "autoscaling/v1",
    metadata: others.length === 0 ? object.metadata : { ...object.metadata, annotations: { ...object.metadata.annotations, [metricsAnnotation]: JSON.stringify(others) } },
    spec: { ...spec, ...(first?.resource?.target.averageUtilization === undefined ? {} : { targetCPUUtilizationPercentage: first.resource.target.averageUtilization }) },
    ...(object["status"] === undefined ? {} : { status: { currentReplicas: 0, ...status, ...(usage === undefined ? {} : { currentCPUUtilizationPercentage: usage }) } }),
  };
}

export const horizontalpodautoscaler: Kind = defineKind({
  group: "autoscaling", kind: "HorizontalPodAutoscaler", plural: "horizontalpodautoscalers", shortNames: ["hpa"], categories: ["all"], hub: "v2", columns, subresources: ["status"],
  versions: [
    { name: "v2", served: true, goType: "HorizontalPodAutoscaler", model: "V2HorizontalPodAutoscaler", columns, defaults },
    { name: "v1", served: true, goType: "HorizontalPodAutoscaler", model: "V1HorizontalPodAutoscaler", columns, toHub, fromHub },
  ],
  prepare: (next, old) => (old === undefined ? { ...next, status: { currentMetrics: null, desiredReplicas: 0 } } : next),
  validate,
});
