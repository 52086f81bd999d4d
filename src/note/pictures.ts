import type { Fence } from "./fences";
import type { Picture } from "./model";
import type { SourceLine } from "./source-lines";

const image = /\.(png|jpe?g|gif|svg|webp|bmp|avif|tiff?|excalidraw|drawio)$/i;
const embed = /!\[\[([^\]\n]+)\]\]|!\[([^\]\n]*)\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g;

/** The image embeds of a note with what stands around them, in order; code is passed over. */
export function pictures(lines: readonly SourceLine[], start: number, fences: readonly Fence[], title: string): readonly Picture[] {
  const inFence = new Set<number>();
  for (const fence of fences) for (let i = fence.first; i <= fence.last; i++) inFence.add(i);
  const found: Picture[] = [];
  const seen = new Map<string, number>();
  const headings: { level: number; text: string }[] = [];
  for (let i = start; i < lines.length; i++) {
    if (inFence.has(i)) continue;
    const line = lines[i];
    const bare = line.text.slice(line.quoted);
    const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(bare);
    if (heading !== null) {
      const level = (heading[1] ?? "").length;
      while (headings.length > 0 && (headings[headings.length - 1]?.level ?? 0) >= level) headings.pop();
      headings.push({ level, text: plain(heading[2] ?? "") });
    }
    const text = withoutCode(line.text);
    for (const match of text.matchAll(embed)) {
      const wiki = match[1];
      // In a table a bar is escaped.
      const parts = wiki?.split(/\\?\|/).map((part) => part.trim());
      const linktext = parts === undefined ? decode(match[3] ?? "") : parts[0] ?? "";
      const file = linktext.split("#")[0] ?? "";
      if (!image.test(file) || /^(https?|data|app):/i.test(linktext)) continue;
      const aliases = parts === undefined ? (match[2] ?? "").split("|").map((part) => part.trim()) : parts.slice(1);
      const override = aliases.find((part) => part.startsWith("k8s-sim:"))?.slice("k8s-sim:".length);
      const ordinal = seen.get(linktext) ?? 0;
      seen.set(linktext, ordinal + 1);
      const from = line.from + match.index;
      found.push({
        span: { from, to: from + match[0].length, line: i }, linktext, ordinal,
        alt: aliases.filter((part) => part !== "" && !part.startsWith("k8s-sim:") && !/^\d+(x\d+)?$/.test(part)).join(" "),
        ...(override === undefined ? {} : { override }),
        alone: bare.replace(match[0], "").trim() === "",
        context: { title, headings: headings.map((of) => of.text), before: near(lines, inFence, i, -1), list: listItem(lines, i, bare), after: near(lines, inFence, i, 1) },
      });
    }
  }
  return found;
}

/** The text of up to six lines above (or three below), not beyond a heading; "```" where a code block stands. */
function near(lines: readonly SourceLine[], inFence: ReadonlySet<number>, at: number, step: 1 | -1): string {
  const taken: string[] = [];
  for (let i = at + step; i >= 0 && i < lines.length && taken.length < (step < 0 ? 6 : 3); i += step) {
    const line = lines[i];
    if (inFence.has(i)) {
      taken.push("```");
      break;
    }
    const text = line.text.slice(line.quoted).trim();
    if (text === "") continue;
    if (/^#{1,6}\s/.test(text)) break;
    taken.push(plain(text.replace(embed, "")));
  }
  return (step < 0 ? taken.reverse() : taken).filter((text) => text !== "").join("\n");
}

/** The list that an indented or following picture belongs to: its items up to the first line that is none. */
function listItem(lines: readonly SourceLine[], at: number, bare: string): string {
  const indented = /^\s{2,}/.test(bare);
  const items: string[] = [];
  for (let i = at - 1; i >= 0 && items.length < 12; i--) {
    const text = (lines[i]).text.slice((lines[i]).quoted);
    if (text.trim() === "") continue;
    const item = /^(\s*)(?:[-*+]|\d+[.)])\s+(.*)$/.exec(text);
    if (item === null && !/^\s{2,}/.test(text)) break;
    items.push(plain(item?.[2] ?? text.trim()));
    if (item !== null && item[1] === "" && !indented) break;
  }
  return items.reverse().join("\n");
}

/** Inline code blanked out, so that an embed spelled in it is no picture. */
function withoutCode(text: string): string {
  return text.replace(/(`+)(?!`)(.*?)\1(?!`)/g, (whole) => " ".repeat(whole.length));
}

/** Markdown without its marks, for reading. */
function plain(text: string): string {
  return text.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/\[\[([^\]|]*\|)?([^\]]*)\]\]/g, "$2").replace(/[*_`~]+/g, "").trim();
}

function decode(link: string): string {
  try {
    return decodeURIComponent(link);
  } catch {
    return link;
  }
}
