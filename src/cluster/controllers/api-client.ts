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

/** A client of the API for one component. `wrote` is called at every write, so that its time can be charged. */
export function apiClient(api: Api, registry: Registry, caller: Caller, wrote: (verb: Verb) => void): Client {
  const paths = new Map<string, Pick<ApiRequest, "group" | "version" | "resource">>();
  const pathOf = (resource: string): Pick<ApiRequest, "group" | "version" | "resource"> => {
    let path = paths.get(resource);
    if (path === undefined) {
      const hub = registry.hub(resource);
      if (hub === undefined) throw new Error(`no such resource: ${resource}`);
      paths.set(resource, path = { group: hub.kind.group, version: hub.version.name, resource: hub.kind.plural });
    }
    return path;
  };
  const call = (verb: Verb, resource: string, namespace: string, name: string, more: Partial<ApiRequest>): KubeObject => {
    if (verb !== "get" && verb !== "list") wrote(verb);
    const request: ApiRequest = { caller, verb, ...pathOf(resource), namespace, query: {}, accept: "object", ...(name === "" ? {} : { name }), ...more };
    const answer = api.handle(request);
    if (answer.code >= 400) throw asError(answer.body as Status);
    return answer.body as KubeObject;
  };
  return {
    get: (resource, namespace, name) => call("get", resource, namespace, name, {}),
    list: (resource) => (call("list", resource, "", "", {}) as unknown as { readonly items: readonly KubeObject[] }).items,
    create: (resource, namespace, object) => call("create", resource, namespace, "", { body: object }),
    update: (resource, namespace, object, subresource) => call("update", resource, namespace, object.metadata.name, { body: object, ...sub(subresource) }),
    patch: (resource, namespace, name, patch, subresource, type = "merge") => call("patch", resource, namespace, name, { body: patch, contentType: patchTypes[type], ...sub(subresource) }),
    delete: (resource, namespace, name, options?: DeleteOptions) => { call("delete", resource, namespace, name, { body: options ?? {} }); },
    post: (resource, namespace, name, subresource, body) => call("create", resource, namespace, name, { body, subresource }),
  };
}

function sub(subresource: string | undefined): Partial<ApiRequest> {
  return subresource === undefined ? {} : { subresource };
}

function asError(status: Status): ApiError {
  return new ApiError(status.code ?? 500, status.reason ?? "", status.message ?? "", status.details ?? {});
}
