import type { Admission, AdmissionPlugin } from "./plugin";
import type { KubeObject } from "../../model";

/** The class that is marked as default; of several the newest, and of those the first by name. */
function defaultClass(admission: Admission, resource: string, annotation: string): string | undefined {
  const marked = admission.reader.list(resource).filter((object) => object.metadata.annotations?.[annotation] === "true");
  let best: KubeObject | undefined;
  for (const object of marked) if (best === undefined || object.metadata.creationTimestamp > best.metadata.creationTimestamp) best = object;
  return best?.metadata.name;
}

function withClass(admission: Admission, plural: string, field: string, resource: string, annotation: string): KubeObject {
  const object = admission.object as KubeObject;
  const { request } = admission;
  if (request.resource !== plural || request.verb !== "create") return object;
  const spec = (object["spec"] ?? {}) as Record<string, unknown>;
  if (spec[field] !== undefined && spec[field] !== null) return object;
  const name = defaultClass(admission, resource, annotation);
  return name === undefined ? object : { ...object, spec: { ...spec, [field]: name } };
}

/** A claim that names no storage class gets the default one. */
export const defaultStorageClass: AdmissionPlugin = {
  name: "DefaultStorageClass",
  of: ["persistentvolumeclaims"],
  mutate(admission) {
    const annotated = admission.object?.metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] !== undefined;
    return annotated ? admission.object
      : withClass(admission, "persistentvolumeclaims", "storageClassName", "storageclasses.storage.k8s.io", "storageclass.kubernetes.io/is-default-class");
  },
};

/** An Ingress that names no class gets the default one. */
export const defaultIngressClass: AdmissionPlugin = {
  name: "DefaultIngressClass",
  of: ["ingresses"],
  mutate(admission) {
    const annotated = admission.object?.metadata.annotations?.["kubernetes.io/ingress.class"] !== undefined;
    return annotated ? admission.object
      : withClass(admission, "ingresses", "ingressClassName", "ingressclasses.networking.k8s.io", "ingressclass.kubernetes.io/is-default-class");
  },
};
