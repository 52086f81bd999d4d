import { compileFieldSelector, compileLabelSelector } from "./selectors";
import type { ListBy } from "./store";
import type { KubeObject, Ref } from "../model";

/** From an object to the value or values under which an index finds it; objects without one are not in it. */
export type IndexFunction = (object: KubeObject) => string | undefined | readonly string[];
/** The field selectors of a resource beyond name and namespace. */
export type Selectable = Readonly<Record<string, (object: KubeObject) => string>>;

/** What a table holds: an object and where it is. A change is one. */
export interface Entry {
  readonly ref: Ref;
  readonly object: KubeObject;
}

/** The place of an object in a table. Lists and indexes hold the place, so that a new revision is put in once. */
interface Slot<E extends Entry = Entry> {
  entry: E;
  /** The object is gone, or under other values of an index: it has another slot, if any. */
  left: boolean;
}

/** Slots in the order of the API: by "namespace/", then name. Sorted when it is asked for, and then only what came since. */
class Shelf {
  private sorted: Slot[] = [];
  private added: Slot[] | undefined;
  private gone = 0;

  get size(): number {
    return this.sorted.length + (this.added?.length ?? 0) - this.gone;
  }

  add(slot: Slot): void {
    if (this.added === undefined) this.added = [slot];
    else this.added.push(slot);
  }

  /** One of the slots has been marked as left. */
  drop(): void {
    this.gone++;
  }

  list(): readonly Slot[] {
    if (this.gone > 0) {
      this.sorted = this.sorted.filter(stays);
      this.added = this.added?.filter(stays);
      this.gone = 0;
    }
    if (this.added !== undefined && this.added.length > 0) {
      this.sorted = merged(this.sorted, this.added.sort(order));
      this.added = undefined;
    }
    return this.sorted;
  }
}

function stays(slot: Slot): boolean {
  return !slot.left;
}

function order(a: Slot, b: Slot): number {
  const x = a.entry.ref;
  const y = b.entry.ref;
  if (x.namespace !== y.namespace) return `${x.namespace}/` < `${y.namespace}/` ? -1 : 1;
  return x.name < y.name ? -1 : x.name > y.name ? 1 : 0;
}

/** The index of the first slot of a namespace, or of where it would be. */
function firstOf(slots: readonly Slot[], namespace: string): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = slots[middle].entry.ref.namespace;
    if (other !== namespace && `${other}/` < `${namespace}/`) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merged(a: Slot[], b: Slot[]): Slot[] {
  if (a.length === 0) return b;
  const all: Slot[] = [];
  let j = 0;
  for (const slot of a) {
    while (j < b.length && order(b[j], slot) < 0) all.push(b[j++]);
    all.push(slot);
  }
  while (j < b.length) all.push(b[j++]);
  return all;
}

interface Index {
  readonly of: IndexFunction;
  readonly values: Map<string, Shelf>;
}

/** The uids of an object's owners. */
function owners(object: KubeObject): string | undefined | readonly string[] {
  const references = object.metadata.ownerReferences;
  if (references === undefined) return undefined;
  return references.length === 1 ? references[0].uid : [...new Set(references.map((reference) => reference.uid))];
}

/** The objects of one resource with their indexes: the body of the store and of every informer's cache. */
export class ObjectTable<E extends Entry = Entry> {
  /** By namespace, then name: names are hashed once in their lives, and joined texts are not kept. */
  private readonly spaces = new Map<string, Map<string, Slot<E>>>();
  private readonly all = new Shelf();
  private readonly indexes = new Map<string, Index>();
  private readonly everyIndex: readonly Index[];

  constructor(indexes: Readonly<Record<string, IndexFunction>>, private readonly selectable: Selectable) {
    this.indexes.set("owner", { of: owners, values: new Map() });
    for (const name of Object.keys(indexes)) this.indexes.set(name, { of: indexes[name], values: new Map() });
    this.everyIndex = [...this.indexes.values()];
  }

  get size(): number {
    return this.all.size;
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.slot(namespace, name)?.entry.object;
  }

