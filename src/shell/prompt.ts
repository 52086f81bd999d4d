import { leave, pushText } from "./interpreter";
import { type Machine, end, isTty, write } from "./machine";
import { peekAt, readFrom } from "./open-files";
import type { ShellProc } from "./state";
import { syntaxOf } from "./syntax";
import { getVar } from "./variables";

/** Nothing left to do: reads the next line, or ends. */
export function idle(m: Machine, sh: ShellProc): boolean {
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
export function tidy(m: Machine, root: ShellProc): void {
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
