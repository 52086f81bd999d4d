import type { Cancel, Ms } from "../cluster/model";
import type { Block, NoteModel } from "../note/model";
import { reconstruct } from "../session/reconstruct";
import type { Rebuilt } from "../session/reconstruct";
import { BlockRun, waiting } from "../session/block-run";
import { missingFor, rebuilding } from "../session/rebuild";
import type { Entry } from "../session/block-run";
import type { NoteCluster, Run } from "../session/note-cluster";
import { plan } from "../session/plan";
import type { Planned } from "../session/plan";

/** A command that was typed into a block's console. */
export interface Typed {
  readonly line: string;
  text: string;
  exit: number | undefined;
}

/** So long does the clock run on after the last command, virtual ms: pods start, updates finish. */
const afterRun: Ms = 180_000;
const mostTyped = 60;
const mostTypedText = 100_000;

/** What a block did on its cluster. It outlives every view of the block: those come and go with the cursor and the scroll bar. */
export class BlockState {
  private run: BlockRun | undefined;
  /** Brings what the block speaks of and the cluster lacks. */
  private builder: BlockRun | undefined;
  private needs: readonly Rebuilt[] | undefined;
  private lacking: { readonly rev: number; readonly of: object; readonly all: readonly Rebuilt[] } | undefined;
  /** What the reader gave for the placeholders of its commands. */
  readonly values = new Map<string, string>();
  /** It was to run, but for the value of this placeholder. */
  asking: string | undefined;
  /** The block's text as it was when it began to run. */
  private ran: string | undefined;
  private planned: readonly Planned[];
  private idle: readonly Entry[] | undefined;
  private readonly listeners = new Set<() => void>();
  readonly typed: Typed[] = [];
  readonly history: string[] = [];
  /** It ran by itself once (`autorun`), or the reader ran it. */
  began = false;

  constructor(public block: Block, readonly notebook: Notebook, private note: NoteModel) {
    this.planned = plan(block);
  }

  /** The block as the note has it now; what ran stays shown, and reads stale where it differs. */
  give(block: Block, note: NoteModel): void {
    if (block === this.block) return;
    this.block = block;
    this.note = note;
    this.needs = undefined;
    this.lacking = undefined;
    this.planned = plan(block);
    this.idle = undefined;
    this.changed();
  }

  /** What ran where something did, else what would. */
  get entries(): readonly Entry[] {
    const own = this.run?.entries ?? (this.idle ??= this.planned.map(waiting));
    return this.builder === undefined ? own : [...this.builder.entries, ...own];
  }

  get broken(): boolean {
    return this.block.problems.some(({ severity }) => severity === "error");
  }

  get started(): boolean {
    return this.run !== undefined || this.builder !== undefined;
  }

  get running(): boolean {
    return (this.run !== undefined && !this.run.done && (this.run.running || this.going)) || this.builder?.done === false;
  }

  /** What a transcript speaks of and the cluster does not have; nothing before there is one to ask. */
  get lacks(): readonly Rebuilt[] {
    if (this.block.is !== "transcript" || !this.notebook.cluster.opened) return [];
    const { cluster } = this.notebook.cluster;
    if (this.lacking?.rev !== cluster.rev || this.lacking.of !== cluster) {
      this.needs ??= reconstruct(this.note, this.block);
      this.lacking = { rev: cluster.rev, of: cluster, all: missingFor(this.needs, cluster.at()) };
    }
    return this.lacking.all;
  }

  /** Makes the cluster, piece by piece, where the block wants to know what that lacks. */
  *wondering(): Generator<void, void> {
    if (this.block.is !== "transcript" || this.notebook.cluster.opened) return;
    this.needs ??= reconstruct(this.note, this.block);
    if (this.needs.length === 0) return;
    yield* this.notebook.cluster.opening();
    this.changed();
  }

  /** Builds what it lacks from what the note recorded. */
  reconstruct(): void {
    if (this.running || this.lacks.length === 0) return;
    this.began = true;
    this.builder = new BlockRun(this.notebook.cluster, rebuilding(this.block, this.lacks), () => {
      this.changed();
      this.notebook.moved();
    });
    this.builder.run();
    this.changed();
  }

  /** Whether it has every value that its commands leave to the reader; the first that is missing is asked for. */
  private get complete(): boolean {
    this.asking = this.planned.flatMap(({ asks }) => asks).find((name) => (this.values.get(name) ?? "") === "");
    if (this.asking !== undefined) this.changed();
    return this.asking === undefined;
  }

  get done(): boolean {
    return this.run?.done === true;
  }

  /** The block was changed after it ran. */
  get stale(): boolean {
    return this.ran !== undefined && this.ran !== this.block.source.text;
  }

  private going = false;

