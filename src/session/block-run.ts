import { differs } from "./compare";
import { plan } from "./plan";
import type { NoteCluster, Run } from "./note-cluster";
import type { Planned } from "./plan";
import type { Block } from "../note/model";

/** What a command of a block printed. */
export interface Entry {
  readonly planned: Planned;
  state: "waiting" | "running" | "done" | "stopped";
  output: { readonly fd: 1 | 2; data: string }[];
  exit: number | undefined;
  /** Its recorded output says something else than the fresh one, what is random by nature aside. */
  differs: boolean;
}

/** The prompt of a shell in a container as a session begins: `root@web:/# `, `/ # `. */
const firstPrompt = /(?:([\w.-]+@[\w.-]+:)[^\s#$]* ?|(?:~|\/[\w./-]*) |^|\n)[#$] $/;

/** The prompts of a session that began with this one; they may follow output that has no newline of its own. */
function promptsLike(first: string): RegExp {
  const stem = firstPrompt.exec(first)?.[1];
  return stem === undefined ? /(?:(?:~|\/[\w./-]*) |^|\n)[#$] $/ : new RegExp(`${stem.replace(/[.]/g, "\\.")}[^\\n]*[#$] $`);
}

/** How much of one command's output is kept, UTF-16 units. */
const mostOutput = 400_000;

/**
 * A run of a block on a note's cluster: its manifests and commands one after the other, stepped or whole. A command that opens a
 * session in a container stays open, and what follows in the transcript is typed into it.
 */
export class BlockRun {
  readonly entries: readonly Entry[];
  private at = 0;
  private current: Run | undefined;
  private session: { readonly run: Run; readonly entry: Entry } | undefined;
  private heard = "";
  private going = false;
  private prompted: (() => void) | undefined;
  private prompt = firstPrompt;

  constructor(private readonly note: NoteCluster, block: Block, private readonly changed: () => void = () => undefined) {
    this.entries = plan(block).map((planned) => ({ planned, state: "waiting", output: [], exit: undefined, differs: false }));
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
    while (!this.done) {
      const before = this.at;
      this.step();
      const { cluster } = this.note;
      cluster.advance(cluster.now + most, undefined, () => this.current === undefined);
      if (this.current !== undefined) {
        const entry = this.entries[before];
        this.note.kill();
        this.session = undefined;
        this.current = undefined;
        if (entry !== undefined && entry.exit === undefined) this.finish(entry, 124);
      }
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
    const line = planned.where === "note" ? planned.line : `kubectl exec ${planned.where.pod} -- sh -c '${planned.line.replaceAll("'", "'\\''")}'`;
    let target = entry;
    const run = this.note.run(line, { write: (fd, data) => { target = this.session?.entry === entry ? this.entries[this.at] ?? target : target; this.hear(target, fd, data); } });
    this.current = run;
    if (planned.opens) {
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
    session.run.type(`${entry.planned.line}\n`);
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
    session.run.then(() => {
      this.current = undefined;
      if (!session.run.killed) then();
    });
    session.run.type("exit\n");
  }

  private hear(entry: Entry, fd: 1 | 2, data: string): void {
    const last = entry.output[entry.output.length - 1];
    const size = entry.output.reduce((sum, of) => sum + of.data.length, 0);
    if (size > mostOutput) last?.data.endsWith("…\n") === false && entry.output.push({ fd: 2, data: "…\n" });
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
    const { recorded } = entry.planned;
    if (recorded !== undefined) entry.differs = differs(recorded.join("\n"), entry.output.map((of) => of.data).join(""));
    this.at++;
    this.changed();
    if (this.going) this.next();
  }
}
