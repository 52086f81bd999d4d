import { scalar as plainText } from "../../cluster/scalar";
/**
 * YAML as kubectl prints it: what go-yaml v2 emits for a JSON value. Keys in natural order, lists not indented,
 * strings that would read as something else in double quotes, several lines as a literal block, folding after column 80.
 */
export function goYaml(value: unknown): string {
  const out = new Lines();
  if (isMap(value) && Object.keys(value).length > 0) emitMap(out, value, 0, false);
  else if (Array.isArray(value) && value.length > 0) emitList(out, value, 0, false);
  else {
    scalar(out, value, 0);
    out.newline();
  }
  return out.text;
}

type Map = Record<string, unknown>;

class Lines {
  text = "";
  column = 0;
  put(piece: string): void {
    this.text += piece;
    const at = piece.lastIndexOf("\n");
    this.column = at < 0 ? this.column + [...piece].length : [...piece.slice(at + 1)].length;
  }
  newline(): void {
    if (!this.text.endsWith("\n")) this.put("\n");
  }
}

function isMap(value: unknown): value is Map {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function emitMap(out: Lines, map: Map, indent: number, inline: boolean): void {
  let first = inline;
  for (const key of Object.keys(map).filter((k) => map[k] !== undefined).sort(naturalOrder)) {
    if (!first) out.put(" ".repeat(indent));
    first = false;
    out.put(quoted(key, Infinity, 0, 0));
    out.put(":");
    emitValue(out, map[key], indent);
  }
}

function emitValue(out: Lines, value: unknown, indent: number): void {
  if (Array.isArray(value) && value.length > 0) {
    out.put("\n");
    emitList(out, value, indent, false);
  } else if (isMap(value) && Object.keys(value).length > 0) {
    out.put("\n");
    emitMap(out, value, indent + 2, false);
  } else {
    out.put(" ");
    scalar(out, value, indent);
    out.newline();
  }
}

function emitList(out: Lines, list: readonly unknown[], indent: number, inline: boolean): void {
  let first = inline;
  for (const item of list) {
    if (!first) out.put(" ".repeat(indent));
    first = false;
    out.put("-");
    if (Array.isArray(item) && item.length > 0) {
      out.put(" ");
      emitList(out, item, indent + 2, true);
    } else if (isMap(item) && Object.keys(item).length > 0) {
      out.put(" ");
      emitMap(out, item, indent + 2, true);
    } else {
      out.put(" ");
      scalar(out, item, indent);
      out.newline();
    }
  }
}

function scalar(out: Lines, value: unknown, indent: number): void {
  if (value === null || value === undefined) out.put("null");
  else if (typeof value === "string") {
    if (value.includes("\n") && blockAllowed(value)) literal(out, value, indent + 2);
    else out.put(quoted(value, 80, indent + 2, out.column));
  } else if (typeof value === "object") out.put(Array.isArray(value) ? "[]" : "{}");
  else out.put(typeof value === "number" ? goNumber(value) : plainText(value));
}

function goNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  return String(value).replace(/e([+-])(\d)$/, "e$10$2");
}

/** yaml_emitter_select_scalar_style and analyze_scalar, for block context. */
function analyze(text: string) {
  const chars = [...text];
  let blockIndicators = /^(---|\.\.\.)/.test(text);
  let special = false, breaks = false, leading = false, trailingSpace = false, trailingBreak = false, breakSpace = false, spaceBreak = false;
  let previousSpace = false, previousBreak = false, preceded = true;
  chars.forEach((c, i) => {
    const next = chars[i + 1];
    const followed = next === undefined || /[ \t\n\r\u0085\u2028\u2029]/.test(next);
    if (i === 0) {
      if ("#,[]{}&*!|>'\"%@`".includes(c)) blockIndicators = true;
      else if ("?:-".includes(c) && followed) blockIndicators = true;
    } else if (c === ":" && followed) blockIndicators = true;
    else if (c === "#" && preceded) blockIndicators = true;
    if (!printable(c)) special = true;
    const last = i === chars.length - 1;
    if (c === " ") {
      if (i === 0) leading = true;
      if (last) trailingSpace = true;
      if (previousBreak) breakSpace = true;
      previousSpace = true;
      previousBreak = false;
    } else if (/[\n\r\u0085\u2028\u2029]/.test(c)) {
      breaks = true;
      if (i === 0) leading = true;
      if (last) trailingBreak = true;
      if (previousSpace) spaceBreak = true;
      previousSpace = false;
      previousBreak = true;
    } else {
      previousSpace = false;
      previousBreak = false;
    }
    preceded = /[ \t\n\r\u0085\u2028\u2029]/.test(c);
  });
  return {
    plain: !(leading || trailingSpace || trailingBreak || breakSpace || spaceBreak || special || breaks || blockIndicators),
    single: !(breakSpace || spaceBreak || special),
    block: !(trailingSpace || spaceBreak || special),
  };
}

