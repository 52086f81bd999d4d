// npm run -s note -- FILE.md…: the simulator without a screen.
import { build } from "esbuild";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const outfile = join(root, ".cache", "note.cjs");
await build({ entryPoints: [join(root, "src/session/command-line.ts")], outfile, bundle: true, platform: "node", format: "cjs", target: "es2022", logLevel: "error" });
const { readArguments, runNotes } = createRequire(import.meta.url)(outfile);

/** Small text files that stand in the note's folder, as the shell of the note sees them. */
const beside = (path) => new Map(readdirSync(dirname(resolve(path)), { withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(ya?ml|json|txt|env|properties|conf|sh)$/.test(entry.name))
  .map((entry) => [entry.name, readFileSync(join(dirname(resolve(path)), entry.name), "utf8")]));

let args;
try {
  args = readArguments(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
try {
  const { text, exit } = runNotes(args, (path) => readFileSync(path, "utf8"), beside);
  process.stdout.write(text);
  process.exitCode = exit;
} catch (error) {
  if (error.code !== "ENOENT") throw error;
  process.stderr.write(`${error.path}: no such note\n`);
  process.exitCode = 2;
}
