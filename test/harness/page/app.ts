// The app: workspace, views, commands and the plugin's base class, as far as a plugin can tell.
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { Editor } from "./editor";
import { Component, Events } from "./lifetime";
import { livePreview } from "./live-preview";
import type { CodeBlockHandler, PostProcessor } from "./reading";
import { sectionsOf } from "./markdown";
import { render } from "./reading";
import { FileManager, MetadataCache, TFile, Vault } from "./vault";
import { Menu, Scope, SettingTab, setIcon } from "./widgets";

export type Mode = "reading" | "live-preview" | "print";

interface Mermaid {
  render(id: string, text: string, container?: Element): Promise<{ svg: string }>;
}

export interface Command {
  id: string;
  name: string;
  icon?: string;
  hotkeys?: { modifiers: string[]; key: string }[];
  callback?: () => unknown;
  checkCallback?: (checking: boolean) => boolean | void;
  editorCallback?: (editor: Editor, view: MarkdownView) => unknown;
  editorCheckCallback?: (checking: boolean, editor: Editor, view: MarkdownView) => boolean | void;
}

export class App {
  readonly vault = new Vault();
  readonly metadataCache = new MetadataCache(this.vault);
  readonly fileManager = new FileManager(this.vault);
  readonly scope = new Scope();
  readonly keymap = { pushScope: (): void => undefined, popScope: (): void => undefined };
  readonly postProcessors: PostProcessor[] = [];
  readonly codeBlocks = new Map<string, { handler: CodeBlockHandler; sortOrder: number }>();
  readonly editorExtensions: Extension[] = [];
  readonly viewCreators = new Map<string, (leaf: WorkspaceLeaf) => View>();
  readonly settingTabs: SettingTab[] = [];
  readonly commandList = new Map<string, Command>();
  readonly commands = { commands: this.commandList, executeCommandById: (id: string): boolean => this.execute(id) };
  readonly workspace: Workspace;
  readonly setIcon = setIcon;
  private mermaid: Promise<Mermaid> | undefined;

  constructor(
    readonly language: string,
    readonly main: HTMLElement,
    readonly side: HTMLElement,
  ) {
    this.workspace = new Workspace(this);
    this.vault.on("modify", (file: TFile) => this.workspace.fileChanged(file));
    for (const event of ["create", "delete", "rename"]) this.vault.on(event, () => this.workspace.refreshMissing());
  }

  isDarkMode(): boolean {
    return document.body.classList.contains("theme-dark");
  }
  loadLocalStorage(key: string): unknown {
    const held = window.localStorage.getItem(`harness-${key}`);
    return held === null ? null : JSON.parse(held);
  }
  saveLocalStorage(key: string, value: unknown): void {
    if (value === null) window.localStorage.removeItem(`harness-${key}`);
    else window.localStorage.setItem(`harness-${key}`, JSON.stringify(value));
  }

  loadMermaid(): Promise<Mermaid> {
    this.mermaid ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = "/mermaid.js";
      script.addEventListener("error", () => reject(new Error("mermaid.js could not be loaded")));
      script.addEventListener("load", () => {
        const { mermaid } = window as unknown as { mermaid: Mermaid & { initialize(options: object): void } };
        mermaid.initialize({ startOnLoad: false, theme: this.isDarkMode() ? "dark" : "default" });
        resolve(mermaid);
      });
      document.head.append(script);
    });
    return this.mermaid;
  }

  /** Commands that can run now, as the palette lists them. */
  available(): Command[] {
    return [...this.commandList.values()].filter((command) => this.run(command, true));
  }
  execute(id: string): boolean {
    const command = this.commandList.get(id);
    return command !== undefined && this.run(command, false);
  }
  private run(command: Command, checking: boolean): boolean {
    const view = this.workspace.getActiveViewOfType(MarkdownView);
    if (command.editorCheckCallback !== undefined || command.editorCallback !== undefined) {
      if (view === null || view.getMode() !== "source") return false;
      if (command.editorCheckCallback !== undefined) return command.editorCheckCallback(checking, view.editor, view) !== false;
      if (!checking) command.editorCallback?.(view.editor, view);
      return true;
    }
    if (command.checkCallback !== undefined) return command.checkCallback(checking) === true || !checking;
    if (!checking) command.callback?.();
    return true;
  }
}

