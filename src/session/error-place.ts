import { isCollection, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";
import type { Document } from "yaml";
import { kinds } from "../cluster/api/kinds/index";
import { struct } from "../cluster/api/schema/schema";
import { nearest } from "../note/nearest";
import type { Notice } from "./plan";

/** A place in a manifest that kubectl or the server complained of: a field's path, or the kind. */
interface Complaint {
  readonly path: string;
  readonly kind: string | undefined;
  readonly unknown: boolean;
}

/** The places that an error names: strict decoding, validation, decoding of types, kinds that don't exist. */
function complaints(said: string): readonly Complaint[] {
  const kind = /([A-Za-z]+) in version "/.exec(said)?.[1] ?? /The ([A-Za-z]+) "/.exec(said)?.[1];
  const found: Complaint[] = [...said.matchAll(/(unknown|duplicate) field "([^"]+)"/g)].map(([, what, path = ""]) => ({ path, kind, unknown: what === "unknown" }));
  for (const [, path = ""] of said.matchAll(/(?:^\* |" is invalid: )([a-z]\w*(?:[.[][\w\].[-]*)?): (?:Invalid|Required|Unsupported|Forbidden|Duplicate|Too|Not found|Internal)/gm)) found.push({ path, kind, unknown: false });
  for (const [, path = ""] of said.matchAll(/Go struct field \w+\.([\w.]+) of type/g)) found.push({ path, kind, unknown: false });
  for (const [, wrong = ""] of said.matchAll(/no matches for kind "([^"]*)"/g)) found.push({ path: "kind", kind: wrong, unknown: false });
  return found;
}

/** Finds the lines of a manifest that an error speaks of, and what would be right. `first` is the manifest's first line in the note, 0-based. */
export function errorPlaces(manifest: string, first: number, said: string): readonly Notice[] {
  const all = complaints(said).slice(0, 8);
  if (all.length === 0) return [];
  const counter = new LineCounter();
  let documents: readonly Document[];
  try {
    documents = parseAllDocuments(manifest, { lineCounter: counter }).filter((each): each is Document.Parsed => "contents" in each);
  } catch {
    return [];
  }
  return all.flatMap(({ path, kind, unknown }): Notice[] => {
    const document = documents.find((each) => kind === undefined || each.get("kind") === kind) ?? documents[0];
    if (document === undefined) return [];
    const offset = offsetOf(document, path.split(/[.[]/).map((step) => step.replace(/\]$/, "")));
    if (offset === undefined) return [];
    const line = first + counter.linePos(offset).line;
    const near = path === "kind" ? nearest(kind ?? "", kinds.map((known) => known.kind)) : unknown ? nearest(path.split(".").pop() ?? "", siblings(apiVersionOf(document), kind ?? "", path)) : undefined;
    return [{ key: near === undefined ? "run.at-line" : "run.at-line-near", args: { line, path, near: near ?? "" } }];
  });
}

/** Where a path begins in a document; where it is missing, where the nearest thing above it does. A list without an index means its first item. */
function offsetOf(document: Document, path: readonly string[]): number | undefined {
  let node: unknown = document.contents;
  let offset = isCollection(node) ? node.range?.[0] : undefined;
  for (const step of path) {
    if (isSeq(node) && !/^\d+$/.test(step)) node = node.items[0];
    if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = isCollection(node) || isScalar(node) ? node.range?.[0] ?? offset : offset;
      continue;
    }
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
    if (pair === undefined) break;
    offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
    node = pair.value;
  }
  return offset;
}

/** The fields that could have been meant. */
function siblings(apiVersion: string, kind: string, path: string): readonly string[] {
  const version = apiVersion.split("/").pop() ?? "v1";
  const model = `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`;
  let facts = struct(model) ?? struct(`Core${model}`);
  for (const step of path.split(".").slice(0, -1)) facts = struct(facts?.byName.get(step.replace(/\[\d+\]$/, ""))?.goType ?? "");
  return facts?.fields.map(({ name }) => name) ?? [];
}

function apiVersionOf(document: Document): string {
  const version = document.get("apiVersion");
  return typeof version === "string" ? version : "v1";
}
