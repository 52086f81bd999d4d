import { compareAmounts } from "../kinds/amounts";
import type { AdmissionPlugin } from "./plugin";
import type { KubeObject } from "../../model";

interface ClaimSpec {
  readonly storageClassName?: string;
  readonly resources?: { readonly requests?: { readonly storage?: string } };
}
const specOf = (object: KubeObject): ClaimSpec => (object["spec"] ?? {});

/** A claim grows only where its storage class says that volumes can. */
export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: "PersistentVolumeClaimResize",
  of: ["persistentvolumeclaims"],
  validate({ request, object, old, reader }) {
    if (request.resource !== "persistentvolumeclaims" || request.subresource !== undefined || object === undefined || old === undefined) return undefined;
    const before = specOf(old).resources?.requests?.storage;
    const after = specOf(object).resources?.requests?.storage;
    if (compareAmounts(after, before) <= 0) return undefined;
    if ((old["status"] as { phase?: string } | undefined)?.phase !== "Bound") return "Only bound persistent volume claims can be expanded";
    const name = specOf(object).storageClassName ?? "";
    const storage = name === "" ? undefined : reader.get({ resource: "storageclasses.storage.k8s.io", namespace: "", name });
    return storage?.["allowVolumeExpansion"] === true ? undefined
      : "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize";
  },
};
