import type { Dict, Json } from "../cluster/model";

/** UTF-16 offsets in the file; `line` is 0-based. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly line: number;
}

/** Undoes "> " and list indentation: `text` is the bare source, each of its lines says where it begins in the file and how much was stripped. */
export interface SourceMap {
  readonly text: string;
  readonly lines: readonly { readonly from: number; readonly strip: number }[];
}

/** What the plugin knows of a note. */
export interface NoteModel {
  readonly path: string;
  readonly text: string;
  readonly pictures: readonly Picture[];
  readonly blocks: readonly Block[];
  /** Manifests by the file name that the note gives them ("deployment.yaml"). */
  readonly files: ReadonlyMap<string, { readonly span: Span; readonly text: string }>;
  readonly problems: readonly Problem[];
}

export interface Picture {
  readonly span: Span;
  /** The link as written, without alias. */
  readonly linktext: string;
  /** Which occurrence of the same link in the note, from 0. */
  readonly ordinal: number;
  readonly alt: string;
  /** `|k8s-sim:ingress`, `|k8s-sim:off`. */
  readonly override?: string;
  /** Alone on its line (a list's indentation aside). */
  readonly alone: boolean;
  readonly context: { readonly title: string; readonly headings: readonly string[]; readonly before: string; readonly list: string; readonly after: string };
}

export interface Block {
  readonly span: Span;
  readonly language: string;
  readonly info: string;
  /** k8s-sim: runnable; manifest: YAML or JSON of Kubernetes; transcript: has kubectl lines; other. */
  readonly is: "k8s-sim" | "manifest" | "transcript" | "output" | "other";
  readonly id?: string;
  /** Which block of the note, from 0. */
  readonly ordinal: number;
  readonly source: SourceMap;
  readonly options: Dict<Json>;
  readonly parts: readonly Part[];
  readonly problems: readonly Problem[];
}

export type Part =
  | { readonly is: "manifest"; readonly span: Span; readonly text: string; readonly documents: readonly { readonly span: Span; readonly value: unknown }[] }
  | { readonly is: "script"; readonly span: Span; readonly text: string; readonly commands: readonly Command[] };

export interface Command {
  readonly span: Span;
  /** As it is run: prompt, comment marks and odd spaces removed. May hold several lines (a heredoc, a loop). */
  readonly text: string;
  /** Where it is typed: in the note's shell, or in a session that an earlier `exec -it` opened. */
  readonly where: "note" | { readonly pod: string };
  readonly recorded?: { readonly span: Span; readonly lines: readonly string[]; readonly prefix: string };
}

/** A mistake with its place; `kubernetes` has Kubernetes' own words where it has them. */
export interface Problem {
  readonly key: string;
  readonly args: Dict<string | number>;
  readonly span: Span;
  readonly severity: "error" | "warning";
  readonly kubernetes?: string;
}