  /** Runs what is left of it, or all of it anew. What does not parse does not start. */
  start(): void {
    if (this.broken || this.running || !this.complete) return;
    this.going = true;
    this.fresh().run();
    this.changed();
  }

  /** Runs the next command alone. */
  step(): void {
    if (this.broken || this.running || !this.complete) return;
    this.going = false;
    this.fresh().step();
    this.changed();
  }

  stop(): void {
    this.going = false;
    for (const run of [this.builder, this.run]) if (run?.done === false) run.stop();
    this.changed();
  }

  /** The cluster began anew: nothing has been done on it. */
  clear(): void {
    this.going = false;
    this.run = undefined;
    this.builder = undefined;
    this.ran = undefined;
    this.typed.length = 0;
    this.changed();
  }

  /** Types a command beside the block's own. */
  type(line: string, write: (text: string) => void, done: (exit: number) => void): Run {
    if (this.history[this.history.length - 1] !== line) this.history.push(line);
    const typed: Typed = { line, text: "", exit: undefined };
    this.typed.push(typed);
    if (this.typed.length > mostTyped) this.typed.shift();
    const run = this.notebook.cluster.run(line, {
      write: (_fd, text) => {
        typed.text = (typed.text + text).slice(-mostTypedText);
        write(text);
      },
    });
    run.then((exit) => {
      typed.exit = exit;
      done(exit);
    });
    return run;
  }

  onChange(fn: () => void): Cancel {
    this.listeners.add(fn);
    return () => void this.listeners.delete(fn);
  }

  changed(): void {
    for (const listener of [...this.listeners]) listener();
  }

  private fresh(): BlockRun {
    this.began = true;
    if (this.run === undefined || this.run.done || this.stale) {
      this.ran = this.block.source.text;
      this.run = new BlockRun(this.notebook.cluster, this.planned, () => {
        if (this.run?.done === true) this.going = false;
        this.changed();
        this.notebook.moved();
      }, this.values);
    }
    return this.run;
  }
}

/** The blocks that share a cluster, as cells of a notebook: they run in the note's order. */
export class Notebook {
  private readonly waiting: BlockState[] = [];
  private current: BlockState | undefined;
  private turn: number;
  private readonly states = new Set<BlockState>();
  private lastBusy: Ms = 0;
  private settled = true;
  private readonly cancel: Cancel;

  constructor(readonly cluster: NoteCluster) {
    this.turn = cluster.turn;
    this.cancel = cluster.onChange(() => {
      if (cluster.busy) this.settled = false;
      this.lastBusy = cluster.now;
      if (cluster.turn !== this.turn) {
        this.turn = cluster.turn;
        this.waiting.length = 0;
        this.current = undefined;
        // A branch keeps what was done before its moment; a reset keeps nothing.
        for (const state of this.states) {
          if (cluster.now === 0) state.clear();
          else state.stop();
        }
      }
      for (const state of this.states) state.changed();
    });
  }

  add(state: BlockState): void {
    this.states.add(state);
  }

  /** Whether its clock should go on: something runs, or has run and has not come to rest. */
  get lively(): boolean {
    return this.cluster.busy || (!this.settled && this.cluster.now < this.lastBusy + afterRun);
  }

  /** Lets wall time pass; `caller` is who watches. */
  drive(caller: object, elapsed: number, speed: number, budget: number): void {
    const how = this.cluster.drive(caller, elapsed, speed, budget);
    if (how === "settled") this.settled = true;
  }

  /** Runs these blocks one after the other, after those that are still to come. */
  queue(states: readonly BlockState[]): void {
    for (const state of states) if (!this.waiting.includes(state)) this.waiting.push(state);
    this.moved();
  }

  /** Starts over, and runs these from the top. */
  replay(states: readonly BlockState[]): void {
    this.reset();
    this.queue(states);
  }

  reset(): void {
    this.halt();
    this.cluster.reset();
  }

  /** Stops whatever runs; a command that does not heed it loses its shell. */
  stop(): void {
    const heeded = [...this.states].some((state) => state.running);
    this.halt();
    if (!heeded && this.cluster.busy) this.cluster.kill();
  }

  /** A block went on or ended: the next may begin. */
  moved(): void {
    if (this.current?.running === true) return;
    this.current = undefined;
    while (this.current === undefined && this.waiting.length > 0) {
      const next = this.waiting.shift();
      if (next === undefined || next.broken) continue;
      this.current = next;
      next.start();
      if (!next.running) this.current = undefined;
    }
  }

  dispose(): void {
    this.halt();
    this.cancel();
    this.states.clear();
  }

  private halt(): void {
    this.waiting.length = 0;
    this.current = undefined;
    for (const state of this.states) state.stop();
  }
}
