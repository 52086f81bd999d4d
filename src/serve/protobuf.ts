import { struct } from "../cluster/api/schema/schema";
import { numberedFields } from "../cluster/api/schema/structs";
import type { FieldFacts } from "../cluster/api/schema/facts";

/** Bytes that are no protobuf, or say something that the API has no place for. */
export class ProtobufError extends Error {}

/** A message inside a message inside …: the API's deepest is far below. */
const deepest = 100;

interface Wire { readonly number: number; readonly type: number; readonly value: bigint; readonly bytes: Buffer }

function varint(bytes: Buffer, at: number): readonly [value: bigint, next: number] {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) break;
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return [BigInt.asUintN(64, value), at + i + 1];
  }
  throw new ProtobufError("unexpected EOF");
}

/** The fields of a message in the order in which they came. */
function* fieldsOf(bytes: Buffer): Iterable<Wire> {
  const none = Buffer.alloc(0);
  for (let at = 0; at < bytes.length;) {
    const [key, from] = varint(bytes, at);
    const number = Number(key >> 3n);
    const type = Number(key & 7n);
    if (type === 0) {
      const [value, next] = varint(bytes, from);
      at = next;
      yield { number, type, value, bytes: none };
    } else {
      const [size, start] = type === 2 ? varint(bytes, from) : [type === 1 ? 8n : type === 5 ? 4n : -1n, from];
      const end = start + Number(size);
      if (size < 0n) throw new ProtobufError(`illegal wireType ${type}`);
      if (end > bytes.length) throw new ProtobufError("unexpected EOF");
      at = end;
      yield { number, type, value: type === 1 ? bytes.readBigUInt64LE(start) : 0n, bytes: bytes.subarray(start, end) };
    }
  }
}

type Place = { readonly field: FieldFacts; readonly says: boolean } | { readonly inside: readonly (Place | undefined)[] };

const known = new Map<string, readonly (Place | undefined)[]>();

/** Field number - 1 to field. */
function placesOf(model: string): readonly (Place | undefined)[] {
  let found = known.get(model);
  if (found === undefined) {
    const facts = struct(model);
    const words = numberedFields(model);
    let at = 0;
    const read = (): readonly (Place | undefined)[] => {
      const places: (Place | undefined)[] = [];
      for (; at < words.length && words[at] !== ")"; at++) {
        const word = words[at] ?? "";
        if (word === "(") {
          at++;
          places.push({ inside: read() });
        } else {
          const says = word.endsWith("*");
          const field = facts?.byName.get(says ? word.slice(0, -1) : word);
          places.push(field === undefined ? undefined : { field, says });
        }
      }
      return places;
    };
    known.set(model, found = read());
  }
  return found;
}

/** A message whose fields have these numbers, by its number. */
function parts(bytes: Buffer): ReadonlyMap<number, Wire> {
  return new Map([...fieldsOf(bytes)].map((wire) => [wire.number, wire]));
}

const signed = (value: bigint | undefined): number => Number(BigInt.asIntN(64, value ?? 0n));

function timeOf(bytes: Buffer, micro: boolean): string | null {
  if (bytes.length === 0) return null;
  const of = parts(bytes);
  const at = new Date(signed(of.get(1)?.value) * 1000);
  if (Number.isNaN(at.getTime())) throw new ProtobufError("invalid time");
  return micro ? `${at.toISOString().slice(0, 19)}.${String(Math.trunc(signed(of.get(2)?.value) / 1000)).padStart(6, "0")}Z` : `${at.toISOString().slice(0, 19)}Z`;
}

/** One value of the type that the schema gives. */
function valueOf(type: string, wire: Wire, depth: number): unknown {
  switch (type) {
    case "string": return wire.bytes.toString();
    case "bool": return wire.value !== 0n;
    case "int32": case "int64": return signed(wire.value);
    case "double": return wire.bytes.length === 8 ? wire.bytes.readDoubleLE() : 0;
    case "bytes": return wire.bytes.toString("base64");
    case "Time": return timeOf(wire.bytes, false);
    case "MicroTime": return timeOf(wire.bytes, true);
    case "Quantity": return parts(wire.bytes).get(1)?.bytes.toString() ?? "0";
    case "IntOrString": {
      const of = parts(wire.bytes);
      return of.get(1)?.value === 1n ? of.get(3)?.bytes.toString() ?? "" : signed(of.get(2)?.value);
    }
    case "any": {
      const raw = parts(wire.bytes).get(1)?.bytes.toString() ?? "";
      return raw === "" ? null : JSON.parse(raw) as unknown;
    }
    default: return messageOf(placesOf(type), wire.bytes, depth + 1);
  }
}

const empty = (value: unknown): boolean => value === "" || value === 0 || value === false;

function put(into: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(into, name, { value, enumerable: true, writable: true, configurable: true });
}

function messageOf(places: readonly (Place | undefined)[], bytes: Buffer, depth: number): Record<string, unknown> {
  if (depth > deepest) throw new ProtobufError("exceeded max depth");
  const object: Record<string, unknown> = {};
  for (const wire of fieldsOf(bytes)) {
    const place = places[wire.number - 1];
    if (place === undefined) continue;
    if ("inside" in place) {
      Object.assign(object, messageOf(place.inside, wire.bytes, depth + 1));
      continue;
    }
    const { field: { name, container, goType }, says } = place;
    if (container === "list") {
      const list = (object[name] ??= []) as unknown[];
      list.push(valueOf(goType, wire, depth));
    } else if (container !== "") {
      const entry = parts(wire.bytes);
      const value = entry.get(2) ?? { number: 2, type: 2, value: 0n, bytes: Buffer.alloc(0) };
      if (object[name] === undefined) object[name] = {};
      put(object[name] as Record<string, unknown>, entry.get(1)?.bytes.toString() ?? "", container === "map" ? valueOf(goType, value, depth) : [...fieldsOf(value.bytes)].map((of) => of.bytes.toString()));
    } else {
      const value = valueOf(goType, wire, depth);
      if (says || !empty(value)) object[name] = value;
    }
  }
  return object;
}

/** The name of a kind in the models package: "V1Deployment", "CoreV1Event". */
function modelOf(apiVersion: string, kind: string): string | undefined {
  const [version = "", group = "core"] = apiVersion.split("/").reverse();
  const name = `V${version.slice(1)}${kind}`;
  return [name, `${group.charAt(0).toUpperCase()}${group.split(".")[0]?.slice(1) ?? ""}${name}`].find((model) => numberedFields(model).length > 0);
}

/** The magic number that a Kubernetes object in protobuf begins with. */
const magic = "k8s\0";

/**
 * An object as the API's Go clients send it: an envelope (runtime.Unknown) with its apiVersion and kind, and the message.
 * Throws ProtobufError.
 */
export function decodeProtobuf(bytes: Buffer): unknown {
  if (bytes.toString("latin1", 0, 4) !== magic) throw new ProtobufError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  const envelope = parts(bytes.subarray(4));
  const type = parts(envelope.get(1)?.bytes ?? Buffer.alloc(0));
  const apiVersion = type.get(1)?.bytes.toString() ?? "";
  const kind = type.get(2)?.bytes.toString() ?? "";
  const model = modelOf(apiVersion, kind);
  if (model === undefined) throw new ProtobufError(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`);
  return { apiVersion, kind, ...messageOf(placesOf(model), envelope.get(2)?.bytes ?? Buffer.alloc(0), 0) };
}
