import { regular, type Found, type Regular } from "../regular";
import { readOptions } from "./options";
import { type Io, linesOf, tool } from "./tool";

type Address = { readonly is: "line"; readonly n: number } | { readonly is: "last" } | { readonly is: "regex"; readonly source: string; readonly fold: boolean } | { readonly is: "step"; readonly first: number; readonly step: number };

interface Command {
  readonly from?: Address;
  readonly to?: Address | { readonly is: "plus"; readonly n: number };
  readonly not: boolean;
  readonly name: string;
  readonly text: string;
  readonly regex?: string;
  readonly fold?: boolean;
  readonly all?: boolean;
  readonly print?: boolean;
  readonly nth?: number;
  readonly file?: string;
  /** For "{": the place behind its "}". For b, t, T: where to go. */
  readonly jump?: number;
}

/** Reads a script; a string is the error after "sed: -e expression #1, ". */
function parse(script: string, extended: boolean): Command[] | string {
  const out: Command[] = [];
  const open: number[] = [];
  const labels: Record<string, number> = {};
  let at = 0;
  const fail = (why: string): string => `char ${at}: ${why}`;
  const until = (mark: string, keepEscape: boolean): string | undefined => {
    let text = "";
    let bracket = false;
    for (; at < script.length; at++) {
      const c = script[at];
      if (c === "\\" && at + 1 < script.length) {
        const next = script[++at];
        if (next === mark && !bracket) text += keepEscape && /[.*[\]^$+?(){}|&]/.test(mark) ? `\\${mark}` : mark;
        else if (next === "n" && keepEscape) text += "\\n";
        else text += `\\${next}`;
        continue;
      }
      if (keepEscape && c === "[" && !bracket) {
        bracket = true;
        const rest = /^\[\^?\]?/.exec(script.slice(at))![0];
        text += rest;
        at += rest.length - 1;
        continue;
      }
      if (bracket && c === "]") bracket = false;
      if (c === mark && !bracket) {
        at++;
        return text;
      }
      text += c;
    }
    return undefined;
  };
  const address = (): Address | undefined | string => {
    const number = /^(\d+)(~(\d+))?/.exec(script.slice(at));
    if (number) {
      at += number[0].length;
      return number[3] === undefined ? { is: "line", n: Number(number[1]) } : { is: "step", first: Number(number[1]), step: Number(number[3]) };
    }
    if (script[at] === "$") {
      at++;
      return { is: "last" };
    }
    if (script[at] === "/" || (script[at] === "\\" && script[at + 1] !== undefined)) {
      const mark = script[at] === "/" ? "/" : script[++at];
      at++;
      const source = until(mark, true);
      if (source === undefined) return fail("unterminated address regex");
      const fold = script[at] === "I";
      if (fold) at++;
      return { is: "regex", source, fold };
    }
    return undefined;
  };
  while (at < script.length) {
    if (/[\s;]/.test(script[at])) {
      at++;
      continue;
    }
    if (script[at] === "#") {
      while (at < script.length && script[at] !== "\n") at++;
      continue;
    }
    const from = address();
    if (typeof from === "string") return from;
    let to: Command["to"];
    if (from && /^\s*,/.test(script.slice(at))) {
      at += /^\s*,\s*/.exec(script.slice(at))![0].length;
      const plus = /^\+(\d+)/.exec(script.slice(at));
      if (plus) {
        at += plus[0].length;
        to = { is: "plus", n: Number(plus[1]) };
      } else {
        const second = address();
        if (second === undefined) return fail("unexpected `,'");
        if (typeof second === "string") return second;
        to = second;
      }
    }
    at += /^\s*/.exec(script.slice(at))![0].length;
    let not = false;
    while (script[at] === "!") {
      not = true;
      at++;
      at += /^\s*/.exec(script.slice(at))![0].length;
    }
    const name = script[at++];
    const base = { ...(from ? { from } : {}), ...(to ? { to } : {}), not };
    if (name === undefined) return fail("missing command");
    if (name === "{") {
      open.push(out.length);
      out.push({ ...base, name, text: "" });
    } else if (name === "}") {
      const start = open.pop();
      if (start === undefined) return fail("unexpected `}'");
      out[start] = { ...out[start], jump: out.length };
    } else if (name === "s") {
      const mark = script[at++];
      if (mark === undefined) return fail("unterminated `s' command");
      const regex = until(mark, true);
      const text = regex === undefined ? undefined : until(mark, false);
      if (text === undefined || regex === undefined) return fail("unterminated `s' command");
      const flags = /^[gpiIme0-9]*/.exec(script.slice(at))![0];
      at += flags.length;
      let file: string | undefined;
      if (script[at] === "w") {
        const rest = /^w\s*([^\n]*)/.exec(script.slice(at))!;
        file = rest[1]!;
        at += rest[0].length;
      }
      if (script[at] !== undefined && !/[\s;}#]/.test(script[at])) {
        at++;
        return fail("unknown option to `s'");
      }
      out.push({ ...base, name, text, regex, fold: /i/i.test(flags), all: flags.includes("g"), print: flags.includes("p"), nth: Number(/\d+/.exec(flags)?.[0] ?? 0), ...(file === undefined ? {} : { file }) });
    } else if (name === "y") {
      const mark = script[at++] ?? "";
      const regex = until(mark, false);
      const text = regex === undefined ? undefined : until(mark, false);
      if (text === undefined || regex === undefined) return fail("unterminated `y' command");
      const plain = (t: string): string => t.replace(/\\n/g, "\n").replace(/\\\\/g, "\\");
      if (plain(regex).length !== plain(text).length) return fail("strings for `y' command are different lengths");
      out.push({ ...base, name, text: plain(text), regex: plain(regex) });
    } else if ("aic".includes(name)) {
      const rest = /^[ \t]*(?:\\\n?[ \t]*)?((?:[^\\\n]|\\[\s\S])*)/.exec(script.slice(at))!;
      at += rest[0].length;
      if (rest[1] === "" && at >= script.length) return `char ${script.length}: expected \\ after \`a', \`c' or \`i'`;
      out.push({ ...base, name, text: rest[1].replace(/\\([\s\S])/g, (_all, c: string) => (c === "t" ? "\t" : c)) });
    } else if ("btT:".includes(name)) {
      const rest = /^\s*([^;\n}]*)/.exec(script.slice(at))!;
      at += rest[0].length;
      const label = rest[1].trim();
      if (name === ":") labels[label] = out.length;
      else out.push({ ...base, name, text: label });
    } else if ("rwR".includes(name)) {
      const rest = /^[ \t]*([^\n]*)/.exec(script.slice(at))!;
      at += rest[0].length;
      out.push({ ...base, name, text: rest[1] });
    } else if ("dDpPnNgGhHxqQl=zF".includes(name)) {
      const code = "qQ".includes(name) ? (/^\s*(\d+)/.exec(script.slice(at)) ?? null) : null;
      if (code) at += code[0].length;
      at += /^[ \t]*/.exec(script.slice(at))![0].length;
      if (script[at] !== undefined && !/[\s;}#]/.test(script[at])) {
        at++;
        return fail("extra characters after command");
      }
      out.push({ ...base, name, text: code?.[1] ?? "" });
    } else return fail(`unknown command: \`${name}'`);
  }
  if (open.length) return "char 0: unmatched `{'";
  const finished: Command[] = [];
  for (const c of out) {
    if (!"btT".includes(c.name)) finished.push(c);
    else {
      const jump = c.text === "" ? out.length : labels[c.text];
      if (jump === undefined) return `can't find label for jump to \`${c.text}'`;
      finished.push({ ...c, jump });
    }
  }
  for (const c of finished) {
    for (const source of [c.name === "s" ? c.regex : undefined, c.from?.is === "regex" ? c.from.source : undefined]) {
      if (source === undefined || source === "") continue;
      const made = regular(source, extended ? "extended" : "basic");
      if (typeof made === "string") return `char ${script.length}: ${/paren/.test(made) ? "Unmatched ( or \\(" : /backreference|escape/.test(made) ? "Invalid back reference" : "Invalid preceding regular expression"}`;
    }
  }
  return finished;
}

