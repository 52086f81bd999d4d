import type { Authorizer } from "./access/authorizer";
import type { Schema } from "./custom/schema";
import type { IndexFunction } from "./object-table";
import type { ApiRequest, ApiResponse, Verb } from "./request";
import type { Reader } from "./store";
import type { Dict, KubeObject, Ms, ObjectMeta } from "../model";
import type { World } from "../world";

/** One error of validation; prints as field.ErrorList does: `spec.replicas: Invalid value: -1: must be greater than or equal to 0`. */
export interface FieldError {
  readonly field: string;
  readonly type: "Required" | "Invalid" | "Forbidden" | "Duplicate" | "NotSupported" | "TooLong" | "TooMany" | "NotFound" | "Internal" | "TypeInvalid";
  readonly value?: unknown;
  readonly detail: string;
}

/** A column of the Table that the server prints for `kubectl get`; priority 1 shows with -o wide only. */
export interface Column {
  /** As in the API: "Name", "Ready", "Up-to-date"; kubectl prints it in capitals. */
  readonly name: string;
  readonly type: "string" | "integer" | "date";
  readonly format?: string;
  readonly priority: 0 | 1;
  readonly description: string;
  /** `now` in virtual ms and `epoch` in Unix ms give ages. */
  cell(object: KubeObject, now: Ms, epoch: number): string | number;
}

export interface KindVersion {
  readonly name: string;
  readonly served: boolean;
  /** The Go type's name, for decode errors: "Deployment". */
  readonly goType: string;
  /** The name in the models package that the schema is generated from: "V1Deployment". */
  readonly model: string;
  /** A custom resource's schema as OpenAPI publishes it; built-in kinds have theirs in the models. */
  readonly schema?: Readonly<Record<string, unknown>>;
  /** What a custom resource is pruned and validated by. */
  readonly structural?: Schema;
  /** Returns the object with defaults filled in, as SetDefaults_* do; the argument is not changed. */
  defaults?(object: KubeObject): KubeObject;
  toHub?(object: KubeObject): KubeObject;
  fromHub?(object: KubeObject): KubeObject;
  readonly columns: readonly Column[];
}

/** What the answer of a computed kind may look at. */
export interface Access {
  readonly world: World;
  readonly authorizer: Authorizer;
}

export interface Kind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly versions: readonly KindVersion[];
  readonly hub: string;
  /** The resource whose store and hub version this kind shares, where it is another's under a second group (events). */
  readonly storedAs?: string;
  /** computed: access reviews, PodMetrics, component statuses. */
  readonly storage: "store" | "computed";
  /** Computed kinds: what a create answers; nothing is stored. */
  readonly answer?: (object: KubeObject, request: ApiRequest, access: Access) => KubeObject;
  /** Computed kinds that can be read: the objects, sorted by name. */
  readonly objects?: (world: World) => readonly KubeObject[];
  /** Names without the resource: "status", "scale", "log", "exec", "binding", "eviction". A handler replaces the generic one. */
  readonly subresources: Dict<{ readonly verbs: readonly Verb[]; readonly handle?: (request: ApiRequest, world: World) => ApiResponse }>;
  /** An update must say which revision it is of. */
  readonly conditional?: boolean;
  /** Whether metadata.generation is kept (pods, deployments, …; not services, configmaps). */
  readonly generation?: boolean;
  /**
   * What is special to the kind, on create and update; `subresource` is "status" for status writes.
   * The server itself, for every kind: keeps uid, creationTimestamp and deletion fields, drops a status on create and keeps the old one on
   * main-resource updates (where there is a status subresource), keeps spec on status writes, sets generation 1 and adds 1 when the spec changes
   * (where `generation` is true). So prepare need not repeat any of that.
   */
  prepare?(next: KubeObject, old: KubeObject | undefined, subresource?: string): KubeObject;
  /** Cluster IP, node port. May throw an ApiError (see status.ts). Runs after validation, before the store. */
  allocate?(next: KubeObject, old: KubeObject | undefined, world: World): KubeObject;
  /**
   * A copy with other metadata, or with other metadata and status, made in a place of the kind's own: where copies of all kinds are
   * made, V8 makes them slowly and half as large again.
   */
  copy?(object: KubeObject, metadata: ObjectMeta): KubeObject;
  withStatus?(object: KubeObject, metadata: ObjectMeta, status: unknown): KubeObject;
  validate?(next: KubeObject, old: KubeObject | undefined, reader: Reader, subresource?: string): readonly FieldError[];
  warnings?(next: KubeObject, old?: KubeObject): readonly string[];
  /** Field selectors beyond metadata.name and metadata.namespace. */
  readonly selectable?: Dict<(object: KubeObject) => string>;
  /** Indexes beyond the built-in "owner" (controller's uid). */
  /** A finalizer that every deletion adds: someone has to clean up first. */
  readonly cleanup?: string;
  readonly indexes?: Dict<IndexFunction>;
  /** Seconds of grace that a delete without a wish gives; pods read their spec, everything else is 0. */
  grace?(object: KubeObject): number;
}
