import type { Files, ProcessContext, Signal } from "../../cluster/images/program";
import type { Dict, Ms } from "../../cluster/model";
import type { NetRequest, NetResult } from "../../cluster/network/trace";

/** What a tool sees of the world: its arguments, its three streams, the container around it. */
export interface Io {
  /** With the tool's own name first. */
  readonly argv: readonly string[];
  readonly env: Dict;
  readonly cwd: string;
  readonly flavour: "bash" | "sh" | "busybox";
  readonly context: ProcessContext;
  /** Paths may be relative to the working directory. */
  readonly files: Files;
  /** True where the stream is the reader's terminal. */
  tty(fd: 0 | 1 | 2): boolean;
  out(text: string): void;
  err(text: string): void;
  /** Asks for standard input: `data` and `eof` follow. */
  read(on?: boolean): void;
  exit(code: number): void;
  /** `run` follows, once what was written has been taken. */
  again(): void;
  /** `wake` follows. */
  sleep(id: string, ms: Ms): void;
  cancel(id: string): void;
  /** `reply` follows. */
  request(id: string, request: NetRequest): void;
  listen(port: number): void;
  kill(pid: number, signal: Signal): string | undefined;
  /** Runs a command; `child` follows with its exit code. With capture, its output comes along instead of being shown. */
  spawn(argv: readonly string[], how?: { readonly stdin?: string; readonly capture?: boolean; readonly env?: Dict }): number;
  /** Absolute path. */
  path(path: string): string;
  /** True for a name that would run. */
  known(name: string): boolean;
  processes(): readonly { readonly pid: number; readonly argv: readonly string[]; readonly start: Ms }[];
}

/** A command whose state is plain data; it may be changed in place. */
export interface ToolOf<S> {
  /** A number ends it at once with that exit code. */
  start(io: Io): S | number;
  data?(io: Io, state: S, chunk: string): void;
  eof?(io: Io, state: S): void;
  run?(io: Io, state: S): void;
  wake?(io: Io, state: S, id: string): void;
  reply?(io: Io, state: S, id: string, result: NetResult): void;
  request?(io: Io, state: S, id: string, request: NetRequest): void;
  child?(io: Io, state: S, pid: number, code: number, output: string): void;
  /** True where the signal was handled; otherwise it ends the tool. */
  signal?(io: Io, state: S, name: Signal): boolean;
}

export type Tool = ToolOf<unknown>;
export type Tools = Dict<Tool>;

/** Forgets the type of a tool's state, which only the tool itself looks into. */
export function tool<S>(definition: ToolOf<S>): Tool {
  return definition;
}

/** A tool that needs nothing but its arguments and the files. */
export function instant(run: (io: Io, args: readonly string[]) => number): Tool {
  return { start: (io) => run(io, io.argv.slice(1)) };
}

export interface Operand {
  readonly name: string;
  readonly text: string | undefined;
}

/** A filter over the lines of its operands, or of standard input where there are none. */
export interface LineFilter<S> {
  /** A number ends it; otherwise the operands to read and the state. */
  start(io: Io): number | { readonly operands: readonly string[]; readonly state: S };
  /** `newline` is false for a last line without one. Returning false stops reading all input. */
  line(io: Io, state: S, line: string, file: string, newline: boolean): boolean | void;
  /** A file begins ("-" for standard input). */
  file?(io: Io, state: S, file: string): void;
  fileEnd?(io: Io, state: S, file: string): boolean | void;
  /** An operand that can't be read; the message is printed already. */
  missing?(io: Io, state: S, file: string): void;
  end(io: Io, state: S, failed: boolean): number;
  /** Prints the message for an unreadable operand; by default "name: file: No such file or directory". */
  complain?(io: Io, state: S, file: string, why: string): void;
}

interface LineState<S> {
  own: S;
  queue: string[];
  file: string;
  rest: string;
  failed: boolean;
}

