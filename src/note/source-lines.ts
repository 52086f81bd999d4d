/** A line of a note, with what stands before its own text: quote marks and indentation. */
export interface SourceLine {
  /** Where the line begins in the file. */
  readonly from: number;
  /** The whole line, without its line break. */
  readonly text: string;
  /** How many characters of quote marks ("> ") it begins with. */
  readonly quoted: number;
}

/** The lines of a note; `from` counts UTF-16 units. */
export function sourceLines(text: string): readonly SourceLine[] {
  const lines: SourceLine[] = [];
  let from = 0;
  for (const raw of text.split("\n")) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    lines.push({ from, text: line, quoted: /^(?: {0,3}> ?)*/.exec(line)?.[0].length ?? 0 });
    from += raw.length + 1;
  }
  return lines;
}

/** The index of the line after the front matter; 0 where there is none, or where it never closes (then it is text). */
export function afterFrontMatter(lines: readonly SourceLine[]): number {
  if (lines[0]?.text.trimEnd() !== "---") return 0;
  for (let i = 1; i < lines.length; i++) {
    const mark = lines[i]?.text.trimEnd();
    if (mark === "---" || mark === "...") return i + 1;
  }
  return 0;
}
