import { clusterName } from "../note/cluster-name";
import type { Block, NoteModel } from "../note/model";
import type { NoteCluster } from "../session/note-cluster";
import type { NoteClusters } from "../session/note-clusters";
import { BlockState, Notebook } from "../ui/block-state";
import type { Keeper } from "./keeper";

const runs = (block: Block): boolean => block.is === "k8s-sim" || block.is === "transcript";

interface Kept {
  note: NoteModel;
  /** In the note's order, those that can run. */
  states: Map<Block, BlockState>;
}

/** What the blocks of every open note did. Views ask here; nothing of it hangs on an element. */
export class Blocks {
  private readonly notebooks = new Map<NoteCluster, Notebook>();
  private readonly notes = new Map<string, Kept>();
  private readonly beside = new Map<string, ReadonlyMap<string, string>>();

  constructor(
    private readonly clusters: NoteClusters,
    private readonly keeper: Keeper,
  ) {}

  /** Brings back the clusters that the note had when it was last open. */
  bring(note: NoteModel, beside = this.beside.get(note.path)): Promise<void> {
    return this.keeper.bring(note, this.clusters, beside);
  }

  /** The files beside a note, which its commands may read. */
  give(path: string, beside: ReadonlyMap<string, string>): void {
    this.beside.set(path, beside);
  }

  hasFiles(path: string): boolean {
    return this.beside.has(path);
  }

  /** A note's own cluster, or one that it shares, where something has been run on it. */
  peek(path: string, name = ""): NoteCluster | undefined {
    return this.clusters.peek(path, name);
  }

  notebook(note: NoteModel, name: string): Notebook {
    const cluster = this.clusters.of(note, name, this.beside.get(note.path));
    const found = this.notebooks.get(cluster);
    if (found !== undefined) return found;
    const made = new Notebook(cluster);
    this.notebooks.set(cluster, made);
    return made;
  }

  /** The state of a block of exactly this note. */
  state(note: NoteModel, block: Block): BlockState {
    const { states } = this.align(note);
    const found = states.get(block);
    if (found !== undefined) return found;
    const made = this.make(note, block);
    states.set(block, made);
    return made;
  }

  /** The `k8s-sim` blocks of one cluster of a note, in its order. */
  row(note: NoteModel, name: string): readonly BlockState[] {
    return note.blocks.filter((block) => block.is === "k8s-sim" && clusterName(block) === name).map((block) => this.state(note, block));
  }

  move(from: string, to?: string): void {
    const kept = this.notes.get(from);
    this.notes.delete(from);
    this.beside.delete(from);
    if (to !== undefined && kept !== undefined) this.notes.set(to, kept);
    else if (kept !== undefined) for (const state of kept.states.values()) state.stop();
  }

  dispose(): void {
    for (const notebook of this.notebooks.values()) notebook.dispose();
    this.notebooks.clear();
    this.notes.clear();
  }

  private make(note: NoteModel, block: Block): BlockState {
    const notebook = this.notebook(note, clusterName(block));
    const state = new BlockState(block, notebook, note);
    notebook.add(state);
    return state;
  }

  /**
   * Follows the blocks of a note through its edits: what is unchanged keeps its state wherever it went, an `id` keeps it always,
   * and of the rest each takes the state of the one that stood in its place.
   */
  private align(note: NoteModel): Kept {
    const kept = this.notes.get(note.path);
    if (kept?.note === note) return kept;
    const left = [...(kept?.states.values() ?? [])];
    const states = new Map<Block, BlockState>();
    const blocks = note.blocks.filter(runs);
    const take = (block: Block, fits: (state: BlockState) => boolean): void => {
      const at = left.findIndex((state) => state.block.is === block.is && clusterName(state.block) === clusterName(block) && fits(state));
      const [state] = at < 0 ? [] : left.splice(at, 1);
      if (state !== undefined) states.set(block, state);
    };
    for (const block of blocks) if (block.id !== undefined) take(block, (state) => state.block.id === block.id);
    for (const block of blocks) if (!states.has(block)) take(block, (state) => state.block.id === undefined && state.block.source.text === block.source.text);
    // Only where nothing came or went is the place a name.
    if (kept !== undefined && [...kept.states.keys()].length === blocks.length) {
      for (const block of blocks) if (!states.has(block) && block.id === undefined) take(block, (state) => state.block.id === undefined);
    }
    for (const state of left) state.stop();
    const ordered = new Map<Block, BlockState>();
    for (const block of blocks) {
      const state = states.get(block);
      if (state === undefined) continue;
      state.give(block, note);
      ordered.set(block, state);
    }
    const next: Kept = { note, states: ordered };
    this.notes.set(note.path, next);
    return next;
  }
}
