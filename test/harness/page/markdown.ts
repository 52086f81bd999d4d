// Markdown as the app reads it: one section a top-level block, embeds as bare spans, callouts, front matter.
import MarkdownIt from "markdown-it";

export interface Section {
  /** 0-based lines of the note. */
  readonly lineStart: number;
  readonly lineEnd: number;
  /** Class of the section's div. */
  readonly kind: string;
  readonly html: string;
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign);

/** The alias of an embed: a width, a width and a height, or an alternative text. */
export function embedAttributes(target: string, alias: string | undefined): string {
  const parts = alias === undefined ? [] : alias.split("|");
  let size = "";
  const last = parts.at(-1);
  const match = last === undefined ? null : /^(\d+)(?:x(\d+))?$/.exec(last.trim());
  if (match !== null) {
    parts.pop();
    size = ` width="${match[1] ?? ""}"${match[2] === undefined ? "" : ` height="${match[2]}"`}`;
  }
  const alt = parts.length === 0 ? target : parts.join("|");
  return `src="${escape(target)}" alt="${escape(alt)}"${size}`;
}

const md = new MarkdownIt({ html: true, linkify: true, breaks: true });
md.validateLink = (url) => !/^\s*(javascript|vbscript|data:(?!image\/))/i.test(url);

// ![[target|alias]] and [[target|alias]]
md.inline.ruler.before("link", "wikilink", (state, silent) => {
  const match = /^(!?)\[\[([^[\]\n|]+?)(?:\\?\|([^[\]\n]*))?\]\]/.exec(state.src.slice(state.pos));
  if (match === null) return false;
  if (!silent) {
    const token = state.push("wikilink", "", 0);
    token.meta = { embed: match[1] === "!", target: (match[2] ?? "").trim(), alias: match[3] };
  }
  state.pos += match[0].length;
  return true;
});
md.renderer.rules["wikilink"] = (tokens, index) => {
  const { embed, target, alias } = tokens[index]?.meta as { embed: boolean; target: string; alias: string | undefined };
  if (embed) return `<span class="internal-embed" ${embedAttributes(target, alias)}></span>`;
  return `<a class="internal-link" data-href="${escape(target)}" href="${escape(target)}" target="_blank" rel="noopener nofollow">${escape(alias ?? target)}</a>`;
};

// ![alt](relative.png) is an internal embed too; only a remote image is an img from the start.
md.renderer.rules["image"] = (tokens, index) => {
  const token = tokens[index];
  const source = token?.attrGet("src") ?? "";
  const alt = token?.content ?? "";
  if (/^[a-z][a-z0-9+.-]*:/i.test(source)) return `<img src="${escape(source)}" alt="${escape(alt)}" referrerpolicy="no-referrer">`;
  const target = decodeURI(source);
  return `<span class="internal-embed" ${embedAttributes(target, alt === "" ? undefined : alt)}></span>`;
};

md.inline.ruler.before("emphasis", "highlight", (state, silent) => {
  const match = /^==([^=\n]+)==/.exec(state.src.slice(state.pos));
  if (match === null) return false;
  if (!silent) state.push("html_inline", "", 0).content = `<mark>${escape(match[1] ?? "")}</mark>`;
  state.pos += match[0].length;
  return true;
});

// A line over `--` or `==` that is no part of the list above it is a heading, also where it could continue the list's last item.
md.block.ruler.before(
  "paragraph",
  "heading_after_list",
  (state, line, end, silent) => {
    if (!silent || line + 1 >= end || state.blkIndent === 0) return false;
    const text = (at: number): string => state.src.slice(state.bMarks[at] ?? 0, state.eMarks[at]);
    return /^\S/.test(text(line)) && /^(-{2,}|=+)\s*$/.test(text(line + 1));
  },
  { alt: ["paragraph", "list"] },
);

md.renderer.rules.fence = (tokens, index) => {
  const token = tokens[index];
  const language = token?.info.trim().split(/\s+/)[0] ?? "";
  const line = token?.map?.[0] ?? 0;
  return `<pre data-fence-line="${line}"><code${language === "" ? "" : ` class="language-${escape(language)}"`}>${escape(token?.content ?? "")}</code></pre>\n`;
};

