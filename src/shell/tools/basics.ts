import type { Signal } from "../../cluster/images/program";
import { shellPattern } from "../glob";
import { formatDate, parseDate } from "./dates";
import { fromBase64, md5, sha1, sha256, toBase64 } from "./hash";
import { readOptions } from "./options";
import { regular } from "../regular";
import { bytesOf, instant, type Io, linesOf, tool, type Tool, type Tools, wholeFilter } from "./tool";

/** "1.5", "2m", "1h": ms; undefined where it is no duration. Infinity for "infinity". */
export function duration(text: string): number | undefined {
  if (/^inf(inity)?$/i.test(text)) return Infinity;
  const found = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text);
  return found ? Number(found[1]) * { "": 1000, s: 1000, m: 60000, h: 3600000, d: 86400000 }[found[2] as "" | "s" | "m" | "h" | "d"] : undefined;
}

const sleep = tool<{ ms: number }>({
  start(io) {
    const args = io.argv.slice(1);
    if (args.length === 0) {
      io.err(io.flavour === "busybox" ? "BusyBox v1.36.1 (2023-11-07 18:53:09 UTC) multi-call binary.\n\nUsage: sleep [N]...\n" : "sleep: missing operand\nTry 'sleep --help' for more information.\n");
      return 1;
    }
    let total = 0;
    for (const arg of args) {
      const ms = duration(arg);
      if (ms === undefined) {
        io.err(io.flavour === "busybox" ? `sleep: invalid number '${arg}'\n` : `sleep: invalid time interval '${arg}'\nTry 'sleep --help' for more information.\n`);
        return 1;
      }
      total += ms;
    }
    if (total === 0) return 0;
    // Endless, but as a timer that a snapshot can hold.
    io.sleep("sleep", total === Infinity ? 3.15e12 : Math.round(total));
    return { ms: 0 };
  },
  wake: (io) => io.exit(0),
});

const date = instant((io, args) => {
  const now = io.context.epoch + io.context.now;
  let at = now;
  let format = io.flavour === "bash" ? "%a %b %e %H:%M:%S %Z %Y" : "%a %b %e %H:%M:%S %Z %Y";
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === "-u" || arg === "--utc" || arg === "--universal") continue;
    if (arg === "-d" || arg === "--date" || arg.startsWith("--date=") || /^-d./.test(arg)) {
      const text = arg.startsWith("--date=") ? arg.slice(7) : /^-d./.test(arg) ? arg.slice(2) : (args[++i] ?? "");
      const parsed = parseDate(text, now);
      if (parsed === undefined) {
        io.err(`date: invalid date '${text}'\n`);
        return 1;
      }
      at = parsed;
    } else if (arg === "-R") format = "%a, %d %b %Y %H:%M:%S %z";
    else if (/^-I|^--iso-8601/.test(arg)) format = /seconds|s$/.test(arg) && arg !== "-I" ? "%Y-%m-%dT%H:%M:%S+00:00" : "%Y-%m-%d";
    else if (arg.startsWith("--rfc-3339")) format = "%Y-%m-%d %H:%M:%S+00:00";
    else if (arg.startsWith("+")) format = arg.slice(1);
    else {
      io.err(`date: invalid date '${arg}'\n`);
      return 1;
    }
  }
  io.out(`${formatDate(at, format)}\n`);
  return 0;
});

/** Runs its arguments as a command and ends with its exit code. */
const runner = (args: (io: Io) => { readonly argv: readonly string[]; readonly env?: Readonly<Record<string, string>> } | number): Tool =>
  tool<{ pid: number }>({
    start(io) {
      const found = args(io);
      if (typeof found === "number") return found;
      const name = found.argv[0];
      if (!io.known(name)) {
        io.err(io.flavour === "busybox" ? `${io.argv[0]}: can't execute '${name}': No such file or directory\n` : `${io.argv[0]}: ${io.argv[0] === "env" ? `‘${name}’` : io.argv[0] === "timeout" ? `failed to run command ‘${name}’` : name}: No such file or directory\n`);
        return 127;
      }
      return { pid: io.spawn(found.argv, found.env ? { env: found.env } : {}) };
    },
    child: (io, _s, _pid, code) => io.exit(code),
    signal: () => false,
  });

