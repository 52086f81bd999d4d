import type { Deployment, ReplicaSet } from "../api/types";
import { equalJson } from "../api/equal";
import type { ControllerContext } from "./controller";
import { conditionOf, hasDeadline, newCondition, withCondition, withoutCondition } from "./deployment-conditions";
import type { DeploymentCondition, DeploymentStatus } from "./deployment-conditions";
import { isComplete } from "./deployment-replicasets";
import { countedStatus, writeStatus } from "./deployment-sync";
import type { Rollout } from "./deployment-sync";

/**
 * Brings the status up to date: counts, and how the rollout gets on. Returns in how many ms to look again whether the deadline has passed.
 */
export function syncProgress(rollout: Rollout, all: readonly ReplicaSet[], newOne: ReplicaSet | undefined): number | undefined {
  const { deployment, context } = rollout;
  let status = countedStatus(rollout, all, newOne);
  if (!hasDeadline(deployment)) status = withoutCondition(status, "Progressing");
  const current = conditionOf(deployment.status, "Progressing");
  const done = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === "NewReplicaSetAvailable";
  if (hasDeadline(deployment) && !done) status = progressed(deployment, status, newOne, current, context);
  const failure = replicaFailure(all, newOne);
  status = failure === undefined ? withoutCondition(status, "ReplicaFailure") : withCondition(status, failure);
  if (equalJson(status, deployment.status ?? {})) return deadlineIn(deployment, status, context);
  writeStatus(rollout, { ...deployment, status });
  return undefined;
}

function progressed(deployment: Deployment, status: DeploymentStatus, newOne: ReplicaSet | undefined, current: DeploymentCondition | undefined, context: ControllerContext): DeploymentStatus {
  const who = newOne === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newOne.metadata.name}"`;
  if (isComplete(deployment, status)) {
    return withCondition(status, newCondition(context, "Progressing", "True", "NewReplicaSetAvailable", `${who} has successfully progressed.`));
  }
  if (isProgressing(deployment.status ?? {}, status)) {
    const condition = newCondition(context, "Progressing", "True", "ReplicaSetUpdated", `${who} is progressing.`);
    // Written anew on every progress: its lastUpdateTime is what the deadline counts from.
    const kept = current?.status === "True" && current.lastTransitionTime !== undefined ? { ...condition, lastTransitionTime: current.lastTransitionTime } : condition;
    return withCondition(withoutCondition(status, "Progressing"), kept);
  }
  if (timedOut(deployment, status, context)) {
    return withCondition(status, newCondition(context, "Progressing", "False", "ProgressDeadlineExceeded", `${who} has timed out progressing.`));
  }
  return status;
}

function isProgressing(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) || old(after) < old(before)
    || (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) || (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0);
}

function deadlineOf(deployment: Deployment, condition: DeploymentCondition, context: ControllerContext): number {
  return Date.parse(condition.lastUpdateTime ?? context.timestamp()) - context.epoch + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000;
}

function timedOut(deployment: Deployment, status: DeploymentStatus, context: ControllerContext): boolean {
  const condition = conditionOf(status, "Progressing");
  if (condition === undefined || condition.reason === "NewReplicaSetAvailable") return false;
  return condition.reason === "ProgressDeadlineExceeded" || deadlineOf(deployment, condition, context) < context.now;
}

/** A second is added, since conditions hold whole seconds. */
function deadlineIn(deployment: Deployment, status: DeploymentStatus, context: ControllerContext): number | undefined {
  const current = conditionOf(deployment.status, "Progressing");
  if (!hasDeadline(deployment) || current === undefined || isComplete(deployment, status) || current.reason === "ProgressDeadlineExceeded") return undefined;
  return Math.max(0, deadlineOf(deployment, current, context) - context.now) + 1000;
}

/** The new ReplicaSet's failure to create pods, or else that of any other. */
function replicaFailure(all: readonly ReplicaSet[], newOne: ReplicaSet | undefined): DeploymentCondition | undefined {
  for (const one of newOne === undefined ? all : [newOne, ...all]) {
    const found = one.status?.conditions?.find((condition) => condition.type === "ReplicaFailure");
    if (found !== undefined) return { ...found, ...(found.lastTransitionTime === undefined ? {} : { lastUpdateTime: found.lastTransitionTime }) };
  }
  return undefined;
}
