// Bundles src/serve for Node and gives its exports.
import { build } from "esbuild";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** @returns {Promise<typeof import("../src/serve/command-line")>} */
export async function serveBundle() {
  const outfile = join(root, ".cache", "serve.cjs");
  await build({ entryPoints: [join(root, "src/serve/command-line.ts")], outfile, bundle: true, platform: "node", format: "cjs", target: "es2022", logLevel: "error", sourcemap: "inline" });
  return createRequire(import.meta.url)(outfile);
}
