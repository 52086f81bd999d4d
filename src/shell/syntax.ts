import { forEachChild, parse, type ParsedScript, type SyntaxNode } from "unbash";

/** A parsed source whose nodes have numbers, so that frames can point at them and still be plain data. */
export interface Syntax {
  readonly text: string;
  readonly script: ParsedScript;
  readonly nodes: readonly SyntaxNode[];
  readonly numbers: ReadonlyMap<SyntaxNode, number>;
  /** The text that a node's positions index: the source, except inside escaped backticks. */
  origin(node: SyntaxNode): string;
  readonly trouble: SyntaxTrouble | undefined;
}

export interface SyntaxTrouble {
  /** The text ends too early: more lines may complete it. */
  readonly incomplete: boolean;
  /** What bash prints after "line N: ". */
  readonly message: string;
  readonly line: number;
  /** True where bash adds the offending line in quotes. */
  readonly showsLine: boolean;
}

const kept = new Map<string, Syntax>();
const keep = 400;

/** Parses a source; the same text gives the same numbers, so the result may be forgotten at any time. */
export function syntaxOf(text: string): Syntax {
  const found = kept.get(text);
  if (found) return found;
  const script = parse(text);
  const nodes: SyntaxNode[] = [];
  const numbers = new Map<SyntaxNode, number>();
  const origins = new Map<SyntaxNode, string>();
  let trouble = script.errors?.length ? describeTrouble(text, script.errors[0]) : undefined;
  const visit = (node: SyntaxNode, origin: string): void => {
    const own = node.type === "Script" && node.source !== undefined ? node.source : origin;
    numbers.set(node, nodes.length);
    nodes.push(node);
    origins.set(node, own);
    if (node.type === "HereDoc" && node.closing === undefined && trouble === undefined)
      trouble = { incomplete: true, message: "", line: 0, showsLine: false };
    if (node.type === "Script" && node !== script && trouble === undefined) {
      const errors = (node).errors;
      if (errors?.length) trouble = describeTrouble(own, errors[0]);
    }
    forEachChild(node, (child) => visit(child, own));
  };
  visit(script, text);
  const syntax: Syntax = { text, script, nodes, numbers, origin: (node) => origins.get(node) ?? text, trouble };
  if (kept.size >= keep) {
    const oldest = kept.keys().next().value;
    if (oldest !== undefined) kept.delete(oldest);
  }
  kept.set(text, syntax);
  return syntax;
}

/** The line of a position, from 1. */
export function lineAt(text: string, pos: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < pos; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

const wanting: readonly (readonly [RegExp, string])[] = [
  [/unterminated double quote/, '"'],
  [/unterminated single quote/, "'"],
  [/unterminated ANSI|unterminated \$'/, "'"],
  [/unterminated backtick/, "`"],
  [/unterminated (command substitution|arithmetic|process sub|array)/, ")"],
  [/unterminated (parameter|brace)/, "}"],
];

function describeTrouble(text: string, error: { readonly message: string; readonly pos: number }): SyntaxTrouble {
  for (const [pattern, mark] of wanting)
    if (pattern.test(error.message))
      return { incomplete: true, message: `unexpected EOF while looking for matching \`${mark}'`, line: lineAt(text, error.pos), showsLine: false };
  const rest = text.slice(error.pos);
  const stripped = rest.replace(/^(?:[ \t]|\\\n|#[^\n]*)+/, "");
  if (/^\s*$/.test(stripped) && /expected|unterminated/.test(error.message) && !/^unexpected/.test(error.message)) {
    const lines = text.replace(/\n$/, "").split("\n").length;
    return { incomplete: true, message: "syntax error: unexpected end of file", line: lines + 1, showsLine: false };
  }
  const token = /^(\|\||&&|;;|\|&|>>|<<|&>|[|&;()<>]|\n|[^\s|&;()<>]+)/.exec(stripped)?.[1] ?? "newline";
  return {
    incomplete: false,
    message: `syntax error near unexpected token \`${token === "\n" ? "newline" : token}'`,
    line: lineAt(text, error.pos + (rest.length - stripped.length)),
    showsLine: true,
  };
}
