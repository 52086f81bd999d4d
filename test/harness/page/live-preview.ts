// Live Preview: the real editor, with a stand-in for the field that shows embeds, code blocks, callouts and tables.
import { markdown } from "@codemirror/lang-markdown";
import { HighlightStyle, ensureSyntaxTree, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, RangeSetBuilder, StateField } from "@codemirror/state";
import type { Extension, Range } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, drawSelection, keymap } from "@codemirror/view";
import type { DecorationSet } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { GFM } from "@lezer/markdown";
import type { MarkdownConfig } from "@lezer/markdown";
import type { App } from "./app";
import { Component } from "./lifetime";
import { frontMatterLines } from "./markdown";
import { render } from "./reading";
import type { PostProcessorContext } from "./reading";
import { parseLinktext } from "./vault";

/** The app's names for the parts of an embed. */
const names = {
  start: "formatting-embed_formatting-link_formatting-link-start",
  link: "hmd-embed_hmd-internal-link",
  aliased: "hmd-embed_hmd-internal-link_link-has-alias",
  end: "formatting-link_formatting-link-end",
  marker: "formatting_formatting-image_image_image-marker",
  alt: "image_image-alt-text_link",
  url: "string_url",
};

const embeds: MarkdownConfig = {
  defineNodes: Object.values(names),
  parseInline: [
    {
      name: "Embed",
      before: "Link",
      parse(cx, next, pos) {
        if (next !== 33) return -1;
        const text = cx.slice(pos, Math.min(cx.end, pos + 2000));
        const wiki = /^!\[\[([^[\]\n]+)\]\]/.exec(text);
        if (wiki !== null) {
          const end = pos + wiki[0].length;
          cx.addElement(cx.elt(names.start, pos, pos + 3));
          cx.addElement(cx.elt((wiki[1] ?? "").includes("|") ? names.aliased : names.link, pos + 3, end - 2));
          return cx.addElement(cx.elt(names.end, end - 2, end));
        }
        const image = /^!\[([^\]\n]*)\]\(([^)\n]+)\)/.exec(text);
        if (image === null) return -1;
        const middle = pos + 3 + (image[1] ?? "").length;
        cx.addElement(cx.elt(names.marker, pos, pos + 1));
        cx.addElement(cx.elt(names.alt, pos + 1, middle));
        return cx.addElement(cx.elt(names.url, middle, pos + image[0].length));
      },
    },
  ],
};

export const editorLivePreviewField = StateField.define<boolean>({ create: () => true, update: (value) => value });
export const editorInfoField = StateField.define<unknown>({ create: () => null, update: (value) => value });
export const editorEditorField = StateField.define<EditorView | null>({ create: () => null, update: (value) => value });
export const editorViewField = editorInfoField;

const style = HighlightStyle.define([
  { tag: tags.strong, fontWeight: "var(--bold-weight)" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.monospace, fontFamily: "var(--font-monospace)", fontSize: "var(--code-size)", color: "var(--code-normal)" },
  { tag: tags.link, color: "var(--link-color)" },
  { tag: tags.url, color: "var(--text-faint)" },
  { tag: tags.processingInstruction, color: "var(--text-faint)" },
]);

const images = /\.(avif|bmp|gif|jpe?g|png|svg|webp)$/i;

class EmbedWidget extends WidgetType {
  constructor(
    private readonly app: App,
    private readonly target: string,
    private readonly width: string | undefined,
    private readonly path: string,
  ) {
    super();
  }
  override eq(other: EmbedWidget): boolean {
    return other.target === this.target && other.width === this.width;
  }
  override toDOM(view: EditorView): HTMLElement {
    const doc = view.dom.ownerDocument;
    const el = doc.createElement("div");
    el.setAttribute("src", this.target);
    el.setAttribute("alt", this.target);
    el.tabIndex = -1;
    el.contentEditable = "false";
    const link = parseLinktext(this.target);
    const file = this.app.metadataCache.getFirstLinkpathDest(link.path, this.path);
    if (file === null) {
      el.className = "internal-embed file-embed mod-empty-attachment is-loaded";
      el.textContent = this.app.language === "zh" ? `找不到“${link.path}”。` : `“${link.path}” could not be found.`;
    } else if (images.test(file.name)) {
      el.className = "internal-embed media-embed image-embed is-loaded";
      const wrapper = el.appendChild(doc.createElement("div"));
      wrapper.className = "image-wrapper";
      const img = wrapper.appendChild(doc.createElement("img"));
      img.src = this.app.vault.getResourcePath(file);
      if (this.width !== undefined) img.setAttribute("width", this.width);
      wrapper.appendChild(doc.createElement("div")).className = "image-resize-corner";
      el.appendChild(doc.createElement("div")).className = "embed-actions";
    } else {
      el.className = "internal-embed file-embed mod-generic is-loaded";
      el.textContent = file.name;
    }
    return el;
  }
}

