import { scalar } from "../../scalar";
import { QuantityError, canonicalQuantity } from "../quantity";
import { illegalBase64At } from "./base64-text";
import { struct } from "./schema";
import { TimeError, canonicalTime } from "./time-text";
import type { FieldFacts, StructFacts } from "./facts";
import type { KubeObject } from "../../model";

export type FieldValidation = "Strict" | "Warn" | "Ignore";

/**
 * A body that the API can't read. `message` is the sentence of the API server's BadRequest;
 * `cause` is what Go's decoder says of it, without "Deployment in version …"; `patchCause` is what the conversion
 * after a strategic merge patch says of the same mistake ("unrecognized type: int32").
 */
export class DecodeError extends Error {
  constructor(message: string, override readonly cause: string, readonly patchCause = cause) {
    super(message);
  }
}

export interface Decoded {
  readonly object: KubeObject;
  /** `unknown field "spec.foo"`, in the order of the body. */
  readonly problems: readonly string[];
}

type Plain = Readonly<Record<string, unknown>>;
/** Stands for null and for an empty value that Go would not print. */
const absent = Symbol("absent");

/** Stops at once: the API's own types (quantities, times) fail so, other mistakes are noted and the first one is told at the end. */
class Malformed extends Error {}

interface Reading {
  /** "DeploymentSpec", and the field's path without indices, as Go's decoder tells them. */
  goStruct: string;
  readonly goPath: string[];
  /** The path with indices, as the strict decoder tells it. Kept as parts: it is read only when something is wrong. */
  readonly strictPath: string[];
  readonly problems: Set<string>;
  firstError: string | undefined;
  firstPatchError: string | undefined;
}

const isPlain = (value: unknown): value is Plain => typeof value === "object" && value !== null && !Array.isArray(value);

function jsonKind(value: unknown): string {
  if (typeof value === "boolean") return "bool";
  if (Array.isArray(value)) return "array";
  return typeof value === "object" ? "object" : typeof value;
}

function mismatch(reading: Reading, found: string, go: string): string {
  const where = reading.goPath.length === 0 ? "value" : `struct field ${reading.goStruct}.${reading.goPath.join(".")}`;
  return `json: cannot unmarshal ${found} into Go ${where} of type ${go}`;
}

function note(reading: Reading, value: unknown, go: string, found = jsonKind(value)): typeof absent {
  reading.firstError ??= mismatch(reading, found, go);
  reading.firstPatchError ??= conversionError(value, go);
  return absent;
}

/** The conversion of a merged patch knows kinds, not types: a named string is a string. */
function conversionError(value: unknown, go: string): string {
  const found = Array.isArray(value) ? "slice" : typeof value === "object" ? "map" : typeof value === "number" ? (Number.isInteger(value) ? "int64" : "float64") : jsonKind(value);
  if (go.startsWith("[]")) return `cannot restore slice from ${found}`;
  if (go.startsWith("map[") || go.endsWith(".ResourceList")) return `cannot restore map from ${found}`;
  if (/^(int32|int64|bool|string|float64)$/.test(go)) return `unrecognized type: ${go}`;
  return struct(`V1${go.slice(go.indexOf(".") + 1)}`) ? `cannot restore struct from: ${found}` : "unrecognized type: string";
}

const int32Limit = 2 ** 31;

function wholeNumber(reading: Reading, value: unknown, go: string, limit: number): unknown {
  if (typeof value !== "number") return note(reading, value, go);
  if (Number.isInteger(value) && value < limit && value >= -limit) return value;
  return note(reading, value, go, `number ${value}`);
}

function quantity(value: unknown): string {
  const text = typeof value === "string" ? value.trim() : JSON.stringify(value);
  try {
    return canonicalQuantity(text);
  } catch (error) {
    throw error instanceof QuantityError ? new Malformed(error.message) : error;
  }
}

function time(reading: Reading, value: unknown, micro: boolean): string {
  if (typeof value !== "string") throw new Malformed(mismatch(reading, jsonKind(value), "string"));
  try {
    return canonicalTime(value, micro);
  } catch (error) {
    throw error instanceof TimeError ? new Malformed(error.message) : error;
  }
}

