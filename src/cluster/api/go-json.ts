/** JSON as Go's encoding/json writes it: `<`, `>` and `&` escaped; maps have sorted keys, structs keep their order. */
export interface GoJsonOptions {
  /** Spaces per level; 0 writes one line. */
  readonly indent?: number;
  /** Keep the order of keys, as for Go structs; otherwise they are sorted, as for Go maps. */
  readonly keepOrder?: boolean;
}

export function goJson(value: unknown, options: GoJsonOptions = {}): string {
  return write(value, options.indent ?? 0, options.keepOrder ?? false, "");
}

function write(value: unknown, indent: number, keepOrder: boolean, margin: string): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return goString(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const inner = margin + " ".repeat(indent);
  const [open, between, close] = indent > 0 ? [`\n${inner}`, `,\n${inner}`, `\n${margin}`] : ["", ",", ""];
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[${open}${value.map((item) => write(item, indent, keepOrder, inner)).join(between)}${close}]`;
  }
  const entries = Object.entries(value as Record<string, unknown>).filter(([, v]) => v !== undefined);
  if (entries.length === 0) return "{}";
  if (!keepOrder) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const colon = indent > 0 ? ": " : ":";
  return `{${open}${entries.map(([k, v]) => `${goString(k)}${colon}${write(v, indent, keepOrder, inner)}`).join(between)}${close}}`;
}

/** A JSON string literal with Go's extra escapes. */
export function goString(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A Go string literal, as %q prints it. */
export function goQuote(text: string): string {
  return JSON.stringify(text).replace(/\\u00([0-9a-f]{2})/g, "\\x$1");
}
