import type { Assignment, Command, CompoundList, Redirection, Script, Statement, SyntaxNode, Word } from "unbash";
import { builtins, type BuiltinResult } from "./builtins";
import { complain, syntaxError } from "./complain";
import { evaluateTest } from "./conditions";
import { Need, expander, sourceId, type Expander } from "./expand";
import { shellPattern } from "./glob";
import { contextOf, end, filesOf, fork, isCondition, isFull, isTty, type Machine, resolve, spawn, write } from "./machine";
import { fileOf, openFile, openPipe, peekAt, readFrom, release, retain } from "./open-files";
import { assignRead } from "./read";
import { expandRedirections, redirect, type Redirected } from "./redirections";
import type { Answer, Fds, Frame, ShellProc, Var } from "./state";
import { lineAt, syntaxOf } from "./syntax";
import { elements, environment, ExpansionError, getVar, setVar } from "./variables";

type FrameOf<F extends Frame["f"]> = Extract<Frame, { f: F }>;

function nodeOf<T extends SyntaxNode>(m: Machine, at: { readonly src: string; readonly n: number }): T {
  return syntaxOf(m.k.sources[at.src]?.text ?? "").nodes[at.n] as T;
}

function numberOf(m: Machine, src: string, node: SyntaxNode): number {
  return syntaxOf(m.k.sources[src]?.text ?? "").numbers.get(node) ?? 0;
}

function textOf(m: Machine, src: string, node: SyntaxNode): string {
  return syntaxOf(m.k.sources[src]?.text ?? "").origin(node).slice(node.pos, node.end);
}

/** Ends a command: sets `$?`, and ends the shell where `set -e` says so. */
function complete(m: Machine, sh: ShellProc, status: number): void {
  sh.exitStatus = status & 255;
  if (status !== 0 && sh.options["errexit"] && !sh.condition && !sh.frames.some(isCondition)) leave(m, sh, sh.exitStatus);
}

/** Takes the top frame off and undoes what it stood for. */
export function pop(m: Machine, sh: ShellProc): void {
  const frame = sh.frames.pop();
  if (!frame) return;
  switch (frame.f) {
    case "fds":
      release(m, sh.fds);
      sh.fds = frame.saved;
      return;
    case "function":
      sh.args = frame.args;
      restore(sh, frame.locals);
      return;
    case "variables":
      restore(sh, frame.saved);
      return;
    case "source":
      if (frame.args) sh.args = frame.args;
      return;
    case "answer":
      release(m, { 0: frame.file });
      return;
  }
}

function restore(sh: ShellProc, saved: Readonly<Record<string, Var | null>>): void {
  for (const [name, held] of Object.entries(saved)) {
    if (held === null) delete sh.vars[name];
    else sh.vars[name] = held;
  }
}

/** `exit`: unwinds everything, runs the EXIT trap, ends. */
export function leave(m: Machine, sh: ShellProc, status: number): void {
  while (sh.frames.length) pop(m, sh);
  sh.exitStatus = status & 255;
  sh.leaving = true;
}

/** Runs a text in this shell: eval, traps, a line of input. The syntax error is printed and is the status 2. */
export function pushText(m: Machine, sh: ShellProc, text: string, line: number, where: string | undefined): boolean {
  const syntax = syntaxOf(text);
  tidy(m, sh);
  const src = sourceId(m, text, line);
  if (syntax.trouble && !(syntax.trouble.incomplete && syntax.trouble.message === "")) {
    // What stands on the lines before the wrong one runs first, as bash reads line by line.
    const before = text.split("\n").slice(0, Math.max(0, Math.min(syntax.trouble.line, text.split("\n").length) - 1));
    while (before.length && syntaxOf(before.join("\n")).trouble) before.pop();
    const sound = before.join("\n");
    if (sound.trim() !== "" && where === undefined) {
      sh.pending.push(`?${text.slice(sound.length + 1)}\u0000${line + before.length}`);
      sh.frames.push({ f: "list", src: sourceId(m, sound, line), n: 0, i: 0 });
      return true;
    }
    syntaxError(m, sh, text, line, where);
    sh.exitStatus = 2;
    return false;
  }
  sh.frames.push({ f: "list", src, n: 0, i: 0 });
  return true;
}

