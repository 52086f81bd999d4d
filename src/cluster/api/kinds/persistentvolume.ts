import { canonical, nanosOf } from "./amounts";
import { ageColumn, column, nameColumn, wideColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { forbiddenField, required, unsupported } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { accessModesText, storageClassOf } from "./persistentvolumeclaim";
import { canonicalResources } from "./pod-template-defaults";
import { filled, replaced } from "./sharing";
import { equalJson } from "../equal";
import type { FieldError, Kind } from "../kind";
import type { Wire, k8s } from "../types";
import type { KubeObject } from "../../model";
import type { World } from "../../world";

export type PersistentVolume = KubeObject & { readonly spec: Wire<k8s.V1PersistentVolumeSpec>; readonly status?: Wire<k8s.V1PersistentVolumeStatus> & { readonly lastPhaseTransitionTime?: string } };
type Spec = PersistentVolume["spec"];

const columns = [
  nameColumn,
  column("Capacity", "The volume's size.", (object) => canonical(((object as PersistentVolume).spec.capacity)?.["storage"] ?? "0")),
  column("Access Modes", "How the volume may be mounted.", (object) => accessModesText((object as PersistentVolume).spec.accessModes)),
  column("Reclaim Policy", "What happens to the volume when its claim goes.", (object) => (object as PersistentVolume).spec.persistentVolumeReclaimPolicy ?? ""),
  column("Status", "Available, Bound, Released or Failed.", (object) => (object.metadata.deletionTimestamp !== undefined ? "Terminating" : (object as PersistentVolume).status?.phase ?? "")),
  column("Claim", "The claim that the volume is bound to.", (object) => {
    const claim = (object as PersistentVolume).spec.claimRef;
    return claim === undefined ? "" : `${claim.namespace ?? ""}/${claim.name ?? ""}`;
  }),
  column("StorageClass", "The class of the storage.", storageClassOf),
  column("VolumeAttributesClass", "The class of the volume's attributes.", (object) => (object as PersistentVolume).spec.volumeAttributesClassName ?? "<unset>"),
  column("Reason", "Why the volume is in its state.", (object) => (object as PersistentVolume).status?.reason ?? ""),
  ageColumn,
  wideColumn("VolumeMode", "Filesystem or Block.", (object) => (object as PersistentVolume).spec.volumeMode ?? "<unset>"),
];

function defaults(object: KubeObject): KubeObject {
  let spec = filled(((object as PersistentVolume).spec ?? {}), { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" });
  if (spec.capacity !== undefined) spec = replaced(spec, "capacity", canonicalResources(spec.capacity) ?? {});
  if (spec.hostPath !== undefined) spec = replaced(spec, "hostPath", filled(spec.hostPath, { type: "" }));
  return replaced(object, "spec", spec);
}

function prepare(next: KubeObject, old: KubeObject | undefined): KubeObject {
  if (old !== undefined) return next;
  const finalizers = next.metadata.finalizers ?? [];
  const protection = "kubernetes.io/pv-protection";
  return {
    ...next, status: { phase: "Pending", lastPhaseTransitionTime: next.metadata.creationTimestamp },
    metadata: { ...next.metadata, finalizers: finalizers.includes(protection) ? finalizers : [...finalizers, protection] },
  };
}

/** Notes when the phase changed, as the status strategy does. */
function stampPhase(next: KubeObject, old: KubeObject | undefined, world: World): KubeObject {
  const status = (next as PersistentVolume).status;
  if (old === undefined || status === undefined || status.phase === (old as PersistentVolume).status?.phase) return next;
  return { ...next, status: { ...status, lastPhaseTransitionTime: world.timestamp() } };
}

const sources = [
  "awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume", "flocker", "gcePersistentDisk", "glusterfs", "hostPath", "iscsi",
  "local", "nfs", "photonPersistentDisk", "portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume",
];
const modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

function validate(next: KubeObject, old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { spec, metadata } = next as PersistentVolume;
  const errors: FieldError[] = validateObjectMeta(metadata, false);
  if ((spec.accessModes ?? []).length === 0) errors.push(required("spec.accessModes"));
  for (const mode of spec.accessModes ?? []) if (!modes.includes(mode)) errors.push(unsupported("spec.accessModes", mode, modes));
  const storage = (spec.capacity)?.["storage"];
  if (spec.capacity === undefined || Object.keys(spec.capacity).length === 0) errors.push(required("spec.capacity"));
  else if (storage === undefined || Object.keys(spec.capacity).length > 1) errors.push(unsupported("spec.capacity", { go: "core.ResourceList{}" }, ["storage"]));
  if (storage !== undefined && nanosOf(storage) <= 0n) errors.push({ field: "spec.capacity[storage]", type: "Invalid", value: canonical(storage), detail: "must be greater than zero" });
  const policies = ["Delete", "Recycle", "Retain"];
  if (!policies.includes(spec.persistentVolumeReclaimPolicy ?? "Retain")) errors.push(unsupported("spec.persistentVolumeReclaimPolicy", spec.persistentVolumeReclaimPolicy, policies));
  const used = sources.filter((source) => spec[source as keyof Spec] !== undefined);
  used.slice(1).forEach((source) => errors.push(forbiddenField(`spec.${source}`, "may not specify more than 1 volume type")));
  if (spec.hostPath !== undefined && (spec.hostPath.path ?? "") === "") errors.push(required("spec.hostPath.path"));
  if (spec.local !== undefined && (spec.local.path ?? "") === "") errors.push(required("spec.local.path"));
  if (spec.local !== undefined && spec.nodeAffinity === undefined) errors.push(required("spec.nodeAffinity", "Local volume requires node affinity"));
  if (spec.nfs !== undefined && (spec.nfs.server ?? "") === "") errors.push(required("spec.nfs.server"));
  if (used.length === 0) errors.push(required("spec", "must specify a volume type"));
  if (old === undefined) return errors;
  const source = (of: Spec): unknown => Object.fromEntries(sources.map((name) => [name, of[name as keyof Spec]]));
  if (!equalJson(source(spec), source((old as PersistentVolume).spec))) errors.push(forbiddenField("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation\n"));
  return errors;
}

export const persistentvolume: Kind = defineKind({
  group: "", kind: "PersistentVolume", plural: "persistentvolumes", shortNames: ["pv"], namespaced: false, columns, subresources: ["status"],
  defaults, prepare, validate, allocate: stampPhase,
  indexes: { claim: (object) => {
    const claim = (object as PersistentVolume).spec.claimRef;
    return claim === undefined ? [] : [`${claim.namespace ?? ""}/${claim.name ?? ""}`];
  } },
});
