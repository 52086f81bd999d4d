import { openCluster } from "../cluster/cluster";
import { k8sSim } from "./k8s-sim-command";
import { kubectl } from "../kubectl/kubectl";
import { home } from "./note-files";
import { completionFacts, noteShell, promptReady, userland } from "../shell/shell";
import { slow } from "./slow";
import { warmUp } from "./warm-up";
import type { Cluster, ClusterOptions, ProcessHandle } from "../cluster/cluster-contract";
import type { Json, Ms } from "../cluster/model";
import type { NoteFiles } from "./note-files";

export interface Output {
  write(fd: 1 | 2, data: string): void;
}

/** A command line under way in the note's shell. */
export interface Run {
  readonly line: string;
  readonly done: boolean;
  /** The exit code, once done. */
  readonly exit: number | undefined;
  /** It did not end by itself: its shell was taken away (reset, branch, a command that would not stop). */
  readonly killed: boolean;
  /** Ctrl-C. */
  stop(): void;
  /** Types into a command that reads. */
  type(text: string): void;
  /** Called once, when it is done (at once where it is already). */
  then(fn: (exit: number) => void): void;
}

/** What a run of kubectl takes to start, find its server and ask, virtual ms (the recorded ones take 60 to 100): a reader's next command never comes at the same instant. */
const startUp: Ms = 60;

/** The longest that a command waits in virtual time when nobody watches, ms. */
export const longestRun: Ms = 30 * 60_000;

interface Pending {
  readonly line: string;
  readonly output: Output;
  readonly after: ((exit: number) => void)[];
  started: boolean;
  killed: boolean;
  exit: number | undefined;
}

/** How long the shell takes one line after the other before it lets others work, wall ms. */
const slice = 8;

/** A cluster whose containers have the shell's programs, made piece by piece: it yields every few ms of work. */
export function openEmpty(options: Partial<ClusterOptions>, stopwatch?: () => number): Generator<void, Cluster> {
  return openCluster(options, { userland, ...(stopwatch === undefined ? {} : { stopwatch }) });
}

/**
 * One simulated cluster with the note's shell on it. Commands run one after the other in the same shell, so that its variables,
 * functions and working directory stay; what waits, waits in virtual time.
 */
export class NoteCluster {
  /** Which pods the names that the note recorded stand for. */
  readonly standIns = new Map<string, string>();
  private made: Cluster | undefined;
  private making = this.pieces();
  private pumping = false;
  /** When the work of `advance` should end, as the stopwatch counts. */
  private until: number | undefined;
  private process: ProcessHandle | undefined;
  private readonly queue: Pending[] = [];
  private readonly listeners = new Set<() => void>();
  private ready = false;
  private driver: object | undefined;
  private driven = 0;
  private held: { readonly driver: object; readonly ended: () => void } | undefined;
  private rested = true;
  private shellState: Json = null;
  private frames = 0;

  /** `restored` is a cluster that goes on where it was when the note was last open. */
  constructor(readonly options: Partial<ClusterOptions>, readonly files: NoteFiles, private readonly stopwatch?: () => number, restored?: Cluster) {
    this.made = restored;
    this.isRestored = restored !== undefined;
  }

  /** Made when it is first asked for; what of it has not been made in pieces by then is made at once. */
  get cluster(): Cluster {
    while (this.made === undefined) this.making.next();
    return this.made;
  }

  /** Whether its cluster is there. */
  get opened(): boolean {
    return this.made !== undefined;
  }

  /** Virtual time of its cluster, 0 before there is one. */
  get now(): Ms {
    return this.made?.now ?? 0;
  }

  /** Makes its cluster: with a stopwatch it yields every few ms of work. Whoever goes on with it, it is one cluster; a note that has gone makes none. */
  *opening(): Generator<void, void> {
    let from = this.stopwatch?.() ?? 0;
    while (!this.gone && this.making.next().done !== true) {
      if (this.stopwatch === undefined || this.stopwatch() - from < slice / 2) continue;
      yield;
      from = this.stopwatch();
    }
  }

  /** It has a past that none of the open blocks ran. */
  isRestored: boolean;
  /** How often its cluster was exchanged. */
  turn = 0;
  private gone = false;

  /** Whether a command is under way, and so the clock should run. */
  get busy(): boolean {
    return this.queue.length > 0;
  }

  /** Told when the cluster was exchanged (reset, branch) or a command began or ended. */
  onChange(fn: () => void): () => void {
    this.listeners.add(fn);
    return () => { this.listeners.delete(fn); };
  }

