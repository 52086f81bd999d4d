import { ageColumn, column } from "./columns";
import { defineKind } from "./kind-definition";
import { forbiddenField, required, unsupported } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { filled } from "./sharing";
import { equalJson } from "../equal";
import type { FieldError, Kind } from "../kind";
import type { Stored, k8s } from "../types";
import type { KubeObject } from "../../model";

export type StorageClass = Stored<k8s.V1StorageClass>;

const defaultMark = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

/** Whether claims that name no class get this one. */
export function isDefaultClass(object: KubeObject): boolean {
  return defaultMark.some((key) => object.metadata.annotations?.[key] === "true");
}

const columns = [
  { ...column("Name", "The name of the class.", (object) => (isDefaultClass(object) ? `${object.metadata.name} (default)` : object.metadata.name)), format: "name" },
  column("Provisioner", "Who makes the volumes.", (object) => (object as StorageClass).provisioner),
  column("ReclaimPolicy", "What happens to a volume when its claim goes.", (object) => (object as StorageClass).reclaimPolicy ?? "Delete"),
  column("VolumeBindingMode", "Whether claims are bound at once, or with their first pod.", (object) => (object as StorageClass).volumeBindingMode ?? "Immediate"),
  column("AllowVolumeExpansion", "Whether volumes can grow.", (object) => String((object as StorageClass).allowVolumeExpansion ?? false)),
  ageColumn,
];

function validate(next: KubeObject, old: KubeObject | undefined): readonly FieldError[] {
  const own = next as StorageClass;
  const errors: FieldError[] = validateObjectMeta(next.metadata, false);
  if (old !== undefined) {
    const before = old as StorageClass;
    if (!equalJson(own.parameters, before.parameters)) errors.push(forbiddenField("parameters", "updates to parameters are forbidden."));
    if (own.provisioner !== before.provisioner) errors.push(forbiddenField("provisioner", "updates to provisioner are forbidden."));
    if (own.reclaimPolicy !== before.reclaimPolicy) errors.push({ field: "reclaimPolicy", type: "Invalid", value: own.reclaimPolicy, detail: "field is immutable" });
    if (own.volumeBindingMode !== before.volumeBindingMode) errors.push({ field: "volumeBindingMode", type: "Invalid", value: own.volumeBindingMode, detail: "field is immutable" });
    return errors;
  }
  if ((own.provisioner ?? "") === "") errors.push(required("provisioner"));
  if (!["Delete", "Retain"].includes(own.reclaimPolicy ?? "")) errors.push(unsupported("reclaimPolicy", own.reclaimPolicy, ["Delete", "Retain"]));
  const modes = ["Immediate", "WaitForFirstConsumer"];
  if (!modes.includes(own.volumeBindingMode ?? "")) errors.push(unsupported("volumeBindingMode", own.volumeBindingMode, modes));
  return errors;
}

export const storageclass: Kind = defineKind({
  group: "storage.k8s.io", kind: "StorageClass", plural: "storageclasses", shortNames: ["sc"], namespaced: false, columns, validate,
  defaults: (object) => filled(object as StorageClass, { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" }),
});
