import type { Redirection, SyntaxNode } from "unbash";
import { complain } from "./complain";
import { type Expander, Need, expander } from "./expand";
import { leave, pop } from "./interpreter";
import { type Machine, fork, isCondition } from "./machine";
import { openFile, openPipe, release, retain } from "./open-files";
import { expandRedirections, redirect } from "./redirections";
import type { Answer, Fds, Frame, ShellProc } from "./state";
import { lineAt, syntaxOf } from "./syntax";
import { ExpansionError } from "./variables";

export type FrameOf<F extends Frame["f"]> = Extract<Frame, { f: F }>;

export function nodeOf<T extends SyntaxNode>(m: Machine, at: { readonly src: string; readonly n: number }): T {
  return syntaxOf(m.k.sources[at.src]?.text ?? "").nodes[at.n] as T;
}

export function numberOf(m: Machine, src: string, node: SyntaxNode): number {
  return syntaxOf(m.k.sources[src]?.text ?? "").numbers.get(node) ?? 0;
}

export function textOf(m: Machine, src: string, node: SyntaxNode): string {
  return syntaxOf(m.k.sources[src]?.text ?? "").origin(node).slice(node.pos, node.end);
}

/** Ends a command: sets `$?`, and ends the shell where `set -e` says so. */
export function complete(m: Machine, sh: ShellProc, status: number): void {
  sh.exitStatus = status & 255;
  if (status !== 0 && sh.options["errexit"] && !sh.condition && !sh.frames.some(isCondition)) leave(m, sh, sh.exitStatus);
}

/** Tries an expansion. Undefined where it has to wait for a substitution, or failed. */
export function attempt<T>(m: Machine, sh: ShellProc, frame: { readonly src: string; journal: Record<string, Answer> }, run: (x: Expander) => T): { readonly value: T; readonly temps: Fds } | undefined {
  const saved = sh.vars;
  const status = sh.exitStatus;
  sh.vars = { ...saved };
  const x = expander(m, sh, frame.src, frame.journal);
  try {
    return { value: run(x), temps: x.temps };
  } catch (problem) {
    release(m, x.temps);
    if (problem instanceof Need) {
      const file = openFile(m, { is: "capture", refs: 2, text: "" });
      const fds: Fds = { ...sh.fds };
      retain(m, fds);
      if (fds[1] !== undefined) release(m, { 1: fds[1] });
      fds[1] = file;
      sh.exitStatus = status;
      const child = fork(m, sh, [{ f: "list", src: problem.src, n: problem.n, i: 0 }], fds, false);
      child.condition = true;
      if (!sh.options["posix"] && sh.flavour === "bash") child.options["errexit"] = false;
      else child.condition = sh.condition;
      sh.vars = saved;
      sh.frames.push({ f: "answer", key: problem.key, pid: child.pid, file, raw: problem.raw });
      return undefined;
    }
    if (problem instanceof ExpansionError) {
      sh.exitStatus = status;
      complain(m, sh, problem.message);
      abort(m, sh, problem.fatal ? 127 : 1, problem.fatal);
      return undefined;
    }
    throw problem;
  }
}

/** Gives up the whole line, or the shell where it is not interactive. */
export function abort(m: Machine, sh: ShellProc, status: number, fatal: boolean): void {
  if (sh.mode === "interactive" && !sh.subshell) {
    while (sh.frames.length) pop(m, sh);
    sh.exitStatus = 1;
    return;
  }
  const code = fatal ? (sh.flavour === "bash" ? (sh.subshell ? 1 : status) : 2) : sh.flavour === "bash" ? 1 : 2;
  leave(m, sh, code);
}

export function lineOf(m: Machine, src: string, node: SyntaxNode): number {
  const source = m.k.sources[src];
  return source ? source.line + lineAt(syntaxOf(source.text).origin(node), node.pos) - 1 : 1;
}

/** Opens a command's redirections around `run`; on an error the command fails with 1. */
export function withRedirections(m: Machine, sh: ShellProc, frame: Frame & { readonly src: string; journal: Record<string, Answer> }, redirects: readonly Redirection[], run: () => void): boolean {
  const streamed = streamRedirect(m, sh, frame.src, redirects);
  const done = attempt(m, sh, frame, (x) => expandRedirections(streamed ? streamed.rest : redirects, x));
  if (!done) {
    streamed?.drop();
    return true;
  }
  pop(m, sh);
  const saved = { ...sh.fds };
  retain(m, saved);
  merge(m, sh.fds, done.temps);
  if (streamed) merge(m, sh.fds, streamed.fds);
  const why = redirect(m, sh, sh.fds, done.value);
  sh.frames.push({ f: "fds", saved });
  if (why !== undefined) {
    const message = why;
    pop(m, sh);
    complain(m, sh, message);
    complete(m, sh, sh.flavour === "bash" ? 1 : 2);
    return true;
  }
  if (streamed) streamed.start();
  run();
  return true;
}

export function merge(m: Machine, fds: Fds, more: Fds): void {
  for (const [fd, id] of Object.entries(more)) {
    if (fds[fd] !== undefined) release(m, { [fd]: fds[fd] });
    fds[fd] = id;
  }
}

/** `< <(command)` and `> >(command)` are real pipes, so that they stream. */
export function streamRedirect(m: Machine, sh: ShellProc, src: string, redirects: readonly Redirection[]): { readonly rest: readonly Redirection[]; readonly fds: Fds; start(): void; drop(): void } | undefined {
  const found = redirects.find((r) => r.type === "Redirect" && (r.operator === "<" || r.operator === ">" || r.operator === ">>") && r.target?.parts?.length === 1 && r.target.parts[0].type === "ProcessSubstitution");
  if (found?.type !== "Redirect") return undefined;
  const part = found.target!.parts![0];
  if (part.type !== "ProcessSubstitution" || !part.script) return undefined;
  const n = numberOf(m, src, part.script);
  const input = found.operator === "<";
  const [reader, writer] = openPipe(m);
  const fd = found.descriptor?.type === "FileDescriptor" ? found.descriptor.value : input ? 0 : 1;
  const outer = { ...sh.fds };
  retain(m, outer);
  let started = false;
  const theirs = input ? writer : reader;
  return {
    rest: redirects.filter((r) => r !== found),
    fds: { [fd]: input ? reader : writer },
    drop() {
      release(m, { 0: reader, 1: writer });
      release(m, outer);
    },
    start() {
      if (started) return;
      started = true;
      const at = input ? 1 : 0;
      if (outer[at] !== undefined) release(m, { [at]: outer[at] });
      outer[at] = theirs;
      const child = fork(m, sh, [{ f: "list", src, n, i: 0 }], outer, true);
      child.condition = false;
      sh.last = child.pid;
    },
  };
}