export class WorkspaceLeaf extends Events {
  view: View;
  isDeferred = false;
  parent: unknown = null;
  constructor(
    readonly app: App,
    readonly containerEl: HTMLElement,
  ) {
    super();
    this.view = new View(this);
  }
  async setViewState(state: { type: string; state?: unknown; active?: boolean }): Promise<void> {
    const make = this.app.viewCreators.get(state.type);
    this.view.close();
    this.containerEl.replaceChildren();
    this.view = make === undefined ? new View(this) : make(this);
    this.containerEl.append(this.view.containerEl);
    this.view.load();
    if (state.state !== undefined) await this.view.setState(state.state, { history: false });
    await this.view.onOpen();
    this.app.workspace.sideShown();
    this.app.workspace.trigger("layout-change");
  }
  getViewState(): { type: string; state: unknown } {
    return { type: this.view.getViewType(), state: this.view.getState() };
  }
  async openFile(file: TFile): Promise<void> {
    await this.app.workspace.open(file);
  }
  loadIfDeferred(): Promise<void> {
    return Promise.resolve();
  }
  getDisplayText(): string {
    return this.view.getDisplayText();
  }
  detach(): void {
    this.view.close();
    this.containerEl.remove();
    this.app.workspace.forget(this);
  }
}

export class View extends Component {
  readonly app: App;
  readonly containerEl = document.createElement("div");
  icon = "";
  navigation = false;
  scope: Scope | null = null;
  constructor(readonly leaf: WorkspaceLeaf) {
    super();
    this.app = leaf.app;
    this.containerEl.className = "workspace-leaf-content";
  }
  getViewType(): string {
    return "empty";
  }
  getDisplayText(): string {
    return "";
  }
  getIcon(): string {
    return this.icon;
  }
  getState(): unknown {
    return {};
  }
  setState(_state: unknown, _result: unknown): Promise<void> {
    return Promise.resolve();
  }
  onOpen(): Promise<void> {
    return Promise.resolve();
  }
  onClose(): Promise<void> {
    return Promise.resolve();
  }
  onResize(): void {
    return undefined;
  }
  onPaneMenu(_menu: Menu, _source: string): void {
    return undefined;
  }
  close(): void {
    void this.onClose();
    this.unload();
  }
}

export class ItemView extends View {
  readonly contentEl: HTMLElement;
  private readonly actionsEl: HTMLElement;
  constructor(leaf: WorkspaceLeaf) {
    super(leaf);
    const header = this.containerEl.appendChild(document.createElement("div"));
    header.className = "view-header";
    this.actionsEl = header.appendChild(document.createElement("div"));
    this.actionsEl.className = "view-actions";
    this.contentEl = this.containerEl.appendChild(document.createElement("div"));
    this.contentEl.className = "view-content";
  }
  addAction(icon: string, title: string, run: (event: MouseEvent) => unknown): HTMLElement {
    const button = this.actionsEl.appendChild(document.createElement("button"));
    button.className = "clickable-icon view-action";
    button.setAttribute("aria-label", title);
    setIcon(button, icon);
    button.addEventListener("click", run);
    return button;
  }
}

export class FileView extends ItemView {
  file: TFile | null = null;
}

/** A note: reading view, Live Preview or the page that the PDF exporter prints. */
export class MarkdownView extends FileView {
  mode: Mode = "reading";
  private body = new Component();
  private live: { view: EditorView; refresh(): void } | undefined;
  private turn = 0;
  /** Resolves when the note is shown and what its processors promised is done. */
  shown: Promise<void> = Promise.resolve();
  readonly previewMode = {
    containerEl: this.containerEl,
    rerender: (_full?: boolean): void => {
      if (this.mode !== "live-preview") void this.show();
    },
    getScroll: (): number => this.contentEl.scrollTop,
    // In lines of the note, as the app counts its scroll.
    applyScroll: (line: number): void => {
      const at = sectionsOf(this.getViewData()).findIndex(({ lineEnd }) => lineEnd >= line);
      this.contentEl.querySelectorAll(".markdown-preview-sizer > div[class^=el-]")[at]?.scrollIntoView();
    },
  };
  readonly currentMode = this.previewMode;