function intOrString(reading: Reading, value: unknown): unknown {
  if (typeof value === "string" || (typeof value === "number" && Number.isInteger(value) && Math.abs(value) < int32Limit)) return value;
  throw new Malformed(mismatch(reading, typeof value === "number" ? `number ${value}` : jsonKind(value), "int32"));
}

function bytes(reading: Reading, value: unknown, go: string): unknown {
  if (typeof value !== "string") return note(reading, value, go);
  const at = illegalBase64At(value);
  if (at >= 0) {
    reading.firstError ??= `illegal base64 data at input byte ${at}`;
    return absent;
  }
  return value.includes("\n") || value.includes("\r") ? value.replace(/[\r\n]/g, "") : value;
}

/** One value that is neither list nor map; null never comes here. `go` is the type that an error names. */
function readSingle(reading: Reading, goType: string, go: string, value: unknown): unknown {
  switch (goType) {
    case "string": return typeof value === "string" ? value : note(reading, value, go);
    case "bool": return typeof value === "boolean" ? value : note(reading, value, go);
    case "int32": return wholeNumber(reading, value, go, int32Limit);
    case "int64": return wholeNumber(reading, value, go, 2 ** 63);
    case "double": return typeof value === "number" ? value : note(reading, value, go);
    case "Quantity": return quantity(value);
    case "IntOrString": return intOrString(reading, value);
    case "Time": return time(reading, value, false);
    case "MicroTime": return time(reading, value, true);
    case "bytes": return bytes(reading, value, go);
    case "any": return value;
    default: {
      const facts = struct(goType);
      if (!facts) return value;
      return isPlain(value) ? readStruct(reading, facts, value) : note(reading, value, go);
    }
  }
}

/** What a null inside a list or a map of scalars becomes: Go leaves the zero value there. */
function zeroOf(goType: string): unknown {
  switch (goType) {
    case "string": case "bytes": return "";
    case "bool": return false;
    case "int32": case "int64": case "double": case "IntOrString": return 0;
    case "Quantity": return "0";
    case "Time": case "MicroTime": case "any": return null;
    default: return zeroStruct(goType);
  }
}

const zeroStructs = new Map<string, Plain>();

/** An empty struct as Go prints it: the fields without omitempty, with their zero values. */
export function zeroStruct(model: string): Plain {
  const known = zeroStructs.get(model);
  if (known) return known;
  const zero: Record<string, unknown> = {};
  zeroStructs.set(model, zero);
  for (const field of struct(model)?.fields ?? []) if (!field.omitempty) zero[field.name] = zeroField(field);
  return Object.freeze(zero);
}

/** What Go prints for a field that is not set and has no omitempty. */
export function zeroField(field: FieldFacts): unknown {
  return field.pointer || field.container !== "" || (field.goType === "bytes") ? null : zeroOf(field.goType);
}