interface SedState {
  script: string;
  extended: boolean;
  quiet: boolean;
  inPlace: string | null;
  queue: string[];
  file: string;
  rest: string;
  waiting: { line: string; newline: boolean }[];
  ended: boolean;
  n: number;
  hold: string;
  ranges: Record<string, number>;
  code: number;
  written: string;
  files: Record<string, string>;
  lastRegex: string;
  stdin: boolean;
  stopped: boolean;
}

const scripts = new Map<string, readonly Command[] | string>();

function commandsOf(script: string, extended: boolean): readonly Command[] | string {
  const key = `${extended ? "E" : "B"}${script}`;
  const found = scripts.get(key) ?? parse(script, extended);
  if (scripts.size > 100) scripts.clear();
  scripts.set(key, found);
  return found;
}

/** sed, a line at a time: it streams, and holds one line back to know the last. */
export const sed = tool<SedState>({
  start(io) {
    const options = readOptions(withSuffix(io), { short: "nrEe:f:i:suzl:", long: { quiet: "n", silent: "n", "regexp-extended": "E", "expression=": "e", "file=": "f", "in-place=": "i", separate: "s", unbuffered: "u" } });
    if (typeof options === "number") return options;
    const { flags, all, rest } = options;
    const operands = [...rest];
    const parts = [...(all["e"] ?? []), ...(all["f"] ?? []).map((f) => (io.files.read(f) ?? "").replace(/\n$/, ""))];
    if (!parts.length) {
      const first = operands.shift();
      if (first === undefined) {
        io.err("Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n");
        return 1;
      }
      parts.push(first);
    }
    const script = parts.join("\n");
    const extended = "E" in flags || "r" in flags;
    const commands = commandsOf(script, extended);
    if (typeof commands === "string") {
      io.err(io.flavour === "busybox" ? `sed: ${commands.replace(/^char \d+: /, "")}\n` : `sed: -e expression #1, ${commands}\n`);
      return 1;
    }
    const s: SedState = { script, extended, quiet: "n" in flags || script.startsWith("#n\n"), inPlace: "i" in flags ? flags["i"] : null, queue: operands.length ? operands : ["-"], file: "", rest: "", waiting: [], ended: false, n: 0, hold: "", ranges: {}, code: 0, written: "", files: {}, lastRegex: "", stdin: false, stopped: false };
    next(io, s);
    return s;
  },
  data(io, s, chunk) {
    const lines = (s.rest + chunk).split("\n");
    s.rest = lines.pop()!;
    s.waiting.push(...lines.map((line) => ({ line, newline: true })));
    drain(io, s);
  },
  eof(io, s) {
    io.read(false);
    if (s.rest !== "") s.waiting.push({ line: s.rest, newline: false });
    s.rest = "";
    s.stdin = false;
    next(io, s);
  },
});

