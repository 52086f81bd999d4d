import { regular } from "../regular";
import { instant } from "./tool";

export const expr = instant((io, args) => {
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
