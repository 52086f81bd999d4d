import { formatDate } from "./dates";
import { readOptions } from "./options";
import { type Io, type Tool, bytesOf, instant } from "./tool";

export const isDir = (io: Io, path: string): boolean => io.files.list(path) !== undefined;
export const exists = (io: Io, path: string): boolean => isDir(io, path) || io.files.read(path) !== undefined;
export const nameOf = (path: string): string => path.replace(/\/+$/, "").replace(/^.*\//, "") || "/";

export const ls = instant((io) => {
  const options = readOptions(io, { short: "alAh1RrtdFSisgnopLkX", long: { all: "a", "almost-all": "A", recursive: "R", reverse: "r", "human-readable": "h", "color?": "k", directory: "d" }, code: 2 });
  if (typeof options === "number") return options;
  const { flags } = options;
  const paths = options.rest.length ? [...options.rest] : ["."];
  let status = 0;
  const stamp = formatDate(io.context.epoch, "%b %e %H:%M");
  const size = (bytes: number): string => ("h" in flags && bytes >= 1024 ? `${(bytes / 1024).toFixed(1)}K` : String(bytes));
  const long = (entries: readonly { readonly name: string; readonly path: string }[]): string => {
    const rows = entries.map((e) => {
      const dir = isDir(io, e.path);
      return { dir, bytes: size(dir ? 4096 : bytesOf(io.files.read(e.path) ?? "")), name: e.name };
    });
    const width = Math.max(0, ...rows.map((r) => r.bytes.length));
    return rows.map((r) => `${r.dir ? "drwxr-xr-x" : "-rw-r--r--"} ${r.dir ? "2" : "1"} root root ${r.bytes.padStart(width)} ${stamp} ${r.name}\n`).join("");
  };
  const show = (entries: readonly { readonly name: string; readonly path: string }[]): void => {
    const marked = "F" in flags || "p" in flags ? entries.map((e) => ({ ...e, name: isDir(io, e.path) ? `${e.name}/` : e.name })) : entries;
    if ("l" in flags) io.out(long(marked));
    else if (io.tty(1) && !("1" in flags)) {
      const names = marked.map((e) => e.name);
      const total = names.join("  ").length;
      if (total <= 80) io.out(names.length ? `${names.join("  ")}\n` : "");
      else {
        const wide = Math.max(...names.map((n) => n.length)) + 2;
        const columns = Math.max(1, Math.floor(80 / wide));
        const rows = Math.ceil(names.length / columns);
        for (let r = 0; r < rows; r++) io.out(`${Array.from({ length: columns }, (_x, c) => names[c * rows + r] ?? "").map((n, c, all) => (c === all.length - 1 ? n : n.padEnd(wide))).join("").trimEnd()}\n`);
      }
    } else io.out(marked.map((e) => `${e.name}\n`).join(""));
  };
  const order = (names: readonly string[]): string[] => {
    const sorted = [...names].sort((a, b) => {
      const [x, y] = [a.replace(/^\.+/, "").toLowerCase(), b.replace(/^\.+/, "").toLowerCase()];
      return io.flavour === "busybox" ? (a < b ? -1 : 1) : x < y ? -1 : x > y ? 1 : a < b ? -1 : 1;
    });
    return "r" in flags ? sorted.reverse() : sorted;
  };
  const files = paths.filter((p) => "d" in flags || !isDir(io, p));
  const found = files.filter((p) => {
    if (exists(io, p)) return true;
    io.err(io.flavour === "busybox" ? `ls: ${p}: No such file or directory\n` : `ls: cannot access '${p}': No such file or directory\n`);
    status = io.flavour === "busybox" ? 1 : 2;
    return false;
  });
  show(order(found).map((p) => ({ name: p, path: p })));
  const dirs = order(paths.filter((p) => !("d" in flags) && isDir(io, p)));
  let first = found.length === 0;
  const list = (path: string): void => {
    const names = order((io.files.list(path) ?? []).filter((n) => "a" in flags || "A" in flags || !n.startsWith(".")));
    const base = path.endsWith("/") ? path : `${path}/`;
    const entries = names.map((name) => ({ name, path: base + name }));
    if (paths.length > 1 || "R" in flags) io.out(`${first ? "" : "\n"}${path}:\n`);
    first = false;
    if ("l" in flags) io.out(`total ${entries.length * 4}\n`);
    show("a" in flags ? [{ name: ".", path }, { name: "..", path: `${base}..` }, ...entries] : entries);
    if ("R" in flags) for (const e of entries) if (isDir(io, e.path)) list(e.path);
  };
  for (const dir of dirs) list(dir);
  return status;
});

function removeTree(io: Io, path: string): string | undefined {
  for (const name of io.files.list(path) ?? []) {
    const why = removeTree(io, `${path}/${name}`);
    if (why !== undefined) return why;
  }
  return io.files.remove(path);
}

function copyTree(io: Io, from: string, to: string): string | undefined {
  const names = io.files.list(from);
  if (!names) return io.files.write(to, io.files.read(from) ?? "");
  if (!isDir(io, to)) {
    const why = io.files.mkdir(to);
    if (why !== undefined) return why;
  }
  for (const name of names) {
    const why = copyTree(io, `${from}/${name}`, `${to}/${name}`);
    if (why !== undefined) return why;
  }
  return undefined;
}

export const copier = (move: boolean): Tool =>
  instant((io) => {
    const name = move ? "mv" : "cp";
    const options = readOptions(io, { short: "rRafvpiunLdHt:T", long: { recursive: "r", archive: "a", force: "f", verbose: "v" } });
    if (typeof options === "number") return options;
    const { flags, rest } = options;
    if (rest.length < 2) {
      io.err(rest.length === 0 ? `${name}: missing file operand\nTry '${name} --help' for more information.\n` : `${name}: missing destination file operand after '${rest[0]}'\nTry '${name} --help' for more information.\n`);
      return 1;
    }
    const target = rest.at(-1)!;
    const sources = rest.slice(0, -1);
    if (sources.length > 1 && !isDir(io, target)) {
      io.err(`${name}: target '${target}' is not a directory\n`);
      return 1;
    }
    let status = 0;
    for (const source of sources) {
      if (!exists(io, source)) {
        io.err(io.flavour === "busybox" ? `${name}: can't ${move ? "rename" : "stat"} '${source}': No such file or directory\n` : `${name}: cannot stat '${source}': No such file or directory\n`);
        status = 1;
        continue;
      }
      if (isDir(io, source) && !move && !("r" in flags || "R" in flags || "a" in flags)) {
        io.err(io.flavour === "busybox" ? `cp: omitting directory '${source}'\n` : `cp: -r not specified; omitting directory '${source}'\n`);
        status = 1;
        continue;
      }
      const to = isDir(io, target) ? `${target.replace(/\/$/, "")}/${nameOf(source)}` : target;
      if (io.path(to) === io.path(source)) {
        io.err(`${name}: '${source}' and '${to}' are the same file\n`);
        status = 1;
        continue;
      }
      const why = copyTree(io, source, to) ?? (move ? removeTree(io, source) : undefined);
      if (why !== undefined) {
        io.err(`${name}: cannot ${move ? "move" : "create regular file"} ${move ? `'${source}' to '${to}'` : `'${to}'`}: ${why}\n`);
        status = 1;
      } else if ("v" in flags) io.out(`${move ? "renamed " : ""}'${source}' -> '${to}'\n`);
    }
    return status;
  });

export const rm = instant((io) => {
  const options = readOptions(io, { short: "rRfvid", long: { recursive: "r", force: "f", verbose: "v" } });
  if (typeof options === "number") return options;
  const { flags, rest } = options;
  if (rest.length === 0 && !("f" in flags)) {
    io.err("rm: missing operand\nTry 'rm --help' for more information.\n");
    return 1;
  }
  let status = 0;
  for (const path of rest) {
    if (!exists(io, path)) {
      if ("f" in flags) continue;
      io.err(io.flavour === "busybox" ? `rm: can't remove '${path}': No such file or directory\n` : `rm: cannot remove '${path}': No such file or directory\n`);
      status = 1;
    } else if (isDir(io, path) && !("r" in flags || "R" in flags)) {
      io.err(io.flavour === "busybox" ? `rm: '${path}' is a directory\n` : `rm: cannot remove '${path}': Is a directory\n`);
      status = 1;
    } else {
      const why = removeTree(io, path);
      if (why !== undefined) {
        io.err(`rm: cannot remove '${path}': ${why}\n`);
        status = 1;
      } else if ("v" in flags) io.out(`removed '${path}'\n`);
    }
  }
  return status;
});

export const mkdir = instant((io) => {
  const options = readOptions(io, { short: "pvm:", long: { parents: "p", verbose: "v", "mode=": "m" } });
  if (typeof options === "number") return options;
  if (options.rest.length === 0) {
    io.err("mkdir: missing operand\nTry 'mkdir --help' for more information.\n");
    return 1;
  }
  let status = 0;
  for (const path of options.rest) {
    const full = io.path(path);
    const parts = full.split("/").filter(Boolean);
    let why: string | undefined;
    if ("p" in options.flags) {
      for (let i = 1; i <= parts.length && why === undefined; i++) {
        const at = `/${parts.slice(0, i).join("/")}`;
        if (!isDir(io, at)) why = io.files.read(at) !== undefined ? "Not a directory" : io.files.mkdir(at);
      }
    } else if (exists(io, full)) why = "File exists";
    else if (!isDir(io, full.slice(0, full.lastIndexOf("/")) || "/")) why = "No such file or directory";
    else why = io.files.mkdir(full);
    if (why !== undefined) {
      io.err(io.flavour === "busybox" ? `mkdir: can't create directory '${path}': ${why}\n` : `mkdir: cannot create directory '${path}': ${why}\n`);
      status = 1;
    }
  }
  return status;
});
