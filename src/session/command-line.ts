import { t } from "../i18n/index";
import { printNote, runNote } from "./headless";
import type { HeadlessNote, HeadlessOptions } from "./headless";

/** What the command line was asked, or why it makes no sense. */
export interface Arguments extends HeadlessOptions {
  readonly paths: readonly string[];
  readonly json: boolean;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads `FILE.md… --at 30s --seed N --reconstruct --json`. Throws Error with what is wrong. */
export function readArguments(argv: readonly string[]): Arguments {
  const paths: string[] = [];
  let after = 0;
  let seed: number | undefined;
  let json = false;
  let reconstruct = false;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? "";
    if (word === "--json") json = true;
    else if (word === "--reconstruct") reconstruct = true;
    else if (word === "--at") {
      const match = /^([\d.]+)(ms|s|m|h)$/.exec(argv[++i] ?? "");
      if (match === null) throw new Error("--at wants a duration such as 30s");
      after = Number(match[1]) * (units[match[2] ?? "s"] ?? 1000);
    } else if (word === "--seed") {
      seed = Number(argv[++i]);
      if (!Number.isInteger(seed)) throw new Error("--seed wants a whole number");
    } else if (word.startsWith("-")) throw new Error(`unknown option ${word}: there are --at 30s, --seed N, --reconstruct and --json`);
    else paths.push(word);
  }
  if (paths.length === 0) throw new Error("name at least one note: npm run -s note -- FILE.md");
  return { paths, after, json, reconstruct, most: 10 * 60_000, ...(seed === undefined ? {} : { seed }) };
}

/** Runs the notes; `read` gives a note's text and `beside` the files of its folder. The exit code is 1 where a recorded output differs or a block has errors. */
export function runNotes(args: Arguments, read: (path: string) => string, beside: (path: string) => ReadonlyMap<string, string>): { readonly text: string; readonly exit: number } {
  const notes: HeadlessNote[] = args.paths.map((path) => runNote(path, read(path), beside(path), args));
  const wrong = notes.some((note) => note.differs > 0 || note.problems > 0);
  const text = args.json ? `${JSON.stringify(notes.map(asJson), null, 2)}\n` : notes.map(printNote).join("\n");
  return { text, exit: wrong ? 1 : 0 };
}

/** For other programs; lines are counted from 1. */
function asJson({ path, differs, problems, blocks }: HeadlessNote): object {
  return {
    path, differs, problems,
    blocks: blocks.map((block) => ({
      line: block.line + 1,
      entries: block.entries.map(({ planned, exit, output, differs: differ, more, notices }) => ({ command: planned.text, line: planned.span.line + 1, exit, output: output.map((of) => of.data).join(""), differs: differ, more, notices: notices.map(({ key, args }) => t(key, args)) })),
      problems: block.problems.map(({ key, args, span, severity, kubernetes }) => ({ line: span.line + 1, severity, message: t(key, args), ...(kubernetes === undefined ? {} : { kubernetes }) })),
    })),
  };
}
