// What lies in the bundle in a shorter form than in its source.
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { lighterRe2 } from "./lighter-re2.mjs";
import { withoutUnreached } from "./unreached.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const descriptions = "src/cluster/api/schema/generated/descriptions.ts";

/** The constants of a source that imports nothing but types. */
async function constantsOf(path) {
  const { code } = await esbuild.transform(readFileSync(path, "utf8"), { loader: "ts", format: "esm" });
  return import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}

/**
 * The packed descriptions stand at the top of the bundle: between others, 80 kB that resemble nothing would push all that
 * was before out of gzip's window (2.5 kB gzipped less).
 */
export const descriptionsFirst = async () => `function packedDescriptions() { return ${JSON.stringify((await constantsOf(join(root, descriptions))).packed)}; }`;

/** The map of a text with that line at its top, which says where that comes from. */
export function withBanner(map, length) {
  const source = map.sources.findIndex((path) => path.endsWith(descriptions));
  if (source < 0 || !map.mappings.startsWith(";")) throw new Error(`The map does not know ${descriptions}, or of a line at the top`);
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const number = (value, rest = value < 0 ? 1 - value * 2 : value * 2) => (rest > 31 ? digits[rest % 32 + 32] + number(0, Math.floor(rest / 32)) : digits[rest]);
  return { ...map, mappings: `A${number(source)}AA,${number(length)}${number(-source)}AA${map.mappings}` };
}

/** The files of a library, made lighter and without what is not reached of them, by their paths. */
function reachedFiles(library, wanted, lighter) {
  const folder = realpathSync(join(root, "node_modules", library));
  const paths = readdirSync(folder, { recursive: true }).map((path) => join(folder, String(path))).filter((path) => wanted.test(path));
  return withoutUnreached(root, library, paths.map((path) => ({ path, text: lighter(readFileSync(path, "utf8")) })));
}

/** What lies in the bundle in a shorter form than in its source. @type {import("esbuild").Plugin} */
export const lighter = {
  name: "lighter",
  setup(build) {
    // The sentences of the second language without their keys, in the first one's order.
    build.onLoad({ filter: /src\/i18n\/zh\.ts$/ }, async ({ path }) => {
      const [{ zh }, { en }] = await Promise.all([path, join(path, "../en.ts")].map(constantsOf));
      const sentences = JSON.stringify(Object.keys(en).map((key) => zh[key]));
      return { contents: `import { en } from "./en";\nconst sentences = ${sentences};\nexport const zh = /* @__PURE__ */ Object.fromEntries(/* @__PURE__ */ Object.keys(en).map((key, at) => [key, sentences[at]]));`, loader: "ts" };
    });
    // YAML is read here and never written or made by the library: a key that is no scalar, the one thing that it writes, comes out as JSON.
    build.onLoad({ filter: /yaml\/browser\/dist\/(?:stringify\/stringify(?:Collection|Document|Number|Pair|String)?|doc\/(?:applyReviver|createNode)|parse\/cst-visit|schema\/json\/schema)\.js$/ }, ({ path }) => {
      const names = [...readFileSync(path, "utf8").matchAll(/^export \{ (.*) \};$/gm)].flatMap(([, list]) => list.split(", "));
      if (names.length === 0) throw new Error(`${path} exports nothing`);
      return { contents: names.map((name) => `export const ${name} = (node) => ${name === "createStringifyContext" ? "({})" : "JSON.stringify(node)"};`).join("\n") };
    });
    build.onLoad({ filter: new RegExp(`${descriptions.replaceAll(".", "\\.")}$`) }, () => ({ contents: "export const packed = /* @__PURE__ */ packedDescriptions();", loader: "ts" }));
    const reached = new Map([...reachedFiles("re2js", /build\/index\.js$/, lighterRe2), ...reachedFiles("unbash", /dist\/.*\.js$/, (text) => text), ...reachedFiles("yaml", /browser\/dist\/.*\.js$/, (text) => text.replace(/^visitAsync\.\w+ = .*$/gm, ""))]);
    build.onLoad({ filter: /(?:re2js\/build|unbash\/dist|yaml\/browser\/dist)\/.*\.js$/ }, ({ path }) => ({ contents: reached.get(path), loader: "js" }));
  },
};
