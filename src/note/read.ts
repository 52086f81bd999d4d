import { isMap, isScalar, parseAllDocuments, visit, LineCounter, type Document } from "yaml";
import { commandsOf, speaksKubectl } from "./commands";
import { fences, place, spanIn } from "./fences";
import { nearest } from "./nearest";
import { pictures } from "./pictures";
import { afterFrontMatter, sourceLines } from "./source-lines";
import type { Fence } from "./fences";
import type { Block, NoteModel, Part, Problem, SourceMap, Span } from "./model";
import type { SourceLine } from "./source-lines";
import type { Dict, Json } from "../cluster/model";

/** Beyond this a block is refused, with a message. UTF-16 units. */
export const largestBlock = 400_000;

/** Reads a note: its pictures with their context, its code blocks with manifests and commands, each with its place in the file. Never throws. */
export function readNote(path: string, text: string): NoteModel {
  const pieces = readingNote(path, text);
  for (;;) {
    const step = pieces.next();
    if (step.done === true) return step.value;
  }
}

/** As `readNote`, piece by piece: it yields after each manifest, and every so many lines of a script. */
export function* readingNote(path: string, text: string): Generator<void, NoteModel> {
  const lines = sourceLines(text);
  const start = afterFrontMatter(lines);
  const title = titleOf(path, lines, start);
  const found = fences(lines, start);
  const blocks: Block[] = [];
  for (const fence of found) blocks.push(yield* block(fence, blocks.length));
  const files = new Map<string, { span: Span; text: string }>();
  found.forEach((fence, at) => {
    const kind = blocks[at]?.is;
    if (kind !== "manifest" && kind !== "other") return;
    const name = nameOf(fence, lines);
    if (name !== undefined && !files.has(name)) files.set(name, { span: fence.span, text: `${fence.source.text}\n` });
  });
  return { path, text, pictures: pictures(lines, start, found, title), blocks, files, problems: blocks.flatMap((of) => of.problems) };
}