/** Rendered Markdown or a code block in the place of its source. The view is built anew whenever the cursor has been in it. */
class RenderedWidget extends WidgetType {
  private readonly owner = new Component();
  constructor(
    private readonly app: App,
    private readonly source: string,
    private readonly language: string | undefined,
    private readonly path: string,
  ) {
    super();
  }
  override eq(other: RenderedWidget): boolean {
    return other.source === this.source && other.language === this.language && other.path === this.path;
  }
  override toDOM(view: EditorView): HTMLElement {
    const { app, owner } = this;
    owner.load();
    const doc = view.dom.ownerDocument;
    const el = doc.createElement("div");
    const language = this.language;
    if (language === undefined) {
      el.className = "cm-embed-block markdown-rendered cm-callout";
      void render(app, { text: this.source, path: this.path, into: el, owner, sectionInfo: false }).then(() => view.requestMeasure());
    } else {
      el.className = `cm-preview-code-block cm-embed-block markdown-rendered cm-lang-${language}`;
      const block = el.appendChild(doc.createElement("div"));
      block.className = `block-language-${language}`;
      const ctx: PostProcessorContext = {
        docId: "live-preview",
        sourcePath: this.path,
        frontmatter: null,
        promises: [],
        addChild: (child) => void owner.addChild(child),
        getSectionInfo: () => {
          if (!el.isConnected) return null;
          const { doc: text } = view.state;
          const line = text.lineAt(view.posAtDOM(el)).number;
          return { text: text.toString(), lineStart: line - 1, lineEnd: line - 1 + this.source.split("\n").length + 1 };
        },
      };
      const done = app.codeBlocks.get(language)?.handler(this.source, block, ctx);
      if (done instanceof Promise) done.catch((error: unknown) => console.error(error)).finally(() => view.requestMeasure());
    }
    const edit = el.appendChild(doc.createElement("div"));
    edit.className = "edit-block-button";
    edit.setAttribute("aria-label", "Edit this block");
    app.setIcon(edit, "lucide-code-2");
    edit.addEventListener("click", () => {
      view.dispatch({ selection: { anchor: view.posAtDOM(el) } });
      view.focus();
    });
    return el;
  }
  override destroy(): void {
    this.owner.unload();
  }
  override ignoreEvent(): boolean {
    return true;
  }
}

interface Fence {
  readonly from: number;
  readonly to: number;
  readonly language: string;
  readonly body: string;
}