  entry(namespace: string, name: string): E | undefined {
    return this.slot(namespace, name)?.entry;
  }

  /** Every entry, in no particular order. */
  *entries(): Iterable<E> {
    for (const space of this.spaces.values()) for (const slot of space.values()) yield slot.entry;
  }

  set(entry: E): void {
    const { ref, object } = entry;
    const slot = this.slot(ref.namespace, ref.name);
    if (slot === undefined) {
      this.put({ entry, left: false });
      return;
    }
    const old = slot.entry.object;
    for (const index of this.everyIndex) {
      const before = index.of(old);
      const after = index.of(object);
      if (before === after || (before === undefined && typeof after === "string")) continue;
      if (typeof before !== "string" && typeof after !== "string" && alike(before, after)) continue;
      // It leaves a value: a new slot under the new ones.
      this.take(slot);
      this.put({ entry, left: false });
      return;
    }
    for (const index of this.everyIndex) {
      const after = index.of(object);
      if (typeof after === "string" && index.of(old) === undefined) enter(index, after, slot);
    }
    slot.entry = entry;
  }

  delete(namespace: string, name: string): void {
    const slot = this.slot(namespace, name);
    if (slot !== undefined) this.take(slot);
  }

  /** In the order of the API. */
  list(by?: ListBy): readonly KubeObject[] {
    const shelf = by?.index === undefined ? this.all : this.shelf(by.index);
    const found: KubeObject[] = [];
    if (shelf === undefined) return found;
    const namespace = by?.namespace === undefined || by.namespace === "" ? undefined : by.namespace;
    const labels = by?.labels === undefined || by.labels === "" ? undefined : compileLabelSelector(by.labels);
    const fields = by?.fields === undefined || by.fields === "" ? undefined : compileFieldSelector(by.fields, this.selectable);
    // Nothing of this namespace: no need to look at the others.
    if (namespace !== undefined && !this.spaces.has(namespace)) return found;
    const slots = shelf.list();
    for (let at = namespace === undefined ? 0 : firstOf(slots, namespace); at < slots.length; at++) {
      const { ref, object } = slots[at].entry;
      if (namespace !== undefined && ref.namespace !== namespace) break;
      if ((labels === undefined || labels(object.metadata.labels ?? noLabels)) && (fields === undefined || fields(object))) found.push(object);
    }
    return found;
  }

  private slot(namespace: string, name: string): Slot<E> | undefined {
    return this.spaces.get(namespace)?.get(name);
  }

  private shelf([name, value]: readonly [string, string]): Shelf | undefined {
    const index = this.indexes.get(name);
    if (index === undefined) throw new Error(`no index ${name}`);
    return index.values.get(value);
  }

  private put(slot: Slot<E>): void {
    const { namespace, name } = slot.entry.ref;
    const space = this.spaces.get(namespace);
    if (space === undefined) this.spaces.set(namespace, new Map([[name, slot]]));
    else space.set(name, slot);
    this.all.add(slot);
    for (const index of this.everyIndex) {
      const values = index.of(slot.entry.object);
      if (typeof values === "string") enter(index, values, slot);
      else if (values !== undefined) for (const value of values) enter(index, value, slot);
    }
  }

  private take(slot: Slot<E>): void {
    const { namespace, name } = slot.entry.ref;
    const space = this.spaces.get(namespace);
    space?.delete(name);
    if (space?.size === 0) this.spaces.delete(namespace);
    slot.left = true;
    this.all.drop();
    for (const index of this.everyIndex) {
      const values = index.of(slot.entry.object);
      if (typeof values === "string") leave(index, values);
      else if (values !== undefined) for (const value of values) leave(index, value);
    }
  }
}

const noLabels = {};

function alike(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((one, at) => one === b[at]);
}

function enter(index: Index, value: string, slot: Slot): void {
  let shelf = index.values.get(value);
  if (shelf === undefined) index.values.set(value, shelf = new Shelf());
  shelf.add(slot);
}

function leave(index: Index, value: string): void {
  const shelf = index.values.get(value);
  shelf?.drop();
  if (shelf?.size === 0) index.values.delete(value);
}
