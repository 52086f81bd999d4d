import type { Effect, Files, ProcessContext, Program, ProcessInput, Signal } from "../cluster/images/program";
import type { Json } from "../cluster/model";
import { fileOf, readFrom, release, retain, openFile, type WriteResult, writeTo } from "./open-files";
import type { Fds, Frame, Kernel, Proc, ProgramProc, ShellProc, ToolProc } from "./state";
import type { Io, Tool } from "./tools/tool";
import { environment } from "./variables";

export type Flavour = "bash" | "sh" | "busybox";

export interface Commands {
  /** Programs from the floors above and from the image. */
  program(name: string, context: ProcessContext): Program | undefined;
  tool(name: string): Tool | undefined;
  /** The shell that a name starts ("sh", "bash"). */
  shell(name: string): Flavour | undefined;
  /** Every name, for completion and `command -v`. */
  names(): readonly string[];
  readsStdin(argv: readonly string[]): boolean;
}

/** One activation: the copied state, the host's context, and what goes out. */
export interface Machine {
  readonly k: Kernel;
  readonly context: ProcessContext;
  readonly commands: Commands;
  readonly effects: Effect[];
  /** Characters written to the host in this activation. */
  written: number;
  /** Something waited for the outside, so that work is no longer a mere spin. */
  waited: boolean;
}

export const signalNumbers: Readonly<Record<Signal, number>> = { HUP: 1, INT: 2, QUIT: 3, KILL: 9, USR1: 10, USR2: 12, PIPE: 13, TERM: 15, CHLD: 17, CONT: 18, STOP: 19, TSTP: 20 };

export function emit(m: Machine, effect: Effect): void {
  const last = m.effects.at(-1);
  if (effect.do === "write") {
    m.written += effect.data.length;
    if (last?.do === "write" && last.fd === effect.fd) {
      m.effects[m.effects.length - 1] = { ...last, data: last.data + effect.data };
      return;
    }
  }
  m.effects.push(effect);
}

/** Writes for a process; a pipe that nobody reads ends it with SIGPIPE. */
export function write(m: Machine, p: Proc, fd: number, text: string): WriteResult {
  if (p.status !== undefined) return "ended";
  const result = writeTo(m, p.fds[fd], text);
  if (result === "broken") end(m, p, 141, "PIPE");
  return result;
}

/** True where what the process wrote is not taken yet. */
export function isFull(m: Machine, p: Proc): boolean {
  for (const fd of [1, 2]) {
    const file = p.fds[fd] === undefined ? undefined : m.k.files[p.fds[fd]];
    if (file?.is === "pipe-write") {
      const pipe = m.k.files[file.pipe];
      if (pipe?.is === "pipe" && pipe.readers > 0 && pipe.text.length >= 65536) return true;
    }
    if (file?.is === "host-out" && m.written >= 131072) return true;
  }
  return false;
}

export function end(m: Machine, p: Proc, status: number, signal?: Signal): void {
  if (p.status !== undefined) return;
  p.status = status & 255;
  if (signal) p.signal = signal;
  release(m, p.fds);
  p.fds = {};
  for (const [id, kind] of Object.entries(p.waits)) emit(m, kind === "stream" ? { do: "close", id: `${p.pid}:${id}` } : { do: "cancel", id: `${p.pid}:${id}` });
  p.waits = {};
  if (p.is === "shell") for (const frame of p.frames) if (frame.f === "fds") release(m, frame.saved);
  if (p.is === "program") p.opaque = null;
  if (p.is === "tool") {
    for (const pid of p.children) {
      const child = m.k.procs[pid];
      if (child && child.status === undefined) kill(m, child, "TERM");
    }
    p.state = null;
  }
  if (p.is === "shell") p.frames = [];
  const parent = m.k.procs[p.parent];
  if (p.pid !== m.k.root && (!parent || parent.status !== undefined)) delete m.k.procs[p.pid];
  for (const other of Object.values(m.k.procs)) if (other.parent === p.pid && other.status !== undefined) delete m.k.procs[other.pid];
  if (p.pid === m.k.root) finish(m, p.status);
}