  override getViewType(): string {
    return "markdown";
  }
  override getDisplayText(): string {
    return this.file?.basename ?? "";
  }
  override getState(): unknown {
    return { file: this.file?.path, mode: this.getMode(), source: false };
  }
  getMode(): "source" | "preview" {
    return this.mode === "live-preview" ? "source" : "preview";
  }
  getViewData(): string {
    return this.file === null ? "" : this.app.vault.textOf(this.file);
  }
  get data(): string {
    return this.getViewData();
  }
  get editor(): Editor {
    if (this.live === undefined) this.live = this.makeEditor(document.createElement("div"));
    return new Editor(this.live.view);
  }
  get cm(): EditorView | undefined {
    return this.live?.view;
  }

  private makeEditor(into: HTMLElement): { view: EditorView; refresh(): void } {
    const file = this.file;
    return livePreview(this.app, {
      text: this.getViewData(),
      path: file?.path ?? "",
      into,
      info: { app: this.app, file, editor: undefined, hoverPopover: null },
      changed: (text) => {
        if (file !== null) void this.app.vault.modify(file, text).then(() => this.app.workspace.trigger("editor-change", this.editor, this));
      },
    });
  }

  show(): Promise<void> {
    this.shown = this.draw();
    return this.shown;
  }

  private async draw(): Promise<void> {
    const turn = (this.turn += 1);
    const file = this.file;
    this.body.unload();
    this.live?.view.destroy();
    this.live = undefined;
    this.body = new Component();
    this.body.load();
    document.querySelector("body > .print")?.remove();
    const scroll = this.contentEl.firstElementChild?.firstElementChild?.scrollTop ?? 0;
    this.contentEl.replaceChildren();
    if (file === null) return;
    const text = await this.app.vault.read(file);
    if (turn !== this.turn) return;
    const doc = this.contentEl.ownerDocument;
    if (this.mode === "live-preview") {
      const source = this.contentEl.appendChild(doc.createElement("div"));
      source.className = "markdown-source-view cm-s-obsidian mod-cm6 is-readable-line-width is-live-preview";
      this.live = this.makeEditor(source);
      return;
    }
    const print = this.mode === "print";
    const outer = doc.createElement("div");
    outer.className = print ? "print" : "markdown-reading-view";
    (print ? doc.body : this.contentEl).append(outer);
    const view = outer.appendChild(doc.createElement("div"));
    view.className = "markdown-preview-view markdown-rendered is-readable-line-width allow-fold-headings";
    const sizer = print ? view : view.appendChild(doc.createElement("div"));
    if (!print) {
      sizer.className = "markdown-preview-sizer markdown-preview-section";
      const title = sizer.appendChild(doc.createElement("div"));
      title.className = "inline-title";
      title.textContent = file.basename;
    }
    await render(this.app, { text, path: file.path, into: sizer, owner: this.body, sectionInfo: !print });
    // Even to set 0 asks for a layout, here and now.
    if (scroll > 0) view.scrollTop = scroll;
    doc.documentElement.dataset["shown"] = String(turn);
  }

  refreshExtensions(): void {
    this.live?.refresh();
  }

  /** The file was changed from elsewhere. */
  changed(): void {
    const text = this.getViewData();
    const view = this.live?.view;
    if (this.mode !== "live-preview" || view === undefined) {
      void this.show();
      return;
    }
    const old = view.state.doc.toString();
    if (old === text) return;
    let from = 0;
    while (from < old.length && from < text.length && old[from] === text[from]) from += 1;
    let back = 0;
    while (back < old.length - from && back < text.length - from && old[old.length - 1 - back] === text[text.length - 1 - back]) back += 1;
    view.dispatch({ changes: { from, to: old.length - back, insert: text.slice(from, text.length - back) } });
  }

  override close(): void {
    this.turn += 1;
    this.body.unload();
    this.live?.view.destroy();
    this.live = undefined;
    super.close();
  }
}

