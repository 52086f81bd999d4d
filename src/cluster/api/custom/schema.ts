import { RE2JS } from "re2js";
import { scalar } from "../../scalar";
import { required, unsupported } from "../kinds/label-validation";
import type { FieldError } from "../kind";

/** A structural schema (apiextensions.k8s.io/v1 JSONSchemaProps), as far as the server reads it. */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-embedded-resource"?: boolean;
  readonly "x-kubernetes-list-type"?: "atomic" | "map" | "set";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: "atomic" | "granular";
}

type Plain = Readonly<Record<string, unknown>>;
const isPlain = (value: unknown): value is Plain => typeof value === "object" && value !== null && !Array.isArray(value);
const below = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

/** Fields of every object, which no schema needs to name. */
const own = ["apiVersion", "kind", "metadata"];

/** The value without the fields that the schema does not know; their paths go into `unknown`. */
export function pruned(schema: Schema, value: unknown, unknown: string[], path = ""): unknown {
  if (Array.isArray(value)) return schema.items === undefined ? value : value.map((item, i) => pruned(schema.items ?? {}, item, unknown, `${path}[${i}]`));
  if (!isPlain(value)) return value;
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const field = schema.properties?.[key];
    if (own.includes(key) && (path === "" || schema["x-kubernetes-embedded-resource"] === true)) out[key] = item;
    else if (field !== undefined) out[key] = pruned(field, item, unknown, below(path, key));
    else if (schema.additionalProperties !== undefined && schema.additionalProperties !== false) out[key] = schema.additionalProperties === true ? item : pruned(schema.additionalProperties, item, unknown, below(path, key));
    else if (schema["x-kubernetes-preserve-unknown-fields"] === true) out[key] = item;
    else unknown.push(below(path, key));
  }
  return out;
}

/** The value with the schema's defaults where fields are missing, or null and not nullable. */
export function defaulted(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) return schema.items === undefined ? value : value.map((item) => defaulted(schema.items ?? {}, item));
  if (!isPlain(value)) return value;
  const out: Record<string, unknown> = { ...value };
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    if (field.default !== undefined && (out[key] === undefined || (out[key] === null && field.nullable !== true))) out[key] = field.default;
    if (out[key] !== undefined) out[key] = defaulted(field, out[key]);
  }
  const rest = schema.additionalProperties;
  if (isPlain(rest)) for (const key of Object.keys(out)) if (schema.properties?.[key] === undefined) out[key] = defaulted(rest, out[key]);
  return out;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "number" ? (Number.isInteger(value) ? "integer" : "number") : typeof value;
}

const formats: Readonly<Record<string, RegExp>> = {
  "date-time": /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[-+]\d\d:\d\d)$/, date: /^\d{4}-\d\d-\d\d$/, email: /^[^@\s]+@[^@\s]+$/,
  ipv4: /^(?:\d{1,3}\.){3}\d{1,3}$/, uuid: /^[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$/, byte: /^[A-Za-z0-9+/]*={0,2}$/,
};

/** The patterns of a schema run on RE2, as the server's do, so that none can hang. */
function matches(pattern: string, text: string): boolean {
  try {
    return RE2JS.compile(pattern).matcher(text).find();
  } catch {
    return true;
  }
}

/** What the schema's validation says of a value, in kube-openapi's words. */
export function violations(schema: Schema, value: unknown, path = ""): readonly FieldError[] {
  if (value === undefined || (value === null && schema.nullable === true)) return [];
  const errors: FieldError[] = [];
  const invalid = (shown: unknown, detail: string): void => {
    errors.push({ field: path, type: "Invalid", value: shown, detail: `${path} in body ${detail}` });
  };
  const found = typeOf(value);
  const eitherType = schema["x-kubernetes-int-or-string"] === true && (found === "integer" || found === "string");
  if (schema.type !== undefined && !eitherType && found !== schema.type && !(schema.type === "number" && found === "integer")) {
    errors.push({ field: path, type: "Invalid", value: found, detail: `${path} in body must be of type ${schema.type}: ${JSON.stringify(found)}` });
    return errors;
  }
  if (schema.enum !== undefined && !schema.enum.some((one) => JSON.stringify(one) === JSON.stringify(value))) errors.push(unsupported(path, value, schema.enum.map(scalar)));
  if (typeof value === "string") {
    const size = [...value].length;
    if (schema.minLength !== undefined && size < schema.minLength) invalid(value, `should be at least ${schema.minLength} chars long`);
    if (schema.maxLength !== undefined && size > schema.maxLength) errors.push({ field: path, type: "TooLong", value: "<value omitted>", detail: `may not be more than ${schema.maxLength} bytes` });
    if (schema.pattern !== undefined && !matches(schema.pattern, value)) invalid(value, `should match '${schema.pattern}'`);
    if (formats[schema.format ?? ""]?.test(value) === false) invalid(value, `must be of type ${schema.format ?? ""}: ${JSON.stringify(value)}`);
  }
  if (typeof value === "number") {
    const { minimum, maximum } = schema;
    if (minimum !== undefined && (value < minimum || (schema.exclusiveMinimum === true && value === minimum))) invalid(value, `should be greater than ${schema.exclusiveMinimum === true ? "" : "or equal to "}${minimum}`);
    if (maximum !== undefined && (value > maximum || (schema.exclusiveMaximum === true && value === maximum))) invalid(value, `should be less than ${schema.exclusiveMaximum === true ? "" : "or equal to "}${maximum}`);
    if (schema.multipleOf !== undefined && !Number.isInteger(value / schema.multipleOf)) invalid(value, `should be a multiple of ${schema.multipleOf}`);
  }
  if (Array.isArray(value)) {
    if (schema.minItems !== undefined && value.length < schema.minItems) invalid(value.length, `should have at least ${schema.minItems} items`);
    if (schema.maxItems !== undefined && value.length > schema.maxItems) errors.push({ field: path, type: "TooMany", value: value.length, detail: `must have at most ${schema.maxItems} items` });
    if (schema.items !== undefined) value.forEach((item, i) => errors.push(...violations(schema.items ?? {}, item, `${path}[${i}]`)));
  }
  if (isPlain(value)) {
    const keys = Object.keys(value).sort();
    if (schema.minProperties !== undefined && keys.length < schema.minProperties) invalid(keys.length, `should have at least ${schema.minProperties} properties`);
    if (schema.maxProperties !== undefined && keys.length > schema.maxProperties) invalid(keys.length, `should have at most ${schema.maxProperties} properties`);
    for (const key of keys) {
      const field = schema.properties?.[key] ?? (isPlain(schema.additionalProperties) ? schema.additionalProperties : undefined);
      if (field !== undefined) errors.push(...violations(field, value[key], below(path, key)));
    }
    for (const key of schema.required ?? []) if (value[key] === undefined) errors.push(required(below(path, key)));
  }
  for (const part of schema.allOf ?? []) errors.push(...violations(part, value, path));
  const valid = (list: readonly Schema[]): number => list.filter((part) => violations(part, value, path).length === 0).length;
  if (schema.anyOf !== undefined && valid(schema.anyOf) === 0) invalid(value, "must validate at least one schema (anyOf)");
  if (schema.oneOf !== undefined && valid(schema.oneOf) !== 1) invalid(value, `must validate one and only one schema (oneOf). ${valid(schema.oneOf) === 0 ? "Found none valid" : `Found ${valid(schema.oneOf)} valid alternatives`}`);
  if (schema.not !== undefined && violations(schema.not, value, path).length === 0) invalid(value, "must not validate the schema (not)");
  return errors;
}
