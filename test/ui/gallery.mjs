// Takes pictures of the diagrams without the app: node test/ui/gallery.mjs OUT NAME=QUERY …
// Needs a Chromium; CHROMIUM names it. PAGE=test/ui/concepts-page.ts plays the concepts' own scenarios.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const [out = "gallery", ...shots] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const bundle = await build({ entryPoints: [process.env.PAGE ?? "test/ui/gallery-page.ts"], bundle: true, write: false, format: "iife", target: "es2022" });
const theme = readFileSync(new URL("gallery-theme.css", import.meta.url), "utf8");
const page = join(out, "index.html");
writeFileSync(page, `<!doctype html><meta charset="utf-8"><style>${theme}\n${readFileSync("styles.css", "utf8")}</style><body><script>${bundle.outputFiles[0].text.replace(/<\/script/g, "<\\/script")}</script>`);
for (const shot of shots) {
  const [name, query = ""] = shot.split(/=(.*)/s);
  const width = Number(new URLSearchParams(query).get("width") ?? 720) + 16;
  const height = new URLSearchParams(query).get("height") ?? "820";
  execFileSync(process.env.CHROMIUM ?? "/usr/bin/chromium", [
    ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"],
    `--user-data-dir=${mkdtempSync(join(tmpdir(), "gallery-"))}`,
    "--virtual-time-budget=1500",
    `--window-size=${Math.max(width, 500)},${height}`,
    `--screenshot=${join(out, `${name}.png`)}`,
    `${pathToFileURL(page).href}?${query}`,
  ], { stdio: "ignore" });
}
