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

/** The page's own handles. */
export interface Harness {
  readonly app: {
    readonly vault: { add(path: string, text: string): unknown; getFileByPath(path: string): unknown; textOf(file: unknown): string };
    readonly commandList: Map<string, { name: string }>;
    execute(id: string): boolean;
    readonly workspace: { note: { cm: { state: { doc: { toString(): string } }; dispatch(spec: object): void } } };
  };
  readonly census: Readonly<Record<string, number>>;
  show(path: string, mode: string): Promise<void>;
  unload(): void;
}

/** Opens a note of exactly this text. */
export async function openText(browser: Browser, text: string, shown: Shown = {}): Promise<{ page: Page; errors: string[] }> {
  const opened = await openNote(browser, { ...shown, note: "Weekend.md" });
  await showText(opened.page, text, shown.mode);
  return opened;
}

/** Puts a note of this text into the vault of a page, and shows it. */
export async function showText(page: Page, text: string, mode: Shown["mode"] = "reading", path = "Probe.md"): Promise<void> {
  await page.evaluate(async ([body, how, at]) => {
    const { harness } = window as unknown as { harness: Harness };
    harness.app.vault.add(at, body);
    await harness.show(at, how);
  }, [text, mode, path] as const);
}

/** The page as if the app was closed and opened again: what the device keeps is there, and nothing else. */
export async function reopen(page: Page): Promise<void> {
  const url = new URL(page.url());
  url.searchParams.set("note", "Weekend.md");
  await page.goto(url.href);
  await page.waitForSelector("html[data-ready]");
}

/** A page of a phone: touch, no hover. The caller closes its context. */
export async function openOnPhone(browser: Browser, text: string, shown: Shown = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await page.goto(`${inject("url")}?${new URLSearchParams({ note: "Weekend.md", lang: shown.lang ?? "en" }).toString()}`);
  await page.waitForSelector("html[data-ready]");
  await showText(page, text, shown.mode);
  return page;
}

/** The text of a note as it is in the vault now. */
export function textOf(page: Page, path = "Probe.md"): Promise<string> {
  return page.evaluate((of) => {
    const { harness } = window as unknown as { harness: Harness };
    return harness.app.vault.textOf(harness.app.vault.getFileByPath(of));
  }, path);
}

/** Gives a command of the palette. */
export function command(page: Page, id: string): Promise<boolean> {
  return page.evaluate((of) => (window as unknown as { harness: Harness }).harness.app.execute(`k8s-sim:${of}`), id);
}

/** Puts the editor's cursor where a text begins. */
export function cursorAt(page: Page, needle: string): Promise<void> {
  return page.evaluate((text) => {
    const { cm } = (window as unknown as { harness: Harness }).harness.app.workspace.note;
    cm.dispatch({ selection: { anchor: cm.state.doc.toString().indexOf(text) }, scrollIntoView: true });
  }, needle);
}

/** What axe finds serious or critical on the page, inside our own parts. */
export async function serious(page: Page, within?: string): Promise<string[]> {
  await page.addScriptTag({ path: join(import.meta.dirname, "../../node_modules/axe-core/axe.min.js") });
  return page.evaluate(async (only) => {
    interface Found { readonly impact: string; readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[] }
    const { axe } = window as unknown as { axe: { run(context: object, options: object): Promise<{ violations: Found[] }> } };
    const { violations } = await axe.run({ include: (only === undefined ? [[".k8s-sim-diagram"], [".k8s-sim-block"]] : [[only]]).filter(([selector]) => document.querySelector(selector ?? "") !== null) }, { resultTypes: ["violations"], rules: { "label-content-name-mismatch": { enabled: true } } });
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical").flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary.slice(0, 200)}`));
  }, within);
}
