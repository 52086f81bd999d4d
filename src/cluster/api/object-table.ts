import { compileFieldSelector, compileLabelSelector } from "./selectors";
import type { ListBy } from "./store";
import type { KubeObject } from "../model";

/** From an object to the values under which an index finds it. */
export type IndexFunction = (object: KubeObject) => readonly string[];
/** The field selectors of a resource beyond name and namespace. */
export type Selectable = Readonly<Record<string, (object: KubeObject) => string>>;

interface Index {
  readonly of: IndexFunction;
  readonly values: Map<string, Map<string, KubeObject>>;
}

const none: readonly string[] = [];

/** The uids of an object's owners. */
function owners(object: KubeObject): readonly string[] {
  const references = object.metadata.ownerReferences;
  return references === undefined ? none : references.map((reference) => reference.uid);
}

/** The key of an object in its table; sorting keys sorts as the API lists: by namespace, then name. */
export function objectKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** The objects of one resource with their indexes: the body of the store and of every informer's cache. */
export class ObjectTable {
  private readonly objects = new Map<string, KubeObject>();
  private readonly indexes = new Map<string, Index>();
  private sorted: readonly string[] | undefined;

  constructor(indexes: Readonly<Record<string, IndexFunction>>, private readonly selectable: Selectable) {
    this.indexes.set("owner", { of: owners, values: new Map() });
    for (const name of Object.keys(indexes)) this.indexes.set(name, { of: indexes[name], values: new Map() });
  }

  get size(): number {
    return this.objects.size;
  }

  get(key: string): KubeObject | undefined {
    return this.objects.get(key);
  }

  set(key: string, object: KubeObject): void {
    const old = this.objects.get(key);
    this.objects.set(key, object);
    if (old === undefined) this.sorted = undefined;
    for (const index of this.indexes.values()) {
      const before = old === undefined ? none : index.of(old);
      const after = index.of(object);
      if (before !== after) for (const value of before) if (!after.includes(value)) drop(index, value, key);
      for (const value of after) {
        const at = index.values.get(value);
        if (at === undefined) index.values.set(value, new Map([[key, object]]));
        else at.set(key, object);
      }
    }
  }

  delete(key: string): void {
    const old = this.objects.get(key);
    if (old === undefined) return;
    this.objects.delete(key);
    this.sorted = undefined;
    for (const index of this.indexes.values()) for (const value of index.of(old)) drop(index, value, key);
  }

  /** In the order of the API. */
  list(by?: ListBy): readonly KubeObject[] {
    const matches = this.matcher(by);
    if (by?.index !== undefined) {
      const index = this.indexes.get(by.index[0]);
      if (index === undefined) throw new Error(`no index ${by.index[0]}`);
      const found = index.values.get(by.index[1]);
      if (found === undefined) return [];
      return [...found.keys()].sort().map((key) => found.get(key) as KubeObject).filter(matches);
    }
    this.sorted ??= [...this.objects.keys()].sort();
    const prefix = by?.namespace === undefined || by.namespace === "" ? "" : `${by.namespace}/`;
    const list: KubeObject[] = [];
    for (const key of this.sorted) {
      if (prefix !== "" && !key.startsWith(prefix)) continue;
      const object = this.objects.get(key) as KubeObject;
      if (matches(object)) list.push(object);
    }
    return list;
  }

  private matcher(by: ListBy | undefined): (object: KubeObject) => boolean {
    const labels = by?.labels === undefined || by.labels === "" ? undefined : compileLabelSelector(by.labels);
    const fields = by?.fields === undefined || by.fields === "" ? undefined : compileFieldSelector(by.fields, this.selectable);
    const namespace = by?.namespace === undefined || by.namespace === "" ? undefined : by.namespace;
    return (object) => (namespace === undefined || object.metadata.namespace === namespace)
      && (labels === undefined || labels(object.metadata.labels ?? {}))
      && (fields === undefined || fields(object));
  }
}

function drop(index: Index, value: string, key: string): void {
  const at = index.values.get(value);
  at?.delete(key);
  if (at?.size === 0) index.values.delete(value);
}
