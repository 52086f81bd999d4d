/** Interprets the escapes of `echo -e`, `printf` and `%b`. `stop` is true after "\c". */
export function unescape(text: string, kind: "echo" | "printf" | "b"): { readonly text: string; readonly stop: boolean } {
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c !== "\\" || i + 1 >= text.length) {
      out += c;
      continue;
    }
    const n = text[++i];
    const simple: Record<string, string> = { a: "\x07", b: "\b", e: "\x1b", E: "\x1b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", "\\": "\\" };
    if (n in simple) out += simple[n];
    else if (n === "c" && kind !== "printf") return { text: out, stop: true };
    else if (n === '"' && kind === "printf") out += '"';
    else if (n === "x") {
      const hex = /^[0-9a-fA-F]{1,2}/.exec(text.slice(i + 1));
      if (hex) {
        out += String.fromCharCode(parseInt(hex[0], 16));
        i += hex[0].length;
      } else out += "\\x";
    } else if (n === "u" || n === "U") {
      const hex = (n === "u" ? /^[0-9a-fA-F]{1,4}/ : /^[0-9a-fA-F]{1,8}/).exec(text.slice(i + 1));
      if (hex) {
        out += String.fromCodePoint(Math.min(parseInt(hex[0], 16), 0x10ffff));
        i += hex[0].length;
      } else out += `\\${n}`;
    } else if (n === "0" || (/[1-7]/.test(n) && kind !== "echo")) {
      const oct = (n === "0" && kind !== "printf" ? /^0[0-7]{0,3}/ : /^[0-7]{1,3}/).exec(text.slice(i))![0];
      out += String.fromCharCode(parseInt(oct, 8) & 255);
      i += oct.length - 1;
    } else out += `\\${n}`;
  }
  return { text: out, stop: false };
}

/** printf's formatting; the format is used again while arguments are left. `warnings` lack the command's name. */
export function formatText(format: string, args: readonly string[], clock: (format: string, argument: string | undefined) => string = () => ""): { readonly text: string; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  let out = "";
  let next = 0;
  const number = (text: string | undefined): bigint => {
    if (text === undefined || text === "") return 0n;
    if (/^["']/.test(text)) return BigInt(text.codePointAt(1) ?? 0);
    const found = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
    if (!found || found[0].length !== text.length) warnings.push(`${text}: invalid number`);
    if (!found) return 0n;
    const digits = found[2];
    const value = /^0[xX]/.test(digits) ? BigInt(digits) : digits.length > 1 && digits[0] === "0" ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
    return found[1] === "-" ? -value : value;
  };
  const pad = (text: string, width: number, left: boolean, zero: boolean): string => {
    if (text.length >= width) return text;
    if (left) return text.padEnd(width);
    if (!zero) return text.padStart(width);
    const sign = /^[-+ ]/.exec(text)?.[0] ?? "";
    return sign + text.slice(sign.length).padStart(width - sign.length, "0");
  };
  do {
    const before = next;
    for (let i = 0; i < format.length; i++) {
      if (format[i] === "\\") {
        const end = /^\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|[\s\S]?)/.exec(format.slice(i))![0];
        if (end === "\\c") return { text: out, warnings };
        out += unescape(end, "printf").text;
        i += end.length - 1;
        continue;
      }
      if (format[i] !== "%") {
        out += format[i];
        continue;
      }
      const spec = /^%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(\([^)]*\)T|[a-zA-Z%])?/.exec(format.slice(i))!;
      i += spec[0].length - 1;
      const flags = spec[1] ?? "";
      let left = flags.includes("-");
      let width = spec[2] === "*" ? Number(number(args[next++])) : Number(spec[2] ?? 0);
      if (width < 0) {
        left = true;
        width = -width;
      }
      width = Math.min(width, 10000);
      const hasPrecision = spec[0].includes(".");
      const precision = !hasPrecision ? undefined : Math.min(100, spec[3] === "*" ? Number(number(args[next++])) : Number(spec[3] ?? 0));
      const zero = flags.includes("0") && !left;
      const kind = spec[4];
      const sign = (value: bigint | number): string => (value >= 0 ? (flags.includes("+") ? "+" : flags.includes(" ") ? " " : "") : "");
      if (kind === undefined) {
        warnings.push(`\`${spec[0].slice(-1)}': invalid format character`);
        return { text: out, warnings };
      }
      if (kind === "%") out += "%";
      else if (kind === "s") out += pad((args[next++] ?? "").slice(0, precision), width, left, false);
      else if (kind === "q") {
        const word = args[next++] ?? "";
        out += pad(word === "" ? "''" : /^[\w@%+=:,./-]+$/.test(word) ? word : /[\n\t]/.test(word) ? `$'${word.replace(/\\/g, "\\\\").replace(/'/g, "\\'").replace(/\n/g, "\\n").replace(/\t/g, "\\t")}'` : word.replace(/[^\w@%+=:,./-]/g, "\\$&"), width, left, false);
      } else if (kind === "b") {
        const done = unescape(args[next++] ?? "", "b");
        out += pad(done.text, width, left, false);
        if (done.stop) return { text: out, warnings };
      } else if (kind === "c") out += pad((args[next++] ?? "").slice(0, 1), width, left, false);
      else if ("diu".includes(kind)) {
        const value = number(args[next++]);
        let digits = (value < 0n ? -value : value).toString();
        if (precision !== undefined) digits = digits.padStart(precision, "0");
        out += pad(`${value < 0n ? "-" : sign(value)}${digits}`, width, left, zero && precision === undefined);
      } else if ("oxX".includes(kind)) {
        const value = BigInt.asUintN(64, number(args[next++]));
        let digits = value.toString(kind === "o" ? 8 : 16);
        if (kind === "X") digits = digits.toUpperCase();
        if (precision !== undefined) digits = digits.padStart(precision, "0");
        if (flags.includes("#") && value !== 0n) digits = (kind === "o" ? "0" : `0${kind}`) + digits;
        out += pad(digits, width, left, zero);
      } else if ("fFeEgG".includes(kind)) {
        const text = args[next++] ?? "0";
        const value = Number(text.trim() === "" ? 0 : text);
        if (Number.isNaN(value)) warnings.push(`${text}: invalid number`);
        out += pad(sign(Number.isNaN(value) ? 0 : value) + floatText(Number.isNaN(value) ? 0 : value, kind, precision ?? 6, flags.includes("#")), width, left, zero);
      } else if (kind.endsWith("T")) {
        out += clock(kind.slice(1, -2), args[next++]);
      } else {
        warnings.push(`\`${kind}': invalid format character`);
        return { text: out, warnings };
      }
    }
    if (next === before) break;
  } while (next < args.length && out.length < 1_000_000);
  return { text: out, warnings };
}

/** A number in C's %f, %e or %g. */
export function floatText(value: number, kind: string, precision: number, keep = false): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
  const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, "e$10$2");
  let out: string;
  if (kind === "f" || kind === "F") out = value.toFixed(Math.min(precision, 100));
  else if (kind === "e" || kind === "E") out = exponent(value.toExponential(Math.min(precision, 100)));
  else {
    const digits = precision === 0 ? 1 : Math.min(precision, 100);
    const x = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(Number(value.toExponential(digits - 1)))));
    out = x < -4 || x >= digits ? exponent(value.toExponential(digits - 1)) : value.toFixed(Math.max(0, digits - 1 - x));
    if (!keep && out.includes(".")) out = out.replace(/\.?0+(e|$)/, "$1");
  }
  return kind === kind.toUpperCase() ? out.toUpperCase() : out;
}
