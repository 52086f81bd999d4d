import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, openText, screenshot, serious, textOf, command, cursorAt } from "./harness-page";
import type { Shown } from "./harness-page";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const note = "# Kubernetes rolling update\n\nThe steps:\n\n![[k8s-rolling-update.png]]\n\nThe end.\n";

async function diagram(shown: Shown = {}): Promise<{ page: Page; live: Locator; errors: string[] }> {
  const { page, errors } = await openText(browser, note, shown);
  const live = page.locator(".k8s-sim-diagram[data-concept=rolling-update][data-state=live]");
  await live.locator("[data-ref]").first().waitFor();
  return { page, live, errors };
}

const act = (live: Locator, action: string): Locator => live.locator(`[data-action=${action}]`).first();
const now = async (live: Locator): Promise<number> => Number(await act(live, "scrub").inputValue());

describe("a live diagram", () => {
  it("plays, pauses, steps and is scrubbed", async () => {
    const { page, live, errors } = await diagram();
    expect(await live.getAttribute("data-source")).toBe("example");
    const end = await now(live);
    // At its end an example plays again from the start.
    await act(live, "play").click();
    await expect.poll(() => now(live)).toBeLessThan(end);
    await expect.poll(() => now(live)).toBeGreaterThan(300);
    await act(live, "pause").click();
    await page.waitForTimeout(100);
    const stopped = await now(live);
    expect(stopped).toBeLessThan(end);
    await page.waitForTimeout(300);
    expect(await now(live)).toBe(stopped);
    // A step goes to the next change, which may be nearer than the slider can tell.
    await expect.poll(async () => {
      await act(live, "step").click();
      return now(live);
    }).toBeGreaterThan(stopped);
    await act(live, "scrub").fill("0");
    await expect.poll(() => now(live)).toBe(0);
    await act(live, "live").click();
    await expect.poll(() => now(live)).toBeGreaterThanOrEqual(end - 100);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("does what its acts say, with the command shown, and branches from its past", async () => {
    const { page, live, errors } = await diagram();
    const before = await live.locator("[data-ref]").evaluateAll((all) => all.map((el) => el.getAttribute("data-ref")));
    await act(live, "speed").selectOption("10");
    await act(live, "rollout").click();
    await live.locator(".k8s-sim-command[data-exit='0']").first().waitFor();
    expect(await live.locator(".k8s-sim-command").first().textContent()).toContain("kubectl set image");
    await expect.poll(() => live.locator("[data-ref]").evaluateAll((all) => all.map((el) => el.getAttribute("data-ref")))).not.toEqual(before);
    const past = Math.round((await now(live)) / 200) * 100;
    await act(live, "scrub").fill(String(past));
    await act(live, "branch").click();
    await expect.poll(() => live.locator("[data-action=branch]").isHidden()).toBe(true);
    expect(await now(live)).toBeLessThanOrEqual(past + 1000);
    expect(errors).toEqual([]);
    await page.close();
  });

  for (const mode of ["reading", "live-preview"] as const) {
    it(`toggles to the static side and back in ${mode}; the choice outlives its elements`, async () => {
      const { page, live, errors } = await diagram({ mode });
      await act(live, "toggle").click();
      const still = page.locator(".k8s-sim-diagram[data-state=static]");
      // The file is missing, and the static side says so.
      expect(await still.textContent()).toContain("k8s-rolling-update.png");
      if (mode === "live-preview") {
        await cursorAt(page, "![[");
        expect(await still.count()).toBe(0);
        await cursorAt(page, "The end");
        expect(await still.count()).toBe(1);
      }
      await still.locator("[data-action=toggle]").click();
      await live.locator("[data-ref]").first().waitFor();
      expect(errors).toEqual([]);
      await page.close();
    });
  }

  it("keeps its cluster while the cursor passes through its source", async () => {
    const { page, live } = await diagram({ mode: "live-preview" });
    await act(live, "scrub").fill("1500");
    await cursorAt(page, "![[");
    expect(await live.count()).toBe(0);
    await cursorAt(page, "The end");
    await live.locator("[data-ref]").first().waitFor();
    expect(await now(live)).toBe(1500);
    await page.close();
  });

  it("is chosen, frozen and toggled by commands, each one undoable edit", async () => {
    const { page, live, errors } = await diagram({ mode: "live-preview" });
    await cursorAt(page, "![[");
    expect(await command(page, "choose-diagram")).toBe(true);
    await page.locator(".prompt-input, .prompt input").first().fill("rolling");
    await page.keyboard.press("Enter");
    await expect.poll(() => textOf(page)).toContain("![[k8s-rolling-update.png|k8s-sim:rolling-update]]");
    expect(await command(page, "freeze-diagram")).toBe(true);
    await expect.poll(() => textOf(page)).toMatch(/k8s-sim:rolling-update\]\]\n\n```mermaid\n%% k8s-sim\n(.+\n)+```\n\nThe end/);
    const once = await textOf(page);
    expect(await command(page, "freeze-diagram")).toBe(true);
    await page.waitForTimeout(300);
    expect((await textOf(page)).split("```mermaid").length).toBe(once.split("```mermaid").length);
    await command(page, "toggle-note");
    await cursorAt(page, "The end");
    await expect.poll(() => live.count()).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("is copied as a PNG of twice its size, with the drawing in it", async () => {
    const { page, live, errors } = await diagram();
    await page.evaluate(() => {
      const copied = window as unknown as { png?: Blob };
      Object.defineProperty(navigator, "clipboard", { value: { write: async ([item]: ClipboardItem[]) => void (copied.png = await item?.getType("image/png")), writeText: async () => undefined } });
    });
    await act(live, "menu").click();
    await live.locator("[data-action=copy-png]").click();
    await page.waitForFunction(() => (window as unknown as { png?: Blob }).png !== undefined);
    const size = await live.locator("svg.k8s-sim-drawing").evaluate((svg) => [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))]);
    const seen = await page.evaluate(async () => {
      const { png } = window as unknown as { png: Blob };
      const image = await createImageBitmap(png);
      const canvas = document.createElement("canvas");
      canvas.width = image.width;
      canvas.height = image.height;
      const context = canvas.getContext("2d") as CanvasRenderingContext2D;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      const corner = data.slice(0, 3).join();
      const colours = new Set<string>();
      let drawn = 0;
      for (let i = 0; i < data.length; i += 4) {
        const colour = data.slice(i, i + 3).join();
        if (colour !== corner) drawn++;
        if (colours.size < 500) colours.add(colour);
      }
      return { width: image.width, height: image.height, type: png.type, drawn: drawn / (data.length / 4), colours: colours.size, corner };
    });
    expect([seen.width, seen.height]).toEqual(size.map((n) => n * 2));
    expect(seen.type).toBe("image/png");
    // Frames, words and chips, on the page's own ground.
    expect(seen.corner).toBe("255,255,255");
    expect(seen.drawn).toBeGreaterThan(0.05);
    expect(seen.colours).toBeGreaterThan(20);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("works by keyboard alone", async () => {
    const { page, live } = await diagram();
    await act(live, "reset").focus();
    await page.keyboard.press("Enter");
    const part = live.locator("svg [role=button][tabindex='0']");
    await part.focus();
    await page.keyboard.press("Enter");
    const drawer = live.locator(".k8s-sim-drawer");
    await drawer.waitFor();
    await expect.poll(() => drawer.locator("pre").textContent()).not.toBe("");
    await drawer.locator("[role=tab]").first().focus();
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "hidden" });
    await page.close();
  });

  for (const theme of ["light", "dark"] as const) {
    for (const width of [360, undefined] as const) {
      it(`has nothing that axe finds serious, ${theme}, ${width ?? "wide"}`, async () => {
        const { page, live } = await diagram({ theme, ...(width === undefined ? {} : { width, viewport: { width: 390, height: 844 } }) });
        await screenshot(page, `diagram-${theme}-${width ?? "wide"}`);
        expect(await serious(page)).toEqual([]);
        const box = await live.boundingBox();
        expect(box?.width ?? 0).toBeLessThanOrEqual(width ?? 2000);
        await page.close();
      });
    }
  }
});
