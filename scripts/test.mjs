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
const quick = (async () => {
  await part("types", ["node_modules/typescript/bin/tsc", "--noEmit"]);
  await part("lint", ["node_modules/eslint/bin/eslint.js", ".", "--max-warnings=0"]);
  if (await part("build", ["esbuild.config.mjs"])) await part("bundle", ["scripts/check-bundle.mjs"]);
})();
const thorough = (async () => {
  await tests("unit", "unit", []);
  await tests("real clients", "serve", ["--config", "test/serve/vitest.config.ts"]);
})();
await Promise.all([quick, thorough]);
await tests("browser", "browser", ["--config", "test/browser/vitest.config.ts"]);

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
