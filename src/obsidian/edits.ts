import type { Block, NoteModel, Picture } from "../note/model";

/** A replacement in a note's text; offsets are UTF-16 units. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** Names the diagram of a picture in its embed (`|k8s-sim:ingress`), or takes the name out; sizes and captions stay. */
export function overrideEdit(text: string, picture: Picture, concept: string | undefined): Edit {
  const { from, to } = picture.span;
  const source = text.slice(from, to);
  // In a table a bar has to be escaped, or it would end its cell.
  const line = text.slice(text.lastIndexOf("\n", from - 1) + 1, from);
  const bar = /^\s*(?:>\s*)*\|/.test(line) ? "\\|" : "|";
  const named = (aliases: readonly string[]): readonly string[] => [
    ...(concept === undefined ? [] : [`k8s-sim:${concept}`]),
    ...aliases.filter((alias) => !alias.trim().startsWith("k8s-sim:")),
  ];
  const wiki = /^!\[\[([^\]]*)\]\]$/.exec(source);
  if (wiki !== null) {
    const [link = "", ...aliases] = (wiki[1] ?? "").split(/\\?\|/);
    return { from, to, insert: `![[${[link, ...named(aliases)].join(bar)}]]` };
  }
  const markdown = /^!\[([^\]]*)\](\(.*\))$/s.exec(source);
  const [alt = "", ...aliases] = (markdown?.[1] ?? "").split(/\\?\|/);
  return { from, to, insert: `![${[alt, ...named(aliases)].join(bar)}]${markdown?.[2] ?? ""}` };
}

/** The block that stands directly below an offset, with nothing but blank (or quoted blank) lines between. */
function blockBelow(model: NoteModel, at: number): Block | undefined {
  const next = model.blocks.find(({ span }) => span.from >= at);
  return next !== undefined && /^[\s>]*$/.test(model.text.slice(at, next.span.from)) ? next : undefined;
}

/**
 * Writes a fenced block below a line of the note, in the quote or list that it stands in. A block that stands there already and is
 * `ours` is replaced; no other ever is. `at` is the end of what it belongs to.
 */
export function fenceBelow(model: NoteModel, opening: number, at: number, language: string, body: string, ours: (block: Block) => boolean): Edit {
  const { text } = model;
  const start = text.lastIndexOf("\n", opening - 1) + 1;
  const line = text.slice(start).split("\n", 1)[0] ?? "";
  const prefix = (/^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?/.exec(line)?.[0] ?? "").replace(/[^\s>]/g, " ");
  const ticks = "`".repeat(Math.max(3, ...[...body.matchAll(/`{3,}/g)].map(([run]) => run.length + 1)));
  const lines = [`${ticks}${language}`, ...body.replace(/\n$/, "").split("\n"), ticks];
  const fenced = lines.map((line, i) => (i === 0 ? line : `${prefix}${line}`.trimEnd())).join("\n");
  const there = blockBelow(model, at);
  if (there !== undefined && ours(there)) return { from: there.span.from, to: there.span.to, insert: prefix + fenced };
  const end = text.indexOf("\n", at) < 0 ? text.length : text.indexOf("\n", at);
  const rest = text.slice(end, text.indexOf("\n", end + 1) < 0 ? text.length : text.indexOf("\n", end + 1));
  const blank = prefix.trimEnd();
  return { from: end, to: end, insert: `\n${blank}\n${prefix}${fenced}${/^\n?[\s>]*$/.test(rest) ? "" : `\n${blank}`}` };
}

/** The one edit that makes `after` of `before`: what is the same at both ends is left alone. */
export function editBetween(before: string, after: string): Edit {
  let from = 0;
  while (from < before.length && from < after.length && before[from] === after[from]) from++;
  let back = 0;
  while (back < Math.min(before.length, after.length) - from && before[before.length - 1 - back] === after[after.length - 1 - back]) back++;
  return { from, to: before.length - back, insert: after.slice(from, after.length - back) };
}

/** A Mermaid block that this plugin wrote. */
export const isFrozen = (block: Block): boolean => block.language === "mermaid" && block.source.text.startsWith("%% k8s-sim");
