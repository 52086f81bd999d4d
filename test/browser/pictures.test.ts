import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chinese, cursorAt, launch, openNote, openText, screenshot } from "./harness-page";

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
        // Drawn, not only there: parts of the cluster stand in it. On paper it is the poster.
        await page.locator(`${mode === "print" ? "body > .print " : ""}.k8s-sim-diagram[data-concept=rolling-update][data-state=${mode === "print" ? "static" : "live"}] [data-ref^='pods/'], .k8s-sim-diagram[data-concept=rolling-update][data-state=${mode === "print" ? "static" : "live"}] [data-ref^='Pod/']`).first().waitFor({ state: "attached" });
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

  it("that exist stay the app's own where it is not certain what they show, with an offer to make them live", async () => {
    for (const mode of ["reading", "live-preview"] as const) {
      const { page, errors } = await openNote(browser, { note: chinese, mode });
      const own = page.locator(".internal-embed.image-embed img[src*=cabin]");
      // An editor draws only what is near: the cursor goes there, and again where the pictures above have grown to their height meanwhile.
      if (mode === "reading") await own.scrollIntoViewIfNeeded();
      else {
        for (let tries = 0; tries < 6; tries += 1) {
          await cursorAt(page, "山上的小屋");
          await page.waitForTimeout(400);
        }
      }
      expect(await own.count()).toBe(1);
      expect(await page.locator(".k8s-sim-diagram img[src*=cabin]").count()).toBe(0);
      const offer = page.locator(".k8s-sim-offer [data-action=toggle]");
      await offer.last().focus();
      await page.keyboard.press("Enter");
      const diagrams = page.locator(".k8s-sim-diagram[data-concept=ingress][data-state=live]");
      await expect.poll(() => own.count()).toBe(0);
      await diagrams.last().locator("[data-ref]").first().waitFor({ state: "attached" });
      // And back: the image is there again, without the diagram.
      await diagrams.last().locator("[data-action=toggle]").first().click();
      await page.locator(".k8s-sim-diagram[data-state=static] img[src*=cabin]").waitFor();
      expect(errors).toEqual([]);
      await page.close();
    }
  });

  it("become diagrams in a window of their own", async () => {
    const { page, errors } = await openNote(browser);
    const [popup] = await Promise.all([page.waitForEvent("popup"), page.locator("#popout").click()]);
    await popup.locator(".k8s-sim-diagram").first().waitFor({ state: "attached" });
    // They come one by one.
    await expect.poll(() => concepts(popup), { timeout: 15_000 }).toEqual(await concepts(page));
    expect(errors).toEqual([]);
    await page.close();
  });

  it("become diagrams inside a callout, where no section is known", async () => {
    const { page } = await openNote(browser);
    await expect.poll(() => concepts(page, ".callout"), { timeout: 15_000 }).toEqual(["rolling-update"]);
    await page.locator("#popover").click();
    await page.locator(".hover-popover .k8s-sim-diagram").first().waitFor({ state: "attached" });
    await expect.poll(() => concepts(page, ".hover-popover"), { timeout: 15_000 }).toEqual(await concepts(page, ".workspace-main"));
    await page.close();
  });

  it("show their source in Live Preview while the cursor is there, and come back after", async () => {
    const { page, errors } = await openText(browser, "# Kubernetes 笔记\n\n如下图所示：\n![[滚动更新.png]]\n\n完\n", { mode: "live-preview" });
    const diagram = page.locator(".cm-content > .k8s-sim-picture .k8s-sim-diagram[data-concept=rolling-update]");
    await diagram.first().waitFor({ state: "attached" });
    await cursorAt(page, "![[滚动更新.png]]");
    expect(await diagram.count()).toBe(0);
    await cursorAt(page, "# Kubernetes");
    expect(await diagram.count()).toBe(1);
    await page.evaluate(() => {
      const { cm } = (window as unknown as { app: { workspace: { note: { cm: { dispatch(spec: object): void } } } } }).app.workspace.note;
      cm.dispatch({ changes: { from: 0, insert: "\n" } });
    });
    expect(await diagram.count()).toBe(1);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("draw the note's own cluster once it holds what they show: by themselves, or offered where the reader has played", async () => {
    const text = "# Deployment\n\n![[k8s-deployment.png]]\n\n![[k8s-rolling-update.png]]\n\n```k8s-sim\nkubectl create deployment web --image=nginx --replicas=2\n```\n";
    const { page, errors } = await openText(browser, text);
    const untouched = page.locator(".k8s-sim-picture .k8s-sim-diagram[data-concept=deployment]");
    const touched = page.locator(".k8s-sim-picture .k8s-sim-diagram[data-concept=rolling-update]");
    await untouched.locator("[data-ref]").first().waitFor();
    await touched.locator("[data-action=step]").click();
    await page.locator(".k8s-sim-block [data-action=run]").first().click();
    await expect.poll(() => untouched.getAttribute("data-source")).toBe("note");
    await untouched.locator("[data-ref='Deployment/default/web']").waitFor();
    expect(await touched.getAttribute("data-source")).toBe("example");
    await touched.locator("[data-action=own]").click();
    await expect.poll(() => touched.getAttribute("data-source")).toBe("note");
    await touched.locator("[data-ref='Deployment/default/web']").waitFor();
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
