import type { App } from "obsidian";
import type { SavedCluster } from "../session/saved";

/** How many clusters a device keeps, and how much of them, UTF-16 units; those that were least recently used go first. */
const mostKept = 60;
const mostText = 24_000_000;
const largest = 6_000_000;
const store = "clusters";
const idKey = "k8s-sim-device";

interface Row {
  readonly key: string;
  /** When it was last used, Unix ms. */
  readonly used: number;
  readonly text: string;
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
  });

/** The clusters of a vault's notes, kept on this device alone. Where the device keeps nothing (a full disk, a private window), nothing is kept, and nothing else changes. */
export class SavedClusters {
  private opening: Promise<IDBDatabase | undefined> | undefined;
  private gone = false;

  constructor(
    private readonly app: App,
    readonly engine: string,
  ) {}

  async load(key: string): Promise<SavedCluster | undefined> {
    const row = await this.in("readonly", (rows) => settled(rows.get(key) as IDBRequest<Row | undefined>));
    if (row === undefined) return undefined;
    try {
      return JSON.parse(row.text) as SavedCluster;
    } catch {
      return undefined;
    }
  }

  /** Whether anything is kept under one of these keys. */
  async hasAny(keys: readonly string[]): Promise<boolean> {
    return await this.in("readonly", async (rows) => (await Promise.all(keys.map((key) => settled(rows.count(key))))).some((count) => count > 0)) ?? false;
  }

  /** Keeps it, or (undefined) forgets what was kept. */
  async save(key: string, kept: SavedCluster | undefined): Promise<void> {
    const text = kept === undefined ? "" : JSON.stringify(kept);
    await this.in("readwrite", async (rows) => {
      if (text === "" || text.length > largest) {
        rows.delete(key);
        return;
      }
      rows.put({ key, used: Date.now(), text } satisfies Row);
      const all = (await settled(rows.getAll() as IDBRequest<Row[]>)).sort((a, b) => b.used - a.used);
      let size = 0;
      all.forEach((row, at) => {
        size += row.text.length;
        if (at >= mostKept || size > mostText) rows.delete(row.key);
      });
    });
  }

  /** A note was renamed, or (without `to`) deleted. */
  async move(from: string, to?: string): Promise<void> {
    await this.in("readwrite", async (rows) => {
      const row = await settled(rows.get(from) as IDBRequest<Row | undefined>);
      rows.delete(from);
      if (row !== undefined && to !== undefined) rows.put({ ...row, key: to });
    });
  }

  close(): void {
    this.gone = true;
    void this.opening?.then((db) => db?.close());
  }

  private async in<T>(mode: IDBTransactionMode, act: (rows: IDBObjectStore) => Promise<T>): Promise<T | undefined> {
    try {
      const db = await (this.opening ??= this.open());
      return db === undefined || this.gone ? undefined : await act(db.transaction(store, mode).objectStore(store));
    } catch {
      return undefined;
    }
  }

  /** All vaults of the app share one origin: each has its own base, named by what its local storage keeps. */
  private async open(): Promise<IDBDatabase | undefined> {
    const held: unknown = this.app.loadLocalStorage(idKey);
    const id = typeof held === "string" ? held : window.crypto.randomUUID();
    if (held !== id) this.app.saveLocalStorage(idKey, id);
    const request = window.indexedDB.open(`k8s-sim-${id}`, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(store, { keyPath: "key" });
    };
    return settled(request);
  }
}
