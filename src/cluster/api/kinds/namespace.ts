import { ageColumn, column, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { dns1123Label, invalids, qualifiedName } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import type { FieldError, Kind } from "../kind";
import type { Namespace } from "../types";
import type { KubeObject } from "../../model";

const nameLabel = "kubernetes.io/metadata.name";

const columns = [nameColumn, column("Status", "Active, or Terminating while its contents go.", (object) => (object as Namespace).status?.phase ?? ""), ageColumn];

function prepare(next: KubeObject, old: KubeObject | undefined, subresource?: string): KubeObject {
  if (subresource !== undefined) return next;
  const { metadata } = next;
  const labelled = metadata.labels?.[nameLabel] === metadata.name ? next : { ...next, metadata: { ...metadata, labels: { ...metadata.labels, [nameLabel]: metadata.name } } };
  if (old !== undefined) return { ...labelled, spec: old["spec"] };
  const finalizers = (next as Namespace).spec?.finalizers ?? [];
  return {
    ...labelled,
    spec: { ...(next["spec"] as object | undefined), finalizers: finalizers.includes("kubernetes") ? finalizers : [...finalizers, "kubernetes"] },
    status: { phase: "Active" },
  };
}

function validate(next: KubeObject, _old: KubeObject | undefined): readonly FieldError[] {
  const finalizers = (next as Namespace).spec?.finalizers ?? [];
  return [...validateObjectMeta(next.metadata, false, dns1123Label), ...finalizers.flatMap((finalizer) => invalids("spec.finalizers", finalizer, qualifiedName(finalizer)))];
}

export const namespace: Kind = defineKind({
  group: "", kind: "Namespace", plural: "namespaces", shortNames: ["ns"], namespaced: false, columns, subresources: ["finalize", "status"], prepare, validate,
  selectable: { "status.phase": (object) => (object as Namespace).status?.phase ?? "", name: (object) => object.metadata.name },
});
