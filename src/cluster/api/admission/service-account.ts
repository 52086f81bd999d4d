import { extended } from "../../extended";
import { createdPod } from "./creates-pod";
import { forbidden } from "../status";
import { defaultVolume } from "../kinds/pod-template-defaults";
import type { Admission, AdmissionPlugin } from "./plugin";
import type { Container, Pod, ServiceAccount } from "../types";
import type { KubeObject } from "../../model";

const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The token, the cluster's certificate and the namespace, as a pod finds them under the mount path. All pods share what is the same in all. */
const { projected } = defaultVolume({
  name: "",
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
      { configMap: { items: [{ key: "ca.crt", path: "ca.crt" }], name: "kube-root-ca.crt" } },
      { downwardAPI: { items: [{ fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" }, path: "namespace" }] } },
    ],
  },
});

function mountsToken(container: Container): boolean {
  return (container.volumeMounts ?? []).some((mount) => mount.mountPath === mountPath);
}

function mutate(admission: Admission): KubeObject {
  const pod = createdPod(admission);
  if (pod === undefined) return admission.object as KubeObject;
  const namespace = pod.metadata.namespace ?? "";
  const name = pod.spec.serviceAccountName || pod.spec.serviceAccount || "default";
  const account: ServiceAccount | undefined = admission.reader.get({ resource: "serviceaccounts", namespace, name });
  if (account === undefined) throw forbidden("pods", "", pod.metadata.name, `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`);
  let spec: Pod["spec"] = extended(pod.spec, { serviceAccountName: name, serviceAccount: name });
  if ((spec.imagePullSecrets ?? []).length === 0 && (account.imagePullSecrets ?? []).length > 0) spec = { ...spec, imagePullSecrets: account.imagePullSecrets };
  const automount = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  const all = [...spec.containers ?? [], ...spec.initContainers ?? []];
  if (!automount || all.every(mountsToken)) return { ...pod, spec };
  const volume = `kube-api-access-${admission.world.random("kube-api-access").suffix(5)}`;
  const mounted = (container: Container): Container => (mountsToken(container) ? container
    : extended(container, { volumeMounts: [...container.volumeMounts ?? [], { mountPath, name: volume, readOnly: true }] }));
  return {
    ...pod,
    spec: extended(spec, {
      containers: (spec.containers ?? []).map(mounted), ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(mounted) }),
      volumes: [...spec.volumes ?? [], { name: volume, projected }],
    }),
  };
}

/** Every pod runs as an account and finds its token. */
export const serviceAccount: AdmissionPlugin = { name: "ServiceAccount", of: ["pods"], mutate };