export function lineFilter<S>(filter: LineFilter<S>): Tool {
  const feed = (io: Io, state: LineState<S>, text: string, last: boolean): boolean => {
    const all = state.rest + text;
    let from = 0;
    for (let at = all.indexOf("\n"); at >= 0; at = all.indexOf("\n", from)) {
      if (filter.line(io, state.own, all.slice(from, at), state.file, true) === false) return false;
      from = at + 1;
    }
    state.rest = all.slice(from);
    if (last && state.rest !== "") {
      const rest = state.rest;
      state.rest = "";
      return filter.line(io, state.own, rest, state.file, false) !== false;
    }
    return true;
  };
  const finish = (io: Io, state: LineState<S>): void => io.exit(filter.end(io, state.own, state.failed));
  const next = (io: Io, state: LineState<S>): void => {
    for (;;) {
      const file = state.queue.shift();
      if (file === undefined) return finish(io, state);
      state.file = file;
      state.rest = "";
      if (file === "-" || file === "/dev/stdin") {
        filter.file?.(io, state.own, file);
        return io.read();
      }
      const text = io.files.read(file);
      if (text === undefined) {
        const why = io.files.list(file) ? "Is a directory" : "No such file or directory";
        if (filter.complain) filter.complain(io, state.own, file, why);
        else io.err(`${io.argv[0]}: ${file}: ${why}\n`);
        state.failed = true;
        filter.missing?.(io, state.own, file);
        continue;
      }
      filter.file?.(io, state.own, file);
      if (!feed(io, state, text, true)) return finish(io, state);
      if (filter.fileEnd?.(io, state.own, file) === false) return finish(io, state);
    }
  };
  return tool<LineState<S>>({
    start(io) {
      const begun = filter.start(io);
      if (typeof begun === "number") return begun;
      const state: LineState<S> = { own: begun.state, queue: begun.operands.length ? [...begun.operands] : ["-"], file: "", rest: "", failed: false };
      next(io, state);
      return state;
    },
    data(io, state, chunk) {
      if (!feed(io, state, chunk, false)) finish(io, state);
    },
    eof(io, state) {
      io.read(false);
      if (!feed(io, state, "", true) || filter.fileEnd?.(io, state.own, state.file) === false) return finish(io, state);
      next(io, state);
    },
  });
}

/** A tool over its whole input: for what can't stream (sort, jq, base64). */
export function wholeFilter<S>(filter: {
  start(io: Io): number | { readonly operands: readonly string[]; readonly state: S };
  /** All operands in order, and what could not be read is reported already. */
  end(io: Io, state: S, inputs: readonly Operand[], failed: boolean): number;
  complain?(io: Io, file: string, why: string): void;
}): Tool {
  interface WholeState {
    own: S;
    queue: string[];
    done: { name: string; text: string }[];
    text: string;
    failed: boolean;
  }
  const next = (io: Io, state: WholeState): void => {
    for (;;) {
      const file = state.queue.shift();
      if (file === undefined) return io.exit(filter.end(io, state.own, state.done, state.failed));
      if (file === "-" || file === "/dev/stdin") {
        state.text = "";
        return io.read();
      }
      const text = io.files.read(file);
      if (text !== undefined) state.done.push({ name: file, text });
      else {
        const why = io.files.list(file) ? "Is a directory" : "No such file or directory";
        if (filter.complain) filter.complain(io, file, why);
        else io.err(`${io.argv[0]}: ${file}: ${why}\n`);
        state.failed = true;
      }
    }
  };
  return tool<WholeState>({
    start(io) {
      const begun = filter.start(io);
      if (typeof begun === "number") return begun;
      const state: WholeState = { own: begun.state, queue: begun.operands.length ? [...begun.operands] : ["-"], done: [], text: "", failed: false };
      next(io, state);
      return state;
    },
    data(_io, state, chunk) {
      if (state.text.length < 16_000_000) state.text += chunk;
    },
    eof(io, state) {
      io.read(false);
      state.done.push({ name: "-", text: state.text });
      state.text = "";
      next(io, state);
    },
  });
}

/** Lines without their newlines; a last line without one counts. */
export function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Bytes of a text in UTF-8. */
export function bytesOf(text: string): number {
  let bytes = 0;
  for (const c of text) {
    const code = c.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