const env: Tool = {
  start(io) {
    const args = io.argv.slice(1);
    let vars: Record<string, string> = { ...io.env };
    let i = 0;
    for (; i < args.length; i++) {
      const arg = args[i];
      if (arg === "-i" || arg === "-") vars = {};
      else if (arg === "-u") delete vars[args[++i] ?? ""];
      else if (/^[A-Za-z_]\w*=/.test(arg)) vars[arg.slice(0, arg.indexOf("="))] = arg.slice(arg.indexOf("=") + 1);
      else break;
    }
    if (i < args.length) return runner(() => ({ argv: args.slice(i), env: vars })).start(io);
    io.out(Object.entries(vars).map(([k, v]) => `${k}=${v}\n`).join(""));
    return 0;
  },
  child: (io, _s, _pid, code) => io.exit(code),
};

const timeout = tool<{ pid: number; signal: Signal; late: boolean; killAfter: number; preserve: boolean }>({
  start(io) {
    const options = readOptions(io, { short: "s:k:v", long: { "signal=": "s", "kill-after=": "k", "preserve-status": "p", foreground: "f" }, posix: true, code: 125 });
    if (typeof options === "number") return options;
    const [time, ...argv] = options.rest;
    const ms = time === undefined ? undefined : duration(time);
    if (ms === undefined) {
      io.err(`timeout: invalid time interval '${time ?? ""}'\nTry 'timeout --help' for more information.\n`);
      return 125;
    }
    if (argv.length === 0) {
      io.err("timeout: missing operand\nTry 'timeout --help' for more information.\n");
      return 125;
    }
    if (!io.known(argv[0])) {
      io.err(`timeout: failed to run command '${argv[0]}': No such file or directory\n`);
      return 127;
    }
    const name = (options.flags["s"] ?? "TERM").toUpperCase().replace(/^SIG/, "");
    if (ms > 0 && ms !== Infinity) io.sleep("timeout", ms);
    return { pid: io.spawn(argv), signal: (({ 9: "KILL", 15: "TERM", 2: "INT", 1: "HUP" })[name as "9"] ?? name) as Signal, late: false, killAfter: duration(options.flags["k"] ?? "0") ?? 0, preserve: "p" in options.flags };
  },
  wake(io, s, id) {
    s.late = true;
    io.kill(s.pid, id === "kill" ? "KILL" : s.signal);
    if (id === "timeout" && s.killAfter > 0) io.sleep("kill", s.killAfter);
  },
  child: (io, s, _pid, code) => io.exit(s.late && !s.preserve ? (s.signal === "KILL" ? 137 : io.flavour === "busybox" ? 143 : 124) : code),
});

const watch = tool<{ argv: string[]; ms: number; title: boolean; pid: number }>({
  start(io) {
    const options = readOptions(io, { short: "n:dtegxcp", long: { "interval=": "n", differences: "d", "no-title": "t", exec: "x", color: "c" }, posix: true });
    if (typeof options === "number") return options;
    if (options.rest.length === 0) {
      io.err("Usage:\n watch [options] command\n");
      return 1;
    }
    const argv = "x" in options.flags ? [...options.rest] : ["sh", "-c", options.rest.join(" ")];
    const s = { argv, ms: Math.max(100, Number(options.flags["n"] ?? 2) * 1000), title: !("t" in options.flags), pid: 0 };
    s.pid = io.spawn(argv, { capture: true });
    return s;
  },
  child(io, s, _pid, _code, output) {
    const command = s.argv[0] === "sh" && s.argv[1] === "-c" ? s.argv[2] : s.argv.join(" ");
    const left = `Every ${(s.ms / 1000).toFixed(1)}s: ${command}`;
    const right = `${io.context.hostname}: ${formatDate(io.context.epoch + io.context.now, "%a %b %e %H:%M:%S %Y")}`;
    io.out(`${io.tty(1) ? "\u001b[H\u001b[2J" : ""}${s.title ? `${left}${" ".repeat(Math.max(2, 80 - left.length - right.length))}${right}\n\n` : ""}${output}`);
    io.sleep("watch", s.ms);
  },
  wake(io, s) {
    s.pid = io.spawn(s.argv, { capture: true });
  },
});

