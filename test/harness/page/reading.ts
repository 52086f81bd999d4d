// The Markdown renderer: post-processors see bare embeds, embeds are filled afterwards in one mutation.
import type { App } from "./app";
import { Component, MarkdownRenderChild } from "./lifetime";
import { fragment, sectionsOf } from "./markdown";
import type { Section } from "./markdown";
import { parseLinktext } from "./vault";

export interface SectionInfo {
  readonly text: string;
  readonly lineStart: number;
  readonly lineEnd: number;
}

export interface PostProcessorContext {
  readonly docId: string;
  readonly sourcePath: string;
  readonly frontmatter: unknown;
  readonly promises: Promise<unknown>[];
  addChild(child: MarkdownRenderChild): void;
  getSectionInfo(el: HTMLElement): SectionInfo | null;
}

export type PostProcessor = ((el: HTMLElement, ctx: PostProcessorContext) => unknown) & { sortOrder?: number };
export type CodeBlockHandler = (source: string, el: HTMLElement, ctx: PostProcessorContext) => unknown;

export interface RenderOptions {
  readonly text: string;
  readonly path: string;
  readonly into: HTMLElement;
  readonly owner: Component;
  /** Where sections are known; popovers, canvas, callouts in Live Preview and PDF have none. */
  readonly sectionInfo: boolean;
  readonly depth?: number;
}

let documents = 0;
const images = /\.(avif|bmp|gif|jpe?g|png|svg|webp)$/i;
const words: Readonly<Record<string, readonly [string, string]>> = {
  en: ["“%” could not be found.", "“%” is not created yet. Click to create."],
  zh: ["找不到“%”。", "“%”尚未创建。点击以创建。"],
};

/** Says that a file is missing, as the app does in its own language: nothing may hang on these words. */
function missing(app: App, target: string, note: boolean): string {
  return (words[app.language]?.[note ? 1 : 0] ?? "%").replace("%", target);
}

export async function render(app: App, options: RenderOptions): Promise<void> {
  const { text, path, into, owner } = options;
  const doc = into.ownerDocument;
  const docId = `doc-${(documents += 1)}`;
  const waiting: Promise<unknown>[] = [];
  for (const section of sectionsOf(text)) {
    const el = doc.createElement("div");
    el.className = section.kind;
    el.append(fragment(section.html, doc));
    into.append(el);
    const ctx: PostProcessorContext = {
      docId,
      sourcePath: path,
      frontmatter: null,
      promises: waiting,
      addChild: (child) => void owner.addChild(child),
      getSectionInfo: (inner) => (options.sectionInfo && el.contains(inner) ? { text, lineStart: section.lineStart, lineEnd: section.lineEnd } : null),
    };
    await processSection(app, el, section, ctx, waiting);
    fill(app, el, path, owner, options.depth ?? 0, waiting);
  }
  await Promise.all(waiting);
}

async function processSection(app: App, el: HTMLElement, section: Section, ctx: PostProcessorContext, waiting: Promise<unknown>[]): Promise<void> {
  const steps: { order: number; run: () => unknown }[] = [
    ...app.postProcessors.map((processor) => ({ order: processor.sortOrder ?? 0, run: () => processor(el, ctx) })),
    ...[...app.codeBlocks].map(([language, entry]) => ({ order: entry.sortOrder, run: () => codeBlocks(el, language, entry.handler, ctx, waiting) })),
  ].sort((a, b) => a.order - b.order);
  for (const step of steps) {
    try {
      const done = step.run();
      if (done instanceof Promise) waiting.push(done.catch((error: unknown) => console.error(error)));
    } catch (error) {
      console.error(error);
    }
  }
  for (const code of el.querySelectorAll("pre > code")) {
    code.classList.add("is-loaded");
    const button = code.ownerDocument.createElement("button");
    button.className = "copy-code-button";
    button.setAttribute("aria-label", "Copy");
    app.setIcon(button, "lucide-copy");
    button.addEventListener("click", () => void navigator.clipboard.writeText(code.textContent ?? ""));
    code.parentElement?.append(button);
  }
  for (const icon of el.querySelectorAll<HTMLElement>(".callout-icon")) app.setIcon(icon, "lucide-pencil");
  if (section.kind === "el-pre") {
    for (const code of el.querySelectorAll<HTMLElement>("code.language-mermaid")) waiting.push(mermaid(app, code));
  }
  await Promise.resolve();
}

