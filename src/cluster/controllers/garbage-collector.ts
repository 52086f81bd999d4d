import type { Controller, ControllerContext } from "./controller";
import type { Change, Reader } from "../api/store";
import type { KubeObject, OwnerReference } from "../model";
import { equalJson } from "../api/equal";
import { isNotFound } from "./failures";
import { joinKey, splitKey } from "./keys";
import { knownResources, resourceOf } from "./owned-resources";

const foreground = "foregroundDeletion";
const orphan = "orphan";

/**
 * Deletes what nobody owns any more. An object goes in the background when its last owner is gone; an owner that is deleted in the
 * foreground waits for its dependents; one that orphans them first takes its name off them. Dependents are found by the owner index.
 */
export const garbageCollector: Controller = {
  name: "garbage-collector",
  user: "system:serviceaccount:kube-system:generic-garbage-collector",
  workers: 20,
  watches: knownResources.map(({ resource }) => ({ resource, keys: (change: Change, cache: Reader) => keysOf(change, cache) })),
  reconcile,
};

function workKey(resource: string, object: KubeObject): string {
  return `${resource} ${joinKey(object.metadata.namespace ?? "", object.metadata.name)}`;
}

function keysOf(change: Change, cache: Reader): readonly string[] {
  const { object, previous, ref } = change;
  if (change.type === "DELETED") {
    return [
      ...dependentsOf(object, cache).map((one) => workKey(one.resource, one.object)),
      ...waitingOwners(object, cache),
    ];
  }
  const leaving = object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).some((one) => one === foreground || one === orphan);
  const owners = object.metadata.ownerReferences ?? [];
  const owned = owners.length > 0 && (previous === undefined || !equalJson(owners, previous.metadata.ownerReferences));
  // Whose owners all stay needs no look: when one goes, its dependents are told of it.
  return leaving || (owned && !owners.every((owner) => isKept(cachedOwner(owner, object, cache)))) ? [workKey(ref.resource, object)] : [];
}

interface Dependent { readonly resource: string; readonly object: KubeObject }

function dependentsOf(owner: KubeObject, cache: Reader): readonly Dependent[] {
  return knownResources.flatMap(({ resource }) => cache.list(resource, { index: ["owner", owner.metadata.uid] }).map((object) => ({ resource, object })));
}

/** Owners that wait for this dependent to go before they go themselves. */
function waitingOwners(dependent: KubeObject, cache: Reader): readonly string[] {
  return (dependent.metadata.ownerReferences ?? []).flatMap((reference) => {
    const owner = cachedOwner(reference, dependent, cache);
    return owner !== undefined && isWaiting(owner.object) ? [workKey(owner.resource, owner.object)] : [];
  });
}

function isKept(owner: Dependent | undefined): boolean {
  return owner !== undefined && !isWaiting(owner.object);
}

function isWaiting(owner: KubeObject): boolean {
  return owner.metadata.deletionTimestamp !== undefined && (owner.metadata.finalizers ?? []).includes(foreground);
}

function cachedOwner(reference: OwnerReference, dependent: KubeObject, cache: Reader): Dependent | undefined {
  const known = resourceOf(reference);
  if (known === undefined) return undefined;
  const object = cache.get({ resource: known.resource, namespace: known.namespaced ? dependent.metadata.namespace ?? "" : "", name: reference.name });
  return object === undefined || object.metadata.uid !== reference.uid ? undefined : { resource: known.resource, object };
}

function reconcile(key: string, context: ControllerContext): void {
  const space = key.indexOf(" ");
  const resource = key.slice(0, space);
  const { namespace, name } = splitKey(key.slice(space + 1));
  const object = context.cache.get({ resource, namespace, name });
  if (object === undefined) return;
  if (object.metadata.deletionTimestamp !== undefined) {
    const finalizers = object.metadata.finalizers ?? [];
    if (finalizers.includes(orphan)) orphanDependents(resource, object, context);
    else if (finalizers.includes(foreground)) awaitDependents(resource, object, context);
    return;
  }
  collect(resource, object, context);
}

