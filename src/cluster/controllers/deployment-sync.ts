import { extended } from "../extended";
import type { Deployment, ReplicaSet } from "../api/types";
import { equalJson } from "../api/equal";
import type { ControllerContext } from "./controller";
import { hasSizeAnnotations, newReplicaSetAnnotations, sizeAnnotations } from "./deployment-annotations";
import { conditionOf, hasDeadline, newCondition, withCondition } from "./deployment-conditions";
import type { DeploymentStatus } from "./deployment-conditions";
import {
  desiredReplicas, findNew, hashLabel, maxRevision, maxUnavailable, newReplicas, revisionAnnotation, revisionOf, sameTemplate, sizeOf, specReplicas, statusReplicas,
} from "./deployment-replicasets";
import { isAlreadyExists, isNamespaceTerminating, isNotFound, messageOf } from "./failures";
import { controllerOf, controllerReference } from "./keys";
import { podTemplateHash } from "./template-hash";

/**
 * One round's view of a Deployment and its ReplicaSets, as the cache shows them. What the round writes does not come back into it:
 * upstream, too, goes on with what it read. So a second status write of a round conflicts and the round is tried again, and
 * counts are those from before a scaling. Watches show both.
 */
export interface Rollout {
  deployment: Deployment;
  readonly context: ControllerContext;
  readonly all: readonly ReplicaSet[];
}

const resource = "deployments.apps";
export const replicasets = "replicasets.apps";

export function namespaceOf(rollout: Rollout): string {
  return rollout.deployment.metadata.namespace ?? "";
}

/** Writes the status with the annotations as they are in `deployment`, which upstream's status updates carry along. */
export function writeStatus(rollout: Rollout, deployment: Deployment): void {
  rollout.context.client.update(resource, namespaceOf(rollout), deployment, "status");
  rollout.deployment = deployment;
}

function withProgress(rollout: Rollout, deployment: Deployment, status: "True" | "False" | "Unknown", reason: string, message: string): Deployment {
  return { ...deployment, status: withCondition(deployment.status ?? {}, newCondition(rollout.context, "Progressing", status, reason, message)) };
}

function withRevision(deployment: Deployment, revision: string): Deployment {
  if (deployment.metadata.annotations?.[revisionAnnotation] === revision) return deployment;
  return { ...deployment, metadata: { ...deployment.metadata, annotations: { ...deployment.metadata.annotations, [revisionAnnotation]: revision } } };
}

/** The ReplicaSet of the present template, numbered one above all others, and made if it is missing and `create` says so; and the others. */
export function newAndOld(rollout: Rollout, create: boolean): { newOne: ReplicaSet | undefined; readonly old: readonly ReplicaSet[] } {
  const found = findNew(rollout.deployment, rollout.all);
  const old = rollout.all.filter((one) => one.metadata.uid !== found?.metadata.uid);
  const revision = maxRevision(old) + 1;
  if (found !== undefined) return { newOne: refreshed(rollout, found, revision), old };
  return { newOne: create ? made(rollout, old, revision) : undefined, old };
}

function refreshed(rollout: Rollout, found: ReplicaSet, revision: number): ReplicaSet {
  const { deployment, context } = rollout;
  const annotations = newReplicaSetAnnotations(deployment, found.metadata, revision, true);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  if (!equalJson(annotations, found.metadata.annotations ?? {}) || (found.spec.minReadySeconds ?? 0) !== minReadySeconds) {
    return context.client.update(replicasets, namespaceOf(rollout), {
      ...found, metadata: { ...found.metadata, annotations },
      ...((found.spec.minReadySeconds ?? 0) === minReadySeconds ? {} : { spec: { ...found.spec, minReadySeconds } }),
    }) as ReplicaSet;
  }
  let next = withRevision(deployment, String(revisionOf(found)));
  if (hasDeadline(deployment) && conditionOf(deployment.status, "Progressing") === undefined) {
    next = withProgress(rollout, next, "True", "FoundNewReplicaSet", `Found new replica set "${found.metadata.name}"`);
  }
  if (next !== deployment) writeStatus(rollout, next);
  return found;
}

function made(rollout: Rollout, old: readonly ReplicaSet[], revision: number): ReplicaSet {
  const { deployment, context } = rollout;
  const namespace = namespaceOf(rollout);
  const hash = podTemplateHash(deployment.spec.template, deployment.status?.collisionCount);
  const labels = { ...deployment.spec.template.metadata?.labels, [hashLabel]: hash };
  const replicas = newReplicas(deployment, old, 0);
  const body = {
    apiVersion: "apps/v1", kind: "ReplicaSet",
    metadata: {
      name: `${deployment.metadata.name}-${hash}`, namespace, labels,
      annotations: newReplicaSetAnnotations(deployment, {}, revision, false),
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(deployment.spec.minReadySeconds === undefined ? {} : { minReadySeconds: deployment.spec.minReadySeconds }),
      selector: { ...deployment.spec.selector, matchLabels: { ...deployment.spec.selector.matchLabels, [hashLabel]: hash } },
      template: { ...deployment.spec.template, metadata: extended(deployment.spec.template.metadata ?? {}, { labels }) },
    },
  };
  let created: ReplicaSet;
  try {
    created = context.client.create(replicasets, namespace, body) as ReplicaSet;
  } catch (error) {
    return afterFailedCreate(rollout, body.metadata.name, error);
  }
  if (replicas > 0) context.event(deployment, "Normal", "ScalingReplicaSet", `Scaled up replica set ${created.metadata.name} from 0 to ${replicas}`);
  let next = withRevision(deployment, String(revision));
  if (hasDeadline(deployment)) next = withProgress(rollout, next, "True", "NewReplicaSetCreated", `Created new replica set "${created.metadata.name}"`);
  if (next !== deployment) writeStatus(rollout, next);
  return created;
}

