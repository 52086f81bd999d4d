import { regular, type Regular } from "../regular";
import { readOptions } from "./options";
import { bytesOf, instant, type Io, lineFilter, linesOf, tool, type Tools, wholeFilter } from "./tool";

interface GrepState {
  patterns: string[];
  invert: boolean;
  only: boolean;
  count: boolean;
  quiet: boolean;
  number: boolean;
  list: boolean;
  without: boolean;
  names: boolean;
  silent: boolean;
  max: number;
  before: number;
  after: number;
  dialect: "basic" | "extended" | "fixed" | "perl";
  ignoreCase: boolean;
  whole: "" | "word" | "line";
  line: number;
  hits: number;
  found: boolean;
  held: string[];
  following: number;
  printed: number;
  context: boolean;
}

const compiled = new WeakMap<object, readonly Regular[]>();

function matchersOf(s: GrepState): readonly Regular[] {
  const found = compiled.get(s);
  if (found) return found;
  const list = s.patterns.map((p) => regular(p, s.dialect, { ignoreCase: s.ignoreCase, ...(s.whole === "" ? {} : { whole: s.whole }) })).filter((r): r is Regular => typeof r !== "string");
  compiled.set(s, list);
  return list;
}

const grepOptions = {
  short: "EFGPivoclnhHqswxre:A:B:C:m:RLaUbI",
  long: { "extended-regexp": "E", "fixed-strings": "F", "basic-regexp": "G", "perl-regexp": "P", "ignore-case": "i", "invert-match": "v", "only-matching": "o", count: "c", "files-with-matches": "l", "line-number": "n", "no-filename": "h", "with-filename": "H", quiet: "q", silent: "q", "no-messages": "s", "word-regexp": "w", "line-regexp": "x", recursive: "r", "regexp=": "e", "after-context=": "A", "before-context=": "B", "context=": "C", "max-count=": "m", "line-buffered": "U", "color?": "U", "colour?": "U", text: "a" },
  code: 2,
  digits: "C",
};

const grep = lineFilter<GrepState>({
  start(io) {
    const options = readOptions(io, grepOptions);
    if (typeof options === "number") return options;
    const { flags, all, rest } = options;
    const given = all["e"] ? [...all["e"]] : rest.length ? [rest[0]] : undefined;
    if (!given) {
      io.err("Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n");
      return 2;
    }
    let operands = all["e"] ? [...rest] : rest.slice(1);
    const recursive = "r" in flags || "R" in flags;
    if (recursive) operands = (operands.length ? operands : ["."]).flatMap((path) => walk(io, path));
    const dialect = "F" in flags ? "fixed" : "P" in flags ? "perl" : "E" in flags || io.argv[0] === "egrep" ? "extended" : io.argv[0] === "fgrep" ? "fixed" : "basic";
    const patterns = given.flatMap((p) => p.split("\n"));
    const whole = "x" in flags ? "line" : "w" in flags ? "word" : "";
    for (const pattern of patterns) {
      const made = regular(pattern, dialect, { ignoreCase: "i" in flags, ...(whole === "" ? {} : { whole }) });
      if (typeof made === "string") {
        io.err(`grep: ${/paren/.test(made) ? "Unmatched ( or \\(" : /bracket|character class/.test(made) ? "Unmatched [, [^, [:, [., or [=" : "Invalid regular expression"}\n`);
        return 2;
      }
    }
    const context = Number(flags["C"] ?? 0);
    return {
      operands,
      state: {
        patterns,
        invert: "v" in flags,
        only: "o" in flags,
        count: "c" in flags,
        quiet: "q" in flags,
        number: "n" in flags,
        list: "l" in flags,
        without: "L" in flags,
        names: "H" in flags || (!("h" in flags) && (operands.length > 1 || recursive)),
        silent: "s" in flags,
        max: "m" in flags ? Number(flags["m"]) : -1,
        before: Number(flags["B"] ?? context),
        after: Number(flags["A"] ?? context),
        dialect,
        ignoreCase: "i" in flags,
        whole,
        line: 0,
        hits: 0,
        found: false,
        held: [],
        following: 0,
        printed: -1,
        context: "A" in flags || "B" in flags || "C" in flags,
      },
    };
  },
  file(_io, s) {
    s.line = 0;
    s.hits = 0;
    s.held = [];
    s.following = 0;
    s.printed = -1;
  },
  line(io, s, line, file) {
    s.line++;
    if (s.max === 0 || (s.max > 0 && s.hits >= s.max && s.following === 0)) return undefined;
    const matchers = matchersOf(s);
    const hit = matchers.some((r) => r.test(line)) !== s.invert && !(s.max > 0 && s.hits >= s.max);
    const name = file === "-" ? "(standard input)" : file;
    const prefix = (mark: string, n = s.line): string => `${s.names ? name + mark : ""}${s.number ? `${n}${mark}` : ""}`;
    if (!hit) {
      if (s.count || s.list || s.without || s.quiet || s.only) return undefined;
      if (s.following > 0) {
        s.following--;
        s.printed = s.line;
        io.out(`${prefix("-")}${line}\n`);
      } else if (s.before > 0) {
        s.held.push(line);
        if (s.held.length > s.before) s.held.shift();
      }
      return undefined;
    }
    s.hits++;
    s.found = true;
    if (s.quiet) return false;
    if (s.list) {
      if (s.hits === 1) io.out(`${name}\n`);
      return undefined;
    }
    if (s.count || s.without) return undefined;
    if (s.only) {
      if (s.invert) return undefined;
      for (let at = 0; at <= line.length; ) {
        const found = matchers.map((r) => r.find(line, at)).filter((f) => f !== undefined).sort((a, b) => a.start - b.start || b.end - a.end)[0];
        if (!found) break;
        if (found.end > found.start) io.out(`${prefix(":")}${line.slice(found.start, found.end)}\n`);
        at = found.end > found.start ? found.end : found.end + 1;
      }
      return s.max > 0 && s.hits >= s.max && !s.names ? false : undefined;
    }
    if (s.context) {
      const from = s.line - s.held.length;
      if (s.printed >= 0 && from > s.printed + 1) io.out("--\n");
      s.held.forEach((text, i) => io.out(`${prefix("-", from + i)}${text}\n`));
      s.held = [];
      s.following = s.after;
    }
    s.printed = s.line;
    io.out(`${prefix(":")}${line}\n`);
    return s.max > 0 && s.hits >= s.max && s.after === 0 && !s.names ? false : undefined;
  },
  fileEnd(io, s, file) {
    const name = file === "-" ? "(standard input)" : file;
    if (s.count && !s.quiet) io.out(`${s.names ? `${name}:` : ""}${s.hits}\n`);
    if (s.without && s.hits === 0) io.out(`${name}\n`);
    return undefined;
  },
  complain(io, s, file, why) {
    if (!s.silent) io.err(`grep: ${file}: ${why}\n`);
  },
  end: (_io, s, failed) => (s.found ? (failed && !s.quiet ? 2 : 0) : failed ? 2 : 1),
});

