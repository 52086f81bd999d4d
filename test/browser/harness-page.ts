import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { inject } from "vitest";

export interface Shown {
  readonly note?: string;
  readonly mode?: "reading" | "live-preview" | "print";
  readonly theme?: "light" | "dark";
  readonly lang?: "en" | "zh";
  /** Of the note's column. */
  readonly width?: number;
  /** Of the window. */
  readonly viewport?: { readonly width: number; readonly height: number };
}

export const english = "Rolling update.md";
export const chinese = "滚动更新.md";

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: inject("browser"), args: ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"] });
}

/** Opens a note in the harness and waits until it is shown. Errors on the page are collected. */
export async function openNote(browser: Browser, shown: Shown = {}): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage({ viewport: shown.viewport ?? { width: 1310, height: 900 } });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  const query = new URLSearchParams({ note: shown.note ?? english, mode: shown.mode ?? "reading", theme: shown.theme ?? "light", lang: shown.lang ?? "en" });
  if (shown.width !== undefined) query.set("width", String(shown.width));
  await page.goto(`${inject("url")}?${query.toString()}`);
  await page.waitForSelector("html[data-ready]");
  return { page, errors };
}

/** Kept as test output, to be looked at. */
export async function screenshot(page: Page, name: string, fullPage = false): Promise<void> {
  const folder = join(import.meta.dirname, "../output");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
}
