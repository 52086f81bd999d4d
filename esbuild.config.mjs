// Builds main.js: one CommonJS file, the same bytes for the same source.
// `await import()` stays inside the file; esbuild wraps such modules so that they are evaluated on first use.
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));

/** @param {{ outfile?: string, dev?: boolean, metafile?: string }} [options] */
export async function buildPlugin(options = {}) {
  if (existsSync(`${root}scripts/generate-schema.mjs`)) {
    execFileSync(process.execPath, ["scripts/generate-schema.mjs"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  }
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["src/main.ts"],
    outfile: options.outfile ?? "main.js",
    bundle: true,
    format: "cjs",
    platform: "browser",
    target: "es2022",
    conditions: ["browser", "import", "default"],
    external: ["obsidian", "electron", "@codemirror/*", "@lezer/*", ...builtinModules, ...builtinModules.map((name) => `node:${name}`)],
    define: { "process.env.NODE_ENV": options.dev === true ? '"development"' : '"production"' },
    minify: options.dev !== true,
    sourcemap: options.dev === true ? "inline" : false,
    legalComments: "eof",
    charset: "utf8",
    logLevel: "warning",
    metafile: true,
  });
  if (options.metafile !== undefined) writeFileSync(options.metafile, JSON.stringify(result.metafile));
  return result.metafile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildPlugin({ dev: process.argv.includes("--dev") });
}