/** The files below a path, sorted. */
export function walk(io: Io, path: string): string[] {
  const names = io.files.list(path);
  if (!names) return [path];
  return [...names].sort().flatMap((name) => walk(io, path === "." ? name : path.endsWith("/") ? path + name : `${path}/${name}`));
}

interface CatState {
  number: boolean;
  nonblank: boolean;
  squeeze: boolean;
  ends: boolean;
  tabs: boolean;
  visible: boolean;
  n: number;
  blank: boolean;
}

const cat = lineFilter<CatState>({
  start(io) {
    const options = readOptions(io, { short: "nbsEeTtAvu", long: { number: "n", "number-nonblank": "b", "squeeze-blank": "s", "show-ends": "E", "show-tabs": "T", "show-all": "A" } });
    if (typeof options === "number") return options;
    const { flags, rest } = options;
    const show = "A" in flags;
    return { operands: rest, state: { number: "n" in flags, nonblank: "b" in flags, squeeze: "s" in flags, ends: show || "E" in flags || "e" in flags, tabs: show || "T" in flags || "t" in flags, visible: show || "v" in flags, n: 0, blank: false } };
  },
  line(io, s, line, _file, newline) {
    if (s.squeeze && line === "" && s.blank) return;
    s.blank = line === "";
    let text = s.tabs ? line.replace(/\t/g, "^I") : line;
    if (s.nonblank ? line !== "" : s.number) text = `${String(++s.n).padStart(6)}\t${text}`;
    io.out(text + (newline ? `${s.ends ? "$" : ""}\n` : ""));
  },
  end: (_io, _s, failed) => (failed ? 1 : 0),
});

interface HeadState {
  limit: number;
  bytes: boolean;
  headers: boolean;
  seen: number;
  held: string[];
  first: boolean;
}

