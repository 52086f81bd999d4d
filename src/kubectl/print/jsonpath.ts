import { scalar } from "../../cluster/scalar";
import { goJson } from "./go-json";

/** kubectl's JSONPath: text with `{…}`, range/end, filters, unions, slices, recursive descent. */
export type Node =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "field"; readonly name: string }
  | { readonly is: "wildcard" }
  | { readonly is: "recursive" }
  | { readonly is: "slice"; readonly from: number | undefined; readonly to: number | undefined; readonly step: number | undefined; readonly single: boolean }
  | { readonly is: "filter"; readonly left: readonly Node[]; readonly operator: string; readonly right: readonly Node[] }
  | { readonly is: "union"; readonly of: readonly (readonly Node[])[] }
  | { readonly is: "literal"; readonly value: unknown }
  | { readonly is: "action"; readonly path: readonly Node[] }
  | { readonly is: "range"; readonly over: readonly Node[]; readonly body: readonly Node[] };

export class JsonPathError extends Error {}

/** Parses a template. Throws JsonPathError with client-go's words ("unterminated array"). */
export function parseJsonPath(text: string): readonly Node[] {
  const parser = new Parser(text);
  return parser.template(false);
}

/** The path of custom-columns and --sort-by: with or without braces and the leading dot. */
export function relaxedJsonPath(path: string): string {
  if (path === "") return path;
  const match = /^\{?\.?([^{}]+)\}?$/.exec(path);
  if (!match || (path.startsWith("{") !== path.endsWith("}"))) throw new JsonPathError(`unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`);
  return `{.${(match[1] ?? "").replace(/^\./, "")}}`;
}

class Parser {
  private at = 0;
  constructor(private readonly text: string) {}

  template(inRange: boolean): Node[] {
    const nodes: Node[] = [];
    while (this.at < this.text.length) {
      const open = this.text.indexOf("{", this.at);
      const until = open < 0 ? this.text.length : open;
      if (until > this.at) nodes.push({ is: "text", text: this.text.slice(this.at, until) });
      if (open < 0) {
        this.at = this.text.length;
        break;
      }
      this.at = open + 1;
      const word = /^\s*(range|end)\b/.exec(this.text.slice(this.at));
      if (word?.[1] === "end") {
        this.at += word[0].length;
        this.path("}");
        if (!inRange) throw new JsonPathError("not in range, nothing to end");
        return nodes;
      }
      if (word) {
        this.at += word[0].length;
        const over = this.path("}");
        nodes.push({ is: "range", over, body: this.template(true) });
        continue;
      }
      nodes.push({ is: "action", path: this.path("}") });
    }
    return nodes;
  }

