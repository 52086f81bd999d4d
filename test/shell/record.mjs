// Writes bash-lines.json: what a real bash (5.2, with GNU tools, mawk and jq) answers to each line of lines.json.
// Run by hand when a line is added: node test/shell/record.mjs
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const here = new URL(".", import.meta.url).pathname;
const lines = JSON.parse(readFileSync(join(here, "lines.json"), "utf8"));
const recorded = lines.map((line) => {
  const dir = mkdtempSync(join(tmpdir(), "bash-line-"));
  const env = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/root", LC_ALL: "C.UTF-8", PWD: dir };
  const done = spawnSync("bash", ["-c", line], { cwd: dir, encoding: "utf8", input: "", timeout: 10000, env });
  rmSync(dir, { recursive: true, force: true });
  const plain = (text) => text.replaceAll(dir, "/work");
  return { line, out: plain(done.stdout), err: plain(done.stderr), code: done.status };
});
writeFileSync(join(here, "bash-lines.json"), `${JSON.stringify(recorded, null, 1)}\n`);