/** GNU's -i takes its suffix only when attached. */
function withSuffix(io: Io): Io {
  return { ...io, argv: io.argv.flatMap((a, i) => (i > 0 && /^-[nErsuz]*i$/.test(a) ? [...(a.length > 2 ? [a.slice(0, -1)] : []), "--in-place="] : [a])) };
}

function next(io: Io, s: SedState): void {
  for (;;) {
    if (s.inPlace !== null) {
      drain(io, s, true);
      if (s.file !== "" && s.file !== "-") {
        if (s.inPlace) io.files.write(`${s.file}${s.inPlace}`, io.files.read(s.file) ?? "");
        const why = io.files.write(s.file, s.written);
        if (why !== undefined) io.err(`sed: couldn't open temporary file ${s.file}: ${why}\n`);
        s.written = "";
        s.n = 0;
      }
    }
    const file = s.stopped ? undefined : s.queue.shift();
    if (file === undefined) {
      s.ended = true;
      drain(io, s, true);
      for (const [path, text] of Object.entries(s.files)) io.files.write(path, text);
      return io.exit(s.code);
    }
    s.file = file;
    if (file === "-") {
      s.stdin = true;
      return io.read();
    }
    const text = io.files.read(file);
    if (text === undefined) {
      io.err(io.files.list(file) ? `sed: couldn't edit ${file}: not a regular file\n` : `sed: can't read ${file}: No such file or directory\n`);
      s.code = 2;
      s.file = "";
      continue;
    }
    const lines = linesOf(text);
    s.waiting.push(...lines.map((line, i) => ({ line, newline: i < lines.length - 1 || text.endsWith("\n") })));
  }
}

