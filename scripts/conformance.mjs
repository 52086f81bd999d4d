// npm run conformance [-- SCENARIO… --diff]: how many commands of each recording print the same here.
import { build } from "esbuild";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const outfile = join(root, ".cache", "conformance.mjs");
const here = `import.meta.dirname`;
await build({ entryPoints: [join(root, "test/conformance/table.ts")], outfile, bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "error", sourcemap: "inline", define: { [here]: JSON.stringify(join(root, "test/conformance")) }, banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);" } });
await import(pathToFileURL(outfile).href);
