// Which source weighs how much in a bundle, in bytes and gzipped.
import { gzipSync } from "node:zlib";

const digits = new Map([..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].map((digit, at) => [digit, at]));

/** The numbers of one segment of a source map (base64 VLQ). */
function numbers(segment) {
  const out = [];
  let [value, unit] = [0, 1];
  for (const digit of segment) {
    const bits = digits.get(digit);
    value += (bits & 31) * unit;
    unit *= 32;
    if (bits >= 32) continue;
    out.push(value % 2 === 1 ? -(value - 1) / 2 : value / 2);
    [value, unit] = [0, 1];
  }
  return out;
}

/** The pieces of a text by the source that each came from, in the text's order. */
function pieces(text, map) {
  const found = new Map();
  const add = (source, piece) => found.set(source, (found.get(source) ?? "") + piece);
  let source = 0;
  const rows = map.mappings.split(";");
  text.split("\n").forEach((line, row) => {
    let [column, open] = [0, source];
    let from = 0;
    for (const segment of (rows[row] ?? "").split(",").filter(Boolean)) {
      const [forward, next] = numbers(segment);
      column += forward;
      add(map.sources[open], line.slice(from, column));
      from = column;
      source += next ?? 0;
      open = source;
    }
    add(map.sources[open], `${line.slice(from)}\n`);
  });
  return found;
}

const groupOf = (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? /src\/(?:cluster\/api\/schema\/generated|cluster\/[^/]+|[^/]+)/.exec(path)?.[0] ?? "the bundle's own";

/**
 * What each group of sources weighs. A group is gzipped alone and its share of the whole taken from that, since what lies
 * in one group also shortens another.
 * @returns {{ group: string, bytes: number, gzip: number }[]} heaviest first
 */
export function weights(text, map) {
  const groups = new Map();
  for (const [path, piece] of pieces(text, map)) {
    const group = groupOf(path ?? "");
    groups.set(group, (groups.get(group) ?? "") + piece);
  }
  const alone = [...groups].map(([group, piece]) => ({ group, bytes: Buffer.byteLength(piece), gzip: gzipSync(piece, { level: 9 }).length }));
  const scale = gzipSync(text, { level: 9 }).length / alone.reduce((sum, { gzip }) => sum + gzip, 0);
  return alone.map((row) => ({ ...row, gzip: row.gzip * scale })).sort((a, b) => b.gzip - a.gzip);
}
