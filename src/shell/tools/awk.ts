import { regular, type Regular } from "../regular";
import { floatText, formatText } from "./printf";
import { formatDate } from "./dates";
import { type Io, linesOf, tool } from "./tool";

/** A value: a number, a text, or a text that looks like a number and came from the input. */
type Value = number | string | { readonly s: string; readonly n: number };

type Node =
  | { readonly k: "num"; readonly v: number }
  | { readonly k: "str"; readonly v: string }
  | { readonly k: "regex"; readonly v: string }
  | { readonly k: "var"; readonly name: string }
  | { readonly k: "field"; readonly of: Node }
  | { readonly k: "index"; readonly name: string; readonly at: readonly Node[] }
  | { readonly k: "in"; readonly at: readonly Node[]; readonly name: string }
  | { readonly k: "assign"; readonly op: string; readonly to: Node; readonly value: Node }
  | { readonly k: "cond"; readonly test: Node; readonly a: Node; readonly b: Node }
  | { readonly k: "binary"; readonly op: string; readonly a: Node; readonly b: Node }
  | { readonly k: "match"; readonly not: boolean; readonly a: Node; readonly b: Node }
  | { readonly k: "unary"; readonly op: string; readonly a: Node }
  | { readonly k: "step"; readonly by: number; readonly before: boolean; readonly to: Node }
  | { readonly k: "group"; readonly list: readonly Node[] }
  | { readonly k: "call"; readonly name: string; readonly args: readonly Node[] }
  | { readonly k: "getline"; readonly to?: Node; readonly file?: Node };

type Stmt =
  | { readonly k: "block"; readonly list: readonly Stmt[] }
  | { readonly k: "expr"; readonly e: Node }
  | { readonly k: "print"; readonly args: readonly Node[]; readonly format: boolean; readonly to?: { readonly how: string; readonly file: Node } }
  | { readonly k: "if"; readonly test: Node; readonly then: Stmt; readonly else?: Stmt }
  | { readonly k: "while"; readonly test: Node; readonly body: Stmt }
  | { readonly k: "do"; readonly test: Node; readonly body: Stmt }
  | { readonly k: "for"; readonly init?: Stmt; readonly test?: Node; readonly update?: Stmt; readonly body: Stmt }
  | { readonly k: "each"; readonly name: string; readonly of: string; readonly body: Stmt }
  | { readonly k: "delete"; readonly name: string; readonly at?: readonly Node[] }
  | { readonly k: "next" | "break" | "continue" | "nextfile" }
  | { readonly k: "exit" | "return" | "getline"; readonly e?: Node };

interface Rule {
  readonly kind: "begin" | "end" | "line";
  readonly from?: Node;
  readonly to?: Node;
  readonly body?: Stmt;
}

interface Script {
  readonly rules: readonly Rule[];
  readonly functions: Readonly<Record<string, { readonly params: readonly string[]; readonly body: Stmt }>>;
}

class AwkError extends Error {}

interface Token {
  readonly t: "num" | "str" | "regex" | "name" | "func" | "op" | "nl" | "end";
  readonly v: string;
  readonly space: boolean;
}