/** Works on the lines that are there, all but one unless the input is over. */
function drain(io: Io, s: SedState, all = false): void {
  const commands = commandsOf(s.script, s.extended);
  // A script that asks for the next line itself gets its input whole.
  if (!all && typeof commands !== "string" && commands.some((c) => c.name === "N" || c.name === "n")) return;
  while (!s.stopped && s.waiting.length > (all ? 0 : 1)) cycle(io, s, all);
}

function cycle(io: Io, s: SedState, all: boolean): void {
  const commands = commandsOf(s.script, s.extended);
  if (typeof commands === "string") return;
  const first = s.waiting.shift()!;
  let space = first.line;
  let newline = first.newline;
  s.n++;
  const after: string[] = [];
  let replaced = false;
  const put = (text: string): void => {
    if (s.inPlace !== null) s.written += text;
    else io.out(text);
  };
  const print = (): void => put(space + (newline || after.length ? "\n" : ""));
  const last = (): boolean => s.waiting.length === 0 && all && (s.ended || s.inPlace !== null || s.queue.length === 0);
  const flush = (): void => {
    for (const text of after.splice(0)) put(text);
  };
  const more = (): boolean => {
    if (s.waiting.length === 0) return false;
    const line = s.waiting.shift()!;
    s.n++;
    newline = line.newline;
    space = line.line;
    return true;
  };
  const regexOf = (source: string, fold: boolean): Regular | undefined => {
    const text = source === "" ? s.lastRegex : source;
    s.lastRegex = text;
    const made = regular(text, s.extended ? "extended" : "basic", { ignoreCase: fold });
    return typeof made === "string" ? undefined : made;
  };
  const hits = (a: Address): boolean => (a.is === "line" ? s.n === a.n : a.is === "last" ? last() : a.is === "step" ? (a.step === 0 ? s.n === a.first : s.n >= a.first && (s.n - a.first) % a.step === 0) : (regexOf(a.source, a.fold)?.test(space) ?? false));
  const chosen = (c: Command, i: number): boolean => {
    if (!c.from) return true;
    if (!c.to) return hits(c.from);
    const open = s.ranges[i];
    if (open === undefined || open === 0) {
      if (!(c.from.is === "line" && c.from.n === 0 && s.n === 1) && !hits(c.from)) return false;
      if (c.to.is === "plus") s.ranges[i] = s.n + c.to.n;
      else if (c.to.is === "line") s.ranges[i] = c.to.n > s.n ? c.to.n : 0;
      else s.ranges[i] = -1;
      if (s.ranges[i] === s.n) s.ranges[i] = 0;
      if (c.from.is === "line" && c.from.n === 0 && c.to.is === "regex" && hits(c.to)) s.ranges[i] = 0;
      return true;
    }
    if (open > 0) {
      if (s.n >= open) s.ranges[i] = 0;
      return s.n <= open;
    }
    if (c.to.is !== "plus" && hits(c.to)) s.ranges[i] = 0;
    return true;
  };
  let deleted = false;
  let budget = 100_000;
  for (let i = 0; i < commands.length && budget-- > 0; i++) {
    const c = commands[i];
    if (chosen(c, i) === c.not) {
      if (c.name === "{") i = c.jump! - 1;
      continue;
    }
    switch (c.name) {
      case "s": {
        const made = regexOf(c.regex!, c.fold ?? false);
        const done = made ? substitute(space, made, c) : undefined;
        if (done === undefined) break;
        space = done;
        replaced = true;
        if (c.print) print();
        if (c.file === "/dev/stdout") put(`${space}\n`);
        else if (c.file) s.files[c.file] = `${s.files[c.file] ?? ""}${space}\n`;
        break;
      }
      case "y": {
        const from = [...c.regex!];
        const to = [...c.text];
        space = [...space].map((ch) => (from.includes(ch) ? to[from.indexOf(ch)] : ch)).join("");
        break;
      }
      case "p": print(); break;
      case "P": put(`${space.split("\n")[0]}\n`); break;
      case "d": deleted = true; i = commands.length; break;
      case "D": {
        const cut = space.indexOf("\n");
        deleted = true;
        if (cut >= 0) {
          s.waiting.unshift({ line: space.slice(cut + 1), newline });
          s.n--;
        }
        i = commands.length;
        break;
      }
      case "n":
        if (!s.quiet) print();
        flush();
        if (!more()) {
          deleted = true;
          i = commands.length;
        }
        break;
      case "N": {
        const held = space;
        if (!more()) {
          i = commands.length;
          break;
        }
        space = `${held}\n${space}`;
        break;
      }
      case "g": space = s.hold; break;
      case "G": space += `\n${s.hold}`; break;
      case "h": s.hold = space; break;
      case "H": s.hold += `\n${space}`; break;
      case "x": [space, s.hold] = [s.hold, space]; break;
      case "=": put(`${s.n}\n`); break;
      case "l": put(`${space.replace(/\\/g, "\\\\").replace(/\t/g, "\\t").replace(/\n/g, "\\n")}$\n`); break;
      case "a": after.push(`${c.text}\n`); break;
      case "i": put(`${c.text}\n`); break;
      case "c":
        deleted = true;
        if (!c.to || !s.ranges[i]) put(`${c.text}\n`);
        i = commands.length;
        break;
      case "r": {
        const text = io.files.read(c.text);
        if (text !== undefined) after.push(text);
        break;
      }
      case "w":
        if (c.text === "/dev/stdout") put(`${space}\n`);
        else s.files[c.text] = `${s.files[c.text] ?? ""}${space}\n`;
        break;
      case "z": space = ""; break;
      case "F": put(`${s.file || "-"}\n`); break;
      case "b": i = c.jump! - 1; break;
      case "t":
        if (replaced) {
          replaced = false;
          i = c.jump! - 1;
        }
        break;
      case "T":
        if (!replaced) i = c.jump! - 1;
        replaced = false;
        break;
      case "q":
      case "Q":
        s.stopped = true;
        s.code = Number(c.text || 0);
        if (c.name === "Q") deleted = true;
        i = commands.length;
        break;
    }
  }
  if (!deleted && !s.quiet) print();
  flush();
  if (s.stopped) {
    if (s.inPlace !== null && s.file !== "-") {
      for (const w of s.waiting) s.written += `${w.line}\n`;
      io.files.write(s.file, s.written);
    }
    for (const [path, text] of Object.entries(s.files)) io.files.write(path, text);
    s.waiting = [];
    io.exit(s.code);
  }
}