  /** Puts a command line into the shell; it begins when those before it are done. `queued` has it before it begins: it may be over when this returns. */
  run(line: string, output: Output, queued: (run: Run) => void = () => undefined): Run {
    const pending: Pending = { line, output, after: [], started: false, killed: false, exit: undefined };
    const run: Run = {
      line,
      get done() { return pending.exit !== undefined; },
      get exit() { return pending.exit; },
      get killed() { return pending.killed; },
      stop: () => {
        if (pending.started) this.process?.signal("INT");
        else this.drop(pending, 130);
      },
      type: (text) => { if (pending.started && pending.exit === undefined) this.process?.input(text); },
      then: (fn) => {
        if (pending.exit === undefined) pending.after.push(fn);
        else fn(pending.exit);
      },
    };
    this.queue.push(pending);
    queued(run);
    this.pump();
    // It waits for its cluster, or for its turn: whoever lets time pass is told.
    if (this.due && !this.pumping) this.changed();
    return run;
  }

  /** Runs a command to its end in virtual time and collects what it printed. For places without a screen. */
  complete(line: string, most: Ms = longestRun): { readonly stdout: string; readonly stderr: string; readonly exit: number } {
    let stdout = "";
    let stderr = "";
    const run = this.run(line, { write: (fd, data) => { if (fd === 1) stdout += data; else stderr += data; } });
    this.finish(run, most);
    return { stdout, stderr, exit: run.exit ?? 130 };
  }

  /** Advances virtual time until a run is done, at most `most` ms; then it is interrupted. */
  finish(run: Run, most: Ms = longestRun): void {
    const end = this.cluster.now + most;
    if (!run.done) this.advance(end, undefined, () => run.done);
    for (let tries = 0; !run.done && tries < 5; tries++) {
      run.stop();
      this.advance(this.cluster.now + 5_000, undefined, () => run.done);
    }
    if (!run.done) this.kill();
  }

  /**
   * As its cluster's: advances virtual time to `until`, with at most `budget` wall ms of work. The cluster is made first where there is
   * none, and no time passes before the shell has taken what it can take at once.
   */
  advance(until: Ms, budget?: number, stop?: () => boolean): ReturnType<Cluster["advance"]> {
    const { stopwatch } = this;
    const end = budget === undefined || stopwatch === undefined ? Infinity : stopwatch() + budget;
    const left = (): number => (stopwatch === undefined || end === Infinity ? Infinity : end - stopwatch());
    this.until = end;
    try {
      while (this.making.next().done !== true) if (left() <= 0) return "budget";
      for (;;) {
        this.pump();
        if (stop?.() === true) return "stopped";
        if (this.due) return "budget";
        const how = this.cluster.advance(until, budget === undefined ? undefined : Math.max(0, left()), () => this.due || stop?.() === true);
        if (how !== "stopped" || !this.due) return how;
        if (left() <= 0) return "budget";
      }
    } finally {
      this.until = undefined;
    }
  }

  /** Asks kubectl something beside the shell, at once; what it prints, errors included. Not for commands that wait. */
  ask(argv: readonly string[]): string {
    let text = "";
    const process = this.cluster.start(kubectl(), {
      argv: ["kubectl", ...argv], env: { HOME: home }, cwd: home, tty: false, files: this.files,
      write: (_fd, data) => { text += data; }, exit: () => undefined,
    });
    if (process.running) process.kill();
    return text;
  }

  /**
   * Lets wall time pass for everyone who watches this cluster: `caller` may be one of several pictures, but one alone drives,
   * so that time does not run at double speed. Returns false where another drives.
   */
  drive(caller: object, elapsed: number, speed: number, budget: number): "settled" | "running" | "other" {
    this.frames++;
    if (this.held !== undefined) return "other";
    if (this.driver !== caller && this.frames - this.driven < 12 && this.driver !== undefined) return "other";
    this.driver = caller;
    this.driven = this.frames;
    const how = this.advance(this.now + elapsed * speed, budget);
    const settled = how === "settled" && !this.busy;
    // Who keeps it wants to know that it came to rest.
    if (settled && !this.rested) this.changed();
    this.rested = settled;
    return settled ? "settled" : "running";
  }

  /** Somebody else lets its time run, seen or not, as a server does, until the answer is called; `ended` is told where the cluster goes first. */
  hold(driver: object, ended: () => void): () => void {
    this.held = { driver, ended };
    return () => { if (this.held?.driver === driver) this.held = undefined; };
  }

  /** The names that the note's shell knows, for completion. */
  shellFacts(): ReturnType<typeof completionFacts> {
    const facts = completionFacts(this.shellState);
    return facts.names.length > 0 ? facts : { ...facts, aliases: { k: "kubectl" } };
  }

