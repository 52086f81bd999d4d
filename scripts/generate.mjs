// What is generated and not committed; every command that needs it runs this first, so that a fresh clone works.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
if (existsSync(`${root}scripts/generate-schema.mjs`)) {
  execFileSync(process.execPath, ["scripts/generate-schema.mjs"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}
