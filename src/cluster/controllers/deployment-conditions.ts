import type { Deployment } from "../api/types";
import type { ControllerContext } from "./controller";

export type DeploymentStatus = NonNullable<Deployment["status"]>;
export type DeploymentCondition = NonNullable<DeploymentStatus["conditions"]>[number];

export function conditionOf(status: DeploymentStatus | undefined, type: string): DeploymentCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

export function newCondition(context: ControllerContext, type: string, status: "True" | "False" | "Unknown", reason: string, message: string): DeploymentCondition {
  const at = context.timestamp();
  return { lastTransitionTime: at, lastUpdateTime: at, message, reason, status, type };
}

/** Puts a condition last, unless it says nothing new; the transition time changes with the status only. */
export function withCondition(status: DeploymentStatus, condition: DeploymentCondition): DeploymentStatus {
  const current = conditionOf(status, condition.type);
  if (current !== undefined && current.status === condition.status && current.reason === condition.reason) return status;
  const kept = current !== undefined && current.status === condition.status && current.lastTransitionTime !== undefined
    ? { ...condition, lastTransitionTime: current.lastTransitionTime } : condition;
  return { ...status, conditions: [...(status.conditions ?? []).filter((one) => one.type !== condition.type), kept] };
}

export function withoutCondition(status: DeploymentStatus, type: string): DeploymentStatus {
  if (conditionOf(status, type) === undefined) return status;
  return { ...status, conditions: (status.conditions ?? []).filter((one) => one.type !== type) };
}

/** Whether a rollout that makes no progress is to be reported; the largest number stands for never. */
export function hasDeadline(deployment: Deployment): boolean {
  return deployment.spec.progressDeadlineSeconds !== undefined && deployment.spec.progressDeadlineSeconds !== 2147483647;
}
