import type { PersistentVolume } from "../api/kinds/persistentvolume";
import type { Pod } from "../api/types";
import type { Controller } from "./controller";
import type { KubeObject } from "../model";
import { releaseFinalizer } from "./finalizers";
import { joinKey, keyOf, splitKey } from "./keys";

const claims = "persistentvolumeclaims";
const volumes = "persistentvolumes";

/** Before it lets go, the real controller lists the pods anew from the server: virtual ms. */
const liveList = 60;

/** Lets a claim go once no pod on a node uses it. */
export const claimProtection: Controller = {
  name: "pvc-protection-controller",
  user: "system:serviceaccount:kube-system:pvc-protection-controller",
  workers: 1,
  watches: [
    { resource: claims, keys: (change) => (change.type !== "DELETED" && isLeaving(change.object, "kubernetes.io/pvc-protection") ? [keyOf(change.object)] : []) },
    { resource: "pods", keys: (change) => (change.type === "DELETED" ? usedClaims(change.object as Pod).map((name) => joinKey(change.ref.namespace, name)) : []) },
  ],
  reconcile(key, context) {
    const { namespace, name } = splitKey(key);
    const claim = context.cache.get({ resource: claims, namespace, name });
    if (claim === undefined || !isLeaving(claim, "kubernetes.io/pvc-protection")) return;
    const used = (context.cache.list("pods", { namespace }) as readonly Pod[]).some((pod) => (pod.spec.nodeName ?? "") !== "" && usedClaims(pod).includes(name));
    context.work(liveList);
    if (!used) releaseFinalizer(context, claims, claim, "kubernetes.io/pvc-protection");
  },
};

/** Lets a volume go once no claim is bound to it. */
export const volumeProtection: Controller = {
  name: "pv-protection-controller",
  user: "system:serviceaccount:kube-system:pv-protection-controller",
  watches: [{ resource: volumes, keys: (change) => (change.type !== "DELETED" && isLeaving(change.object, "kubernetes.io/pv-protection") ? [keyOf(change.object)] : []) }],
  reconcile(key, context) {
    const volume = context.cache.get({ resource: volumes, namespace: "", name: key }) as PersistentVolume | undefined;
    if (volume === undefined || !isLeaving(volume, "kubernetes.io/pv-protection") || volume.status?.phase === "Bound") return;
    releaseFinalizer(context, volumes, volume, "kubernetes.io/pv-protection");
  },
};

function isLeaving(object: KubeObject, finalizer: string): boolean {
  return object.metadata.deletionTimestamp !== undefined && object.metadata.finalizers?.includes(finalizer) === true;
}

function usedClaims(pod: Pod): readonly string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral === undefined ? [] : `${pod.metadata.name}-${volume.name}`));
}
