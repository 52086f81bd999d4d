import { readOptions } from "./options";
import { instant, type Io, linesOf } from "./tool";

type Op = { readonly kind: "=" | "-" | "+"; readonly line: string };

/** The shortest edit between two lists of lines, bounded for very different ones. */
function edits(a: readonly string[], b: readonly string[]): Op[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const x = a.slice(start, endA);
  const y = b.slice(start, endB);
  const middle: Op[] = [];
  if (x.length * y.length > 4_000_000) middle.push(...x.map((line): Op => ({ kind: "-", line })), ...y.map((line): Op => ({ kind: "+", line })));
  else {
    const table = Array.from({ length: x.length + 1 }, () => new Uint32Array(y.length + 1));
    for (let i = x.length - 1; i >= 0; i--) for (let j = y.length - 1; j >= 0; j--) table[i][j] = x[i] === y[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    let i = 0;
    let j = 0;
    while (i < x.length || j < y.length) {
      if (i < x.length && j < y.length && x[i] === y[j]) {
        middle.push({ kind: "=", line: x[i++] });
        j++;
      } else if (i < x.length && (j >= y.length || table[i + 1][j] >= table[i][j + 1])) middle.push({ kind: "-", line: x[i++] });
      else middle.push({ kind: "+", line: y[j++] });
    }
  }
  const same = (line: string): Op => ({ kind: "=", line });
  return [...a.slice(0, start).map(same), ...middle, ...a.slice(endA).map(same)];
}

function normal(ops: readonly Op[]): string {
  let out = "";
  let i = 1;
  let j = 1;
  const range = (from: number, count: number): string => (count <= 1 ? String(from) : `${from},${from + count - 1}`);
  for (let at = 0; at < ops.length; ) {
    if (ops[at].kind === "=") {
      at++;
      i++;
      j++;
      continue;
    }
    const gone: string[] = [];
    const come: string[] = [];
    for (; at < ops.length && ops[at].kind !== "="; at++) (ops[at].kind === "-" ? gone : come).push(ops[at].line);
    const left = gone.length ? range(i, gone.length) : String(i - 1);
    const right = come.length ? range(j, come.length) : String(j - 1);
    out += `${left}${gone.length && come.length ? "c" : gone.length ? "d" : "a"}${right}\n${gone.map((l) => `< ${l}\n`).join("")}${gone.length && come.length ? "---\n" : ""}${come.map((l) => `> ${l}\n`).join("")}`;
    i += gone.length;
    j += come.length;
  }
  return out;
}

/** Unified output with `context` lines around each change. */
export function unified(a: readonly string[], b: readonly string[], context: number): string {
  const ops = edits(a, b);
  let out = "";
  const changed = ops.map((o, i) => (o.kind === "=" ? -1 : i)).filter((i) => i >= 0);
  const hunks: [number, number][] = [];
  for (const i of changed) {
    const last = hunks.at(-1);
    if (last && i - last[1] <= context * 2) last[1] = i;
    else hunks.push([i, i]);
  }
  for (const [first, last] of hunks) {
    const from = Math.max(0, first - context);
    const to = Math.min(ops.length, last + context + 1);
    const before = ops.slice(0, from);
    const part = ops.slice(from, to);
    const [i, j] = [before.filter((o) => o.kind !== "+").length, before.filter((o) => o.kind !== "-").length];
    const [n, k] = [part.filter((o) => o.kind !== "+").length, part.filter((o) => o.kind !== "-").length];
    const span = (start: number, count: number): string => (count === 1 ? String(start + 1) : `${count === 0 ? start : start + 1},${count}`);
    out += `@@ -${span(i, n)} +${span(j, k)} @@\n${part.map((o) => `${o.kind === "=" ? " " : o.kind}${o.line}\n`).join("")}`;
  }
  return out;
}

export const diff = instant((io: Io) => {
  const options = readOptions(io, { short: "uqNrwbiBU:sy", long: { unified: "u", brief: "q", "new-file": "N", recursive: "r", "ignore-all-space": "w", "ignore-space-change": "b", "ignore-case": "i", "unified=": "U", "color?": "c" }, code: 2 });
  if (typeof options === "number") return options;
  const { flags, rest } = options;
  if (rest.length !== 2) {
    io.err(rest.length < 2 ? `diff: missing operand after '${rest[0] ?? "diff"}'\ndiff: Try 'diff --help' for more information.\n` : `diff: extra operand '${rest[2]}'\ndiff: Try 'diff --help' for more information.\n`);
    return 2;
  }
  const texts = rest.map((path) => io.files.read(path) ?? ("N" in flags ? "" : undefined));
  let missing = false;
  rest.forEach((path, i) => {
    if (texts[i] === undefined) {
      io.err(`diff: ${path}: No such file or directory\n`);
      missing = true;
    }
  });
  if (missing) return 2;
  const clean = (line: string): string => {
    let text = line;
    if ("w" in flags) text = text.replace(/\s+/g, "");
    else if ("b" in flags) text = text.replace(/\s+/g, " ").trimEnd();
    return "i" in flags ? text.toLowerCase() : text;
  };
  const [a, b] = texts.map((t) => linesOf(t!));
  if (a.map(clean).join("\n") === b.map(clean).join("\n")) {
    if ("s" in flags) io.out(`Files ${rest[0]} and ${rest[1]} are identical\n`);
    return 0;
  }
  if ("q" in flags) io.out(`Files ${rest[0]} and ${rest[1]} differ\n`);
  else if ("u" in flags || "U" in flags) io.out(`--- ${rest[0]}\n+++ ${rest[1]}\n${unified(a, b, Number(flags["U"] || 3))}`);
  else io.out(normal(edits(a, b)));
  return 1;
});