function codeBlocks(el: HTMLElement, language: string, handler: CodeBlockHandler, ctx: PostProcessorContext, waiting: Promise<unknown>[]): void {
  for (const code of el.querySelectorAll("pre > code")) {
    if (!code.classList.contains(`language-${language}`)) continue;
    const block = el.ownerDocument.createElement("div");
    block.className = `block-language-${language}`;
    const pre = code.parentElement;
    const line = Number(pre?.dataset["fenceLine"] ?? 0);
    block.dataset["fenceLine"] = String(line);
    pre?.replaceWith(block);
    const source = (code.textContent ?? "").replace(/\n$/, "");
    const done = handler(source, block, ctx);
    if (done instanceof Promise) waiting.push(done.catch((error: unknown) => console.error(error)));
  }
}

async function mermaid(app: App, code: HTMLElement): Promise<void> {
  const made = code.ownerDocument.createElement("div");
  made.className = "mermaid";
  try {
    const { svg } = await (await app.loadMermaid()).render(`m${(documents += 1)}`, code.textContent ?? "");
    made.append(fragment(svg, code.ownerDocument));
    code.parentElement?.replaceWith(made);
  } catch (error) {
    console.error(error);
  }
}

/** Fills the embeds that no post-processor took. */
function fill(app: App, el: HTMLElement, path: string, owner: Component, depth: number, waiting: Promise<unknown>[]): void {
  for (const span of el.querySelectorAll<HTMLElement>("span.internal-embed")) {
    if (span.classList.contains("is-loaded")) continue;
    const target = span.getAttribute("src") ?? "";
    const link = parseLinktext(target);
    const file = app.metadataCache.getFirstLinkpathDest(link.path, path);
    if (file === null) {
      const note = !/\.[a-z0-9]+$/i.test(link.path);
      span.className = note ? "internal-embed file-embed mod-empty is-loaded" : "internal-embed file-embed mod-empty-attachment is-loaded";
      span.textContent = missing(app, link.path, note);
    } else if (images.test(file.name)) {
      const img = el.ownerDocument.createElement("img");
      img.src = app.vault.getResourcePath(file);
      img.alt = span.getAttribute("alt") ?? "";
      for (const name of ["width", "height"]) if (span.hasAttribute(name)) img.setAttribute(name, span.getAttribute(name) ?? "");
      span.className = "internal-embed media-embed image-embed is-loaded";
      span.replaceChildren(img);
      waiting.push(img.decode().catch(() => undefined));
    } else if (file.extension === "md" && depth < 5) {
      span.className = "internal-embed markdown-embed inline-embed is-loaded";
      const content = el.ownerDocument.createElement("div");
      content.className = "markdown-embed-content";
      const view = content.appendChild(el.ownerDocument.createElement("div"));
      view.className = "markdown-preview-view markdown-rendered";
      const sizer = view.appendChild(el.ownerDocument.createElement("div"));
      sizer.className = "markdown-preview-sizer";
      span.replaceChildren(content);
      const child = owner.addChild(new MarkdownRenderChild(content));
      waiting.push(app.vault.read(file).then((text) => render(app, { text: partOf(text, link.subpath), path: file.path, into: sizer, owner: child, sectionInfo: false, depth: depth + 1 })));
    } else {
      span.className = "internal-embed file-embed mod-generic is-loaded";
      span.textContent = file.name;
    }
  }
}

function partOf(text: string, subpath: string): string {
  if (!subpath.startsWith("#")) return text;
  const wanted = subpath.slice(1);
  const lines = text.split("\n");
  const from = lines.findIndex((line) => line.replace(/^#+ +/, "") === wanted && line.startsWith("#"));
  if (from < 0) return text;
  const level = /^#+/.exec(lines[from] ?? "")?.[0].length ?? 1;
  const length = lines.slice(from + 1).findIndex((line) => new RegExp(`^#{1,${level}} `).test(line));
  return lines.slice(from, length < 0 ? undefined : from + 1 + length).join("\n");
}
