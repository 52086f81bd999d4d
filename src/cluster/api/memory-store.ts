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
class Logged implements Change {
  constructor(readonly rev: Rev, readonly at: Ms, readonly type: Change["type"], readonly ref: Ref, readonly object: KubeObject, public earlier: Logged | undefined) {}

  get previous(): KubeObject | undefined {
    return this.type === "ADDED" ? undefined : this.earlier?.object;
  }
}

/** The newest change of each object that is no more, by namespace, then name; of what lives the table has it. */
type Gone = Map<string, Map<string, Logged>>;

/**
 * An MVCC store like etcd: the current objects, and the log of everything that happened, from which every past moment reads.
 * Bounded: beyond `maxChanges` the older half of the log is compacted away.
 */
export class MemoryStore implements Store {
  rev: Rev = 1;
  oldest: Rev = 1;
  private readonly tables = new Map<string, ObjectTable<Logged>>();
  /** Every change; the change of revision r stands at r - logBase. */
  private log: Logged[] = [];
  private logBase: Rev = 2;
  private readonly byResource = new Map<string, Logged[]>();
  private readonly gone = new Map<string, Gone>();
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
    const { namespace, name } = ref;
    const living = table.entry(namespace, name);
    const previous = living?.object;
    if (expect !== undefined && previous !== undefined && previous.metadata.resourceVersion !== String(expect)) throw new StoreConflict();
    if (object === undefined && previous === undefined) throw new Error(`nothing to delete at ${ref.resource} ${namespace}/${name}`);
    const earlier = living ?? this.gone.get(ref.resource)?.get(namespace)?.get(name);
    const rev = ++this.rev;
    // The last version goes into the change as it was, but for its revision.
    const stored = object ?? { ...previous as KubeObject, metadata: { ...(previous as KubeObject).metadata } };
    (stored.metadata as { resourceVersion: string }).resourceVersion = String(rev);
    // All changes of an object share the words that name it.
    const change = new Logged(rev, this.now(), object === undefined ? "DELETED" : previous === undefined ? "ADDED" : "MODIFIED", earlier === undefined ? ref : earlier.ref, stored, earlier);
    if (object === undefined) {
      table.delete(namespace, name);
      this.bury(change);
    } else {
      table.set(change);
      if (living === undefined && earlier !== undefined) this.gone.get(ref.resource)?.get(namespace)?.delete(name);
    }
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
    return new PastReader(rev, this.tables, this.gone, this.shape);
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

  private table(resource: string): ObjectTable<Logged> {
    let table = this.tables.get(resource);
    if (table === undefined) {
      const { indexes, selectable } = this.shape(resource);
      table = new ObjectTable<Logged>(indexes, selectable);
      this.tables.set(resource, table);
    }
    return table;
  }

  private bury(change: Logged): void {
    const { resource, namespace, name } = change.ref;
    let spaces = this.gone.get(resource);
    if (spaces === undefined) this.gone.set(resource, spaces = new Map<string, Map<string, Logged>>());
    const space = spaces.get(namespace);
    if (space === undefined) spaces.set(namespace, new Map([[name, change]]));
    else space.set(name, change);
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
    for (const table of this.tables.values()) for (const head of table.entries()) this.forget(head);
    for (const spaces of this.gone.values()) for (const heads of spaces.values()) {
      for (const [name, head] of heads) {
        if (head.rev < this.oldest) heads.delete(name);
        else this.forget(head);
      }
    }
  }

  /** Forgets what was before the version that an object had when the log begins. */
  private forget(head: Logged): void {
    let change: Logged | undefined = head;
    while (change !== undefined && change.rev >= this.oldest) change = change.earlier;
    if (change === undefined) return;
    change.earlier = undefined;
    // Nor are they to live on for the managed fields of the later ones.
    managersOf(change.object);
    if (head.type === "DELETED") managersOf(head.object);
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
    private readonly living: ReadonlyMap<string, ObjectTable<Logged>>,
    private readonly gone: ReadonlyMap<string, Gone>,
    private readonly shape: (resource: string) => TableShape,
  ) {}

  get(ref: Ref): KubeObject | undefined {
    return this.then(this.living.get(ref.resource)?.entry(ref.namespace, ref.name) ?? this.gone.get(ref.resource)?.get(ref.namespace)?.get(ref.name))?.object;
  }

  list(resource: string, by?: ListBy): readonly KubeObject[] {
    let table = this.tables.get(resource);
    if (table === undefined) {
      const { indexes, selectable } = this.shape(resource);
      table = new ObjectTable(indexes, selectable);
      for (const head of this.heads(resource)) {
        const change = this.then(head);
        if (change !== undefined) table.set(change);
      }
      this.tables.set(resource, table);
    }
    return table.list(by);
  }

  private *heads(resource: string): Iterable<Logged> {
    yield* this.living.get(resource)?.entries() ?? [];
    for (const heads of this.gone.get(resource)?.values() ?? []) yield* heads.values();
  }

  private then(head: Logged | undefined): Logged | undefined {
    let change = head;
    while (change !== undefined && change.rev > this.rev) change = change.earlier;
    return change?.type === "DELETED" ? undefined : change;
  }
}
