import type { SyntaxNode } from "unbash";
import { complain } from "./complain";
import { type FrameOf, abort, attempt, lineOf, nodeOf, textOf } from "./frames";
import { begin, pop } from "./interpreter";
import type { Machine } from "./machine";
import { release } from "./open-files";
import type { ShellProc } from "./state";
import { ExpansionError, setVar } from "./variables";

export function stepWhile(m: Machine, sh: ShellProc, frame: FrameOf<"while">): boolean {
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

export function stepFor(m: Machine, sh: ShellProc, frame: FrameOf<"for">): boolean {
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

export function stepArithmeticFor(m: Machine, sh: ShellProc, frame: FrameOf<"arithmetic-for">): boolean {
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
