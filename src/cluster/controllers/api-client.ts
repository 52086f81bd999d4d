import { ApiError } from "../api/status";
import type { Api, ApiRequest, Caller, Verb } from "../api/request";
import type { Registry } from "../api/registry";
import type { Status } from "../api/status";
import type { Client, DeleteOptions } from "./client";
import type { KubeObject } from "../model";

const patchTypes = {
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  json: "application/json-patch+json",
} as const;
const noQuery = {};
const noOptions = {};

/** A client of the API for one component. `wrote` is called at every write, so that its time can be charged. */
export function apiClient(api: Api, registry: Registry, caller: Caller, wrote: (verb: Verb) => void): Client {
  type Path = Pick<ApiRequest, "group" | "version" | "resource">;
  const paths = new Map<string, Path>();
  const pathOf = (resource: string): Path => {
    let path = paths.get(resource);
    if (path === undefined) {
      const hub = registry.hub(resource);
      if (hub === undefined) throw new Error(`no such resource: ${resource}`);
      paths.set(resource, path = { group: hub.kind.group, version: hub.version.name, resource: hub.kind.plural });
    }
    return path;
  };
  // Written out field by field: this is the way of every read and write of every component.
  const call = (verb: Verb, of: string, namespace: string, name: string | undefined, body?: unknown, subresource?: string, contentType?: string): KubeObject => {
    if (verb !== "get" && verb !== "list") wrote(verb);
    const { group, version, resource } = pathOf(of);
    const answer = api.handle({ caller, verb, group, version, resource, subresource, namespace, name, query: noQuery, accept: "object", contentType, body });
    if (answer.code >= 400) throw asError(answer.body as Status);
    return answer.body as KubeObject;
  };
  return {
    get: (resource, namespace, name) => call("get", resource, namespace, name),
    list: (resource) => (call("list", resource, "", undefined) as unknown as { readonly items: readonly KubeObject[] }).items,
    create: (resource, namespace, object) => call("create", resource, namespace, undefined, object),
    update: (resource, namespace, object, subresource) => call("update", resource, namespace, object.metadata.name, object, subresource),
    patch: (resource, namespace, name, patch, subresource, type = "merge") => call("patch", resource, namespace, name, patch, subresource, patchTypes[type]),
    delete: (resource, namespace, name, options?: DeleteOptions) => { call("delete", resource, namespace, name, options ?? noOptions); },
    post: (resource, namespace, name, subresource, body) => call("create", resource, namespace, name, body, subresource),
  };
}

function asError(status: Status): ApiError {
  return new ApiError(status.code ?? 500, status.reason ?? "", status.message ?? "", status.details ?? {});
}
