import { floatText, formatText } from "./printf";

/** A value: a number, a text, or a text that looks like a number and came from the input. */
export type Value = number | string | { readonly s: string; readonly n: number };

const looksNumeric = (t: string): boolean => /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(t);
export const fromInput = (t: string): Value => (looksNumeric(t) ? { s: t, n: Number(t) } : t);
const leading = (t: string): number => Number(/^\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?)/.exec(t)?.[0] ?? 0);
export const num = (v: Value): number => (typeof v === "number" ? v : typeof v === "string" ? leading(v) : v.n);
export const numText = (n: number, format: string): string => (Number.isInteger(n) && Math.abs(n) < 1e16 ? String(n) : Number.isFinite(n) ? (format === "%.6g" ? floatText(n, "g", 6) : formatText(format, [String(n)]).text) : n > 0 ? "inf" : n < 0 ? "-inf" : "nan");
