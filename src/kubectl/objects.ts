import { scalar } from "../cluster/scalar";
import type { KubeObject } from "../cluster/model";

/** Loose reading of JSON objects: what is not there is undefined. */
export type Obj = { readonly [key: string]: unknown };

export function obj(value: unknown): Obj {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Obj) : {};
}
export function arr(value: unknown): readonly Obj[] {
  return Array.isArray(value) ? (value as readonly Obj[]) : [];
}
export function str(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : scalar(value);
}
export function num(value: unknown): number {
  return typeof value === "number" ? value : Number(value ?? 0);
}
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((v, key) => obj(v)[key], value);
}
export function strings(value: unknown): Readonly<Record<string, string>> {
  return obj(value) as Readonly<Record<string, string>>;
}

/** The pod template's spec of anything that has pods: deployments, jobs, cron jobs, pods themselves. */
export function podSpecPath(kind: string): readonly string[] | undefined {
  if (kind === "Pod") return ["spec"];
  if (kind === "CronJob") return ["spec", "jobTemplate", "spec", "template", "spec"];
  if (["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"].includes(kind)) return ["spec", "template", "spec"];
  return undefined;
}

/** A copy with the value at the path replaced; undefined removes it. */
export function setAt<T extends Obj>(object: T, path: readonly string[], value: unknown): T {
  const [key, ...rest] = path;
  if (key === undefined) return value as T;
  const next = rest.length === 0 ? value : setAt(obj(object[key]), rest, value);
  const out: Record<string, unknown> = { ...object, [key]: next };
  if (next === undefined) delete out[key];
  return out as T;
}

/** The label selector text of spec.selector. */
export function selectorText(selector: unknown): string {
  const labels = strings(at(selector, "matchLabels"));
  const parts = Object.keys(labels).sort().map((k) => `${k}=${labels[k] ?? ""}`);
  for (const e of arr(at(selector, "matchExpressions"))) {
    const values = (e["values"] as readonly string[] | undefined) ?? [];
    const operator = str(e["operator"]);
    if (operator === "In") parts.push(`${str(e["key"])} in (${values.join(",")})`);
    else if (operator === "NotIn") parts.push(`${str(e["key"])} notin (${values.join(",")})`);
    else parts.push(operator === "Exists" ? str(e["key"]) : `!${str(e["key"])}`);
  }
  return parts.join(",");
}

/** The controller that owns the object. */
export function controllerOf(object: KubeObject): { readonly kind: string; readonly name: string; readonly uid: string } | undefined {
  return object.metadata.ownerReferences?.find((o) => o.controller);
}
