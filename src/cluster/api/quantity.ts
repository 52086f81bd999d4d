/**
 * Quantities: `500m`, `1Gi`, `1e3`. As text everywhere; this file reads, compares, adds and writes them as the API does.
 * A value is kept as an integer number of nanos (10⁻⁹), the finest the API keeps; finer ones round up.
 */

export type QuantityFormat = "DecimalSI" | "BinarySI" | "DecimalExponent";

export interface Quantity {
  readonly nanos: bigint;
  readonly format: QuantityFormat;
}

/** A text that is no quantity; the message is the API server's. */
export class QuantityError extends Error {}

const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongSuffix = "unable to parse quantity's suffix";

/** Sign, digits before and after the point, suffix. The API's scanner lets the digits be missing, too. */
const shape = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;
const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const nanosInOne = 1_000_000_000n;
/** Exponents beyond this say nothing about a machine; the bound keeps a typed `1e999999999` from filling the memory. */
const largestExponent = 64;

/** The parts of a quantity's text, as the hash of a template needs them too. `exponent` is of 10, or of 2 for BinarySI. */
export interface QuantityText {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

/** @throws QuantityError */
export function readQuantity(text: string): QuantityText {
  const match = text === "" ? null : shape.exec(text);
  if (!match) throw new QuantityError(wrongFormat);
  const [, sign = "", digits = "", fraction = "", suffix = ""] = match;
  const whole = digits.replace(/^0+/, "") || "0";
  const negative = sign === "-";
  const binary = suffix === "" ? -1 : binarySuffixes.indexOf(suffix);
  if (binary > 0) return { negative, whole, fraction, exponent: binary * 10, format: "BinarySI" };
  const decimal = decimalSuffixes.indexOf(suffix);
  if (decimal >= 0) return { negative, whole, fraction, exponent: (decimal - 3) * 3, format: "DecimalSI" };
  const scientific = /^[eE]([-+]?\d+)$/.exec(suffix);
  const exponent = scientific ? Number(scientific[1]) : NaN;
  if (!(Math.abs(exponent) <= largestExponent)) throw new QuantityError(wrongSuffix);
  return { negative, whole, fraction, exponent, format: "DecimalExponent" };
}

function divideUp(value: bigint, by: bigint): bigint {
  return value <= 0n ? value / by : (value + by - 1n) / by;
}

/** @throws QuantityError with the API server's sentence when the text is no quantity */
export function parseQuantity(text: string): Quantity {
  const { negative, whole, fraction, exponent, format } = readQuantity(text);
  let nanos = BigInt(whole + fraction) * nanosInOne;
  if (format === "BinarySI") nanos <<= BigInt(exponent);
  const scale = (format === "BinarySI" ? 0 : exponent) - fraction.length;
  nanos = scale >= 0 ? nanos * 10n ** BigInt(scale) : divideUp(nanos, 10n ** BigInt(-scale));
  const fractional = format === "BinarySI" && nanos > 0n && nanos < nanosInOne;
  return { nanos: negative ? -nanos : nanos, format: fractional ? "DecimalSI" : format };
}

function formatDecimal(nanos: bigint, exponential: boolean): string {
  let [mantissa, step] = [nanos, 0];
  while (mantissa % 1000n === 0n) [mantissa, step] = [mantissa / 1000n, step + 1];
  const exponent = step * 3 - 9;
  if (exponential || step >= decimalSuffixes.length) return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`;
  return `${mantissa}${decimalSuffixes[step] ?? ""}`;
}

/** The canonical text: no fraction, the largest suffix that keeps the number whole. */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return "0";
  const size = nanos < 0n ? -nanos : nanos;
  const binary = format === "BinarySI" && size >= 1024n * nanosInOne && nanos % nanosInOne === 0n;
  if (!binary) return formatDecimal(nanos, format === "DecimalExponent");
  let [mantissa, step] = [nanos / nanosInOne, 0];
  while (mantissa % 1024n === 0n && step < binarySuffixes.length - 1) [mantissa, step] = [mantissa / 1024n, step + 1];
  return `${mantissa}${binarySuffixes[step] ?? ""}`;
}

/** Few texts occur, each very often: every pod of a template repeats the same ones. */
function remember<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = compute(text);
    if (known.size >= 4096) known.clear();
    known.set(text, value);
    return value;
  };
}

/** `0.1` → `100m`, `1024Mi` → `1Gi`. @throws QuantityError */
export const canonicalQuantity: (text: string) => string = remember((text) => formatQuantity(parseQuantity(text)));

/** In thousandths, rounded up: milli("0.5") = 500. For CPU. @throws QuantityError */
export const milli: (text: string) => number = remember((text) => Number(divideUp(parseQuantity(text).nanos, 1_000_000n)));

/** In whole units, rounded up: value("1Ki") = 1024. For bytes and counts. @throws QuantityError */
export const value: (text: string) => number = remember((text) => Number(divideUp(parseQuantity(text).nanos, nanosInOne)));

/** Below 0, 0 or above 0, as for sort. @throws QuantityError */
export function compareQuantities(left: string, right: string): number {
  if (left === right) return 0;
  const [a, b] = [parseQuantity(left).nanos, parseQuantity(right).nanos];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The sum in the first one's format; zero has none, so then in the second's. @throws QuantityError */
export function addQuantities(left: string, right: string): string {
  const [a, b] = [parseQuantity(left), parseQuantity(right)];
  return formatQuantity({ nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format });
}

/** @throws QuantityError */
export function subtractQuantities(left: string, right: string): string {
  const [a, b] = [parseQuantity(left), parseQuantity(right)];
  return formatQuantity({ nanos: a.nanos - b.nanos, format: a.nanos === 0n ? b.format : a.format });
}
