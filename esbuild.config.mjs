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
import { descriptionsFirst, lighter, withBanner } from "./scripts/lighter.mjs";

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
  const banner = await descriptionsFirst();
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
  const { code, map: whole, errors } = minifySync("main.js", joined.text, { module: true, compress: { target, treeshake: { propertyReadSideEffects: false } }, mangle: { toplevel: true }, sourcemap: true, inputMap: withBanner(JSON.parse(map.text), banner.length) });
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
