import { isNotFound } from "./failures";
import type { Controller, ControllerContext } from "./controller";
import type { CustomResourceDefinition } from "../api/kinds/customresourcedefinition";

const resource = "customresourcedefinitions.apiextensions.k8s.io";
const cleanup = "customresourcecleanup.apiextensions.k8s.io";
/** How long to wait before looking again whether objects with finalizers have gone: ms. */
const lookAgain = 1000;

/** Accepts the names of a new definition and establishes it; empties one that is being deleted, then lets it go. */
export const customresourcedefinition: Controller = {
  name: "customresourcedefinition-controller",
  user: "system:apiserver",
  workers: 1,
  watches: [{ resource, keys: (change) => (change.type === "DELETED" ? [] : [change.ref.name]) }],
  reconcile,
};

function reconcile(name: string, context: ControllerContext): void | { readonly again: number } {
  const crd = context.cache.get({ resource, namespace: "", name }) as CustomResourceDefinition | undefined;
  if (crd === undefined) return;
  if (crd.metadata.deletionTimestamp !== undefined) return finish(crd, context);
  if (crd.status?.conditions?.some(({ type }) => type === "Established") === true) return;
  const lastTransitionTime = context.timestamp();
  const conditions = [
    { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found", lastTransitionTime },
    { type: "Established", status: "True", reason: "InitialNamesAccepted", message: "the initial names have been accepted", lastTransitionTime },
  ];
  context.client.update(resource, "", { ...crd, status: { ...crd.status, acceptedNames: crd.spec.names, conditions } }, "status");
}

function finish(crd: CustomResourceDefinition, context: ControllerContext): void | { readonly again: number } {
  const left = crd.metadata.finalizers?.filter((one) => one !== cleanup) ?? [];
  if (left.length === (crd.metadata.finalizers ?? []).length) return;
  const own = `${crd.spec.names.plural}.${crd.spec.group}`;
  const objects = context.client.list(own);
  for (const object of objects) {
    if (object.metadata.deletionTimestamp !== undefined) continue;
    try {
      context.client.delete(own, object.metadata.namespace ?? "", object.metadata.name, {});
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  if (objects.length > 0) return { again: lookAgain };
  try {
    context.client.update(resource, "", { ...crd, metadata: { ...crd.metadata, finalizers: left } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