const element = (go: string): string => go.replace(/^(\[\]|map\[[^\]]*\])/, "");
/** The type that an error about an item names; a named map (ResourceList) has items of its goType. */
const itemGo = (field: FieldFacts): string => (/^(\[\]|map\[)/.test(field.go) ? element(field.go) : field.goType);

function readItem(reading: Reading, goType: string, go: string, value: unknown): unknown {
  const read = value === null || value === undefined ? zeroOf(goType) : readSingle(reading, goType, go, value);
  return read === absent ? zeroOf(goType) : read;
}

function readList(reading: Reading, goType: string, go: string, value: readonly unknown[]): readonly unknown[] {
  let changed: unknown[] | undefined;
  const path = reading.strictPath;
  const name = path.at(-1) ?? "";
  for (let index = 0; index < value.length; index++) {
    path[path.length - 1] = `${name}[${index}]`;
    const item = readItem(reading, goType, go, value[index]);
    if (item !== value[index]) changed ??= [...value];
    if (changed) changed[index] = item;
  }
  path[path.length - 1] = name;
  return changed ?? value;
}

function readMap(reading: Reading, field: FieldFacts, value: Plain): Plain {
  let changed: Record<string, unknown> | undefined;
  const go = itemGo(field);
  for (const key of Object.keys(value)) {
    reading.strictPath.push(key);
    const inner = value[key];
    let item: unknown;
    if (field.container === "map") item = readItem(reading, field.goType, go, inner);
    else if (inner === null) item = null;
    else item = Array.isArray(inner) ? readList(reading, field.goType, element(go), inner) : note(reading, inner, go);
    reading.strictPath.pop();
    if (item !== inner) changed ??= { ...value };
    if (changed) changed[key] = item;
  }
  return changed ?? value;
}

function readField(reading: Reading, field: FieldFacts, value: unknown): unknown {
  switch (field.container) {
    case "": {
      if (field.goType === "any" && field.go.startsWith("[]") && !Array.isArray(value)) return note(reading, value, field.go);
      const read = readSingle(reading, field.goType, field.go, value);
      return field.omitempty && !field.pointer && (read === "" || read === 0 || read === false) ? absent : read;
    }
    case "list": {
      if (!Array.isArray(value)) return note(reading, value, field.go);
      return value.length === 0 && field.omitempty ? absent : readList(reading, field.goType, itemGo(field), value);
    }
    default: {
      if (!isPlain(value)) return note(reading, value, field.go);
      for (const key in value) if (key in value) return readMap(reading, field, value);
      return field.omitempty ? absent : value;
    }
  }
}

function unknownField(reading: Reading, name: string): void {
  reading.problems.add(`unknown field "${[...reading.strictPath, name].join(".")}"`);
}

/** Returns `value` itself when nothing in it changes, so that what was decoded once is shared when it is decoded again. */
function readStruct(reading: Reading, facts: StructFacts, value: Plain): Plain {
  const outerStruct = reading.goStruct;
  let changed: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const field = facts.byName.get(name);
    const before = value[name];
    let after: unknown = absent;
    if (!field) unknownField(reading, name);
    else if (before === null || before === undefined) after = field.omitempty ? absent : zeroField(field);
    else {
      reading.goStruct = facts.goName;
      reading.goPath.push(name);
      reading.strictPath.push(name);
      after = readField(reading, field, before);
      reading.goPath.pop();
      reading.strictPath.pop();
      reading.goStruct = outerStruct;
    }
    if (after === before) continue;
    changed ??= { ...value };
    if (after === absent) delete changed[name];
    else changed[name] = after;
  }
  for (const field of facts.fields) {
    if (field.omitempty || (changed ?? value)[field.name] !== undefined) continue;
    changed ??= { ...value };
    changed[field.name] = zeroField(field);
  }
  return changed ?? value;
}

/**
 * Reads a body as the API server does: what it does not know is left out and told, null counts as not given, quantities and times
 * get their canonical text, empty optional fields go, and fields that Go always prints (`status: {}`, `resources: {}`,
 * a template's `creationTimestamp: null`) come. Decoding what was decoded returns the same object.
 *
 * @param model the models package's name of the kind: "V1Deployment"; a name without a schema is passed through
 * @throws DecodeError for a value of the wrong type, and in Strict mode for unknown fields
 */
export function decode(model: string, body: unknown, mode: FieldValidation): Decoded {
  const facts = struct(model);
  if (!facts) return { object: body as KubeObject, problems: [] };
  const reading: Reading = { goStruct: "", goPath: [], strictPath: [], problems: new Set(), firstError: undefined, firstPatchError: undefined };
  const fail = (cause: string, patchCause?: string): DecodeError => {
    const { apiVersion, kind } = isPlain(body) ? body : { apiVersion: "", kind: "" };
    const version = scalar(apiVersion ?? "").split("/").at(-1) ?? "";
    return new DecodeError(`${scalar(kind ?? "")} in version ${JSON.stringify(version)} cannot be handled as a ${facts.goName}: ${cause}`, cause, patchCause);
  };
  let object: unknown;
  try {
    object = isPlain(body) ? readStruct(reading, facts, body) : note(reading, body, `v1.${facts.goName}`);
  } catch (error) {
    throw error instanceof Malformed ? fail(error.message) : error;
  }
  if (reading.firstError !== undefined) throw fail(reading.firstError, reading.firstPatchError);
  const problems = [...reading.problems];
  if (mode === "Strict" && problems.length > 0) throw fail(`strict decoding error: ${problems.join(", ")}`);
  return { object: object as KubeObject, problems: mode === "Ignore" ? [] : problems };
}
