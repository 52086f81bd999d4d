import type { PersistentVolume } from "../api/kinds/persistentvolume";
import type { PersistentVolumeClaim } from "../api/kinds/persistentvolumeclaim";
import type { Change } from "../api/store";
import type { Controller, ControllerContext } from "./controller";
import type { KubeObject } from "../model";
import { compareAmounts } from "../api/kinds/amounts";
import { storageClassOf } from "../api/kinds/persistentvolumeclaim";
import { matchesSelector } from "../api/selectors";
import { equalJson } from "../api/equal";
import { isNotFound } from "./failures";
import { joinKey, keyOf, splitKey } from "./keys";

const claims = "persistentvolumeclaims";
const volumes = "persistentvolumes";
const classes = "storageclasses.storage.k8s.io";
/** Marks the key of a volume; the others are claims. */
const ofVolume = "#volume/";
/** How often claims without a volume are looked at again, and when first after the cluster's start (as in the recordings): virtual ms. */
const resync = 15_000;
const firstResync = 14_300;

const bindCompleted = "pv.kubernetes.io/bind-completed";
const boundByController = "pv.kubernetes.io/bound-by-controller";
const selectedNode = "volume.kubernetes.io/selected-node";
const defaultClass = "storageclass.kubernetes.io/is-default-class";

/** Binds claims to volumes, and takes care of volumes whose claim is gone. */
export const volumeBinder: Controller = {
  name: "persistentvolume-controller",
  user: "system:serviceaccount:kube-system:persistent-volume-binder",
  workers: 1,
  watches: [
    { resource: claims, keys: claimKeys },
    { resource: volumes, keys: volumeKeys },
    { resource: classes, keys: () => [] },
  ],
  reconcile(key, context) {
    if (key.startsWith(ofVolume)) {
      const volume = context.cache.get({ resource: volumes, namespace: "", name: key.slice(ofVolume.length) }) as PersistentVolume | undefined;
      if (volume !== undefined) syncVolume(volume, context);
      return;
    }
    const { namespace, name } = splitKey(key);
    const claim = context.cache.get({ resource: claims, namespace, name }) as PersistentVolumeClaim | undefined;
    if (claim === undefined) return;
    if (claim.metadata.annotations?.[bindCompleted] !== undefined) syncBound(claim, context);
    else if (!bindNew(claim, context)) return { again: resync - ((context.now - firstResync) % resync + resync) % resync, background: true };
  },
};

function claimKeys(change: Change): readonly string[] {
  const volume = (change.object as PersistentVolumeClaim).spec.volumeName ?? "";
  const there = volume === "" ? [] : [ofVolume + volume];
  return change.type === "DELETED" ? there : [keyOf(change.object), ...there];
}

function volumeKeys(change: Change): readonly string[] {
  const { claimRef } = (change.object as PersistentVolume).spec;
  const claim = claimRef?.name === undefined ? [] : [joinKey(claimRef.namespace ?? "", claimRef.name)];
  return change.type === "DELETED" ? claim : [ofVolume + change.object.metadata.name, ...claim];
}

