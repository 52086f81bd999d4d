// What is generated and not committed; every command that needs it runs this first, so that a fresh clone works.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
for (const script of ["generate-schema.mjs", "record-examples.mjs"]) execFileSync(process.execPath, [`scripts/${script}`], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
