// Packs a text for src/cluster/packed-text.ts, whose way it shares.
import { buildSync } from "esbuild";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const source = join(dirname(fileURLToPath(import.meta.url)), "../src/cluster/packed-text.ts");
const { outputFiles } = buildSync({ entryPoints: [source], bundle: true, format: "esm", write: false });
/** @type {typeof import("../src/cluster/packed-text")} */
const { walk } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);

/** The words that take the most room, as far as one byte more or less tells them apart from ASCII. */
function longWords(text) {
  const counts = new Map();
  for (const [word] of text.matchAll(/[A-Za-z]+/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const saved = ([word, count]) => (count - 1) * (word.length - 1) - 2;
  return [...counts].filter((entry) => saved(entry) > 0).sort((a, b) => saved(b) - saved(a)).slice(0, 128).map(([word]) => word).sort();
}

/** @returns {import("../src/cluster/packed-text").Packed} */
export function packText(text) {
  if (/[^\0-\x7f]/.test(text)) throw new Error("only ASCII is packed");
  const words = longWords(text);
  const signs = new Map(words.map((word, i) => [word, String.fromCharCode(128 + i)]));
  const bytes = Buffer.from(`${words.join(" ")}\n${text.replace(/[A-Za-z]+/g, (word) => signs.get(word) ?? word)}`, "latin1");
  const out = [];
  let [low, high] = [0, -1 >>> 0];
  const steps = walk(bytes, (odds, truth) => {
    const middle = (low + ((high - low) >>> 16) * odds) >>> 0;
    if (truth === 1) high = middle;
    else low = middle + 1;
    while ((low ^ high) >>> 24 === 0) {
      out.push(high >>> 24);
      [low, high] = [(low << 8) >>> 0, ((high << 8) | 255) >>> 0];
    }
    return truth;
  });
  while (!steps.next().done);
  out.push(high >>> 24, 0);
  return [bytes.length, Buffer.from(out).toString("base64")];
}
