export type Node =
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

export type Stmt =
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

export interface Script {
  readonly rules: readonly Rule[];
  readonly functions: Readonly<Record<string, { readonly params: readonly string[]; readonly body: Stmt }>>;
}

export class AwkError extends Error {}

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

export function parse(source: string): Script {
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