export class Workspace extends Events {
  readonly containerEl: HTMLElement;
  layoutReady = false;
  readonly rightSplit = { collapsed: true, expand: (): void => undefined, collapse: (): void => undefined };
  private readonly mainLeaf: WorkspaceLeaf;
  private readonly sides: WorkspaceLeaf[] = [];
  private readonly ready: (() => unknown)[] = [];

  constructor(private readonly app: App) {
    super();
    this.containerEl = app.main;
    this.mainLeaf = new WorkspaceLeaf(app, app.main);
  }

  get activeLeaf(): WorkspaceLeaf {
    return this.mainLeaf;
  }
  get note(): MarkdownView | null {
    return this.mainLeaf.view instanceof MarkdownView ? this.mainLeaf.view : null;
  }

  async open(file: TFile, mode: Mode = this.note?.mode ?? "reading"): Promise<void> {
    let view = this.note;
    if (view === null || view.file !== file) {
      this.mainLeaf.view.close();
      this.app.main.replaceChildren();
      view = new MarkdownView(this.mainLeaf);
      view.file = file;
      this.mainLeaf.view = view;
      this.app.main.append(view.containerEl);
      view.load();
    }
    view.mode = mode;
    view.containerEl.dataset["mode"] = mode === "live-preview" ? "source" : "preview";
    const shown = view.show();
    this.trigger("file-open", file);
    this.trigger("active-leaf-change", this.mainLeaf);
    this.trigger("layout-change");
    await shown;
  }

  start(): void {
    this.layoutReady = true;
    for (const run of this.ready.splice(0)) run();
  }
  onLayoutReady(run: () => unknown): void {
    if (this.layoutReady) run();
    else this.ready.push(run);
  }
  getActiveFile(): TFile | null {
    return this.note?.file ?? null;
  }
  getActiveViewOfType<T extends View>(type: new (leaf: WorkspaceLeaf) => T): T | null {
    return this.mainLeaf.view instanceof type ? this.mainLeaf.view : null;
  }
  get activeEditor(): { editor: Editor; file: TFile | null } | null {
    const view = this.note;
    return view === null || view.getMode() !== "source" ? null : { editor: view.editor, file: view.file };
  }
  getLeavesOfType(type: string): WorkspaceLeaf[] {
    return [this.mainLeaf, ...this.sides].filter((leaf) => leaf.view.getViewType() === type);
  }
  iterateAllLeaves(run: (leaf: WorkspaceLeaf) => unknown): void {
    for (const leaf of [this.mainLeaf, ...this.sides]) run(leaf);
  }
  iterateRootLeaves(run: (leaf: WorkspaceLeaf) => unknown): void {
    run(this.mainLeaf);
  }
  getMostRecentLeaf(): WorkspaceLeaf {
    return this.mainLeaf;
  }
  getLeaf(kind: boolean | string = false): WorkspaceLeaf {
    return kind === false ? this.mainLeaf : this.getRightLeaf();
  }
  getRightLeaf(): WorkspaceLeaf {
    const el = this.app.side.appendChild(document.createElement("div"));
    el.className = "workspace-leaf";
    const leaf = new WorkspaceLeaf(this.app, el);
    this.sides.push(leaf);
    return leaf;
  }
  async ensureSideLeaf(type: string, _side: string, options: { active?: boolean; reveal?: boolean; state?: unknown } = {}): Promise<WorkspaceLeaf> {
    const there = this.getLeavesOfType(type)[0];
    if (there !== undefined) return there;
    const leaf = this.getRightLeaf();
    await leaf.setViewState({ type, state: options.state });
    return leaf;
  }
  revealLeaf(_leaf: WorkspaceLeaf): Promise<void> {
    return Promise.resolve();
  }
  setActiveLeaf(_leaf: WorkspaceLeaf): void {
    return undefined;
  }
  detachLeavesOfType(type: string): void {
    for (const leaf of this.getLeavesOfType(type)) leaf.detach();
  }
  forget(leaf: WorkspaceLeaf): void {
    const at = this.sides.indexOf(leaf);
    if (at >= 0) this.sides.splice(at, 1);
    this.sideShown();
    this.trigger("layout-change");
  }
  sideShown(): void {
    this.app.side.classList.toggle("is-open", this.sides.length > 0);
  }
  async openLinkText(linktext: string, sourcePath: string): Promise<void> {
    const file = this.app.metadataCache.getFirstLinkpathDest(linktext.split("#")[0] ?? "", sourcePath);
    if (file !== null) await this.open(file);
  }
  updateOptions(): void {
    this.note?.refreshExtensions();
  }
  requestSaveLayout(): void {
    return undefined;
  }
  fileChanged(file: TFile): void {
    if (this.note?.file === file) this.note.changed();
  }
  refreshMissing(): void {
    this.note?.previewMode.rerender(true);
  }
}

