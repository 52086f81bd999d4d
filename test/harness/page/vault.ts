// A vault in memory: what a plugin writes stays on this page, the files on disk are never changed.
import { Component, Events } from "./lifetime";

export class TAbstractFile {
  parent: TFolder | null = null;
  constructor(
    readonly vault: Vault,
    public path: string,
  ) {}
  get name(): string {
    return this.path.slice(this.path.lastIndexOf("/") + 1);
  }
}

export class TFile extends TAbstractFile {
  stat = { ctime: 0, mtime: 0, size: 0 };
  get extension(): string {
    const dot = this.name.lastIndexOf(".");
    return dot < 0 ? "" : this.name.slice(dot + 1);
  }
  get basename(): string {
    const dot = this.name.lastIndexOf(".");
    return dot < 0 ? this.name : this.name.slice(0, dot);
  }
}

export class TFolder extends TAbstractFile {
  readonly children: TAbstractFile[] = [];
  isRoot(): boolean {
    return this.path === "/";
  }
}

export function normalizePath(path: string): string {
  const parts = path.replace(/[\\/]+/g, "/").replace(/\u00a0|\u202f/g, " ").replace(/^\/+|\/+$/g, "");
  return parts === "" ? "/" : parts.normalize("NFC");
}

export class Vault extends Events {
  readonly configDir = ".obsidian";
  private readonly entries = new Map<string, TAbstractFile>();
  private readonly texts = new Map<string, string>();
  private readonly binaries = new Map<string, ArrayBuffer>();
  private readonly root = new TFolder(this, "/");
  readonly adapter = {
    exists: (path: string) => Promise.resolve(this.entries.has(normalizePath(path))),
    read: (path: string) => this.read(this.fileAt(path)),
    write: (path: string, text: string) => this.modify(this.fileAt(path), text),
    getResourcePath: (path: string) => `/vault/${encodeURI(path)}`,
  };

  private fileAt(path: string): TFile {
    const file = this.getFileByPath(path);
    if (file === null) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
    return file;
  }

  getName(): string {
    return "harness";
  }

  getRoot(): TFolder {
    return this.root;
  }

  /** Adds a file without an event, as at startup. */
  add(path: string, text?: string): TFile {
    const file = new TFile(this, path);
    const folder = path.includes("/") ? this.folder(path.slice(0, path.lastIndexOf("/"))) : this.root;
    file.parent = folder;
    folder.children.push(file);
    this.entries.set(path, file);
    if (text !== undefined) {
      this.texts.set(path, text);
      file.stat.size = text.length;
    }
    return file;
  }

  private folder(path: string): TFolder {
    const there = this.entries.get(path);
    if (there instanceof TFolder) return there;
    const made = new TFolder(this, path);
    const parent = path.includes("/") ? this.folder(path.slice(0, path.lastIndexOf("/"))) : this.root;
    made.parent = parent;
    parent.children.push(made);
    this.entries.set(path, made);
    return made;
  }

  getAbstractFileByPath(path: string): TAbstractFile | null {
    return normalizePath(path) === "/" ? this.root : (this.entries.get(normalizePath(path)) ?? null);
  }
  getFileByPath(path: string): TFile | null {
    const found = this.entries.get(normalizePath(path));
    return found instanceof TFile ? found : null;
  }
  getFolderByPath(path: string): TFolder | null {
    const found = this.getAbstractFileByPath(path);
    return found instanceof TFolder ? found : null;
  }
  getFiles(): TFile[] {
    return [...this.entries.values()].filter((entry) => entry instanceof TFile);
  }
  getAllLoadedFiles(): TAbstractFile[] {
    return [this.root, ...this.entries.values()];
  }
  getMarkdownFiles(): TFile[] {
    return this.getFiles().filter((file) => file.extension === "md");
  }
  getResourcePath(file: TFile): string {
    const made = this.binaries.get(file.path);
    return made === undefined ? `/vault/${file.path.split("/").map(encodeURIComponent).join("/")}` : URL.createObjectURL(new Blob([made]));
  }

  /** What is in memory, without waiting. */
  textOf(file: TFile): string {
    return this.texts.get(file.path) ?? "";
  }

  async read(file: TFile): Promise<string> {
    const held = this.texts.get(file.path);
    if (held !== undefined) return held;
    if (!this.entries.has(file.path)) throw new Error(`ENOENT: no such file or directory, open '${file.path}'`);
    const text = await (await fetch(this.getResourcePath(file))).text();
    this.texts.set(file.path, text);
    return text;
  }
  cachedRead(file: TFile): Promise<string> {
    return this.read(file);
  }
  async readBinary(file: TFile): Promise<ArrayBuffer> {
    return this.binaries.get(file.path) ?? (await fetch(this.getResourcePath(file))).arrayBuffer();
  }