const head = lineFilter<HeadState>({
  start(io) {
    const options = readOptions(io, { short: "n:c:qv", long: { "lines=": "n", "bytes=": "c", quiet: "q", verbose: "v" }, digits: "n" });
    if (typeof options === "number") return options;
    const { flags, rest } = options;
    const text = flags["c"] ?? flags["n"] ?? "10";
    if (!/^[-+]?\d+[kKmM]?$/.test(text)) {
      io.err(`head: invalid number of ${"c" in flags ? "bytes" : "lines"}: '${text}'\n`);
      return 1;
    }
    const limit = Number(text.replace(/[kKmM]$/, "")) * (/k$/i.test(text) ? 1024 : /m$/i.test(text) ? 1048576 : 1);
    return { operands: rest, state: { limit, bytes: "c" in flags, headers: "v" in flags || (rest.length > 1 && !("q" in flags)), seen: 0, held: [], first: true } };
  },
  file(io, s, file) {
    s.seen = 0;
    s.held = [];
    if (s.headers) io.out(`${s.first ? "" : "\n"}==> ${file === "-" ? "standard input" : file} <==\n`);
    s.first = false;
  },
  line(io, s, line, _file, newline) {
    const text = line + (newline ? "\n" : "");
    if (s.bytes) {
      const left = s.limit - s.seen;
      if (left > 0) io.out(text.slice(0, left));
      s.seen += text.length;
      return s.seen >= s.limit && !s.headers ? false : undefined;
    }
    if (s.limit < 0) {
      s.held.push(text);
      if (s.held.length > -s.limit) io.out(s.held.shift()!);
      return undefined;
    }
    if (s.seen < s.limit) io.out(text);
    s.seen++;
    return s.seen >= s.limit && !s.headers ? false : undefined;
  },
  end: (_io, _s, failed) => (failed ? 1 : 0),
});

interface TailState {
  files: string[];
  at: number;
  from: boolean;
  limit: number;
  bytes: boolean;
  follow: boolean;
  headers: boolean;
  lengths: Record<string, number>;
  text: string;
  reading: boolean;
}

function tailOf(s: TailState, text: string): string {
  if (s.bytes) return s.from ? text.slice(Math.max(0, s.limit - 1)) : s.limit === 0 ? "" : text.slice(-s.limit);
  const lines = text.split("\n");
  const end = lines.at(-1) === "" ? lines.pop() : undefined;
  const kept = s.from ? lines.slice(Math.max(0, s.limit - 1)) : s.limit === 0 ? [] : lines.slice(-s.limit);
  return kept.length ? kept.join("\n") + (end === "" ? "\n" : "") : "";
}

const tail = tool<TailState>({
  start(io) {
    const plus = io.argv.map((a, i) => (i > 0 && /^\+\d+$/.test(a) && !/^(-[nc]|--lines|--bytes)$/.test(io.argv[i - 1]) ? `-n${a}` : a));
    const options = readOptions({ ...io, argv: plus }, { short: "n:c:fFqvs:", long: { "lines=": "n", "bytes=": "c", "follow?": "f", quiet: "q", "retry": "F" }, digits: "n" });
    if (typeof options === "number") return options;
    const { flags, rest } = options;
    const text = flags["c"] ?? flags["n"] ?? "10";
    if (!/^[-+]?\d+$/.test(text)) {
      io.err(`tail: invalid number of ${"c" in flags ? "bytes" : "lines"}: '${text}'\n`);
      return 1;
    }
    const s: TailState = { files: [...rest], at: 0, from: text.startsWith("+"), limit: Math.abs(Number(text)), bytes: "c" in flags, follow: "f" in flags || "F" in flags, headers: rest.length > 1 && !("q" in flags), lengths: {}, text: "", reading: false };
    if (rest.length === 0 || (rest.length === 1 && rest[0] === "-")) {
      s.reading = true;
      io.read();
      return s;
    }
    let failed = false;
    rest.forEach((file) => {
      const content = io.files.read(file);
      if (content === undefined) {
        io.err(`tail: cannot open '${file}' for reading: No such file or directory\n`);
        failed = true;
        return;
      }
      if (s.headers) io.out(`${s.at > 0 ? "\n" : ""}==> ${file} <==\n`);
      s.at++;
      io.out(tailOf(s, content));
      s.lengths[file] = content.length;
    });
    if (!s.follow || (failed && s.at === 0 && !("F" in flags))) {
      if (s.follow) io.err("tail: no files remaining\n");
      return failed ? 1 : 0;
    }
    io.sleep("follow", 1000);
    return s;
  },
  data(io, s, chunk) {
    s.text += chunk;
    if (s.from && !s.bytes) return;
    if (!s.from && !s.bytes && s.text.length > 1_000_000) s.text = tailOf(s, s.text);
    void io;
  },
  eof(io, s) {
    io.out(tailOf(s, s.text));
    io.exit(0);
  },
  wake(io, s) {
    for (const file of s.files) {
      const content = io.files.read(file);
      if (content === undefined) continue;
      const seen = s.lengths[file] ?? 0;
      if (content.length < seen) {
        io.err(`tail: ${file}: file truncated\n`);
        s.lengths[file] = 0;
        io.out(content);
      } else if (content.length > seen) io.out(content.slice(seen));
      s.lengths[file] = content.length;
    }
    io.sleep("follow", 1000);
  },
});

