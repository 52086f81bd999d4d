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

/** Who is told of every write of a client, so that its time can be charged. */
export interface Meter {
  charge(verb: Verb): void;
}

/** Typed calls of one component: the way of every read and write of all of them, written out field by field. */
class ApiClient implements Client {
  private readonly paths = new Map<string, Pick<ApiRequest, "group" | "version" | "resource">>();

  constructor(private readonly api: Api, private readonly registry: Registry, private readonly caller: Caller, private readonly meter: Meter | undefined) {}

  get(resource: string, namespace: string, name: string): KubeObject {
    return this.call("get", resource, namespace, name);
  }

  list(resource: string): readonly KubeObject[] {
    return (this.call("list", resource, "", undefined) as unknown as { readonly items: readonly KubeObject[] }).items;
  }

  create(resource: string, namespace: string, object: object): KubeObject {
    return this.call("create", resource, namespace, undefined, object);
  }

  update(resource: string, namespace: string, object: KubeObject, subresource?: string): KubeObject {
    return this.call("update", resource, namespace, object.metadata.name, object, subresource);
  }

  patch(resource: string, namespace: string, name: string, patch: unknown, subresource?: string, type: keyof typeof patchTypes = "merge"): KubeObject {
    return this.call("patch", resource, namespace, name, patch, subresource, patchTypes[type]);
  }

  delete(resource: string, namespace: string, name: string, options?: DeleteOptions): void {
    this.call("delete", resource, namespace, name, options ?? noOptions);
  }

  post(resource: string, namespace: string, name: string, subresource: string, body: object): KubeObject {
    return this.call("create", resource, namespace, name, body, subresource);
  }

  private call(verb: Verb, of: string, namespace: string, name: string | undefined, body?: unknown, subresource?: string, contentType?: string): KubeObject {
    if (verb !== "get" && verb !== "list") this.meter?.charge(verb);
    const { group, version, resource } = this.pathOf(of);
    const answer = this.api.handle({ caller: this.caller, verb, group, version, resource, subresource, namespace, name, query: noQuery, accept: "object", contentType, body });
    if (answer.code >= 400) throw asError(answer.body as Status);
    return answer.body as KubeObject;
  }

  private pathOf(resource: string): Pick<ApiRequest, "group" | "version" | "resource"> {
    let path = this.paths.get(resource);
    if (path === undefined) {
      const hub = this.registry.hub(resource);
      if (hub === undefined) throw new Error(`no such resource: ${resource}`);
      this.paths.set(resource, path = { group: hub.kind.group, version: hub.version.name, resource: hub.kind.plural });
    }
    return path;
  }
}

/** A client of the API for one component. */
export function apiClient(api: Api, registry: Registry, caller: Caller, meter?: Meter): Client {
  return new ApiClient(api, registry, caller, meter);
}

function asError(status: Status): ApiError {
  return new ApiError(status.code ?? 500, status.reason ?? "", status.message ?? "", status.details ?? {});
}
