import type { CompoundList, Script, Statement, SyntaxNode } from "unbash";
import { type FrameOf, attempt, nodeOf, numberOf, textOf } from "./frames";
import { shellPattern } from "./glob";
import { begin, pop } from "./interpreter";
import { type Machine, fork, isTty, write } from "./machine";
import { fileOf, openFile, release, retain } from "./open-files";
import type { ShellProc } from "./state";

export function stepList(m: Machine, sh: ShellProc, frame: FrameOf<"list">): boolean {
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

export function stepAndOr(m: Machine, sh: ShellProc, frame: FrameOf<"and-or">): boolean {
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

export function stepIf(m: Machine, sh: ShellProc, frame: FrameOf<"if">): boolean {
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

export function stepCase(m: Machine, sh: ShellProc, frame: FrameOf<"case">): boolean {
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
