// Builds main.js: one CommonJS file, the same bytes for the same source.
// What `await import()` asks for stays inside the file, as a function that is evaluated on first use: esbuild splits the
// source into chunks, and each chunk that waits is put back as a CommonJS module. (In one pass it would wrap every module
// below the import for itself, with a list of all their names: 12 kB gzipped more, and more for the engine to read.)
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { minifySync } from "rolldown/utils";
import { libraryNames } from "./scripts/library-names.mjs";
import { lighterRe2 } from "./scripts/lighter-re2.mjs";

const root = fileURLToPath(new URL(".", import.meta.url));
const target = "es2022";

/** @type {(dev: boolean) => import("esbuild").BuildOptions} */
const common = (dev) => ({
  absWorkingDir: root,
  bundle: true,
  platform: "browser",
  target,
  conditions: ["browser", "import", "default"],
  external: ["obsidian", "electron", "@codemirror/*", "@lezer/*", ...builtinModules, ...builtinModules.map((name) => `node:${name}`)],
  define: { "process.env.NODE_ENV": dev ? '"development"' : '"production"' },
  charset: "utf8",
  logLevel: "warning",
});

/**
 * The served API shares most of its code with the simulator, so it lies in the same chunk; but Node's modules are asked for
 * only when one of their functions is called, since phones don't have them.
 * @returns {import("esbuild").Plugin}
 */
function servedLater() {
  const folder = join(root, "src/serve");
  const names = new Map();
  for (const file of readdirSync(folder)) {
    for (const [, list, from] of readFileSync(join(folder, file), "utf8").matchAll(/^import \{ (.*) \} from "(node:.*)";$/gm)) {
      names.set(from, new Set([...(names.get(from) ?? []), ...list.split(", ")]));
    }
  }
  return {
    name: "served-later",
    setup(build) {
      build.onLoad({ filter: /src\/obsidian\/serve-command\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        const joined = text.replace('import("../serve/note-server")', "Promise.resolve(servedApi)");
        if (joined === text || text.includes("servedApi")) throw new Error(`${path} does not import the served API on demand`);
        return { contents: `import * as servedApi from "../serve/note-server";\n${joined}`, loader: "ts" };
      });
      build.onResolve({ filter: /^node:/ }, ({ path, importer }) => (importer.startsWith(folder) ? { path, namespace: "later", sideEffects: false } : undefined));
      build.onLoad({ filter: /./, namespace: "later" }, ({ path }) => ({
        contents: [...names.get(path)].map((name) => `export const ${name} = (...given) => require("${path}").${name}(...given);`).join("\n"),
      }));
    },
  };
}

/** The constants of a source that imports nothing but types. */
async function constantsOf(path) {
  const { code } = await esbuild.transform(readFileSync(path, "utf8"), { loader: "ts", format: "esm" });
  return import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}

/**
 * The packed descriptions stand at the top of the bundle: between others, 80 kB that resemble nothing would push all that
 * was before out of gzip's window (2.5 kB gzipped less).
 */
const descriptions = join(root, "src/cluster/api/schema/generated/descriptions.ts");
const packedFirst = async () => `function packedDescriptions() { return ${JSON.stringify((await constantsOf(descriptions)).packed)}; }`;

/** A map of which the first line, that of a banner, comes from a source which is in it. */
function withBanner(map, length, name) {
  const source = map.sources.findIndex((path) => path.endsWith(name));
  if (source < 0 || !map.mappings.startsWith(";")) throw new Error(`The map does not know ${name}, or of a banner`);
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const number = (value, rest = value < 0 ? 1 - value * 2 : value * 2) => (rest > 31 ? digits[rest % 32 + 32] + number(0, Math.floor(rest / 32)) : digits[rest]);
  return { ...map, mappings: `A${number(source)}AA,${number(length)}${number(-source)}AA${map.mappings}` };
}

