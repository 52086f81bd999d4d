// The page: starts the app, loads the built plugin, and draws the tools around the note.
import * as autocomplete from "@codemirror/autocomplete";
import * as language from "@codemirror/language";
import * as state from "@codemirror/state";
import * as view from "@codemirror/view";
import * as lezerCommon from "@lezer/common";
import * as lezerHighlight from "@lezer/highlight";
import * as lezerLr from "@lezer/lr";
import { setup } from "obsidian-test-mocks/setup";
import { App, Plugin } from "./app";
import type { Mode } from "./app";
import { census, Component } from "./lifetime";
import { obsidianModule } from "./obsidian";
import { render } from "./reading";
import { TFile } from "./vault";
import { FuzzySuggestModal, Modal } from "./widgets";

setup();

const query = new URLSearchParams(location.search);
const find = <T extends HTMLElement>(selector: string): T => {
  const found = document.querySelector<T>(selector);
  if (found === null) throw new Error(`No ${selector} on the page`);
  return found;
};

const app = new App(query.get("lang") ?? "en", find(".workspace-main"), find(".workspace-side"));
let plugin: Plugin | undefined;

async function loadPlugin(): Promise<void> {
  const [code, manifest] = await Promise.all([fetch("/main.js").then((answer) => answer.text()), fetch("/manifest.json").then((answer) => answer.json() as Promise<{ id: string; name: string; version: string }>)]);
  const modules: Readonly<Record<string, unknown>> = {
    obsidian: obsidianModule(app, query.has("mobile")),
    "@codemirror/autocomplete": autocomplete, "@codemirror/language": language, "@codemirror/state": state, "@codemirror/view": view,
    "@lezer/common": lezerCommon, "@lezer/highlight": lezerHighlight, "@lezer/lr": lezerLr,
  };
  const require = (name: string): unknown => {
    if (!(name in modules)) throw new Error(`Cannot find module '${name}'`);
    return modules[name];
  };
  const module = { exports: {} as { default?: typeof Plugin } };
  const began = performance.now();
  // As the app does it: the built file is a CommonJS module.
  new Function("require", "module", "exports", `${code}\n//# sourceURL=main.js`)(require, module, module.exports);
  const Made = module.exports.default;
  if (Made === undefined) throw new Error("main.js exports no plugin");
  performance.measure("load main.js", { start: began });
  const then = performance.now();
  plugin = new Made(app, manifest);
  plugin.load();
  performance.measure("onload", { start: then });
}

function setTheme(theme: string): void {
  document.body.classList.toggle("theme-dark", theme === "dark");
  document.body.classList.toggle("theme-light", theme !== "dark");
  app.workspace.trigger("css-change");
}

function setWidth(width: string): void {
  find(".workspace-main").style.maxWidth = width === "" ? "" : `${width}px`;
}

function remember(key: string, value: string): void {
  const url = new URL(location.href);
  url.searchParams.set(key, value);
  history.replaceState(null, "", url);
}

function palette(): void {
  class Palette extends FuzzySuggestModal<{ id: string; name: string }> {
    getItems(): { id: string; name: string }[] {
      return app.available();
    }
    getItemText(item: { name: string }): string {
      return item.name;
    }
    onChooseItem(item: { id: string }): void {
      app.execute(item.id);
    }
  }
  new Palette(app).open();
}

function settings(): void {
  const modal = new Modal(app);
  modal.modalEl.classList.add("mod-settings");
  const tab = app.settingTabs[0];
  modal.setTitle(plugin?.manifest.name ?? "Settings");
  if (tab !== undefined) {
    modal.contentEl.append(tab.containerEl);
    tab.containerEl.replaceChildren();
    tab.display();
    modal.onClose = () => tab.hide();
  }
  modal.open();
}

/** A second window holds the note: its elements belong to another document. */
async function popout(): Promise<void> {
  const file = app.workspace.getActiveFile();
  const other = window.open("", "", "width=820,height=900");
  if (file === null || other === null) return;
  const doc = other.document;
  doc.title = file.basename;
  for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) {
    const copy = doc.createElement("link");
    copy.rel = "stylesheet";
    copy.href = (sheet as HTMLLinkElement).href;
    doc.head.append(copy);
  }
  const kinds = ["Node", "Element", "HTMLElement", "SVGElement", "Document", "DocumentFragment", "UIEvent"] as const;
  for (const kind of kinds) {
    const [from, to] = [window[kind].prototype, (other as unknown as typeof window)[kind].prototype];
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(from))) {
      if (!(name in to)) Object.defineProperty(to, name, descriptor);
    }
  }
  // The app gives each window its own makers of elements.
  const made = <T extends Node>(node: T): T => doc.adoptNode(node);
  Object.assign(other, {
    createEl: (...args: Parameters<typeof createEl>) => made(createEl(...args)),
    createDiv: (...args: Parameters<typeof createDiv>) => made(createDiv(...args)),
    createSpan: (...args: Parameters<typeof createSpan>) => made(createSpan(...args)),
    createSvg: (...args: Parameters<typeof createSvg>) => made(createSvg(...args)),
    createFragment: (...args: Parameters<typeof createFragment>) => made(createFragment(...args)),
  });
  doc.body.className = `${document.body.className} is-popout-window`;
  const into = doc.body.appendChild(doc.createElement("div"));
  into.className = "markdown-reading-view";
  const preview = into.appendChild(doc.createElement("div"));
  preview.className = "markdown-preview-view markdown-rendered is-readable-line-width";
  const sizer = preview.appendChild(doc.createElement("div"));
  sizer.className = "markdown-preview-sizer";
  const owner = new Component();
  owner.load();
  other.addEventListener("pagehide", () => owner.unload());
  app.workspace.trigger("window-open", { win: other, doc }, other);
  await render(app, { text: await app.vault.read(file), path: file.path, into: sizer, owner, sectionInfo: true });
}

