import { matchesSelector } from "../api/selectors";
import { internalError } from "../api/status";
import type { Dict, KubeObject } from "../model";
import { isNotFound } from "./failures";
import { controllerOf, controllerReference } from "./keys";
import type { ControllerContext } from "./controller";
import type { Wire, k8s } from "../api/types";

export type LabelSelector = Wire<k8s.V1LabelSelector>;

/**
 * Which of `objects` belong to `owner`: its own that still match, and orphans that match, which it adopts.
 * Its own that match no longer are released. The live owner is asked before an adoption, since the cache may be behind a delete.
 */
export function claim<T extends KubeObject>(context: ControllerContext, owner: KubeObject, ownerResource: string, resource: string, selector: LabelSelector, objects: readonly T[]): readonly T[] {
  const claimed: T[] = [];
  let mayAdopt: boolean | undefined;
  // What came of one template shares its labels.
  let labels: Dict | undefined;
  let matches = matchesSelector(selector, labels);
  for (const object of objects) {
    const reference = controllerOf(object);
    if (object.metadata.labels !== labels) matches = matchesSelector(selector, labels = object.metadata.labels);
    if (reference !== undefined) {
      if (reference.uid !== owner.metadata.uid) continue;
      if (matches) claimed.push(object);
      else if (owner.metadata.deletionTimestamp === undefined) release(context, owner, resource, object);
      continue;
    }
    if (!matches || owner.metadata.deletionTimestamp !== undefined || object.metadata.deletionTimestamp !== undefined) continue;
    mayAdopt ??= ownerLives(context, owner, ownerResource);
    if (!mayAdopt) throw internalError(`can't adopt ${object.kind} ${object.metadata.namespace}/${object.metadata.name} (${object.metadata.uid}): ${owner.metadata.namespace}/${owner.metadata.name} has just been deleted`);
    if (adopt(context, owner, resource, object)) claimed.push(object);
  }
  return claimed;
}

function ownerLives(context: ControllerContext, owner: KubeObject, resource: string): boolean {
  const fresh = context.client.get(resource, owner.metadata.namespace ?? "", owner.metadata.name);
  return fresh.metadata.uid === owner.metadata.uid && fresh.metadata.deletionTimestamp === undefined;
}

function adopt(context: ControllerContext, owner: KubeObject, resource: string, object: KubeObject): boolean {
  return patchOwners(context, resource, object, [controllerReference(owner)]);
}

function release(context: ControllerContext, owner: KubeObject, resource: string, object: KubeObject): void {
  patchOwners(context, resource, object, [{ $patch: "delete", uid: owner.metadata.uid }]);
}

/** Merges by uid; the uid in the patch makes the server refuse it for a later object of the same name. */
function patchOwners(context: ControllerContext, resource: string, object: KubeObject, ownerReferences: readonly object[]): boolean {
  try {
    context.client.patch(resource, object.metadata.namespace ?? "", object.metadata.name, { metadata: { uid: object.metadata.uid, ownerReferences } }, undefined, "strategic");
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
