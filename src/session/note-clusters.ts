import { clusterOptions } from "./cluster-options";
import { NoteCluster } from "./note-cluster";
import { NoteFiles } from "./note-files";
import type { NoteModel } from "../note/model";

/** The clusters that are open: one for each note, and one for each name that blocks share. Made on first use. */
export class NoteClusters {
  private readonly open = new Map<string, { readonly cluster: NoteCluster; readonly files: NoteFiles }>();

  constructor(private readonly stopwatch: () => number) {}

  /** The cluster of a note, or of the name that a block gives (`cluster: shop`). `beside` are files of the note's folder that its commands may read. */
  of(note: NoteModel, name = "", beside: ReadonlyMap<string, string> = new Map()): NoteCluster {
    const key = keyOf(note.path, name);
    const files = new Map([...beside, ...[...note.files].map(([file, { text }]) => [file, text] as const)]);
    const found = this.open.get(key);
    if (found !== undefined) {
      found.files.give(files);
      return found.cluster;
    }
    const given = new NoteFiles(files);
    const blocks = note.blocks.filter((block) => block.is === "k8s-sim" && (typeof block.options["cluster"] === "string" ? block.options["cluster"] : "") === name);
    const cluster = new NoteCluster(clusterOptions(blocks), given, this.stopwatch);
    this.open.set(key, { cluster, files: given });
    return cluster;
  }

  /** The cluster of a note where there is one already. */
  peek(path: string, name = ""): NoteCluster | undefined {
    return this.open.get(keyOf(path, name))?.cluster;
  }

  /** How many clusters are open. */
  get count(): number {
    return this.open.size;
  }

  /** A note was renamed: its cluster follows. */
  rename(from: string, to: string): void {
    const found = this.open.get(keyOf(from, ""));
    if (found === undefined) return;
    this.open.delete(keyOf(from, ""));
    this.open.set(keyOf(to, ""), found);
  }

  close(path: string): void {
    const key = keyOf(path, "");
    this.open.get(key)?.cluster.dispose();
    this.open.delete(key);
  }

  dispose(): void {
    for (const { cluster } of this.open.values()) cluster.dispose();
    this.open.clear();
  }
}

function keyOf(path: string, name: string): string {
  return name === "" ? `note:${path}` : `name:${name}`;
}