function finish(m: Machine, status: number): void {
  if (m.k.done) return;
  m.k.done = true;
  for (const other of Object.values(m.k.procs)) if (other.status === undefined) end(m, other, 143);
  emit(m, { do: "exit", code: status });
}

/** Sends a signal to a process inside this one. */
export function kill(m: Machine, p: Proc, signal: Signal): void {
  if (p.status !== undefined) return;
  if (signal === "KILL") return killTree(m, p, 137, signal);
  if (signal === "CONT" || signal === "CHLD" || signal === "STOP" || signal === "TSTP") return;
  if (p.is === "program") return stepProgram(m, p, { is: "signal", name: signal });
  const first = p.pid === 1;
  if (p.is === "tool") {
    const tool = p.begun ? m.commands.tool(p.tool) : undefined;
    if (tool?.signal?.(ioOf(m, p), p.state, signal)) return;
    if (!first) killTree(m, p, 128 + signalNumbers[signal], signal);
    return;
  }
  const trap = p.traps[signal];
  if (trap === "") return;
  if (trap !== undefined) {
    p.pending.push(signal);
    return;
  }
  if (p.prompts) {
    if (signal === "INT") p.pending.push("INT");
    else if (signal === "HUP") killTree(m, p, 128 + signalNumbers[signal], signal);
    return;
  }
  if (first) return;
  if (signal === "INT") p.pending.push("INT");
  else killTree(m, p, 128 + signalNumbers[signal], signal);
}

function killTree(m: Machine, p: Proc, status: number, signal: Signal): void {
  for (const child of Object.values(m.k.procs)) if (child.parent === p.pid && child.status === undefined && !child.background) kill(m, child, signal === "PIPE" ? "TERM" : signal);
  end(m, p, status, signal);
}

/** The files as a process sees them: relative paths, /dev. */
export function filesOf(m: Machine, p: { readonly cwd: string; readonly fds: Fds; readonly pid: number }): Files {
  const under = m.context.files;
  const fd = (path: string): number | undefined => {
    const found = /^\/dev\/fd\/(\d+)$/.exec(path) ?? /^\/proc\/self\/fd\/(\d+)$/.exec(path);
    return found ? Number(found[1]) : path === "/dev/stdin" ? 0 : path === "/dev/stdout" ? 1 : path === "/dev/stderr" ? 2 : undefined;
  };
  return {
    read(path) {
      const full = absolute(p.cwd, path);
      if (full === "/dev/null") return "";
      const n = fd(full);
      if (n !== undefined) {
        const file = fileOf(m, p.fds[n]);
        return file?.is === "read" ? file.text : undefined;
      }
      return under.read(full);
    },
    list(path) {
      const full = absolute(p.cwd, path);
      return under.list(full);
    },
    write(path, data) {
      const full = absolute(p.cwd, path);
      if (full === "/dev/null") return undefined;
      const n = fd(full);
      if (n !== undefined) {
        writeTo(m, p.fds[n], data);
        return undefined;
      }
      if (under.list(full)) return "Is a directory";
      const parent = full.slice(0, full.lastIndexOf("/")) || "/";
      if (!under.list(parent)) return under.read(parent) !== undefined ? "Not a directory" : "No such file or directory";
      return under.write(full, data);
    },
    mkdir: (path) => under.mkdir(absolute(p.cwd, path)),
    remove: (path) => under.remove(absolute(p.cwd, path)),
  };
}

/** A path made absolute, without "." and "..". */
export function absolute(cwd: string, path: string): string {
  const out: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") out.pop();
    else out.push(part);
  }
  return `/${out.join("/")}`;
}

export function isTty(m: Machine, p: { readonly fds: Fds }, fd: number): boolean {
  if (!m.context.tty) return false;
  const file = fileOf(m, p.fds[fd]);
  return file?.is === "host-in" || file?.is === "host-out";
}

export function contextOf(m: Machine, p: Proc): ProcessContext {
  const base = m.context;
  return {
    ...base,
    now: base.now,
    pid: p.pid,
    argv: p.argv,
    env: p.env,
    cwd: p.cwd,
    tty: isTty(m, p, 1),
    files: filesOf(m, p),
    processes: () => processesOf(m),
    ...(base.api ? { api: (request) => base.api!(request) } : {}),
  };
}