export class Plugin extends Component {
  private readonly mine: { commands: string[] } = { commands: [] };
  constructor(
    readonly app: App,
    readonly manifest: { id: string; name: string; version: string; dir?: string },
  ) {
    super();
  }
  addCommand(command: Command): Command {
    const made = { ...command, id: `${this.manifest.id}:${command.id}`, name: `${this.manifest.name}: ${command.name}` };
    this.app.commandList.set(made.id, made);
    this.mine.commands.push(made.id);
    this.register(() => this.app.commandList.delete(made.id));
    return made;
  }
  removeCommand(id: string): void {
    this.app.commandList.delete(`${this.manifest.id}:${id}`);
  }
  addSettingTab(tab: SettingTab): void {
    this.app.settingTabs.push(tab);
    this.register(() => this.app.settingTabs.splice(this.app.settingTabs.indexOf(tab), 1));
  }
  addRibbonIcon(icon: string, title: string, run: (event: MouseEvent) => unknown): HTMLElement {
    const button = document.createElement("button");
    button.className = "clickable-icon side-dock-ribbon-action";
    button.setAttribute("aria-label", title);
    setIcon(button, icon);
    button.addEventListener("click", run);
    document.querySelector(".harness-ribbon")?.append(button);
    this.register(() => button.remove());
    return button;
  }
  addStatusBarItem(): HTMLElement {
    const item = document.createElement("div");
    item.className = "status-bar-item";
    document.querySelector(".harness-ribbon")?.append(item);
    this.register(() => item.remove());
    return item;
  }
  registerView(type: string, make: (leaf: WorkspaceLeaf) => View): void {
    this.app.viewCreators.set(type, make);
    this.register(() => this.app.viewCreators.delete(type));
  }
  registerMarkdownPostProcessor(processor: PostProcessor, sortOrder?: number): PostProcessor {
    if (sortOrder !== undefined) processor.sortOrder = sortOrder;
    this.app.postProcessors.push(processor);
    this.register(() => this.app.postProcessors.splice(this.app.postProcessors.indexOf(processor), 1));
    return processor;
  }
  registerMarkdownCodeBlockProcessor(language: string, handler: CodeBlockHandler, sortOrder = 0): PostProcessor {
    if (this.app.codeBlocks.has(language)) throw new Error(`Code block postprocessor for language ${language} is already registered`);
    this.app.codeBlocks.set(language, { handler, sortOrder });
    this.register(() => this.app.codeBlocks.delete(language));
    return () => undefined;
  }
  registerEditorExtension(extension: Extension): void {
    this.app.editorExtensions.push(extension);
    this.app.workspace.updateOptions();
    this.register(() => {
      this.app.editorExtensions.splice(this.app.editorExtensions.indexOf(extension), 1);
      this.app.workspace.updateOptions();
    });
  }
  registerEditorSuggest(): void {
    return undefined;
  }
  registerExtensions(): void {
    return undefined;
  }
  registerHoverLinkSource(): void {
    return undefined;
  }
  registerObsidianProtocolHandler(): void {
    return undefined;
  }
  registerCliHandler(): void {
    return undefined;
  }
  loadData(): Promise<unknown> {
    return Promise.resolve(this.app.loadLocalStorage(`data-${this.manifest.id}`));
  }
  saveData(data: unknown): Promise<void> {
    this.app.saveLocalStorage(`data-${this.manifest.id}`, data);
    return Promise.resolve();
  }
}
