import type { Dict, Json } from "../model";

export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection" | "connect";

export interface Caller {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  /** What the authenticator knows beside: the credential, the pod that a token is bound to. */
  readonly extra?: Dict<readonly string[]>;
  /** The user agent: "kubectl", "kubelet", "kube-controller-manager/v1.33". Without a fieldManager its first part owns what is written. */
  readonly agent: string;
  /** A component's requests are not logged as actions and skip strict decoding. */
  readonly origin: "reader" | "note" | "http" | "component";
}

/** Who the caller wants to be for this request: the Impersonate-* headers, kubectl's --as. */
export interface Impersonation {
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Dict<readonly string[]>;
}

/**
 * One request to the API server. `query` has the parameters of the REST API under their names:
 * labelSelector, fieldSelector, limit, continue, resourceVersion, dryRun, fieldValidation, fieldManager, force,
 * propagationPolicy, gracePeriodSeconds, container, follow, tailLines, sinceSeconds, previous, command, stdin, tty, timeoutSeconds.
 */
export interface ApiRequest {
  readonly caller: Caller;
  readonly impersonate?: Impersonation;
  readonly verb: Verb;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Non-resource paths: /version, /openapi/v3, /apis, /healthz. */
  readonly path?: string;
  readonly query: Dict<string | readonly string[]>;
  /** How the answer is wanted: the object itself, a Table, its metadata alone; at /api and /apis also as an APIGroupDiscoveryList of apidiscovery.k8s.io/v2 or v2beta1. */
  readonly accept: "object" | "table" | "partial" | "discovery" | "discovery-v2beta1";
  /** For patches: application/strategic-merge-patch+json, merge-patch+json, json-patch+json, apply-patch+yaml. */
  readonly contentType?: string;
  readonly body?: unknown;
  /** What a strict reading of the body's text finds, which the parsed body no longer shows: `duplicate field "spec.replicas"`. An error or a warning, as fieldValidation says. */
  readonly problems?: readonly string[];
}

/** `body` of a failure is a `Status` object with Kubernetes' own message, reason, details and code. */
export interface ApiResponse {
  readonly code: number;
  readonly body: unknown;
  readonly warnings: readonly string[];
}

/** Receives a stream. Watch: channel 0 carries `{type, object}`. Logs: channel 1 text. Exec and attach: 1 stdout, 2 stderr, 3 the final Status. */
export interface StreamSink {
  data(channel: number, data: Json): void;
  end(last: ApiResponse): void;
}

export interface StreamHandle {
  /** Exec and attach: channel 0 is stdin, 4 is a resize. */
  write(channel: number, data: string): void;
  close(): void;
}

export interface Api {
  /** Synchronous; never throws for a bad request: the answer is a Status. */
  handle(request: ApiRequest): ApiResponse;
  /** watch, log?follow, exec, attach, port-forward. */
  connect(request: ApiRequest, sink: StreamSink): StreamHandle;
}