/** The name may be taken by the ReplicaSet that a lagging cache does not show yet, or by another template of the same hash. */
function afterFailedCreate(rollout: Rollout, name: string, error: unknown): ReplicaSet {
  const { deployment, context } = rollout;
  if (isAlreadyExists(error)) {
    const other = context.cache.get({ resource: replicasets, namespace: namespaceOf(rollout), name }) as ReplicaSet | undefined;
    if (other === undefined) throw error;
    if (controllerOf(other)?.uid === deployment.metadata.uid && sameTemplate(other.spec.template, deployment.spec.template)) return other;
    writeStatus(rollout, { ...deployment, status: { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 } });
    throw error;
  }
  if (isNamespaceTerminating(error)) throw error;
  const message = `Failed to create new replica set "${name}": ${messageOf(error)}`;
  if (hasDeadline(deployment)) writeStatus(rollout, withProgress(rollout, deployment, "False", "ReplicaSetCreateError", message));
  context.event(deployment, "Warning", "ReplicaSetCreateError", message);
  throw error;
}

/** Sets a ReplicaSet's size and notes for which size of the Deployment it was chosen. Returns it as it is now. */
export function scaleTo(rollout: Rollout, replicaset: ReplicaSet, replicas: number): ReplicaSet {
  const { deployment, context } = rollout;
  const before = sizeOf(replicaset);
  if (before === replicas && hasSizeAnnotations(deployment, replicaset)) return replicaset;
  const next = context.client.update(replicasets, namespaceOf(rollout), {
    ...replicaset,
    metadata: { ...replicaset.metadata, annotations: { ...replicaset.metadata.annotations, ...sizeAnnotations(deployment) } },
    spec: { ...replicaset.spec, replicas },
  }) as ReplicaSet;
  if (before !== replicas) {
    context.event(deployment, "Normal", "ScalingReplicaSet", `Scaled ${before < replicas ? "up" : "down"} replica set ${replicaset.metadata.name} from ${before} to ${replicas}`);
  }
  return next;
}

/** The counts and the Available condition; other conditions stay as they are. */
export function countedStatus(rollout: Rollout, all: readonly ReplicaSet[], newOne: ReplicaSet | undefined): DeploymentStatus {
  const { deployment, context } = rollout;
  const available = statusReplicas(all, "availableReplicas");
  const counts = {
    replicas: statusReplicas(all, "replicas"),
    updatedReplicas: newOne === undefined ? 0 : statusReplicas([newOne], "replicas"),
    readyReplicas: statusReplicas(all, "readyReplicas"),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, specReplicas(all) - available),
  };
  const status: DeploymentStatus = {
    ...(deployment.metadata.generation === undefined ? {} : { observedGeneration: deployment.metadata.generation }),
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    ...(deployment.status?.collisionCount === undefined ? {} : { collisionCount: deployment.status.collisionCount }),
    ...(deployment.status?.conditions === undefined ? {} : { conditions: deployment.status.conditions }),
  };
  return withCondition(status, available >= desiredReplicas(deployment) - maxUnavailable(deployment)
    ? newCondition(context, "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    : newCondition(context, "Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."));
}

/** Brings the counts up to date, without a word on progress: for paused Deployments, scalings and deletions. */
export function syncStatus(rollout: Rollout, all: readonly ReplicaSet[], newOne: ReplicaSet | undefined): void {
  const status = countedStatus(rollout, all, newOne);
  if (!equalJson(status, rollout.deployment.status ?? {})) writeStatus(rollout, { ...rollout.deployment, status });
}

/** Deletes the oldest revisions beyond revisionHistoryLimit, if they have no pods. */
export function cleanUp(rollout: Rollout, old: readonly ReplicaSet[]): void {
  const limit = rollout.deployment.spec.revisionHistoryLimit;
  if (limit === undefined || limit === 2147483647) return;
  const alive = old.filter((one) => one.metadata.deletionTimestamp === undefined);
  const surplus = alive.length - limit;
  if (surplus <= 0) return;
  const byRevision = [...alive].sort((a, b) => revisionOf(a) - revisionOf(b) || (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1));
  for (const one of byRevision.slice(0, surplus)) {
    if ((one.status?.replicas ?? 0) !== 0 || sizeOf(one) !== 0 || (one.metadata.generation ?? 0) > (one.status?.observedGeneration ?? 0)) continue;
    try {
      rollout.context.client.delete(replicasets, namespaceOf(rollout), one.metadata.name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