const wc = wholeFilter<{ lines: boolean; words: boolean; bytes: boolean; chars: boolean; longest: boolean; many: boolean; named: boolean }>({
  start(io) {
    const options = readOptions(io, { short: "lwcmL", long: { lines: "l", words: "w", bytes: "c", chars: "m", "max-line-length": "L" } });
    if (typeof options === "number") return options;
    const { flags, rest } = options;
    const none = Object.keys(flags).length === 0;
    return { operands: rest, state: { lines: none || "l" in flags, words: none || "w" in flags, bytes: none || "c" in flags, chars: "m" in flags, longest: "L" in flags, many: rest.length > 1, named: rest.length > 0 } };
  },
  end(io, s, inputs, failed) {
    const total = [0, 0, 0, 0, 0];
    const rows = inputs.map(({ name, text }) => {
      const counts = [(text!.match(/\n/g) ?? []).length, text!.split(/\s+/).filter((w) => w !== "").length, [...text!].length, bytesOf(text!), Math.max(0, ...text!.split("\n").map((l) => l.length))];
      counts.forEach((n, i) => (total[i] = i === 4 ? Math.max(total[i], n) : total[i] + n));
      return { counts, name };
    });
    const wanted = [s.lines, s.words, s.chars, s.bytes, s.longest];
    const single = wanted.filter(Boolean).length === 1;
    const pad = io.flavour === "busybox" ? 9 : 0;
    const width = single && !s.many ? 1 : s.named && !s.many ? String(Math.max(...total)).length : s.named ? String(total[3]).length : 7;
    const show = (counts: readonly number[], name: string): void => {
      const cells = counts.filter((_n, i) => wanted[i]).map((n) => String(n).padStart(io.flavour === "busybox" && !single ? pad : width));
      io.out(`${cells.join(" ")}${s.named ? ` ${name}` : ""}\n`);
    };
    for (const row of rows) show(row.counts, row.name);
    if (s.many) show(total, "total");
    return failed ? 1 : 0;
  },
});

interface SortState {
  numeric: boolean;
  general: boolean;
  human: boolean;
  version: boolean;
  reverse: boolean;
  unique: boolean;
  fold: boolean;
  blanks: boolean;
  stable: boolean;
  check: boolean;
  output: string;
  separator: string;
  keys: string[];
}

export function compareVersions(a: string, b: string): number {
  const split = (t: string): string[] => t.match(/\d+|\D+/g) ?? [];
  const [x, y] = [split(a), split(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const [p, q] = [x[i], y[i]];
    if (/^\d/.test(p) && /^\d/.test(q)) {
      if (Number(p) !== Number(q)) return Number(p) - Number(q);
    } else if (p !== q) return p < q ? -1 : 1;
  }
  return x.length - y.length;
}

const leading = (text: string): number => Number(/^\s*([-+]?\d*\.?\d*)/.exec(text)?.[1] || 0) || 0;
const humanSize = (text: string): number => leading(text) * 1024 ** Math.max(0, " KMGTPE".indexOf((/^\s*[-+]?[\d.]+\s*([KMGTPEk])/.exec(text)?.[1] ?? " ").toUpperCase()));

const sort = wholeFilter<SortState>({
  start(io) {
    const options = readOptions(io, { short: "nghVrufbsck:t:o:dimz", long: { "numeric-sort": "n", "general-numeric-sort": "g", "human-numeric-sort": "h", "version-sort": "V", reverse: "r", unique: "u", "ignore-case": "f", "ignore-leading-blanks": "b", stable: "s", check: "c", "key=": "k", "field-separator=": "t", "output=": "o" }, code: 2 });
    if (typeof options === "number") return options;
    const { flags, all, rest } = options;
    return { operands: rest, state: { numeric: "n" in flags, general: "g" in flags, human: "h" in flags, version: "V" in flags, reverse: "r" in flags, unique: "u" in flags, fold: "f" in flags, blanks: "b" in flags, stable: "s" in flags, check: "c" in flags, output: flags["o"] ?? "", separator: (flags["t"] ?? "").replace(/^\\t$/, "\t"), keys: [...(all["k"] ?? [])] } };
  },
  complain: (io, file, why) => io.err(`sort: cannot read: ${file}: ${why}\n`),
  end(io, s, inputs, failed) {
    if (failed) return 2;
    const lines = inputs.flatMap((i) => linesOf(i.text!));
    const fieldsOf = (line: string): string[] => (s.separator ? line.split(s.separator) : (line.match(/\s*\S+|\s+$/g) ?? []));
    interface Key {
      part(line: string): string;
      flags: string;
    }
    const keys: Key[] = s.keys.map((spec) => {
      const found = /^(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.(\d+))?([a-zA-Z]*))?$/.exec(spec);
      if (!found) return { part: (line) => line, flags: "" };
      const [, f1, c1, o1, f2, c2, o2] = found;
      return {
        flags: (o1 ?? "") + (o2 ?? ""),
        part(line) {
          const fields = fieldsOf(line);
          const to = f2 === undefined ? fields.length : Number(f2);
          const join = s.separator || "";
          if (f2 !== undefined && Number(f2) === Number(f1) && c2 !== undefined) return (fields[Number(f1) - 1] ?? "").slice(Number(c1 ?? 1) - 1, Number(c2));
          const text = fields.slice(Number(f1) - 1, to).join(join);
          return c1 ? text.slice(Number(c1) - 1) : text;
        },
      };
    });
    const kindCompare = (a: string, b: string, flags: string): number => {
      const has = (c: string, global: boolean): boolean => flags.includes(c) || (!/[nghVfdiMb]/.test(flags) && global);
      if (has("n", s.numeric)) return leading(a) - leading(b);
      if (has("g", s.general)) return (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0);
      if (has("h", s.human)) return humanSize(a) - humanSize(b);
      if (has("V", s.version)) return compareVersions(a, b);
      const trim = has("b", s.blanks) ? (t: string): string => t.trimStart() : (t: string): string => t;
      const fold = has("f", s.fold) ? (t: string): string => trim(t).toUpperCase() : trim;
      const [x, y] = [fold(a), fold(b)];
      return x < y ? -1 : x > y ? 1 : 0;
    };
    const compare = (a: string, b: string): number => {
      for (const key of keys) {
        const order = kindCompare(key.part(a), key.part(b), key.flags);
        const own = /[a-zA-Z]/.test(key.flags);
        if (order !== 0) return (own ? key.flags.includes("r") : s.reverse) ? -order : order;
      }
      if (!keys.length) {
        const order = kindCompare(a, b, "");
        if (order !== 0) return s.reverse ? -order : order;
      }
      return 0;
    };
    const last = (a: string, b: string): number => {
      const order = compare(a, b);
      if (order !== 0 || s.stable || s.unique) return order;
      return (a < b ? -1 : a > b ? 1 : 0) * (s.reverse ? -1 : 1);
    };
    if (s.check) {
      for (let i = 1; i < lines.length; i++)
        if (last(lines[i - 1], lines[i]) > 0) {
          io.err(`sort: -:${i + 1}: disorder: ${lines[i]}\n`);
          return 1;
        }
      return 0;
    }
    let sorted = [...lines].sort(last);
    if (s.unique) sorted = sorted.filter((line, i) => i === 0 || compare(sorted[i - 1], line) !== 0);
    const text = sorted.length ? `${sorted.join("\n")}\n` : "";
    if (s.output) io.files.write(s.output, text);
    else io.out(text);
    return 0;
  },
});

