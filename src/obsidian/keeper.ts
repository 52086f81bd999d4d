import type { Component } from "obsidian";
import { clusterNames } from "../note/cluster-name";
import type { NoteModel } from "../note/model";
import type { NoteCluster } from "../session/note-cluster";
import { clusterKey } from "../session/cluster-key";
import type { NoteClusters } from "../session/note-clusters";
import { saved } from "../session/saved";
import type { SavedClusters } from "./saved-clusters";
import { inSlices } from "./slices";

/** So long after something happened is a cluster kept, wall ms. */
const wait = 1000;
/** When a replay is given up, wall ms. */
const longest = 15_000;

/** Keeps what was done on the clusters of notes, and brings them back when their notes are opened again. */
export class Keeper {
  private readonly keys = new Map<NoteCluster, string>();
  private readonly due = new Set<NoteCluster>();
  private readonly asked = new Map<string, Promise<void>>();
  private timer = 0;
  private gone = false;

  constructor(
    private readonly shelf: SavedClusters,
    lifetime: Component,
  ) {
    lifetime.registerDomEvent(document, "visibilitychange", () => {
      if (document.hidden) this.flush();
    });
    lifetime.register(() => {
      this.flush();
      this.gone = true;
      shelf.close();
    });
  }

  /** A cluster was opened: what happens on it is kept from now on. */
  watch(key: string, cluster: NoteCluster): void {
    this.keys.set(cluster, key);
    cluster.onChange(() => {
      if (this.gone) return;
      this.due.add(cluster);
      if (this.timer === 0) this.timer = window.setTimeout(() => this.flush(), wait);
    });
  }

  /** Brings back the clusters of a note, where some were kept and none is open. Asked again, it waits for the same. */
  bring(note: NoteModel, clusters: NoteClusters, beside: ReadonlyMap<string, string> | undefined): Promise<void> {
    return Promise.all([...clusterNames(note)].map((name) => {
      const key = clusterKey(note.path, name);
      const found = this.asked.get(key) ?? this.bringOne(note, name, clusters, beside);
      this.asked.set(key, found);
      return found;
    })).then(() => undefined);
  }

  /** A note was renamed, or (without `to`) deleted. */
  move(from: string, to?: string): void {
    const key = clusterKey(from, "");
    this.asked.delete(key);
    for (const [cluster, known] of this.keys) {
      if (known !== key) continue;
      if (to !== undefined) this.keys.set(cluster, clusterKey(to, ""));
      else {
        this.keys.delete(cluster);
        this.due.delete(cluster);
      }
    }
    void this.shelf.move(key, to === undefined ? undefined : clusterKey(to, ""));
  }

  private async bringOne(note: NoteModel, name: string, clusters: NoteClusters, beside: ReadonlyMap<string, string> = new Map()): Promise<void> {
    if (clusters.peek(note.path, name) !== undefined) return;
    const kept = await this.shelf.load(clusterKey(note.path, name));
    if (kept === undefined || clusters.peek(note.path, name) !== undefined) return;
    try {
      await inSlices(clusters.restore(note, name, beside, kept, this.shelf.engine), longest);
    } catch {
      // What can't be done again is begun anew.
    }
  }

  private flush(): void {
    window.clearTimeout(this.timer);
    this.timer = 0;
    for (const cluster of this.due) {
      const key = this.keys.get(cluster);
      if (key !== undefined) void this.shelf.save(key, saved(cluster, this.shelf.engine));
    }
    this.due.clear();
  }
}
