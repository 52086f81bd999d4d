import { RE2JS } from "re2js";

const kept = new Map<string, RE2JS | string>();

/** One match: the span of each group, -1 where it took no part. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

export interface Regular {
  /** The leftmost match at or after `from`. */
  find(text: string, from?: number): Found | undefined;
  test(text: string): boolean;
}

export type Dialect = "basic" | "extended" | "perl" | "fixed";

/** Compiles a pattern that a reader typed, on an engine of linear time; a string is the reason why it can't be. */
export function regular(pattern: string, dialect: Dialect, options: { readonly ignoreCase?: boolean; readonly whole?: "word" | "line"; readonly dotAll?: boolean } = {}): Regular | string {
  const key = `${dialect}${options.ignoreCase ? "i" : ""}${options.whole ?? ""}${options.dotAll ? "s" : ""}:${pattern}`;
  let compiled = kept.get(key);
  if (compiled === undefined) {
    let translated = dialect === "fixed" ? RE2JS.quote(pattern) : dialect === "perl" ? pattern : translate(pattern, dialect);
    if (options.whole === "word") translated = `\\b(?:${translated})\\b`;
    if (options.whole === "line") translated = `^(?:${translated})$`;
    const flags = (options.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (dialect === "perl" ? 0 : RE2JS.LONGEST_MATCH) | (options.dotAll ? RE2JS.DOTALL : 0);
    try {
      compiled = RE2JS.compile(translated, flags);
    } catch (error) {
      compiled = String(error instanceof Error ? error.message : error);
    }
    if (kept.size > 500) kept.clear();
    kept.set(key, compiled);
  }
  if (typeof compiled === "string") return compiled;
  const engine = compiled;
  const find = (text: string, from = 0): Found | undefined => {
    const matcher = engine.matcher(text);
    if (from > text.length || !matcher.find(from)) return undefined;
    const groups: (string | undefined)[] = [];
    for (let i = 0; i <= matcher.groupCount(); i++) groups.push(matcher.group(i) ?? undefined);
    return { start: matcher.start(), end: matcher.end(), groups };
  };
  return { find, test: (text) => find(text) !== undefined };
}

/** POSIX basic or extended syntax (with GNU's additions) as RE2 understands it. */
function translate(pattern: string, dialect: "basic" | "extended"): string {
  let out = "";
  const basic = dialect === "basic";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === "\\") {
      const next = pattern[++i];
      if (next === undefined) return `${out}\\\\`;
      if (basic && "(){}|+?".includes(next)) out += next;
      else if (next === "<" || next === ">") out += "\\b";
      else if (next === "`") out += "^";
      else if (next === "'") out += "$";
      else if (/[wWsSbBntrfv]/.test(next)) out += `\\${next}`;
      else if (/[1-9]/.test(next)) out += `\\${next}`;
      else if (/[a-zA-Z0-9]/.test(next)) out += next;
      else out += `\\${next}`;
    } else if (c === "[") {
      const [text, end] = bracket(pattern, i);
      out += text;
      i = end;
    } else if (basic && "(){}|+?".includes(c)) out += `\\${c}`;
    else if (basic && c === "*" && (out === "" || out === "^" || out.endsWith("("))) out += "\\*";
    else if (basic && c === "^" && i > 0 && !pattern.slice(0, i).endsWith("\\(") && !pattern.slice(0, i).endsWith("\\|")) out += "\\^";
    else if (basic && c === "$" && i < pattern.length - 1 && !/^\\[)|]/.test(pattern.slice(i + 1))) out += "\\$";
    else if (!basic && c === "{" && !/^\{\d*(,\d*)?\}/.test(pattern.slice(i))) out += "\\{";
    else out += c;
  }
  return out;
}

/** A bracket expression as RE2 writes it, and the place of its closing bracket. */
export function bracket(pattern: string, at: number): readonly [string, number] {
  let i = at + 1;
  let out = "[";
  if (pattern[i] === "^" || pattern[i] === "!") {
    out += "^";
    i++;
  }
  for (let first = true; ; first = false, i++) {
    const c = pattern[i];
    if (c === undefined) return ["\\[", at];
    if (c === "]" && !first) break;
    if (c === "[" && (pattern[i + 1] === ":" || pattern[i + 1] === "." || pattern[i + 1] === "=")) {
      const close = pattern.indexOf(`${pattern[i + 1]}]`, i + 2);
      if (close > 0) {
        out += pattern[i + 1] === ":" ? pattern.slice(i, close + 2) : `\\${pattern.slice(i + 2, close)}`;
        i = close + 1;
        continue;
      }
    }
    if (c === "\\") out += "\\\\";
    else if (c === "[" || c === "]" || c === "^" || c === "&" || c === "~") out += `\\${c}`;
    else out += c;
  }
  return [`${out}]`, i];
}
