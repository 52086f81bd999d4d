import { partialMetadata, tableOf } from "./table";
import type { MemoryStore } from "./memory-store";
import type { RegisteredKind } from "./registry";
import type { ApiRequest, StreamHandle, StreamSink } from "./request";
import type { Change } from "./store";
import type { Dict, Json, KubeObject, Ms, Rev } from "../model";
import type { World } from "../world";

/** How long a change takes to reach a watching client, virtual ms. */
const delivery: Ms = 2;

/** How often a watch with bookmarks hears of the revision, virtual ms. */
const bookmarkEvery: Ms = 60_000;

export interface WatchOptions {
  readonly registered: RegisteredKind;
  readonly sink: StreamSink;
  readonly accept: ApiRequest["accept"];
  readonly include: string;
  /** Changes after this revision; undefined: the present objects first, as ADDED. */
  readonly rev: Rev | undefined;
  readonly selects: (object: KubeObject) => boolean;
  readonly convert: (object: KubeObject) => KubeObject;
  /** Whether the client wants to hear now and then how far the server is. */
  readonly bookmarks: boolean;
  /** Whether it wants to hear when the present objects have all been told. */
  readonly endOfInitial: boolean;
  /** Virtual ms after which the server ends the watch; 0: never. */
  readonly timeout: Ms;
}

interface Watch extends WatchOptions {
  readonly id: number;
  seen: Rev;
  due: boolean;
  headed: boolean;
}

/** The open watches. A change is delivered by a timer, so that a client never runs inside somebody else's write. */
export class Watches {
  private readonly open_ = new Map<number, Watch>();
  private readonly byResource = new Map<string, Set<Watch>>();
  private next = 1;

  constructor(private readonly world: World, private readonly store: MemoryStore, private readonly epoch: number) {
    store.onCommit((change) => {
      for (const watch of this.byResource.get(change.ref.resource) ?? []) this.schedule(watch);
    });
  }

  /** How many watches are open. */
  get count(): number {
    return this.open_.size;
  }

  open(options: WatchOptions): StreamHandle {
    const watch: Watch = { ...options, id: this.next++, seen: options.rev ?? 0, due: false, headed: false };
    const resource = options.registered.resource;
    this.open_.set(watch.id, watch);
    const group = this.byResource.get(resource);
    if (group === undefined) this.byResource.set(resource, new Set([watch]));
    else group.add(watch);
    if (options.rev === undefined) {
      watch.seen = this.store.rev;
      for (const object of this.store.list(resource)) if (watch.selects(object)) this.send(watch, "ADDED", object);
      if (watch.endOfInitial && watch.bookmarks) this.bookmark(watch, { "k8s.io/initial-events-end": "true" });
    } else if (options.rev < this.store.rev) this.schedule(watch);
    if (options.bookmarks) this.world.clock.after(bookmarkEvery, "watch-bookmark", watch.id, true);
    if (options.timeout > 0) this.world.clock.after(options.timeout, "watch-timeout", watch.id, true);
    return { write: () => undefined, close: () => { this.close(watch.id); } };
  }

  /** Handler of the timer "watch". */
  deliver(id: number): void {
    const watch = this.open_.get(id);
    if (watch === undefined) return;
    watch.due = false;
    const from = watch.seen;
    watch.seen = this.store.rev;
    for (const change of this.store.since(from, watch.registered.resource)) {
      if (!this.open_.has(id)) return;
      this.forward(watch, change);
    }
  }

  /** Handler of the timer "watch-bookmark". */
  remind(id: number): void {
    const watch = this.open_.get(id);
    if (watch === undefined) return;
    // What is still on its way to the watch must come before the revision that holds it.
    if (!watch.due) this.bookmark(watch);
    this.world.clock.after(bookmarkEvery, "watch-bookmark", id, true);
  }

  private bookmark(watch: Watch, annotations?: Dict): void {
    const { registered: { kind, apiVersion } } = watch;
    const resourceVersion = String(this.store.rev);
    const metadata = { resourceVersion, creationTimestamp: null, ...(annotations === undefined ? {} : { annotations }) };
    const object = watch.accept === "table" ? { kind: "Table", apiVersion: "meta.k8s.io/v1", metadata: { resourceVersion }, columnDefinitions: null, rows: [] }
      : watch.accept === "partial" ? { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata } : { kind: kind.kind, apiVersion, metadata };
    watch.sink.data(0, { type: "BOOKMARK", object } as unknown as Json);
  }

  /** Handler of the timer "watch-timeout". */
  timeout(id: number): void {
    const watch = this.open_.get(id);
    if (watch === undefined) return;
    this.close(id);
    watch.sink.end({ code: 200, body: undefined, warnings: [] });
  }

  private schedule(watch: Watch): void {
    if (watch.due) return;
    watch.due = true;
    this.world.clock.after(delivery, "watch", watch.id);
  }

  private forward(watch: Watch, change: Change): void {
    const before = change.previous !== undefined && watch.selects(change.previous);
    const after = change.type !== "DELETED" && watch.selects(change.object);
    if (after) this.send(watch, before ? "MODIFIED" : "ADDED", change.object);
    // What leaves a selection is told as it last belonged to it, at the revision of leaving.
    else if (before && change.previous !== undefined) this.send(watch, "DELETED", { ...change.previous, metadata: { ...change.previous.metadata, resourceVersion: change.object.metadata.resourceVersion } });
  }

  private send(watch: Watch, type: string, hub: KubeObject): void {
    const object = watch.convert(hub);
    const shown = watch.accept === "object" ? object
      : watch.accept === "partial" ? partialMetadata(object)
        : tableOf(watch.registered, [object], { resourceVersion: object.metadata.resourceVersion }, this.world.clock.now, this.epoch, watch.include, !watch.headed);
    watch.headed = true;
    watch.sink.data(0, { type, object: shown } as unknown as Json);
  }

  private close(id: number): void {
    const watch = this.open_.get(id);
    if (watch === undefined) return;
    this.open_.delete(id);
    this.byResource.get(watch.registered.resource)?.delete(watch);
  }
}
