import type { Controller, ControllerContext } from "./controller";
import { isAlreadyExists, isNamespaceTerminating } from "./failures";

/** Sees to it that every namespace has the ServiceAccount "default". */
export const serviceaccount = onePerNamespace("service-account-controller", "serviceaccounts", "default", (namespace) => ({
  apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace },
}));

/** A controller that makes an object in each active namespace, and again when somebody deletes it. */
export function onePerNamespace(name: string, resource: string, objectName: string, make: (namespace: string) => object): Controller {
  return {
    name,
    user: `system:serviceaccount:kube-system:${name}`,
    workers: 1,
    watches: [
      { resource: "namespaces", keys: (change) => change.type === "DELETED" ? [] : [change.ref.name] },
      { resource, keys: (change) => change.ref.name === objectName ? [change.ref.namespace] : [] },
    ],
    reconcile(namespace: string, context: ControllerContext): void {
      const found = context.cache.get({ resource: "namespaces", namespace: "", name: namespace });
      if (found === undefined || found.metadata.deletionTimestamp !== undefined) return;
      if (context.cache.get({ resource, namespace, name: objectName }) !== undefined) return;
      try {
        context.client.create(resource, namespace, make(namespace));
      } catch (error) {
        if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
      }
    },
  };
}
