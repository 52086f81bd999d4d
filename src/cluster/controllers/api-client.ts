import { ApiError, notFound } from "../api/status";
import type { ApiRequest, Caller, Verb } from "../api/request";
import type { RegisteredKind, Registry } from "../api/registry";
import type { Status } from "../api/status";
import type { Client, DeleteOptions } from "./client";
import type { KubeObject } from "../model";
import type { World } from "../world";

const patchTypes = {
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  json: "application/json-patch+json",
} as const;
const noQuery = {};
const noOptions = {};

/** How requests name a resource. */
type Path = Pick<ApiRequest, "group" | "version" | "resource"> & Pick<RegisteredKind, "kind">;

/** Who is told of every write of a client, so that its time can be charged. */
export interface Meter {
  charge(verb: Verb): void;
}

/** Typed calls of one component: the way of every read and write of all of them, written out field by field. */
class ApiClient implements Client {
  private readonly paths = new Map<string, Path>();

  constructor(private readonly world: World, private readonly registry: Registry, private readonly caller: Caller, private readonly meter: Meter | undefined) {}

  get(resource: string, namespace: string, name: string): KubeObject {
    const object = this.find(resource, namespace, name);
    if (object !== undefined) return object;
    const { group, resource: plural } = this.pathOf(resource);
    throw notFound(plural, group, name);
  }

  /** A component may read everything, as it is stored: there is nothing that the server would do to it. */
  find(resource: string, namespace: string, name: string): KubeObject | undefined {
    return this.world.store.get({ resource, namespace: this.pathOf(resource).kind.namespaced ? namespace : "", name });
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
    const answer = this.world.api.handle({ caller: this.caller, verb, group, version, resource, subresource, namespace, name, query: noQuery, accept: "object", contentType, body });
    if (answer.code >= 400) throw asError(answer.body as Status);
    return answer.body as KubeObject;
  }

  private pathOf(resource: string): Path {
    let path = this.paths.get(resource);
    if (path === undefined) {
      const hub = this.registry.hub(resource);
      if (hub === undefined) throw new Error(`no such resource: ${resource}`);
      this.paths.set(resource, path = { group: hub.kind.group, version: hub.version.name, resource: hub.kind.plural, kind: hub.kind });
    }
    return path;
  }
}

/** A client of the API for one component. */
export function apiClient(world: World, registry: Registry, caller: Caller, meter?: Meter): Client {
  return new ApiClient(world, registry, caller, meter);
}

function asError(status: Status): ApiError {
  return new ApiError(status.code ?? 500, status.reason ?? "", status.message ?? "", status.details ?? {});
}
