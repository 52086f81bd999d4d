// Builds the plugin and serves the page that stands in for the app, on this machine only.
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { buildPlugin } from "../../esbuild.config.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = join(root, "test/harness/page");

const types = {
  ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
  ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif", ".bmp": "image/bmp", ".pdf": "application/pdf", ".md": "text/markdown",
};
const textual = new Set([".md", ".yaml", ".yml", ".json", ".txt", ".sh", ".conf", ".properties", ".env", ".toml", ".canvas"]);
const skipped = new Set(["node_modules", ".git", ".obsidian", ".trash"]);

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      if (skipped.has(entry.name) || entry.name.startsWith(".")) return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? walk(path) : entry.isFile() ? [path] : [];
    });
}

/**
 * Serves the harness. `note` opens one file (its folder is the vault), `vault` a folder; the demo vault by default.
 * @param {{ note?: string, vault?: string, port?: number, build?: boolean }} options
 */
export async function serve(options = {}) {
  const vault = resolve(options.note !== undefined ? dirname(resolve(options.note)) : (options.vault ?? join(root, "test/vault")));
  if (options.note !== undefined && !existsSync(options.note)) throw new Error(`No such note: ${options.note}`);
  if (!existsSync(vault) || !statSync(vault).isDirectory()) throw new Error(`No such folder: ${vault}`);
  if (options.build !== false) await buildPlugin();
  mkdirSync(join(root, "test/output"), { recursive: true });
  const harness = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["test/harness/page/page.ts"],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
    alias: { "node:path": "path-browserify" },
    external: ["node:*", "fs", "path"],
  });
  const script = harness.outputFiles[0].contents;

  const listing = () => {
    const files = walk(vault).map((path) => ({
      path: relative(vault, path).split(sep).join("/"),
      ...(textual.has(extname(path).toLowerCase()) && statSync(path).size < 2_000_000 ? { text: readFileSync(path, "utf8") } : {}),
    }));
    const note = options.note !== undefined ? basename(options.note) : (files.find(({ path }) => path.endsWith(".md"))?.path ?? "");
    return JSON.stringify({ note, files });
  };

  const answer = (path) => {
    switch (path) {
      case "/": return [readFileSync(join(page, "index.html")), ".html"];
      case "/harness.js": return [script, ".js"];
      case "/theme.css": return [readFileSync(join(page, "theme.css")), ".css"];
      case "/main.js": return [readFileSync(join(root, "main.js")), ".js"];
      case "/styles.css": return [readFileSync(join(root, "styles.css")), ".css"];
      case "/manifest.json": return [readFileSync(join(root, "manifest.json")), ".json"];
      case "/mermaid.js": return [readFileSync(join(root, "node_modules/mermaid/dist/mermaid.min.js")), ".js"];
      case "/vault.json": return [listing(), ".json"];
      default: {
        const icon = /^\/icon\/([a-z0-9-]+)\.svg$/.exec(path);
        const inside = path.startsWith("/vault/") ? resolve(vault, path.slice("/vault/".length)) : undefined;
        const file = icon !== null ? join(root, "node_modules/lucide-static/icons", `${icon[1]}.svg`) : inside !== undefined && inside.startsWith(vault + sep) ? inside : undefined;
        return file !== undefined && existsSync(file) && statSync(file).isFile() ? [readFileSync(file), extname(file).toLowerCase()] : undefined;
      }
    }
  };

  const server = createServer((request, response) => {
    let found;
    try {
      found = answer(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    } catch {
      found = undefined;
    }
    response.writeHead(found === undefined ? 404 : 200, { "Cache-Control": "no-store", "Content-Type": `${types[found?.[1]] ?? "text/plain"}; charset=utf-8` });
    response.end(found?.[0] ?? "Not found");
  });
  await new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(options.port ?? 0, "127.0.0.1", done);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    }),
  };
}
