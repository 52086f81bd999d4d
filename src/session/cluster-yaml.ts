import { goYaml } from "../kubectl/print/yaml";
import { resourcesOf } from "./completion";
import type { Json, KubeObject } from "../cluster/model";
import type { NoteCluster } from "./note-cluster";

/** What clusters make by themselves, or what is over when it has been read. */
const never = /^(events|leases|endpoints|endpointslices|nodes|componentstatuses|controllerrevisions|csinodes|apiservices|flowschemas|prioritylevelconfigurations|ipaddresses|servicecidrs|priorityclasses|bindings|tokenreviews|\w+accessreviews?|\w+rulesreviews)(\.|$)/;
const first = ["customresourcedefinitions", "namespaces", "storageclasses", "persistentvolumes", "persistentvolumeclaims", "serviceaccounts", "configmaps", "secrets", "services"];
const passing = new Set(["uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink", "deletionTimestamp", "ownerReferences"]);
const ownMarks = /^(kubectl\.kubernetes\.io\/last-applied-configuration|deployment\.kubernetes\.io\/|deprecated\.|pv\.kubernetes\.io\/|volume\.(beta\.)?kubernetes\.io\/)/;

/** The cluster as manifests that would make it again: what the reader made, less what the cluster added to it. */
export function clusterYaml(note: NoteCluster): string {
  const view = note.cluster.at();
  const rank = (key: string): number => (first.indexOf(key.split(".")[0] ?? "") + first.length + 1) % (first.length + 1);
  const keys = [...new Set(resourcesOf(note).map(({ key }) => key))].filter((key) => !never.test(key)).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const documents = keys.flatMap((key) => view.list(key).filter((object) => isReaders(key, object)).map((object) => goYaml(bare(object))));
  return documents.join("---\n");
}

function isReaders(key: string, { metadata }: KubeObject): boolean {
  const { name, namespace = "" } = metadata;
  if (metadata.deletionTimestamp !== undefined || metadata.ownerReferences?.some(({ controller }) => controller === true) === true) return false;
  if (namespace.startsWith("kube-") || (key === "namespaces" && /^(default|kube-.*)$/.test(name))) return false;
  if (key === "services" && name === "kubernetes" && namespace === "default") return false;
  if ((key === "configmaps" && name === "kube-root-ca.crt") || (key === "serviceaccounts" && name === "default")) return false;
  if (key.endsWith("rbac.authorization.k8s.io") && (/^(system:|kubeadm:)/.test(name) || /^(cluster-admin|admin|edit|view)$/.test(name))) return false;
  return metadata.labels?.["kubernetes.io/bootstrapping"] === undefined;
}

function bare(object: KubeObject): Json {
  const { metadata, status: _status, ...rest } = object as KubeObject & { readonly status?: Json };
  const annotations = Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !ownMarks.test(key)));
  const { annotations: _own, ...kept } = Object.fromEntries(Object.entries(metadata).filter(([key]) => !passing.has(key))) as Record<string, Json>;
  const spec = rest["spec"] as Record<string, Json> | undefined;
  const { nodeName: _node, clusterIP, clusterIPs: _ips, ...asked } = spec ?? {};
  const headless = clusterIP === "None" ? { clusterIP } : {};
  return { ...rest, metadata: { ...kept, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) }, ...(spec === undefined ? {} : { spec: { ...asked, ...headless } }) } as unknown as Json;
}
