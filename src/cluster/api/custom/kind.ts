import { scalar } from "../../scalar";
import { ageColumn, nameColumn } from "../kinds/columns";
import { since } from "../kinds/human-duration";
import { defineKind } from "../kinds/kind-definition";
import { validateObjectMeta } from "../kinds/object-meta-validation";
import { defaulted, violations, type Schema } from "./schema";
import type { CustomResourceDefinition } from "../kinds/customresourcedefinition";
import type { Column, FieldError, Kind } from "../kind";
import type { Registry } from "../registry";
import type { Change } from "../store";
import type { KubeObject } from "../../model";

type Version = CustomResourceDefinition["spec"]["versions"][number];
type Printed = NonNullable<Version["additionalPrinterColumns"]>[number];

/** What a simple JSONPath of a printer column or of a scale finds: fields, indices, `[*]`, and filters by one field. */
export function valueAt(object: unknown, path: string): unknown {
  let found: readonly unknown[] = [object];
  for (const [, name, quoted, index, key, wanted] of path.matchAll(/\.([\w-]+)|\['([^']+)'\]|\[(\d+|\*)\]|\[\?\(@\.([\w.-]+)\s*==\s*["']([^"']*)["']\)\]/g)) {
    found = found.flatMap((value): readonly unknown[] => {
      if (Array.isArray(value)) return index === "*" ? value : index !== undefined ? [value[Number(index)] as unknown] : key === undefined ? [] : value.filter((item) => valueAt(item, `.${key}`) === wanted);
      const field = name ?? quoted;
      return field !== undefined && typeof value === "object" && value !== null ? [(value as Record<string, unknown>)[field]] : [];
    }).filter((value) => value !== undefined && value !== null);
  }
  return found[0];
}

function columnOf({ name, type, jsonPath, priority = 0, description = "" }: Printed): Column {
  return {
    name, type: type === "date" ? "date" : type === "integer" ? "integer" : "string", priority: priority > 0 ? 1 : 0, description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    cell: (object, now, epoch) => {
      const value = valueAt(object, jsonPath);
      if (value === undefined) return "<none>";
      if (type === "date") return typeof value === "string" ? since(value, now, epoch) : "<invalid>";
      return typeof value === "number" ? value : scalar(value);
    },
  };
}

/** The kind that a CustomResourceDefinition defines: its versions, columns, subresources, and its structural schema as the rule of its objects. */
export function customKind(crd: CustomResourceDefinition): Kind {
  const { group, names, scope, versions } = crd.spec;
  const hub = versions.find((version) => version.storage)?.name ?? "v1";
  const namespaced = scope === "Namespaced";
  const stored = versions.find((version) => version.name === hub);
  const schemaOf = (version: Version | undefined): Schema => {
    const schema: unknown = version?.schema?.openAPIV3Schema ?? { type: "object", "x-kubernetes-preserve-unknown-fields": true };
    return schema as Schema;
  };
  const scale = stored?.subresources?.scale;
  const validate = (next: KubeObject): readonly FieldError[] => {
    const schema = schemaOf(stored);
    const errors = [...validateObjectMeta(next.metadata, namespaced), ...violations({ ...schema, type: "object" }, next)];
    const replicas = scale === undefined ? undefined : valueAt(next, scale.specReplicasPath);
    // The scale subresource reads the field, whatever it is.
    if (scale !== undefined && replicas !== undefined && typeof replicas !== "number") errors.push({ field: scale.specReplicasPath, type: "Invalid", value: 0, detail: `${scale.specReplicasPath} accessor error: ${JSON.stringify(replicas).replaceAll('"', "")} is of the type ${typeof replicas}, expected int64` });
    return errors;
  };
  return {
    ...defineKind({
      group, kind: names.kind, plural: names.plural, singular: names.singular ?? names.kind.toLowerCase(), shortNames: names.shortNames ?? [], categories: names.categories ?? [], namespaced, hub, generation: true, columns: [], validate,
      subresources: [...(scale === undefined ? [] : ["scale"]), ...(stored?.subresources?.status === undefined ? [] : ["status"])],
    }),
    versions: versions.map((version) => ({
      name: version.name, served: version.served, goType: names.kind, model: `${names.plural}.${group}/${version.name}`,
      schema: { ...schemaOf(version), properties: { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: { type: "object" }, ...schemaOf(version).properties } },
      structural: schemaOf(version),
      columns: [nameColumn, ...(version.additionalPrinterColumns === undefined || version.additionalPrinterColumns.length === 0 ? [ageColumn] : version.additionalPrinterColumns.map(columnOf))],
      defaults: (object) => defaulted(schemaOf(version), object) as KubeObject,
      toHub: (object) => ({ ...object, apiVersion: `${group}/${hub}` }),
      fromHub: (object) => ({ ...object, apiVersion: `${group}/${version.name}` }),
    })),
  };
}

const resource = "customresourcedefinitions.apiextensions.k8s.io";

/** Keeps the registry in step with the definitions: a kind is served once it is established, and no more when its definition is gone. */
export function followDefinitions(registry: Registry, change: Change): void {
  if (change.ref.resource !== resource) return;
  const crd = change.object as CustomResourceDefinition;
  const established = crd.status?.conditions?.some((condition) => condition.type === "Established" && condition.status === "True") === true;
  if (change.type === "DELETED") registry.remove(customKind(crd));
  else if (established) registry.add(customKind(crd));
}
