import type { SourceLine } from "./source-lines";
import type { SourceMap, Span } from "./model";

/** A fenced code block as it stands in the note. */
export interface Fence {
  readonly span: Span;
  readonly language: string;
  /** What follows the language on the opening line. */
  readonly info: string;
  readonly source: SourceMap;
  /** The indices of its first and last line. */
  readonly first: number;
  readonly last: number;
  readonly closed: boolean;
}

/** The fenced blocks of a note, in order; inside quotes, callouts and lists too. */
export function fences(lines: readonly SourceLine[], start: number): readonly Fence[] {
  const found: Fence[] = [];
  for (let i = start; i < lines.length; i++) {
    const line = lines[i];
    const open = /^(\s*(?:[-*+] |\d+[.)] )?\s*)(`{3,}|~{3,})\s*([^`\s]*)\s*([^`]*)$/.exec(line.text.slice(line.quoted));
    if (open === null) continue;
    const [, indent = "", mark = "", language = "", info = ""] = open;
    const close = new RegExp(`^\\s*${mark[0] === "~" ? "~" : "`"}{${mark.length},}\\s*$`);
    let last = i + 1;
    while (last < lines.length && !(close.test((lines[last]).text.slice((lines[last]).quoted)) && (lines[last]).quoted >= Math.min(line.quoted, 1))) {
      // A quote ends where its marks end.
      if (line.quoted > 0 && (lines[last]).quoted === 0) break;
      last++;
    }
    const end = Math.min(last, lines.length - 1);
    const closed = last < lines.length && close.test((lines[last]).text.slice((lines[last]).quoted));
    const body = lines.slice(i + 1, closed ? last : end + 1).map((inner) => {
      const bare = inner.text.slice(inner.quoted);
      const own = /^\s*/.exec(bare)?.[0].length ?? 0;
      const strip = inner.quoted + Math.min(own, indent.length);
      return { from: inner.from, strip, text: inner.text.slice(strip) };
    });
    const endLine = lines[end];
    found.push({
      span: { from: line.from, to: endLine.from + endLine.text.length, line: i }, language: language.toLowerCase(), info: info.trim(), first: i, last: end, closed,
      source: { text: body.map((of) => of.text).join("\n"), lines: body.map(({ from, strip }) => ({ from, strip })) },
    });
    i = end;
  }
  return found;
}

/** Where the lines of a block's bare source begin; a block of thousands of commands asks for many places. */
const lineStarts = new WeakMap<SourceMap, readonly number[]>();

function startsOf(source: SourceMap): readonly number[] {
  let starts = lineStarts.get(source);
  if (starts === undefined) {
    const found = [0];
    for (let at = source.text.indexOf("\n"); at >= 0; at = source.text.indexOf("\n", at + 1)) found.push(at + 1);
    lineStarts.set(source, (starts = found));
  }
  return starts;
}

/** The place in the file of an offset in a block's bare source. */
export function place(source: SourceMap, firstLine: number, offset: number): { readonly at: number; readonly line: number } {
  const starts = startsOf(source);
  let line = 0;
  for (let high = starts.length; high - line > 1;) {
    const middle = (line + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) line = middle;
    else high = middle;
  }
  const column = offset - (starts[line] ?? 0);
  const at = source.lines[line];
  return at === undefined ? { at: 0, line: firstLine } : { at: at.from + at.strip + column, line: firstLine + 1 + line };
}

/** A span of a block's bare source as a span of the file. */
export function spanIn(source: SourceMap, firstLine: number, from: number, to: number): Span {
  const start = place(source, firstLine, from);
  return { from: start.at, to: Math.max(start.at, place(source, firstLine, to).at), line: start.line };
}
