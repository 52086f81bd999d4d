import { type J, codepoints, numberText } from "./jq-value";

/** JSON texts, one after the other. */
export function readAll(text: string): J[] | { readonly values: J[]; readonly error: string } {
  const out: J[] = [];
  let i = 0;
  while (i < text.length) {
    if (/\s/.test(text[i])) {
      i++;
      continue;
    }
    const from = i;
    let depth = 0;
    if (text[i] === "{" || text[i] === "[") {
      for (; i < text.length; i++) {
        const c = text[i];
        if (c === '"') {
          for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i++;
        } else if (c === "{" || c === "[") depth++;
        else if ((c === "}" || c === "]") && --depth === 0) break;
      }
      i++;
    } else if (text[i] === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i++;
      i++;
    } else while (i < text.length && !/[\s{}[\]",:]/.test(text[i])) i++;
    if (i === from) i++;
    try {
      out.push(JSON.parse(text.slice(from, i)) as J);
    } catch {
      const line = text.slice(0, Math.min(i, text.length)).split("\n");
      return { values: out, error: depth > 0 ? `Unfinished JSON term at EOF at line ${text.split("\n").length}, column ${text.split("\n").at(-1)!.length}` : `Invalid ${/^[A-Za-z0-9.+-]/.test(text[from]) ? (/^[-\d]/.test(text[from]) ? "numeric literal" : "literal") : "JSON text"} at line ${line.length + (text[i] === "\n" ? 1 : 0)}, column ${text[i] === "\n" ? 0 : line.at(-1)!.length}` };
    }
  }
  return out;
}

export interface Style {
  raw: boolean;
  join: boolean;
  indent: number;
  tab: boolean;
  sort: boolean;
  ascii: boolean;
  color: boolean;
}

export function print(v: J, style: Style): string {
  const colored = (text: string, code: string): string => (style.color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const unit = style.tab ? "\t" : " ".repeat(style.indent);
  const text = (s: string): string => (style.ascii ? JSON.stringify(s).replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`) : JSON.stringify(s).replace(/\x7f/g, "\\u007f"));
  const one = (x: J, pad: string): string => {
    if (Array.isArray(x)) {
      if (x.length === 0) return "[]";
      if (!unit) return `[${x.map((y) => one(y, "")).join(",")}]`;
      return `[\n${x.map((y) => pad + unit + one(y, pad + unit)).join(",\n")}\n${pad}]`;
    }
    if (x !== null && typeof x === "object") {
      const entries = Object.entries(x);
      if (style.sort) entries.sort(([a], [b]) => codepoints(a, b));
      if (entries.length === 0) return "{}";
      if (!unit) return `{${entries.map(([k, y]) => `${text(k)}:${one(y, "")}`).join(",")}}`;
      return `{\n${entries.map(([k, y]) => `${pad + unit}${colored(text(k), "34;1")}: ${one(y, pad + unit)}`).join(",\n")}\n${pad}}`;
    }
    if (typeof x === "string") return colored(text(x), "0;32");
    return colored(x === null ? "null" : typeof x === "number" ? numberText(x) : String(x), x === null ? "1;30" : "0;39");
  };
  if (style.raw && typeof v === "string") return v;
  return one(v, "");
}
