import { BlockRun } from "./block-run";
import { t } from "../i18n/index";
import { NoteCluster } from "./note-cluster";
import { NoteFiles } from "./note-files";
import { clusterOptions } from "./cluster-options";
import { plan } from "./plan";
import { rebuild } from "./rebuild";
import { clusterName } from "../note/cluster-name";
import { readNote } from "../note/read";
import type { Entry } from "./block-run";
import type { Problem } from "../note/model";
import type { Ms } from "../cluster/model";

export interface HeadlessOptions {
  /** Virtual ms added after each block. */
  readonly after: Ms;
  readonly seed?: number;
  /** The longest that one command may wait, virtual ms. */
  readonly most: Ms;
  /** What a transcript speaks of and nothing has made is built first, from what it recorded. */
  readonly reconstruct: boolean;
}

export interface HeadlessBlock {
  readonly line: number;
  readonly entries: readonly Entry[];
  readonly problems: readonly Problem[];
}

export interface HeadlessNote {
  readonly path: string;
  readonly blocks: readonly HeadlessBlock[];
  readonly differs: number;
  readonly problems: number;
}

/** Runs every k8s-sim block and transcript of a note, in order, on the note's cluster (or the one that a block names). `beside` has the files of its folder. */
export function runNote(path: string, text: string, beside: ReadonlyMap<string, string>, options: HeadlessOptions): HeadlessNote {
  const steps = runningNote(path, text, beside, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** As `runNote`, piece by piece: with a stopwatch it yields every few ms of work. */
export function* runningNote(path: string, text: string, beside: ReadonlyMap<string, string>, options: HeadlessOptions, stopwatch?: () => number): Generator<void, HeadlessNote> {
  const note = readNote(path, text);
  const files = new NoteFiles(new Map([...beside, ...[...note.files].map(([name, file]) => [name, file.text] as const)]));
  const clusters = new Map<string, NoteCluster>();
  const runnable = note.blocks.filter((block) => block.is === "k8s-sim" || block.is === "transcript");
  const blocks: HeadlessBlock[] = [];
  try {
    for (const block of runnable) {
      const errors = block.problems.filter((problem) => problem.severity === "error");
      // What does not parse stops a block before it starts.
      if (errors.length > 0) {
        blocks.push({ line: block.span.line, entries: [], problems: errors });
        continue;
      }
      const key = clusterName(block);
      let cluster = clusters.get(key);
      if (cluster === undefined) clusters.set(key, cluster = new NoteCluster(clusterOptions(runnable.filter((of) => clusterName(of) === key), options.seed), files, stopwatch));
      yield* cluster.opening();
      const run = new BlockRun(cluster, [...(options.reconstruct ? rebuild(note, block, cluster.cluster.at()) : []), ...plan(block)]);
      yield* run.completing(options.most);
      if (options.after > 0) cluster.advance(cluster.now + options.after);
      blocks.push({ line: block.span.line, entries: run.entries, problems: block.problems });
    }
  } finally {
    for (const cluster of clusters.values()) cluster.dispose();
  }
  return {
    path, blocks,
    differs: blocks.reduce((sum, block) => sum + block.entries.filter((entry) => entry.differs).length, 0),
    problems: blocks.reduce((sum, block) => sum + block.problems.filter((problem) => problem.severity === "error").length, 0),
  };
}

/** As a terminal would show it. */
export function printNote(note: HeadlessNote): string {
  const lines: string[] = [];
  for (const block of note.blocks) {
    for (const problem of block.problems) lines.push(`${note.path}:${problem.span.line + 1}: ${problem.kubernetes ?? t(problem.key, problem.args)}`);
    for (const entry of block.entries) {
      lines.push(`$ ${entry.planned.text}`);
      for (const { key, args } of entry.notices) lines.push(`# ${t(key, args)}`);
      const output = entry.output.map((of) => of.data).join("");
      if (output !== "") lines.push(output.replace(/\n$/, ""));
      if (entry.exit !== undefined && entry.exit !== 0) lines.push(`[exit ${entry.exit}]`);
      if (entry.differs) lines.push(`${note.path}:${entry.planned.span.line + 1}: ${entry.more > 0 ? `has ${entry.more} more lines than` : "differs from"} what the note recorded:`, ...(entry.planned.recorded ?? []).map((line) => `  | ${line}`));
    }
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
