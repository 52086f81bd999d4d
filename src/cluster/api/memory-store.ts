import { managersOf } from "./managed/record";
import { ObjectTable } from "./object-table";
import type { IndexFunction, Selectable } from "./object-table";
import type { Change, ListBy, Reader, Store } from "./store";
import type { Cancel, KubeObject, Ms, Ref, Rev } from "../model";

/** What a store must know of a resource to index and select it. */
export interface TableShape {
  readonly indexes: Readonly<Record<string, IndexFunction>>;
  readonly selectable: Selectable;
}

/** A write that expected another revision than the object has. */
export class StoreConflict extends Error {}

/** A change with the one before it of the same object, as long as the log reaches so far. */
interface Logged extends Change {
  earlier: Logged | undefined;
}

/** The newest change of each object that ever was: by namespace, then name. */
type Heads = Map<string, Map<string, Logged>>;

/**
 * An MVCC store like etcd: the current objects, and the log of everything that happened, from which every past moment reads.
 * Bounded: beyond `maxChanges` the older half of the log is compacted away.
 */
export class MemoryStore implements Store {
  rev: Rev = 1;
  oldest: Rev = 1;
  private readonly tables = new Map<string, ObjectTable>();
  /** Every change; the change of revision r stands at r - logBase. */
  private log: Logged[] = [];
  private logBase: Rev = 2;
  private readonly byResource = new Map<string, Logged[]>();
  private readonly history = new Map<string, Heads>();
  private listeners: readonly ((change: Change) => void)[] = [];

  constructor(
    private readonly shape: (resource: string) => TableShape,
    private readonly now: () => Ms,
    private readonly maxChanges: number,
  ) {}

  get(ref: Ref): KubeObject | undefined {
    return this.tables.get(ref.resource)?.get(ref.namespace, ref.name);
  }

  list(resource: string, by?: ListBy): readonly KubeObject[] {
    return this.tables.get(resource)?.list(by) ?? [];
  }

  /** How many objects of a resource there are. */
  count(resource: string): number {
    return this.tables.get(resource)?.size ?? 0;
  }

  /** The resources that hold at least one object or once did. */
  resources(): readonly string[] {
    return [...this.tables.keys()].sort();
  }

  commit(ref: Ref, object: KubeObject | undefined, expect?: Rev): Change {
    const table = this.table(ref.resource);
    const heads = this.heads(ref.resource, ref.namespace);
    const earlier = heads.get(ref.name);
    const previous = earlier === undefined || earlier.type === "DELETED" ? undefined : earlier.object;
    if (expect !== undefined && previous !== undefined && previous.metadata.resourceVersion !== String(expect)) throw new StoreConflict();
    if (object === undefined && previous === undefined) throw new Error(`nothing to delete at ${ref.resource} ${ref.namespace}/${ref.name}`);
    const rev = ++this.rev;
    // The last version goes into the change as it was, but for its revision.
    const stored = object ?? { ...previous as KubeObject, metadata: { ...(previous as KubeObject).metadata } };
    (stored.metadata as { resourceVersion: string }).resourceVersion = String(rev);
    const change: Logged = {
      rev, at: this.now(), type: object === undefined ? "DELETED" : previous === undefined ? "ADDED" : "MODIFIED",
      // All changes of an object share the words that name it.
      ref: earlier === undefined ? ref : earlier.ref, object: stored, previous, earlier,
    };
    if (object === undefined) table.delete(ref.namespace, ref.name);
    else table.set(change.ref, change.object);
    heads.set(ref.name, change);
    this.log.push(change);
    this.logOf(ref.resource).push(change);
    if (this.log.length > this.maxChanges) this.compact(this.log.length >> 1);
    for (const listener of this.listeners) listener(change);
    return change;
  }

  *since(rev: Rev, resource?: string): Iterable<Change> {
    const log = resource === undefined ? this.log : this.byResource.get(resource) ?? [];
    for (let i = firstAfter(log, rev); i < log.length; i++) yield log[i];
  }

