// Finds a Chromium to drive. On Debian as root a missing one is installed; elsewhere one line says what to install.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "microsoft-edge-stable"];
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

function look() {
  if (process.env.CHROME_PATH && existsSync(process.env.CHROME_PATH)) return process.env.CHROME_PATH;
  for (const folder of (process.env.PATH ?? "").split(process.platform === "win32" ? ";" : ":")) {
    for (const name of names) {
      const path = join(folder, name);
      if (folder !== "" && existsSync(path)) return path;
    }
  }
  return places.find((path) => existsSync(path));
}

function hasIdeographs() {
  try {
    return execFileSync("fc-list", [":lang=zh"], { encoding: "utf8" }).trim() !== "";
  } catch {
    return false;
  }
}

/** The path of a browser. Throws with one line that says what to install. */
export function findBrowser() {
  const debianRoot = existsSync("/etc/debian_version") && process.getuid?.() === 0;
  const found = look();
  if (debianRoot && (found === undefined || !hasIdeographs())) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const wanted = [...(found === undefined ? ["chromium"] : []), ...(hasIdeographs() ? [] : ["fonts-noto-cjk"])];
    console.error(`Installing ${wanted.join(" and ")} …`);
    execFileSync("apt-get", ["update", "-qq"], { stdio: ["ignore", "ignore", "inherit"], env });
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...wanted], { stdio: ["ignore", "ignore", "inherit"], env });
  }
  const browser = found ?? look();
  if (browser === undefined) {
    throw new Error("No Chrome, Chromium or Edge found: install one (or set CHROME_PATH) to run the browser tests.");
  }
  return browser;
}
