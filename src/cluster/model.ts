/** The words every floor shares. Types only: nothing here runs. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Dict<T = string> = Readonly<Record<string, T>>;
/** Virtual milliseconds since the cluster's epoch. */
export type Ms = number;
/** A revision of the store: the number that `metadata.resourceVersion` prints. */
export type Rev = number;
export type Cancel = () => void;

/** An object of the Kubernetes API as plain JSON. Immutable once stored: replace, never mutate. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  /** RFC 3339, whole seconds, as the API prints it. */
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly generateName?: string;
  readonly labels?: Dict;
  readonly annotations?: Dict;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly [field: string]: unknown;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/**
 * The place of an object: `resource` is "plural" for the core group and "plural.group" for every other
 * ("pods", "deployments.apps"); `namespace` is "" for cluster-scoped kinds.
 * `part` names something inside the object: "container/nginx", "eth0".
 */
export interface Ref {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly part?: string;
}

/** A seeded stream of random numbers; each purpose has its own, so that one more pod does not rename the others. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** An integer in [0, below). */
  int(below: number): number;
  pick<T>(of: readonly T[]): T;
  /** Kubernetes' name alphabet ("bcdfghjklmnpqrstvwxz2456789"). */
  suffix(length: number): string;
}
