import type { KubeObject } from "../cluster/model";
import { field, numberAt, textAt } from "./fields";

/** How a Deployment replaces its pods, in pods. */
export interface Strategy {
  readonly recreate: boolean;
  readonly replicas: number;
  readonly surge: number;
  readonly unavailable: number;
  readonly min: number;
  readonly max: number;
  readonly paused: boolean;
}

/** Percentages round as the controller rounds them: surge up, unavailable down, and never both to zero. */
export function strategyOf(deployment: KubeObject): Strategy {
  const replicas = numberAt(deployment, "spec", "replicas") ?? 1;
  const recreate = textAt(deployment, "spec", "strategy", "type") === "Recreate";
  const paused = field(deployment, "spec", "paused") === true;
  if (recreate) return { recreate, replicas, surge: 0, unavailable: replicas, min: 0, max: replicas, paused };
  const count = (name: string, up: boolean): number => {
    const value = field(deployment, "spec", "strategy", "rollingUpdate", name) ?? "25%";
    if (typeof value === "number") return value;
    const part = (Number.parseInt(typeof value === "string" ? value : "25%", 10) / 100) * replicas;
    return up ? Math.ceil(part - 1e-9) : Math.floor(part + 1e-9);
  };
  const surge = count("maxSurge", true);
  let unavailable = Math.min(replicas, count("maxUnavailable", false));
  if (surge === 0 && unavailable === 0) unavailable = 1;
  return { recreate, replicas, surge, unavailable, min: Math.max(0, replicas - unavailable), max: replicas + surge, paused };
}
