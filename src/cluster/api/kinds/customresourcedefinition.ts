import { createdAtColumn, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { required, unsupported } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { filled, replaced } from "./sharing";
import type { FieldError, Kind } from "../kind";
import type { Wire, k8s } from "../types";
import type { KubeObject } from "../../model";

export type CustomResourceDefinition = KubeObject & { readonly spec: Wire<k8s.V1CustomResourceDefinitionSpec>; readonly status?: Wire<k8s.V1CustomResourceDefinitionStatus> };

function defaults(object: KubeObject): KubeObject {
  let spec = ((object as CustomResourceDefinition).spec ?? {});
  const names = spec.names;
  if (names !== undefined && names.kind !== undefined) spec = replaced(spec, "names", filled(names, { singular: names.kind.toLowerCase(), listKind: `${names.kind}List` }));
  return replaced(object, "spec", filled(spec, { conversion: { strategy: "None" } }));
}

function validate(next: KubeObject, _old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { spec, metadata } = next as CustomResourceDefinition;
  const errors: FieldError[] = validateObjectMeta(metadata, false);
  const expected = `${spec.names?.plural ?? ""}.${spec.group ?? ""}`;
  if (metadata.name !== expected) errors.push({ field: "metadata.name", type: "Invalid", value: metadata.name, detail: `must be spec.names.plural+"."+spec.group` });
  if ((spec.group ?? "") === "") errors.push(required("spec.group"));
  if (!["Cluster", "Namespaced"].includes(spec.scope)) errors.push((spec.scope ?? "") === "" ? required("spec.scope") : unsupported("spec.scope", spec.scope, ["Cluster", "Namespaced"]));
  const storage = (spec.versions ?? []).filter((version) => version.storage);
  if (storage.length !== 1) errors.push({ field: "spec.versions", type: "Invalid", value: { go: "[]apiextensions.CustomResourceDefinitionVersion{}" }, detail: "must have exactly one version marked as storage version" });
  for (const key of ["plural", "singular", "kind", "listKind"] as const) if ((spec.names?.[key] ?? "") === "") errors.push(required(`spec.names.${key}`));
  (spec.versions ?? []).forEach((version, i) => {
    if (version.schema?.openAPIV3Schema === undefined) errors.push(required(`spec.versions[${i}].schema.openAPIV3Schema`, "schemas are required"));
  });
  return errors;
}

export const customresourcedefinition: Kind = defineKind({
  group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", plural: "customresourcedefinitions", shortNames: ["crd", "crds"], categories: ["api-extensions"],
  namespaced: false, generation: true, subresources: ["status"], cleanup: "customresourcecleanup.apiextensions.k8s.io", columns: [nameColumn, createdAtColumn], defaults, validate,
  prepare: (next, old) => (old === undefined ? { ...next, status: { acceptedNames: { kind: "", plural: "" }, conditions: null, storedVersions: ((next as CustomResourceDefinition).spec.versions ?? []).filter((version) => version.storage).map((version) => version.name) } } : next),
});