const xargs = tool<{ base: string[]; replace: string; perRun: number; perLine: number; null: boolean; delimiter: string; empty: boolean; trace: boolean; text: string; queue: string[][]; status: number; parallel: number; running: number; asked: boolean }>({
  start(io) {
    const options = readOptions(io, { short: "n:I:L:P:0d:rtpi", long: { "max-args=": "n", "replace=": "I", "max-lines=": "L", "max-procs=": "P", null: "0", "delimiter=": "d", "no-run-if-empty": "r", verbose: "t" }, posix: true });
    if (typeof options === "number") return options;
    const { flags, rest } = options;
    io.read();
    return { base: rest.length ? [...rest] : ["echo"], replace: flags["I"] ?? ("i" in flags ? "{}" : ""), perRun: Number(flags["n"] ?? 0), perLine: Number(flags["L"] ?? 0), null: "0" in flags, delimiter: (flags["d"] ?? "").replace(/^\\n$/, "\n").replace(/^\\t$/, "\t").replace(/^\\0$/, "\0"), empty: !("r" in flags) && io.flavour !== "busybox" ? true : !("r" in flags), trace: "t" in flags, text: "", queue: [], status: 0, parallel: Math.max(1, Number(flags["P"] ?? 1) || 64), running: 0, asked: false };
  },
  data(_io, s, chunk) {
    s.text += chunk;
  },
  eof(io, s) {
    let items: string[];
    if (s.null || s.delimiter) items = s.text.replace(s.null ? /\0$/ : s.delimiter === "\n" ? /\n$/ : /(?!)/, "").split(s.null ? "\0" : s.delimiter);
    else if (s.replace || s.perLine) items = linesOf(s.text).map((l) => l.trimStart()).filter((l) => l.trim() !== "");
    else items = xargsWords(s.text);
    if (s.text === "") items = [];
    if (s.replace) s.queue = items.map((item) => s.base.map((a) => a.split(s.replace).join(item)));
    else {
      const size = s.perLine || s.perRun || 5000;
      if (items.length === 0 && s.empty) s.queue = [[...s.base]];
      for (let i = 0; i < items.length; i += size) s.queue.push([...s.base, ...items.slice(i, i + size).flatMap((item) => (s.perLine ? item.split(/\s+/) : [item]))]);
    }
    s.text = "";
    xargsNext(io, s);
  },
  child(io, s, _pid, code) {
    s.running--;
    if (code === 127 || code === 126) s.status = code;
    else if (code === 255) {
      io.err(`xargs: ${s.base[0]}: exited with status 255; aborting\n`);
      s.status = 124;
      s.queue = [];
    } else if (code > 128) s.status = 125;
    else if (code !== 0) s.status = 123;
    xargsNext(io, s);
  },
});

function xargsNext(io: Io, s: { queue: string[][]; status: number; parallel: number; running: number; trace: boolean }): void {
  while (s.running < s.parallel && s.queue.length) {
    const argv = s.queue.shift()!;
    if (s.trace) io.err(`${argv.join(" ")}\n`);
    if (!io.known(argv[0])) {
      io.err(`xargs: ${argv[0]}: No such file or directory\n`);
      s.status = 127;
      s.queue = [];
      break;
    }
    s.running++;
    io.spawn(argv, { stdin: "" });
  }
  if (s.running === 0 && !s.queue.length) io.exit(s.status);
}

function xargsWords(text: string): string[] {
  const out: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "'" || c === '"') {
      const close = text.indexOf(c, i + 1);
      word = (word ?? "") + text.slice(i + 1, close < 0 ? undefined : close);
      i = close < 0 ? text.length : close;
    } else if (c === "\\" && i + 1 < text.length) word = (word ?? "") + text[++i];
    else if (/\s/.test(c)) {
      if (word !== undefined) out.push(word);
      word = undefined;
    } else word = (word ?? "") + c;
  }
  if (word !== undefined) out.push(word);
  return out;
}

const base64 = wholeFilter<{ decode: boolean; wrap: number }>({
  start(io) {
    const options = readOptions(io, { short: "dDiw:", long: { decode: "d", "ignore-garbage": "i", "wrap=": "w" } });
    if (typeof options === "number") return options;
    return { operands: options.rest, state: { decode: "d" in options.flags || "D" in options.flags, wrap: Number(options.flags["w"] ?? 76) } };
  },
  end(io, s, inputs, failed) {
    const text = inputs.map((i) => i.text).join("");
    if (s.decode) {
      const done = fromBase64(text);
      io.out(done.text);
      if (!done.ok) io.err(io.flavour === "busybox" ? "base64: truncated input\n" : "base64: invalid input\n");
      return done.ok && !failed ? 0 : 1;
    }
    const encoded = toBase64(text);
    if (s.wrap === 0) io.out(encoded);
    else for (let i = 0; i < encoded.length; i += s.wrap) io.out(`${encoded.slice(i, i + s.wrap)}\n`);
    return failed ? 1 : 0;
  },
});

