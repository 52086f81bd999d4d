import { goJson } from "./go-json";
import { goValue } from "./go-value";

/** Go's text/template as far as kubectl's users need it. */
export class TemplateError extends Error {}

type Operand =
  | { readonly is: "field"; readonly path: readonly string[] }
  | { readonly is: "variable"; readonly name: string; readonly path: readonly string[] }
  | { readonly is: "value"; readonly value: unknown }
  | { readonly is: "function"; readonly name: string }
  | { readonly is: "group"; readonly pipe: Pipe; readonly path: readonly string[] };
interface Pipe {
  readonly declare?: readonly string[];
  readonly assign?: boolean;
  readonly commands: readonly (readonly Operand[])[];
}
type Part =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "print"; readonly pipe: Pipe }
  | { readonly is: "if" | "with" | "range"; readonly pipe: Pipe; readonly body: readonly Part[]; readonly otherwise: readonly Part[] }
  | Jumping;
interface Jumping {
  readonly is: "break" | "continue";
}

/** Parses a template. Throws TemplateError. */
export function parseTemplate(text: string): readonly Part[] {
  const tokens = lex(text);
  let at = 0;
  const block = (ends: readonly string[]): { parts: Part[]; end: string } => {
    const parts: Part[] = [];
    for (;;) {
      const token = tokens[at++];
      if (!token) {
        if (ends.length > 0) throw new TemplateError("template: output:1: unexpected EOF");
        return { parts, end: "" };
      }
      if (token.is === "text") {
        parts.push({ is: "text", text: token.text });
        continue;
      }
      const [word = "", ...rest] = token.text.split(/\s+/);
      const after = rest.length > 0 ? token.text.slice(token.text.indexOf(word) + word.length).trim() : "";
      if (token.text === "" || token.text.startsWith("/*")) continue;
      if (word === "end" || word === "else") {
        if (!ends.includes(word)) throw new TemplateError(`template: output:1: unexpected {{${word}}}`);
        return { parts, end: token.text };
      }
      if (word === "if" || word === "with" || word === "range") parts.push(control(word, after));
      else if (word === "break" || word === "continue") parts.push({ is: word });
      else parts.push({ is: "print", pipe: parsePipe(token.text) });
    }
  };
  const control = (word: "if" | "with" | "range", condition: string): Part => {
    const pipe = parsePipe(condition);
    const { parts, end } = block(["end", "else"]);
    if (end === "end") return { is: word, pipe, body: parts, otherwise: [] };
    const nested = /^else\s+(if|with)\s+(.*)$/s.exec(end);
    if (nested) return { is: word, pipe, body: parts, otherwise: [control(nested[1] as "if" | "with", nested[2] ?? "")] };
    return { is: word, pipe, body: parts, otherwise: block(["end"]).parts };
  };
  return block([]).parts;
}

interface Token {
  readonly is: "text" | "action";
  readonly text: string;
}

