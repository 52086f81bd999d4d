import type { StatefulSet } from "../api/kinds/statefulset";
import type { Pod, PodTemplate } from "../api/types";
import type { ControllerContext } from "./controller";
import type { KubeObject } from "../model";
import { equalJson } from "../api/equal";
import { isNotFound, messageOf } from "./failures";
import { controllerReference } from "./keys";
import { podFromTemplate } from "./pod-from-template";

export const revisionLabel = "controller-revision-hash";
const claims = "persistentvolumeclaims";

export function revisionOf(pod: Pod | undefined): string | undefined {
  return pod?.metadata.labels?.[revisionLabel];
}

export function firstOrdinal(set: StatefulSet): number {
  return set.spec.ordinals?.start ?? 0;
}

/** The number at the end of a pod's name, -1 where the pod is none of the set's. */
export function ordinalOf(set: StatefulSet, pod: KubeObject): number {
  const { name } = pod.metadata;
  const tail = name.startsWith(`${set.metadata.name}-`) ? name.slice(set.metadata.name.length + 1) : "";
  return /^\d+$/.test(tail) ? Number(tail) : -1;
}

/** The pod that stands at an ordinal: its name, host name and claims last longer than itself. */
export function podAt(set: StatefulSet, template: PodTemplate, revision: string, ordinal: number): object {
  const name = `${set.metadata.name}-${ordinal}`;
  const own = (set.spec.volumeClaimTemplates ?? []).map((claim) => ({ name: claim.metadata?.name ?? "", persistentVolumeClaim: { claimName: `${claim.metadata?.name ?? ""}-${name}` } }));
  const volumes = [...own, ...(template.spec?.volumes ?? []).filter((volume) => !own.some((one) => one.name === volume.name))];
  const labels = { ...template.metadata?.labels, "statefulset.kubernetes.io/pod-name": name, "apps.kubernetes.io/pod-index": String(ordinal), [revisionLabel]: revision };
  const pod = podFromTemplate({ ...template, metadata: { ...template.metadata, labels } }, set) as { readonly metadata: object; readonly spec: object };
  return {
    ...pod, metadata: { ...pod.metadata, name },
    spec: { ...template.spec, hostname: name, ...((set.spec.serviceName ?? "") === "" ? {} : { subdomain: set.spec.serviceName }), ...(volumes.length === 0 ? {} : { volumes }) },
  };
}

/** Makes the pod of an ordinal, and before it the claims that it misses. */
export function createPod(set: StatefulSet, pod: object, ordinal: number, context: ControllerContext): void {
  const name = `${set.metadata.name}-${ordinal}`;
  createClaims(set, ordinal, context);
  try {
    context.client.create("pods", set.metadata.namespace ?? "", pod);
  } catch (error) {
    context.event(set, "Warning", "FailedCreate", `create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${messageOf(error)}`);
    throw error;
  }
  context.event(set, "Normal", "SuccessfulCreate", `create Pod ${name} in StatefulSet ${set.metadata.name} successful`);
}

/** Makes the claims of an ordinal that are missing. */
export function createClaims(set: StatefulSet, ordinal: number, context: ControllerContext): void {
  const namespace = set.metadata.namespace ?? "";
  const pod = `${set.metadata.name}-${ordinal}`;
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = `${template.metadata?.name ?? ""}-${pod}`;
    if (context.cache.get({ resource: claims, namespace, name }) !== undefined) continue;
    try {
      const owned = set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === "Delete";
      const { annotations } = template.metadata ?? {};
      context.client.create(claims, namespace, {
        apiVersion: "v1", kind: "PersistentVolumeClaim",
        metadata: {
          name, namespace, labels: { ...template.metadata?.labels, ...set.spec.selector.matchLabels }, ...(annotations === undefined ? {} : { annotations }),
          ...(owned ? { ownerReferences: [controllerReference(set)] } : {}),
        },
        spec: template.spec,
      });
    } catch (error) {
      context.event(set, "Warning", "FailedCreate", `create Claim ${name} for Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${messageOf(error)}`);
      throw error;
    }
    context.event(set, "Normal", "SuccessfulCreate", `create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success`);
  }
}

export function deletePod(set: StatefulSet, pod: Pod, context: ControllerContext): void {
  const of = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
  try {
    context.client.delete("pods", pod.metadata.namespace ?? "", pod.metadata.name, { preconditions: { uid: pod.metadata.uid } });
  } catch (error) {
    if (isNotFound(error)) return;
    context.event(set, "Warning", "FailedDelete", `${of} failed error: ${messageOf(error)}`);
    throw error;
  }
  context.event(set, "Normal", "SuccessfulDelete", `${of} successful`);
}

/** Gives a claim the owners that the retention policy asks for: the set, its pod where that is one too many, or nobody. */
export function ownClaims(set: StatefulSet, pod: Pod, condemned: boolean, context: ControllerContext): void {
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const namespace = set.metadata.namespace ?? "";
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const claim = context.cache.get({ resource: claims, namespace, name: `${template.metadata?.name ?? ""}-${pod.metadata.name}` });
    if (claim === undefined || claim.metadata.deletionTimestamp !== undefined) continue;
    const others = (claim.metadata.ownerReferences ?? []).filter((one) => one.uid !== set.metadata.uid && one.uid !== pod.metadata.uid);
    const withPod = whenScaled === "Delete" && condemned;
    const wanted = [
      ...others,
      ...(whenDeleted === "Delete" && !withPod ? [controllerReference(set)] : []),
      ...(withPod ? [{ apiVersion: "v1", kind: "Pod", name: pod.metadata.name, uid: pod.metadata.uid }] : []),
    ];
    if (equalJson(wanted, claim.metadata.ownerReferences ?? [])) continue;
    context.client.patch(claims, namespace, claim.metadata.name, { metadata: { uid: claim.metadata.uid, ownerReferences: wanted.length === 0 ? null : wanted } });
  }
}
