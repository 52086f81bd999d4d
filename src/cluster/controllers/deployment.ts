import type { Controller, ControllerContext } from "./controller";
import type { Change, Reader } from "../api/store";
import type { Deployment, ReplicaSet } from "../api/types";
import { equalJson } from "../api/equal";
import { matchesSelector } from "../api/selectors";
import { claim } from "./claim";
import { annotatedDesired } from "./deployment-annotations";
import { conditionOf, hasDeadline, newCondition, withCondition } from "./deployment-conditions";
import { scaleAndSync } from "./deployment-proportional";
import { recreateStep } from "./deployment-recreate";
import { active, desiredReplicas, isRolling } from "./deployment-replicasets";
import { rollingStep } from "./deployment-rolling";
import { newAndOld, replicasets, syncStatus, writeStatus } from "./deployment-sync";
import type { Rollout } from "./deployment-sync";
import { controllerOf, joinKey, keyOf, splitKey } from "./keys";

const resource = "deployments.apps";

/** Rolls Deployments out through ReplicaSets, one step a round. */
export const deployment: Controller = {
  name: "deployment-controller",
  user: "system:serviceaccount:kube-system:deployment-controller",
  workers: 5,
  watches: [
    { resource, keys: (change) => [keyOf(change.object)] },
    { resource: replicasets, keys: replicaSetKeys },
    { resource: "pods", keys: podKeys },
  ],
  reconcile,
};

function replicaSetKeys(change: Change, cache: Reader): readonly string[] {
  const keys = new Set<string>();
  for (const one of [change.previous, change.object]) {
    const owner = one === undefined ? undefined : controllerOf(one);
    if (owner?.kind === "Deployment") keys.add(joinKey(change.ref.namespace, owner.name));
  }
  if (controllerOf(change.object) === undefined && change.type !== "DELETED" && !equalJson(change.previous?.metadata.labels ?? null, change.object.metadata.labels ?? {})) {
    for (const one of cache.list(resource, { namespace: change.ref.namespace }) as readonly Deployment[]) {
      if (matchesSelector(one.spec.selector, change.object.metadata.labels ?? {})) keys.add(keyOf(one));
    }
  }
  return [...keys];
}

/** Only a Recreate rollout waits for pods to be gone. */
function podKeys(change: Change, cache: Reader): readonly string[] {
  if (change.type !== "DELETED") return [];
  const set = controllerOf(change.object);
  if (set?.kind !== "ReplicaSet") return [];
  const owner = cache.get({ resource: replicasets, namespace: change.ref.namespace, name: set.name });
  const parent = owner === undefined ? undefined : controllerOf(owner);
  if (parent === undefined) return [];
  const found = cache.get({ resource, namespace: change.ref.namespace, name: parent.name }) as Deployment | undefined;
  return found === undefined || isRolling(found) ? [] : [keyOf(found)];
}

function reconcile(key: string, context: ControllerContext): void | { readonly again: number; readonly background: true } {
  const { namespace, name } = splitKey(key);
  const found = context.cache.get({ resource, namespace, name }) as Deployment | undefined;
  if (found === undefined) return;
  const selector = found.spec.selector;
  if (Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0) {
    context.event(found, "Warning", "SelectingAll", "This deployment is selecting all pods. A non-empty selector is required.");
    return;
  }
  const candidates = context.cache.list(replicasets, { namespace }) as readonly ReplicaSet[];
  const rollout: Rollout = { deployment: found, context, all: claim(context, found, resource, replicasets, selector, candidates) };
  if (found.metadata.deletionTimestamp !== undefined) {
    const { newOne, old } = newAndOld(rollout, false);
    syncStatus(rollout, newOne === undefined ? old : [...old, newOne], newOne);
    return;
  }
  notePause(rollout);
  if (rollout.deployment.spec.paused === true || wasScaled(rollout)) {
    scaleAndSync(rollout);
    return;
  }
  const look = isRolling(rollout.deployment) ? rollingStep(rollout) : recreateStep(rollout);
  if (look !== undefined) return { again: look, background: true };
}

/** While a rollout is paused its deadline does not count. */
function notePause(rollout: Rollout): void {
  const { deployment: one, context } = rollout;
  if (!hasDeadline(one)) return;
  const condition = conditionOf(one.status, "Progressing");
  if (condition?.reason === "ProgressDeadlineExceeded") return;
  const noted = condition?.reason === "DeploymentPaused";
  const paused = one.spec.paused === true;
  if (paused === noted) return;
  const next = paused
    ? newCondition(context, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused")
    : newCondition(context, "Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed");
  writeStatus(rollout, { ...one, status: withCondition(one.status ?? {}, next) });
}

/** A live ReplicaSet still notes another desired size than the Deployment has. */
function wasScaled(rollout: Rollout): boolean {
  const { newOne, old } = newAndOld(rollout, false);
  return active(newOne === undefined ? old : [...old, newOne]).some((one) => {
    const noted = annotatedDesired(one);
    return noted !== undefined && noted !== desiredReplicas(rollout.deployment);
  });
}
