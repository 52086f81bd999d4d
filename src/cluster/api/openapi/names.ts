import { struct } from "../schema/schema";
import type { Registry } from "../registry";

const meta = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** Models of apimachinery: they belong to no group, though every group uses them. */
const machinery = ("APIGroup APIGroupList APIResource APIResourceList APIVersions Condition DeleteOptions FieldSelectorRequirement GroupVersionForDiscovery "
  + "LabelSelector LabelSelectorRequirement ListMeta ManagedFieldsEntry ObjectMeta OwnerReference Preconditions ServerAddressByClientCIDR Status StatusCause StatusDetails WatchEvent").split(" ");

/** Models that no kind of their own group reaches. */
const strays: readonly (readonly [group: string, ...models: readonly string[]])[] = [
  ["", "V1PodTemplateSpec", "V1PersistentVolumeSpec", "V1TopologySelectorTerm"],
  ["autoscaling", "V1Scale", "V1HorizontalPodAutoscaler"], ["policy", "V1Eviction"], ["authentication.k8s.io", "AuthenticationV1TokenRequest"],
];

/** What is no struct on the wire but has a schema of its own: goType to schema name. */
export const wireTypes: Readonly<Record<string, string>> = {
  Time: `${meta}.Time`, MicroTime: `${meta}.MicroTime`, IntOrString: "io.k8s.apimachinery.pkg.util.intstr.IntOrString", Quantity: "io.k8s.apimachinery.pkg.api.resource.Quantity",
  Patch: `${meta}.Patch`, RawExtension: "io.k8s.apimachinery.pkg.runtime.RawExtension", FieldsV1: `${meta}.FieldsV1`,
  ...Object.fromEntries(["JSON", "JSONSchemaPropsOrArray", "JSONSchemaPropsOrBool", "JSONSchemaPropsOrStringArray"].map((name) => [name, `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.${name}`])),
};

/** Where Go keeps the types of a group: "apps", "v1" → "io.k8s.api.apps.v1"; a custom group is turned round. */
export function packageName(group: string, version: string): string {
  if (group === "apiextensions.k8s.io") return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}`;
  if (group === "apiregistration.k8s.io") return `io.k8s.kube-aggregator.pkg.apis.apiregistration.${version}`;
  if (group === "" || group.endsWith(".k8s.io") || !group.includes(".")) return `io.k8s.api.${group === "" ? "core" : group.split(".")[0]}.${version}`;
  return `${group.split(".").reverse().join(".")}.${version}`;
}

const versionOf = (model: string): string => /V\d/.exec(model)?.[0].toLowerCase() ?? "v1";

/**
 * Names the models of the package as OpenAPI does: "V1PodSpec" → "io.k8s.api.core.v1.PodSpec". A struct belongs to the first group whose kinds reach it,
 * the core before all others.
 */
export function schemaNames(registry: Registry): (model: string) => string {
  const names = new Map(Object.entries(wireTypes));
  for (const name of machinery) names.set(`V1${name}`, `${meta}.${name}`);
  const claim = (model: string, group: string): void => {
    const facts = struct(model);
    if (facts === undefined || names.has(model)) return;
    names.set(model, `${packageName(group, versionOf(model))}.${facts.goName}`);
    for (const field of facts.fields) claim(field.goType, group);
  };
  for (const kind of registry.kinds) if (kind.group === "") for (const { model } of kind.versions) claim(model, "");
  for (const [group, ...models] of strays) for (const model of models) claim(model, group);
  for (const kind of registry.kinds) for (const { model } of kind.versions) claim(model, kind.group);
  return (model) => names.get(model) ?? model;
}