/** What lies in the bundle in a shorter form than in its source. @type {import("esbuild").Plugin} */
const lighter = {
  name: "lighter",
  setup(build) {
    // The sentences of the second language without their keys, in the first one's order.
    build.onLoad({ filter: /src\/i18n\/zh\.ts$/ }, async ({ path }) => {
      const [{ zh }, { en }] = await Promise.all([path, join(path, "../en.ts")].map(constantsOf));
      const sentences = JSON.stringify(Object.keys(en).map((key) => zh[key]));
      return { contents: `import { en } from "./en";\nconst sentences = ${sentences};\nexport const zh = /* @__PURE__ */ Object.fromEntries(/* @__PURE__ */ Object.keys(en).map((key, at) => [key, sentences[at]]));`, loader: "ts" };
    });
    // YAML is read here and never written by the library: a key that is no scalar, the one thing that it writes, comes out as JSON.
    build.onLoad({ filter: /yaml\/browser\/dist\/stringify\/stringify(?:Collection|Document|Pair|String)?\.js$/ }, ({ path }) => {
      const names = [...readFileSync(path, "utf8").matchAll(/^export \{ (.*) \};$/gm)].flatMap(([, list]) => list.split(", "));
      if (names.length === 0) throw new Error(`${path} exports nothing`);
      return { contents: names.map((name) => `export const ${name} = (node) => ${name === "createStringifyContext" ? "({})" : "JSON.stringify(node)"};`).join("\n") };
    });
    build.onLoad({ filter: /schema\/generated\/descriptions\.ts$/ }, () => ({ contents: "export const packed = /* @__PURE__ */ packedDescriptions();", loader: "ts" }));
    build.onLoad({ filter: /re2js\/build\/index\.js$/ }, ({ path }) => ({ contents: lighterRe2(readFileSync(path, "utf8")), loader: "js" }));
  },
};

/** The chunks by name, with what their sources say must be kept of their licences. */
async function split() {
  const names = await libraryNames(root, ["re2js", "unbash", "yaml"]);
  const { outputFiles } = await esbuild.build({
    ...common(false),
    entryPoints: ["src/main.ts"],
    outdir: "/",
    splitting: true,
    format: "esm",
    minifySyntax: true,
    mangleProps: new RegExp(`^(?:${names.join("|").replaceAll("$", "\\$")})$`),
    sourcemap: "inline",
    legalComments: "external",
    plugins: [servedLater(), lighter],
    write: false,
  });
  const chunks = new Map();
  const licences = [];
  for (const { path, text } of outputFiles) {
    const name = basename(path);
    if (name.endsWith(".LEGAL.txt")) licences.push(text);
    // A name with a hash of its own is one that some module imports on demand, or what two chunks share.
    else chunks.set(name, name === "main.js" || name.startsWith("chunk-") ? text : (await esbuild.transform(text, { format: "cjs", target, charset: "utf8", sourcemap: "inline", sourcefile: name })).code);
  }
  return { chunks, licences };
}

/** @type {(chunks: Map<string, string>) => import("esbuild").Plugin} */
const fromChunks = (chunks) => ({
  name: "chunks",
  setup(build) {
    build.onResolve({ filter: /^\.\// }, ({ path }) => ({ path: basename(path), namespace: "chunk" }));
    build.onLoad({ filter: /./, namespace: "chunk" }, ({ path }) => ({ contents: chunks.get(path), loader: "js", resolveDir: root }));
  },
});

/** The text of a release, and the map from it to the sources. */
async function release() {
  const { chunks, licences } = await split();
  const banner = await packedFirst();
  const { outputFiles } = await esbuild.build({
    ...common(false),
    stdin: { contents: chunks.get("main.js"), resolveDir: root },
    outfile: "main.js",
    format: "cjs",
    minify: true,
    sourcemap: "external",
    legalComments: "none",
    banner: { js: banner },
    plugins: [fromChunks(chunks)],
    write: false,
  });
  const [map, joined] = outputFiles;
  // Names that gzip finds again: 19 kB gzipped less than with esbuild's.
  const { code, map: whole, errors } = minifySync("main.js", joined.text, { compress: { target }, mangle: { toplevel: true }, sourcemap: true, inputMap: withBanner(JSON.parse(map.text), banner.length, "schema/generated/descriptions.ts") });
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
  return { text: `${code}\n${licences.map((licence) => `/*! ${licence.trim().replaceAll("*/", "*)")} */\n`).join("")}`, map: whole };
}

/**
 * Writes the plugin; gives the map from its text to the sources.
 * @param {{ outfile?: string, dev?: boolean }} [options]
 */
export async function buildPlugin(options = {}) {
  execFileSync(process.execPath, ["scripts/generate.mjs"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const outfile = options.outfile ?? join(root, "main.js");
  if (options.dev === true) {
    await esbuild.build({ ...common(true), entryPoints: ["src/main.ts"], outfile, format: "cjs", sourcemap: "inline" });
    return undefined;
  }
  const { text, map } = await release();
  writeFileSync(outfile, text);
  return map;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildPlugin({ dev: process.argv.includes("--dev") });
}