export function processesOf(m: Machine): readonly { readonly pid: number; readonly argv: readonly string[]; readonly start: number }[] {
  const outer = m.context.processes().map((p) => (p.pid === m.context.pid && m.k.procs[p.pid] ? { ...p, argv: m.k.procs[p.pid].argv } : p));
  const known = new Set(outer.map((p) => p.pid));
  const inner = Object.values(m.k.procs).filter((p) => p.status === undefined && !known.has(p.pid));
  return [...outer, ...inner.map((p) => ({ pid: p.pid, argv: p.argv, start: p.start }))].sort((a, b) => a.pid - b.pid);
}

export interface Spawn {
  readonly argv: readonly string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
  /** Taken over: the caller has retained them. */
  readonly fds: Fds;
  readonly parent: number;
  readonly background?: boolean;
  /** Becomes this process instead of a new one. */
  readonly into?: Proc;
  /** Standard input is its own (a pipe, a redirection), so that all of it may be read. */
  readonly ownInput: boolean;
}

/** What a name runs; undefined where it names nothing. */
export function resolve(m: Machine, name: string, cwd: string, probe: ProcessContext): { readonly kind: "program"; readonly program: Program } | { readonly kind: "tool"; readonly name: string } | { readonly kind: "shell"; readonly flavour: Flavour } | { readonly kind: "script"; readonly path: string } | undefined {
  const base = name.includes("/") ? name.slice(name.lastIndexOf("/") + 1) : name;
  const program = m.commands.program(name, probe) ?? (name === base ? undefined : m.commands.program(base, probe));
  if (program) return { kind: "program", program };
  if (name.includes("/")) {
    const path = absolute(cwd, name);
    if (m.context.files.read(path) !== undefined) return { kind: "script", path };
    if (!/^(\/usr)?(\/local)?\/s?bin\//.test(name)) return undefined;
  }
  const flavour = m.commands.shell(base);
  if (flavour) return { kind: "shell", flavour };
  if (m.commands.tool(base)) return { kind: "tool", name: base };
  return undefined;
}

/** Starts a command as a process of its own; undefined where the name runs nothing. */
export function spawn(m: Machine, what: Spawn): Proc | undefined {
  const pid = what.into?.pid ?? freshPid(m);
  const name = what.argv[0] ?? "";
  const base = {
    pid,
    parent: what.parent,
    fds: what.fds,
    cwd: what.cwd,
    argv: [...what.argv],
    env: what.env,
    start: what.into?.start ?? m.context.now,
    waits: {},
    background: what.background ?? false,
  };
  const probe: ProgramProc = { ...base, is: "program", name, opaque: null, stdin: what.ownInput || m.commands.readsStdin(what.argv), eof: false };
  const found = resolve(m, name, what.cwd, contextOf(m, probe));
  if (!found) return undefined;
  let proc: Proc;
  if (found.kind === "program") proc = probe;
  else if (found.kind === "tool") proc = { ...base, is: "tool", tool: found.name, state: null, begun: false, reading: false, running: false, children: [], captures: {} };
  else {
    const shell = newShell(m, base, found.kind === "shell" ? found.flavour : scriptFlavour(m, found.path), found.kind === "script" ? ["sh", found.path, ...what.argv.slice(1)] : what.argv);
    proc = shell;
  }
  m.k.procs[pid] = proc;
  return proc;
}

function scriptFlavour(m: Machine, path: string): Flavour {
  return /^#!.*bash/.test(m.context.files.read(path) ?? "") ? "bash" : (m.commands.shell("sh") ?? "sh");
}

export function freshPid(m: Machine): number {
  let pid = m.k.next;
  const taken = new Set(m.context.processes().map((p) => p.pid));
  while (taken.has(pid) || m.k.procs[pid]) pid++;
  m.k.next = pid + 1;
  return pid;
}

/** A shell process from its command line: `sh`, `sh -c text`, `sh file`, `sh -s`. */
export function newShell(m: Machine, base: Omit<ProgramProc, "is" | "name" | "opaque" | "stdin" | "eof">, flavour: Flavour, argv: readonly string[], given: { readonly script?: string; readonly interactive?: boolean } = {}): ShellProc {
  const vars: ShellProc["vars"] = {};
  for (const [name, value] of Object.entries(base.env)) vars[name] = { v: value, exported: true };
  vars["PWD"] = { v: base.cwd, exported: true };
  vars["IFS"] ??= { v: " \t\n" };
  vars["OPTIND"] ??= { v: "1" };
  if (flavour === "bash") {
    vars["BASH"] = { v: "/bin/bash" };
    vars["SHLVL"] = { v: String(Number(vars["SHLVL"]?.v ?? 0) + 1), exported: true };
  }
  if (flavour !== "sh") vars["PATH"] ??= { v: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", exported: true };
  const { pid, parent, fds, cwd, env, start, waits, background } = base;
  // Field by field: what comes of a spread with more fields has a shape of its own each time.
  const shell: ShellProc = {
    pid, parent, fds, cwd, argv: base.argv, env, start, waits, background,
    is: "shell",
    flavour,
    name: argv[0] ?? "sh",
    mode: "stdin",
    prompts: false,
    self: pid,
    vars,
    functions: {},
    aliases: {},
    args: [],
    options: { braceexpand: true, hashall: true },
    traps: {},
    pending: [],
    frames: [],
    exitStatus: 0,
    pipeStatus: [],
    last: 0,
    jobs: [],
    line: 1,
    partial: "",
    prompted: false,
    began: m.context.now,
    condition: false,
    subshell: false,
    leaving: false,
    previous: "",
    getopts: 0,
    inputEnded: false,
  };
  let i = 1;
  let command = given.script !== undefined;
  let fromStdin = false;
  let interactive = given.interactive ?? false;
  for (; i < argv.length && /^[-+]./.test(argv[i]); i++) {
    const arg = argv[i];
    if (arg === "--") {
      i++;
      break;
    }
    if (arg.startsWith("--")) continue;
    for (const c of arg.slice(1)) {
      if (c === "c") command = true;
      else if (c === "s") fromStdin = true;
      else if (c === "i") interactive = true;
      else if (c === "o") {
        const option = argv[++i];
        if (option) shell.options[option] = arg[0] === "-";
      } else if (c in shortOptions) shell.options[shortOptions[c]] = arg[0] === "-";
    }
  }
  const operands = argv.slice(i);
  if (command) {
    shell.mode = "command";
    const text = given.script ?? operands.shift();
    if (text === undefined) {
      shell.pending.push(`!${argv[0]}: -c: option requires an argument`);
      return shell;
    }
    if (operands.length) shell.name = operands.shift()!;
    shell.args = operands;
    shell.pending.push(`<${text}`);
  } else if (operands.length && !fromStdin && !interactive) {
    shell.mode = "file";
    shell.name = operands[0]!;
    shell.args = operands.slice(1);
    const text = filesOf(m, base).read(operands[0]);
    if (text === undefined) shell.pending.push(`!${argv[0]}: ${operands[0]}: No such file or directory`);
    else shell.pending.push(`<${text}`);
  } else {
    shell.args = operands;
    if (interactive || isTty(m, base, 0)) {
      shell.mode = "interactive";
      shell.prompts = true;
    }
  }
  return shell;
}

export const shortOptions: Readonly<Record<string, string>> = { e: "errexit", u: "nounset", x: "xtrace", f: "noglob", v: "verbose", n: "noexec", a: "allexport", C: "noclobber", m: "monitor", h: "hashall", b: "notify", B: "braceexpand" };

/** A copy of a shell that goes on with other frames: a subshell, an element of a pipeline, a background job. */
export function fork(m: Machine, sh: ShellProc, frames: Frame[], fds: Fds, background: boolean): ShellProc {
  const pid = freshPid(m);
  const traps: Record<string, string> = {};
  for (const [name, text] of Object.entries(sh.traps)) if (text === "") traps[name] = text;
  const child: ShellProc = {
    ...sh,
    pid,
    parent: sh.pid,
    fds,
    waits: {},
    start: m.context.now,
    background,
    vars: { ...sh.vars },
    functions: { ...sh.functions },
    aliases: { ...sh.aliases },
    args: [...sh.args],
    options: { ...sh.options },
    traps,
    pending: [],
    frames,
    jobs: [],
    pipeStatus: [...sh.pipeStatus],
    condition: sh.condition || sh.frames.some(isCondition),
    subshell: true,
    prompts: false,
    prompted: false,
    partial: "",
    leaving: false,
  };
  delete child.status;
  m.k.procs[pid] = child;
  return child;
}

/** True for a frame under which set -e does not apply. */
export function isCondition(frame: Frame): boolean {
  return (frame.f === "if" && frame.clause) || (frame.f === "while" && frame.clause) || (frame.f === "and-or" && frame.i >= 0) || frame.f === "not";
}

/** Runs a step of an outside program and carries out what it asks for. */
export function stepProgram(m: Machine, p: ProgramProc, input: ProcessInput | null): void {
  const context = contextOf(m, p);
  const found = resolve(m, p.name, p.cwd, context);
  if (found?.kind !== "program") return end(m, p, 127);
  const step = input === null || p.opaque === null ? found.program.start(context) : found.program.on(p.opaque.state, input, context);
  p.opaque = { state: step.state };
  for (const effect of step.do) {
    if (p.status !== undefined) return;
    perform(m, p, effect);
  }
}

function perform(m: Machine, p: Proc, effect: Effect): void {
  switch (effect.do) {
    case "write":
      write(m, p, effect.fd, effect.data);
      return;
    case "sleep":
    case "request":
    case "connect":
      p.waits[effect.id] = effect.do === "connect" ? "stream" : effect.do;
      emit(m, { ...effect, id: `${p.pid}:${effect.id}` });
      return;
    case "cancel":
    case "close":
      delete p.waits[effect.id];
      emit(m, { ...effect, id: `${p.pid}:${effect.id}` });
      return;
    case "send":
      emit(m, { ...effect, id: `${p.pid}:${effect.id}` });
      return;
    case "kill":
      signalPid(m, effect.pid, effect.signal);
      return;
    case "exit":
      end(m, p, effect.code);
      return;
    case "listen":
      m.k.listens[effect.port] = p.pid;
      emit(m, effect);
      return;
    default:
      emit(m, effect);
  }
}

/** The process that listens on a port, for requests from the network. */
export function listener(m: Machine, port: number): Proc | undefined {
  const p = m.k.procs[m.k.listens[port] ?? -1];
  return p?.status === undefined ? p : undefined;
}

/** `kill` by pid: inside this process or elsewhere in the container. Returns why not. */
export function signalPid(m: Machine, pid: number, signal: Signal): string | undefined {
  const inner = m.k.procs[pid];
  if (inner && inner.status === undefined) {
    kill(m, inner, signal);
    return undefined;
  }
  if (m.context.processes().some((p) => p.pid === pid)) {
    emit(m, { do: "kill", pid, signal });
    return undefined;
  }
  return "No such process";
}

/** A tool's hands. */
export function ioOf(m: Machine, p: ToolProc | ShellProc, argv: readonly string[] = p.argv): Io {
  const shellLike = p.is === "shell" ? p : m.k.procs[p.parent];
  const flavour: Flavour = shellLike?.is === "shell" ? shellLike.flavour : (m.commands.shell("sh") === "busybox" ? "busybox" : "bash");
  const env = p.is === "shell" ? environment(p) : p.env;
  return {
    argv,
    env,
    cwd: p.cwd,
    flavour,
    context: m.context,
    files: filesOf(m, p),
    tty: (fd) => isTty(m, p, fd),
    out: (text) => {
      if (text) write(m, p, 1, text);
    },
    err: (text) => {
      if (text) write(m, p, 2, text);
    },
    read: (on = true) => {
      if (p.is === "tool") p.reading = on;
    },
    exit: (code) => {
      if (p.is === "tool") end(m, p, code);
    },
    again: () => {
      if (p.is === "tool") p.running = true;
    },
    sleep: (id, ms) => perform(m, p, { do: "sleep", id, ms }),
    cancel: (id) => perform(m, p, { do: "cancel", id }),
    request: (id, request) => perform(m, p, { do: "request", id, request }),
    listen: (port) => perform(m, p, { do: "listen", port }),
    kill: (pid, signal) => signalPid(m, pid, signal),
    spawn: (args, how = {}) => spawnChild(m, p, args, how),
    path: (path) => absolute(p.cwd, path),
    known: (name) => resolve(m, name, p.cwd, contextOf(m, p)) !== undefined,
    processes: () => processesOf(m),
  };
}

/** A command started by a tool (xargs, timeout, watch). Not found gives the exit code 127 through `child`. */
function spawnChild(m: Machine, p: ToolProc | ShellProc, argv: readonly string[], how: { readonly stdin?: string; readonly capture?: boolean; readonly env?: Readonly<Record<string, string>> }): number {
  const fds: Fds = { ...p.fds };
  retain(m, fds);
  const replace = (fd: number, id: number): void => {
    const old = fds[fd];
    fds[fd] = id;
    if (old !== undefined) release(m, { [fd]: old });
  };
  if (how.stdin !== undefined) replace(0, openFile(m, { is: "read", refs: 1, path: "", text: how.stdin, at: 0 }));
  if (how.capture) {
    const id = openFile(m, { is: "capture", refs: 2, text: "" });
    replace(1, id);
    replace(2, id);
    m.k.files[id].refs++;
  }
  const child = spawn(m, { argv, env: { ...(how.env ?? p.env) }, cwd: p.cwd, fds, parent: p.pid, ownInput: how.stdin !== undefined });
  if (!child) {
    const pid = freshPid(m);
    release(m, fds);
    m.k.procs[pid] = { is: "tool", tool: "false", pid, parent: p.pid, fds: {}, cwd: p.cwd, argv: [...argv], env: {}, start: m.context.now, waits: {}, background: false, status: 127, state: null, begun: true, reading: false, running: false, children: [], captures: {} };
    if (p.is === "tool") p.children.push(pid);
    return pid;
  }
  if (p.is === "tool") p.children.push(child.pid);
  if (how.capture && p.is === "tool") p.captures[child.pid] = child.fds[1]!;
  return child.pid;
}

/** Lets a tool work once; false where it has nothing to do. */
export function stepTool(m: Machine, p: ToolProc): boolean {
  const tool = m.commands.tool(p.tool);
  if (!tool) {
    end(m, p, 127);
    return true;
  }
  if (isFull(m, p)) return false;
  const io = ioOf(m, p);
  if (!p.begun) {
    p.begun = true;
    const begun = tool.start(io);
    if (p.status !== undefined) return true;
    if (typeof begun === "number") end(m, p, begun);
    else p.state = begun as Json;
    return true;
  }
  const ended = p.children.find((pid) => m.k.procs[pid]?.status !== undefined);
  if (ended !== undefined) {
    p.children = p.children.filter((pid) => pid !== ended);
    const code = m.k.procs[ended].status!;
    delete m.k.procs[ended];
    let output = "";
    const captured = p.captures[ended];
    if (captured !== undefined) {
      const file = fileOf(m, captured);
      output = file?.is === "capture" ? file.text : "";
      release(m, { 1: captured });
      delete p.captures[ended];
    }
    tool.child?.(io, p.state, ended, code, output);
    return true;
  }
  if (p.running) {
    p.running = false;
    tool.run?.(io, p.state);
    return true;
  }
  if (p.reading) {
    const got = readFrom(m, p.fds[0], 8192);
    if (got === undefined) return false;
    if (got === null) {
      p.reading = false;
      tool.eof?.(io, p.state);
    } else tool.data?.(io, p.state, got);
    return true;
  }
  return false;
}

/** Lets an outside program begin, or read what waits on its standard input. */
export function stepProgramInput(m: Machine, p: ProgramProc): boolean {
  if (isFull(m, p)) return false;
  if (p.opaque === null) {
    stepProgram(m, p, null);
    return true;
  }
  if (!p.stdin || p.eof) return false;
  const got = readFrom(m, p.fds[0], 65536);
  if (got === undefined) return false;
  if (got === null) p.eof = true;
  stepProgram(m, p, got === null ? { is: "eof" } : { is: "stdin", data: got });
  return true;
}