function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimNext = false;
  for (;;) {
    const open = text.indexOf("{{", at);
    let piece = text.slice(at, open < 0 ? undefined : open);
    if (trimNext) piece = piece.trimStart();
    if (open >= 0 && /^\{\{-\s/.test(text.slice(open, open + 4))) piece = piece.trimEnd();
    if (piece !== "") tokens.push({ is: "text", text: piece });
    if (open < 0) return tokens;
    const close = closing(text, open + 2);
    if (close < 0) throw new TemplateError("template: output:1: unclosed action");
    let inner = text.slice(open + 2, close);
    if (/^-\s/.test(inner)) inner = inner.slice(1);
    trimNext = /\s-$/.test(inner);
    if (trimNext) inner = inner.slice(0, -1);
    tokens.push({ is: "action", text: inner.trim() });
    at = close + 2;
  }
}

function closing(text: string, from: number): number {
  let mark = "";
  for (let i = from; i < text.length; i++) {
    const c = text[i] ?? "";
    if (mark !== "") {
      if (c === "\\" && mark === '"') i++;
      else if (c === mark) mark = "";
    } else if (c === '"' || c === "`") mark = c;
    else if (text.startsWith("}}", i)) return i;
  }
  return -1;
}

function parsePipe(text: string): Pipe {
  const words = text.match(/"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])'|:=|[|(),=]|\$?\.?[^\s|(),="`]+|\$/g) ?? [];
  let at = 0;
  const read = (close: string): Pipe => {
    const declare: string[] = [];
    let assign = false;
    const mark = words.findIndex((w, i) => i >= at && i < at + 4 && (w === ":=" || w === "="));
    if (mark > 0 && words.slice(at, mark).every((w) => w === "," || w.startsWith("$"))) {
      declare.push(...words.slice(at, mark).filter((w) => w !== ","));
      assign = words[mark] === "=";
      at = mark + 1;
    }
    const commands: Operand[][] = [[]];
    for (; at < words.length; at++) {
      const word = words[at] ?? "";
      if (word === close) break;
      if (word === "|") commands.push([]);
      else if (word === "(") {
        at++;
        const pipe = read(")");
        const next = words[at + 1] ?? "";
        const path = next.startsWith(".") && next.length > 1 ? next.slice(1).split(".") : [];
        if (path.length > 0) at++;
        commands.at(-1)?.push({ is: "group", pipe, path });
      } else commands.at(-1)?.push(operand(word));
    }
    return { ...(declare.length > 0 ? { declare } : {}), assign, commands };
  };
  const pipe = read("");
  if (pipe.commands.some((c) => c.length === 0)) throw new TemplateError("template: output:1: missing value for command");
  return pipe;
}

function operand(word: string): Operand {
  if (word === ".") return { is: "field", path: [] };
  if (word.startsWith(".")) return { is: "field", path: word.slice(1).split(".") };
  if (word.startsWith("$")) {
    const [name = "$", ...path] = word.split(".");
    return { is: "variable", name, path };
  }
  if (word.startsWith('"')) return { is: "value", value: JSON.parse(word.replace(/\\'/g, "'")) as unknown };
  if (word.startsWith("`")) return { is: "value", value: word.slice(1, -1) };
  if (/^-?\d/.test(word)) return { is: "value", value: word.includes(".") ? new Float(Number(word)) : Number(word) };
  if (word === "true" || word === "false") return { is: "value", value: word === "true" };
  if (word === "nil") return { is: "value", value: null };
  if (!(word in FUNCTIONS)) throw new TemplateError(`template: output:1: function ${JSON.stringify(word)} not defined`);
  return { is: "function", name: word };
}

/** A literal like 1.0, which Go does not compare with an integer. */
class Float {
  constructor(readonly value: number) {}
  toString(): string {
    return String(this.value);
  }
}

const MISSING = Symbol("no value");

type Func = (args: readonly unknown[]) => unknown;
const basic = (a: unknown, b: unknown): void => {
  if ((a instanceof Float) !== (b instanceof Float) || typeof a !== typeof b) throw new TemplateError("incompatible types for comparison");
};
const plain = (a: unknown): unknown => (a instanceof Float ? a.value : a === MISSING ? undefined : a);
const order = (test: (a: number | string, b: number | string) => boolean): Func => ([a, b]) => {
  basic(a, b);
  return test(plain(a) as number, plain(b) as number);
};
const FUNCTIONS: Record<string, Func> = {
  index: ([container, ...keys]) => keys.reduce<unknown>((value, key) => {
    if (value === null || value === undefined || value === MISSING) throw new TemplateError("error calling index: index of untyped nil");
    if (Array.isArray(value)) {
      if (typeof key !== "number" || key < 0 || key >= value.length) throw new TemplateError(`error calling index: reflect: slice index out of range`);
      return value[key] as unknown;
    }
    const found = (value as Record<string, unknown>)[String(key)];
    return found === undefined ? MISSING : found;
  }, container),
  len: ([value]) => {
    if (typeof value === "string") return new TextEncoder().encode(value).length;
    if (Array.isArray(value)) return value.length;
    if (typeof value === "object" && value !== null) return Object.keys(value).length;
    throw new TemplateError("error calling len: len of nil pointer");
  },
  print: (args) => args.map(printed).join(""),
  println: (args) => `${args.map(printed).join(" ")}\n`,
  printf: ([format, ...args]) => goPrintf(String(format), args),
  eq: ([a, ...others]) => others.some((b) => plain(a) === plain(b)),
  ne: ([a, b]) => plain(a) !== plain(b),
  lt: order((a, b) => a < b),
  le: order((a, b) => a <= b),
  gt: order((a, b) => a > b),
  ge: order((a, b) => a >= b),
  not: ([a]) => !truth(a),
  and: (args) => args.find((a) => !truth(a)) ?? args.at(-1),
  or: (args) => args.find(truth) ?? args.at(-1),
  base64decode: ([a]) => decodeBase64(String(a)),
  exists: ([value, ...keys]) => keys.reduce<unknown>((v, k) => (typeof v === "object" && v !== null ? (v as Record<string, unknown>)[String(k)] : undefined), value) !== undefined,
  html: (args) => args.map(printed).join("").replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`),
  js: (args) => args.map(printed).join(""),
  urlquery: (args) => encodeURIComponent(args.map(printed).join("")),
  slice: ([value, from, to]) => (typeof value === "string" || Array.isArray(value) ? value.slice(Number(from ?? 0), to === undefined ? undefined : Number(to)) : value),
  json: ([value]) => goJson(value),
};

export function decodeBase64(text: string): string {
  const binary = atob(text.replace(/\s/g, ""));
  return new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)));
}

function printed(value: unknown): string {
  if (value === MISSING) return "<no value>";
  return value instanceof Float ? String(value.value) : goValue(value);
}

function goPrintf(format: string, args: readonly unknown[]): string {
  let next = 0;
  return format.replace(/%([-+0 #]*)(\d*)(?:\.(\d+))?([vsdqtTfxX%])/g, (_all, flags: string, width: string, precision: string | undefined, verb: string) => {
    if (verb === "%") return "%";
    if (next >= args.length) return `%!${verb}(MISSING)`;
    const value = args[next++];
    let out = printed(value);
    if (verb === "q") out = JSON.stringify(out);
    else if (verb === "d" && typeof value !== "number") out = `%!d(${typeof value}=${out})`;
    else if (verb === "s" && typeof value === "number") out = `%!s(int64=${out})`;
    else if (verb === "f") out = Number(plain(value)).toFixed(precision === undefined ? 6 : Number(precision));
    else if (verb === "x" && typeof value === "number") out = value.toString(16);
    if (precision !== undefined && verb === "s") out = out.slice(0, Number(precision));
    const size = Number(width || "0");
    return flags.includes("-") ? out.padEnd(size) : out.padStart(size, flags.includes("0") ? "0" : " ");
  });
}

function truth(value: unknown): boolean {
  if (value === MISSING || value === undefined || value === null || value === false || value === 0 || value === "") return false;
  if (value instanceof Float) return value.value !== 0;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

class Jump extends Error {
  constructor(readonly to: "break" | "continue") {
    super(to);
  }
}

function jumps(part: Part): part is Jumping {
  return part.is === "break" || part.is === "continue";
}

/** Runs a template. Throws TemplateError. */
export function runTemplate(parts: readonly Part[], root: unknown): string {
  let out = "";
  const scope = new Map<string, unknown>([["$", root]]);
  const walk = (value: unknown, path: readonly string[]): unknown =>
    path.reduce<unknown>((v, key) => {
      if (v === MISSING || v === null || v === undefined) return MISSING;
      if (typeof v !== "object" || Array.isArray(v)) throw new TemplateError(`can't evaluate field ${key} in type interface {}`);
      const next = (v as Record<string, unknown>)[key];
      return next === undefined ? MISSING : next;
    }, value);
  const read = (op: Operand, dot: unknown): unknown => {
    if (op.is === "field") return walk(dot, op.path);
    if (op.is === "variable") {
      if (!scope.has(op.name)) throw new TemplateError(`undefined variable ${JSON.stringify(op.name)}`);
      return walk(scope.get(op.name), op.path);
    }
    if (op.is === "group") return walk(run(op.pipe, dot), op.path);
    return op.is === "value" ? op.value : FUNCTIONS[op.name]?.([]);
  };
  const run = (pipe: Pipe, dot: unknown): unknown => {
    let value: unknown;
    pipe.commands.forEach((command, i) => {
      const [head, ...rest] = command;
      if (!head) return;
      const piped = i > 0 ? [value] : [];
      if (head.is === "function") value = FUNCTIONS[head.name]?.([...rest.map((op) => read(op, dot)), ...piped]);
      else value = read(head, dot);
    });
    return value;
  };
  const exec = (body: readonly Part[], dot: unknown): void => {
    for (const part of body) {
      if (part.is === "text") out += part.text;
      else if (jumps(part)) throw new Jump(part.is);
      else if (part.is === "print") {
        const value = run(part.pipe, dot);
        if (part.pipe.declare) for (const name of part.pipe.declare) scope.set(name, value);
        else out += printed(value);
      } else if (part.is === "range") {
        const value = run(part.pipe, dot);
        const entries: readonly (readonly [unknown, unknown])[] = Array.isArray(value)
          ? value.map((item: unknown, i) => [i, item] as const)
          : typeof value === "number" ? Array.from({ length: value }, (_x, i) => [i, i] as const)
          : typeof value === "object" && value !== null ? Object.keys(value).sort().map((k) => [k, (value as Record<string, unknown>)[k]] as const) : [];
        if (typeof value === "string") throw new TemplateError(`range can't iterate over ${value}`);
        if (entries.length === 0) exec(part.otherwise, dot);
        const [first, second] = part.pipe.declare ?? [];
        for (const [key, item] of entries) {
          if (first !== undefined) scope.set(first, second === undefined ? item : key);
          if (second !== undefined) scope.set(second, item);
          try {
            exec(part.body, item);
          } catch (error) {
            if (!(error instanceof Jump)) throw error;
            if (error.to === "break") break;
          }
        }
      } else {
        const value = run(part.pipe, dot);
        for (const name of part.pipe.declare ?? []) scope.set(name, value);
        if (truth(value)) exec(part.body, part.is === "with" ? value : dot);
        else exec(part.otherwise, dot);
      }
    }
  };
  exec(parts, root);
  return out;
}
