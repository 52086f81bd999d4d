import type { SyntaxNode } from "unbash";
import { type FrameOf, complete, numberOf, textOf } from "./frames";
import { begin, pop } from "./interpreter";
import { type Machine, fork } from "./machine";
import { openPipe, release, retain } from "./open-files";
import type { Fds, ShellProc } from "./state";
import { syntaxOf } from "./syntax";

export function beginPipeline(m: Machine, sh: ShellProc, src: string, node: Extract<SyntaxNode, { type: "Pipeline" }>, n: number): void {
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

export function collect(m: Machine, frame: FrameOf<"wait">): boolean {
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

export function stepWait(m: Machine, sh: ShellProc, frame: FrameOf<"wait">): boolean {
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