/** Tries an expansion. Undefined where it has to wait for a substitution, or failed. */
function attempt<T>(m: Machine, sh: ShellProc, frame: { readonly src: string; journal: Record<string, Answer> }, run: (x: Expander) => T): { readonly value: T; readonly temps: Fds } | undefined {
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
function abort(m: Machine, sh: ShellProc, status: number, fatal: boolean): void {
  if (sh.mode === "interactive" && !sh.subshell) {
    while (sh.frames.length) pop(m, sh);
    sh.exitStatus = 1;
    return;
  }
  const code = fatal ? (sh.flavour === "bash" ? (sh.subshell ? 1 : status) : 2) : sh.flavour === "bash" ? 1 : 2;
  leave(m, sh, code);
}

/** One step of a shell. False where it has to wait. */
export function stepShell(m: Machine, sh: ShellProc): boolean {
  if (isFull(m, sh)) return false;
  const frame = sh.frames.at(-1);
  if (sh.pending.length && signals(m, sh, frame)) return true;
  if (!frame) return idle(m, sh);
  switch (frame.f) {
    case "node": {
      pop(m, sh);
      begin(m, sh, frame.src, nodeOf(m, frame));
      return true;
    }
    case "list": return stepList(m, sh, frame);
    case "and-or": return stepAndOr(m, sh, frame);
    case "command": return stepCommand(m, sh, frame);
    case "if": return stepIf(m, sh, frame);
    case "while": return stepWhile(m, sh, frame);
    case "for": return stepFor(m, sh, frame);
    case "arithmetic-for": return stepArithmeticFor(m, sh, frame);
    case "case": return stepCase(m, sh, frame);
    case "test": {
      const node = nodeOf<Extract<SyntaxNode, { type: "TestCommand" }>>(m, frame);
      const done = attempt(m, sh, frame, (x) =>
        evaluateTest(node.expression, x, {
          files: filesOf(m, sh),
          tty: (fd) => isTty(m, sh, fd),
          variable: (name) => getVar(m, sh, name.replace(/\[.*$/, "")),
          matched: (groups) => {
            sh.vars["BASH_REMATCH"] = { list: Object.fromEntries(groups.map((g, i) => [String(i), g])) };
          },
        }),
      );
      if (!done) return true;
      pop(m, sh);
      complete(m, sh, done.value ? 0 : 1);
      return true;
    }
    case "arithmetic": {
      const node = nodeOf<Extract<SyntaxNode, { type: "ArithmeticCommand" }>>(m, frame);
      const done = attempt(m, sh, frame, (x) => {
        try {
          return x.arithmetic(node.body);
        } catch (problem) {
          if (problem instanceof ExpansionError && !problem.fatal) {
            complain(m, sh, `((: ${problem.message}`);
            return 0n;
          }
          throw problem;
        }
      });
      if (!done) return true;
      pop(m, sh);
      complete(m, sh, done.value !== 0n ? 0 : 1);
      return true;
    }
    case "redirected": {
      const node = nodeOf<Extract<SyntaxNode, { type: "Redirected" }>>(m, frame);
      return withRedirections(m, sh, frame, node.redirects, () => begin(m, sh, frame.src, node.command));
    }
    case "not":
      pop(m, sh);
      sh.exitStatus = sh.exitStatus === 0 ? 1 : 0;
      return true;
    case "time": {
      pop(m, sh);
      const seconds = (m.context.now - frame.start) / 1000;
      const shape = (s: number): string => (frame.posix ? s.toFixed(2) : `${Math.floor(s / 60)}m${(s % 60).toFixed(3)}s`);
      const gap = frame.posix ? " " : "\t";
      write(m, sh, 2, `${frame.posix ? "" : "\n"}real${gap}${shape(seconds)}\nuser${gap}${shape(0)}\nsys${gap}${shape(0)}\n`);
      return true;
    }
    case "answer": {
      const child = m.k.procs[frame.pid];
      if (child && child.status === undefined) return false;
      const file = fileOf(m, frame.file);
      const text = file?.is === "capture" ? file.text : "";
      const status = child?.status ?? 0;
      delete m.k.procs[frame.pid];
      pop(m, sh);
      const below = sh.frames.at(-1);
      if (below && "journal" in below) below.journal[frame.key] = { text: frame.raw ? text : text.replace(/\n+$/, ""), status };
      return true;
    }
    case "wait": return stepWait(m, sh, frame);
    case "wait-jobs": {
      const done = frame.pids.filter((pid) => m.k.procs[pid]?.status !== undefined || !m.k.procs[pid]);
      if (done.length < frame.pids.length && !(frame.any && done.length)) return false;
      const last = frame.any ? done[0] : frame.pids.at(-1);
      const status = last === undefined ? 0 : (m.k.procs[last]?.status ?? 127);
      pop(m, sh);
      for (const pid of frame.any ? done.slice(0, 1) : frame.pids) forget(m, sh, pid);
      complete(m, sh, frame.quiet ? 0 : status);
      return true;
    }
    case "read": return stepRead(m, sh, frame);
    case "lines": {
      const got = readFrom(m, sh.fds[0], 1 << 20);
      if (got === undefined) return false;
      if (got !== null) {
        frame.text += got;
        return true;
      }
      const lines = frame.text.split("\n");
      if (lines.at(-1) === "") lines.pop();
      pop(m, sh);
      sh.vars[frame.name] = { list: Object.fromEntries(lines.map((line, i) => [String(i), frame.strip ? line : `${line}\n`])) };
      settle(m, sh);
      complete(m, sh, 0);
      return true;
    }
    case "trap":
      pop(m, sh);
      sh.exitStatus = frame.status;
      sh.pipeStatus = frame.pipe;
      return true;
    case "fds":
    case "function":
    case "variables":
    case "source":
      pop(m, sh);
      return true;
  }
}

/** Something in here went wrong in a way no shell knows (a stack too deep): the process says so and ends, a session goes on. */
export function failShell(m: Machine, sh: ShellProc, why: string): void {
  write(m, sh, 2, `${sh.flavour === "bash" ? "bash" : "sh"}: ${why}\n`);
  while (sh.frames.length) pop(m, sh);
  sh.pending = [];
  sh.exitStatus = 2;
  if (!sh.prompts) end(m, sh, 2);
}

/** Removes a finished background process from the table of jobs. */
export function forget(m: Machine, sh: ShellProc, pid: number): void {
  if (m.k.procs[pid]?.status !== undefined) delete m.k.procs[pid];
  sh.jobs = sh.jobs.filter((job) => !job.pids.every((p) => !m.k.procs[p]));
}

/** Starts a pending trap, or dies of a signal without one. True where something happened. */
function signals(m: Machine, sh: ShellProc, frame: Frame | undefined): boolean {
  const next = sh.pending[0];
  if (next[0] === "!") {
    sh.pending.shift();
    write(m, sh, 2, `${next.slice(1)}\n`);
    end(m, sh, next.endsWith("argument") ? 2 : 127);
    return true;
  }
  if (next[0] === "<") {
    sh.pending.shift();
    if (!pushText(m, sh, next.slice(1), 1, undefined)) leave(m, sh, 2);
    return true;
  }
  if (next[0] === "?") {
    // The rest of a text whose first lines have run.
    if (frame) return false;
    sh.pending.shift();
    const [text, line] = next.slice(1).split("\u0000") as [string, string];
    syntaxError(m, sh, text, Number(line), undefined);
    leave(m, sh, 2);
    return true;
  }
  // A trap waits for the foreground command, but not for `wait`, `read` or an answer.
  if (frame?.f === "wait" || frame?.f === "answer") {
    const pids = frame.f === "wait" ? frame.pids : [frame.pid];
    if (pids.some((pid) => m.k.procs[pid] && m.k.procs[pid].status === undefined)) return false;
    if (frame.f === "wait") collect(m, frame);
  }
  sh.pending.shift();
  const trap = sh.traps[next];
  if (trap) {
    if (frame?.f === "wait-jobs") {
      pop(m, sh);
      sh.exitStatus = next === "INT" ? 130 : 128 + ({ TERM: 15, HUP: 1, QUIT: 3, USR1: 10, USR2: 12 }[next] ?? 0);
    } else if (frame?.f === "wait") {
      pop(m, sh);
      const last = frame.pids.at(-1);
      if (last !== undefined) sh.exitStatus = frame.statuses[last] ?? sh.exitStatus;
    }
    sh.frames.push({ f: "trap", status: sh.exitStatus, pipe: sh.pipeStatus, exiting: false });
    pushText(m, sh, trap, sh.line, "trap");
    return true;
  }
  if (next !== "INT") return true;
  if (sh.prompts) {
    while (sh.frames.length) pop(m, sh);
    sh.partial = "";
    sh.prompted = false;
    sh.exitStatus = 130;
    return true;
  }
  while (sh.frames.length) pop(m, sh);
  end(m, sh, 130, "INT");
  return true;
}

/** Nothing left to do: reads the next line, or ends. */
function idle(m: Machine, sh: ShellProc): boolean {
  if (sh.leaving || sh.mode === "command" || sh.mode === "file" || sh.subshell) return finish(m, sh);
  reap(m, sh);
  if (sh.prompts && !sh.prompted) {
    sh.prompted = true;
    const prompt = sh.partial ? (getVar(m, sh, "PS2") ?? "> ") : expandPrompt(m, sh);
    if (prompt && isTty(m, sh, 0)) write(m, sh, 1, prompt);
  }
  const { text, ended } = peekAt(m, sh.fds[0]);
  const newline = text.indexOf("\n");
  if (newline < 0 && !(ended && text !== "")) {
    if (!ended) return false;
    if (sh.partial !== "") {
      const partial = sh.partial;
      sh.partial = "";
      if (!pushText(m, sh, partial, sh.line, undefined)) leave(m, sh, 2);
      return true;
    }
    if (sh.prompts && sh.flavour === "bash" && isTty(m, sh, 0) && sh.vars["PS1"]?.v !== "") write(m, sh, 2, "exit\n");
    return finish(m, sh);
  }
  const line = readFrom(m, sh.fds[0], newline < 0 ? text.length : newline + 1) ?? "";
  sh.prompted = false;
  const whole = sh.partial + line;
  if (whole.trim() === "") {
    sh.partial = "";
    return true;
  }
  const syntax = syntaxOf(whole);
  if ((syntax.trouble?.incomplete || /(^|[^\\])(\\\\)*\\\n$/.test(whole)) && newline >= 0) {
    sh.partial = whole;
    return true;
  }
  sh.partial = "";
  sh.pipeStatus = sh.pipeStatus.slice();
  const ok = pushText(m, sh, whole, sh.mode === "interactive" ? 1 : sh.line, undefined);
  if (sh.mode !== "interactive") sh.line += whole.split("\n").length - 1;
  if (!ok && !sh.prompts && sh.flavour !== "bash") leave(m, sh, 2);
  return true;
}

function finish(m: Machine, sh: ShellProc): boolean {
  const trap = sh.traps["EXIT"];
  if (trap) {
    delete sh.traps["EXIT"];
    sh.leaving = true;
    sh.frames.push({ f: "trap", status: sh.exitStatus, pipe: sh.pipeStatus, exiting: true });
    pushText(m, sh, trap, sh.line, "exit trap");
    return true;
  }
  end(m, sh, sh.exitStatus);
  return true;
}

/** Forgets sources that nothing points at any more. */
function tidy(m: Machine, root: ShellProc): void {
  if (Object.keys(m.k.sources).length < 64) return;
  const used = new Set<string>();
  for (const p of Object.values(m.k.procs)) {
    if (p.is !== "shell") continue;
    for (const f of Object.values(p.functions)) used.add(f.src);
    for (const frame of p.frames) if ("src" in frame) used.add(frame.src);
  }
  for (const f of Object.values(root.functions)) used.add(f.src);
  for (const id of Object.keys(m.k.sources)) if (!used.has(id)) delete m.k.sources[id];
}

/** Says which background jobs are done, as an interactive shell does before its prompt. */
function reap(m: Machine, sh: ShellProc): void {
  for (const job of sh.jobs) {
    const last = m.k.procs[job.pids.at(-1)!];
    if (last && last.status === undefined) continue;
    if (sh.prompts && sh.flavour !== "sh") {
      const status = last?.status ?? 0;
      const state = last?.signal === "TERM" ? "Terminated" : last?.signal === "KILL" ? "Killed" : status === 0 ? "Done" : `Exit ${status}`;
      write(m, sh, 2, `[${job.id}]${job.id === sh.jobs.at(-1)?.id ? "+" : "-"}  ${state.padEnd(24)}${job.text}\n`);
    }
    if (sh.prompts) for (const pid of job.pids) delete m.k.procs[pid];
  }
  if (sh.prompts) sh.jobs = sh.jobs.filter((job) => job.pids.some((pid) => m.k.procs[pid]));
}

function expandPrompt(m: Machine, sh: ShellProc): string {
  const given = sh.vars["PS1"]?.v;
  const root = m.context.user === 0;
  const home = getVar(m, sh, "HOME") ?? "/root";
  const short = sh.cwd === home ? "~" : home !== "/" && sh.cwd.startsWith(`${home}/`) ? `~${sh.cwd.slice(home.length)}` : sh.cwd;
  const user = root ? "root" : m.context.user > 0 && sh.flavour === "bash" ? "I have no name!" : String(m.context.user);
  const format = given ?? (sh.flavour === "bash" ? "\\u@\\h:\\w\\$ " : sh.flavour === "busybox" ? "\\w \\$ " : "\\$ ");
  return format.replace(/\\([a-zA-Z$\\[\]])/g, (all, c: string) => {
    switch (c) {
      case "u": return user;
      case "h": return m.context.hostname.split(".")[0];
      case "H": return m.context.hostname;
      case "w": return short;
      case "W": return short === "~" || short === "/" ? short : short.slice(short.lastIndexOf("/") + 1);
      case "$": return root ? "#" : "$";
      case "n": return "\n";
      case "s": return sh.flavour === "bash" ? "bash" : "sh";
      case "[":
      case "]": return "";
      case "\\": return "\\";
      case "e": return "\u001b";
      default: return all;
    }
  });
}

function begin(m: Machine, sh: ShellProc, src: string, node: SyntaxNode): void {
  const n = numberOf(m, src, node);
  const at = { src, n };
  switch (node.type) {
    case "Command":
      sh.frames.push({ f: "command", ...at, journal: {} });
      return;
    case "AndOr":
      sh.frames.push({ f: "and-or", ...at, i: -1 });
      return;
    case "Pipeline":
      beginPipeline(m, sh, src, node, n);
      return;
    case "CompoundList":
    case "Script":
      sh.frames.push({ f: "list", ...at, i: 0 });
      return;
    case "If":
      sh.frames.push({ f: "if", ...at, i: -1, clause: false });
      return;
    case "While":
      sh.frames.push({ f: "while", ...at, clause: false, status: 0, begun: false });
      return;
    case "For":
      sh.frames.push({ f: "for", ...at, words: null, i: 0, journal: {} });
      return;
    case "ArithmeticFor":
      sh.frames.push({ f: "arithmetic-for", ...at, phase: "init", journal: {} });
      return;
    case "Case":
      sh.frames.push({ f: "case", ...at, journal: {}, fall: -1 });
      return;
    case "TestCommand":
      sh.frames.push({ f: "test", ...at, journal: {} });
      return;
    case "ArithmeticCommand":
      sh.frames.push({ f: "arithmetic", ...at, journal: {} });
      return;
    case "Redirected":
      sh.frames.push({ f: "redirected", ...at, journal: {} });
      return;
    case "BraceGroup":
      begin(m, sh, src, node.body);
      return;
    case "Subshell": {
      const fds = { ...sh.fds };
      retain(m, fds);
      const child = fork(m, sh, [{ f: "list", src, n: numberOf(m, src, node.body), i: 0 }], fds, false);
      sh.frames.push({ f: "wait", pids: [child.pid], kind: "command", statuses: {}, text: "" });
      return;
    }
    case "Function":
      sh.functions[node.name.value] = { src, n: numberOf(m, src, node.body) };
      sh.exitStatus = 0;
      return;
    case "Statement":
      begin(m, sh, src, node.command);
      return;
    default:
      complain(m, sh, `${node.type.toLowerCase()}: not supported`);
      complete(m, sh, 2);
  }
}

function stepList(m: Machine, sh: ShellProc, frame: FrameOf<"list">): boolean {
  const node = nodeOf<Script | CompoundList>(m, frame);
  const statement: Statement | undefined = node.commands[frame.i];
  if (!statement) {
    if (node.commands.length === 0 && node.type === "Script") sh.exitStatus = 0;
    pop(m, sh);
    return true;
  }
  frame.i++;
  const { src } = frame;
  if (!statement.background) {
    begin(m, sh, src, statement.command);
    return true;
  }
  const fds = { ...sh.fds };
  retain(m, fds);
  if (fileOf(m, fds[0])?.is === "host-in") {
    release(m, { 0: fds[0] });
    fds[0] = openFile(m, { is: "null", refs: 1 });
  }
  const child = fork(m, sh, [{ f: "node", src, n: numberOf(m, src, statement.command) }], fds, true);
  child.condition = false;
  sh.last = child.pid;
  const id = (sh.jobs.at(-1)?.id ?? 0) + 1;
  sh.jobs.push({ id, pids: [child.pid], text: textOf(m, src, statement.command) });
  if (sh.prompts && sh.flavour !== "sh" && isTty(m, sh, 0)) write(m, sh, 2, `[${id}] ${child.pid}\n`);
  sh.exitStatus = 0;
  return true;
}

function stepAndOr(m: Machine, sh: ShellProc, frame: FrameOf<"and-or">): boolean {
  const node = nodeOf<Extract<SyntaxNode, { type: "AndOr" }>>(m, frame);
  const last = node.commands.length - 1;
  let next = frame.i < 0 ? 0 : frame.i + 1;
  if (frame.i >= 0) while (next <= last && (node.operators[next - 1] === "&&") !== (sh.exitStatus === 0)) next++;
  if (next > last) {
    pop(m, sh);
    return true;
  }
  frame.i = next;
  // The last one counts for `set -e`, so its frame goes before it runs.
  if (next === last) pop(m, sh);
  begin(m, sh, frame.src, node.commands[next]);
  return true;
}

function beginPipeline(m: Machine, sh: ShellProc, src: string, node: Extract<SyntaxNode, { type: "Pipeline" }>, n: number): void {
  for (const prefix of node.prefixes) {
    if (prefix.type === "Negation") sh.frames.push({ f: "not" });
    else sh.frames.push({ f: "time", start: m.context.now, posix: prefix.posix !== undefined || sh.flavour !== "bash" });
  }
  if (node.commands.length === 0) return;
  if (node.commands.length === 1) {
    begin(m, sh, src, node.commands[0]);
    return;
  }
  const pids: number[] = [];
  let input: number | undefined;
  node.commands.forEach((command, i) => {
    const fds: Fds = { ...sh.fds };
    retain(m, fds);
    const put = (fd: number, id: number): void => {
      if (fds[fd] !== undefined) release(m, { [fd]: fds[fd] });
      fds[fd] = id;
    };
    if (input !== undefined) put(0, input);
    if (i < node.commands.length - 1) {
      const [reader, writer] = openPipe(m);
      put(1, writer);
      if (node.operators[i] === "|&") {
        m.k.files[writer].refs++;
        put(2, writer);
      }
      input = reader;
    }
    pids.push(fork(m, sh, [{ f: "node", src, n: numberOf(m, src, command) }], fds, false).pid);
  });
  sh.frames.push({ f: "wait", pids, kind: "pipeline", statuses: {}, text: textOf(m, src, syntaxOf(m.k.sources[src].text).nodes[n]) });
}

function collect(m: Machine, frame: FrameOf<"wait">): boolean {
  let all = true;
  for (const pid of frame.pids) {
    if (frame.statuses[pid] !== undefined) continue;
    const child = m.k.procs[pid];
    if (child && child.status === undefined) all = false;
    else {
      frame.statuses[pid] = child?.status ?? 0;
      delete m.k.procs[pid];
    }
  }
  return all;
}

function stepWait(m: Machine, sh: ShellProc, frame: FrameOf<"wait">): boolean {
  const killed = frame.pids.map((pid) => m.k.procs[pid]?.signal).find((s) => s === "INT");
  if (!collect(m, frame)) return false;
  const list = frame.pids.map((pid) => frame.statuses[pid] ?? 0);
  pop(m, sh);
  sh.pipeStatus = list;
  let status = list.at(-1) ?? 0;
  if (sh.options["pipefail"] && frame.kind === "pipeline") status = list.reduce((worst, s) => (s !== 0 ? s : worst), 0);
  if (killed && !sh.traps["INT"] && !sh.pending.includes("INT") && m.k.procs[m.k.root]?.pid === sh.pid) sh.pending.push("INT");
  complete(m, sh, status);
  return true;
}

function stepIf(m: Machine, sh: ShellProc, frame: FrameOf<"if">): boolean {
  const node = nodeOf<Extract<SyntaxNode, { type: "If" }>>(m, frame);
  const branches = [{ clause: node.clause, then: node.then }, ...node.elif];
  const run = (list: CompoundList): true => {
    pop(m, sh);
    sh.exitStatus = 0;
    begin(m, sh, frame.src, list);
    return true;
  };
  if (frame.clause && sh.exitStatus === 0) return run(branches[frame.i].then);
  frame.i++;
  frame.clause = true;
  const next = branches[frame.i];
  if (next) {
    begin(m, sh, frame.src, next.clause);
    return true;
  }
  if (node.else) return run(node.else);
  pop(m, sh);
  sh.exitStatus = 0;
  return true;
}

function stepWhile(m: Machine, sh: ShellProc, frame: FrameOf<"while">): boolean {
  const node = nodeOf<Extract<SyntaxNode, { type: "While" }>>(m, frame);
  if (frame.clause) {
    frame.clause = false;
    if ((sh.exitStatus === 0) === (node.kind === "while")) {
      frame.begun = true;
      begin(m, sh, frame.src, node.body);
    } else {
      sh.exitStatus = frame.status;
      pop(m, sh);
    }
    return true;
  }
  if (frame.begun) frame.status = sh.exitStatus;
  frame.clause = true;
  begin(m, sh, frame.src, node.clause);
  return true;
}

function stepFor(m: Machine, sh: ShellProc, frame: FrameOf<"for">): boolean {
  const node = nodeOf<Extract<SyntaxNode, { type: "For" }>>(m, frame);
  if (frame.words === null) {
    sh.line = lineOf(m, frame.src, node);
    const done = attempt(m, sh, frame, (x) => (node.wordlist ? x.fields(node.wordlist) : [...sh.args]));
    if (!done) return true;
    release(m, done.temps);
    frame.words = done.value;
    frame.journal = {};
    sh.exitStatus = 0;
  }
  const word = frame.words[frame.i];
  if (word === undefined) {
    pop(m, sh);
    return true;
  }
  frame.i++;
  if (!assignOne(m, sh, node.name.value, word)) return true;
  begin(m, sh, frame.src, node.body);
  return true;
}

function assignOne(m: Machine, sh: ShellProc, name: string, value: string): boolean {
  try {
    setVar(m, sh, name, value);
    return true;
  } catch (problem) {
    if (!(problem instanceof ExpansionError)) throw problem;
    complain(m, sh, problem.message);
    abort(m, sh, 1, problem.fatal);
    return false;
  }
}

function stepArithmeticFor(m: Machine, sh: ShellProc, frame: FrameOf<"arithmetic-for">): boolean {
  const node = nodeOf<Extract<SyntaxNode, { type: "ArithmeticFor" }>>(m, frame);
  const run = (part: SyntaxNode | undefined): bigint | undefined => {
    if (!part) return 1n;
    const done = attempt(m, sh, frame, (x) => x.arithmetic(textOf(m, frame.src, part)));
    if (!done) return undefined;
    frame.journal = {};
    return done.value;
  };
  switch (frame.phase) {
    case "init":
      if (run(node.initialize) !== undefined) frame.phase = "test";
      return true;
    case "test": {
      const value = run(node.test);
      if (value === undefined) return true;
      if (value === 0n) {
        pop(m, sh);
        return true;
      }
      frame.phase = "update";
      begin(m, sh, frame.src, node.body);
      return true;
    }
    default:
      if (run(node.update) !== undefined) frame.phase = "test";
      return true;
  }
}

function stepCase(m: Machine, sh: ShellProc, frame: FrameOf<"case">): boolean {
  const node = nodeOf<Extract<SyntaxNode, { type: "Case" }>>(m, frame);
  const enter = (i: number): true => {
    const item = node.items[i];
    const next = i + 1;
    if (item.terminator === ";&" && next < node.items.length) frame.fall = next;
    else if (item.terminator === ";;&" && next < node.items.length) frame.fall = -2 - next;
    else pop(m, sh);
    sh.exitStatus = 0;
    begin(m, sh, frame.src, item.body);
    return true;
  };
  if (frame.fall >= 0) return enter(frame.fall);
  const from = frame.fall <= -2 ? -2 - frame.fall : 0;
  const done = attempt(m, sh, frame, (x) => {
    const word = x.text(node.word);
    for (let i = from; i < node.items.length; i++) if (node.items[i].pattern.some((p) => shellPattern(x.pattern(p)).matches(word))) return i;
    return -1;
  });
  if (!done) return true;
  if (done.value >= 0) return enter(done.value);
  pop(m, sh);
  if (from === 0) sh.exitStatus = 0;
  return true;
}

function lineOf(m: Machine, src: string, node: SyntaxNode): number {
  const source = m.k.sources[src];
  return source ? source.line + lineAt(syntaxOf(source.text).origin(node), node.pos) - 1 : 1;
}

/** Opens a command's redirections around `run`; on an error the command fails with 1. */
function withRedirections(m: Machine, sh: ShellProc, frame: Frame & { readonly src: string; journal: Record<string, Answer> }, redirects: readonly Redirection[], run: () => void): boolean {
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

function merge(m: Machine, fds: Fds, more: Fds): void {
  for (const [fd, id] of Object.entries(more)) {
    if (fds[fd] !== undefined) release(m, { [fd]: fds[fd] });
    fds[fd] = id;
  }
}

/** `< <(command)` and `> >(command)` are real pipes, so that they stream. */
function streamRedirect(m: Machine, sh: ShellProc, src: string, redirects: readonly Redirection[]): { readonly rest: readonly Redirection[]; readonly fds: Fds; start(): void; drop(): void } | undefined {
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

interface Prepared {
  readonly argv: string[];
  readonly redirects: Redirected[];
  readonly assigns: readonly Assigned[];
  /** Assignments among the arguments of export, local, declare…, for their array values. */
  readonly declared: readonly Assigned[];
  readonly substituted: boolean;
}

export interface Assigned {
  readonly name: string;
  readonly append: boolean;
  readonly index?: string;
  readonly value: string | readonly (readonly [string | null, string])[];
}

const declaring = new Set(["export", "local", "declare", "typeset", "readonly", "alias"]);

function assignmentOf(m: Machine, sh: ShellProc, src: string, a: Assignment, x: Expander): Assigned {
  const append = a.append === true;
  if (a.value.type === "ArrayValue") {
    const items = a.value.elements.flatMap((word): (readonly [string | null, string])[] => {
      const keyed = /^\[([^\]]*)\]=/.exec(word.text);
      if (!keyed) return x.fields([word]).map((text) => [null, text] as const);
      const inside = syntaxOf(`: ${keyed[1]} ${word.text.slice(keyed[0].length)}`);
      const command = inside.script.commands[0]?.command;
      const words = command?.type === "Command" ? command.suffix.filter((s): s is Word => s.type === "Word") : [];
      const own = expander(m, sh, sourceId(m, inside.text, m.k.sources[src]?.line ?? 1), {});
      const key = sh.vars[a.name]?.assoc ? own.text(words[0]) : String(x.arithmetic(keyed[1]));
      return [[key, words[1] ? own.text(words[1]) : ""] as const];
    });
    return { name: a.name, append, value: items };
  }
  return { name: a.name, append, ...(a.index ? { index: x.index(a.name, a.index) } : {}), value: x.text(a.value) };
}

/** Carries out one assignment. */
export function assign(m: Machine, sh: ShellProc, a: Assigned, x?: Expander): void {
  if (typeof a.value !== "string") {
    const held = sh.vars[a.name];
    if (held?.readonly) throw new ExpansionError(`${a.name}: readonly variable`, false);
    const list: Record<string, string> = a.append ? Object.fromEntries(elements(m, sh, a.name)) : {};
    let next = a.append && Object.keys(list).length ? Math.max(...Object.keys(list).map(Number)) + 1 : 0;
    for (const [key, value] of a.value) {
      list[key ?? String(next)] = value;
      next = (key === null ? next : Number(key)) + 1;
    }
    const { v: _value, ...rest } = held ?? {};
    sh.vars[a.name] = { ...rest, list };
    return;
  }
  let value = a.value;
  if (a.append) {
    const old = a.index !== undefined ? (Object.fromEntries(elements(m, sh, a.name))[a.index] ?? "") : (getVar(m, sh, a.name) ?? "");
    value = sh.vars[a.name]?.integer && x ? String(x.arithmetic(`${old || "0"}+(${value || "0"})`)) : old + value;
  } else if (sh.vars[a.name]?.integer && x) value = String(x.arithmetic(value));
  setVar(m, sh, a.name, value, a.index);
  if (sh.options["allexport"]) sh.vars[a.name] = { ...sh.vars[a.name], exported: true };
}

function stepCommand(m: Machine, sh: ShellProc, frame: FrameOf<"command">): boolean {
  const node = nodeOf<Command>(m, frame);
  const { src } = frame;
  sh.line = lineOf(m, src, node);
  if (replaceAlias(m, sh, frame, node)) return true;
  const redirects = node.redirects;
  const streamed = streamRedirect(m, sh, src, redirects);
  const done = attempt(m, sh, frame, (x): Prepared => {
    const words: Word[] = node.name ? [node.name] : [];
    const first = node.name && !node.name.parts ? node.name.value : "";
    const declared: Assigned[] = [];
    let argv: string[];
    if (declaring.has(first)) {
      argv = [first];
      for (const arg of node.suffix) {
        if (arg.type === "Word") argv.push(...x.fields([arg]));
        else if (arg.type === "Assignment") {
          if (first !== "alias" && (first === "declare" || first === "typeset" || first === "local") && argv.includes("-A")) sh.vars[arg.name] ??= { assoc: true, list: {} };
          const assigned = assignmentOf(m, sh, src, arg, x);
          declared.push(assigned);
          argv.push(typeof assigned.value === "string" ? `${arg.name}${assigned.index === undefined ? "" : `[${assigned.index}]`}${assigned.append ? "+" : ""}=${assigned.value}` : `\u0000${declared.length - 1}`);
        }
      }
    } else {
      for (const arg of node.suffix) {
        if (arg.type === "Word") words.push(arg);
        else if (arg.type === "Assignment") words.push({ type: "Word", text: arg.text, value: arg.text, pos: arg.pos, end: arg.end, parts: arg.value.type === "Word" && arg.value.parts ? [{ type: "Literal", pos: arg.pos, end: arg.pos, text: arg.text.slice(0, arg.text.indexOf("=") + 1), value: arg.text.slice(0, arg.text.indexOf("=") + 1) }, ...arg.value.parts] : undefined });
      }
      argv = x.fields(words);
    }
    const assigns: Assigned[] = [];
    for (const a of node.prefix) {
      if (a.type !== "Assignment") continue;
      const assigned = assignmentOf(m, sh, src, a, x);
      assigns.push(assigned);
      if (argv.length === 0) assign(m, sh, assigned, x);
    }
    return { argv, redirects: expandRedirections(streamed ? streamed.rest : redirects, x), assigns, declared, substituted: Object.keys(frame.journal).length > 0 };
  });
  if (!done) {
    streamed?.drop();
    return true;
  }
  const { argv, redirects: opened, assigns, declared, substituted } = done.value;
  const extra: Fds = { ...done.temps, ...(streamed ? streamed.fds : {}) };
  pop(m, sh);
  if (sh.options["xtrace"]) trace(m, sh, argv, assigns);
  if (argv.length === 0) {
    const fds = { ...sh.fds };
    retain(m, fds);
    merge(m, fds, extra);
    const why = redirect(m, sh, fds, opened);
    release(m, fds);
    if (why !== undefined) complain(m, sh, why);
    const last = substituted ? (Object.values(frame.journal).at(-1)?.status ?? 0) : 0;
    complete(m, sh, why !== undefined ? 1 : last);
    return true;
  }
  sh.previous = argv.at(-1)!;
  if (sh.vars["_"]?.v !== sh.previous) sh.vars["_"] = { v: sh.previous };
  if (streamed) streamed.start();
  run(m, sh, { argv, opened, assigns, declared, extra, src });
  return true;
}

function trace(m: Machine, sh: ShellProc, argv: readonly string[], assigns: readonly Assigned[]): void {
  const show = (word: string): string => {
    if (word === "") return "''";
    if (/^[\w@%+=:,./~^-]+$/.test(word)) return word;
    if (/[\n\t]/.test(word)) return `$'${word.replace(/\\/g, "\\\\").replace(/'/g, "\\'").replace(/\n/g, "\\n").replace(/\t/g, "\\t")}'`;
    return `'${word.replace(/'/g, "'\\''")}'`;
  };
  const prefix = getVar(m, sh, "PS4") ?? "+ ";
  for (const a of assigns) write(m, sh, 2, `${prefix}${a.name}=${typeof a.value === "string" ? (a.value === "" ? "" : show(a.value)) : `(${a.value.map(([, v]) => show(v)).join(" ")})`}\n`);
  if (argv.length) write(m, sh, 2, `${prefix}${argv.map((w) => (w.startsWith("\u0000") ? "" : show(w))).join(" ")}\n`);
}

/** An alias that begins a command, in shells that expand them. */
function replaceAlias(m: Machine, sh: ShellProc, frame: FrameOf<"command">, node: Command): boolean {
  if (frame.plain || !node.name || node.name.parts || !Object.keys(sh.aliases).length) return false;
  if (sh.mode !== "interactive" && !sh.options["expand_aliases"] && sh.flavour === "bash") return false;
  let text = node.name.text;
  let tail = "";
  const seen = new Set<string>();
  for (;;) {
    const word = /^[^\s|&;()<>"'$`\\]+/.exec(text)?.[0];
    if (word === undefined || sh.aliases[word] === undefined || seen.has(word)) break;
    seen.add(word);
    tail = text.slice(word.length) + tail;
    text = sh.aliases[word]!;
  }
  if (!seen.size) return false;
  const whole = syntaxOf(m.k.sources[frame.src].text).origin(node);
  const bodies = node.redirects.filter((r) => r.type === "HereDoc");
  let source = `${whole.slice(node.pos, node.name.pos)}${text}${tail}${whole.slice(node.name.end, node.end)}`;
  for (const body of bodies) if (body.type === "HereDoc") source += `\n${body.body.text}${body.body.text.endsWith("\n") || body.body.text === "" ? "" : "\n"}${body.delimiter?.value ?? ""}`;
  const syntax = syntaxOf(source);
  if (syntax.trouble && !(syntax.trouble.incomplete && syntax.trouble.message === "")) return false;
  pop(m, sh);
  const src = sourceId(m, source, sh.line);
  const only = syntax.script.commands.length === 1 ? syntax.script.commands[0].command : undefined;
  if (only?.type === "Command") sh.frames.push({ f: "command", src, n: syntax.numbers.get(only)!, journal: {}, plain: true });
  else sh.frames.push({ f: "list", src, n: 0, i: 0 });
  return true;
}

interface Ready {
  readonly argv: string[];
  readonly opened: readonly Redirected[];
  readonly assigns: readonly Assigned[];
  readonly declared: readonly Assigned[];
  readonly extra: Fds;
  readonly src: string;
}

const special = new Set([":", ".", "source", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "trap", "unset"]);

function run(m: Machine, sh: ShellProc, ready: Ready, noFunctions = false): void {
  const { argv, opened, assigns, extra } = ready;
  const name = argv[0];
  const definition = noFunctions ? undefined : sh.functions[name];
  const builtin = builtins[name];
  if (!definition && (name === "command" || name === "builtin" || name === "nohup") && argv.length > 1 && !argv[1].startsWith("-")) return run(m, sh, { ...ready, argv: argv.slice(1) }, true);
  if (!definition && name === "exec") return exec(m, sh, ready);
  if (definition || builtin) {
    const saved = { ...sh.fds };
    retain(m, saved);
    merge(m, sh.fds, extra);
    const why = redirect(m, sh, sh.fds, opened);
    const touched = opened.length > 0 || Object.keys(extra).length > 0;
    if (why !== undefined) {
      release(m, sh.fds);
      sh.fds = saved;
      complain(m, sh, why);
      if (special.has(name) && sh.flavour !== "bash" && !sh.prompts) return leave(m, sh, 2);
      return complete(m, sh, sh.flavour === "bash" ? 1 : 2);
    }
    if (touched) sh.frames.push({ f: "fds", saved });
    else release(m, saved);
    if (assigns.length) {
      const keep: Record<string, Var | null> = {};
      for (const a of assigns) keep[a.name] = sh.vars[a.name] ?? null;
      sh.frames.push({ f: "variables", saved: keep });
      for (const a of assigns) {
        assign(m, sh, a);
        sh.vars[a.name] = { ...sh.vars[a.name], exported: true };
      }
    }
    if (definition) {
      if (sh.frames.filter((f) => f.f === "function").length > 200) {
        complain(m, sh, `${name}: maximum function nesting level exceeded (200)`);
        return abort(m, sh, 1, false);
      }
      sh.frames.push({ f: "function", name, args: sh.args, locals: {} });
      sh.args = argv.slice(1);
      begin(m, sh, definition.src, nodeOf(m, definition));
      return;
    }
    const depth = sh.frames.length;
    let result: BuiltinResult;
    try {
      result = builtin(m, sh, argv, ready.declared);
    } catch (problem) {
      if (!(problem instanceof ExpansionError)) throw problem;
      complain(m, sh, `${name}: ${problem.message}`.replace(/^(let): /, "let: "));
      result = 1;
    }
    if (sh.status !== undefined) return;
    if (typeof result === "number") {
      // Frames that only stood around the builtin go before its status counts.
      if (sh.frames.length === depth) {
        if (assigns.length) pop(m, sh);
        if (touched) pop(m, sh);
      }
      complete(m, sh, result);
    }
    return;
  }
  external(m, sh, ready);
}

function fdsFor(m: Machine, sh: ShellProc, ready: Ready): Fds | string {
  const fds = { ...sh.fds };
  retain(m, fds);
  merge(m, fds, ready.extra);
  const why = redirect(m, sh, fds, ready.opened);
  if (why === undefined) return fds;
  release(m, fds);
  return why;
}

function exec(m: Machine, sh: ShellProc, ready: Ready): void {
  if (ready.argv.length > 1) return external(m, sh, { ...ready, argv: ready.argv.slice(1) }, true);
  merge(m, sh.fds, ready.extra);
  const why = redirect(m, sh, sh.fds, ready.opened);
  if (why !== undefined) {
    complain(m, sh, why);
    if (!sh.prompts) return leave(m, sh, 1);
  }
  complete(m, sh, why === undefined ? 0 : 1);
}

/** Runs a command as a process of its own; where nothing comes after it, in the place of this shell. */
function external(m: Machine, sh: ShellProc, ready: Ready, replace = false): void {
  const fds = fdsFor(m, sh, ready);
  if (typeof fds === "string") {
    complain(m, sh, fds);
    return complete(m, sh, sh.flavour === "bash" ? 1 : 2);
  }
  const env = environment(sh);
  for (const a of ready.assigns) env[a.name] = typeof a.value === "string" ? (a.append ? (env[a.name] ?? "") + a.value : a.value) : "";
  const last = replace || (sh.frames.length === 0 && !sh.pending.length && Object.keys(sh.traps).length === 0 && sh.jobs.length === 0 && (sh.mode === "command" || sh.subshell) && !sh.options["errexit"]);
  const inPlace = last && sh.pid !== m.k.root;
  const own = ready.opened.some((r) => r.fd === 0) || ready.extra[0] !== undefined || ["pipe-read"].includes(fileOf(m, fds[0])?.is ?? "");
  const name = ready.argv[0];
  const probe = { is: "program" as const, pid: sh.pid, parent: sh.pid, fds, cwd: sh.cwd, argv: ready.argv, env, start: m.context.now, waits: {}, background: false, name, opaque: null, stdin: false, eof: false };
  if (resolve(m, name, sh.cwd, contextOf(m, probe)) === undefined) {
    release(m, fds);
    notFound(m, sh, name, ready);
    return;
  }
  const spawned = spawn(m, { argv: ready.argv, env, cwd: sh.cwd, fds, parent: inPlace ? sh.parent : sh.pid, background: inPlace && sh.background, ownInput: own, ...(inPlace || (last && sh.pid === m.k.root) ? { into: sh } : {}) });
  if (!spawned) return;
  if (spawned.pid === sh.pid) {
    // This process goes on as the command: what the shell held is let go.
    release(m, sh.fds);
    sh.fds = {};
    sh.frames = [];
    for (const other of Object.values(m.k.procs)) if (other.parent === sh.pid && other.status !== undefined) delete m.k.procs[other.pid];
    return;
  }
  sh.frames.push({ f: "wait", pids: [spawned.pid], kind: "command", statuses: {}, text: "" });
}

function notFound(m: Machine, sh: ShellProc, name: string, ready: Ready): void {
  const saved = sh.fds;
  const fds = fdsFor(m, sh, { ...ready, extra: {} });
  if (typeof fds !== "string") sh.fds = fds;
  const file = name.includes("/") && filesOf(m, sh).list(name) !== undefined;
  const missing = name.includes("/");
  if (file) complain(m, sh, sh.flavour === "bash" ? `${name}: Is a directory` : `${name}: Permission denied`);
  else if (missing) complain(m, sh, sh.flavour === "bash" ? `${name}: No such file or directory` : `${name}: not found`);
  else complain(m, sh, sh.flavour === "bash" ? `${name}: command not found` : `${name}: not found`);
  if (typeof fds !== "string") {
    release(m, fds);
    sh.fds = saved;
  }
  complete(m, sh, file ? 126 : 127);
}

function stepRead(m: Machine, sh: ShellProc, frame: FrameOf<"read">): boolean {
  const { text, ended } = peekAt(m, sh.fds[frame.fd]);
  const at = frame.delimiter === "" ? text.indexOf("\u0000") : text.indexOf(frame.delimiter);
  const enough = frame.count >= 0 && text.length >= frame.count && (at < 0 || at >= frame.count);
  if (at < 0 && !ended && !enough) {
    // What is there stays in its file until the line is whole; a timeout gives up.
    return false;
  }
  const take = enough ? frame.count : at < 0 ? text.length : at + 1;
  const got = take === 0 ? "" : (readFrom(m, sh.fds[frame.fd], take) ?? "");
  const line = at >= 0 && !enough ? got.slice(0, -1) : got;
  if (!frame.raw && line.endsWith("\\") && !/(^|[^\\])(\\\\)+$/.test(line) && at >= 0 && !enough) {
    frame.text += line.slice(0, -1);
    return true;
  }
  const whole = frame.text + line;
  if (frame.timeout) cancelTimeout(m, sh, frame.timeout);
  pop(m, sh);
  try {
    assignRead(m, sh, frame, whole);
  } catch (problem) {
    if (!(problem instanceof ExpansionError)) throw problem;
    complain(m, sh, problem.message);
    complete(m, sh, 1);
    return true;
  }
  settle(m, sh);
  complete(m, sh, at < 0 && !enough ? 1 : 0);
  return true;
}

/** Frames that stood around a builtin which had to wait. */
function settle(m: Machine, sh: ShellProc): void {
  if (sh.frames.at(-1)?.f === "variables") pop(m, sh);
  if (sh.frames.at(-1)?.f === "fds") pop(m, sh);
}

function cancelTimeout(m: Machine, sh: ShellProc, id: string): void {
  delete sh.waits[id];
  m.effects.push({ do: "cancel", id: `${sh.pid}:${id}` });
}

/** A sleep of the shell itself is over: `read -t`. */
export function wakeShell(m: Machine, sh: ShellProc, id: string): void {
  delete sh.waits[id];
  const frame = sh.frames.at(-1);
  if (frame?.f !== "read" || frame.timeout !== id) return;
  pop(m, sh);
  settle(m, sh);
  complete(m, sh, 142);
}
