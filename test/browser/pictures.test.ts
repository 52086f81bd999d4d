import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chinese, launch, openNote, screenshot } from "./harness-page";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const concepts = (page: Page, within = ""): Promise<(string | null)[]> => page.locator(`${within} .k8s-sim-diagram`).evaluateAll((found) => found.map((el) => el.getAttribute("data-concept")));

describe("pictures", () => {
  for (const note of [undefined, chinese]) {
    for (const mode of ["reading", "live-preview", "print"] as const) {
      it(`become diagrams in ${mode} of ${note ?? "the English note"}`, async () => {
        const { page, errors } = await openNote(browser, { mode, ...(note === undefined ? {} : { note }) });
        await page.locator(".k8s-sim-diagram[data-concept=rolling-update]").first().waitFor({ state: "attached" });
        await screenshot(page, `${note === undefined ? "en" : "zh"}-${mode}`);
        expect(errors).toEqual([]);
        if (mode === "print") expect(await concepts(page, "body > .print")).toContain("rolling-update");
        await page.close();
      });
    }
  }

  it("that show a screen stay, and every other embed keeps Obsidian's own shape", async () => {
    const { page } = await openNote(browser);
    expect(await page.locator("[src='grafana-dashboard.png'].mod-empty-attachment").count()).toBe(1);
    expect(await page.locator(".k8s-sim-picture .internal-embed, .internal-embed .k8s-sim-picture").count()).toBe(0);
    await page.close();
  });

  it("of other things are left alone", async () => {
    for (const mode of ["reading", "live-preview"] as const) {
      const { page } = await openNote(browser, { note: "Weekend.md", mode });
      await page.locator(".image-embed img").waitFor();
      expect(await page.locator("[class^=k8s-sim]").count()).toBe(0);
      await page.close();
    }
  });

  it("become diagrams in a window of their own", async () => {
    const { page, errors } = await openNote(browser);
    const [popup] = await Promise.all([page.waitForEvent("popup"), page.locator("#popout").click()]);
    await popup.locator(".k8s-sim-diagram").first().waitFor({ state: "attached" });
    expect(await concepts(popup)).toEqual(await concepts(page));
    expect(errors).toEqual([]);
    await page.close();
  });

  it("become diagrams inside a callout, where no section is known", async () => {
    const { page } = await openNote(browser);
    expect(await concepts(page, ".callout")).toEqual(["rolling-update"]);
    await page.locator("#popover").click();
    await page.locator(".hover-popover .k8s-sim-diagram").first().waitFor({ state: "attached" });
    expect(await concepts(page, ".hover-popover")).toEqual(await concepts(page, ".workspace-main"));
    await page.close();
  });

  it("show their source in Live Preview while the cursor is there, and come back after", async () => {
    const { page, errors } = await openNote(browser, { mode: "live-preview", note: chinese });
    const diagram = page.locator(".cm-content > .k8s-sim-picture .k8s-sim-diagram[data-concept=rolling-update]");
    await diagram.first().waitFor({ state: "attached" });
    const before = await diagram.count();
    const put = (needle: string): Promise<void> => page.evaluate((text) => {
      const { cm } = (window as unknown as { app: { workspace: { note: { cm: { state: { doc: { toString(): string } }; dispatch(spec: object): void } } } } }).app.workspace.note;
      cm.dispatch({ selection: { anchor: cm.state.doc.toString().indexOf(text) } });
    }, needle);
    await put("![[滚动更新.png]]");
    expect(await diagram.count()).toBe(before - 1);
    await put("# 用一篇笔记");
    expect(await diagram.count()).toBe(before);
    await page.evaluate(() => {
      const { cm } = (window as unknown as { app: { workspace: { note: { cm: { dispatch(spec: object): void } } } } }).app.workspace.note;
      cm.dispatch({ changes: { from: 0, insert: "\n" } });
    });
    expect(await diagram.count()).toBe(before);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("leave nothing behind when the plugin goes", async () => {
    const { page, errors } = await openNote(browser);
    await page.locator(".k8s-sim-diagram").first().waitFor({ state: "attached" });
    await page.evaluate(() => (window as unknown as { harness: { unload(): void } }).harness.unload());
    await page.locator("[src='k8s-rolling-update.png'].mod-empty-attachment").waitFor();
    expect(await page.locator("[class^=k8s-sim]").count()).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });
});