/** Deletes an object none of whose owners stays; takes the gone ones off one that another still owns. */
function collect(resource: string, cached: KubeObject, context: ControllerContext): void {
  if ((cached.metadata.ownerReferences ?? []).every((reference) => isKept(cachedOwner(reference, cached, context.cache)))) return;
  // The cache may not show yet that the object was orphaned: before anything is deleted the server is asked.
  let object: KubeObject;
  try {
    object = context.client.get(resource, cached.metadata.namespace ?? "", cached.metadata.name);
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  if (object.metadata.uid !== cached.metadata.uid || object.metadata.deletionTimestamp !== undefined) return;
  const references = object.metadata.ownerReferences ?? [];
  if (references.length === 0) return;
  const stays: OwnerReference[] = [];
  let waits = false;
  for (const reference of references) {
    const owner = ownerNow(reference, object, context);
    if (owner === "gone") continue;
    if (owner !== "stays" && reference.blockOwnerDeletion === true && isWaiting(owner)) waits = true;
    else stays.push(reference);
  }
  if (stays.length === references.length) return;
  const { namespace = "", name, uid, finalizers = [] } = object.metadata;
  try {
    if (stays.length > 0) {
      context.client.patch(resource, namespace, name, { metadata: { uid, resourceVersion: object.metadata.resourceVersion, ownerReferences: stays } });
      return;
    }
    const hasDependents = dependentsOf(object, context.cache).length > 0;
    const propagationPolicy = finalizers.includes(orphan) ? "Orphan" : finalizers.includes(foreground) || (waits && hasDependents) ? "Foreground" : "Background";
    context.client.delete(resource, namespace, name, { propagationPolicy, preconditions: { uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** The owner as cached; the server is asked only where the cache does not have it. Kinds that we don't know count as staying. */
function ownerNow(reference: OwnerReference, dependent: KubeObject, context: ControllerContext): KubeObject | "gone" | "stays" {
  const known = resourceOf(reference);
  if (known === undefined) return "stays";
  const cached = cachedOwner(reference, dependent, context.cache);
  if (cached !== undefined) return cached.object;
  try {
    const live = context.client.get(known.resource, known.namespaced ? dependent.metadata.namespace ?? "" : "", reference.name);
    return live.metadata.uid === reference.uid ? live : "gone";
  } catch (error) {
    if (isNotFound(error)) return "gone";
    throw error;
  }
}

function awaitDependents(resource: string, owner: KubeObject, context: ControllerContext): void {
  const blocking = dependentsOf(owner, context.cache)
    .filter(({ object }) => (object.metadata.ownerReferences ?? []).some((one) => one.uid === owner.metadata.uid && one.blockOwnerDeletion === true));
  if (blocking.length === 0) {
    removeFinalizer(resource, owner, foreground, context);
    return;
  }
  for (const dependent of blocking) if (dependent.object.metadata.deletionTimestamp === undefined) collect(dependent.resource, dependent.object, context);
}

function orphanDependents(resource: string, owner: KubeObject, context: ControllerContext): void {
  for (const { resource: of, object } of dependentsOf(owner, context.cache)) {
    const ownerReferences = (object.metadata.ownerReferences ?? []).filter((one) => one.uid !== owner.metadata.uid);
    try {
      context.client.patch(of, object.metadata.namespace ?? "", object.metadata.name, {
        metadata: { uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion, ownerReferences: ownerReferences.length === 0 ? null : ownerReferences },
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  removeFinalizer(resource, owner, orphan, context);
}

function removeFinalizer(resource: string, object: KubeObject, finalizer: string, context: ControllerContext): void {
  const { namespace = "", name, resourceVersion, finalizers = [] } = object.metadata;
  try {
    context.client.patch(resource, namespace, name, { metadata: { resourceVersion, finalizers: finalizers.filter((one) => one !== finalizer) } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
