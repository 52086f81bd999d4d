import { descriptionOf } from "../schema/descriptions";
import { struct } from "../schema/schema";
import { wireTypes } from "./names";
import type { FieldFacts } from "../schema/facts";

export type Schema = Record<string, unknown>;

const scalars: Readonly<Record<string, Schema>> = {
  string: { type: "string" }, bool: { type: "boolean" }, int32: { type: "integer", format: "int32" }, int64: { type: "integer", format: "int64" },
  double: { type: "number", format: "double" }, bytes: { type: "string", format: "byte" },
};
const zero: Readonly<Record<string, unknown>> = { string: "", bool: false, int32: 0, int64: 0, double: 0 };

const either = (...types: readonly string[]): Schema => ({ oneOf: types.map((type) => ({ type })) });
const wire3: Readonly<Record<string, Schema>> = {
  Time: { type: "string", format: "date-time" }, MicroTime: { type: "string", format: "date-time" },
  IntOrString: { format: "int-or-string", ...either("integer", "string") }, Quantity: either("string", "number"),
  Patch: { type: "object" }, RawExtension: { type: "object" }, FieldsV1: { type: "object" },
};
const wire2: Readonly<Record<string, Schema>> = { ...wire3, IntOrString: { type: "string", format: "int-or-string" }, Quantity: { type: "string" } };

/** Values that the API's types declare where a field is absent. */
const defaults: Readonly<Record<string, unknown>> = {
  "V1ContainerPort.protocol": "TCP", "V1ServicePort.protocol": "TCP", "V1LocalObjectReference.name": "", "V1ConfigMapKeySelector.name": "", "V1SecretKeySelector.name": "",
  "V1ConfigMapEnvSource.name": "", "V1SecretEnvSource.name": "", "V1ConfigMapVolumeSource.name": "", "V1ConfigMapProjection.name": "", "V1SecretProjection.name": "",
  "V1ISCSIVolumeSource.iscsiInterface": "default", "V1ISCSIPersistentVolumeSource.iscsiInterface": "default", "V1RBDVolumeSource.pool": "rbd", "V1RBDVolumeSource.user": "admin", "V1RBDVolumeSource.keyring": "/etc/ceph/keyring",
  "V1RBDPersistentVolumeSource.pool": "rbd", "V1RBDPersistentVolumeSource.user": "admin", "V1RBDPersistentVolumeSource.keyring": "/etc/ceph/keyring",
  "V1ScaleIOVolumeSource.storageMode": "ThinProvisioned", "V1ScaleIOVolumeSource.fsType": "xfs", "V1ScaleIOPersistentVolumeSource.storageMode": "ThinProvisioned", "V1ScaleIOPersistentVolumeSource.fsType": "xfs",
  "V1AzureDiskVolumeSource.cachingMode": "ReadWrite", "V1AzureDiskVolumeSource.fsType": "ext4", "V1AzureDiskVolumeSource.readOnly": false, "V1AzureDiskVolumeSource.kind": "Shared", "V1GRPCAction.service": "",
  "V1ReplicationControllerSpec.minReadySeconds": 0, "V1ReplicationControllerSpec.replicas": 1,
};

/** Values that the schema of a custom resource may hold in one of several shapes. */
const json = "JSON";
const anyTypes: Readonly<Record<string, string>> = {
  additionalItems: "JSONSchemaPropsOrBool", additionalProperties: "JSONSchemaPropsOrBool", dependencies: "JSONSchemaPropsOrStringArray", items: "JSONSchemaPropsOrArray", default: json, enum: json, example: json,
};

/** Which edition of OpenAPI is written: 2 has its schemas under `definitions`, without defaults; 3 wraps a reference that has company in `allOf`. */
export interface Dialect {
  readonly edition: 2 | 3;
  /** The schema's name of a model. */
  readonly name: (model: string) => string;
  /** Told of each name that is referred to. */
  readonly uses: (model: string) => void;
}

export function reference({ edition, name, uses }: Dialect, model: string): Schema {
  uses(model);
  return { $ref: `#/${edition === 2 ? "definitions" : "components/schemas"}/${name(model)}` };
}

