import { fromBase64, toBase64 } from "./hash";
import { readOptions } from "./options";
import { type Tool, linesOf, wholeFilter } from "./tool";

export const base64 = wholeFilter<{ decode: boolean; wrap: number }>({
  start(io) {
    const options = readOptions(io, { short: "dDiw:", long: { decode: "d", "ignore-garbage": "i", "wrap=": "w" } });
    if (typeof options === "number") return options;
    return { operands: options.rest, state: { decode: "d" in options.flags || "D" in options.flags, wrap: Number(options.flags["w"] ?? 76) } };
  },
  end(io, s, inputs, failed) {
    const text = inputs.map((i) => i.text).join("");
    if (s.decode) {
      const done = fromBase64(text);
      io.out(done.text);
      if (!done.ok) io.err(io.flavour === "busybox" ? "base64: truncated input\n" : "base64: invalid input\n");
      return done.ok && !failed ? 0 : 1;
    }
    const encoded = toBase64(text);
    if (s.wrap === 0) io.out(encoded);
    else for (let i = 0; i < encoded.length; i += s.wrap) io.out(`${encoded.slice(i, i + s.wrap)}\n`);
    return failed ? 1 : 0;
  },
});

export const sum = (hash: (text: string) => string): Tool =>
  wholeFilter<null>({
    start: (io) => ({ operands: io.argv.slice(1).filter((a) => !/^-[^-]/.test(a)), state: null }),
    end(io, _s, inputs, failed) {
      for (const input of inputs) io.out(`${hash(input.text!)}  ${input.name}\n`);
      return failed ? 1 : 0;
    },
  });

export const column = wholeFilter<{ table: boolean; separator: string; out: string }>({
  start(io) {
    const options = readOptions(io, { short: "ts:o:nx", long: { table: "t", "separator=": "s", "output-separator=": "o" } });
    if (typeof options === "number") return options;
    return { operands: options.rest, state: { table: "t" in options.flags, separator: options.flags["s"] ?? "", out: options.flags["o"] ?? "  " } };
  },
  end(io, s, inputs, failed) {
    const lines = inputs.flatMap((i) => linesOf(i.text!)).filter((l) => l.trim() !== "");
    if (!s.table) {
      const wide = (Math.floor(Math.max(0, ...lines.map((l) => l.length)) / 8) + 1) * 8;
      const columns = Math.max(1, Math.floor(80 / wide));
      const rows = Math.ceil(lines.length / columns);
      for (let r = 0; r < rows; r++) {
        const cells = Array.from({ length: columns }, (_x, c) => lines[c * rows + r]).filter((c): c is string => c !== undefined);
        io.out(`${cells.map((c, i) => (i === cells.length - 1 ? c : c + "\t".repeat(Math.ceil((wide - c.length) / 8)))).join("")}\n`);
      }
      return failed ? 1 : 0;
    }
    const rows = lines.map((l) => (s.separator ? l.split(new Set(s.separator).size === 1 ? s.separator : s.separator[0]) : l.trim().split(/\s+/)));
    const widths: number[] = [];
    for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
    for (const row of rows) io.out(`${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]))).join(s.out)}\n`);
    return failed ? 1 : 0;
  },
});

export const envsubst = wholeFilter<{ only: string[] }>({
  start: (io) => ({ operands: [], state: { only: (io.argv[1] ?? "").match(/\w+/g) ?? [] } }),
  end(io, s, inputs) {
    io.out(inputs.map((i) => i.text).join("").replace(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g, (all, a: string | undefined, b: string | undefined) => {
      const name = a ?? b ?? "";
      return s.only.length && !s.only.includes(name) ? all : (io.env[name] ?? "");
    }));
    return 0;
  },
});