  /** Ends the shell and everything in it at once; the next command gets a new one. */
  kill(): void {
    this.process?.kill();
    this.process = undefined;
    this.ready = false;
    const waiting = this.queue.splice(0);
    for (const pending of waiting) {
      pending.killed = true;
      this.settle(pending, 137);
    }
  }

  /** Back to the beginning: a new cluster, a new shell. */
  reset(): void {
    this.exchange(undefined);
  }

  /** Goes on from a moment of the past: a new cluster that replayed the actions up to there. */
  branch(time: Ms): void {
    this.exchange(this.cluster.branch(time));
  }

  /**
   * Calls the present moment by the wall clock's name (Unix ms), as real clients need it: they tell ages by their own clock. The cluster
   * is replayed under its new name, so a command under way is ended.
   */
  align(wall: number): void {
    const { now } = this.cluster;
    this.exchange(this.cluster.branch(now, new Date(wall - now).toISOString()));
  }

  dispose(): void {
    this.held?.ended();
    this.gone = true;
    this.kill();
    this.made?.dispose();
    this.listeners.clear();
  }

  private exchange(cluster: Cluster | undefined): void {
    this.kill();
    this.made?.dispose();
    this.made = cluster;
    this.making = this.pieces();
    this.turn++;
    this.standIns.clear();
    this.isRestored = false;
    this.changed();
  }

  private *pieces(): Generator<void, void> {
    this.made ??= yield* openEmpty(this.options, this.stopwatch);
    if (this.stopwatch !== undefined) yield* warmUp(this.made);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  private drop(pending: Pending, exit: number): void {
    const at = this.queue.indexOf(pending);
    if (at >= 0) this.queue.splice(at, 1);
    this.settle(pending, exit);
  }

  private settle(pending: Pending, exit: number): void {
    if (pending.exit !== undefined) return;
    pending.exit = exit;
    for (const fn of pending.after) fn(exit);
    this.changed();
  }

  /** Whether the shell could take a line now. */
  private get due(): boolean {
    return this.queue[0]?.started === false && (this.ready || this.process?.running !== true);
  }

  /**
   * Gives the shell its lines, one after the other, as long as it is ready for one and the slice lasts. What is left then is given before
   * any virtual time passes: `advance` sees to it.
   */
  private pump(): void {
    const { stopwatch } = this;
    // A line that ends at once asks for the next from within.
    if (this.pumping || (this.made === undefined && stopwatch !== undefined)) return;
    const until = this.until ?? (stopwatch === undefined || this.held !== undefined ? Infinity : stopwatch() + slice);
    this.pumping = true;
    try {
      // A line that waited ends within the cluster's own work, and its time may be over.
      while (this.due && (stopwatch === undefined || stopwatch() <= until)) this.give();
    } finally {
      this.pumping = false;
    }
  }

  private give(): void {
    const [next] = this.queue;
    if (next === undefined) return;
    if (this.process?.running !== true) {
      this.process = this.open();
      // A shell that reads its input is ready as soon as it has started.
      this.ready = true;
    }
    next.started = true;
    this.ready = false;
    this.changed();
    this.process.input(`${next.line}\n`);
  }

  /** The shell has a prompt again: the command at the head of the queue is done. */
  private prompt(exit: number): void {
    this.ready = true;
    const head = this.queue[0];
    if (head?.started === true) {
      this.queue.shift();
      this.settle(head, exit);
    }
    this.pump();
  }

  private open(): ProcessHandle {
    const program = noteShell((name) => (name === "kubectl" ? slow(kubectl(), startUp) : name === "k8s-sim" ? k8sSim : undefined), { prompt: false });
    return this.cluster.start(program, {
      argv: ["bash", "-s"], env: { HOME: home, PATH: "/usr/local/bin:/usr/bin:/bin", USER: "user", SHELL: "/bin/bash", TERM: "xterm", LANG: "C.UTF-8" }, cwd: home, tty: true, files: this.files,
      write: (fd, data) => { this.queue[0]?.output.write(fd, data); },
      stepped: (state) => { this.stepped(state); },
      exit: (code) => {
        this.process = undefined;
        const head = this.queue[0];
        if (head?.started === true) {
          this.queue.shift();
          this.settle(head, code);
        }
        this.pump();
      },
    });
  }

  /** The shell stands still: has it a prompt, and so is the command at the head of the queue done? */
  private stepped(state: Json): void {
    this.shellState = state;
    if (this.process === undefined) return;
    const { ready, lastExit, continuation } = promptReady(state);
    if (!ready) return;
    // A line that wants more (an open quote, a heredoc without end) gets no more: the end of input lets the shell say so.
    if (continuation) this.process.eof();
    else this.prompt(lastExit);
  }
}
