import { clusterKey } from "./cluster-key";
import { clusterOptions } from "./cluster-options";
import { NoteCluster } from "./note-cluster";
import { NoteFiles } from "./note-files";
import { fits, restored } from "./saved";
import type { SavedCluster } from "./saved";
import type { ClusterOptions } from "../cluster/cluster-contract";
import { clusterName } from "../note/cluster-name";
import type { NoteModel } from "../note/model";

/** The clusters that are open: one for each note, and one for each name that blocks share. Made on first use. */
export class NoteClusters {
  private readonly open = new Map<string, { readonly cluster: NoteCluster; readonly files: NoteFiles }>();

  private readonly listeners = new Set<() => void>();
  private closed = false;

  /** `opened` is told of each cluster and the key by which it can be kept. */
  constructor(private readonly stopwatch: () => number, private readonly opened: (key: string, cluster: NoteCluster) => void = () => undefined) {}

  /** Told when a command on one of them begins or ends, or it is reset. */
  onChange(fn: () => void): () => void {
    this.listeners.add(fn);
    return () => { this.listeners.delete(fn); };
  }

  /** The cluster of a note, or of the name that a block gives (`cluster: shop`). `beside` are files of the note's folder that its commands may read. */
  of(note: NoteModel, name = "", beside: ReadonlyMap<string, string> = new Map()): NoteCluster {
    const key = clusterKey(note.path, name);
    const files = filesOf(note, beside);
    const found = this.open.get(key);
    if (found === undefined) return this.add(key, new NoteCluster(optionsOf(note, name), new NoteFiles(files), this.stopwatch));
    found.files.give(files);
    return found.cluster;
  }

  /** Brings back a cluster as it was kept, where the note still asks for such a one and nothing has opened another meanwhile. It yields every few ms of work. */
  *restore(note: NoteModel, name: string, beside: ReadonlyMap<string, string>, kept: SavedCluster, engine: string): Generator<void, void> {
    const key = clusterKey(note.path, name);
    const options = optionsOf(note, name);
    if (!fits(kept, engine, options)) return;
    const cluster = yield* restored(kept, this.stopwatch);
    if (this.closed || this.open.has(key)) {
      cluster.dispose();
      return;
    }
    const files = new NoteFiles(filesOf(note, beside));
    files.own = kept.files;
    this.add(key, new NoteCluster(options, files, this.stopwatch, cluster));
  }

  private add(key: string, cluster: NoteCluster): NoteCluster {
    this.open.set(key, { cluster, files: cluster.files });
    this.opened(key, cluster);
    cluster.onChange(() => { for (const listener of this.listeners) listener(); });
    return cluster;
  }

  /** The cluster of a note where there is one already; one that nobody has asked anything of yet is none. */
  peek(path: string, name = ""): NoteCluster | undefined {
    const found = this.open.get(clusterKey(path, name))?.cluster;
    return found?.opened === true ? found : undefined;
  }

  /** Every open cluster, by its key. */
  all(): readonly (readonly [string, NoteCluster])[] {
    return [...this.open].map(([key, { cluster }]) => [key, cluster]);
  }

  /** How many clusters are open. */
  get count(): number {
    return this.open.size;
  }

  /** A note was renamed: its cluster follows. */
  rename(from: string, to: string): void {
    const found = this.open.get(clusterKey(from, ""));
    if (found === undefined) return;
    this.open.delete(clusterKey(from, ""));
    this.open.set(clusterKey(to, ""), found);
  }

  close(path: string): void {
    const key = clusterKey(path, "");
    this.open.get(key)?.cluster.dispose();
    this.open.delete(key);
  }

  dispose(): void {
    this.closed = true;
    for (const { cluster } of this.open.values()) cluster.dispose();
    this.open.clear();
    this.listeners.clear();
  }
}

function optionsOf(note: NoteModel, name: string): Partial<ClusterOptions> {
  return clusterOptions(note.blocks.filter((block) => block.is === "k8s-sim" && clusterName(block) === name));
}

function filesOf(note: NoteModel, beside: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...beside, ...[...note.files].map(([file, { text }]) => [file, text] as const)]);
}
