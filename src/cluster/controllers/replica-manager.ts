import type { Controller, ControllerContext } from "./controller";
import type { Change, Reader } from "../api/store";
import type { Pod, ReplicaSet } from "../api/types";
import { equalJson } from "../api/equal";
import { matchesSelector } from "../api/selectors";
import { claim } from "./claim";
import type { LabelSelector } from "./claim";
import { expectCreated, expectDeleted, expectationsMet } from "./expectations";
import type { Expectations } from "./expectations";
import { isConflict, isNamespaceTerminating, isNotFound, messageOf } from "./failures";
import { controllerOf, joinKey, keyOf, splitKey } from "./keys";
import { podsToDelete } from "./pod-deletion-order";
import { podFromTemplate } from "./pod-from-template";
import { isPodActive, isPodAvailable, isPodReady } from "./pod-state";
import { activePods, newSurvey, update } from "./replica-survey";
import type { Survey } from "./replica-survey";
import { slowStart } from "./slow-start";

/** What tells a ReplicaSet's controller from a ReplicationController's. */
export interface ReplicaKind {
  readonly name: string;
  readonly kind: string;
  readonly resource: string;
  selector(owner: ReplicaSet): LabelSelector;
}

/** At most so many pods are created or deleted in one round. */
const burst = 500;
/** Marks a key whose round also looks for orphans to adopt: a walk over the namespace that most rounds don't need. */
const wide = "#orphans";

type Condition = NonNullable<NonNullable<ReplicaSet["status"]>["conditions"]>[number];

/** What going through one pod costs a sync, virtual ms. */
const workPerPod = 0.03;

/** Keeps as many pods as `spec.replicas` says: the mechanism of ReplicaSets and ReplicationControllers. */
export function replicaManager(of: ReplicaKind): Controller {
  return {
    name: of.name,
    user: `system:serviceaccount:kube-system:${of.name}`,
    workers: 5,
    watches: [
      { resource: of.resource, keys: (change) => [keyOf(change.object)] },
      { resource: "pods", keys: (change, cache) => ownersOf(of, change, cache) },
    ],
    reconcile: (key, context) => reconcile(of, key, context),
  };
}

/** The keys that a pod's change concerns: its controller, the one it had before, or for an orphan all that would adopt it. */
function ownersOf(of: ReplicaKind, change: Change, cache: Reader): readonly string[] {
  const { object, previous, ref } = change;
  const owner = controllerOf(object);
  const before = previous === undefined ? undefined : controllerOf(previous);
  const keys: string[] = [];
  if (before !== undefined && before.kind === of.kind) keys.push(joinKey(ref.namespace, before.name));
  if (owner !== undefined && owner.kind === of.kind && owner.name !== before?.name) keys.push(joinKey(ref.namespace, owner.name));
  if (change.type !== "DELETED" && owner === undefined && object.metadata.deletionTimestamp === undefined) {
    const unchanged = previous !== undefined && before === undefined && equalJson(previous.metadata.labels, object.metadata.labels);
    if (!unchanged) {
      for (const each of cache.list(of.resource, { namespace: ref.namespace }) as readonly ReplicaSet[]) {
        if (matchesSelector(of.selector(each), object.metadata.labels ?? {})) keys.push(keyOf(each) + wide);
      }
    }
  }
  return keys;
}

interface State {
  readonly expectations: Expectations;
  /** By the key of the owner. */
  readonly surveys: Map<string, Survey>;
}

function reconcile(of: ReplicaKind, workKey: string, context: ControllerContext): void | { readonly again: number } {
  const withOrphans = workKey.endsWith(wide);
  const key = withOrphans ? workKey.slice(0, -wide.length) : workKey;
  const { namespace, name } = splitKey(key);
  const { cache, client, now, epoch } = context;
  const { expectations, surveys } = context.state<State>(() => ({ expectations: new Map(), surveys: new Map() }));
  const owner = cache.get({ resource: of.resource, namespace, name }) as ReplicaSet | undefined;
  if (owner === undefined) {
    expectations.delete(key);
    surveys.delete(key);
    return;
  }
  const met = expectationsMet(expectations, key, "pods", namespace, now, cache, client);
  let survey = surveys.get(key);
  if (survey === undefined) surveys.set(key, survey = newSurvey());
  look(of, owner, context, survey, withOrphans || owner.status?.observedGeneration !== owner.metadata.generation);
  // A sync of a large set takes its time, so that the changes of many pods are seen in one.
  context.work(survey.active * workPerPod);
  const failure = met && owner.metadata.deletionTimestamp === undefined ? manage(of, owner, key, survey, context, expectations) : undefined;
  const minReady = owner.spec.minReadySeconds ?? 0;
  const readyPods = minReady > 0 && survey.ready > 0 ? activePods(survey).filter(isPodReady) : [];
  const available = minReady > 0 ? readyPods.filter((pod) => isPodAvailable(pod, minReady, now, epoch)).length : survey.ready;
  writeStatus(of, owner, nextStatus(owner, survey, available, failure, context), context);
  if (failure !== undefined) throw failure instanceof Error ? failure : new Error(messageOf(failure));
  if (available < readyPods.length) return { again: minReady * 1000 };
}

