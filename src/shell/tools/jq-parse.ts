import type { J } from "./jq-value";

export type Ast =
  | { readonly k: "identity" | "recurse" }
  | { readonly k: "literal"; readonly v: J }
  | { readonly k: "text"; readonly parts: readonly (string | Ast)[]; readonly format: string }
  | { readonly k: "format"; readonly name: string }
  | { readonly k: "index"; readonly of: Ast; readonly at: Ast; readonly try?: boolean }
  | { readonly k: "slice"; readonly of: Ast; readonly from?: Ast; readonly to?: Ast }
  | { readonly k: "each"; readonly of: Ast }
  | { readonly k: "pipe" | "comma" | "and" | "or" | "alternative"; readonly a: Ast; readonly b: Ast }
  | { readonly k: "binary"; readonly op: string; readonly a: Ast; readonly b: Ast }
  | { readonly k: "update"; readonly op: string; readonly a: Ast; readonly b: Ast }
  | { readonly k: "negate"; readonly a: Ast }
  | { readonly k: "try"; readonly a: Ast; readonly b?: Ast }
  | { readonly k: "if"; readonly test: Ast; readonly then: Ast; readonly else?: Ast }
  | { readonly k: "array"; readonly a?: Ast }
  | { readonly k: "object"; readonly entries: readonly { readonly key: Ast; readonly value: Ast }[] }
  | { readonly k: "var"; readonly name: string }
  | { readonly k: "as"; readonly a: Ast; readonly patterns: readonly Pattern[]; readonly body: Ast }
  | { readonly k: "reduce"; readonly a: Ast; readonly pattern: Pattern; readonly init: Ast; readonly update: Ast }
  | { readonly k: "foreach"; readonly a: Ast; readonly pattern: Pattern; readonly init: Ast; readonly update: Ast; readonly extract?: Ast }
  | { readonly k: "def"; readonly name: string; readonly params: readonly string[]; readonly body: Ast; readonly rest: Ast }
  | { readonly k: "call"; readonly name: string; readonly args: readonly Ast[] }
  | { readonly k: "label"; readonly name: string; readonly body: Ast }
  | { readonly k: "break"; readonly name: string };

export type Pattern = { readonly k: "name"; readonly name: string } | { readonly k: "array"; readonly list: readonly Pattern[] } | { readonly k: "object"; readonly list: readonly { readonly key: Ast; readonly pattern?: Pattern; readonly name?: string }[] };
export class JqSyntax extends Error {}

interface Token {
  readonly t: "op" | "name" | "field" | "var" | "num" | "text" | "format" | "end";
  readonly v: string;
  readonly parts?: readonly (string | Ast)[];
}

const words = new Set(["def", "if", "then", "elif", "else", "end", "as", "reduce", "foreach", "try", "catch", "label", "import", "include", "and", "or", "__loc__"]);