  async create(path: string, text: string): Promise<TFile> {
    const clean = normalizePath(path);
    if (this.entries.has(clean)) throw new Error("File already exists.");
    await Promise.resolve();
    const file = this.add(clean, text);
    this.trigger("create", file);
    return file;
  }
  async createBinary(path: string, data: ArrayBuffer): Promise<TFile> {
    const file = await this.create(path, "");
    this.binaries.set(file.path, data);
    return file;
  }
  createFolder(path: string): Promise<TFolder> {
    return Promise.resolve(this.folder(normalizePath(path)));
  }
  async modify(file: TFile, text: string): Promise<void> {
    await Promise.resolve();
    if (this.texts.get(file.path) === text) return;
    this.texts.set(file.path, text);
    file.stat.mtime += 1;
    file.stat.size = text.length;
    this.trigger("modify", file);
  }
  async append(file: TFile, text: string): Promise<void> {
    await this.modify(file, (await this.read(file)) + text);
  }
  async process(file: TFile, change: (text: string) => string): Promise<string> {
    const text = change(await this.read(file));
    await this.modify(file, text);
    return text;
  }
  async rename(file: TFile, path: string): Promise<void> {
    await Promise.resolve();
    const old = file.path;
    this.entries.delete(old);
    const text = this.texts.get(old);
    this.texts.delete(old);
    file.path = normalizePath(path);
    this.entries.set(file.path, file);
    if (text !== undefined) this.texts.set(file.path, text);
    this.trigger("rename", file, old);
  }
  async delete(file: TAbstractFile): Promise<void> {
    await Promise.resolve();
    this.entries.delete(file.path);
    this.texts.delete(file.path);
    file.parent?.children.splice(file.parent.children.indexOf(file), 1);
    this.trigger("delete", file);
  }
  trash(file: TAbstractFile): Promise<void> {
    return this.delete(file);
  }
}

export function parseLinktext(linktext: string): { path: string; subpath: string } {
  const at = linktext.indexOf("#");
  return at < 0 ? { path: linktext, subpath: "" } : { path: linktext.slice(0, at), subpath: linktext.slice(at) };
}

export class MetadataCache extends Events {
  constructor(private readonly vault: Vault) {
    super();
    // The cache answers a little later than the vault, as in the app.
    vault.on("modify", (file: TFile) => void Promise.resolve().then(() => this.trigger("changed", file, vault.textOf(file), this.getFileCache(file))));
  }

  /** The nearest file of that name: a path from the vault's root or from the note's folder first, then the shortest way. */
  getFirstLinkpathDest(linkpath: string, sourcePath: string): TFile | null {
    if (linkpath === "") return this.vault.getFileByPath(sourcePath);
    const clean = normalizePath(linkpath.replace(/^\.\//, ""));
    const folder = sourcePath.includes("/") ? sourcePath.slice(0, sourcePath.lastIndexOf("/")) : "";
    for (const name of [clean, `${clean}.md`]) {
      const relative: string[] = folder === "" ? [] : folder.split("/");
      for (const part of name.split("/")) {
        if (part === "..") relative.pop();
        else if (part !== ".") relative.push(part);
      }
      const exact = this.vault.getFileByPath(name) ?? this.vault.getFileByPath(relative.join("/"));
      if (exact !== null && !linkpath.startsWith("/")) {
        const beside = this.vault.getFileByPath(relative.join("/"));
        return name.includes("/") ? exact : (beside ?? exact);
      }
      if (exact !== null) return exact;
    }
    const wanted = clean.toLowerCase();
    const distance = (file: TFile): number => {
      const a = file.path.split("/").slice(0, -1);
      const b = folder === "" ? [] : folder.split("/");
      let same = 0;
      while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
      return a.length + b.length - 2 * same;
    };
    const found = this.vault
      .getFiles()
      .filter((file) => {
        const path = file.path.toLowerCase();
        return [wanted, `${wanted}.md`].some((name) => path === name || path.endsWith(`/${name}`));
      })
      .sort((a, b) => distance(a) - distance(b) || a.path.length - b.path.length);
    return found[0] ?? null;
  }

  fileToLinktext(file: TFile): string {
    return file.extension === "md" ? file.basename : file.name;
  }

  getFileCache(file: TFile): { headings: { heading: string; level: number }[] } | null {
    if (file.extension !== "md") return null;
    const headings = [...this.vault.textOf(file).matchAll(/^(#{1,6}) +(.*)$/gm)].map((match) => ({ heading: match[2] ?? "", level: match[1]?.length ?? 1 }));
    return { headings };
  }

  getCache(path: string): { headings: { heading: string; level: number }[] } | null {
    const file = this.vault.getFileByPath(path);
    return file === null ? null : this.getFileCache(file);
  }
}

/** Files of the app that a plugin may ask to change. */
export class FileManager extends Component {
  constructor(private readonly vault: Vault) {
    super();
  }
  renameFile(file: TFile, path: string): Promise<void> {
    return this.vault.rename(file, path);
  }
  trashFile(file: TAbstractFile): Promise<void> {
    return this.vault.delete(file);
  }
  getAvailablePathForAttachment(name: string, sourcePath: string): Promise<string> {
    const folder = sourcePath.includes("/") ? sourcePath.slice(0, sourcePath.lastIndexOf("/") + 1) : "";
    return Promise.resolve(folder + name);
  }
  generateMarkdownLink(file: TFile): string {
    return `[[${file.extension === "md" ? file.basename : file.name}]]`;
  }
}
