import type { KubeObject } from "../model";

/** Typed calls to the API as one user. Every call throws ApiError (api/status.ts) where the server answers a failure. `resource` as in Ref. */
export interface Client {
  /** Reads the API server itself, not the cache. */
  get(resource: string, namespace: string, name: string): KubeObject;
  /** As `get`; undefined where there is none. */
  find(resource: string, namespace: string, name: string): KubeObject | undefined;
  /** All objects, in every namespace: for resources that no informer watches. */
  list(resource: string): readonly KubeObject[];
  create(resource: string, namespace: string, object: object): KubeObject;
  /** With metadata.resourceVersion set, a stale one is a Conflict. */
  update(resource: string, namespace: string, object: KubeObject, subresource?: string): KubeObject;
  /** A JSON merge patch unless `type` says otherwise. */
  patch(resource: string, namespace: string, name: string, patch: unknown, subresource?: string, type?: "merge" | "strategic" | "json"): KubeObject;
  delete(resource: string, namespace: string, name: string, options?: DeleteOptions): void;
  /** POST to a subresource: bindings, evictions, tokens. */
  post(resource: string, namespace: string, name: string, subresource: string, body: object): KubeObject;
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Orphan" | "Background" | "Foreground";
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}
