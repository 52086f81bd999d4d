/** The variables an expression reads and sets. Names may carry an index: "a[2]". */
export interface Variables {
  get(name: string): string;
  set(name: string, value: string): void;
}

/** Its message is what bash prints after the expression: `1/0: division by 0 (error token is "0")`. */
export class ArithmeticError extends Error {}

type Token = { readonly kind: "number" | "name" | "op" | "end"; readonly text: string; readonly at: number };
type Value = { readonly value: bigint; readonly name?: string };

const operators = ["<<=", ">>=", "**", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=", "+", "-", "*", "/", "%", "<", ">", "!", "~", "&", "^", "|", "?", ":", "=", ",", "(", ")"];
const levels: readonly (readonly string[])[] = [["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", "<=", ">", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"]];

/** Evaluates shell arithmetic on 64-bit integers. */
export function evaluate(expression: string, variables: Variables, depth = 0): bigint {
  if (depth > 64) throw new ArithmeticError(`${expression}: expression recursion level exceeded (error token is "${expression}")`);
  const tokens = scan(expression);
  let at = 0;
  let skip = 0;
  const peek = (): Token => tokens[at];
  const is = (text: string): boolean => peek().kind === "op" && peek().text === text;
  const fail = (why: string, token = peek()): never => {
    throw new ArithmeticError(`${token.kind === "number" && why.startsWith("value") ? token.text : expression.trimStart()}: ${why} (error token is "${(token.kind === "number" ? token.text : expression.slice(token.at)) || expression.slice(tokens[Math.max(0, at - 1)]?.at ?? 0)}")`);
  };
  const wrap = (n: bigint): bigint => BigInt.asIntN(64, n);
  const read = (name: string): bigint => {
    if (skip) return 0n;
    const text = variables.get(name).trim();
    if (text === "") return 0n;
    if (/^-?\d+$/.test(text) && !/^-?0\d/.test(text)) return wrap(BigInt(text));
    return evaluate(text, variables, depth + 1);
  };
  const assign = (target: Value, value: bigint): Value => {
    if (target.name === undefined) return fail("attempted assignment to non-variable", tokens[Math.max(0, at - 1)]);
    if (!skip) variables.set(target.name, String(value));
    return { value };
  };
  const apply = (op: string, a: bigint, b: bigint, token: Token): bigint => {
    switch (op) {
      case "||": return a !== 0n || b !== 0n ? 1n : 0n;
      case "&&": return a !== 0n && b !== 0n ? 1n : 0n;
      case "|": return a | b;
      case "^": return a ^ b;
      case "&": return a & b;
      case "==": return a === b ? 1n : 0n;
      case "!=": return a !== b ? 1n : 0n;
      case "<": return a < b ? 1n : 0n;
      case "<=": return a <= b ? 1n : 0n;
      case ">": return a > b ? 1n : 0n;
      case ">=": return a >= b ? 1n : 0n;
      case "<<": return wrap(a << (b & 63n));
      case ">>": return a >> (b & 63n);
      case "+": return wrap(a + b);
      case "-": return wrap(a - b);
      case "*": return wrap(a * b);
      case "/":
      case "%":
        if (b === 0n) return skip ? 0n : fail("division by 0", token);
        return op === "/" ? wrap(a / b) : a % b;
      default: return wrap(a);
    }
  };
  const comma = (): Value => {
    let value = assignment();
    while (is(",")) {
      at++;
      value = assignment();
    }
    return value;
  };
  const assignment = (): Value => {
    const left = ternary();
    const token = peek();
    if (token.kind === "op" && /^(=|(\+|-|\*|\/|%|&|\^|\||<<|>>)=)$/.test(token.text)) {
      at++;
      const operand = peek();
      const right = assignment();
      return assign(left, token.text === "=" ? right.value : apply(token.text.slice(0, -1), left.value, right.value, operand));
    }
    return left;
  };
  const ternary = (): Value => {
    const test = binary(0);
    if (!is("?")) return test;
    at++;
    const yes = test.value !== 0n;
    if (!yes) skip++;
    const first = comma();
    if (!yes) skip--;
    if (!is(":")) return fail("`:' expected for conditional expression");
    at++;
    if (yes) skip++;
    const second = assignment();
    if (yes) skip--;
    return { value: yes ? first.value : second.value };
  };
  const binary = (level: number): Value => {
    if (level >= levels.length) return power();
    let left = binary(level + 1);
    while (peek().kind === "op" && levels[level].includes(peek().text)) {
      const op = peek().text;
      at++;
      const lazy = (op === "||" && left.value !== 0n) || (op === "&&" && left.value === 0n);
      if (lazy) skip++;
      const operand = peek();
      const right = binary(level + 1);
      if (lazy) skip--;
      left = { value: apply(op, left.value, right.value, operand) };
    }
    return left;
  };
  const power = (): Value => {
    const base = unary();
    if (!is("**")) return base;
    at++;
    const exponent = power().value;
    if (exponent < 0n) return fail("exponent less than 0");
    let result = 1n;
    let square = base.value;
    for (let e = exponent; e > 0n; e >>= 1n) {
      if (e & 1n) result = wrap(result * square);
      square = wrap(square * square);
    }
    return { value: result };
  };
  const unary = (): Value => {
    const token = peek();
    if (token.kind === "op") {
      if (token.text === "++" || token.text === "--") {
        at++;
        const target = unary();
        if (target.name === undefined) return { value: token.text === "--" ? target.value : target.value };
        return assign(target, wrap(target.value + (token.text === "++" ? 1n : -1n)));
      }
      if ("+-!~".includes(token.text)) {
        at++;
        const { value } = unary();
        return { value: token.text === "-" ? wrap(-value) : token.text === "!" ? (value === 0n ? 1n : 0n) : token.text === "~" ? ~value : value };
      }
    }
    const value = primary();
    if ((is("++") || is("--")) && value.name !== undefined) {
      const up = peek().text === "++";
      at++;
      assign(value, wrap(value.value + (up ? 1n : -1n)));
      return { value: value.value };
    }
    return value;
  };
  const primary = (): Value => {
    const token = peek();
    if (token.kind === "number") {
      at++;
      return { value: number(token, fail) };
    }
    if (token.kind === "name") {
      at++;
      return { value: read(token.text), name: token.text };
    }
    if (is("(")) {
      at++;
      const { value } = comma();
      if (!is(")")) return fail("missing `)'");
      at++;
      return { value };
    }
    return fail("syntax error: operand expected");
  };
  if (peek().kind === "end") return 0n;
  const result = comma();
  if (peek().kind !== "end") fail(peek().kind === "op" ? "syntax error: invalid arithmetic operator" : "syntax error in expression");
  return result.value;

  function scan(text: string): Token[] {
    const found: Token[] = [];
    let i = 0;
    while (i < text.length) {
      const rest = text.slice(i);
      const space = /^\s+/.exec(rest);
      if (space) {
        i += space[0].length;
        continue;
      }
      const num = /^\d[\w#@]*/.exec(rest);
      const name = /^[A-Za-z_]\w*/.exec(rest);
      if (num) found.push({ kind: "number", text: num[0], at: i });
      else if (name) {
        let whole = name[0];
        if (rest[whole.length] === "[") {
          let level = 0;
          for (let j = whole.length; j < rest.length; j++) {
            if (rest[j] === "[") level++;
            else if (rest[j] === "]" && --level === 0) {
              whole = rest.slice(0, j + 1);
              break;
            }
          }
        }
        found.push({ kind: "name", text: whole, at: i });
      } else {
        const op = operators.find((o) => rest.startsWith(o));
        if (op === undefined) throw new ArithmeticError(`${text.trimStart()}: syntax error: ${found.length && found.at(-1)!.kind !== "op" ? "invalid arithmetic operator" : "operand expected"} (error token is "${rest}")`);
        found.push({ kind: "op", text: op, at: i });
      }
      i += found.at(-1)!.text.length;
    }
    found.push({ kind: "end", text: "", at: text.length });
    return found;
  }
}

function number(token: Token, fail: (why: string, token: Token) => never): bigint {
  const text = token.text;
  const based = /^(\d+)#([\w@]+)$/.exec(text);
  const [base, digits] = based ? [Number(based[1]), based[2]] : /^0[xX]/.test(text) ? [16, text.slice(2)] : /^0\d/.test(text) ? [8, text.slice(1)] : [10, text];
  let value = 0n;
  for (const c of digits) {
    let digit = /\d/.test(c) ? Number(c) : /[a-z]/.test(c) ? c.charCodeAt(0) - 87 : /[A-Z]/.test(c) ? c.charCodeAt(0) - (base <= 36 ? 55 : 29) : c === "@" ? 62 : 63;
    if (!/\w|@/.test(c)) digit = 99;
    if (digit >= base) return fail("value too great for base", token);
    value = value * BigInt(base) + BigInt(digit);
  }
  return BigInt.asIntN(64, value);
}