  /** All changes of a resource that are remembered, oldest first. The list grows with each commit. */
  changes(resource: string): readonly Change[] {
    return this.byResource.get(resource) ?? none;
  }

  /** Where in `changes(resource)` the first one after a revision stands. */
  firstAfter(resource: string, rev: Rev): number {
    return firstAfter(this.changes(resource), rev);
  }

  readAt(rev: Rev): Reader {
    if (rev >= this.rev) return this;
    return new PastReader(rev, this.history, this.shape);
  }

  revAt(time: Ms): Rev {
    let low = 0;
    let high = this.log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.log[middle]).at <= time) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? Math.max(this.oldest, this.logBase - 1) : (this.log[low - 1]).rev;
  }

  onCommit(fn: (change: Change) => void): Cancel {
    this.listeners = [...this.listeners, fn];
    return () => { this.listeners = this.listeners.filter((other) => other !== fn); };
  }

  /** An empty table with a resource's indexes, for an informer's cache. */
  emptyTable(resource: string): ObjectTable {
    const { indexes, selectable } = this.shape(resource);
    return new ObjectTable(indexes, selectable);
  }

  private table(resource: string): ObjectTable {
    let table = this.tables.get(resource);
    if (table === undefined) {
      table = this.emptyTable(resource);
      this.tables.set(resource, table);
    }
    return table;
  }

  private heads(resource: string, namespace: string): Map<string, Logged> {
    let spaces = this.history.get(resource);
    if (spaces === undefined) this.history.set(resource, spaces = new Map<string, Map<string, Logged>>());
    let heads = spaces.get(namespace);
    if (heads === undefined) spaces.set(namespace, heads = new Map<string, Logged>());
    return heads;
  }

  private logOf(resource: string): Logged[] {
    let log = this.byResource.get(resource);
    if (log === undefined) this.byResource.set(resource, log = []);
    return log;
  }

  /** Forgets the first `count` changes, but of each object that still lived keeps the version it had. */
  private compact(count: number): void {
    this.log = this.log.slice(count);
    this.logBase = (this.log[0]).rev;
    this.oldest = this.logBase;
    for (const [resource, log] of this.byResource) this.byResource.set(resource, log.slice(firstAfter(log, this.oldest - 1)));
    for (const spaces of this.history.values()) for (const heads of spaces.values()) {
      for (const [name, head] of heads) {
        if (head.type === "DELETED" && head.rev < this.oldest) heads.delete(name);
        let change: Logged | undefined = head;
        while (change !== undefined && change.rev > this.oldest) change = change.earlier;
        if (change === undefined) continue;
        change.earlier = undefined;
        // Nor are they to live on for the managed fields of the later ones.
        managersOf(change.object);
      }
    }
  }
}

const none: readonly Change[] = [];

/** The index of the first change after `rev`. */
function firstAfter(log: readonly Change[], rev: Rev): number {
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((log[middle]).rev <= rev) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The store as it was at a revision; a resource's table is built from the histories when it is first listed. */
class PastReader implements Reader {
  private readonly tables = new Map<string, ObjectTable>();

  constructor(
    private readonly rev: Rev,
    private readonly history: ReadonlyMap<string, Heads>,
    private readonly shape: (resource: string) => TableShape,
  ) {}

  get(ref: Ref): KubeObject | undefined {
    return this.then(this.history.get(ref.resource)?.get(ref.namespace)?.get(ref.name));
  }

  list(resource: string, by?: ListBy): readonly KubeObject[] {
    let table = this.tables.get(resource);
    if (table === undefined) {
      const { indexes, selectable } = this.shape(resource);
      table = new ObjectTable(indexes, selectable);
      for (const heads of this.history.get(resource)?.values() ?? []) for (const head of heads.values()) {
        const object = this.then(head);
        if (object !== undefined) table.set(head.ref, object);
      }
      this.tables.set(resource, table);
    }
    return table.list(by);
  }

  private then(head: Logged | undefined): KubeObject | undefined {
    let change = head;
    while (change !== undefined && change.rev > this.rev) change = change.earlier;
    return change === undefined || change.type === "DELETED" ? undefined : change.object;
  }
}
