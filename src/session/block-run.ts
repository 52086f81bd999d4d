import { filled } from "../note/placeholders";
import { difference } from "./compare";
import { errorPlaces } from "./error-place";
import { withStandIns } from "./stand-ins";
import type { NoteCluster, Run } from "./note-cluster";
import type { Notice, Planned } from "./plan";

/** What a command of a block printed. */
export interface Entry {
  readonly planned: Planned;
  state: "waiting" | "running" | "done" | "stopped";
  output: { readonly fd: 1 | 2; data: string }[];
  exit: number | undefined;
  /** Its recorded output says something else than the fresh one, what is random by nature aside. */
  differs: boolean;
  /** Every recorded line is there, and so many others. */
  more: number;
  /** What the runner changed in it as it ran. */
  notices: readonly Notice[];
}

/** An entry that has not run. */
export const waiting = (planned: Planned): Entry => ({ planned, state: "waiting", output: [], exit: undefined, differs: false, more: 0, notices: [] });

/** The prompt of a shell in a container as a session begins: `root@web:/# `, `/ # `. */
const firstPrompt = /(?:([\w.-]+@[\w.-]+:)[^\s#$]* ?|(?:~|\/[\w./-]*) |^|\n)[#$] $/;

/** The prompts of a session that began with this one; they may follow output that has no newline of its own. */
function promptsLike(first: string): RegExp {
  const stem = firstPrompt.exec(first)?.[1];
  return stem === undefined ? /(?:(?:~|\/[\w./-]*) |^|\n)[#$] $/ : new RegExp(`${stem.replace(/[.]/g, "\\.")}[^\\n]*[#$] $`);
}

/** How long a run works before it lets others, wall ms. */
const slice = 6;

/** How much of one command's output is kept, UTF-16 units. */
const mostOutput = 400_000;

/**
 * A run of a plan on a note's cluster: its manifests and commands one after the other, stepped or whole. A command that opens a
 * session in a container stays open, and what follows in the transcript is typed into it.
 */
export class BlockRun {
  readonly entries: readonly Entry[];
  private at = 0;
  private current: Run | undefined;
  private session: { readonly run: Run; readonly entry: Entry } | undefined;
  private heard = "";
  private going = false;
  private leaving = false;
  private prompted: (() => void) | undefined;
  private prompt = firstPrompt;

  /** `values` fill the placeholders of its commands; one that has none for it is not run. */
  constructor(private readonly note: NoteCluster, planned: readonly Planned[], private readonly changed: () => void = () => undefined, private readonly values: ReadonlyMap<string, string> = new Map()) {
    this.entries = planned.map(waiting);
  }

  get done(): boolean {
    return this.at >= this.entries.length && this.current === undefined;
  }

  get running(): boolean {
    return this.current !== undefined;
  }

  /** Runs everything that is left. */
  run(): void {
    this.going = true;
    this.next();
  }

  /** Runs one command. */
  step(): void {
    this.going = false;
    this.next();
  }

  /** Ctrl-C, and nothing further. */
  stop(): void {
    this.going = false;
    for (const entry of this.entries) if (entry.state === "running") entry.state = "stopped";
    this.current?.stop();
    this.session?.run.stop();
    if (this.session !== undefined) this.session.run.type("exit\n");
    this.session = undefined;
    this.current = undefined;
    this.prompted = undefined;
    this.at = this.entries.length;
    this.changed();
  }

  /** Runs to the end in virtual time, at most `most` ms for each command. */
  complete(most: number): void {
    const steps = this.completing(most);
    while (steps.next().done !== true) continue;
  }

  /** As `complete`, piece by piece: it yields every few ms of work where the cluster has a stopwatch. */
  *completing(most: number): Generator<void, void> {
    const { note } = this;
    yield* note.opening();
    const wait = function* (of: BlockRun, ms: number): Generator<void, void> {
      const end = note.now + ms;
      while (of.current !== undefined && note.now < end && note.advance(end, slice, () => of.current === undefined) === "budget") yield;
    };
    while (!this.done) {
      const before = this.at;
      this.step();
      yield* wait(this, most);
      // What would not end by itself is interrupted, and loses its shell only where it does not heed that.
      for (let tries = 0; this.current !== undefined && tries < 3; tries++) {
        this.current.stop();
        yield* wait(this, 2_000);
      }
      if (this.current !== undefined) {
        const entry = this.entries[before];
        this.note.kill();
        this.session = undefined;
        this.current = undefined;
        if (entry !== undefined && entry.exit === undefined) this.finish(entry, 124);
      }
      yield;
    }
  }

  private next(): void {
    if (this.current !== undefined) return;
    const entry = this.entries[this.at];
    if (entry === undefined) {
      this.leave(() => { this.changed(); });
      return;
    }
    const { planned } = entry;
    if (planned.where !== "note" && this.session !== undefined) {
      this.type(entry);
      return;
    }
    this.leave(() => { this.start(entry); });
  }

  private start(entry: Entry): void {
    entry.state = "running";
    this.heard = "";
    // A pod's command whose session could not be opened is tried by itself.
    const { planned } = entry;
    const asked = planned.asks.find((name) => !this.values.has(name));
    if (asked !== undefined) {
      this.refuse(entry, asked);
      return;
    }
    const own = this.given(entry);
    const line = planned.where === "note" ? own : `kubectl exec ${planned.where.pod} -- sh -c '${own.replaceAll("'", "'\\''")}'`;
    let target = entry;
    const write = (fd: 1 | 2, data: string): void => { target = this.session?.entry === entry ? this.entries[this.at] ?? target : target; this.hear(target, fd, data); };
    // One that ends at once asks for the next from within the shell's own loop, however many follow.
    this.note.run(line, { write }, (run) => { this.follow(run, entry); });
  }

  private follow(run: Run, entry: Entry): void {
    this.current = run;
    if (entry.planned.opens) {
      this.prompt = firstPrompt;
      this.prompted = () => {
        this.prompt = promptsLike(this.heard);
        this.session = { run, entry };
        this.current = undefined;
        this.finish(entry, 0);
      };
    }
    run.then((exit) => {
      // The cluster is being taken away: what comes next would run on the one that goes.
      if (run.killed) this.going = false;
      if (this.session?.run === run) this.session = undefined;
      this.prompted = undefined;
      if (this.current === run || entry.exit === undefined) {
        this.current = undefined;
        this.finish(this.entries[this.at] ?? entry, exit);
      }
    });
    this.changed();
  }

  /** The line as it is given to the shell: placeholders filled, recorded pod names exchanged for those of this cluster. */
  private given(entry: Entry): string {
    const written = filled(entry.planned.line, this.values);
    // Where there is no cluster yet, nothing stands in for anything; to ask would make it at once.
    if (!this.note.opened) return written;
    const { line, notices } = withStandIns(written, this.note.cluster.at(), this.note.standIns);
    entry.notices = notices;
    return line;
  }

  /** A command whose value nobody gave does not run. */
  private refuse(entry: Entry, name: string): void {
    entry.notices = [{ key: "run.asks", args: { name } }];
    this.finish(entry, 2);
  }

  private type(entry: Entry): void {
    const session = this.session;
    if (session === undefined) return;
    entry.state = "running";
    this.heard = "";
    this.current = session.run;
    this.prompted = () => {
      this.current = undefined;
      this.finish(entry, 0);
    };
    session.run.type(`${this.given(entry)}\n`);
    this.changed();
  }

  /** Leaves an open session, then goes on. */
  private leave(then: () => void): void {
    const session = this.session;
    if (session === undefined) {
      then();
      return;
    }
    this.session = undefined;
    this.prompted = undefined;
    this.current = session.run;
    this.leaving = true;
    session.run.then(() => {
      this.leaving = false;
      this.current = undefined;
      if (!session.run.killed) then();
    });
    session.run.type("exit\n");
  }

  private hear(entry: Entry, fd: 1 | 2, data: string): void {
    // The shell's own goodbye is nobody's output.
    if (this.leaving) return;
    const last = entry.output[entry.output.length - 1];
    const size = entry.output.reduce((sum, of) => sum + of.data.length, 0);
    if (size > mostOutput) {
      if (!entry.notices.some(({ key }) => key === "run.cut")) entry.notices = [...entry.notices, { key: "run.cut", args: { n: mostOutput } }];
    }
    else if (last?.fd === fd) last.data += data;
    else entry.output.push({ fd, data });
    this.heard = (this.heard + data).slice(-200);
    if (this.prompted !== undefined && this.prompt.test(this.heard)) {
      // The prompt itself is not the command's output.
      const tail = entry.output[entry.output.length - 1];
      if (tail !== undefined) tail.data = tail.data.replace(this.prompt, (whole) => (whole.startsWith("\n") ? "\n" : ""));
      const go = this.prompted;
      this.prompted = undefined;
      go();
    }
    this.changed();
  }

  private finish(entry: Entry, exit: number): void {
    if (entry.exit !== undefined) return;
    entry.exit = exit;
    if (entry.state !== "stopped") entry.state = "done";
    const { recorded, manifest, span } = entry.planned;
    if (manifest !== undefined && exit !== 0) entry.notices = [...entry.notices, ...errorPlaces(manifest, span.line, entry.output.map((of) => of.data).join(""))];
    if (recorded !== undefined) {
      const { missing, more } = difference(recorded.join("\n"), entry.output.map((of) => of.data).join(""));
      entry.differs = missing + more > 0;
      entry.more = missing === 0 ? more : 0;
    }
    this.at++;
    this.changed();
    if (this.going) this.next();
  }
}
