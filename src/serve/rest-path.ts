import type { ApiRequest, Verb } from "../cluster/api/request";

/** What the path and the method of a request say, after the API server's own reading of them (apiserver/pkg/endpoints/request, RequestInfo). */
export type Addressed = Pick<ApiRequest, "verb" | "group" | "version" | "resource" | "subresource" | "namespace" | "name"> & { readonly path?: string };

const connected: ReadonlySet<string> = new Set(["exec", "attach", "portforward"]);
/** Subresources of a namespace: what else stands there is a kind within it. */
const ofNamespace: ReadonlySet<string> = new Set(["status", "finalize"]);

function verbOf(method: string, named: boolean, watches: boolean): Verb | undefined {
  switch (method) {
    case "GET": case "HEAD": return watches ? "watch" : named ? "get" : "list";
    case "POST": return "create";
    case "PUT": return "update";
    case "PATCH": return "patch";
    case "DELETE": return named ? "delete" : "deletecollection";
    default: return undefined;
  }
}

/** Undefined where the server knows no such method. A path that names no resource comes back as `path`. Throws URIError for a malformed escape. */
export function addressed(method: string, path: string, query: ApiRequest["query"]): Addressed | undefined {
  const parts = path.split("/").filter((part) => part !== "").map(decodeURIComponent);
  const root = parts[0] ?? "";
  let rest = root === "api" ? parts.slice(2) : root === "apis" ? parts.slice(3) : [];
  const plain: Addressed = { verb: verbOf(method, true, false) ?? "get", group: "", version: "", resource: "", path };
  if (rest.length === 0) return verbOf(method, true, false) === undefined ? undefined : plain;
  const group = root === "api" ? "" : parts[1] ?? "";
  const version = (root === "api" ? parts[1] : parts[2]) ?? "";
  // The old way to watch: /api/v1/watch/…
  const prefixed = rest[0] === "watch" && rest.length > 1;
  if (prefixed) rest = rest.slice(1);
  let namespace: string | undefined;
  if (rest[0] === "namespaces" && rest.length > 2 && !(rest.length === 3 && ofNamespace.has(rest[2] ?? ""))) {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const [resource = "", name, ...sub] = rest;
  // A list that asks for one name by its field is a request for that name alone.
  const field = /^metadata\.name=([^,]+)$/.exec(String(query["fieldSelector"] ?? ""))?.[1];
  const watches = prefixed || query["watch"] === "true" || query["watch"] === "1";
  const known = verbOf(method, name !== undefined, watches);
  if (known === undefined) return undefined;
  const verb = sub[0] !== undefined && connected.has(sub[0]) ? "connect" : known;
  return {
    verb, group, version, resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? (verb === "watch" && field !== undefined ? { name: field } : {}) : { name }),
    ...(sub.length === 0 ? {} : { subresource: sub.join("/") }),
  };
}