function build(app: App, state: EditorState, path: string): DecorationSet {
  const { doc } = state;
  const found: Range<Decoration>[] = [];
  const touched = (from: number, to: number): boolean => state.selection.ranges.some((range) => range.to >= from && range.from <= to);
  const skip = frontMatterLines(doc.toString());
  let number = skip + 1;
  const line = (at: number): string => (at <= doc.lines ? doc.line(at).text : "");
  while (number <= doc.lines) {
    const at = doc.line(number);
    const open = /^(\s*)(`{3,}|~{3,})\s*([^\s`]*)/.exec(at.text);
    if (open !== null) {
      let end = number + 1;
      while (end <= doc.lines && !line(end).trim().startsWith(open[2] ?? "```")) end += 1;
      const last = doc.line(Math.min(end, doc.lines));
      const fence: Fence = { from: at.from, to: last.to, language: open[3] ?? "", body: doc.sliceString(Math.min(at.to + 1, doc.length), Math.max(last.from - 1, Math.min(at.to + 1, doc.length))) };
      if (app.codeBlocks.has(fence.language) && !touched(fence.from, fence.to)) {
        found.push(Decoration.replace({ widget: new RenderedWidget(app, fence.body, fence.language, path), block: true }).range(fence.from, fence.to));
      } else {
        for (let i = number; i <= Math.min(end, doc.lines); i += 1) found.push(Decoration.line({ class: "HyperMD-codeblock HyperMD-codeblock-bg" }).range(doc.line(i).from));
      }
      number = end + 1;
      continue;
    }
    const callout = /^> *\[!/.test(at.text);
    const table = at.text.includes("|") && /^\s*\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*$/.test(line(number + 1));
    if (callout || table) {
      let end = number;
      while (end < doc.lines && (callout ? line(end + 1).startsWith(">") : line(end + 1).includes("|"))) end += 1;
      const to = doc.line(end).to;
      if (!touched(at.from, to)) {
        found.push(Decoration.replace({ widget: new RenderedWidget(app, doc.sliceString(at.from, to), undefined, path), block: true }).range(at.from, to));
        number = end + 1;
        continue;
      }
    }
    const heading = /^(#{1,6}) /.exec(at.text);
    if (heading !== null) {
      const level = heading[1]?.length ?? 1;
      found.push(Decoration.line({ class: `HyperMD-header HyperMD-header-${level}` }).range(at.from));
      if (!touched(at.from, at.to)) found.push(Decoration.replace({}).range(at.from, at.from + level + 1));
    }
    for (const match of at.text.matchAll(/!\[\[([^[\]\n|]+)(?:\|([^[\]\n]*))?\]\]|!\[([^\]\n]*)\]\(([^)\s]+)\)/g)) {
      const from = at.from + match.index;
      const to = from + match[0].length;
      const target = match[1] ?? match[4] ?? "";
      if (/^[a-z]+:/i.test(target)) continue;
      const width = /(?:^|\|)(\d+)(?:x\d+)?$/.exec(match[2] ?? "")?.[1];
      const alone = at.text.trim() === match[0];
      if (alone ? touched(at.from, at.to) : touched(from, to)) continue;
      const widget = new EmbedWidget(app, target, width, path);
      found.push(alone ? Decoration.replace({ widget, block: true }).range(at.from, at.to) : Decoration.replace({ widget }).range(from, to));
    }
    number += 1;
  }
  const builder = new RangeSetBuilder<Decoration>();
  for (const range of found.sort((a, b) => a.from - b.from || a.value.startSide - b.value.startSide)) builder.add(range.from, range.to, range.value);
  return builder.finish();
}

export function livePreview(app: App, options: { readonly text: string; readonly path: string; readonly into: HTMLElement; readonly info: unknown; changed(text: string): void }): { view: EditorView; refresh(): void } {
  const preview = StateField.define<DecorationSet>({
    create: (state) => build(app, state, options.path),
    update: (value, tr) => (tr.docChanged || tr.selection !== undefined || tr.reconfigured ? build(app, tr.state, options.path) : value),
    provide: (field) => EditorView.decorations.from(field),
  });
  const plugins = new Compartment();
  const fresh = (): Extension => [...app.editorExtensions];
  const view = new EditorView({
    parent: options.into,
    root: options.into.ownerDocument,
    state: EditorState.create({
      doc: options.text,
      // The cursor waits above the note, in its title.
      selection: { anchor: 0 },
      extensions: [
        editorLivePreviewField,
        editorInfoField.init(() => options.info),
        markdown({ extensions: [GFM, embeds] }),
        syntaxHighlighting(style),
        EditorView.lineWrapping,
        drawSelection(),
        keymap.of([]),
        EditorView.contentAttributes.of({ spellcheck: "false" }),
        plugins.of(fresh()),
        preview,
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  ensureSyntaxTree(view.state, view.state.doc.length, 200);
  return { view, refresh: () => view.dispatch({ effects: plugins.reconfigure(fresh()) }) };
}
