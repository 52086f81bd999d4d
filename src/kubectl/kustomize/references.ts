import { at, obj, str, strings, type Obj } from "../objects";

/** A resource under way: its content, and every name it has had, by which others may still call it. */
export interface Resource {
  readonly content: Obj;
  readonly names: readonly string[];
  readonly namespaces: readonly string[];
  /** Whether its name gets the hash of its content at the end. */
  readonly hash: boolean;
}

export const kindOf = (resource: Resource): string => str(resource.content["kind"]);
export const nameOf = (resource: Resource): string => str(at(resource.content, "metadata", "name"));

/** Fields that name an object of a kind, wherever they stand: the key, and inside which keys ("" for any). */
const fields: readonly (readonly [kind: string, key: string, inside: readonly string[]])[] = [
  ["ConfigMap", "name", ["configMap", "configMapRef", "configMapKeyRef"]],
  ["Secret", "name", ["secret", "secretRef", "secretKeyRef", "imagePullSecrets"]],
  ["Secret", "secretName", ["secret", "tls"]],
  ["PersistentVolumeClaim", "claimName", ["persistentVolumeClaim"]],
  ["ServiceAccount", "serviceAccountName", ["spec"]],
  ["Service", "serviceName", ["spec", "backend"]],
  ["Service", "name", ["service"]],
  ["PriorityClass", "priorityClassName", ["spec"]],
  ["StorageClass", "storageClassName", ["spec"]],
  ["IngressClass", "ingressClassName", ["spec"]],
  ["PersistentVolume", "volumeName", ["spec"]],
];
/** Fields that hold a kind and a name. */
const typed: readonly string[] = ["scaleTargetRef", "roleRef", "subjects"];

/** Lets every reference follow the names that the resources ended with. */
export function followNames(resources: readonly Resource[]): readonly Resource[] {
  const find = (kind: string, name: string): Resource | undefined => {
    const mine = resources.filter((one) => kindOf(one) === kind);
    return mine.find((one) => nameOf(one) === name) ?? mine.find((one) => one.names.includes(name));
  };
  const visit = (value: unknown, inside: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => visit(item, inside));
    if (typeof value !== "object" || value === null) return value;
    const out: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      const field = typeof item === "string" ? fields.find(([, name, places]) => name === key && places.includes(inside)) : undefined;
      const target = field === undefined ? undefined : find(field[0], item as string);
      out[key] = target === undefined ? visit(item, key) : nameOf(target);
    }
    if (!typed.includes(inside)) return out;
    const target = find(str(out["kind"]), str(out["name"]));
    if (target === undefined) return out;
    const namespace = str(at(target.content, "metadata", "namespace"));
    return { ...out, name: nameOf(target), ...(inside === "subjects" && namespace !== "" ? { namespace } : {}) };
  };
  return resources.map((one) => ({ ...one, content: Object.fromEntries(Object.entries(one.content).map(([key, item]) => [key, key === "metadata" ? item : visit(item, key)])) }));
}

/** The order in which kustomize writes: what others need comes first, webhooks last, the rest by group, version and kind. */
const first = ["Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service", "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob", "PodDisruptionBudget"];
const last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

export function legacyOrder(resources: readonly Resource[]): readonly Resource[] {
  const rank = (one: Resource): number => (first.includes(kindOf(one)) ? first.indexOf(kindOf(one)) - first.length : last.indexOf(kindOf(one)) + 1);
  const key = ({ content }: Resource): string => {
    const [version = "", group = "~G"] = str(content["apiVersion"]).split("/").reverse();
    return [`${group}_${version}_${str(content["kind"])}`, strings(obj(content["metadata"]))["namespace"] ?? "~X", strings(obj(content["metadata"]))["name"] ?? ""].join("|");
  };
  return [...resources].sort((a, b) => rank(a) - rank(b) || (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
