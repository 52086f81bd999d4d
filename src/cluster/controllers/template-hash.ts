import { scalar } from "../scalar";
import { formatQuantity, parseQuantity, readQuantity } from "../api/quantity";
import { goFields, struct } from "../api/schema/schema";
import type { FieldFacts } from "../api/schema/facts";
import type { PodTemplate } from "../api/types";
import type { Json } from "../model";

/**
 * The hashes in the names of ReplicaSets and revisions. A template's is taken over the text that Go's struct dump prints for it,
 * so that it equals a real cluster's: every field in struct order with its type, `<nil>` for what is not set, maps by key.
 */

type Plain = Readonly<Record<string, unknown>>;

const nameAlphabet = "bcdfghjklmnpqrstvwxz2456789";
/** Each digit of the decimal hash becomes a letter that spells no words. */
const encode = (hash: number): string => [...String(hash >>> 0)].map((digit) => nameAlphabet.charAt(digit.charCodeAt(0) % nameAlphabet.length)).join("");

function utf8(text: string): readonly number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;
/** FNV-1a, 32 bits. */
const fnv1a = (bytes: readonly number[]): number => bytes.reduce((hash, byte) => Math.imul(hash ^ byte, prime), offsetBasis);
/** FNV-1, 32 bits: multiplies before it mixes. */
const fnv1 = (bytes: readonly number[]): number => bytes.reduce((hash, byte) => Math.imul(hash, prime) ^ byte, offsetBasis);

const nil = "<nil>";
const sortedKeys = (value: Plain): readonly string[] => Object.keys(value).sort();

/** The largest numbers keep their value in a big decimal; every other quantity is an integer and a scale. */
function quantityText(given: unknown): string {
  const text = formatQuantity(parseQuantity(String(given)));
  const dump = (value: bigint | string, scale: number, dec: string, shown: string, format: string): string =>
    `{i:(resource.int64Amount){value:(int64)${value} scale:(resource.Scale)${scale}} d:(resource.infDecAmount){Dec:(*inf.Dec)${dec}} s:(string)${shown} Format:(resource.Format)${format}}`;
  if (text === "0") return dump("0", 0, nil, "0", "DecimalSI");
  const { negative, whole, exponent, format } = readQuantity(text);
  const digits = BigInt(whole);
  const amount = negative ? -digits : digits;
  if (format === "BinarySI") {
    const value = amount << BigInt(exponent);
    // The parser keeps the text only where it is sure without arithmetic that it is canonical already.
    const precision = 15 - whole.length - Math.trunc((exponent * 3) / 10) - 1;
    if (precision >= 0) return dump(value, 0, nil, (digits & 7n) !== 0n ? text : "", format);
    return dump("0", 0, bigDecimal(value), "", format);
  }
  if (whole.length > 18) return dump("0", 0, bigDecimal(amount * 10n ** BigInt(Math.max(exponent, 0))), "", format);
  return dump(amount, exponent, nil, whole.endsWith("000") ? "" : text, format);
}

function bigDecimal(value: bigint): string {
  const words: bigint[] = [];
  for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 64n) words.push(rest & 0xffffffffffffffffn);
  return `{unscaled:(big.Int){neg:(bool)${value < 0n} abs:(big.nat)[${words.join(" ")}]} scale:(inf.Scale)0}`;
}

function intOrStringText(given: unknown): string {
  const isText = typeof given === "string";
  return `{Type:(intstr.Type)${isText ? 1 : 0} IntVal:(int32)${isText || given === undefined || given === null ? 0 : scalar(given)} StrVal:(string)${isText ? given : ""}}`;
}

const noTime = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}";

/** A value without its type, as it stands in lists, in maps and after a field's type. */
function valueText(goType: string, given: unknown): string {
  switch (goType) {
    case "string": case "bytes": return given === undefined || given === null ? "" : scalar(given);
    case "bool": return given === true ? "true" : "false";
    case "int32": case "int64": return scalar(given ?? 0);
    case "Quantity": return quantityText(given ?? "0");
    case "IntOrString": return intOrStringText(given);
    case "Time": return noTime;
    default: return structText(goType, (given ?? {}) as Plain);
  }
}

function fieldText(facts: FieldFacts, given: unknown): string {
  const type = `(${facts.pointer ? "*" : ""}${facts.go})`;
  const unset = given === undefined || given === null;
  if (facts.container === "list") {
    const items = unset ? [] : (given as readonly unknown[]);
    return type + (items.length === 0 ? nil : `[${items.map((item) => valueText(facts.goType, item)).join(" ")}]`);
  }
  if (facts.container === "map") {
    const entries = unset ? {} : (given as Plain);
    const keys = sortedKeys(entries);
    return type + (keys.length === 0 ? nil : `map[${keys.map((key) => `${key}:${valueText(facts.goType, entries[key])}`).join(" ")}]`);
  }
  return type + (facts.pointer && unset ? nil : valueText(facts.goType, given));
}

/** Prints `{Name:(string)nginx Image:(string)…}`; an embedded struct stands as a field of its own, filled from the same object. */
function structText(model: string, value: Plain, facts = struct(model)): string {
  const parts = goFields(model).map((line) => {
    if ("embeds" in line) return `${line.embeds.slice(2)}:(v1.${line.embeds.slice(2)})${structText(line.embeds, value, facts)}`;
    const field = facts?.byName.get(line.name) ?? struct(model)?.byName.get(line.name);
    return field ? `${line.goField}:${fieldText(field, value[line.name])}` : "";
  });
  return `{${parts.join(" ")}}`;
}

/** The text that the template's hash is taken over. */
export function templateText(template: PodTemplate): string {
  return `(v1.PodTemplateSpec)${structText("V1PodTemplateSpec", template)}`;
}

const hashes = new WeakMap<object, string>();

/**
 * The value of `pod-template-hash`, and of a DaemonSet's `controller-revision-hash`.
 * @param template defaulted, without the hash's own label
 * @param collisionCount of the owner's status; undefined and 0 give different hashes
 */
export function podTemplateHash(template: PodTemplate, collisionCount?: number): string {
  const known = collisionCount === undefined ? hashes.get(template) : undefined;
  if (known !== undefined) return known;
  const bytes = utf8(templateText(template));
  if (collisionCount === undefined) {
    const hash = encode(fnv1a(bytes));
    hashes.set(template, hash);
    return hash;
  }
  const count = [0, 8, 16, 24].map((shift) => (collisionCount >>> shift) & 255);
  return encode(fnv1a([...bytes, ...count, 0, 0, 0, 0]));
}

function sortedJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return goString(JSON.stringify(value));
  const object = value as { readonly [key: string]: Json };
  return `{${Object.keys(object).sort().map((key) => `${goString(JSON.stringify(key))}:${sortedJson(object[key] ?? null)}`).join(",")}}`;
}

/** Go's JSON escapes what could end a script element. */
const goString = (json: string): string =>
  json.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/**
 * The end of a StatefulSet's revision name: over the revision's data as compact JSON with sorted keys, and the collision count as text.
 * @param collisionCount of the owner's status; not set counts as 0
 */
export function controllerRevisionHash(data: Json, collisionCount = 0): string {
  return encode(fnv1(utf8(sortedJson(data) + String(collisionCount))));
}
