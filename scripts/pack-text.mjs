// Packs a text for src/cluster/packed-text.ts, whose ways it shares.
import { buildSync } from "esbuild";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const source = join(dirname(fileURLToPath(import.meta.url)), "../src/cluster/packed-text.ts");
const { outputFiles } = buildSync({ entryPoints: [source], bundle: true, format: "esm", write: false });
/** @type {typeof import("../src/cluster/packed-text")} */
const { again, shortest, trail, walk } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);

/** What is to be told of a text: not what followed the same six characters the last time that they stood in it. */
function toldOf(bytes) {
  const told = [];
  const { length, put, earlier } = trail(new Uint8Array(bytes.length));
  while (length() < bytes.length) {
    const [from, at] = [earlier(), length()];
    let count = 0;
    while (from >= 0 && at + count < bytes.length && bytes[from + count] === bytes[at + count]) count++;
    if (count < shortest) {
      put(bytes[at]);
      told.push(bytes[at]);
      continue;
    }
    let more = count - shortest;
    for (told.push(again); more >= 127; more -= 127) told.push(127);
    told.push(more);
    for (let k = 0; k < count; k++) {
      if (k > 0) earlier();
      put(bytes[at + k]);
    }
  }
  return Buffer.from(told);
}

/** @returns {import("../src/cluster/packed-text").Packed} */
export function packText(text) {
  const bytes = Buffer.from(text);
  if (bytes.some((byte) => byte > 127 || byte === again)) throw new Error("only ASCII is packed, without the sign that something comes again");
  const told = toldOf(bytes);
  const order = Int32Array.from({ length: told.length + 1 }, (_, i) => i).sort((a, b) => told.compare(told, b, told.length, a));
  const column = Uint8Array.from([...order].filter((at) => at > 0), (at) => told[at - 1]);
  const out = [];
  let [low, high] = [0, -1 >>> 0];
  walk(column, (odds, truth) => {
    const middle = (low + ((high - low) >>> 16) * odds) >>> 0;
    if (truth === 1) high = middle;
    else low = middle + 1;
    while ((low ^ high) >>> 24 === 0) {
      out.push(high >>> 24);
      [low, high] = [(low << 8) >>> 0, ((high << 8) | 255) >>> 0];
    }
    return truth;
  });
  out.push(high >>> 24, 0);
  return [bytes.length, told.length, order.indexOf(0), Buffer.from(out).toString("base64")];
}
