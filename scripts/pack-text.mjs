// Packs a text for src/cluster/packed-text.ts, whose way it shares.
import { buildSync } from "esbuild";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const source = join(dirname(fileURLToPath(import.meta.url)), "../src/cluster/packed-text.ts");
const { outputFiles } = buildSync({ entryPoints: [source], bundle: true, format: "esm", write: false });
/** @type {typeof import("../src/cluster/packed-text")} */
const { walk } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);

/** @returns {import("../src/cluster/packed-text").Packed} */
export function packText(text) {
  const bytes = Buffer.from(text);
  if (bytes.some((byte) => byte > 127)) throw new Error("only ASCII is packed");
  const out = [];
  let [low, high] = [0, -1 >>> 0];
  walk(bytes, (odds, truth) => {
    const middle = low + Math.floor(((high - low) / 65536) * odds);
    if (truth === 1) high = middle;
    else low = middle + 1;
    while ((low ^ high) >>> 24 === 0) {
      out.push(high >>> 24);
      [low, high] = [(low << 8) >>> 0, ((high << 8) | 255) >>> 0];
    }
    return truth;
  });
  out.push(high >>> 24, 0);
  return [bytes.length, Buffer.from(out).toString("base64")];
}