interface UniqState {
  count: boolean;
  repeated: boolean;
  single: boolean;
  fold: boolean;
  skipFields: number;
  skipChars: number;
  last: string | null;
  n: number;
}

const uniq = lineFilter<UniqState>({
  start(io) {
    const options = readOptions(io, { short: "cduif:s:w:", long: { count: "c", repeated: "d", unique: "u", "ignore-case": "i" } });
    if (typeof options === "number") return options;
    const { flags, rest } = options;
    return { operands: rest.slice(0, 1), state: { count: "c" in flags, repeated: "d" in flags, single: "u" in flags, fold: "i" in flags, skipFields: Number(flags["f"] ?? 0), skipChars: Number(flags["s"] ?? 0), last: null, n: 0 } };
  },
  line(io, s, line) {
    if (s.last !== null && uniqKey(s, s.last) === uniqKey(s, line)) {
      s.n++;
      return;
    }
    uniqPrint(io, s);
    s.last = line;
    s.n = 1;
  },
  end(io, s, failed) {
    uniqPrint(io, s);
    return failed ? 1 : 0;
  },
});

function uniqKey(s: UniqState, line: string): string {
  let text = line;
  for (let i = 0; i < s.skipFields; i++) text = text.replace(/^\s*\S+/, "");
  text = text.slice(s.skipChars);
  return s.fold ? text.toLowerCase() : text;
}

function uniqPrint(io: Io, s: UniqState): void {
  if (s.last === null || (s.repeated && s.n < 2) || (s.single && s.n > 1)) return;
  io.out(`${s.count ? `${String(s.n).padStart(7)} ` : ""}${s.last}\n`);
}

/** The ranges of cut ("1,3-5,7-"); undefined where the list is wrong. */
function ranges(list: string): { from: number; to: number }[] | undefined {
  const out: { from: number; to: number }[] = [];
  for (const part of list.split(",")) {
    const found = /^(\d*)(-?)(\d*)$/.exec(part);
    if (!found || (found[1] === "" && found[3] === "")) return undefined;
    const from = found[1] === "" ? 1 : Number(found[1]);
    const to = found[2] === "" ? from : found[3] === "" ? Infinity : Number(found[3]);
    if (from < 1 || to < from) return undefined;
    out.push({ from, to: to === Infinity ? 1e9 : to });
  }
  return out;
}