const kinds: Readonly<Record<string, string>> = {
  paragraph_open: "el-p", bullet_list_open: "el-ul", ordered_list_open: "el-ol", fence: "el-pre", code_block: "el-pre",
  blockquote_open: "el-blockquote", table_open: "el-table", hr: "el-hr", html_block: "el-div",
};

/** How many lines front matter takes; 0 where it never closes or is not a mapping. */
export function frontMatterLines(text: string): number {
  const match = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/m.exec(text);
  if (match?.index !== 0) return 0;
  if (/^(?![\s#-]|[\w"'][^:\n]*:(?:\s|$)|$)/m.test(match[1] ?? "")) return 0;
  return match[0].replace(/\r?\n$/, "").split("\n").length;
}

export function sectionsOf(text: string): Section[] {
  const skip = frontMatterLines(text);
  const lines = text.split("\n");
  const source = lines.map((line, i) => (i < skip ? "" : line)).join("\n").replace(/%%[\s\S]*?%%/g, (comment) => comment.replace(/[^\n]/g, " "));
  const env = {};
  const tokens = md.parse(source, env);
  const sections: Section[] = [];
  let from = 0;
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i];
    if (token === undefined || token.level !== 0 || token.nesting === 1) continue;
    const open = tokens[from];
    const group = tokens.slice(from, i + 1);
    from = i + 1;
    if (open?.map == null) continue;
    let lineEnd = open.map[1] - 1;
    while (lineEnd > open.map[0] && (lines[lineEnd] ?? "").trim() === "") lineEnd -= 1;
    const kind = open.type === "heading_open" ? `el-${open.tag}` : (kinds[open.type] ?? "el-div");
    sections.push({ lineStart: open.map[0], lineEnd, kind, html: md.renderer.render(group, md.options, env) });
  }
  return sections;
}

/** Reads HTML without its scripts, as the app does. */
export function fragment(html: string, doc: Document): DocumentFragment {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const bad of parsed.querySelectorAll("script, style, object, embed, link, meta")) bad.remove();
  for (const element of parsed.querySelectorAll("*")) {
    for (const attribute of [...element.attributes]) if (/^on/i.test(attribute.name)) element.removeAttribute(attribute.name);
  }
  const made = doc.createDocumentFragment();
  for (const node of [...parsed.body.childNodes]) made.append(doc.adoptNode(node));
  for (const quote of made.querySelectorAll("blockquote")) callout(quote, doc);
  for (const item of made.querySelectorAll("li")) {
    const first = item.firstChild;
    const text = first?.nodeType === 3 ? first : first?.firstChild;
    const match = text?.nodeType === 3 ? /^\[([ xX])\] /.exec(text.textContent ?? "") : null;
    if (text == null || match === null) continue;
    text.textContent = (text.textContent ?? "").slice(4);
    const box = doc.createElement("input");
    box.type = "checkbox";
    box.className = "task-list-item-checkbox";
    box.checked = match[1] !== " ";
    item.classList.add("task-list-item");
    item.prepend(box);
  }
  return made;
}

function callout(quote: Element, doc: Document): void {
  const first = quote.querySelector(":scope > p");
  const match = /^\s*\[!([^\]|]+)(?:\|[^\]]*)?\]([+-]?)[ \t]*/.exec(first?.firstChild?.textContent ?? "");
  if (first == null || match === null) return;
  const box = doc.createElement("div");
  const type = (match[1] ?? "note").toLowerCase();
  box.className = "callout";
  box.dataset["callout"] = type;
  const title = doc.createElement("div");
  title.className = "callout-title";
  const icon = title.appendChild(doc.createElement("div"));
  icon.className = "callout-icon";
  const inner = title.appendChild(doc.createElement("div"));
  inner.className = "callout-title-inner";
  if (first.firstChild !== null) first.firstChild.textContent = (first.firstChild.textContent ?? "").slice(match[0].length);
  const rest = doc.createElement("p");
  let broken = false;
  for (const node of [...first.childNodes]) {
    if (!broken && node.nodeName === "BR") broken = true;
    else (broken ? rest : inner).append(node);
  }
  first.remove();
  if ((inner.textContent ?? "").trim() === "") inner.textContent = type.charAt(0).toUpperCase() + type.slice(1);
  const content = doc.createElement("div");
  content.className = "callout-content";
  if (rest.childNodes.length > 0) content.append(rest);
  content.append(...quote.childNodes);
  box.append(title, content);
  quote.replaceWith(box);
}
