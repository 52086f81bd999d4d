import type { Machine } from "./machine";
import type { Frame, ShellProc } from "./state";
import { getVar, setVar } from "./variables";

/** Gives what `read` took to its variables. */
export function assignRead(m: Machine, sh: ShellProc, frame: Extract<Frame, { f: "read" }>, line: string): void {
  const ifs = getVar(m, sh, "IFS") ?? " \t\n";
  const chars: { c: string; q: boolean }[] = [];
  for (let i = 0; i < line.length; i++) {
    if (line[i] === "\\" && !frame.raw && i + 1 < line.length) chars.push({ c: line[++i], q: true });
    else if (line[i] === "\\" && !frame.raw) continue;
    else chars.push({ c: line[i], q: false });
  }
  const white = (i: number): boolean => chars[i] !== undefined && !chars[i].q && " \t\n".includes(chars[i].c) && ifs.includes(chars[i].c);
  const separator = (i: number): boolean => chars[i] !== undefined && !chars[i].q && ifs.includes(chars[i].c);
  const text = (from: number, to: number): string => chars.slice(from, to).map((x) => x.c).join("");
  if (frame.names.length === 0 && !frame.array) {
    setVar(m, sh, "REPLY", text(0, chars.length));
    return;
  }
  let at = 0;
  while (white(at)) at++;
  const word = (): string => {
    const from = at;
    while (at < chars.length && !separator(at)) at++;
    const found = text(from, at);
    while (white(at)) at++;
    if (separator(at) && !white(at)) {
      at++;
      while (white(at)) at++;
    }
    return found;
  };
  if (frame.array) {
    const list: Record<string, string> = {};
    for (let n = 0; at < chars.length; n++) list[n] = word();
    sh.vars[frame.names[0] ?? "REPLY"] = { list };
    return;
  }
  frame.names.forEach((name, i) => {
    if (i < frame.names.length - 1) return setVar(m, sh, name, word());
    const from = at;
    let to = chars.length;
    while (to > from && white(to - 1)) to--;
    // One separator that ends a single last field is dropped with it.
    const mark = at;
    const only = word();
    setVar(m, sh, name, at >= chars.length ? only : text(mark, to));
  });
}
