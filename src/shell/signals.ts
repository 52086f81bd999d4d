import { syntaxError } from "./complain";
import { leave, pop, pushText } from "./interpreter";
import { type Machine, end, write } from "./machine";
import { collect } from "./pipelines";
import type { Frame, ShellProc } from "./state";

/** Removes a finished background process from the table of jobs. */
export function forget(m: Machine, sh: ShellProc, pid: number): void {
  if (m.k.procs[pid]?.status !== undefined) delete m.k.procs[pid];
  sh.jobs = sh.jobs.filter((job) => !job.pids.every((p) => !m.k.procs[p]));
}

/** Starts a pending trap, or dies of a signal without one. True where something happened. */
export function signals(m: Machine, sh: ShellProc, frame: Frame | undefined): boolean {
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
