// `npm test`: every part, at most two at a time; a part that could not run fails the command.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const output = `${root}test/output`;
mkdirSync(output, { recursive: true });

let passed = 0;
let failed = 0;

function run(title, args) {
  return new Promise((resolve) => {
    const began = performance.now();
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, FORCE_COLOR: "0" } });
    const chunks = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.stderr.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => chunks.push(Buffer.from(String(error))));
    child.on("close", (code) => {
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      console.log(`\n== ${title}: ${code === 0 ? "ok" : "FAILED"} (${seconds} s)`);
      const text = Buffer.concat(chunks).toString().trim();
      if (text !== "") console.log(text);
      resolve(code === 0);
    });
  });
}

async function part(title, args) {
  const ok = await run(title, args);
  if (ok) passed += 1;
  else failed += 1;
  return ok;
}

/** A vitest run; its own tests are counted, and one that was skipped counts as failed. */
async function tests(title, name, args) {
  const file = `${output}/${name}.json`;
  rmSync(file, { force: true });
  const ok = await run(title, ["node_modules/vitest/vitest.mjs", "run", ...args, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`]);
  let counted;
  try {
    counted = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    counted = undefined;
  }
  if (counted === undefined || counted.numTotalTests === 0) {
    console.log(`== ${title}: did not run`);
    failed += 1;
    return;
  }
  const skipped = counted.numPendingTests + counted.numTodoTests;
  if (skipped > 0) console.log(`== ${title}: ${skipped} skipped, which counts as failed`);
  const broken = counted.numFailedTests + skipped;
  passed += counted.numPassedTests;
  // A file that could not be loaded holds no failed test, and fails all the same.
  failed += broken === 0 && !ok ? 1 : broken;
}

await part("generate", ["scripts/generate.mjs"]);
// Two lanes that take about as long, each with its heaviest part where the other leaves it room: one core is the type check's and the lint's,
// or two are the workers', while a page waits for frames and a real client for its cluster.
const pages = (async () => {
  if (await part("build", ["esbuild.config.mjs"])) await part("bundle", ["scripts/check-bundle.mjs"]);
  await tests("browser", "browser", ["--config", "test/browser/vitest.config.ts"]);
})();
const code = (async () => {
  // What both find in three thousand files is more than two gigabytes while the garbage waits.
  await part("types and lint", ["--max-old-space-size=3072", "scripts/check-code.mjs"]);
  await tests("unit", "unit", []);
  await tests("real clients", "serve", ["--config", "test/serve/vitest.config.ts"]);
})();
await Promise.all([pages, code]);

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
