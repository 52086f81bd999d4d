import type { Command, Word } from "unbash";
import { type Assigned, assign, assignmentOf, declaring } from "./assignments";
import { type BuiltinResult, builtins } from "./builtins";
import { complain } from "./complain";
import { sourceId } from "./expand";
import { type FrameOf, abort, attempt, complete, lineOf, merge, nodeOf, streamRedirect } from "./frames";
import { begin, leave, pop } from "./interpreter";
import { type Machine, contextOf, filesOf, resolve, spawn, write } from "./machine";
import { fileOf, release, retain } from "./open-files";
import { type Redirected, expandRedirections, redirect } from "./redirections";
import type { Fds, ShellProc, Var } from "./state";
import { syntaxOf } from "./syntax";
import { ExpansionError, environment, getVar } from "./variables";

interface Prepared {
  readonly argv: string[];
  readonly redirects: Redirected[];
  readonly assigns: readonly Assigned[];
  /** Assignments among the arguments of export, local, declare…, for their array values. */
  readonly declared: readonly Assigned[];
  readonly substituted: boolean;
}

export function stepCommand(m: Machine, sh: ShellProc, frame: FrameOf<"command">): boolean {
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

export function run(m: Machine, sh: ShellProc, ready: Ready, noFunctions = false): void {
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