function substitute(text: string, made: Regular, c: Command): string | undefined {
  let out = "";
  let at = 0;
  let count = 0;
  let done = false;
  while (at <= text.length) {
    const found = made.find(text, at);
    if (!found) break;
    count++;
    const take = count >= (c.nth || 1) && (c.all || count === (c.nth || 1));
    out += text.slice(at, found.start) + (take ? fill(c.text, found) : text.slice(found.start, found.end));
    if (take) done = true;
    if (found.end === found.start) {
      out += text.slice(found.end, found.end + 1);
      at = found.end + 1;
    } else {
      at = found.end;
      // An empty match right behind a match does not count again.
      const again = made.find(text, at);
      if (again && again.start === at && again.end === at && at < text.length) {
        out += text[at];
        at++;
      } else if (again && again.start === at && again.end === at) break;
    }
    if (done && !c.all) break;
  }
  if (!done) return undefined;
  return out + text.slice(Math.min(at, text.length));
}

/** The replacement of a match: &, \1, \n, and GNU's \U \L \u \l \E. */
function fill(text: string, found: Found): string {
  let out = "";
  let mode = "";
  let once = "";
  const add = (piece: string): void => {
    let t = mode === "U" ? piece.toUpperCase() : mode === "L" ? piece.toLowerCase() : piece;
    if (once && t) {
      t = (once === "u" ? t[0].toUpperCase() : t[0].toLowerCase()) + t.slice(1);
      once = "";
    }
    out += t;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "&") add(found.groups[0] ?? "");
    else if (c === "\\" && i + 1 < text.length) {
      const n = text[++i];
      if (/\d/.test(n)) add(found.groups[Number(n)] ?? "");
      else if (n === "n") add("\n");
      else if (n === "t") add("\t");
      else if (n === "U" || n === "L") mode = n;
      else if (n === "E") mode = "";
      else if (n === "u" || n === "l") once = n;
      else add(n);
    } else add(c);
  }
  return out;
}