/** The note as a hover popover or a canvas card shows it: nothing there knows its section. */
async function elsewhere(kind: "popover" | "canvas"): Promise<void> {
  document.querySelector(".harness-elsewhere")?.remove();
  const file = app.workspace.getActiveFile();
  if (file === null) return;
  const outer = document.body.appendChild(document.createElement("div"));
  outer.className = `harness-elsewhere ${kind === "popover" ? "popover hover-popover" : "canvas-node"}`;
  const content = outer.appendChild(document.createElement("div"));
  content.className = kind === "popover" ? "markdown-embed is-loaded" : "canvas-node-content markdown-embed";
  const preview = content.appendChild(document.createElement("div"));
  preview.className = "markdown-preview-view markdown-rendered";
  const sizer = preview.appendChild(document.createElement("div"));
  sizer.className = "markdown-preview-sizer";
  const owner = new Component();
  owner.load();
  const close = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    document.removeEventListener("keydown", close);
    outer.remove();
    owner.unload();
  };
  document.addEventListener("keydown", close);
  await render(app, { text: await app.vault.read(file), path: file.path, into: sizer, owner, sectionInfo: false });
}

function hotkeys(event: KeyboardEvent): void {
  const mod = event.ctrlKey || event.metaKey;
  if (mod && event.key.toLowerCase() === "p") {
    event.preventDefault();
    palette();
    return;
  }
  for (const command of app.commandList.values()) {
    for (const hotkey of command.hotkeys ?? []) {
      const wants = (name: string): boolean => hotkey.modifiers.includes(name);
      if (hotkey.key.toLowerCase() === event.key.toLowerCase() && wants("Mod") === mod && wants("Shift") === event.shiftKey && wants("Alt") === event.altKey) {
        event.preventDefault();
        app.execute(command.id);
      }
    }
  }
}

async function show(path: string, mode: Mode): Promise<void> {
  const file = app.vault.getFileByPath(path);
  if (file === null) return;
  document.body.classList.toggle("is-printing", mode === "print");
  if (mode === "print") setTheme("light");
  remember("note", path);
  remember("mode", mode);
  document.title = file.basename;
  await app.workspace.open(file, mode);
}

async function start(): Promise<void> {
  const vault = (await (await fetch("/vault.json")).json()) as { note: string; files: { path: string; text?: string }[] };
  for (const { path, text } of vault.files) app.vault.add(path, text);
  const theme = query.get("theme") ?? "light";
  const mode = (query.get("mode") ?? "reading") as Mode;
  const note = query.get("note") ?? vault.note;
  setTheme(theme);
  setWidth(query.get("width") ?? "");
  const notes = find<HTMLSelectElement>("#notes");
  for (const file of app.vault.getMarkdownFiles()) notes.add(new Option(file.path, file.path));
  notes.value = note;
  const modes = find<HTMLSelectElement>("#mode");
  modes.value = mode;
  const themes = find<HTMLSelectElement>("#theme");
  themes.value = theme;
  const widths = find<HTMLSelectElement>("#width");
  widths.value = query.get("width") ?? "";
  const open = (): void => void show(notes.value, modes.value as Mode);
  notes.addEventListener("change", open);
  modes.addEventListener("change", open);
  themes.addEventListener("change", () => {
    remember("theme", themes.value);
    setTheme(themes.value);
  });
  widths.addEventListener("change", () => {
    remember("width", widths.value);
    setWidth(widths.value);
    app.workspace.note?.onResize();
  });
  find("#palette").addEventListener("click", palette);
  find("#settings").addEventListener("click", settings);
  find("#popout").addEventListener("click", () => void popout());
  find("#popover").addEventListener("click", () => void elsewhere("popover"));
  find("#canvas").addEventListener("click", () => void elsewhere("canvas"));
  document.addEventListener("keydown", hotkeys);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a.internal-link") : null;
    if (link === null) return;
    event.preventDefault();
    void app.workspace.openLinkText(link.getAttribute("data-href") ?? "", app.workspace.getActiveFile()?.path ?? "");
  });
  await loadPlugin();
  app.workspace.start();
  await show(note, mode);
  document.documentElement.dataset["ready"] = "true";
}

/** For tests and for the curious: the app, the census of what is loaded, and the plugin switched off and on. */
const harness = {
  app, census, show, popout, elsewhere, palette, settings, TFile,
  get plugin(): Plugin | undefined {
    return plugin;
  },
  unload: (): void => {
    plugin?.unload();
    app.workspace.note?.previewMode.rerender(true);
    app.workspace.updateOptions();
  },
  load: loadPlugin,
};
Object.assign(window, { harness, app });

start().catch((error: unknown) => {
  console.error(error);
  document.documentElement.dataset["ready"] = "failed";
});
