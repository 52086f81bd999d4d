export type J = null | boolean | number | string | J[] | { [key: string]: J };

/** Any value as text, strings as they are. */
export const plainText = (v: J): string => (typeof v === "string" ? v : show(v));

export class JqError extends Error {
  constructor(readonly value: J) {
    super(typeof value === "string" ? value : `${show(value)} (not a string)`);
  }
}
export class JqBreak extends Error {
  constructor(readonly label: object) {
    super("break");
  }
}

export const typeOf = (v: J): string => (v === null ? "null" : Array.isArray(v) ? "array" : typeof v);
export const truth = (v: J): boolean => v !== null && v !== false;

/** Compact JSON as jq prints it. */
export function show(v: J): string {
  if (typeof v === "number") return numberText(v);
  if (Array.isArray(v)) return `[${v.map(show).join(",")}]`;
  if (v !== null && typeof v === "object") return `{${Object.entries(v).map(([k, x]) => `${JSON.stringify(k)}:${show(x)}`).join(",")}}`;
  return JSON.stringify(v).replace(/\x7f/g, "\\u007f");
}

export function numberText(n: number): string {
  if (Number.isNaN(n)) return "null";
  if (!Number.isFinite(n)) return n > 0 ? "1.7976931348623157e+308" : "-1.7976931348623157e+308";
  const text = Object.is(n, -0) ? "-0" : String(n);
  return Number.isInteger(n) && Math.abs(n) >= 1e17 && Math.abs(n) < 1e21 ? BigInt(n).toString() : text.replace(/e\+?(-?)(\d)$/, "e$10$2").replace(/e(\d)/, "e+$1");
}

const rank = (v: J): number => (v === null ? 0 : v === false ? 1 : v === true ? 2 : typeof v === "number" ? 3 : typeof v === "string" ? 4 : Array.isArray(v) ? 5 : 6);

export function codepoints(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function order(a: J, b: J): number {
  const by = rank(a) - rank(b);
  if (by !== 0) return by;
  if (typeof a === "number") return a - (b as number);
  if (typeof a === "string") return codepoints(a, b as string);
  if (Array.isArray(a)) {
    const other = b as J[];
    for (let i = 0; i < Math.min(a.length, other.length); i++) {
      const c = order(a[i], other[i]);
      if (c !== 0) return c;
    }
    return a.length - other.length;
  }
  if (a !== null && typeof a === "object") {
    const other = b as { [k: string]: J };
    const [x, y] = [Object.keys(a).sort(), Object.keys(other).sort()];
    const keys = order(x, y);
    if (keys !== 0) return keys;
    for (const k of x) {
      const c = order(a[k], other[k]);
      if (c !== 0) return c;
    }
  }
  return 0;
}

export const short = (v: J): string => {
  const text = show(v);
  return text.length > 11 ? `${text.slice(0, 10)}...` : text;
};