function scan(source: string): Token[] {
  const out: Token[] = [];
  let i = 0;
  const string = (): readonly (string | Ast)[] => {
    const parts: (string | Ast)[] = [];
    let text = "";
    for (i++; ; i++) {
      if (i >= source.length) throw new JqSyntax("unterminated string literal");
      const c = source[i];
      if (c === '"') break;
      if (c !== "\\") {
        text += c;
        continue;
      }
      const n = source[++i];
      if (n === "(") {
        let depth = 1;
        const from = i + 1;
        for (i++; i < source.length && depth > 0; i++) {
          if (source[i] === "(") depth++;
          else if (source[i] === ")") depth--;
          else if (source[i] === '"') {
            for (i++; i < source.length && source[i] !== '"'; i++) if (source[i] === "\\") i++;
          }
        }
        i--;
        parts.push(text, parse(source.slice(from, i)));
        text = "";
      } else if (n === "u") {
        text += String.fromCharCode(parseInt(source.slice(i + 1, i + 5), 16));
        i += 4;
      } else text += { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" }[n] ?? n;
    }
    i++;
    parts.push(text);
    return parts;
  };
  while (i < source.length) {
    const gap = /^(?:\s|#[^\n]*)+/.exec(source.slice(i));
    if (gap) {
      i += gap[0].length;
      continue;
    }
    const rest = source.slice(i);
    const num = /^(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(rest);
    const field = /^\.([A-Za-z_]\w*)/.exec(rest);
    const name = /^[A-Za-z_]\w*(?:::\w+)*/.exec(rest);
    const variable = /^\$([A-Za-z_]\w*)/.exec(rest);
    const format = /^@\w+/.exec(rest);
    if (rest[0] === '"') out.push({ t: "text", v: "", parts: string() });
    else if (num) {
      out.push({ t: "num", v: num[0] });
      i += num[0].length;
    } else if (field) {
      out.push({ t: "field", v: field[1] });
      i += field[0].length;
    } else if (variable) {
      out.push({ t: "var", v: variable[1] });
      i += variable[0].length;
    } else if (format) {
      out.push({ t: "format", v: format[0] });
      i += format[0].length;
    } else if (name) {
      out.push({ t: "name", v: name[0] });
      i += name[0].length;
    } else {
      const op = ["?//", "//=", "|=", "+=", "-=", "*=", "/=", "%=", "==", "!=", "<=", ">=", "//", "..", ".", "[", "]", "(", ")", "{", "}", "|", ",", ":", ";", "=", "<", ">", "+", "-", "*", "/", "%", "?"].find((o) => rest.startsWith(o));
      if (!op) throw new JqSyntax(`syntax error, unexpected INVALID_CHARACTER`);
      out.push({ t: "op", v: op });
      i += op.length;
    }
  }
  out.push({ t: "end", v: "" });
  return out;
}

const parsed = new Map<string, Ast>();

export function parse(source: string): Ast {
  const found = parsed.get(source);
  if (found) return found;
  const tokens = scan(source);
  let at = 0;
  const peek = (): Token => tokens[at];
  const is = (v: string): boolean => (peek().t === "op" || peek().t === "name") && peek().v === v;
  const fail = (): never => {
    const t = peek();
    throw new JqSyntax(`syntax error, unexpected ${t.t === "end" ? "end of file" : t.t === "name" && words.has(t.v) ? t.v : t.t === "name" ? "IDENT" : t.t === "field" ? "FIELD" : t.t === "num" ? "LITERAL" : t.t === "text" ? "QQSTRING_START" : t.t === "format" ? "FORMAT" : `'${t.v}'`}`);
  };
  const take = (v: string): void => {
    if (!is(v)) fail();
    at++;
  };
  const pipe = (): Ast => {
    if (is("def")) {
      at++;
      const name = tokens[at++].v;
      const params: string[] = [];
      if (is("(")) {
        at++;
        while (!is(")")) {
          const t = tokens[at++];
          params.push(t.t === "var" ? `$${t.v}` : t.v);
          if (is(";")) at++;
        }
        at++;
      }
      take(":");
      const body = pipe();
      take(";");
      return { k: "def", name, params, body, rest: peek().t === "end" || is(")") ? { k: "identity" } : pipe() };
    }
    if (is("label")) {
      at++;
      const name = tokens[at++].v;
      take("|");
      return { k: "label", name, body: pipe() };
    }
    const a = comma();
    if (is("as")) {
      at++;
      const patterns = [pattern()];
      while (is("?//")) {
        at++;
        patterns.push(pattern());
      }
      take("|");
      return { k: "as", a, patterns, body: pipe() };
    }
    if (is("|")) {
      at++;
      return { k: "pipe", a, b: pipe() };
    }
    return a;
  };
  const pattern = (): Pattern => {
    const t = tokens[at++];
    if (t.t === "var") return { k: "name", name: t.v };
    if (t.v === "[") {
      const list = [pattern()];
      while (is(",")) {
        at++;
        list.push(pattern());
      }
      take("]");
      return { k: "array", list };
    }
    if (t.v === "{") {
      const list: { key: Ast; pattern?: Pattern; name?: string }[] = [];
      do {
        if (is(",")) at++;
        const key = tokens[at++];
        if (key.t === "var") list.push({ key: { k: "literal", v: key.v }, name: key.v, ...(is(":") ? (at++, { pattern: pattern() }) : {}) });
        else {
          const node: Ast = key.t === "text" ? { k: "text", parts: key.parts!, format: "" } : key.v === "(" ? pipe() : { k: "literal", v: key.v };
          if (key.v === "(") take(")");
          take(":");
          list.push({ key: node, pattern: pattern() });
        }
      } while (is(","));
      take("}");
      return { k: "object", list };
    }
    at--;
    return fail();
  };
  const comma = (): Ast => {
    let a = alternative();
    while (is(",")) {
      at++;
      a = { k: "comma", a, b: alternative() };
    }
    return a;
  };
  const alternative = (): Ast => {
    const a = update();
    if (is("//")) {
      at++;
      return { k: "alternative", a, b: alternative() };
    }
    return a;
  };
  const update = (): Ast => {
    const a = or();
    if (peek().t === "op" && ["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="].includes(peek().v)) {
      const op = tokens[at++].v;
      return { k: "update", op, a, b: alternative() };
    }
    return a;
  };
  const or = (): Ast => {
    let a = and();
    while (is("or")) {
      at++;
      a = { k: "or", a, b: and() };
    }
    return a;
  };
  const and = (): Ast => {
    let a = compare();
    while (is("and")) {
      at++;
      a = { k: "and", a, b: compare() };
    }
    return a;
  };
  const compare = (): Ast => {
    const a = additive();
    if (peek().t === "op" && ["==", "!=", "<", "<=", ">", ">="].includes(peek().v)) {
      const op = tokens[at++].v;
      return { k: "binary", op, a, b: additive() };
    }
    return a;
  };
  const additive = (): Ast => {
    let a = multiplicative();
    while (is("+") || is("-")) {
      const op = tokens[at++].v;
      a = { k: "binary", op, a, b: multiplicative() };
    }
    return a;
  };
  const multiplicative = (): Ast => {
    let a = unary();
    while (is("*") || is("/") || is("%")) {
      const op = tokens[at++].v;
      a = { k: "binary", op, a, b: unary() };
    }
    return a;
  };
  const unary = (): Ast => {
    if (is("-")) {
      at++;
      return { k: "negate", a: postfix() };
    }
    return postfix();
  };
  const postfix = (): Ast => {
    let a = term();
    for (;;) {
      if (peek().t === "field") a = { k: "index", of: a, at: { k: "literal", v: tokens[at++].v } };
      else if (is(".") && tokens[at + 1]?.t === "text") {
        at++;
        a = { k: "index", of: a, at: { k: "text", parts: tokens[at++].parts!, format: "" } };
      } else if (is(".") && tokens[at + 1]?.v === "[") at++;
      else if (is("[")) a = brackets(a);
      else if (is("?")) {
        at++;
        a = { k: "try", a };
      } else return a;
    }
  };
  const brackets = (of: Ast): Ast => {
    take("[");
    if (is("]")) {
      at++;
      return { k: "each", of };
    }
    if (is(":")) {
      at++;
      const to = pipe();
      take("]");
      return { k: "slice", of, to };
    }
    const from = pipe();
    if (is(":")) {
      at++;
      if (is("]")) {
        at++;
        return { k: "slice", of, from };
      }
      const to = pipe();
      take("]");
      return { k: "slice", of, from, to };
    }
    take("]");
    return { k: "index", of, at: from };
  };
  const term = (): Ast => {
    const t = tokens[at++];
    switch (t.t) {
      case "num": return { k: "literal", v: Number(t.v) };
      case "text": return { k: "text", parts: t.parts!, format: "" };
      case "format": {
        if (peek().t === "text") return { k: "text", parts: tokens[at++].parts!, format: t.v };
        return { k: "format", name: t.v };
      }
      case "field": return { k: "index", of: { k: "identity" }, at: { k: "literal", v: t.v } };
      case "var": return { k: "var", name: t.v };
      case "op":
        if (t.v === ".") {
          if (peek().t === "text") return { k: "index", of: { k: "identity" }, at: { k: "text", parts: tokens[at++].parts!, format: "" } };
          return { k: "identity" };
        }
        if (t.v === "..") return { k: "recurse" };
        if (t.v === "(") {
          const inside = pipe();
          take(")");
          return inside;
        }
        if (t.v === "[") {
          if (is("]")) {
            at++;
            return { k: "array" };
          }
          const inside = pipe();
          take("]");
          return { k: "array", a: inside };
        }
        if (t.v === "{") return object();
        break;
      case "name":
        if (t.v === "if") {
          const test = pipe();
          take("then");
          const then = pipe();
          return conditional(test, then);
        }
        if (t.v === "try") {
          const a = postfix();
          if (is("catch")) {
            at++;
            return { k: "try", a, b: postfix() };
          }
          return { k: "try", a };
        }
        if (t.v === "reduce" || t.v === "foreach") {
          const a = postfix();
          take("as");
          const p = pattern();
          take("(");
          const init = pipe();
          take(";");
          const step = pipe();
          if (t.v === "reduce") {
            take(")");
            return { k: "reduce", a, pattern: p, init, update: step };
          }
          const extract = is(";") ? (at++, pipe()) : undefined;
          take(")");
          return { k: "foreach", a, pattern: p, init, update: step, ...(extract ? { extract } : {}) };
        }
        if (t.v === "def") {
          at--;
          return pipe();
        }
        if (words.has(t.v)) break;
        if (t.v === "break" && peek().t === "var") return { k: "break", name: tokens[at++].v };
        if (t.v === "null") return { k: "literal", v: null };
        if (t.v === "true") return { k: "literal", v: true };
        if (t.v === "false") return { k: "literal", v: false };
        if (is("(")) {
          at++;
          const args = [pipe()];
          while (is(";")) {
            at++;
            args.push(pipe());
          }
          take(")");
          return { k: "call", name: t.v, args };
        }
        return { k: "call", name: t.v, args: [] };
      default:
        break;
    }
    at--;
    return fail();
  };
  const conditional = (test: Ast, then: Ast): Ast => {
    if (is("elif")) {
      at++;
      const next = pipe();
      take("then");
      const body = pipe();
      return { k: "if", test, then, else: conditional(next, body) };
    }
    if (is("else")) {
      at++;
      const other = pipe();
      take("end");
      return { k: "if", test, then, else: other };
    }
    take("end");
    return { k: "if", test, then };
  };
  const object = (): Ast => {
    const entries: { key: Ast; value: Ast }[] = [];
    while (!is("}")) {
      const t = tokens[at++];
      let key: Ast;
      let value: Ast | undefined;
      if (t.t === "var") {
        key = { k: "literal", v: t.v };
        value = { k: "var", name: t.v };
      } else if (t.t === "name" || t.t === "num") {
        key = { k: "literal", v: t.v };
        value = { k: "index", of: { k: "identity" }, at: key };
      } else if (t.t === "text" || t.t === "format") {
        key = t.t === "text" ? { k: "text", parts: t.parts!, format: "" } : { k: "text", parts: tokens[at++].parts!, format: t.v };
        value = { k: "index", of: { k: "identity" }, at: key };
      } else if (t.v === "(") {
        key = pipe();
        take(")");
      } else {
        at--;
        return fail();
      }
      if (is(":")) {
        at++;
        value = objectValue();
      }
      if (!value) return fail();
      entries.push({ key, value });
      if (!is("}")) take(",");
    }
    at++;
    return { k: "object", entries };
  };
  const objectValue = (): Ast => {
    let a = alternative();
    while (is("|")) {
      at++;
      a = { k: "pipe", a, b: alternative() };
    }
    return a;
  };
  const script = pipe();
  if (peek().t !== "end") fail();
  if (parsed.size > 200) parsed.clear();
  parsed.set(source, script);
  return script;
}