function blockAllowed(text: string): boolean {
  return analyze(text).block;
}

function printable(c: string): boolean {
  const code = c.codePointAt(0) ?? 0;
  return code === 0x0a || (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff);
}

function quoted(text: string, width: number, indent: number, column: number): string {
  if (!readsAsString(text)) return doubleQuoted(text, width, indent, column);
  if (text.includes("\n")) return doubleQuoted(text, width, indent, column);
  const { plain, single } = analyze(text);
  if (plain) return folded(text, width, indent, column, false);
  if (single) return `'${folded(text.replaceAll("'", "''"), width, indent, column + 1, true)}'`;
  return doubleQuoted(text, width, indent, column);
}

/** go-yaml breaks a line at the first single space after the width is passed. */
function folded(text: string, width: number, indent: number, column: number, single: boolean): string {
  let out = "";
  let previousSpace = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? "";
    if (c === " ") {
      if (!previousSpace && column > width && text[i + 1] !== " " && (!single || (i > 0 && i < text.length - 1))) {
        out += `\n${" ".repeat(indent)}`;
        column = indent;
      } else {
        out += c;
        column++;
      }
      previousSpace = true;
    } else {
      out += c;
      column++;
      previousSpace = false;
    }
  }
  return out;
}

const ESCAPES: Record<string, string> = { "\0": "\\0", "\x07": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r", "\x1b": "\\e", '"': '\\"', "\\": "\\\\", "\x85": "\\N", "\xa0": "\\_", "\u2028": "\\L", "\u2029": "\\P" };

function doubleQuoted(text: string, width: number, indent: number, column: number): string {
  let out = '"';
  column++;
  let spaces = false;
  const chars = [...text];
  chars.forEach((c, i) => {
    if (c === " ") {
      if (!spaces && column > width && i > 0 && i < chars.length - 1) {
        out += `\n${" ".repeat(indent)}`;
        column = indent;
        if (chars[i + 1] === " ") {
          out += "\\";
          column++;
        }
      } else {
        out += c;
        column++;
      }
      spaces = true;
      return;
    }
    spaces = false;
    const piece = ESCAPES[c] ?? (printable(c) && c !== "\n" ? c : escapeCode(c));
    out += piece;
    column += piece.length;
  });
  return `${out}"`;
}

function escapeCode(c: string): string {
  const code = c.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).toUpperCase().padStart(2, "0")}`;
  if (code <= 0xffff) return `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return `\\U${code.toString(16).toUpperCase().padStart(8, "0")}`;
}

function literal(out: Lines, text: string, indent: number): void {
  const hint = /^[ \n]/.test(text) ? "2" : "";
  const chomp = !text.endsWith("\n") ? "-" : text === "\n" || text.endsWith("\n\n") ? "+" : "";
  const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  out.put(`|${hint}${chomp}\n`);
  out.put(lines.map((line) => (line === "" ? "" : " ".repeat(indent) + line)).join("\n"));
  out.put("\n");
}

const WORDS = /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|~|null|Null|NULL|\.nan|\.NaN|\.NAN|[-+]?\.(?:inf|Inf|INF))$/;
const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const TIME = /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d{2}:\d{2}))|(?: \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?))?$/;
const BASE60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/** Whether go-yaml v2 would read the plain text back as a string. */
function readsAsString(text: string): boolean {
  if (text === "" || WORDS.test(text) || BASE60.test(text)) return false;
  if (!/^[-+.0-9]/.test(text)) return true;
  if (TIME.test(text)) return false;
  const digits = text.startsWith(".") ? text : text.replaceAll("_", "");
  if (INTEGER.test(digits)) return false;
  return !(FLOAT.test(digits) && Number.isFinite(Number(digits)));
}

/** The order of keys in go-yaml: letters after everything else, runs of digits by their value. */
export function naturalOrder(a: string, b: string): number {
  const ar = [...a], br = [...b];
  const letter = (c: string): boolean => /\p{L}/u.test(c);
  const digit = (c: string | undefined): boolean => c !== undefined && /\d/.test(c);
  for (let i = 0; i < ar.length && i < br.length; i++) {
    const x = ar[i] ?? "", y = br[i] ?? "";
    if (x === y) continue;
    const xl = letter(x), yl = letter(y);
    if (xl && yl) return x < y ? -1 : 1;
    if (xl || yl) return yl ? -1 : 1;
    let an = 0, bn = 0;
    if (x === "0" || y === "0") {
      for (let j = i - 1; j >= 0 && digit(ar[j]); j--) if (ar[j] !== "0") { an = 1; bn = 1; break; }
    }
    let ai = i, bi = i;
    for (; digit(ar[ai]); ai++) an = an * 10 + Number(ar[ai]);
    for (; digit(br[bi]); bi++) bn = bn * 10 + Number(br[bi]);
    if (an !== bn) return an - bn;
    if (ai !== bi) return ai - bi;
    return x < y ? -1 : 1;
  }
  return ar.length - br.length;
}