  /** Reads until the closing delimiter and past it. */
  private path(close: string): Node[] {
    const nodes: Node[] = [];
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined || c === "\n") throw new JsonPathError("unclosed action");
      if (c === close) {
        this.at++;
        return nodes;
      }
      if (c === " " || c === "@" || c === "$") this.at++;
      else if (this.text.startsWith("[?(", this.at)) nodes.push(this.filter());
      else if (this.text.startsWith("..", this.at)) {
        this.at += 2;
        nodes.push({ is: "recursive" });
        if (/[A-Za-z0-9_]/.test(this.text[this.at] ?? "")) nodes.push(this.name());
        else if (this.text[this.at] === "*") {
          this.at++;
          nodes.push({ is: "wildcard" });
        }
      } else if (c === "[") nodes.push(this.array());
      else if (c === '"' || c === "'") nodes.push({ is: "literal", value: this.quoted(c) });
      else if (c === ".") {
        this.at++;
        nodes.push(this.name());
      } else if (c === "*") {
        this.at++;
        nodes.push({ is: "wildcard" });
      } else if (/[-+\d]/.test(c)) nodes.push({ is: "literal", value: Number(this.word()) });
      else if (/[A-Za-z_]/.test(c)) nodes.push(this.identifier());
      else throw new JsonPathError(`unrecognized character in action: U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")} '${c}'`);
    }
  }

  private name(): Node {
    let name = "";
    for (; this.at < this.text.length; this.at++) {
      const c = this.text[this.at] ?? "";
      if (c === "\\" && this.at + 1 < this.text.length) {
        name += this.text[++this.at] ?? "";
        continue;
      }
      if (/[\s.,[\]$@{}()=!<>]/.test(c)) break;
      name += c;
    }
    return name === "*" || name === "" ? (name === "*" ? { is: "wildcard" } : { is: "field", name: "" }) : { is: "field", name };
  }

  private word(): string {
    const match = /^[-+\w.]+/.exec(this.text.slice(this.at));
    this.at += match?.[0].length ?? 1;
    return match?.[0] ?? "";
  }

  private identifier(): Node {
    const word = this.word();
    if (word === "true" || word === "false") return { is: "literal", value: word === "true" };
    throw new JsonPathError(`unrecognized identifier ${word}`);
  }

  private quoted(mark: string): string {
    let out = "";
    for (this.at++; this.at < this.text.length; this.at++) {
      const c = this.text[this.at] ?? "";
      if (c === mark) {
        this.at++;
        return out;
      }
      if (c === "\\") {
        const next = this.text[++this.at] ?? "";
        out += { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', "'": "'" }[next] ?? `\\${next}`;
      } else out += c;
    }
    throw new JsonPathError("unterminated quoted string");
  }

  private array(): Node {
    const start = ++this.at;
    let mark = "";
    for (; ; this.at++) {
      const c = this.text[this.at];
      if (c === undefined || c === "\n") throw new JsonPathError("unterminated array");
      if (mark !== "") mark = c === mark ? "" : mark;
      else if (c === '"' || c === "'") mark = c;
      else if (c === "]") break;
    }
    const inner = this.text.slice(start, this.at++).trim();
    if (inner === "*") return { is: "wildcard" };
    const parts = inner.split(/,(?=(?:[^']*'[^']*')*[^']*$)/).map((p) => p.trim());
    const nodes = parts.map((part): Node => {
      if (part === "*") return { is: "wildcard" };
      const key = /^'([^']*)'$/.exec(part) ?? /^"([^"]*)"$/.exec(part);
      if (key) return { is: "field", name: (key[1] ?? "").replaceAll("\\.", ".") };
      const match = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(part);
      if (!match) throw new JsonPathError(`invalid array index ${part}`);
      const number = (s: string | undefined): number | undefined => (s === undefined || s === "" || s === ":" ? undefined : Number(s.replace(":", "")));
      return { is: "slice", from: number(match[1]), to: number(match[2]), step: number(match[3]), single: match[2] === undefined };
    });
    const [first] = nodes;
    return nodes.length === 1 && first ? first : { is: "union", of: nodes.map((n) => [n]) };
  }

  private filter(): Node {
    const start = (this.at += 3);
    let depth = 0;
    let mark = "";
    for (; ; this.at++) {
      const c = this.text[this.at];
      if (c === undefined || c === "\n") throw new JsonPathError("unterminated filter");
      if (mark !== "") mark = c === mark ? "" : mark;
      else if (c === '"' || c === "'") mark = c;
      else if (c === "(") depth++;
      else if (c === ")") {
        if (depth === 0) break;
        depth--;
      }
    }
    const inner = this.text.slice(start, this.at);
    if (!this.text.startsWith(")]", this.at)) throw new JsonPathError("unclosed array expect ]");
    this.at += 2;
    const match = /^((?:"[^"]*"|'[^']*'|[^!<>="'])*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s.exec(inner);
    const side = (text: string): Node[] => new Parser(`${text}}`).path("}");
    return match ? { is: "filter", left: side(match[1] ?? ""), operator: match[2] ?? "", right: side(match[3] ?? "") } : { is: "filter", left: side(inner), operator: "exists", right: [] };
  }
}

export interface JsonPathOptions {
  readonly allowMissingKeys: boolean;
  /** -o jsonpath-as-json */
  readonly asJson?: boolean;
}

/** Runs a template on a value. Throws JsonPathError ("array index out of bounds: index 0, length 0"). */
export function runJsonPath(nodes: readonly Node[], root: unknown, options: JsonPathOptions): string {
  if (options.asJson) {
    const all = nodes.flatMap((node) => (node.is === "action" ? evaluate(node.path, [root], options) : []));
    return `${goJson(all, { indent: 4 })}\n`;
  }
  const run = (body: readonly Node[], current: unknown): string =>
    body.map((node) => {
      if (node.is === "text") return node.text;
      if (node.is === "range") return evaluate(node.over, [current], options).map((item) => run(node.body, item)).join("");
      if (node.is === "action") return evaluate(node.path, [current], options).map(show).join(" ");
      return "";
    }).join("");
  return run(nodes, root);
}

/** The values that the first action of a template finds. */
export function findValues(nodes: readonly Node[], root: unknown, options: JsonPathOptions = { allowMissingKeys: true }): readonly unknown[] {
  return nodes.flatMap((node) => (node.is === "action" ? evaluate(node.path, [root], options) : []));
}

function show(value: unknown): string {
  if (value === null || value === undefined) return "null";
  return typeof value === "object" ? goJson(value) : scalar(value);
}

function evaluate(path: readonly Node[], start: readonly unknown[], options: JsonPathOptions): readonly unknown[] {
  let values = start;
  for (const node of path) values = step(node, values, options);
  return values;
}

function step(node: Node, values: readonly unknown[], options: JsonPathOptions): readonly unknown[] {
  switch (node.is) {
    case "field":
      return values.flatMap((value) => {
        if (node.name === "") return [value];
        if (typeof value === "object" && value !== null && !Array.isArray(value) && node.name in value) return [(value as Record<string, unknown>)[node.name]];
        if (options.allowMissingKeys) return [];
        throw new JsonPathError(`${node.name} is not found`);
      });
    case "wildcard":
      return values.flatMap(children);
    case "recursive":
      return values.flatMap(descend);
    case "literal":
      return [node.value];
    case "union":
      return node.of.flatMap((path) => evaluate(path, values, options));
    case "slice":
      return values.flatMap((value) => {
        if (value === null || value === undefined) return [];
        if (!Array.isArray(value)) throw new JsonPathError(`${show(value)} is not array or slice`);
        const size = value.length;
        let from = node.from ?? 0;
        if (from < 0) from += size;
        if (node.single) {
          if (from < 0 || from >= size) throw new JsonPathError(`array index out of bounds: index ${from}, length ${size}`);
          return [value[from] as unknown];
        }
        let to = node.to ?? size;
        if (to < 0) to += size;
        if (to > size) throw new JsonPathError(`array index out of bounds: index ${to - 1}, length ${size}`);
        const out: unknown[] = [];
        for (let i = from; i < to; i += Math.max(1, node.step ?? 1)) out.push(value[i]);
        return out;
      });
    case "filter":
      return values.flatMap((value) => {
        if (value === null || value === undefined) return [];
        if (!Array.isArray(value)) throw new JsonPathError(`${show(value)} is not array or slice and cannot be filtered`);
        return (value as readonly unknown[]).filter((item) => {
          const left = evaluate(node.left, [item], { allowMissingKeys: true });
          if (node.operator === "exists") return left.length > 0;
          if (left.length === 0) return false;
          if (left.length > 1) throw new JsonPathError("can only compare one element at a time");
          const right = evaluate(node.right, [item], { allowMissingKeys: true });
          if (right.length === 0) return false;
          return compare(left[0], right[0], node.operator);
        });
      });
    default:
      return values;
  }
}

function children(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "object" && value !== null) return Object.keys(value).sort().map((k) => (value as Record<string, unknown>)[k]);
  return [];
}

/** Every descendant that can be looked into, the value itself first. */
function descend(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return [value, ...children(value).flatMap(descend)];
}

function compare(a: unknown, b: unknown, operator: string): boolean {
  if (typeof a !== typeof b) throw new JsonPathError("incompatible types for comparison");
  const x = a as number, y = b as number;
  switch (operator) {
    case "==": return x === y;
    case "!=": return x !== y;
    case "<": return x < y;
    case "<=": return x <= y;
    case ">": return x > y;
    default: return x >= y;
  }
}