const cut = lineFilter<{ kind: "f" | "c"; list: { from: number; to: number }[]; delimiter: string; only: boolean; complement: boolean; join: string }>({
  start(io) {
    const options = readOptions(io, { short: "f:d:c:b:sn", long: { "fields=": "f", "delimiter=": "d", "characters=": "c", "bytes=": "b", "only-delimited": "s", complement: "C", "output-delimiter=": "O" } });
    if (typeof options === "number") return options;
    const { flags, rest } = options;
    const list = flags["f"] ?? flags["c"] ?? flags["b"];
    if (list === undefined) {
      io.err("cut: you must specify a list of bytes, characters, or fields\nTry 'cut --help' for more information.\n");
      return 1;
    }
    if ((flags["d"] ?? " ").length !== 1) {
      io.err("cut: the delimiter must be a single character\nTry 'cut --help' for more information.\n");
      return 1;
    }
    const parsed = ranges(list);
    if (!parsed) {
      io.err(`cut: invalid ${"f" in flags ? "field" : "byte or character"} ${list === "0" || list.startsWith("0") ? `${"f" in flags ? "" : ""}range` : `value '${list}'`}\nTry 'cut --help' for more information.\n`);
      return 1;
    }
    const delimiter = flags["d"] ?? "\t";
    return { operands: rest, state: { kind: "f" in flags ? "f" : "c", list: parsed, delimiter, only: "s" in flags, complement: "C" in flags, join: flags["O"] ?? ("f" in flags ? delimiter : "") } };
  },
  line(io, s, line) {
    const wanted = (n: number): boolean => s.list.some((r) => n >= r.from && n <= r.to) !== s.complement;
    if (s.kind === "c") io.out(`${[...line].filter((_c, i) => wanted(i + 1)).join("")}\n`);
    else if (!line.includes(s.delimiter)) {
      if (!s.only) io.out(`${line}\n`);
    } else io.out(`${line.split(s.delimiter).filter((_f, i) => wanted(i + 1)).join(s.join)}\n`);
  },
  end: (_io, _s, failed) => (failed ? 1 : 0),
});