function titleOf(path: string, lines: readonly SourceLine[], start: number): string {
  for (const line of lines.slice(0, start)) {
    const match = /^title:\s*(.+?)\s*$/.exec(line.text);
    if (match !== null) return (match[1] ?? "").replace(/^(["'])(.*)\1$/, "$2");
  }
  return (path.split("/").pop() ?? path).replace(/\.md$/i, "");
}

/** The file name that a note gives to a YAML block: on its opening line, in its first comment, or in the line before it. */
function nameOf(fence: Fence, lines: readonly SourceLine[]): string | undefined {
  const file = /(?:^|[\s"'`=:（(])([\w./-]+\.(?:ya?ml|json|conf|sh|txt|properties|env))(?=$|[\s"'`):：，,。）])/i;
  const inInfo = file.exec(fence.info)?.[1] ?? file.exec(fence.language.includes(":") ? fence.language.split(":")[1] ?? "" : "")?.[1];
  if (inInfo !== undefined) return bareName(inInfo);
  const first = fence.source.text.split("\n")[0] ?? "";
  const inComment = /^\s*(?:#|\/\/)/.test(first) ? file.exec(first)?.[1] : undefined;
  if (inComment !== undefined) return bareName(inComment);
  for (let i = fence.first - 1; i >= Math.max(0, fence.first - 2); i--) {
    const text = lines[i]?.text ?? "";
    if (text.trim() === "") continue;
    const named = file.exec(text)?.[1];
    return named === undefined ? undefined : bareName(named);
  }
  return undefined;
}

function bareName(path: string): string {
  return path.replace(/^\.\//, "");
}

function* block(fence: Fence, ordinal: number): Generator<void, Block> {
  const { source, language, info, span } = fence;
  const problems: Problem[] = [];
  const base = { span, language, info, ordinal, source };
  if (source.text.length > largestBlock) {
    problems.push({ key: "problem.block-size", args: { size: source.text.length, most: largestBlock }, span, severity: "error" });
    return { ...base, is: language === "k8s-sim" ? "k8s-sim" : "other", options: {}, parts: [], problems };
  }
  if (language === "k8s-sim") {
    if (!fence.closed) problems.push({ key: "problem.fence-open", args: {}, span, severity: "warning" });
    return yield* runnable(base, problems);
  }
  if (language === "k8s-sim-output") return { ...base, is: "output", options: {}, parts: [], problems };
  const looks = isManifest(source.text);
  if (looks && /^(ya?ml|json|yml|)$/.test(language.split(":")[0] ?? "")) {
    return { ...base, is: "manifest", options: {}, parts: [yield* manifest(source, span.line, 0, source.text, problems)], problems };
  }
  if (speaksKubectl(source.text)) {
    return { ...base, is: "transcript", options: {}, parts: [yield* script(source, span.line, 0, source.text, false)], problems };
  }
  return { ...base, is: "other", options: {}, parts: [], problems };
}

/** A part with a line that begins as a manifest's do is one, also when it is broken: a forgotten apiVersion must never run as shell. */
export function isManifest(text: string): boolean {
  if (/^\s*[{[]\s*(?:"|\{|$)/.test(text) && /"(apiVersion|kind|metadata|spec)"/.test(text)) return true;
  let heredoc: string | undefined;
  for (const line of text.split("\n")) {
    if (heredoc !== undefined) {
      if (line.trim() === heredoc) heredoc = undefined;
      continue;
    }
    heredoc = /<<-?\s*["']?(\w+)["']?/.exec(line)?.[1];
    if (/^(apiVersion|kind|metadata|spec)\s*:/.test(line)) return true;
  }
  return false;
}

interface Piece { readonly from: number; readonly text: string }

/** Splits at `---` lines, but not inside a heredoc. */
function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let heredoc: string | undefined;
  let from = 0;
  let at = 0;
  for (const line of text.split("\n")) {
    if (heredoc !== undefined) {
      if (line.trim() === heredoc) heredoc = undefined;
    } else if (/^---\s*(#.*)?$/.test(line)) {
      found.push({ from, text: text.slice(from, at) });
      from = at + line.length + 1;
    } else heredoc = /<<-?\s*["']?(\w+)["']?/.exec(line)?.[1];
    at += line.length + 1;
  }
  found.push({ from, text: text.slice(Math.min(from, text.length)) });
  return found;
}

const options: Dict<(value: unknown) => boolean> = {
  diagram: (value) => typeof value === "string",
  nodes: (value) => (typeof value === "number" && Number.isInteger(value) && value > 0 && value <= 5000) || Array.isArray(value),
  cluster: (value) => typeof value === "string",
  seed: (value) => typeof value === "number" && Number.isInteger(value),
  speed: (value) => typeof value === "number" && value > 0 && value <= 100,
  autorun: (value) => typeof value === "boolean",
  loadBalancer: (value) => typeof value === "boolean",
  id: (value) => typeof value === "string" || typeof value === "number",
};
const optionForms: Dict = {
  diagram: "a concept, or none", nodes: "a number, or a list of nodes", cluster: "a name", seed: "a whole number", speed: "a number from 1 to 100", autorun: "true or false", loadBalancer: "true or false", id: "a name",
};

function* runnable(base: Pick<Block, "span" | "language" | "info" | "ordinal" | "source">, problems: Problem[]): Generator<void, Block> {
  const { source } = base;
  const line = base.span.line;
  const parts: Part[] = [];
  let chosen: Record<string, Json> = {};
  const split = pieces(source.text).filter((piece) => piece.text.trim() !== "");
  for (const piece of split) {
    const front = piece === split[0] && !isManifest(piece.text) ? frontMatter(piece, source, line, problems) : undefined;
    if (front !== undefined) chosen = front;
    else parts.push(isManifest(piece.text) ? yield* manifest(source, line, piece.from, piece.text, problems) : yield* script(source, line, piece.from, piece.text, true));
  }
  const id = chosen["id"];
  return { ...base, is: "k8s-sim", ...(typeof id === "string" || typeof id === "number" ? { id: String(id) } : {}), options: chosen, parts, problems };
}

/** The first part where it is a mapping of words; undefined: it is a script. */
function frontMatter(piece: Piece, source: SourceMap, line: number, problems: Problem[]): Record<string, Json> | undefined {
  const body = piece.text.split("\n").filter((of) => of.trim() !== "" && !of.trim().startsWith("#"));
  if (body.length === 0 || !/^[A-Za-z][\w-]*\s*:(\s|$)/.test(body[0] ?? "")) return undefined;
  const counter = new LineCounter();
  const [document] = parseAllDocuments(piece.text, { lineCounter: counter });
  if (document === undefined || !("contents" in document) || !isMap(document.contents)) return undefined;
  const values: Record<string, Json> = {};
  for (const error of document.errors) problems.push({ key: "problem.yaml", args: { message: firstLine(error.message) }, span: spanIn(source, line, piece.from + error.pos[0], piece.from + error.pos[1]), severity: "error" });
  let read: Record<string, Json>;
  try {
    read = document.toJS() as Record<string, Json>;
  } catch (error) {
    // An alias of nothing, or one too often: as a value it can't be had.
    problems.push({ key: "problem.yaml", args: { message: error instanceof Error ? firstLine(error.message) : String(error) }, span: spanIn(source, line, piece.from, piece.from + piece.text.length), severity: "error" });
    return values;
  }
  for (const pair of document.contents.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : "";
    const range = (pair.key as { range?: readonly [number, number, number] } | null)?.range ?? [0, 0, 0];
    const span = spanIn(source, line, piece.from + range[0], piece.from + range[1]);
    const value = read[key] ?? null;
    const check = options[key];
    if (check === undefined) {
      const near = nearest(key, Object.keys(options));
      problems.push({ key: near === undefined ? "problem.option" : "problem.option-near", args: { option: key, near: near ?? "" }, span, severity: "error" });
    } else if (!check(value)) problems.push({ key: "problem.option-value", args: { option: key, form: optionForms[key] ?? "" }, span, severity: "error" });
    else values[key] = value;
  }
  return values;
}

/** What a manifest's text holds, its places counted from its own beginning. */
interface ReadManifest {
  readonly documents: readonly { readonly from: number; readonly to: number; readonly value: unknown }[];
  readonly problems: readonly { readonly key: string; readonly from: number; readonly to: number; readonly message?: string; readonly kubernetes?: (line: number) => string }[];
}

function parseManifest(text: string): ReadManifest {
  const documents: ReadManifest["documents"][number][] = [];
  const problems: ReadManifest["problems"][number][] = [];
  try {
    for (const document of parseAllDocuments(text, { uniqueKeys: false, merge: true, logLevel: "silent" })) {
      if (!("contents" in document)) continue;
      const { errors, range } = document;
      // The first mistake is the one; what follows from it would only confuse.
      for (const error of errors.slice(0, 1)) {
        const message = firstLine(error.message);
        problems.push({ key: "problem.yaml", from: error.pos[0], to: error.pos[1], message, kubernetes: (line) => `error converting YAML to JSON: yaml: line ${line}: ${message}` });
      }
      if (errors.length > 0) continue;
      const circle = selfContained(document);
      if (circle !== undefined) throw new Error(`anchor '${circle}' value contains itself`);
      const value: unknown = document.toJS({ maxAliasCount: 1000 });
      if (value === null || value === undefined) continue;
      const [from, to] = range;
      documents.push({ from, to, value });
      if (typeof value === "object" && !Array.isArray(value)) {
        for (const field of ["apiVersion", "kind"]) if (!(field in value)) problems.push({ key: `problem.missing-${field}`, from, to, kubernetes: () => (field === "kind" ? "Object 'Kind' is missing" : "apiVersion not set") });
      }
    }
  } catch (error) {
    problems.push({ key: "problem.yaml", from: 0, to: text.length, message: error instanceof Error ? firstLine(error.message) : String(error) });
  }
  return { documents, problems };
}

const manifests = new Map<string, ReadManifest>();
/** So many are remembered, and none that is longer, UTF-16 units. */
const mostRemembered = 1_000;
const longestRemembered = 10_000;

/** A note is read at every change, and most of it is what it was. */
function readManifest(text: string): ReadManifest {
  if (text.length > longestRemembered) return parseManifest(text);
  let found = manifests.get(text);
  if (found === undefined) {
    if (manifests.size >= mostRemembered) manifests.clear();
    manifests.set(text, found = parseManifest(text));
  }
  return found;
}

function* manifest(source: SourceMap, line: number, from: number, text: string, problems: Problem[]): Generator<void, Part> {
  const read = readManifest(text);
  yield;
  const span = (of: { readonly from: number; readonly to: number }): Span => spanIn(source, line, from + of.from, from + of.to);
  for (const problem of read.problems) {
    const { key, message, kubernetes } = problem;
    problems.push({ key, args: message === undefined ? {} : { message }, span: span(problem), severity: "error", ...(kubernetes === undefined ? {} : { kubernetes: kubernetes(place(source, 0, from + problem.from).line) }) });
  }
  return { is: "manifest", span: spanIn(source, line, from, from + text.length), text, documents: read.documents.map((of) => ({ span: span(of), value: of.value })) };
}

/** The anchor whose value has an alias of itself in it: no JSON says that. */
function selfContained(document: Document): string | undefined {
  let found: string | undefined;
  visit(document, {
    Alias: (_key, alias, path) => {
      const target = alias.resolve(document);
      if (target === undefined || !path.includes(target)) return undefined;
      found = alias.source;
      return visit.BREAK;
    },
  });
  return found;
}

function* script(source: SourceMap, line: number, from: number, text: string, strict: boolean): Generator<void, Part> {
  return { is: "script", span: spanIn(source, line, from, from + text.length), text, commands: yield* commandsOf(source, line, from, text, strict) };
}

/** What the parser says, without the place: that is told in lines of the note. */
function firstLine(message: string): string {
  return (message.split("\n")[0] ?? message).replace(/ at line \d+, column \d+:?$/, "");
}
