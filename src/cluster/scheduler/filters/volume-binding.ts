import type { Filter } from "../filter";
import { unfit } from "../filter";
import { matchesTerm } from "../selector-terms";
import type { NodeSelectorTerm } from "../selector-terms";
import type { Reader } from "../../api/store";
import type { KubeObject } from "../../model";
import type { Pod } from "../../api/types";

interface Claim extends KubeObject { readonly spec: { readonly volumeName?: string; readonly storageClassName?: string }; readonly status?: { readonly phase?: string } }
interface Volume extends KubeObject { readonly spec: { readonly nodeAffinity?: { readonly required?: { readonly nodeSelectorTerms?: readonly NodeSelectorTerm[] } } } }

/** The pod's claims must exist and be bound (or wait for the pod), and their volumes be reachable from the node. */
export const volumeBinding: Filter = {
  name: "VolumeBinding",
  helps: ["node", "volume"],
  begin: (pod, { cache }) => {
    const names = claimNames(pod);
    if (names.length === 0) return undefined;
    const affinities: (readonly NodeSelectorTerm[])[] = [];
    for (const name of names) {
      const claim = cache.get({ resource: "persistentvolumeclaims", namespace: pod.metadata.namespace ?? "", name }) as Claim | undefined;
      if (claim === undefined) return { reject: `persistentvolumeclaim "${name}" not found` };
      if (claim.metadata.deletionTimestamp !== undefined) return { reject: `persistentvolumeclaim "${name}" is being deleted` };
      if (claim.status?.phase === "Lost") return { reject: `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ""}"` };
      if (claim.spec.volumeName === undefined || claim.spec.volumeName === "" || claim.status?.phase !== "Bound") {
        if (waitsForPod(claim, cache)) continue;
        return { reject: "pod has unbound immediate PersistentVolumeClaims" };
      }
      const volume = cache.get({ resource: "persistentvolumes", namespace: "", name: claim.spec.volumeName }) as Volume | undefined;
      const terms = volume?.spec.nodeAffinity?.required?.nodeSelectorTerms;
      if (terms !== undefined) affinities.push(terms);
    }
    if (affinities.length === 0) return undefined;
    return ({ node }) => affinities.every((terms) => terms.some((term) => matchesTerm(term, node))) ? undefined : unfit("node(s) didn't match PersistentVolume's node affinity", false);
  },
};

/** The claims of a pod by name; an ephemeral volume's is named after pod and volume. */
export function claimNames(pod: Pod): readonly string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim !== undefined ? [volume.persistentVolumeClaim.claimName]
    : volume.ephemeral !== undefined ? [`${pod.metadata.name}-${volume.name}`] : []);
}

function waitsForPod(claim: Claim, cache: Reader): boolean {
  const name = claim.spec.storageClassName;
  if (name === undefined || name === "") return false;
  return cache.get({ resource: "storageclasses.storage.k8s.io", namespace: "", name })?.["volumeBindingMode"] === "WaitForFirstConsumer";
}
