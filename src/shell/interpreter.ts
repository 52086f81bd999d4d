import type { SyntaxNode } from "unbash";
import { stepCommand } from "./commands";
import { complain, syntaxError } from "./complain";
import { evaluateTest } from "./conditions";
import { stepAndOr, stepCase, stepIf, stepList } from "./control-flow";
import { sourceId } from "./expand";
import { type FrameOf, attempt, complete, nodeOf, numberOf, withRedirections } from "./frames";
import { stepArithmeticFor, stepFor, stepWhile } from "./loops";
import { type Machine, end, filesOf, fork, isFull, isTty, write } from "./machine";
import { fileOf, peekAt, readFrom, release, retain } from "./open-files";
import { beginPipeline, stepWait } from "./pipelines";
import { idle, tidy } from "./prompt";
import { assignRead } from "./read";
import { forget, signals } from "./signals";
import type { ShellProc, Var } from "./state";
import { syntaxOf } from "./syntax";
import { ExpansionError, getVar } from "./variables";

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

export function begin(m: Machine, sh: ShellProc, src: string, node: SyntaxNode): void {
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