/** The characters of tr's set: ranges, classes, escapes. */
function trSet(text: string): string[] {
  const out: string[] = [];
  const classes: Record<string, string> = { upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", lower: "abcdefghijklmnopqrstuvwxyz", digit: "0123456789", space: "\t\n\v\f\r ", blank: "\t ", punct: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", xdigit: "0123456789ABCDEFabcdef" };
  classes["alpha"] = classes["upper"] + classes["lower"];
  classes["alnum"] = classes["digit"] + classes["alpha"];
  classes["print"] = Array.from({ length: 95 }, (_x, i) => String.fromCharCode(32 + i)).join("");
  classes["graph"] = classes["print"].slice(1);
  classes["cntrl"] = Array.from({ length: 32 }, (_x, i) => String.fromCharCode(i)).join("") + "\x7f";
  const chars: string[] = [];
  const literal: boolean[] = [];
  for (let i = 0; i < text.length; i++) {
    const cls = /^\[:(\w+):\]/.exec(text.slice(i));
    if (cls && classes[cls[1]]) {
      for (const c of classes[cls[1]]) {
        chars.push(c);
        literal.push(true);
      }
      i += cls[0].length - 1;
    } else if (text[i] === "\\" && i + 1 < text.length) {
      const oct = /^[0-7]{1,3}/.exec(text.slice(i + 1));
      chars.push(oct ? String.fromCharCode(parseInt(oct[0], 8)) : ({ n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" }[text[i + 1]] ?? text[i + 1]));
      literal.push(true);
      i += oct ? oct[0].length : 1;
    } else {
      chars.push(text[i]);
      literal.push(false);
    }
  }
  for (let i = 0; i < chars.length; i++) {
    if (chars[i + 1] === "-" && !literal[i + 1] && i + 2 < chars.length) {
      for (let c = chars[i].charCodeAt(0); c <= chars[i + 2].charCodeAt(0); c++) out.push(String.fromCharCode(c));
      i += 2;
    } else out.push(chars[i]);
  }
  return out;
}

const tr = tool<{ remove: boolean; squeeze: boolean; complement: boolean; from: string[]; to: string[]; last: string }>({
  start(io) {
    const options = readOptions(io, { short: "dscCt", long: { delete: "d", "squeeze-repeats": "s", complement: "c", "truncate-set1": "t" }, posix: true });
    if (typeof options === "number") return options;
    const { flags, rest } = options;
    if (rest.length === 0 || (rest.length === 1 && !("d" in flags) && !("s" in flags))) {
      io.err(rest.length === 0 ? "tr: missing operand\nTry 'tr --help' for more information.\n" : `tr: missing operand after '${rest[0]}'\nTwo strings must be given when translating.\nTry 'tr --help' for more information.\n`);
      return 1;
    }
    io.read();
    return { remove: "d" in flags, squeeze: "s" in flags, complement: "c" in flags || "C" in flags, from: trSet(rest[0]), to: trSet(rest[1] ?? ""), last: "" };
  },
  data(io, s, chunk) {
    const from = new Map(s.from.map((c, i) => [c, i] as const));
    const squeezed = new Set(s.to.length ? s.to : s.from);
    let out = "";
    for (const c of chunk) {
      const inSet = from.has(c) !== s.complement;
      let mapped = c;
      if (inSet) {
        if (s.remove) continue;
        if (s.to.length) mapped = s.complement ? s.to.at(-1)! : (s.to[from.get(c)!] ?? s.to.at(-1)!);
      }
      if (s.squeeze && mapped === s.last && (s.to.length ? squeezed.has(mapped) : inSet)) continue;
      s.last = mapped;
      out += mapped;
    }
    io.out(out);
  },
  eof: (io) => io.exit(0),
});

const tee = tool<{ files: string[]; texts: string[] }>({
  start(io) {
    const options = readOptions(io, { short: "aip", long: { append: "a" } });
    if (typeof options === "number") return options;
    const s = { files: [...options.rest], texts: options.rest.map((f) => ("a" in options.flags ? (io.files.read(f) ?? "") : "")) };
    s.files.forEach((file, i) => {
      const why = io.files.write(file, s.texts[i]);
      if (why !== undefined) io.err(`tee: ${file}: ${why}\n`);
    });
    io.read();
    return s;
  },
  data(io, s, chunk) {
    io.out(chunk);
    s.files.forEach((file, i) => {
      s.texts[i] += chunk;
      io.files.write(file, s.texts[i]);
    });
  },
  eof: (io) => io.exit(0),
});

const rev = lineFilter<null>({
  start: (io) => ({ operands: io.argv.slice(1), state: null }),
  line: (io, _s, line, _f, newline) => io.out([...line].reverse().join("") + (newline ? "\n" : "")),
  end: (_io, _s, failed) => (failed ? 1 : 0),
});

const nl = lineFilter<{ all: boolean; n: number; width: number; gap: string }>({
  start(io) {
    const options = readOptions(io, { short: "b:w:s:v:n:" });
    if (typeof options === "number") return options;
    return { operands: options.rest, state: { all: options.flags["b"] === "a", n: Number(options.flags["v"] ?? 1) - 1, width: Number(options.flags["w"] ?? 6), gap: options.flags["s"] ?? "\t" } };
  },
  line(io, s, line) {
    if (line === "" && !s.all) io.out(`${" ".repeat(s.width + s.gap.length)}\n`);
    else io.out(`${String(++s.n).padStart(s.width)}${s.gap}${line}\n`);
  },
  end: (_io, _s, failed) => (failed ? 1 : 0),
});

const tac = wholeFilter<null>({
  start: (io) => ({ operands: io.argv.slice(1), state: null }),
  end(io, _s, inputs, failed) {
    for (const input of inputs) io.out(linesOf(input.text!).reverse().map((l) => `${l}\n`).join(""));
    return failed ? 1 : 0;
  },
});

const paste = wholeFilter<{ delimiters: string; serial: boolean; operands: readonly string[] }>({
  start(io) {
    const options = readOptions(io, { short: "d:s", long: { "delimiters=": "d", serial: "s" } });
    if (typeof options === "number") return options;
    const dashes = options.rest.filter((f) => f === "-").length;
    return { operands: dashes > 1 ? ["-"] : options.rest, state: { delimiters: (options.flags["d"] ?? "\t").replace(/\\n/g, "\n").replace(/\\t/g, "\t"), serial: "s" in options.flags, operands: [...options.rest] } };
  },
  end(io, s, inputs, failed) {
    const join = (cells: readonly string[]): string => cells.reduce((out, cell, i) => (i === 0 ? cell : out + (s.delimiters === "" ? "" : s.delimiters[(i - 1) % s.delimiters.length]) + cell), "");
    if (s.serial) {
      for (const input of inputs) io.out(`${join(linesOf(input.text!))}\n`);
      return failed ? 1 : 0;
    }
    const dashes = s.operands.filter((f) => f === "-").length;
    const columns: string[][] = [];
    if (dashes > 1) {
      const lines = linesOf(inputs[0]?.text ?? "");
      for (let i = 0; i < dashes; i++) columns.push(lines.filter((_l, n) => n % dashes === i));
    } else for (const input of inputs) columns.push(linesOf(input.text!));
    const rows = Math.max(0, ...columns.map((c) => c.length));
    for (let i = 0; i < rows; i++) io.out(`${join(columns.map((c) => c[i] ?? ""))}\n`);
    return failed ? 1 : 0;
  },
});

const fold = lineFilter<{ width: number; spaces: boolean }>({
  start(io) {
    const options = readOptions(io, { short: "w:sb", digits: "w" });
    if (typeof options === "number") return options;
    return { operands: options.rest, state: { width: Number(options.flags["w"] ?? 80), spaces: "s" in options.flags } };
  },
  line(io, s, line, _f, newline) {
    let rest = line;
    while (rest.length > s.width) {
      let at = s.width;
      if (s.spaces) {
        const space = rest.lastIndexOf(" ", s.width - 1);
        if (space > 0) at = space + 1;
      }
      io.out(`${rest.slice(0, at)}\n`);
      rest = rest.slice(at);
    }
    io.out(rest + (newline ? "\n" : ""));
  },
  end: (_io, _s, failed) => (failed ? 1 : 0),
});

const seq = tool<{ at: number; from: number; step: number; to: number; separator: string; width: number; digits: number; begun: boolean }>({
  start(io) {
    const args: string[] = [];
    let separator = "\n";
    let equal = false;
    const given = io.argv.slice(1);
    for (let i = 0; i < given.length; i++) {
      const a = given[i];
      if (a === "-w") equal = true;
      else if (a === "-s") separator = given[++i] ?? "";
      else if (a.startsWith("-s")) separator = a.slice(2);
      else args.push(a);
    }
    for (const a of args)
      if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(a)) {
        io.err(`seq: invalid floating point argument: '${a}'\nTry 'seq --help' for more information.\n`);
        return 1;
      }
    if (args.length === 0 || args.length > 3) {
      io.err(args.length ? `seq: extra operand '${args[3]}'\nTry 'seq --help' for more information.\n` : "seq: missing operand\nTry 'seq --help' for more information.\n");
      return 1;
    }
    const from = args.length > 1 ? Number(args[0]) : 1;
    const step = args.length > 2 ? Number(args[1]) : 1;
    const to = Number(args.at(-1));
    if (step === 0) {
      io.err(`seq: invalid Zero increment value: '${args[1]}'\nTry 'seq --help' for more information.\n`);
      return 1;
    }
    const decimals = (t: string): number => t.split(".")[1]?.length ?? 0;
    const digits = Math.max(...args.slice(0, -1).map(decimals), args.length === 1 ? 0 : 0);
    const width = equal ? Math.max(from.toFixed(digits).length, to.toFixed(digits).length) : 0;
    io.again();
    return { at: 0, from, step, to, separator, width, digits, begun: false };
  },
  run(io, s) {
    let out = "";
    for (let i = 0; i < 500; i++) {
      const value = s.from + s.at * s.step;
      if (s.step > 0 ? value > s.to + 1e-9 : value < s.to - 1e-9) {
        io.out(out + (s.begun ? "\n" : ""));
        io.exit(0);
        return;
      }
      const text = value.toFixed(s.digits);
      out += (s.begun ? s.separator : "") + (text.startsWith("-") ? `-${text.slice(1).padStart(s.width - 1, "0")}` : text.padStart(s.width, "0"));
      s.begun = true;
      s.at++;
    }
    io.out(out);
    io.again();
  },
});

const yes = tool<{ line: string }>({
  start(io) {
    io.again();
    return { line: `${io.argv.slice(1).join(" ") || "y"}\n` };
  },
  run(io, s) {
    io.out(s.line.repeat(Math.max(1, Math.min(512, Math.floor(1024 / s.line.length)))));
    io.again();
  },
});

/** The streaming filters. */
export const streams: Tools = {
  cat, head, tail, grep, egrep: grep, fgrep: grep, wc, sort, uniq, cut, tr, tee, rev, nl, tac, paste, fold, seq, yes,
  comm: instant((io, args) => {
    const [a, b] = args.filter((x) => !x.startsWith("-")).map((f) => linesOf(io.files.read(f) ?? ""));
    const hide = args.filter((x) => x.startsWith("-")).join("");
    if (!a || !b) return 1;
    const tab = (n: number): string => "\t".repeat([1, 2].filter((c) => c < n && !hide.includes(String(c))).length);
    for (let i = 0, j = 0; i < a.length || j < b.length; ) {
      if (j >= b.length || (i < a.length && a[i] < b[j])) {
        if (!hide.includes("1")) io.out(`${a[i]}\n`);
        i++;
      } else if (i >= a.length || b[j] < a[i]) {
        if (!hide.includes("2")) io.out(`${tab(2)}${b[j]}\n`);
        j++;
      } else {
        if (!hide.includes("3")) io.out(`${tab(3)}${a[i]}\n`);
        i++;
        j++;
      }
    }
    return 0;
  }),
};
