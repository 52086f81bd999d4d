import type { Dict, Json, Ms } from "../cluster/model";
import type { Signal } from "../cluster/images/program";

/**
 * Everything inside a shell process, as plain JSON: its own processes, the pipes between them, their open files.
 * An activation works on a copy and may change it in place.
 */
export interface Kernel {
  /** The next pid. */
  next: number;
  nextFile: number;
  root: number;
  files: Record<string, OpenFile>;
  procs: Record<string, Proc>;
  /** Port → the pid that listens on it. */
  listens: Record<string, number>;
  /** Texts that frames and functions point into. */
  sources: Record<string, Source>;
  /** Virtual ms that the next stretch of work without waiting costs. */
  charge: Ms;
  /** A charge is being paid: nothing runs until it is. */
  ticking: boolean;
  done: boolean;
}

export interface Source {
  readonly text: string;
  /** The line number of its first line, from 1. */
  readonly line: number;
}

export type OpenFile =
  | { is: "host-in"; refs: number; text: string; eof: boolean }
  | { is: "host-out"; refs: number; fd: 1 | 2 }
  | { is: "pipe-read"; refs: number; pipe: number }
  | { is: "pipe-write"; refs: number; pipe: number }
  | { is: "pipe"; refs: number; text: string; readers: number; writers: number }
  | { is: "read"; refs: number; path: string; text: string; at: number }
  | { is: "write"; refs: number; path: string; text: string }
  | { is: "null"; refs: number }
  | { is: "capture"; refs: number; text: string };

export type Fds = Record<string, number>;
export type Waiting = "sleep" | "request" | "stream";

interface ProcBase {
  pid: number;
  parent: number;
  fds: Fds;
  cwd: string;
  argv: string[];
  env: Record<string, string>;
  start: Ms;
  /** Host ids this process waits for, without its prefix. */
  waits: Record<string, Waiting>;
  background: boolean;
  status?: number;
  signal?: Signal;
}

export interface ToolProc extends ProcBase {
  is: "tool";
  tool: string;
  state: Json;
  begun: boolean;
  reading: boolean;
  running: boolean;
  children: number[];
  /** Child pid → the open file that takes its output. */
  captures: Record<string, number>;
}

export interface ProgramProc extends ProcBase {
  is: "program";
  name: string;
  /** The program's own state: never copied, never looked into. */
  opaque: { state: Json } | null;
  stdin: boolean;
  eof: boolean;
}

/** A variable; replaced whole at every change. */
export interface Var {
  readonly v?: string;
  readonly list?: Dict;
  readonly assoc?: true;
  readonly exported?: true;
  readonly readonly?: true;
  readonly integer?: true;
}

export interface FunctionDef {
  readonly src: string;
  readonly n: number;
}

export interface Job {
  id: number;
  pids: number[];
  text: string;
}

export interface ShellProc extends ProcBase {
  is: "shell";
  flavour: "bash" | "sh" | "busybox";
  /** $0. */
  name: string;
  /** How errors name the place: "command" for -c, "file", "interactive", "stdin". */
  mode: "command" | "file" | "interactive" | "stdin";
  prompts: boolean;
  /** The pid that $$ prints. */
  self: number;
  vars: Record<string, Var>;
  functions: Record<string, FunctionDef>;
  aliases: Record<string, string>;
  args: string[];
  options: Record<string, boolean>;
  traps: Record<string, string>;
  pending: string[];
  frames: Frame[];
  exitStatus: number;
  pipeStatus: number[];
  last: number;
  jobs: Job[];
  line: number;
  /** Lines of an unfinished command. */
  partial: string;
  prompted: boolean;
  began: Ms;
  /** A subshell inside a condition: set -e does not apply. */
  condition: boolean;
  subshell: boolean;
  leaving: boolean;
  previous: string;
  getopts: number;
  inputEnded: boolean;
}

export type Proc = ToolProc | ProgramProc | ShellProc;

export interface Answer {
  readonly text: string;
  readonly status: number;
}

/** Where the stepper is. `src` and `n` point at a node; `journal` keeps the answers of substitutions already run. */
export type Frame =
  | { f: "node"; src: string; n: number }
  | { f: "list"; src: string; n: number; i: number; loose?: true }
  | { f: "and-or"; src: string; n: number; i: number }
  | { f: "command"; src: string; n: number; journal: Record<string, Answer>; plain?: true }
  | { f: "if"; src: string; n: number; i: number; clause: boolean }
  | { f: "while"; src: string; n: number; clause: boolean; status: number; begun: boolean }
  | { f: "for"; src: string; n: number; words: string[] | null; i: number; journal: Record<string, Answer> }
  | { f: "arithmetic-for"; src: string; n: number; phase: "init" | "test" | "body" | "update"; journal: Record<string, Answer> }
  | { f: "case"; src: string; n: number; journal: Record<string, Answer>; fall: number }
  | { f: "test"; src: string; n: number; journal: Record<string, Answer> }
  | { f: "arithmetic"; src: string; n: number; journal: Record<string, Answer> }
  | { f: "redirected"; src: string; n: number; journal: Record<string, Answer> }
  | { f: "fds"; saved: Fds }
  | { f: "not" }
  | { f: "time"; start: Ms; posix: boolean }
  | { f: "function"; name: string; args: string[]; locals: Record<string, Var | null> }
  | { f: "variables"; saved: Record<string, Var | null> }
  | { f: "source"; args: string[] | null }
  | { f: "answer"; key: string; pid: number; file: number; raw: boolean }
  | { f: "wait"; pids: number[]; kind: "command" | "pipeline"; statuses: Record<string, number>; text: string }
  | { f: "wait-jobs"; pids: number[]; any: boolean; quiet?: true }
  | { f: "read"; fd: number; names: string[]; raw: boolean; array: boolean; count: number; delimiter: string; timeout: string; text: string }
  | { f: "trap"; status: number; pipe: number[]; exiting: boolean }
  | { f: "lines"; name: string; strip: boolean; text: string };

/** A copy that may be changed in place; the states of other programs are shared, since nobody changes them. */
export function copyState<T>(value: T): T {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item: unknown) => copyState(item)) as T;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    copy[key] = key === "opaque" ? item : copyState(item);
  }
  return copy as T;
}