/** A claim that has no volume yet. False: it has none still, and looks again later. */
function bindNew(given: PersistentVolumeClaim, context: ControllerContext): boolean {
  let claim = given;
  const wanted = claim.spec.volumeName ?? "";
  if (wanted !== "") {
    const volume = context.cache.get({ resource: volumes, namespace: "", name: wanted }) as PersistentVolume | undefined;
    const free = volume !== undefined && (volume.spec.claimRef === undefined || isFor(volume, claim));
    if (free) bind(volume, claim, context);
    else writeClaimStatus(claim, { phase: "Pending" }, context);
    return free;
  }
  if (claim.spec.storageClassName === undefined) claim = withDefaultClass(claim, context);
  const name = storageClassOf(claim);
  const storageClass = name === "" ? undefined : context.cache.get({ resource: classes, namespace: "", name });
  const delayed = storageClass?.["volumeBindingMode"] === "WaitForFirstConsumer";
  const waits = delayed && claim.metadata.annotations?.[selectedNode] === undefined;
  const volume = bestMatch(claim, name, waits, context);
  if (volume !== undefined) {
    bind(volume, claim, context);
    return true;
  }
  if (waits) context.event(claim, "Normal", "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
  else if (name === "") context.event(claim, "Normal", "FailedBinding", "no persistent volumes available for this claim and no storage class is set");
  else provision(claim, name, storageClass, context);
  writeClaimStatus(claim, { phase: "Pending" }, context);
  return false;
}

/** Hands a claim to whoever provisions for its class. */
function provision(claim: PersistentVolumeClaim, name: string, storageClass: KubeObject | undefined, context: ControllerContext): void {
  if (storageClass === undefined) {
    context.event(claim, "Warning", "ProvisioningFailed", `storageclass.storage.k8s.io ${JSON.stringify(name)} not found`);
    return;
  }
  const provisioner = String(storageClass["provisioner"]);
  if (provisioner.startsWith("kubernetes.io/")) {
    context.event(claim, "Warning", "ProvisioningFailed", `no volume plugin matched name: ${provisioner}`);
    return;
  }
  const marks = { "volume.beta.kubernetes.io/storage-provisioner": provisioner, "volume.kubernetes.io/storage-provisioner": provisioner };
  const { annotations } = claim.metadata;
  if (annotations?.["volume.kubernetes.io/storage-provisioner"] !== provisioner) {
    context.client.patch(claims, claim.metadata.namespace ?? "", claim.metadata.name, { metadata: { uid: claim.metadata.uid, annotations: marks } });
  }
  context.event(claim, "Normal", "ExternalProvisioning", `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`);
}

/** A claim that names no class gets the default one as soon as there is one, the newest of several. */
function withDefaultClass(claim: PersistentVolumeClaim, context: ControllerContext): PersistentVolumeClaim {
  const [found] = context.cache.list(classes).filter((one) => one.metadata.annotations?.[defaultClass] === "true")
    .sort((a, b) => Date.parse(b.metadata.creationTimestamp ?? "") - Date.parse(a.metadata.creationTimestamp ?? "") || (a.metadata.name < b.metadata.name ? -1 : 1));
  if (found === undefined) return claim;
  return context.client.update(claims, claim.metadata.namespace ?? "", { ...claim, spec: { ...claim.spec, storageClassName: found.metadata.name } }) as PersistentVolumeClaim;
}

/** The smallest free volume that has what the claim asks for; among equals, chance decides. */
function bestMatch(claim: PersistentVolumeClaim, name: string, waits: boolean, context: ControllerContext): PersistentVolume | undefined {
  const modes = claim.spec.accessModes ?? [];
  const size = claim.spec.resources?.requests?.["storage"] ?? "0";
  const fits = (context.cache.list(volumes) as readonly PersistentVolume[]).filter((volume) => {
    const { spec, metadata } = volume;
    if (metadata.deletionTimestamp !== undefined || (spec.volumeMode ?? "Filesystem") !== (claim.spec.volumeMode ?? "Filesystem")) return false;
    if (compareAmounts(spec.capacity?.["storage"] ?? "0", size) < 0 || !modes.every((mode) => spec.accessModes?.includes(mode))) return false;
    if (spec.claimRef !== undefined) return isFor(volume, claim);
    if (waits || volume.status?.phase !== "Available" || storageClassOf(volume) !== name) return false;
    return claim.spec.selector === undefined || matchesSelector(claim.spec.selector, metadata.labels ?? {});
  });
  const reserved = fits.find((volume) => volume.spec.claimRef !== undefined);
  if (reserved !== undefined) return reserved;
  const sizeOf = (volume: PersistentVolume): string => volume.spec.capacity?.["storage"] ?? "0";
  const least = fits.reduce<PersistentVolume | undefined>((best, volume) => (best === undefined || compareAmounts(sizeOf(volume), sizeOf(best)) < 0 ? volume : best), undefined);
  return least === undefined ? undefined : context.random.pick(fits.filter((volume) => compareAmounts(sizeOf(volume), sizeOf(least)) === 0));
}

/** Whether a volume is bound to, or reserved for, this very claim. */
function isFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const ref = volume.spec.claimRef;
  return ref !== undefined && ref.name === claim.metadata.name && ref.namespace === claim.metadata.namespace && (ref.uid === undefined || ref.uid === claim.metadata.uid);
}