const keywords = new Set(["BEGIN", "END", "function", "func", "if", "else", "while", "for", "do", "break", "continue", "next", "nextfile", "exit", "return", "delete", "in", "getline", "print", "printf"]);
const ops = ["**=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "**", "==", "<=", ">=", "!=", ">>", "!~", "{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!", ">", "<", "|", "?", ":", "~", "$", "="];

function scan(source: string): Token[] {
  const out: Token[] = [];
  let i = 0;
  while (i < source.length) {
    const begin = i;
    const gap = /^(?:[ \t\r]|\\\r?\n|#[^\n]*)*/.exec(source.slice(i))![0];
    i += gap.length;
    if (i >= source.length) break;
    const space = i > begin;
    const c = source[i];
    const last = out.at(-1);
    if (c === "\n") {
      out.push({ t: "nl", v: "\n", space });
      i++;
    } else if (c === '"') {
      let text = "";
      for (i++; i < source.length && source[i] !== '"'; i++) {
        if (source[i] === "\\" && i + 1 < source.length) {
          const n = source[++i];
          const simple: Record<string, string> = { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', "/": "/", a: "\x07", b: "\b", f: "\f", v: "\v", "\n": "" };
          const oct = /^[0-7]{1,3}/.exec(source.slice(i));
          if (n in simple) text += simple[n];
          else if (oct) {
            text += String.fromCharCode(parseInt(oct[0], 8));
            i += oct[0].length - 1;
          } else text += `\\${n}`;
        } else text += source[i];
      }
      i++;
      out.push({ t: "str", v: text, space });
    } else if (/^(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)/.test(source.slice(i))) {
      const v = /^(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)/.exec(source.slice(i))![0];
      out.push({ t: "num", v, space });
      i += v.length;
    } else if (/[A-Za-z_]/.test(c)) {
      const v = /^\w+/.exec(source.slice(i))![0];
      i += v.length;
      out.push({ t: !keywords.has(v) && source[i] === "(" ? "func" : "name", v, space });
    } else if (c === "/" && !(last && (last.t === "num" || last.t === "str" || (last.t === "name" && !keywords.has(last.v)) || (last.t === "op" && [")", "]", "$", "++", "--"].includes(last.v))))) {
      let text = "";
      let bracket = false;
      for (i++; i < source.length && (source[i] !== "/" || bracket); i++) {
        if (source[i] === "\\" && i + 1 < source.length) {
          text += source[i + 1] === "/" ? "/" : `\\${source[i + 1]}`;
          i++;
          continue;
        }
        if (source[i] === "[" && !bracket) bracket = source.indexOf("]", i) > 0;
        else if (source[i] === "]") bracket = false;
        text += source[i];
      }
      i++;
      out.push({ t: "regex", v: text, space });
    } else {
      const op = ops.find((o) => source.startsWith(o, i));
      if (!op) throw new AwkError(`syntax error at source line 1\n context is\n\t >>> ${source.slice(i, i + 10)} <<<`);
      out.push({ t: "op", v: op, space });
      i += op.length;
    }
  }
  out.push({ t: "end", v: "", space: false });
  return out;
}

function parse(source: string): Script {
  const tokens = scan(source);
  let at = 0;
  const functions: Record<string, { params: string[]; body: Stmt }> = {};
  const rules: Rule[] = [];
  const peek = (): Token => tokens[at];
  const is = (v: string): boolean => (peek().t === "op" || peek().t === "name") && peek().v === v;
  const fail = (): never => {
    throw new AwkError(`syntax error near ${peek().t === "end" ? "end of file" : peek().v === "\n" ? "end of line" : peek().v}`);
  };
  const take = (v: string): void => {
    if (!is(v)) fail();
    at++;
  };
  const lines = (): void => {
    while (peek().t === "nl" || is(";")) at++;
  };
  const skipNl = (): void => {
    while (peek().t === "nl") at++;
  };

  const expr = (noIn = false, noGt = false): Node => ternary(noIn, noGt);
  const isTarget = (n: Node): boolean => n.k === "var" || n.k === "field" || n.k === "index";
  const ternary = (noIn: boolean, noGt: boolean): Node => {
    const test = or(noIn, noGt);
    if (is("?")) {
      at++;
      skipNl();
      const a = ternary(noIn, noGt);
      skipNl();
      take(":");
      skipNl();
      const b = ternary(noIn, noGt);
      return { k: "cond", test, a, b };
    }
    if (isTarget(test) && peek().t === "op" && ["=", "+=", "-=", "*=", "/=", "%=", "^=", "**="].includes(peek().v)) {
      const op = tokens[at++].v.replace("**", "^");
      skipNl();
      return { k: "assign", op, to: test, value: ternary(noIn, noGt) };
    }
    return test;
  };
  const or = (noIn: boolean, noGt: boolean): Node => {
    let a = and(noIn, noGt);
    while (is("||")) {
      at++;
      skipNl();
      a = { k: "binary", op: "||", a, b: and(noIn, noGt) };
    }
    return a;
  };
  const and = (noIn: boolean, noGt: boolean): Node => {
    let a = member(noIn, noGt);
    while (is("&&")) {
      at++;
      skipNl();
      a = { k: "binary", op: "&&", a, b: member(noIn, noGt) };
    }
    return a;
  };
  const member = (noIn: boolean, noGt: boolean): Node => {
    let a = match(noIn, noGt);
    while (!noIn && is("in")) {
      at++;
      a = { k: "in", at: a.k === "group" ? a.list : [a], name: tokens[at++].v };
    }
    return a;
  };
  const match = (noIn: boolean, noGt: boolean): Node => {
    let a = compare(noIn, noGt);
    while (is("~") || is("!~")) {
      const not = tokens[at++].v === "!~";
      a = { k: "match", not, a, b: compare(noIn, noGt) };
    }
    return a;
  };
  const compare = (noIn: boolean, noGt: boolean): Node => {
    const a = concat(noIn);
    if (peek().t === "op" && (["<", "<=", "==", "!=", ">="].includes(peek().v) || (peek().v === ">" && !noGt))) {
      const op = tokens[at++].v;
      return { k: "binary", op, a, b: concat(noIn) };
    }
    return a;
  };
  const concat = (noIn: boolean): Node => {
    let a = additive();
    for (;;) {
      const t = peek();
      if (is("|") && tokens[at + 1]?.v === "getline") return fail();
      const starts = t.t === "num" || t.t === "str" || t.t === "func" || (t.t === "name" && !keywords.has(t.v)) || (t.t === "op" && ["$", "!", "(", "-", "+", "++", "--"].includes(t.v));
      if (!starts || (noIn && is("in"))) return a;
      a = { k: "binary", op: "concat", a, b: additive() };
    }
  };
  const additive = (): Node => {
    let a = multiplicative();
    while (is("+") || is("-")) {
      const op = tokens[at++].v;
      a = { k: "binary", op, a, b: multiplicative() };
    }
    return a;
  };
  const multiplicative = (): Node => {
    let a = unary();
    while (is("*") || is("/") || is("%")) {
      const op = tokens[at++].v;
      a = { k: "binary", op, a, b: unary() };
    }
    return a;
  };
  const unary = (): Node => {
    if (is("!") || is("-") || is("+")) {
      const op = tokens[at++].v;
      return { k: "unary", op, a: unary() };
    }
    return power();
  };
  const power = (): Node => {
    const a = postfix();
    if (is("^") || is("**")) {
      at++;
      return { k: "binary", op: "^", a, b: is("-") ? unary() : power() };
    }
    return a;
  };
  const postfix = (): Node => {
    if (is("++") || is("--")) {
      const by = tokens[at++].v === "++" ? 1 : -1;
      return { k: "step", by, before: true, to: primary() };
    }
    const a = primary();
    if (isTarget(a) && (is("++") || is("--"))) return { k: "step", by: tokens[at++].v === "++" ? 1 : -1, before: false, to: a };
    return a;
  };
  const list = (): Node[] => {
    const out: Node[] = [];
    skipNl();
    if (is(")") || is("]")) return out;
    out.push(expr());
    skipNl();
    while (is(",")) {
      at++;
      skipNl();
      out.push(expr());
      skipNl();
    }
    return out;
  };
  const primary = (): Node => {
    const t = tokens[at++];
    if (t.t === "num") return { k: "num", v: Number(t.v) };
    if (t.t === "str") return { k: "str", v: t.v };
    if (t.t === "regex") return { k: "regex", v: t.v };
    if (t.t === "op" && t.v === "$") return { k: "field", of: is("++") || is("--") ? postfix() : is("-") ? unary() : primary() };
    if (t.t === "op" && t.v === "(") {
      const inside = list();
      take(")");
      return inside.length === 1 ? { k: "group", list: inside } : { k: "group", list: inside };
    }
    if (t.t === "op" && (t.v === "-" || t.v === "+" || t.v === "!")) return { k: "unary", op: t.v, a: unary() };
    if (t.t === "func") {
      take("(");
      const args = list();
      take(")");
      return { k: "call", name: t.v, args };
    }
    if (t.t === "name" && t.v === "getline") {
      const to = peek().t === "name" && !keywords.has(peek().v) ? primary() : is("$") ? primary() : undefined;
      let file: Node | undefined;
      if (is("<")) {
        at++;
        file = primary();
      }
      return { k: "getline", ...(to ? { to } : {}), ...(file ? { file } : {}) };
    }
    if (t.t === "name" && !keywords.has(t.v)) {
      if (is("[")) {
        at++;
        const inside = list();
        take("]");
        return { k: "index", name: t.v, at: inside };
      }
      if (t.v === "length") return { k: "call", name: "length", args: [] };
      return { k: "var", name: t.v };
    }
    at--;
    return fail();
  };

  const simple = (): Stmt => {
    if (is("print") || is("printf")) {
      const format = tokens[at++].v === "printf";
      const args: Node[] = [];
      const ends = (): boolean => peek().t === "nl" || peek().t === "end" || [";", "}", ">", ">>", "|"].some(is);
      if (!ends()) {
        args.push(expr(false, true));
        while (is(",")) {
          at++;
          skipNl();
          args.push(expr(false, true));
        }
        if (args.length === 1 && args[0].k === "group") args.splice(0, 1, ...args[0].list);
      }
      if (is(">") || is(">>") || is("|")) {
        const how = tokens[at++].v;
        return { k: "print", args, format, to: { how, file: concat(false) } };
      }
      return { k: "print", args, format };
    }
    if (is("delete")) {
      at++;
      const name = tokens[at++].v;
      if (!is("[")) return { k: "delete", name };
      at++;
      const inside = list();
      take("]");
      return { k: "delete", name, at: inside };
    }
    return { k: "expr", e: expr() };
  };
  const finish = (): void => {
    if (is(";") || peek().t === "nl") {
      at++;
      skipNl();
    } else if (!is("}") && peek().t !== "end") fail();
  };
  const statement = (): Stmt => {
    skipNl();
    if (is("{")) return block();
    if (is(";")) {
      at++;
      return { k: "block", list: [] };
    }
    if (is("if")) {
      at++;
      take("(");
      const test = expr();
      take(")");
      const then = statement();
      const back = at;
      lines();
      if (is("else")) {
        at++;
        return { k: "if", test, then, else: statement() };
      }
      at = back;
      return { k: "if", test, then };
    }
    if (is("while")) {
      at++;
      take("(");
      const test = expr();
      take(")");
      return { k: "while", test, body: statement() };
    }
    if (is("do")) {
      at++;
      const body = statement();
      lines();
      take("while");
      take("(");
      const test = expr();
      take(")");
      finish();
      return { k: "do", test, body };
    }
    if (is("for")) {
      at++;
      take("(");
      if (peek().t === "name" && tokens[at + 1]?.v === "in" && tokens[at + 3]?.v === ")") {
        const name = peek().v;
        const of = tokens[at + 2].v;
        at += 4;
        return { k: "each", name, of, body: statement() };
      }
      const init = is(";") ? undefined : simple();
      take(";");
      skipNl();
      const test = is(";") ? undefined : expr();
      take(";");
      skipNl();
      const update = is(")") ? undefined : simple();
      take(")");
      return { k: "for", ...(init ? { init } : {}), ...(test ? { test } : {}), ...(update ? { update } : {}), body: statement() };
    }
    for (const k of ["next", "break", "continue", "nextfile"] as const)
      if (is(k)) {
        at++;
        finish();
        return { k };
      }
    for (const k of ["exit", "return"] as const)
      if (is(k)) {
        at++;
        const e = is(";") || is("}") || peek().t === "nl" || peek().t === "end" ? undefined : expr();
        finish();
        return { k, ...(e ? { e } : {}) };
      }
    const s = simple();
    finish();
    return s;
  };
  const block = (): Stmt => {
    take("{");
    const out: Stmt[] = [];
    lines();
    while (!is("}")) {
      if (peek().t === "end") fail();
      out.push(statement());
      lines();
    }
    at++;
    return { k: "block", list: out };
  };
  lines();
  while (peek().t !== "end") {
    if (is("function") || is("func")) {
      at++;
      const name = tokens[at++].v;
      take("(");
      const params: string[] = [];
      while (!is(")")) {
        params.push(tokens[at++].v);
        if (is(",")) at++;
        skipNl();
      }
      at++;
      skipNl();
      functions[name] = { params, body: block() };
    } else if (is("BEGIN") || is("END")) {
      const kind = tokens[at++].v === "BEGIN" ? "begin" : "end";
      skipNl();
      rules.push({ kind, body: block() });
    } else if (is("{")) rules.push({ kind: "line", body: block() });
    else {
      const from = expr();
      let to: Node | undefined;
      if (is(",")) {
        at++;
        skipNl();
        to = expr();
      }
      rules.push({ kind: "line", from, ...(to ? { to } : {}), ...(is("{") ? { body: block() } : {}) });
    }
    lines();
  }
  return { rules, functions };
}

interface AwkState {
  source: string;
  vars: Record<string, Value>;
  arrays: Record<string, Record<string, Value>>;
  queue: string[];
  rest: string;
  pending: string[];
  record: string;
  fields: string[];
  ranges: Record<string, boolean>;
  code: number;
  exiting: boolean;
  outputs: Record<string, string>;
  inputs: Record<string, string[]>;
  seed: number;
  hasLines: boolean;
  ended: boolean;
}

const parsed = new Map<string, Script>();

function scriptOf(source: string): Script {
  const found = parsed.get(source) ?? parse(source);
  if (parsed.size > 100) parsed.clear();
  parsed.set(source, found);
  return found;
}

const looksNumeric = (t: string): boolean => /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(t);
const fromInput = (t: string): Value => (looksNumeric(t) ? { s: t, n: Number(t) } : t);
const leading = (t: string): number => Number(/^\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?)/.exec(t)?.[0] ?? 0);
const num = (v: Value): number => (typeof v === "number" ? v : typeof v === "string" ? leading(v) : v.n);
const numText = (n: number, format: string): string => (Number.isInteger(n) && Math.abs(n) < 1e16 ? String(n) : Number.isFinite(n) ? (format === "%.6g" ? floatText(n, "g", 6) : formatText(format, [String(n)]).text) : n > 0 ? "inf" : n < 0 ? "-inf" : "nan");

class Next extends Error {}
class Exit extends Error {}
class Break extends Error {}
class Continue extends Error {}
class Return extends Error {
  constructor(readonly value: Value) {
    super();
  }
}

/** awk over the records that are there; control flow inside a record is never interrupted. */
function runner(io: Io, s: AwkState): { rule(kind: "begin" | "end"): void; record(text: string): void; flush(): void } {
  const script = scriptOf(s.source);
  let budget = 400_000;
  const text = (v: Value): string => (typeof v === "number" ? numText(v, typeof s.vars["CONVFMT"] === "string" ? s.vars["CONVFMT"] : "%.6g") : typeof v === "string" ? v : v.s);
  const truth = (v: Value): boolean => (typeof v === "number" ? v !== 0 : typeof v === "string" ? v !== "" : v.n !== 0);
  const varText = (name: string): string => text(s.vars[name] ?? "");
  const local: { vars: Record<string, Value>; arrays: Record<string, string> }[] = [];
  const arrayName = (name: string): string => local.at(-1)?.arrays[name] ?? name;
  const array = (name: string): Record<string, Value> => (s.arrays[arrayName(name)] ??= {});
  const regex = (source: string): Regular => {
    const made = regular(source, "extended", { dotAll: true });
    if (typeof made === "string") throw new AwkError(`illegal regular expression ${source}`);
    return made;
  };
  const regexOf = (n: Node): Regular => (n.k === "regex" ? regex(n.v) : regex(text(value(n))));
  const setRecord = (line: string): void => {
    s.record = line;
    s.fields = split(line, varText("FS"));
    s.vars["NF"] = s.fields.length;
  };
  const split = (line: string, fs: string): string[] => {
    if (line === "") return [];
    if (fs === " ") return line.trim() === "" ? [] : line.replace(/^[ \t\n]+|[ \t\n]+$/g, "").split(/[ \t\n]+/);
    if (fs === "") return [...line];
    if (fs.length === 1 && fs !== "\\") return line.split(fs === "\t" ? "\t" : fs);
    const made = regex(fs);
    const out: string[] = [];
    let at = 0;
    for (;;) {
      const found = made.find(line, at);
      if (!found || found.end === found.start) break;
      out.push(line.slice(at, found.start));
      at = found.end;
    }
    out.push(line.slice(at));
    return out;
  };
  const rebuild = (): void => {
    s.record = s.fields.join(varText("OFS"));
  };
  const field = (n: number): Value => {
    if (n < 0) throw new AwkError(`trying to access out of range field ${n}`);
    return n === 0 ? fromInput(s.record) : n > s.fields.length ? "" : fromInput(s.fields[n - 1]);
  };
  const key = (at: readonly Node[]): string => at.map((n) => text(value(n))).join(varText("SUBSEP"));
  const setVar = (name: string, v: Value): void => {
    const scope = local.at(-1);
    if (scope && name in scope.vars) {
      scope.vars[name] = v;
      return;
    }
    s.vars[name] = v;
    if (name === "NF") {
      const n = Math.max(0, Math.min(10000, num(v)));
      while (s.fields.length < n) s.fields.push("");
      s.fields = s.fields.slice(0, n);
      rebuild();
    }
  };
  const assign = (to: Node, v: Value): Value => {
    if (to.k === "var") setVar(to.name, v);
    else if (to.k === "index") array(to.name)[key(to.at)] = v;
    else if (to.k === "field") {
      const n = num(value(to.of));
      if (n === 0) setRecord(text(v));
      else if (n > 0 && n < 10000) {
        while (s.fields.length < n) s.fields.push("");
        s.fields[n - 1] = text(v);
        s.vars["NF"] = s.fields.length;
        rebuild();
      }
    } else if (to.k === "group" && to.list.length === 1) return assign(to.list[0], v);
    return v;
  };
  const compare = (a: Value, b: Value): number => {
    const numeric = typeof a !== "string" && typeof b !== "string";
    if (numeric) return num(a) - num(b);
    const [x, y] = [text(a), text(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  };
  const arithmetic = (op: string, a: number, b: number): number => {
    switch (op) {
      case "+": return a + b;
      case "-": return a - b;
      case "*": return a * b;
      case "/":
        if (b === 0) throw new AwkError("division by zero");
        return a / b;
      case "%":
        if (b === 0) throw new AwkError("division by zero in %");
        return a % b;
      default: return a ** b;
    }
  };
  const value = (n: Node): Value => {
    if (budget-- < 0) throw new AwkError("too much work in one record");
    switch (n.k) {
      case "num": return n.v;
      case "str": return n.v;
      case "regex": return regex(n.v).test(s.record) ? 1 : 0;
      case "var": {
        const scope = local.at(-1);
        if (scope && n.name in scope.vars) return scope.vars[n.name];
        return s.vars[n.name] ?? { s: "", n: 0 };
      }
      case "field": return field(Math.trunc(num(value(n.of))));
      case "index": return (array(n.name)[key(n.at)] ??= { s: "", n: 0 });
      case "in": return Object.hasOwn(array(n.name), key(n.at)) ? 1 : 0;
      case "assign": {
        if (n.op === "=") {
          const v = value(n.value);
          return assign(n.to, v);
        }
        const right = num(value(n.value));
        return assign(n.to, arithmetic(n.op.slice(0, -1), num(value(n.to)), right));
      }
      case "cond": return truth(value(n.test)) ? value(n.a) : value(n.b);
      case "match": return regexOf(n.b).test(text(value(n.a))) !== n.not ? 1 : 0;
      case "unary": {
        const v = value(n.a);
        return n.op === "!" ? (truth(v) ? 0 : 1) : n.op === "-" ? -num(v) : num(v);
      }
      case "step": {
        const old = num(value(n.to));
        assign(n.to, old + n.by);
        return n.before ? old + n.by : old;
      }
      case "group": return n.list.length === 1 ? value(n.list[0]) : n.list.map((x) => text(value(x))).join(varText("SUBSEP"));
      case "binary": {
        if (n.op === "&&") return truth(value(n.a)) && truth(value(n.b)) ? 1 : 0;
        if (n.op === "||") return truth(value(n.a)) || truth(value(n.b)) ? 1 : 0;
        const a = value(n.a);
        const b = value(n.b);
        if (n.op === "concat") return text(a) + text(b);
        switch (n.op) {
          case "<": return compare(a, b) < 0 ? 1 : 0;
          case "<=": return compare(a, b) <= 0 ? 1 : 0;
          case ">": return compare(a, b) > 0 ? 1 : 0;
          case ">=": return compare(a, b) >= 0 ? 1 : 0;
          case "==": return compare(a, b) === 0 ? 1 : 0;
          case "!=": return compare(a, b) !== 0 ? 1 : 0;
          default: return arithmetic(n.op, num(a), num(b));
        }
      }
      case "getline": {
        let line: string | undefined;
        if (n.file) {
          const path = text(value(n.file));
          if (!s.inputs[path]) {
            const held = io.files.read(path);
            if (held === undefined) return -1;
            s.inputs[path] = linesOf(held);
          }
          line = s.inputs[path].shift();
        } else {
          line = s.pending.shift();
          if (line !== undefined) {
            s.vars["NR"] = num(s.vars["NR"] ?? 0) + 1;
            s.vars["FNR"] = num(s.vars["FNR"] ?? 0) + 1;
          }
        }
        if (line === undefined) return 0;
        if (n.to) assign(n.to, fromInput(line));
        else setRecord(line);
        return 1;
      }
      case "call": return call(n.name, n.args);
    }
  };
  const substitute = (args: readonly Node[], all: boolean): Value => {
    const made = regexOf(args[0]);
    const by = text(value(args[1]));
    const target: Node = args[2] ?? { k: "field", of: { k: "num", v: 0 } };
    const subject = text(value(target));
    let out = "";
    let at = 0;
    let count = 0;
    while (at <= subject.length) {
      const found = made.find(subject, at);
      if (!found) break;
      count++;
      let piece = "";
      for (let i = 0; i < by.length; i++) {
        if (by[i] === "\\" && (by[i + 1] === "&" || by[i + 1] === "\\")) piece += by[++i];
        else piece += by[i] === "&" ? subject.slice(found.start, found.end) : by[i];
      }
      out += subject.slice(at, found.start) + piece;
      if (found.end === found.start) {
        out += subject.slice(found.end, found.end + 1);
        at = found.end + 1;
      } else {
        at = found.end;
        if (at === subject.length) break;
      }
      if (!all) break;
    }
    if (count) assign(target, out + subject.slice(Math.min(at, subject.length)));
    return count;
  };
  const call = (name: string, args: readonly Node[]): Value => {
    const arg = (i: number): Value => (args[i] ? value(args[i]) : "");
    const str = (i: number): string => text(arg(i));
    switch (name) {
      case "length": {
        const first = args[0];
        if (!first) return [...s.record].length;
        if (first.k === "var" && s.arrays[arrayName(first.name)] && !(first.name in (local.at(-1)?.vars ?? {}) && !(first.name in (local.at(-1)?.arrays ?? {})))) return Object.keys(array(first.name)).length;
        return [...str(0)].length;
      }
      case "substr": {
        const chars = [...str(0)];
        const from = Math.round(num(arg(1)));
        const to = args[2] ? Math.round(num(arg(2))) + from : Infinity;
        return chars.slice(Math.max(0, from - 1), Math.max(0, to - 1)).join("");
      }
      case "index": return str(0).indexOf(str(1)) + 1;
      case "split": {
        const subject = str(0);
        const target = args[1];
        if (target?.k !== "var") throw new AwkError("split: second argument must be an array");
        const third = args[2];
        const fs = third ? (third.k === "regex" ? third.v : text(value(third))) : varText("FS");
        const parts = split(subject, third?.k === "regex" && fs.length === 1 ? `(${fs})` : fs);
        s.arrays[arrayName(target.name)] = Object.fromEntries(parts.map((p, i) => [String(i + 1), fromInput(p)]));
        return parts.length;
      }
      case "sub": return substitute(args, false);
      case "gsub": return substitute(args, true);
      case "gensub": {
        const made = regexOf(args[0]);
        const by = str(1);
        const how = str(2);
        const subject = args[3] ? str(3) : s.record;
        let out = "";
        let at = 0;
        for (let n = 1; at <= subject.length; n++) {
          const found = made.find(subject, at);
          if (!found) break;
          const yes = /^g/i.test(how) || Number(how) === n;
          out += subject.slice(at, found.start) + (yes ? by.replace(/\\(\d)|&/g, (_all, d: string | undefined) => found.groups[Number(d ?? 0)] ?? "") : subject.slice(found.start, found.end));
          if (found.end === found.start) {
            out += subject.slice(found.end, found.end + 1);
            at = found.end + 1;
          } else at = found.end;
        }
        return out + subject.slice(Math.min(at, subject.length));
      }
      case "match": {
        const found = regexOf(args[1]).find(str(0));
        s.vars["RSTART"] = found ? found.start + 1 : 0;
        s.vars["RLENGTH"] = found ? found.end - found.start : -1;
        const third = args[2];
        if (found && third?.k === "var") s.arrays[arrayName(third.name)] = Object.fromEntries(found.groups.map((g, i) => [String(i), g ?? ""]));
        return found ? found.start + 1 : 0;
      }
      case "sprintf": return format(args);
      case "tolower": return str(0).toLowerCase();
      case "toupper": return str(0).toUpperCase();
      case "int": return Math.trunc(num(arg(0)));
      case "sqrt": return Math.sqrt(num(arg(0)));
      case "exp": return Math.exp(num(arg(0)));
      case "log": return Math.log(num(arg(0)));
      case "sin": return Math.sin(num(arg(0)));
      case "cos": return Math.cos(num(arg(0)));
      case "atan2": return Math.atan2(num(arg(0)), num(arg(1)));
      case "rand":
        s.seed = (Math.imul(s.seed, 1664525) + 1013904223) >>> 0;
        return s.seed / 4294967296;
      case "srand": {
        const old = s.seed;
        s.seed = args[0] ? num(arg(0)) >>> 0 : Math.floor((io.context.epoch + io.context.now) / 1000) >>> 0;
        return old;
      }
      case "systime": return Math.floor((io.context.epoch + io.context.now) / 1000);
      case "strftime": return formatDate(args[1] ? num(arg(1)) * 1000 : io.context.epoch + io.context.now, args[0] ? str(0) : "%a %b %e %H:%M:%S %Z %Y");
      case "strtonum": return Number(str(0)) || 0;
      case "fflush":
      case "close": return 0;
      case "system": return -1;
    }
    const definition = script.functions[name];
    if (!definition) throw new AwkError(`calling undefined function ${name}`);
    if (local.length > 200) throw new AwkError("function call nesting too deep");
    const vars: Record<string, Value> = {};
    const arrays: Record<string, string> = {};
    const fresh: string[] = [];
    definition.params.forEach((param, i) => {
      const given = args[i];
      if (given?.k === "var" && (s.arrays[arrayName(given.name)] || (s.vars[given.name] === undefined && !(given.name in (local.at(-1)?.vars ?? {}))))) {
        arrays[param] = arrayName(given.name);
        vars[param] = { s: "", n: 0 };
      } else if (given) vars[param] = value(given);
      else {
        vars[param] = { s: "", n: 0 };
        arrays[param] = `\u0000${local.length}${param}`;
        fresh.push(arrays[param]);
      }
    });
    local.push({ vars, arrays });
    try {
      run(definition.body);
      return "";
    } catch (signal) {
      if (signal instanceof Return) return signal.value;
      throw signal;
    } finally {
      local.pop();
      for (const gone of fresh) delete s.arrays[gone];
    }
  };
  const format = (args: readonly Node[]): string => {
    const shape = args[0] ? text(value(args[0])) : "";
    const given = args.slice(1).map(value);
    const kinds = [...shape.matchAll(/%[-+ #0]*(\*|\d+)?(?:\.(\*|\d+)?)?([a-zA-Z%])/g)].filter((x) => x[3] !== "%").flatMap((x) => [...(x[1] === "*" ? ["d"] : []), ...(x[2] === "*" ? ["d"] : []), x[3]]);
    const texts = kinds.map((kind, i) => {
      const v = given[i] ?? "";
      if (kind === "s") return text(v);
      if (kind === "c") return typeof v === "number" ? String.fromCodePoint(Math.max(0, Math.min(0x10ffff, v))) : text(v).slice(0, 1);
      return "diouxX".includes(kind) ? String(Math.trunc(num(v))).replace(/e\+.*/, "") : String(num(v));
    });
    return formatText(shape.replace(/\\/g, "\\\\"), texts.length ? texts : []).text;
  };
  const run = (st: Stmt): void => {
    if (budget-- < 0) throw new AwkError("too much work in one record");
    const loop = (test: () => boolean, body: Stmt, update?: () => void): void => {
      while (test()) {
        try {
          run(body);
        } catch (signal) {
          if (signal instanceof Break) return;
          if (!(signal instanceof Continue)) throw signal;
        }
        update?.();
      }
    };
    switch (st.k) {
      case "block":
        for (const x of st.list) run(x);
        return;
      case "expr":
        value(st.e);
        return;
      case "print": {
        const shown = (v: Value): string => (typeof v === "number" ? numText(v, varText("OFMT")) : text(v));
        const out = st.format ? format(st.args) : (st.args.length ? st.args.map((a) => shown(value(a))).join(varText("OFS")) : s.record) + varText("ORS");
        if (!st.to) io.out(out);
        else {
          const path = text(value(st.to.file));
          if (st.to.how === "|") {
            if (/^cat\s*1>&2$|^cat\s*>\s*\/dev\/stderr$/.test(path)) io.err(out);
            else s.outputs[`|${path}`] = (s.outputs[`|${path}`] ?? "") + out;
          } else if (path === "/dev/stderr") io.err(out);
          else if (path === "/dev/stdout" || path === "-") io.out(out);
          else s.outputs[path] = (s.outputs[path] ?? (st.to.how === ">>" ? (io.files.read(path) ?? "") : "")) + out;
        }
        return;
      }
      case "if":
        if (truth(value(st.test))) run(st.then);
        else if (st.else) run(st.else);
        return;
      case "while": return loop(() => truth(value(st.test)), st.body);
      case "do": {
        let first = true;
        return loop(() => {
          if (first) {
            first = false;
            return true;
          }
          return truth(value(st.test));
        }, st.body);
      }
      case "for":
        if (st.init) run(st.init);
        return loop(() => !st.test || truth(value(st.test)), st.body, () => {
          if (st.update) run(st.update);
        });
      case "each": {
        const keys = Object.keys(array(st.of));
        let i = 0;
        return loop(() => {
          if (i >= keys.length) return false;
          setVar(st.name, fromInput(keys[i++]));
          return true;
        }, st.body);
      }
      case "delete":
        if (st.at) delete array(st.name)[key(st.at)];
        else s.arrays[arrayName(st.name)] = {};
        return;
      case "next":
      case "nextfile": throw new Next();
      case "break": throw new Break();
      case "continue": throw new Continue();
      case "return": throw new Return(st.e ? value(st.e) : "");
      case "exit":
        if (st.e) s.code = num(value(st.e)) & 255;
        s.exiting = true;
        throw new Exit();
      default:
        return;
    }
  };
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (signal) {
      if (signal instanceof AwkError) {
        io.err(`awk: ${signal.message}\n`);
        s.code = 2;
        s.exiting = true;
        s.ended = true;
      } else if (!(signal instanceof Next || signal instanceof Exit || signal instanceof Return || signal instanceof Break || signal instanceof Continue)) throw signal;
    }
  };
  return {
    rule(kind) {
      for (const rule of script.rules) if (rule.kind === kind && rule.body && !(s.exiting && kind === "begin")) guarded(() => run(rule.body!));
    },
    record(line) {
      budget = 400_000;
      s.vars["NR"] = num(s.vars["NR"] ?? 0) + 1;
      s.vars["FNR"] = num(s.vars["FNR"] ?? 0) + 1;
      setRecord(line);
      guarded(() => {
        script.rules.forEach((rule, i) => {
          if (rule.kind !== "line") return;
          if (rule.from) {
            if (rule.to) {
              if (!s.ranges[i]) {
                if (!truth(value(rule.from))) return;
                s.ranges[i] = true;
              }
              if (truth(value(rule.to))) s.ranges[i] = false;
            } else if (!truth(value(rule.from))) return;
          }
          if (rule.body) run(rule.body);
          else io.out(s.record + varText("ORS"));
        });
      });
    },
    flush() {
      for (const [path, held] of Object.entries(s.outputs)) {
        if (path.startsWith("|")) continue;
        const why = io.files.write(path, held);
        if (why !== undefined) io.err(`awk: can't redirect to ${path}: ${why}\n`);
      }
    },
  };
}

function unescapeVar(text: string): string {
  return text.replace(/\\(.)/g, (_all, c: string) => ({ n: "\n", t: "\t", "\\": "\\", r: "\r" }[c] ?? `\\${c}`));
}

/** awk: it streams record by record. */
export const awk = tool<AwkState>({
  start(io) {
    const args = io.argv.slice(1);
    const vars: Record<string, Value> = { FS: " ", OFS: " ", ORS: "\n", RS: "\n", NR: 0, FNR: 0, NF: 0, SUBSEP: "\x1c", CONVFMT: "%.6g", OFMT: "%.6g", RSTART: 0, RLENGTH: -1, FILENAME: "" };
    let source: string | undefined;
    const set = (text: string): void => {
      const at = text.indexOf("=");
      vars[text.slice(0, at)] = fromInput(unescapeVar(text.slice(at + 1)));
    };
    while (args.length && /^-./.test(args[0])) {
      const arg = args.shift()!;
      if (arg === "--") break;
      if (arg.startsWith("-F")) {
        const fs = arg.length > 2 ? arg.slice(2) : (args.shift() ?? " ");
        vars["FS"] = fs === "t" ? "\t" : unescapeVar(fs);
      } else if (arg.startsWith("-v")) set(arg.length > 2 ? arg.slice(2) : (args.shift() ?? ""));
      else if (arg.startsWith("-f")) {
        const file = arg.length > 2 ? arg.slice(2) : (args.shift() ?? "");
        const text = io.files.read(file);
        if (text === undefined) {
          io.err(`awk: can't open file ${file}\n`);
          return 2;
        }
        source = `${source === undefined ? "" : `${source}\n`}${text}`;
      } else if (arg !== "-e") {
        io.err(`awk: unknown option ${arg} ignored\n`);
      }
    }
    source ??= args.shift();
    if (source === undefined) {
      io.err("usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n");
      return 2;
    }
    let script: Script;
    try {
      script = scriptOf(source);
    } catch (problem) {
      if (!(problem instanceof AwkError)) throw problem;
      io.err(`awk: line 1: ${problem.message}\n`);
      return 2;
    }
    vars["ARGC"] = args.length + 1;
    const s: AwkState = { source, vars, arrays: { ENVIRON: Object.fromEntries(Object.entries(io.env).map(([k, v]) => [k, fromInput(v)])), ARGV: Object.fromEntries(["awk", ...args].map((a, i) => [String(i), a])) }, queue: [...args], rest: "", pending: [], record: "", fields: [], ranges: {}, code: 0, exiting: false, outputs: {}, inputs: {}, seed: 1, hasLines: script.rules.some((r) => r.kind !== "begin"), ended: false };
    runner(io, s).rule("begin");
    if (s.exiting || !s.hasLines) finish(io, s);
    else {
      while (s.queue.length && /^[A-Za-z_]\w*=/.test(s.queue[0])) assignOperand(s, s.queue.shift()!);
      if (!s.queue.length) s.queue.push("-");
      next(io, s);
    }
    return s;
  },
  data(io, s, chunk) {
    take(io, s, chunk, false);
  },
  eof(io, s) {
    io.read(false);
    take(io, s, "", true);
    if (!s.ended) next(io, s);
  },
  child(io, s) {
    const piped = Object.entries(s.outputs)[0];
    if (!piped) return io.exit(s.code);
    delete s.outputs[piped[0]];
    io.spawn(["sh", "-c", piped[0].slice(1)], { stdin: piped[1] });
  },
});

function assignOperand(s: AwkState, text: string): void {
  s.vars[text.slice(0, text.indexOf("="))] = fromInput(unescapeVar(text.slice(text.indexOf("=") + 1)));
}

function take(io: Io, s: AwkState, chunk: string, last: boolean): void {
  s.rest += chunk;
  const rs = typeof s.vars["RS"] === "string" ? s.vars["RS"] : "\n";
  let records: string[];
  if (rs === "") {
    if (!last) return;
    records = s.rest.replace(/^\n+|\n+$/g, "").split(/\n{2,}/);
    s.rest = "";
    if (records.length === 1 && records[0] === "") records = [];
  } else {
    records = s.rest.split(rs.length === 1 ? rs : rs);
    s.rest = records.pop()!;
    if (last) {
      if (rs !== "\n") s.rest = s.rest.replace(/\n$/, "");
      if (s.rest !== "") records.push(s.rest);
      s.rest = "";
    }
  }
  s.pending.push(...records);
  const run = runner(io, s);
  while (s.pending.length && !s.exiting) run.record(s.pending.shift()!);
  if (s.exiting && !s.ended) finish(io, s);
}

function next(io: Io, s: AwkState): void {
  for (;;) {
    const file = s.queue.shift();
    if (file === undefined) return finish(io, s);
    if (/^[A-Za-z_]\w*=/.test(file)) {
      assignOperand(s, file);
      continue;
    }
    s.vars["FNR"] = 0;
    if (file === "-" || file === "/dev/stdin") {
      s.vars["FILENAME"] = "";
      return io.read();
    }
    s.vars["FILENAME"] = file;
    const text = io.files.read(file);
    if (text === undefined) {
      io.err(`awk: cannot open "${file}" (No such file or directory)\n`);
      s.code = 2;
      continue;
    }
    take(io, s, text, true);
    if (s.ended) return;
  }
}

function finish(io: Io, s: AwkState): void {
  if (s.ended && s.code === 2) return io.exit(2);
  s.ended = true;
  const was = s.exiting;
  s.exiting = false;
  const run = runner(io, s);
  if (s.hasLines || !was) run.rule("end");
  run.flush();
  const piped = Object.entries(s.outputs).filter(([path]) => path.startsWith("|"));
  if (!piped.length) return io.exit(s.code);
  // What was printed into a command runs through it at the end.
  const [command, text] = piped[0];
  s.outputs = Object.fromEntries(piped.slice(1));
  s.queue = [];
  io.spawn(["sh", "-c", command.slice(1)], { stdin: text });
}
