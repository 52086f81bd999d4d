import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, openText, reopen, showText } from "./harness-page";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const fence = (body: string): string => `\`\`\`k8s-sim\n${body}\n\`\`\`\n`;
const note = `# Kubernetes rolling update\n\n![[k8s-rolling-update.png]]\n\n${fence("---\nspeed: 50\ndiagram: none\n---\nkubectl create deployment web --image=nginx --replicas=2\nkubectl rollout status deployment/web\necho kept > /tmp/file")}`;
const block = (page: Page): Locator => page.locator(".k8s-sim-block").first();
const exits = (of: Locator): Promise<(string | null)[]> => of.locator(".k8s-sim-entries .k8s-sim-command").evaluateAll((all) => all.map((el) => el.getAttribute("data-exit")));

async function ask(page: Page, line: string): Promise<string> {
  const before = await page.locator(".k8s-sim-console-log .k8s-sim-command").count();
  await page.locator(".k8s-sim-console-input").first().fill(line);
  await page.locator(".k8s-sim-console-input").first().press("Enter");
  const said = page.locator(".k8s-sim-console-log .k8s-sim-command").nth(before);
  await expect.poll(() => said.getAttribute("data-exit"), { timeout: 20_000 }).not.toBe(null);
  return (await said.textContent()) ?? "";
}

/** Until what was done has been written down. */
async function kept(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(async () => {
    const [base] = await indexedDB.databases();
    const db = await new Promise<IDBDatabase | undefined>((resolve) => {
      const request = indexedDB.open(base?.name ?? "none yet");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(undefined);
    });
    if (db?.objectStoreNames.contains("clusters") !== true) return 0;
    const rows = await new Promise<{ text: string }[]>((resolve) => {
      const all = db.transaction("clusters").objectStore("clusters").getAll();
      all.onsuccess = () => resolve(all.result as { text: string }[]);
    });
    db.close();
    return rows.filter(({ text }) => text.includes("deployments")).length;
  }), { timeout: 20_000 }).toBe(1);
  await page.waitForTimeout(1500);
}

async function ran(): Promise<{ page: Page; errors: string[]; pods: string }> {
  const { page, errors } = await openText(browser, note);
  await block(page).locator("[data-action=run]").click();
  await expect.poll(() => exits(block(page)), { timeout: 30_000 }).toEqual(["0", "0", "0"]);
  const pods = (await ask(page, "kubectl get pods -o name")).replace(/^.*name/, "");
  await kept(page);
  return { page, errors, pods };
}

describe("the cluster of a note", () => {
  it("is there again when the app is opened again, in pictures and in the console, files of its shell included", async () => {
    const { page, errors, pods } = await ran();
    await reopen(page);
    await showText(page, note);
    await page.locator(".k8s-sim-diagram[data-concept=rolling-update][data-source=note] [data-ref]").first().waitFor({ timeout: 20_000 });
    expect((await ask(page, "kubectl get pods -o name")).replace(/^.*name/, "")).toBe(pods);
    expect(await ask(page, "cat /tmp/file")).toContain("kept");
    expect(pods).toMatch(/pod\/web-/);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("follows its note's name, and goes with it", async () => {
    const { page, pods } = await ran();
    await page.evaluate(async () => {
      const { app } = (window as unknown as { harness: { app: { vault: { rename(file: unknown, path: string): Promise<void>; getFileByPath(path: string): unknown } } } }).harness;
      await app.vault.rename(app.vault.getFileByPath("Probe.md"), "Other.md");
    });
    await page.waitForTimeout(300);
    await reopen(page);
    await showText(page, note, "reading", "Other.md");
    expect((await ask(page, "kubectl get pods -o name")).replace(/^.*name/, "")).toBe(pods);
    await page.evaluate(async () => {
      const { app } = (window as unknown as { harness: { app: { vault: { delete(file: unknown): Promise<void>; getFileByPath(path: string): unknown } } } }).harness;
      await app.vault.delete(app.vault.getFileByPath("Other.md"));
    });
    await page.waitForTimeout(300);
    await reopen(page);
    await showText(page, note, "reading", "Other.md");
    expect(await ask(page, "kubectl get pods")).toContain("No resources found");
    await page.close();
  });

  it("is forgotten by a reset, and not taken where the note asks for another", async () => {
    const { page } = await ran();
    await reopen(page);
    await showText(page, note.replace("speed: 50", "speed: 50\nseed: 9"));
    expect(await ask(page, "kubectl get pods")).toContain("No resources found");
    await page.close();
    const again = await ran();
    await block(again.page).locator("[data-action=reset]").click();
    await again.page.waitForTimeout(2000);
    await reopen(again.page);
    await showText(again.page, note);
    expect(await ask(again.page, "kubectl get pods")).toContain("No resources found");
    await again.page.close();
  });
});
