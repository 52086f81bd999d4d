import type { TestExpression } from "unbash";
import type { Files } from "../cluster/images/program";
import type { Expander } from "./expand";
import { shellPattern } from "./glob";
import { regular } from "./regular";
import { ExpansionError } from "./variables";

export interface ConditionWorld {
  readonly files: Files;
  tty(fd: number): boolean;
  variable(name: string): string | undefined;
  /** The groups of a regular expression's match, for BASH_REMATCH. */
  matched?(groups: readonly string[]): void;
}

/** `[[ … ]]`. */
export function evaluateTest(test: TestExpression, x: Expander, world: ConditionWorld): boolean {
  switch (test.type) {
    case "TestLogical":
      return test.operator === "&&" ? test.operands.every((t) => evaluateTest(t, x, world)) : test.operands.some((t) => evaluateTest(t, x, world));
    case "TestNot": {
      const value = evaluateTest(test.operand, x, world);
      return test.negations.length % 2 === 1 ? !value : value;
    }
    case "TestGroup":
      return evaluateTest(test.expression, x, world);
    case "TestUnary":
      return unary(test.operator, x.text(test.operand), world);
    case "TestBinary": {
      const left = x.text(test.left);
      if (test.operator === "=~") {
        const pattern = x.pattern(test.right).map((s) => (s.q ? s.t.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&") : s.t)).join("");
        const found = regular(pattern, "extended");
        if (typeof found === "string") throw new ExpansionError(`[[: invalid regular expression \`${pattern}'`, false);
        const match = found.find(left);
        world.matched?.(match ? match.groups.map((g) => g ?? "") : []);
        return match !== undefined;
      }
      if (test.operator === "=" || test.operator === "==" || test.operator === "!=") return shellPattern(x.pattern(test.right)).matches(left) === (test.operator !== "!=");
      const right = x.text(test.right);
      if (/^-(eq|ne|lt|le|gt|ge)$/.test(test.operator)) return compare(test.operator, x.arithmetic(left || "0"), x.arithmetic(right || "0"));
      return binary(test.operator, left, right, world) ?? false;
    }
  }
}

function unary(operator: string, value: string, world: ConditionWorld): boolean {
  const { files } = world;
  switch (operator) {
    case "-z": return value === "";
    case "-n": return value !== "";
    case "-e":
    case "-a": return value !== "" && (files.read(value) !== undefined || files.list(value) !== undefined || value === "/dev/null");
    case "-f": return value !== "" && value !== "/dev/null" && files.read(value) !== undefined;
    case "-d": return value !== "" && files.list(value) !== undefined;
    case "-s": return value !== "" && ((files.read(value) ?? "") !== "" || files.list(value) !== undefined);
    case "-r":
    case "-w":
    case "-O":
    case "-G": return value !== "" && (files.read(value) !== undefined || files.list(value) !== undefined);
    case "-x": return value !== "" && (files.list(value) !== undefined || /^(\/usr)?(\/local)?\/s?bin\//.test(value) || /^#!/.test(files.read(value) ?? ""));
    case "-c": return value === "/dev/null" || value === "/dev/tty";
    case "-t": return world.tty(Number(value));
    case "-v": return world.variable(value) !== undefined;
    case "-o": return false;
    default: return false;
  }
}

function compare(operator: string, a: bigint, b: bigint): boolean {
  switch (operator) {
    case "-eq": return a === b;
    case "-ne": return a !== b;
    case "-lt": return a < b;
    case "-le": return a <= b;
    case "-gt": return a > b;
    default: return a >= b;
  }
}

function binary(operator: string, left: string, right: string, world: ConditionWorld): boolean | undefined {
  switch (operator) {
    case "=":
    case "==": return left === right;
    case "!=": return left !== right;
    case "<": return left < right;
    case ">": return left > right;
    case "-nt": return world.files.read(left) !== undefined && world.files.read(right) === undefined;
    case "-ot": return world.files.read(left) === undefined && world.files.read(right) !== undefined;
    case "-ef": return left === right;
    default: return undefined;
  }
}

/** `test` and `[`: the words without the closing bracket. A string is the error, without the command's name. */
export function testWords(words: readonly string[], world: ConditionWorld): boolean | string {
  const isUnary = (op: string): boolean => /^-[a-zA-Z]$/.test(op) && !["-a", "-o"].includes(op) ? /^-[bcdefghknoprstuvwxzGLNORS]$/.test(op) : false;
  const isBinary = (op: string | undefined): boolean => op !== undefined && (["=", "==", "!=", "<", ">", "-nt", "-ot", "-ef"].includes(op) || /^-(eq|ne|lt|le|gt|ge)$/.test(op));
  const two = (left: string, op: string, right: string): boolean | string => {
    if (/^-(eq|ne|lt|le|gt|ge)$/.test(op)) {
      for (const side of [left, right]) if (!/^\s*[-+]?\d+\s*$/.test(side)) return `${side}: integer expression expected`;
      return compare(op, BigInt(left.trim().replace(/^\+/, "")), BigInt(right.trim().replace(/^\+/, "")));
    }
    return binary(op, left, right, world) ?? false;
  };
  const small = (w: readonly string[]): boolean | string | undefined => {
    if (w.length === 0) return false;
    if (w.length === 1) return w[0] !== "";
    if (w.length === 2) return w[0] === "!" ? w[1] === "" : isUnary(w[0]) ? unary(w[0], w[1], world) : `${w[0]}: unary operator expected`;
    if (w.length === 3) {
      if (isBinary(w[1])) return two(w[0], w[1], w[2]);
      if (w[1] === "-a") return w[0] !== "" && w[2] !== "";
      if (w[1] === "-o") return w[0] !== "" || w[2] !== "";
      if (w[0] === "!") {
        const rest = small(w.slice(1));
        return typeof rest === "boolean" ? !rest : rest;
      }
      if (w[0] === "(" && w[2] === ")") return w[1] !== "";
      return `${w[1]}: binary operator expected`;
    }
    return undefined;
  };
  const direct = small(words);
  if (direct !== undefined) return direct;
  let at = 0;
  let trouble: string | undefined;
  const or = (): boolean => {
    let value = and();
    while (words[at] === "-o") {
      at++;
      const next = and();
      value = value || next;
    }
    return value;
  };
  const and = (): boolean => {
    let value = not();
    while (words[at] === "-a") {
      at++;
      const next = not();
      value = value && next;
    }
    return value;
  };
  const not = (): boolean => {
    if (words[at] === "!") {
      at++;
      return !not();
    }
    return primary();
  };
  const primary = (): boolean => {
    const word = words[at];
    if (word === undefined) {
      trouble ??= "argument expected";
      return false;
    }
    if (isBinary(words[at + 1]) && words[at + 2] !== undefined) {
      const value = two(word, words[at + 1], words[at + 2]);
      at += 3;
      if (typeof value === "string") trouble ??= value;
      return value === true;
    }
    if (word === "(") {
      at++;
      const value = or();
      if (words[at] === ")") at++;
      else trouble ??= "`)' expected";
      return value;
    }
    if (isUnary(word) && words[at + 1] !== undefined) {
      at += 2;
      return unary(word, words[at - 1], world);
    }
    at++;
    return word !== "";
  };
  const value = or();
  if (trouble !== undefined) return trouble;
  return at < words.length ? "too many arguments" : value;
}
