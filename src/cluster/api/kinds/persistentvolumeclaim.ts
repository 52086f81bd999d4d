import { canonical, compareAmounts, nanosOf } from "./amounts";
import { ageColumn, column, nameColumn, wideColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { forbiddenField, invalids, required, unsupported, dns1123Subdomain } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { canonicalResources } from "./pod-template-defaults";
import { filled, replaced } from "./sharing";
import { validateLabelSelector } from "./selector-validation";
import { equalJson } from "../equal";
import type { FieldError, Kind } from "../kind";
import type { Wire, k8s } from "../types";
import type { KubeObject } from "../../model";

export type PersistentVolumeClaim = KubeObject & { readonly spec: Wire<k8s.V1PersistentVolumeClaimSpec>; readonly status?: Wire<k8s.V1PersistentVolumeClaimStatus> };
type Spec = PersistentVolumeClaim["spec"];

const accessModes: Readonly<Record<string, string>> = { ReadWriteOnce: "RWO", ReadOnlyMany: "ROX", ReadWriteMany: "RWX", ReadWriteOncePod: "RWOP" };

/** "RWO,ROX": access modes as tables print them, each once and in a fixed order. */
export function accessModesText(modes: readonly string[] | undefined): string {
  return Object.entries(accessModes).filter(([mode]) => (modes ?? []).includes(mode)).map(([, short]) => short).join(",");
}

/** A claim's storage class, also under its old annotation. */
export function storageClassOf(object: KubeObject): string {
  return object.metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? (object["spec"] as { storageClassName?: string } | undefined)?.storageClassName ?? "";
}

const isBound = (object: KubeObject): boolean => ((object as PersistentVolumeClaim).spec.volumeName ?? "") !== "";

const columns = [
  nameColumn,
  column("Status", "Pending, Bound or Lost; Terminating on its way out.", (object) => (object.metadata.deletionTimestamp !== undefined ? "Terminating" : (object as PersistentVolumeClaim).status?.phase ?? "")),
  column("Volume", "The volume that the claim is bound to.", (object) => (object as PersistentVolumeClaim).spec.volumeName ?? ""),
  column("Capacity", "The bound volume's size.", (object) => (isBound(object) ? canonical(((object as PersistentVolumeClaim).status?.capacity)?.["storage"] ?? "0") : "")),
  column("Access Modes", "How the bound volume may be mounted.", (object) => (isBound(object) ? accessModesText((object as PersistentVolumeClaim).status?.accessModes) : "")),
  column("StorageClass", "The class of the storage.", storageClassOf),
  column("VolumeAttributesClass", "The class of the volume's attributes.", (object) => (object as PersistentVolumeClaim).spec.volumeAttributesClassName ?? "<unset>"),
  ageColumn,
  wideColumn("VolumeMode", "Filesystem or Block.", (object) => (object as PersistentVolumeClaim).spec.volumeMode ?? "<unset>"),
];

/** SetDefaults_PersistentVolumeClaimSpec. */
export function defaultClaimSpec(spec: Spec): Spec {
  let next = filled(spec, { volumeMode: "Filesystem" });
  if (next.dataSource !== undefined && next.dataSourceRef === undefined) next = { ...next, dataSourceRef: next.dataSource };
  const requests = next.resources?.requests;
  if (next.resources === undefined) next = { ...next, resources: {} };
  else if (requests !== undefined) next = replaced(next, "resources", replaced(next.resources, "requests", canonicalResources(requests) ?? {}));
  return next;
}

/** A claim's spec, in the order of ValidatePersistentVolumeClaimSpec. */
export function validateClaimSpec(spec: Spec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required(`${field}.accessModes`, "at least 1 access mode is required"));
  errors.push(...validateLabelSelector(spec.selector, `${field}.selector`));
  for (const mode of modes) if (accessModes[mode] === undefined) errors.push(unsupported(`${field}.accessModes`, mode, Object.keys(accessModes).sort()));
  if (modes.includes("ReadWriteOncePod") && modes.length > 1) errors.push(forbiddenField(`${field}.accessModes`, "may not use ReadWriteOncePod with other access modes"));
  const storage = (spec.resources?.requests)?.["storage"];
  if (storage === undefined) errors.push(required(`${field}.resources[storage]`));
  else if (nanosOf(storage) <= 0n) errors.push({ field: `${field}.resources[storage]`, type: "Invalid", value: canonical(storage), detail: "must be greater than zero" });
  if (spec.storageClassName !== undefined && spec.storageClassName !== "") errors.push(...invalids(`${field}.storageClassName`, spec.storageClassName, dns1123Subdomain(spec.storageClassName)));
  if (spec.volumeMode !== undefined && !["Block", "Filesystem"].includes(spec.volumeMode)) errors.push(unsupported(`${field}.volumeMode`, spec.volumeMode, ["Block", "Filesystem"]));
  return errors;
}

function prepare(next: KubeObject, old: KubeObject | undefined): KubeObject {
  if (old !== undefined) return next;
  const finalizers = next.metadata.finalizers ?? [];
  const protection = "kubernetes.io/pvc-protection";
  return {
    ...next, status: { phase: "Pending" },
    metadata: { ...next.metadata, finalizers: finalizers.includes(protection) ? finalizers : [...finalizers, protection] },
  };
}

/** What an update may change: the volume once, the class once where it was missing, the size of a bound claim. */
function mended(spec: Spec, old: Spec, bound: boolean): Spec {
  let next = spec;
  if ((old.volumeName ?? "") === "") next = { ...next, volumeName: old.volumeName };
  if (old.storageClassName === undefined || old.storageClassName === null) next = { ...next, storageClassName: old.storageClassName };
  if (bound) {
    next = { ...next, resources: { ...next.resources, requests: old.resources?.requests }, volumeAttributesClassName: old.volumeAttributesClassName };
  }
  return next;
}

function validate(next: KubeObject, old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { spec, metadata } = next as PersistentVolumeClaim;
  const errors = [...validateObjectMeta(metadata, true), ...validateClaimSpec(spec, "spec")];
  if (old === undefined || errors.length > 0) return errors;
  const before = (old as PersistentVolumeClaim).spec;
  const bound = (old as PersistentVolumeClaim).status?.phase === "Bound";
  if (!equalJson(mended(spec, before, bound), before)) return [forbiddenField("spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n")];
  const size = (of: Spec): unknown => (of.resources?.requests)?.["storage"];
  if (compareAmounts(size(spec), size(before)) < 0) errors.push(forbiddenField("spec.resources.requests.storage", "field can not be less than status.capacity"));
  return errors;
}

export const persistentvolumeclaim: Kind = defineKind({
  group: "", kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims", shortNames: ["pvc"], columns, subresources: ["status"], prepare, validate,
  defaults: (object) => replaced(object, "spec", defaultClaimSpec((object as PersistentVolumeClaim).spec ?? {})),
  indexes: { volume: (object) => (object as PersistentVolumeClaim).spec.volumeName || undefined },
});
