import type { Controller, ControllerContext } from "./controller";
import type { Namespace } from "../api/types";
import { isNotFound } from "./failures";
import { knownResources } from "./owned-resources";

/** How long to wait before looking again whether pods with a grace period have gone: ms. */
const lookAgain = 5000;

/** The controller waits before it begins, so that every API server has seen that the namespace is going: ms. */
const patience = 5000;

/** Empties namespaces that are being deleted, then lets them go. */
export const namespace: Controller = {
  name: "namespace-controller",
  user: "system:serviceaccount:kube-system:namespace-controller",
  workers: 10,
  watches: [
    { resource: "namespaces", keys: (change) => change.type !== "DELETED" && change.object.metadata.deletionTimestamp !== undefined ? [change.ref.name] : [] },
    ...knownResources.filter((one) => one.namespaced).map(({ resource }) => ({ resource, keys: () => [] })),
  ],
  reconcile,
};

function reconcile(name: string, context: ControllerContext): void | { readonly again: number } {
  const found = context.cache.get({ resource: "namespaces", namespace: "", name }) as Namespace | undefined;
  if (found?.metadata.deletionTimestamp === undefined || (found.spec.finalizers ?? []).length === 0) return;
  const seen = context.state<Record<string, number>>(() => ({}));
  const waited = context.now - (seen[found.metadata.uid] ??= context.now);
  if (waited < patience) return { again: patience - waited };
  let left = 0;
  for (const { resource, namespaced } of knownResources) {
    if (!namespaced) continue;
    for (const object of context.cache.list(resource, { namespace: name })) {
      left++;
      if (object.metadata.deletionTimestamp !== undefined) continue;
      try {
        context.client.delete(resource, name, object.metadata.name, { propagationPolicy: "Background" });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }
  if (left > 0) return { again: lookAgain };
  delete seen[found.metadata.uid];
  const finalizers = (found.spec.finalizers ?? []).filter((one) => one !== "kubernetes");
  try {
    context.client.update("namespaces", "", { ...found, spec: { ...found.spec, finalizers } }, "finalize");
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