/** Four writes, in this order, so that whatever fails can be taken up again: the volume, its phase, the claim, its phase. */
function bind(volume: PersistentVolume, claim: PersistentVolumeClaim, context: ControllerContext): void {
  const { client } = context;
  const namespace = claim.metadata.namespace ?? "";
  let bound = volume;
  if (volume.spec.claimRef?.uid !== claim.metadata.uid) {
    const chosen = volume.spec.claimRef === undefined ? { annotations: { ...volume.metadata.annotations, [boundByController]: "yes" } } : {};
    const claimRef = { apiVersion: "v1", kind: "PersistentVolumeClaim", name: claim.metadata.name, namespace, resourceVersion: claim.metadata.resourceVersion, uid: claim.metadata.uid };
    bound = client.update(volumes, "", { ...volume, metadata: { ...volume.metadata, ...chosen }, spec: { ...volume.spec, claimRef } }) as PersistentVolume;
  }
  bound = writePhase(bound, "Bound", context);
  let next = claim;
  if (claim.spec.volumeName !== bound.metadata.name || claim.metadata.annotations?.[bindCompleted] === undefined) {
    const chosen = claim.spec.volumeName === undefined || claim.spec.volumeName === "" ? { [boundByController]: "yes" } : {};
    next = client.update(claims, namespace, {
      ...claim, metadata: { ...claim.metadata, annotations: { ...claim.metadata.annotations, ...chosen, [bindCompleted]: "yes" } },
      spec: { ...claim.spec, volumeName: bound.metadata.name },
    } as KubeObject) as PersistentVolumeClaim;
  }
  const modes = bound.spec.accessModes;
  const capacity = bound.spec.capacity;
  writeClaimStatus(next, { ...(modes === undefined ? {} : { accessModes: modes }), ...(capacity === undefined ? {} : { capacity }), phase: "Bound" }, context);
}

/** A claim that was bound before: its volume may be gone since. */
function syncBound(claim: PersistentVolumeClaim, context: ControllerContext): void {
  const name = claim.spec.volumeName ?? "";
  const volume = name === "" ? undefined : context.cache.get({ resource: volumes, namespace: "", name }) as PersistentVolume | undefined;
  const lost = (reason: string, message: string): void => {
    if (claim.status?.phase === "Lost") return;
    writeClaimStatus(claim, { phase: "Lost" }, context);
    context.event(claim, "Warning", reason, message);
  };
  if (name === "") lost("ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
  else if (volume === undefined) lost("ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
  else if (volume.spec.claimRef === undefined || isFor(volume, claim)) bind(volume, claim, context);
  else lost("ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly");
}

function writeClaimStatus(claim: PersistentVolumeClaim, status: NonNullable<PersistentVolumeClaim["status"]>, context: ControllerContext): void {
  if (!equalJson(claim.status ?? {}, status)) context.client.update(claims, claim.metadata.namespace ?? "", { ...claim, status }, "status");
}

function writePhase(volume: PersistentVolume, phase: string, context: ControllerContext, message?: string): PersistentVolume {
  if (volume.status?.phase === phase && volume.status.message === message) return volume;
  const { message: _old, ...status } = volume.status ?? {};
  return context.client.update(volumes, "", { ...volume, status: { ...status, phase, ...(message === undefined ? {} : { message }) } }, "status") as PersistentVolume;
}

function syncVolume(volume: PersistentVolume, context: ControllerContext): void {
  const ref = volume.spec.claimRef;
  if (ref === undefined || ref.uid === undefined) {
    writePhase(volume, "Available", context);
    return;
  }
  if (claimOf(volume, context) !== undefined) return;
  const { phase } = volume.status ?? {};
  const released = phase === "Released" || phase === "Failed" ? volume : writePhase(volume, "Released", context);
  if (released.metadata.deletionTimestamp === undefined && released.spec.persistentVolumeReclaimPolicy === "Delete" && phase !== "Failed") reclaim(released, context);
}

/** The claim that a volume is bound to, as long as it is the same one; the server is asked where the cache has none. */
function claimOf(volume: PersistentVolume, context: ControllerContext): KubeObject | undefined {
  const ref = volume.spec.claimRef;
  const [namespace, name] = [ref?.namespace ?? "", ref?.name ?? ""];
  let claim = context.cache.get({ resource: claims, namespace, name });
  if (claim === undefined) {
    try {
      claim = context.client.get(claims, namespace, name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return claim?.metadata.uid === ref?.uid ? claim : undefined;
}

/** Deletes a released volume where its kind can be deleted; what a provisioner made is the provisioner's. */
function reclaim(volume: PersistentVolume, context: ControllerContext): void {
  if (volume.metadata.annotations?.["pv.kubernetes.io/provisioned-by"] !== undefined) return;
  const path = volume.spec.hostPath?.path;
  if (path !== undefined && /^\/tmp\/.+/.test(path)) {
    context.client.delete(volumes, "", volume.metadata.name);
    return;
  }
  const message = path === undefined ? `error getting deleter volume plugin for volume ${JSON.stringify(volume.metadata.name)}: no deletable volume plugin matched` : `host_path deleter only supports /tmp/.+ but received provided ${path}`;
  writePhase(volume, "Failed", context, message);
  context.event(volume, "Warning", "VolumeFailedDelete", message);
}