const sum = (hash: (text: string) => string): Tool =>
  wholeFilter<null>({
    start: (io) => ({ operands: io.argv.slice(1).filter((a) => !/^-[^-]/.test(a)), state: null }),
    end(io, _s, inputs, failed) {
      for (const input of inputs) io.out(`${hash(input.text!)}  ${input.name}\n`);
      return failed ? 1 : 0;
    },
  });

const isDir = (io: Io, path: string): boolean => io.files.list(path) !== undefined;
const exists = (io: Io, path: string): boolean => isDir(io, path) || io.files.read(path) !== undefined;
const nameOf = (path: string): string => path.replace(/\/+$/, "").replace(/^.*\//, "") || "/";

const ls = instant((io) => {
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

const copier = (move: boolean): Tool =>
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

const rm = instant((io) => {
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

const mkdir = instant((io) => {
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

const find = tool<{ queue: string[][]; status: number }>({
  start(io) {
    const args = io.argv.slice(1);
    const paths: string[] = [];
    while (args.length && !/^[-(!]/.test(args[0])) paths.push(args.shift()!);
    if (!paths.length) paths.push(".");
    const results: string[] = [];
    const commands: string[][] = [];
    let status = 0;
    let depthMax = Infinity;
    let depthMin = 0;
    type Test = (path: string, depth: number) => boolean;
    let acted = false;
    const parse = (): Test => {
      const alternatives: Test[] = [];
      let all: Test[] = [];
      while (args.length) {
        const arg = args.shift()!;
        if (arg === ")") break;
        if (arg === "-o" || arg === "-or") {
          const group = all;
          alternatives.push((p, d) => group.every((t) => t(p, d)));
          all = [];
        } else if (arg === "-a" || arg === "-and") continue;
        else all.push(one(arg));
      }
      const group = all;
      alternatives.push((p, d) => group.every((t) => t(p, d)));
      return (p, d) => alternatives.some((t) => t(p, d));
    };
    const one = (arg: string): Test => {
      const value = (): string => args.shift() ?? "";
      switch (arg) {
        case "!":
        case "-not": {
          const inner = one(args.shift() ?? "");
          return (p, d) => !inner(p, d);
        }
        case "(": return parse();
        case "-name":
        case "-iname": {
          const pattern = shellPattern([{ t: value(), q: false }], arg === "-iname");
          return (p) => pattern.matches(nameOf(p));
        }
        case "-path":
        case "-wholename": {
          const pattern = shellPattern([{ t: value(), q: false }]);
          return (p) => pattern.matches(p);
        }
        case "-regex": {
          const made = regular(`^(${value()})$`, "extended");
          return (p) => typeof made !== "string" && made.test(p);
        }
        case "-type": {
          const kind = value();
          return (p) => (kind === "d") === isDir(io, p);
        }
        case "-empty": return (p) => (isDir(io, p) ? io.files.list(p)!.length === 0 : io.files.read(p) === "");
        case "-size": {
          const spec = /^([-+]?)(\d+)([ckM]?)$/.exec(value());
          const unit = spec?.[3] === "c" ? 1 : spec?.[3] === "k" ? 1024 : spec?.[3] === "M" ? 1048576 : 512;
          return (p) => {
            const units = Math.ceil(bytesOf(io.files.read(p) ?? "") / unit);
            const n = Number(spec?.[2]);
            return spec?.[1] === "+" ? units > n : spec?.[1] === "-" ? units < n : units === n;
          };
        }
        case "-maxdepth":
          depthMax = Number(value());
          return () => true;
        case "-mindepth":
          depthMin = Number(value());
          return () => true;
        case "-print":
          acted = true;
          return (p) => {
            results.push(`${p}\n`);
            return true;
          };
        case "-print0":
          acted = true;
          return (p) => {
            results.push(`${p}\0`);
            return true;
          };
        case "-delete":
          acted = true;
          return (p) => io.files.remove(p) === undefined;
        case "-exec": {
          acted = true;
          const command: string[] = [];
          while (args.length && args[0] !== ";" && args[0] !== "+") command.push(args.shift()!);
          const many = args.shift() === "+";
          let batch: string[] | undefined;
          return (p) => {
            if (!many) commands.push(command.map((c) => c.split("{}").join(p)));
            else if (batch) batch.push(p);
            else {
              batch = command.filter((c) => c !== "{}").concat(p);
              commands.push(batch);
            }
            return true;
          };
        }
        case "-mtime":
        case "-mmin":
        case "-newer":
        case "-user":
        case "-perm":
          value();
          return () => true;
        case "-true": return () => true;
        default:
          if (arg.startsWith("-")) {
            io.err(`find: unknown predicate \`${arg}'\n`);
            status = 1;
          }
          return () => true;
      }
    };
    const test = parse();
    if (status) return 1;
    const visit = (path: string, depth: number): void => {
      if (depth >= depthMin && test(path, depth) && !acted) results.push(`${path}\n`);
      if (depth < depthMax) for (const name of [...(io.files.list(path) ?? [])].sort()) visit(path.endsWith("/") ? path + name : `${path}/${name}`, depth + 1);
    };
    for (const path of paths) {
      if (!exists(io, path)) {
        io.err(io.flavour === "busybox" ? `find: ${path}: No such file or directory\n` : `find: '${path}': No such file or directory\n`);
        status = 1;
      } else visit(path, 0);
    }
    io.out(results.join(""));
    if (!commands.length) return status;
    io.spawn(commands.shift()!);
    return { queue: commands, status };
  },
  child(io, s) {
    const next = s.queue.shift();
    if (next) io.spawn(next);
    else io.exit(s.status);
  },
});

const expr = instant((io, args) => {
  let at = 0;
  let trouble: string | undefined;
  const ops: readonly (readonly string[])[] = [["|"], ["&"], ["<", "<=", "=", "==", "!=", ">=", ">"], ["+", "-"], ["*", "/", "%"], [":"]];
  const int = (t: string): bigint => {
    if (/^-?\d+$/.test(t)) return BigInt(t);
    trouble ??= "non-integer argument";
    return 0n;
  };
  const match = (text: string, pattern: string): string => {
    const made = regular(`^${pattern.replace(/^\^/, "")}`, "basic");
    const found = typeof made === "string" ? undefined : made.find(text);
    if (/\\\(/.test(pattern)) return found?.groups[1] ?? "";
    return String(found ? found.end : 0);
  };
  const level = (n: number): string => {
    if (n >= ops.length) return primary();
    let left = level(n + 1);
    while (at < args.length && ops[n].includes(args[at])) {
      const op = args[at++];
      const right = level(n + 1);
      const yes = (t: string): boolean => t !== "" && t !== "0";
      if (op === "|") left = yes(left) ? left : yes(right) ? right : "0";
      else if (op === "&") left = yes(left) && yes(right) ? left : "0";
      else if (op === ":") left = match(left, right);
      else if (n === 2) {
        const numbers = /^-?\d+$/.test(left) && /^-?\d+$/.test(right);
        const order = numbers ? (BigInt(left) < BigInt(right) ? -1 : BigInt(left) > BigInt(right) ? 1 : 0) : left < right ? -1 : left > right ? 1 : 0;
        left = { "<": order < 0, "<=": order <= 0, "=": order === 0, "==": order === 0, "!=": order !== 0, ">=": order >= 0, ">": order > 0 }[op] ? "1" : "0";
      } else {
        const [a, b] = [int(left), int(right)];
        if ((op === "/" || op === "%") && b === 0n) {
          trouble ??= "division by zero";
          return "0";
        }
        left = String(op === "+" ? a + b : op === "-" ? a - b : op === "*" ? a * b : op === "/" ? a / b : a % b);
      }
    }
    return left;
  };
  const primary = (): string => {
    const word = args[at++];
    if (word === undefined) {
      trouble ??= `syntax error: missing argument after '${args.at(-1) ?? ""}'`;
      return "";
    }
    if (word === "(") {
      const value = level(0);
      at++;
      return value;
    }
    if (word === "length") return String([...(args[at++] ?? "")].length);
    if (word === "substr") {
      const [text, from, count] = [args[at++] ?? "", Number(args[at++]), Number(args[at++])];
      return text.slice(Math.max(0, from - 1), Math.max(0, from - 1) + count);
    }
    if (word === "index") {
      const [text, set] = [args[at++] ?? "", args[at++] ?? ""];
      return String([...text].findIndex((c) => set.includes(c)) + 1);
    }
    if (word === "match") return match(args[at++] ?? "", args[at++] ?? "");
    return word;
  };
  if (args.length === 0) {
    io.err("expr: missing operand\nTry 'expr --help' for more information.\n");
    return 2;
  }
  const value = level(0);
  if (trouble === undefined && at < args.length) trouble = `syntax error: unexpected argument '${args[at]}'`;
  if (trouble !== undefined) {
    io.err(`expr: ${trouble}\n`);
    return 2;
  }
  io.out(`${value}\n`);
  return value === "" || value === "0" ? 1 : 0;
});

const ps = instant((io, args) => {
  const list = io.processes();
  const user = io.context.user === 0 ? "root" : String(io.context.user);
  const clock = formatDate(io.context.epoch + io.context.now, "%H:%M");
  if (io.flavour === "busybox") {
    io.out(`PID   USER     TIME  COMMAND\n${list.map((p) => `${String(p.pid).padStart(5)} ${user.padEnd(8)}  0:00 ${p.argv.join(" ")}\n`).join("")}`);
    return 0;
  }
  const flags = args.join("");
  if (/aux|u/.test(flags)) io.out(`USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n${list.map((p) => `${user.padEnd(8)} ${String(p.pid).padStart(7)}  0.0  0.0   2576  1536 ?        S    ${formatDate(io.context.epoch + p.start, "%H:%M")}   0:00 ${p.argv.join(" ")}\n`).join("")}`);
  else if (/f/.test(flags)) io.out(`UID          PID    PPID  C STIME TTY          TIME CMD\n${list.map((p) => `${user.padEnd(8)} ${String(p.pid).padStart(7)} ${String(p.pid === 1 ? 0 : 1).padStart(7)}  0 ${clock} ?        00:00:00 ${p.argv.join(" ")}\n`).join("")}`);
  else io.out(`    PID TTY          TIME CMD\n${list.map((p) => `${String(p.pid).padStart(7)} ?        00:00:00 ${nameOf(p.argv[0] ?? "")}\n`).join("")}`);
  return 0;
});

const top = tool<{ left: number; ms: number }>({
  start(io) {
    const options = readOptions(io, { short: "bn:d:", posix: true });
    if (typeof options === "number") return options;
    const s = { left: Number(options.flags["n"] ?? 1e9), ms: Number(options.flags["d"] ?? 3) * 1000 };
    return topDraw(io, s) ? s : 0;
  },
  wake(io, s) {
    if (!topDraw(io, s)) io.exit(0);
  },
});

function topDraw(io: Io, s: { left: number; ms: number }): boolean {
  const list = io.processes();
  io.out(`${io.tty(1) ? "\u001b[H\u001b[2J" : ""}Mem: 2048000K used, 6144000K free, 0K shrd, 128000K buff, 1024000K cached\nCPU:   1% usr   1% sys   0% nic  98% idle   0% io   0% irq   0% sirq\nLoad average: 0.10 0.10 0.10 1/${list.length} ${list.at(-1)?.pid ?? 1}\n  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n${list.map((p) => `${String(p.pid).padStart(5)} ${String(p.pid === 1 ? 0 : 1).padStart(5)} ${(io.context.user === 0 ? "root" : String(io.context.user)).padEnd(8)} S     4400   0%   0   0% ${p.argv.join(" ")}\n`).join("")}`);
  if (--s.left <= 0) return false;
  io.sleep("top", s.ms);
  return true;
}

const kill = instant((io, args) => {
  let signal: Signal = "TERM";
  const list = [...args];
  if (list[0]?.startsWith("-")) {
    const text = list[0] === "-s" ? (list.shift(), list[0] ?? "") : list[0].slice(1);
    list.shift();
    const numbers: Record<string, Signal> = { 1: "HUP", 2: "INT", 3: "QUIT", 9: "KILL", 10: "USR1", 12: "USR2", 15: "TERM", 18: "CONT", 19: "STOP" };
    signal = numbers[text] ?? (text.toUpperCase().replace(/^SIG/, "") as Signal);
  }
  let status = 0;
  for (const pid of list) {
    const why = io.kill(Number(pid), signal);
    if (why !== undefined) {
      io.err(io.flavour === "busybox" ? `kill: can't kill pid ${pid}: ${why}\n` : `kill: (${pid}): ${why}\n`);
      status = 1;
    }
  }
  return status;
});

const which = instant((io, args) => {
  let status = 0;
  for (const name of args.filter((a) => !a.startsWith("-"))) {
    if (io.known(name)) io.out(`${name.includes("/") ? name : `/usr/bin/${name}`}\n`);
    else status = 1;
  }
  return status;
});

const column = wholeFilter<{ table: boolean; separator: string; out: string }>({
  start(io) {
    const options = readOptions(io, { short: "ts:o:nx", long: { table: "t", "separator=": "s", "output-separator=": "o" } });
    if (typeof options === "number") return options;
    return { operands: options.rest, state: { table: "t" in options.flags, separator: options.flags["s"] ?? "", out: options.flags["o"] ?? "  " } };
  },
  end(io, s, inputs, failed) {
    const lines = inputs.flatMap((i) => linesOf(i.text!)).filter((l) => l.trim() !== "");
    if (!s.table) {
      const wide = (Math.floor(Math.max(0, ...lines.map((l) => l.length)) / 8) + 1) * 8;
      const columns = Math.max(1, Math.floor(80 / wide));
      const rows = Math.ceil(lines.length / columns);
      for (let r = 0; r < rows; r++) {
        const cells = Array.from({ length: columns }, (_x, c) => lines[c * rows + r]).filter((c): c is string => c !== undefined);
        io.out(`${cells.map((c, i) => (i === cells.length - 1 ? c : c + "\t".repeat(Math.ceil((wide - c.length) / 8)))).join("")}\n`);
      }
      return failed ? 1 : 0;
    }
    const rows = lines.map((l) => (s.separator ? l.split(new Set(s.separator).size === 1 ? s.separator : s.separator[0]) : l.trim().split(/\s+/)));
    const widths: number[] = [];
    for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
    for (const row of rows) io.out(`${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]))).join(s.out)}\n`);
    return failed ? 1 : 0;
  },
});

const envsubst = wholeFilter<{ only: string[] }>({
  start: (io) => ({ operands: [], state: { only: (io.argv[1] ?? "").match(/\w+/g) ?? [] } }),
  end(io, s, inputs) {
    io.out(inputs.map((i) => i.text).join("").replace(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g, (all, a: string | undefined, b: string | undefined) => {
      const name = a ?? b ?? "";
      return s.only.length && !s.only.includes(name) ? all : (io.env[name] ?? "");
    }));
    return 0;
  },
});

const say = (text: (io: Io) => string): Tool =>
  instant((io) => {
    io.out(text(io));
    return 0;
  });

const userName = (io: Io): string => (io.context.user === 0 ? "root" : (passwd(io).find((p) => p[2] === String(io.context.user))?.[0] ?? ""));
const passwd = (io: Io): string[][] => linesOf(io.files.read("/etc/passwd") ?? "").map((l) => l.split(":"));

/** The commands that look after files, time, processes and the surroundings. */
export const basics: Tools = {
  sleep, date, env, timeout, watch, xargs, base64, ls, rm, mkdir, find, expr, ps, top, kill, which, column, envsubst,
  cp: copier(false),
  mv: copier(true),
  md5sum: sum(md5),
  sha1sum: sum(sha1),
  sha256sum: sum(sha256),
  nohup: runner((io) => (io.argv.length > 1 ? { argv: io.argv.slice(1) } : 125)),
  stdbuf: runner((io) => ({ argv: io.argv.slice(1).filter((a, i, all) => !(a.startsWith("-") && all.slice(0, i).every((x) => x.startsWith("-")))) })),
  sudo: runner((io) => ({ argv: io.argv.slice(1) })),
  printenv: instant((io, args) => {
    if (args.length === 0) io.out(Object.entries(io.env).map(([k, v]) => `${k}=${v}\n`).join(""));
    for (const name of args) if (io.env[name] !== undefined) io.out(`${io.env[name]}\n`);
    return args.every((name) => io.env[name] !== undefined) ? 0 : 1;
  }),
  hostname: instant((io, args) => {
    io.out(args[0] === "-i" || args[0] === "-I" ? `${io.context.address}${args[0] === "-I" ? " " : ""}\n` : args[0] === "-s" ? `${io.context.hostname.split(".")[0]}\n` : `${io.context.hostname}\n`);
    return 0;
  }),
  id: instant((io, args) => {
    const uid = io.context.user;
    const name = userName(io);
    if (args[0] === "-u") io.out(`${args[1] === "-n" ? name || uid : uid}\n`);
    else if (args[0] === "-un") io.out(`${name || uid}\n`);
    else if (args[0] === "-g") io.out(`${uid}\n`);
    else io.out(`uid=${uid}${name ? `(${name})` : ""} gid=${uid}${name ? `(${name})` : ""} groups=${uid}${name ? `(${name})` : ""}\n`);
    return 0;
  }),
  whoami: instant((io) => {
    const name = userName(io);
    if (name) io.out(`${name}\n`);
    else io.err(io.flavour === "busybox" ? `whoami: unknown uid ${io.context.user}\n` : `whoami: cannot find name for user ID ${io.context.user}\n`);
    return name ? 0 : 1;
  }),
  uname: instant((io, args) => {
    const parts: Record<string, string> = { s: "Linux", n: io.context.hostname, r: "6.1.0-generic", v: "#1 SMP PREEMPT_DYNAMIC", m: "x86_64", o: "GNU/Linux" };
    const flags = args.join("").replace(/-/g, "") || "s";
    io.out(`${[..."snrvmo"].filter((c) => flags.includes("a") || flags.includes(c)).map((c) => parts[c]).join(" ")}\n`);
    return 0;
  }),
  arch: say(() => "x86_64\n"),
  nproc: say(() => "2\n"),
  tty: instant((io) => {
    io.out(io.tty(0) ? "/dev/pts/0\n" : "not a tty\n");
    return io.tty(0) ? 0 : 1;
  }),
  clear: say((io) => (io.tty(1) ? "\u001b[H\u001b[2J\u001b[3J" : "\u001b[H\u001b[2J")),
  reset: say(() => "\u001bc"),
  sync: instant(() => 0),
  chmod: instant((io, args) => {
    const missing = args.filter((a) => !a.startsWith("-")).slice(1).filter((p) => !exists(io, p));
    for (const p of missing) io.err(`chmod: cannot access '${p}': No such file or directory\n`);
    return missing.length ? 1 : 0;
  }),
  chown: instant(() => 0),
  vi: instant((io) => {
    io.err(`${io.argv[0]}: there is no screen to edit on here; write the file with cat <<EOF > file, or change it with sed -i\n`);
    return 1;
  }),
  rmdir: instant((io, args) => {
    let status = 0;
    for (const path of args.filter((a) => !a.startsWith("-"))) {
      const names = io.files.list(path);
      const why = !names ? (exists(io, path) ? "Not a directory" : "No such file or directory") : names.length ? "Directory not empty" : io.files.remove(path);
      if (why !== undefined) {
        io.err(io.flavour === "busybox" ? `rmdir: '${path}': ${why}\n` : `rmdir: failed to remove '${path}': ${why}\n`);
        status = 1;
      }
    }
    return status;
  }),
  touch: instant((io) => {
    const options = readOptions(io, { short: "cam:d:t:r:", long: { "no-create": "c" } });
    if (typeof options === "number") return options;
    let status = 0;
    for (const path of options.rest) {
      if (exists(io, path) || "c" in options.flags) continue;
      const why = io.files.write(path, "");
      if (why !== undefined) {
        io.err(io.flavour === "busybox" ? `touch: ${path}: ${why}\n` : `touch: cannot touch '${path}': ${why}\n`);
        status = 1;
      }
    }
    return status;
  }),
  basename: instant((io, args) => {
    if (args.length === 0) {
      io.err("basename: missing operand\nTry 'basename --help' for more information.\n");
      return 1;
    }
    let name = nameOf(args[0]);
    if (args[1] && name !== args[1] && name.endsWith(args[1])) name = name.slice(0, -args[1].length);
    io.out(`${name}\n`);
    return 0;
  }),
  dirname: instant((io, args) => {
    for (const path of args) {
      const trimmed = path.replace(/\/+$/, "");
      const at = trimmed.lastIndexOf("/");
      io.out(`${at < 0 ? (path.startsWith("/") ? "/" : ".") : trimmed.slice(0, at).replace(/\/+$/, "") || "/"}\n`);
    }
    return args.length ? 0 : 1;
  }),
  realpath: instant((io, args) => {
    for (const path of args.filter((a) => !a.startsWith("-"))) io.out(`${io.path(path)}\n`);
    return 0;
  }),
  readlink: instant((io, args) => {
    if (!args.some((a) => a.startsWith("-"))) return 1;
    for (const path of args.filter((a) => !a.startsWith("-"))) io.out(`${io.path(path)}\n`);
    return 0;
  }),
  mktemp: instant((io, args) => {
    const template = args.find((a) => !a.startsWith("-")) ?? "/tmp/tmp.XXXXXXXXXX";
    const path = template.replace(/X+$/, (x) => io.context.random.suffix(x.length));
    const why = args.includes("-d") ? io.files.mkdir(path) : io.files.write(path, "");
    if (why !== undefined) {
      io.err(`mktemp: failed to create ${args.includes("-d") ? "directory" : "file"} via template '${template}': ${why}\n`);
      return 1;
    }
    io.out(`${path}\n`);
    return 0;
  }),
  uptime: instant((io) => {
    const minutes = Math.floor(io.context.now / 60000);
    io.out(` ${formatDate(io.context.epoch + io.context.now, "%H:%M:%S")} up ${minutes >= 60 ? `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}` : `${minutes} min`},  0 users,  load average: 0.10, 0.10, 0.10\n`);
    return 0;
  }),
};
