import type { Files } from "../cluster/images/program";

/** Where a note's shell is at home. */
export const home = "/home/user";

/** What a shell changed in the files of its note. */
export interface OwnFiles {
  readonly written: readonly (readonly [string, string])[];
  readonly removed: readonly string[];
  readonly directories: readonly string[];
}

/** The files that a note's shell sees: those that the note and the folder beside it give, and what the shell wrote. Nothing of the host. */
export class NoteFiles implements Files {
  private readonly written = new Map<string, string>();
  private readonly removed = new Set<string>();
  private readonly directories = new Set<string>(["/", "/home", home, "/tmp", "/etc", "/dev"]);

  /** `given` answers for a path relative to the note's folder. */
  constructor(private given: ReadonlyMap<string, string>) {}

  /** The note was edited: what it gives changes, what the shell wrote stays. */
  give(files: ReadonlyMap<string, string>): void {
    this.given = files;
  }

  /** What the shell wrote, made and removed: as JSON, and back. */
  get own(): OwnFiles {
    return { written: [...this.written], removed: [...this.removed], directories: [...this.directories] };
  }
  set own({ written, removed, directories }: OwnFiles) {
    for (const [path, text] of written) this.written.set(path, text);
    for (const path of removed) this.removed.add(path);
    for (const path of directories) this.directories.add(path);
  }

  read(path: string): string | undefined {
    if (path === "/dev/null") return "";
    const own = this.written.get(path);
    if (own !== undefined) return own;
    return this.removed.has(path) ? undefined : this.given.get(relative(path));
  }

  list(path: string): readonly string[] | undefined {
    const prefix = path === "/" ? "/" : `${path}/`;
    const names = new Set<string>();
    let exists = this.directories.has(path);
    const visit = (file: string): void => {
      if (!file.startsWith(prefix)) return;
      exists = true;
      const name = file.slice(prefix.length).split("/")[0];
      if (name !== undefined && name !== "") names.add(name);
    };
    for (const file of this.written.keys()) visit(file);
    for (const file of this.given.keys()) if (!this.removed.has(`${home}/${file}`)) visit(`${home}/${file}`);
    for (const directory of this.directories) if (directory !== path) visit(directory);
    return exists ? [...names].sort() : undefined;
  }

  write(path: string, data: string): string | undefined {
    if (path === "/dev/null") return undefined;
    const folder = path.slice(0, Math.max(1, path.lastIndexOf("/")));
    if (this.list(folder) === undefined) return "No such file or directory";
    if (this.directories.has(path)) return "Is a directory";
    this.written.set(path, data);
    this.removed.delete(path);
    return undefined;
  }

  mkdir(path: string): string | undefined {
    if (this.list(path) !== undefined || this.read(path) !== undefined) return "File exists";
    this.directories.add(path);
    return undefined;
  }

  remove(path: string): string | undefined {
    if (this.written.delete(path)) {
      this.removed.add(path);
      return undefined;
    }
    if (this.directories.has(path)) {
      if ((this.list(path) ?? []).length > 0) return "Directory not empty";
      this.directories.delete(path);
      return undefined;
    }
    if (this.read(path) === undefined) return "No such file or directory";
    this.removed.add(path);
    return undefined;
  }
}

function relative(path: string): string {
  return path.startsWith(`${home}/`) ? path.slice(home.length + 1) : path;
}