/** An element or a plain field; `always` tells whether Go writes it when it is empty, so that the zero value is its default. */
function valueSchema(dialect: Dialect, goType: string, always: boolean, more: Schema): Schema {
  const scalar = scalars[goType];
  const filled = dialect.edition === 3 && (scalar === undefined ? struct(goType) !== undefined : always && goType in zero) ? { default: scalar === undefined ? {} : zero[goType] } : {};
  const all = { ...scalar, ...(dialect.edition === 3 || !("default" in more) ? filled : {}), ...more };
  if (scalar !== undefined) return all;
  const to = reference(dialect, goType);
  return dialect.edition === 2 || Object.keys(all).length === 0 ? { ...all, ...to } : { ...all, allOf: [to] };
}

function fieldSchema(dialect: Dialect, model: string, field: FieldFacts): Schema {
  const goType = field.goType !== "any" ? field.goType : model === "V1JSONSchemaProps" ? anyTypes[field.name] ?? json : field.name === "fieldsV1" ? "FieldsV1" : "RawExtension";
  const description = descriptionOf(model, field.name);
  const declared = defaults[`${model}.${field.name}`];
  const { patch, list } = field;
  const about: Schema = description === "" ? {} : { description };
  const merging: Schema = {
    ...(list === undefined || field.container !== "list" ? {} : { ...(list.keys === undefined ? {} : { "x-kubernetes-list-map-keys": list.keys }), "x-kubernetes-list-type": list.type }),
    ...(field.map === "atomic" ? { "x-kubernetes-map-type": "atomic" } : {}),
    ...(patch?.key === undefined ? {} : { "x-kubernetes-patch-merge-key": patch.key }),
    ...(patch === undefined ? {} : { "x-kubernetes-patch-strategy": patch.strategy.join(",") }),
  };
  const values: Schema = field.enum === undefined ? {} : { enum: field.enum };
  if (field.container === "") {
    const pointer = field.pointer || wireTypes[goType] !== undefined;
    const value = valueSchema(dialect, goType, !field.omitempty && !pointer, {
      ...about, ...(dialect.edition === 3 && declared !== undefined ? { default: declared } : {}), ...values, ...merging,
    });
    if (pointer && declared === undefined) delete value["default"];
    return value;
  }
  const item = valueSchema(dialect, goType, true, values);
  if (field.container === "list") return { ...about, type: "array", items: item, ...merging };
  return { ...about, type: "object", additionalProperties: field.container === "map" ? item : { type: "array", items: item }, ...merging };
}

/** The schema of a model or of a wire type; `more` is what the caller knows beside: the kinds that it stands for. */
export function modelSchema(dialect: Dialect, model: string, more: Schema = {}): Schema {
  const plain = (dialect.edition === 2 ? wire2 : wire3)[model];
  if (plain !== undefined) return plain;
  const facts = struct(model);
  if (facts === undefined) return wireTypes[model] === undefined ? { type: "object" } : {};
  const description = descriptionOf(model);
  const required = facts.fields.filter((field) => field.required).map((field) => field.name);
  return {
    ...(description === "" ? {} : { description }), type: "object", ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries([...facts.fields].sort((a, b) => (a.name < b.name ? -1 : 1)).map((field) => [field.name, fieldSchema(dialect, model, field)])),
    ...(facts.atomic ? { "x-kubernetes-map-type": "atomic" } : {}), ...more,
  };
}

/** The schema of a kind's list. */
export function listSchema(dialect: Dialect, kind: string, model: string, more: Schema): Schema {
  const item = reference(dialect, model);
  return {
    description: `${kind}List is a list of ${kind} objects.`, type: "object", required: ["items"],
    properties: {
      apiVersion: { description: descriptionOf("V1Pod", "apiVersion"), type: "string" },
      items: { description: `Items is the list of ${kind} objects.`, type: "array", items: dialect.edition === 2 ? item : { default: {}, allOf: [item] } },
      kind: { description: descriptionOf("V1Pod", "kind"), type: "string" },
      metadata: { description: "Standard list metadata.", ...(dialect.edition === 2 ? reference(dialect, "V1ListMeta") : { default: {}, allOf: [reference(dialect, "V1ListMeta")] }) },
    },
    ...more,
  };
}