/** Looks at the owner's pods, and with orphans also at those that have no controller. */
function look(of: ReplicaKind, owner: ReplicaSet, context: ControllerContext, survey: Survey, withOrphans: boolean): void {
  const own = context.cache.list("pods", { index: ["owner", owner.metadata.uid] }) as readonly Pod[];
  const orphans = withOrphans
    ? (context.cache.list("pods", { namespace: owner.metadata.namespace ?? "" }) as readonly Pod[]).filter((pod) => controllerOf(pod) === undefined && isPodActive(pod))
    : [];
  update(survey, owner, orphans.length === 0 ? own : [...own, ...orphans], (pods) => claim(context, owner, of.resource, "pods", of.selector(owner), pods));
  // Orphans stand out of order; they are adopted by now, and the next look finds them among the others.
  if (orphans.length > 0) survey.owner = undefined;
}

/** Creates what is missing, deletes what is too much. Returns the first failure; retrying is the queue's matter. */
function manage(of: ReplicaKind, owner: ReplicaSet, key: string, survey: Survey, context: ControllerContext, expectations: Expectations): unknown {
  const { client, now } = context;
  const namespace = owner.metadata.namespace ?? "";
  const missing = (owner.spec.replicas ?? 1) - survey.active;
  if (missing > 0) {
    const template = owner.spec.template;
    if (template === undefined) return undefined;
    const body = podFromTemplate(template, owner);
    return slowStart(Math.min(missing, burst), () => {
      try {
        const pod = client.create("pods", namespace, body);
        expectCreated(expectations, key, now, pod.metadata.name, pod.metadata.uid);
        context.event(owner, "Normal", "SuccessfulCreate", `Created pod: ${pod.metadata.name}`);
      } catch (error) {
        if (isNamespaceTerminating(error)) return;
        context.event(owner, "Warning", "FailedCreate", `Error creating: ${messageOf(error)}`);
        throw error;
      }
    }).error;
  }
  if (missing === 0) return undefined;
  let failure: unknown;
  const active = activePods(survey);
  for (const pod of podsToDelete(active, family(owner, active, of, context), Math.min(-missing, burst), now, context.epoch)) {
    try {
      client.delete("pods", namespace, pod.metadata.name, { preconditions: { uid: pod.metadata.uid } });
      expectDeleted(expectations, key, now, pod.metadata.name, pod.metadata.uid);
      context.event(owner, "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`);
    } catch (error) {
      if (isNotFound(error)) continue;
      context.event(owner, "Warning", "FailedDelete", `Error deleting: ${messageOf(error)}`);
      failure ??= error;
    }
  }
  return failure;
}

/** The pods of every sibling under the same Deployment: what a node is crowded with. */
function family(owner: ReplicaSet, active: readonly Pod[], of: ReplicaKind, context: ControllerContext): readonly Pod[] {
  const parent = controllerOf(owner);
  if (parent === undefined) return active;
  return context.cache.list(of.resource, { index: ["owner", parent.uid] })
    .flatMap((sibling) => sibling.metadata.uid === owner.metadata.uid ? active : context.cache.list("pods", { index: ["owner", sibling.metadata.uid] }) as readonly Pod[]);
}

type Status = NonNullable<ReplicaSet["status"]>;

/** Counts the pods as they were before this round's writes, as upstream does: hence a watch's `2 1 0` before `2 2 0`. */
function nextStatus(owner: ReplicaSet, survey: Survey, available: number, failure: unknown, context: ControllerContext): Status {
  const conditions = nextConditions(owner, survey.active, failure, context);
  return {
    ...(available === 0 ? {} : { availableReplicas: available }),
    ...(conditions.length === 0 ? {} : { conditions }),
    ...(survey.labelled === 0 ? {} : { fullyLabeledReplicas: survey.labelled }),
    ...(owner.metadata.generation === undefined ? {} : { observedGeneration: owner.metadata.generation }),
    ...(survey.ready === 0 ? {} : { readyReplicas: survey.ready }),
    replicas: survey.active,
  };
}

function nextConditions(owner: ReplicaSet, active: number, failure: unknown, context: ControllerContext): readonly Condition[] {
  const old = owner.status?.conditions ?? [];
  const failed = old.some((condition) => condition.type === "ReplicaFailure");
  if (failure === undefined) return failed ? old.filter((condition) => condition.type !== "ReplicaFailure") : old;
  if (failed) return old;
  const reason = active < (owner.spec.replicas ?? 1) ? "FailedCreate" : "FailedDelete";
  return [...old, { type: "ReplicaFailure", status: "True", reason, message: messageOf(failure), lastTransitionTime: context.timestamp() }];
}

function writeStatus(of: ReplicaKind, owner: ReplicaSet, status: Status, context: ControllerContext): ReplicaSet {
  if (equalJson(owner.status ?? {}, status)) return owner;
  const namespace = owner.metadata.namespace ?? "";
  const write = (onto: ReplicaSet): ReplicaSet => context.client.update(of.resource, namespace, { ...onto, status }, "status") as ReplicaSet;
  try {
    return write(owner);
  } catch (error) {
    if (!isConflict(error)) throw error;
    const fresh = context.client.get(of.resource, namespace, owner.metadata.name) as ReplicaSet;
    return write(fresh);
  }
}
