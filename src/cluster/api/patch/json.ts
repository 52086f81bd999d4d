import { equalJson } from "../equal";
import { ApiError, badRequest } from "../status";
import type { Json } from "../../model";

interface Operation { readonly op?: unknown; readonly path?: unknown; readonly from?: unknown; readonly value?: Json }

/** What the server says of a patch that can't be applied: nothing more, as kubectl shows it. */
function refused(): ApiError {
  return new ApiError(422, "Invalid", "the server rejected our request due to an error in our request");
}

const mostOperations = 10_000;

/** RFC 6902. Throws ApiError where the patch is no list of operations or one of them does not apply; the original is never changed. */
export function jsonPatch(original: Json, patch: Json): Json {
  if (!Array.isArray(patch)) throw badRequest("error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch");
  if (patch.length > mostOperations) throw new ApiError(413, "RequestEntityTooLarge", `Request entity too large: The allowed maximum operations in a JSON patch is ${mostOperations}, got ${patch.length}`);
  return (patch as readonly Operation[]).reduce<Json>((document, operation) => apply(document, operation), original);
}

function apply(document: Json, { op, path, from, value }: Operation): Json {
  if (typeof path !== "string") throw refused();
  const keys = pointer(path);
  switch (op) {
    case "add": return change(document, keys, (container, key) => put(container, key, needed(value), true));
    case "replace": return change(document, keys, (container, key) => {
      read(container, [key]);
      return put(container, key, needed(value), false);
    });
    case "remove": return change(document, keys, remove);
    case "test":
      if (!equalJson(read(document, keys), value)) throw refused();
      return document;
    case "copy": case "move": {
      if (typeof from !== "string") throw refused();
      const source = pointer(from);
      const moved = read(document, source);
      const rest = op === "move" ? change(document, source, remove) : document;
      return change(rest, keys, (container, key) => put(container, key, moved, true));
    }
    default: throw refused();
  }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function needed(value: Json | undefined): Json {
  if (value === undefined) throw refused();
  return value;
}

function pointer(path: string): readonly string[] {
  if (path === "") return [];
  if (!path.startsWith("/")) throw refused();
  return path.slice(1).split("/").map((key) => key.replace(/~1/g, "/").replace(/~0/g, "~"));
}

function read(document: Json, keys: readonly string[]): Json {
  let at: Json = document;
  for (const key of keys) {
    if (typeof at !== "object" || at === null) throw refused();
    const next: Json | undefined = isList(at) ? at[index(key, at.length, false)] : Object.hasOwn(at, key) ? (at)[key] : undefined;
    if (next === undefined) throw refused();
    at = next;
  }
  return at;
}

/** Rebuilds the way down to the last key; siblings are shared. */
function change(document: Json, keys: readonly string[], last: (container: Json, key: string) => Json): Json {
  const [key, ...rest] = keys;
  if (key === undefined) return last({ "": document }, "") === null ? null : (last({ "": document }, "") as { readonly [key: string]: Json })[""] ?? null;
  if (rest.length === 0) return last(document, key);
  const inner = change(read(document, [key]), rest, last);
  return put(document, key, inner, false);
}

function put(container: Json, key: string, value: Json, insert: boolean): Json {
  if (isList(container)) {
    const at = index(key, container.length, insert);
    return insert ? [...container.slice(0, at), value, ...container.slice(at)] : container.map((old, i) => (i === at ? value : old));
  }
  if (typeof container !== "object" || container === null) throw refused();
  return { ...container, [key]: value };
}

function remove(container: Json, key: string): Json {
  read(container, [key]);
  if (isList(container)) return container.filter((_, i) => i !== index(key, container.length, false));
  const { [key]: _gone, ...rest } = container as { readonly [key: string]: Json };
  return rest;
}

function index(key: string, length: number, insert: boolean): number {
  if (insert && key === "-") return length;
  if (!/^(0|[1-9]\d*)$/.test(key)) throw refused();
  const at = Number(key);
  if (at > (insert ? length : length - 1)) throw refused();
  return at;
}
