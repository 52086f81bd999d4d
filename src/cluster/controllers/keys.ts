import type { KubeObject, OwnerReference } from "../model";

/** The work-queue key of an object: "namespace/name", or "name" of a cluster-scoped one. */
export function keyOf(object: KubeObject): string {
  return joinKey(object.metadata.namespace ?? "", object.metadata.name);
}

export function joinKey(namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf("/");
  return slash < 0 ? { namespace: "", name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The owner that manages the object, if it has one. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  const owners = object.metadata.ownerReferences;
  if (owners !== undefined) for (const owner of owners) if (owner.controller === true) return owner;
  return undefined;
}

/** The reference by which a controller marks what it makes. */
export function controllerReference(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid,
    controller: true, blockOwnerDeletion: true,
  };
}
