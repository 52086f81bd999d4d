import { ObjectTable, objectKey } from "./object-table";
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

/**
 * An MVCC store like etcd: the current objects, and the log of everything that happened, from which every past moment reads.
 * Bounded: beyond `maxChanges` the older half of the log is compacted away.
 */
export class MemoryStore implements Store {
  rev: Rev = 1;
  oldest: Rev = 1;
  private readonly tables = new Map<string, ObjectTable>();
  /** Every change; the change of revision r stands at r - logBase. */
  private log: Change[] = [];
  private logBase: Rev = 2;
  private readonly byResource = new Map<string, Change[]>();
  private readonly history = new Map<string, Map<string, Change[]>>();
  private readonly listeners = new Set<(change: Change) => void>();

  constructor(
    private readonly shape: (resource: string) => TableShape,
    private readonly now: () => Ms,
    private readonly maxChanges: number,
  ) {}

  get(ref: Ref): KubeObject | undefined {
    return this.tables.get(ref.resource)?.get(objectKey(ref.namespace, ref.name));
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

  commit(ref: Ref, object: KubeObject | undefined, expect?: Rev, stamp?: object): Change {
    const key = objectKey(ref.namespace, ref.name);
    const table = this.table(ref.resource);
    const previous = table.get(key);
    if (expect !== undefined && previous !== undefined && previous.metadata.resourceVersion !== String(expect)) throw new StoreConflict();
    const gone = object ?? previous;
    if (gone === undefined) throw new Error(`nothing to delete at ${ref.resource} ${key}`);
    const rev = ++this.rev;
    const stamped: KubeObject = { ...gone, metadata: { ...gone.metadata, resourceVersion: String(rev), ...stamp } };
    const change: Change = {
      rev, at: this.now(), type: object === undefined ? "DELETED" : previous === undefined ? "ADDED" : "MODIFIED", ref, object: stamped,
      ...(previous === undefined ? {} : { previous }),
    };
    if (object === undefined) table.delete(key);
    else table.set(key, stamped);
    this.remember(change, key);
    for (const listener of this.listeners) listener(change);
    return change;
  }

  *since(rev: Rev, resource?: string): Iterable<Change> {
    const log = resource === undefined ? this.log : this.byResource.get(resource) ?? [];
    for (let i = firstAfter(log, rev); i < log.length; i++) yield log[i];
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
    this.listeners.add(fn);
    return () => { this.listeners.delete(fn); };
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

  private remember(change: Change, key: string): void {
    this.log.push(change);
    const resource = change.ref.resource;
    let log = this.byResource.get(resource);
    if (log === undefined) this.byResource.set(resource, log = []);
    log.push(change);
    let objects = this.history.get(resource);
    if (objects === undefined) this.history.set(resource, objects = new Map<string, Change[]>());
    const versions = objects.get(key);
    if (versions === undefined) objects.set(key, [change]);
    else versions.push(change);
    if (this.log.length > this.maxChanges) this.compact(this.log.length >> 1);
  }

  /** Forgets the first `count` changes, but of each object that still lived keeps the version it had. */
  private compact(count: number): void {
    this.log = this.log.slice(count);
    this.logBase = (this.log[0]).rev;
    this.oldest = this.logBase;
    for (const [resource, log] of this.byResource) this.byResource.set(resource, log.slice(firstAfter(log, this.oldest - 1)));
    for (const objects of this.history.values()) {
      for (const [key, versions] of objects) {
        const keep = Math.max(0, firstAfter(versions, this.oldest) - 1);
        const kept = versions.slice(keep);
        if (kept.length === 0 || (kept.length === 1 && kept[0]?.type === "DELETED" && kept[0].rev < this.oldest)) objects.delete(key);
        else if (keep > 0) objects.set(key, kept);
      }
    }
  }
}

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
    private readonly history: ReadonlyMap<string, ReadonlyMap<string, readonly Change[]>>,
    private readonly shape: (resource: string) => TableShape,
  ) {}

  get(ref: Ref): KubeObject | undefined {
    const versions = this.history.get(ref.resource)?.get(objectKey(ref.namespace, ref.name));
    return versions === undefined ? undefined : this.then(versions);
  }

  list(resource: string, by?: ListBy): readonly KubeObject[] {
    let table = this.tables.get(resource);
    if (table === undefined) {
      const { indexes, selectable } = this.shape(resource);
      table = new ObjectTable(indexes, selectable);
      for (const [key, versions] of this.history.get(resource) ?? []) {
        const object = this.then(versions);
        if (object !== undefined) table.set(key, object);
      }
      this.tables.set(resource, table);
    }
    return table.list(by);
  }

  private then(versions: readonly Change[]): KubeObject | undefined {
    const change = versions[firstAfter(versions, this.rev) - 1];
    return change === undefined || change.type === "DELETED" ? undefined : change.object;
  }
}
