import type { Cancel, KubeObject, Ms, Ref, Rev } from "../model";

/** One committed write. */
export interface Change {
  readonly rev: Rev;
  readonly at: Ms;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly ref: Ref;
  readonly object: KubeObject;
  readonly previous?: KubeObject;
}

/** Anything objects can be read from: the store now, the store then, an informer's cache. */
export interface Reader {
  get(ref: Ref): KubeObject | undefined;
  /** In the order of the API: by namespace, then name. Never a deep copy. */
  list(resource: string, by?: ListBy): readonly KubeObject[];
}

export interface ListBy {
  readonly namespace?: string;
  /** A label selector in kubectl's words: "app=nginx,tier in (a,b),!x". */
  readonly labels?: string;
  readonly fields?: string;
  /** An index and its value: ["owner", uid], ["node", name], or one that the kind declares. */
  readonly index?: readonly [name: string, value: string];
}

export interface Store extends Reader {
  readonly rev: Rev;
  /** Reads before this revision answer 410 Expired. */
  readonly oldest: Rev;
  /**
   * Stores (or with `undefined` deletes) an object, which is the store's from then on: its metadata, which nobody else may hold, gets
   * the resourceVersion. Throws Conflict where `expect` is not the object's revision.
   */
  commit(ref: Ref, object: KubeObject | undefined, expect?: Rev): Change;
  /** The changes after `rev`, oldest first. */
  since(rev: Rev, resource?: string): Iterable<Change>;
  readAt(rev: Rev): Reader;
  /** The last revision committed at or before `time`. */
  revAt(time: Ms): Rev;
  /** For watches and informers only: nothing else reacts to a commit directly. */
  onCommit(fn: (change: Change) => void): Cancel;
}
