import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cursorAt, launch, openOnPhone, openText, screenshot, serious } from "./harness-page";
import type { Harness } from "./harness-page";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const fence = (body: string): string => `\`\`\`k8s-sim\n${body}\n\`\`\`\n`;
const picture = "![[k8s-rolling-update.png]]";
const body = `# Kubernetes\n\n${picture}\n\n${fence("---\nspeed: 20\n---\necho here")}`;
const drawn = ".k8s-sim-diagram[data-concept=rolling-update] [data-ref]";
const inner = (page: Page): Page["evaluate"] => page.evaluate.bind(page);

describe("a picture and a block", () => {
  it("in a canvas card, a hover popover, an embedded note, a callout, a quote, a list and a table's cell", async () => {
    const elsewhere = `# Outer\n\n![[Probe.md]]\n\n> [!note] A callout\n> ${picture}\n>\n> \`\`\`k8s-sim\n> echo called\n> \`\`\`\n\n- item\n  ${picture}\n\n| a | b |\n|---|---|\n| ${picture.replace("]]", "\\|200]]")} | kubernetes |\n`;
    const { page, errors } = await openText(browser, body);
    for (const button of ["canvas", "popover"]) {
      await page.locator(`#${button}`).click();
      const there = page.locator(".harness-elsewhere");
      await there.locator(drawn).first().waitFor({ state: "attached" });
      await there.locator(".k8s-sim-block [data-action=run]").click();
      await expect.poll(() => there.locator(".k8s-sim-entries .k8s-sim-command").first().getAttribute("data-exit")).toBe("0");
      // The note itself shows the same block: it has run there, too, and tells so as soon as it is seen.
      await page.locator(".workspace-main .k8s-sim-block").first().scrollIntoViewIfNeeded();
      await expect.poll(() => page.locator(".workspace-main .k8s-sim-entries .k8s-sim-command").first().getAttribute("data-exit")).toBe("0");
      await page.keyboard.press("Escape");
    }
    await inner(page)(async (text) => {
      const { harness } = window as unknown as { harness: Harness };
      harness.app.vault.add("Outer.md", text);
      await harness.show("Outer.md", "reading");
    }, elsewhere);
    for (const place of [".markdown-embed", ".callout", "li", "td"]) {
      // It comes when it is near the window.
      await expect.poll(() => page.evaluate((selector) => {
        const there = document.querySelector(`.workspace-main ${selector} .k8s-sim-diagram[data-concept=rolling-update]`);
        there?.scrollIntoView();
        return there?.querySelector("[data-ref]") != null;
      }, place), { timeout: 20_000 }).toBe(true);
    }
    // The embedded note keeps its own cluster, a callout has that of the note it stands in.
    expect(await page.locator(".markdown-embed .k8s-sim-block").getAttribute("data-cluster")).toBe("Probe.md");
    expect(await page.locator(".callout .k8s-sim-block").getAttribute("data-cluster")).toBe("Outer.md");
    await page.locator(".callout .k8s-sim-block [data-action=run]").click();
    await expect.poll(() => page.locator(".callout .k8s-sim-entries .k8s-sim-command").getAttribute("data-exit")).toBe("0");
    expect(errors).toEqual([]);
    await page.close();
  });

  it("in a window of their own run there", async () => {
    const { page, errors } = await openText(browser, body);
    const [popup] = await Promise.all([page.waitForEvent("popup"), page.locator("#popout").click()]);
    await popup.locator(drawn).first().waitFor({ state: "attached" });
    await popup.locator(".k8s-sim-block [data-action=run]").click();
    await expect.poll(() => popup.locator(".k8s-sim-entries .k8s-sim-command").getAttribute("data-exit")).toBe("0");
    await popup.locator(".k8s-sim-console-input").fill("echo typed");
    await popup.locator(".k8s-sim-console-input").press("Enter");
    await expect.poll(() => popup.locator(".k8s-sim-console-log").textContent()).toContain("typed\n");
    expect(errors).toEqual([]);
    await popup.close();
    await page.close();
  });

  it("on paper are there at once: the poster, and nothing that moves or can be pressed", async () => {
    const { page, errors } = await openText(browser, `${body}\n![[k8s-ingress.png]]\n`, { mode: "print" });
    const paper = page.locator("body > .print");
    // The exporter waits for what was promised and for nothing else.
    expect(await paper.locator(".k8s-sim-diagram svg").count()).toBe(2);
    expect(await paper.locator("button:visible, input:visible, select:visible").count()).toBe(0);
    const still = (): Promise<string> => paper.evaluate((el) => el.innerHTML);
    const before = await still();
    await page.waitForTimeout(800);
    expect(await still()).toBe(before);
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe("Live Preview", () => {
  it("shows existing and missing images, alone and amid text, and gives them back to the cursor", async () => {
    const text = `# Kubernetes service\n\n![[service-clusterip.svg]]\n\nAmid ${picture} text.\n\n${picture}\n\nEnd\n`;
    const { page, errors } = await openText(browser, text, { mode: "live-preview" });
    // Alone on its line it is promoted to a block of the editor, amid text it stays in its line.
    await page.locator(".cm-content > .k8s-sim-picture").nth(1).waitFor({ state: "attached" });
    expect(await page.locator(".cm-line .k8s-sim-picture").count()).toBe(1);
    expect(await page.locator(".cm-content > .k8s-sim-picture").count()).toBe(2);
    await cursorAt(page, `${picture} text`);
    expect(await page.locator(".cm-line .k8s-sim-picture").count()).toBe(0);
    expect(await page.locator(".cm-line", { hasText: "rolling-update" }).count()).toBe(1);
    await cursorAt(page, "End");
    expect(await page.locator(".cm-line .k8s-sim-picture").count()).toBe(1);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("leaves the page alone while a word is being composed", async () => {
    const { page, errors } = await openText(browser, `# Kubernetes\n\n字\n\n${picture}\n\nEnd\n`, { mode: "live-preview" });
    await page.locator(`.cm-content > .k8s-sim-picture ${drawn}`).first().waitFor({ state: "attached" });
    await cursorAt(page, "字");
    await page.locator(".cm-content").focus();
    const client = await page.context().newCDPSession(page);
    await page.evaluate(() => {
      const seen = window as unknown as { swapped: number };
      seen.swapped = 0;
      new MutationObserver((records) => {
        for (const { addedNodes, removedNodes } of records) for (const node of [...addedNodes, ...removedNodes]) if (node instanceof HTMLElement && node.classList.contains("k8s-sim-picture")) seen.swapped += 1;
      }).observe(document.querySelector(".cm-content") ?? document.body, { childList: true, subtree: true });
    });
    for (const so of ["j", "ji", "jiq"]) await client.send("Input.imeSetComposition", { text: so, selectionStart: so.length, selectionEnd: so.length });
    await page.waitForTimeout(700);
    expect(await page.evaluate(() => (window as unknown as { swapped: number }).swapped)).toBe(0);
    await client.send("Input.insertText", { text: "集群" });
    await page.waitForTimeout(700);
    expect(await page.evaluate(() => (window as unknown as Harness["app"] extends never ? never : { app: { workspace: { note: { cm: { state: { doc: { toString(): string } } } } } } }).app.workspace.note.cm.state.doc.toString())).toContain("集群字");
    expect(errors).toEqual([]);
    await page.close();
  });

  it("hides a block's source, and leads back to it by its Edit button", async () => {
    // Where there is a pointer to hover with, the app's own button does it.
    const page = await openOnPhone(browser, `Before\n\n${fence("echo source")}\nEnd\n`, { mode: "live-preview" });
    await page.locator(".k8s-sim-block [data-action=edit]").tap();
    await expect.poll(() => page.locator(".cm-line", { hasText: "echo source" }).count()).toBe(1);
    expect(await page.locator(".k8s-sim-block").count()).toBe(0);
    await cursorAt(page, "End");
    await page.locator(".k8s-sim-block").waitFor();
    await page.context().close();
  });
});

describe("a reader", () => {
  it("with the keyboard alone runs a block, reads its output, types a command and stops it", async () => {
    const { page } = await openText(browser, fence("echo by keyboard\nkubectl get ns"));
    const one = page.locator(".k8s-sim-block");
    const focused = (): Promise<string> => page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset["action"] ?? document.activeElement?.className ?? "");
    for (let i = 0; i < 30 && (await focused()) !== "run"; i++) await page.keyboard.press("Tab");
    expect(await focused()).toBe("run");
    await page.keyboard.press("Enter");
    await expect.poll(() => one.locator(".k8s-sim-entries .k8s-sim-command").last().getAttribute("data-exit")).toBe("0");
    for (let i = 0; i < 30 && !(await focused()).includes("console-input"); i++) await page.keyboard.press("Tab");
    await page.keyboard.type("sleep infinity");
    await page.keyboard.press("Enter");
    await page.waitForTimeout(200);
    await page.keyboard.press("Control+c");
    await expect.poll(() => one.locator(".k8s-sim-console-log .k8s-sim-command").getAttribute("data-exit")).toBe("130");
    // An empty console does not hold Tab.
    await page.keyboard.press("Tab");
    expect((await focused()).includes("console-input")).toBe(false);
    await page.close();
  });

  it("who wants less motion gets steps, and nothing glides", async () => {
    const context = await browser.newContext({ reducedMotion: "reduce" });
    const plain = await openText(browser, body);
    const page = await context.newPage();
    await page.goto(plain.page.url());
    await page.waitForSelector("html[data-ready]");
    await page.evaluate(async (text) => {
      const { harness } = window as unknown as { harness: Harness };
      harness.app.vault.add("Calm.md", text);
      await harness.show("Calm.md", "reading");
    }, body);
    const live = page.locator(".k8s-sim-diagram[data-concept=rolling-update]").first();
    await live.locator("[data-ref]").first().waitFor();
    await live.locator("[data-action=play]").first().click();
    await page.waitForTimeout(1200);
    expect(await page.evaluate(() => document.getAnimations().filter((each) => each.effect instanceof KeyframeEffect && (each.effect.target as Element | null)?.closest(".k8s-sim-diagram") !== null && Number(each.effect.getComputedTiming().duration) > 50).length)).toBe(0);
    await context.close();
    await plain.page.close();
  });

  it("changes the settings by keyboard alone, and they hold", async () => {
    const { page, errors } = await openText(browser, body, { lang: "zh" });
    await page.locator("#settings").focus();
    await page.keyboard.press("Enter");
    const modal = page.locator(".modal.mod-settings");
    await modal.waitFor();
    for (let i = 0; i < 20 && !(await modal.locator("select").first().evaluate((el) => el === document.activeElement)); i++) await page.keyboard.press("Tab");
    await page.keyboard.press("End");
    await page.keyboard.press("Escape");
    await modal.waitFor({ state: "detached" });
    await expect.poll(() => page.locator(".k8s-sim-diagram[data-state=live]").count()).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("of Chinese on a phone finds nothing cut off and nothing that axe finds serious", async () => {
    const { page } = await openText(browser, `${body}\n\`\`\`bash\nkubectl delete pod <pod 名>\n\`\`\`\n`, { lang: "zh", width: 360, viewport: { width: 390, height: 844 } });
    await page.locator(drawn).first().waitFor();
    await page.locator(".k8s-sim-block [data-action=run]").first().click();
    await page.waitForTimeout(500);
    await screenshot(page, "zh-360");
    expect(await page.locator(".k8s-sim-block [data-action=run]").first().textContent()).toBe("运行");
    const wide = await page.evaluate(() => [...document.querySelectorAll(".k8s-sim-block, .k8s-sim-diagram")].filter((el) => el.getBoundingClientRect().right > 361 + (document.querySelector(".workspace-main")?.getBoundingClientRect().left ?? 0)).length);
    expect(wide).toBe(0);
    expect(await serious(page)).toEqual([]);
    await page.close();
  });
});

describe("a hundred openings and closings of a note", () => {
  it("leave no component, listener, timer, observer or element behind", async () => {
    const { page, errors } = await openText(browser, body);
    const counts = await page.evaluate(async () => {
      const { harness } = window as unknown as { harness: Harness & { app: { workspace: { size: number } } } };
      // What is asked of the page and given back, counted at the source.
      const open = { timers: 0, frames: 0, listeners: 0, observers: 0 };
      const timers = new Set<number>();
      const { setTimeout: set, clearTimeout: clear } = window;
      Object.assign(window, {
        setTimeout: (run: () => void, wait?: number) => {
          const id = set(() => (timers.delete(id), run()), wait);
          timers.add(id);
          return id;
        },
        clearTimeout: (id: number) => (timers.delete(id), clear(id)),
      });
      const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
      const global = (target: EventTarget): boolean => target === window || target === document || target === document.body;
      EventTarget.prototype.addEventListener = function (this: EventTarget, ...args: Parameters<typeof add>) {
        if (global(this ?? window)) open.listeners += 1;
        return add.apply(this, args);
      };
      EventTarget.prototype.removeEventListener = function (this: EventTarget, ...args: Parameters<typeof remove>) {
        if (global(this ?? window)) open.listeners -= 1;
        return remove.apply(this, args);
      };
      const { observe, disconnect } = IntersectionObserver.prototype;
      const watching = new Set<IntersectionObserver>();
      IntersectionObserver.prototype.observe = function (this: IntersectionObserver, el: Element) {
        watching.add(this);
        observe.call(this, el);
      };
      IntersectionObserver.prototype.disconnect = function (this: IntersectionObserver) {
        watching.delete(this);
        disconnect.call(this);
      };
      const rest = (): Promise<void> => new Promise((done) => set(done, 60));
      const cycle = async (): Promise<void> => {
        await harness.show("Probe.md", "reading");
        await rest();
        await harness.show("Weekend.md", "reading");
      };
      const take = async (): Promise<object> => {
        await new Promise((done) => set(done, 3000));
        const { components, listeners } = harness.census;
        return { components, listeners, timers: timers.size, global: open.listeners, observers: watching.size, elements: document.querySelectorAll("[class^=k8s-sim]").length };
      };
      for (let i = 0; i < 5; i += 1) await cycle();
      const before = await take();
      for (let i = 0; i < 100; i += 1) await cycle();
      return { before, after: await take() };
    });
    expect(counts.after).toEqual(counts.before);
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe("bad input", () => {
  it("is told at its line, and no task of the page is longer than a reader notices", async () => {
    const huge = Array.from({ length: 3000 }, (_, i) => `echo line ${i}`).join("\n");
    const text = [fence("apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n   bad: y"), fence("apiVersion: v1\nkind: Podd\nmetadata: {name: x}"), fence("while true; do true; done"), fence("yes | head -c 50000000"), fence(huge)].join("\n");
    const { page, errors } = await openText(browser, "");
    await page.evaluate(() => {
      const seen = window as unknown as { longest: number };
      seen.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
      }).observe({ type: "longtask", buffered: false });
    });
    await page.evaluate(async (all) => {
      const { harness } = window as unknown as { harness: Harness };
      harness.app.vault.add("Bad.md", all);
      await harness.show("Bad.md", "reading");
    }, text);
    const block = (at: number) => page.locator(".k8s-sim-block").nth(at);
    expect(await block(0).locator(".k8s-sim-problem").first().getAttribute("data-line")).toBe("5");
    await block(1).locator("[data-action=run]").click();
    await expect.poll(() => block(1).locator(".k8s-sim-entries .k8s-sim-notice").allTextContents()).toEqual([expect.stringContaining("Did you mean Pod?")]);
    await block(2).locator("[data-action=run]").click();
    await page.waitForTimeout(1500);
    await block(2).locator("[data-action=stop]").first().click();
    await expect.poll(() => block(2).getAttribute("data-state")).not.toBe("running");
    // Thousands of commands that end at once are all run, a few at a time.
    await block(4).locator("[data-action=run]").click();
    await expect.poll(() => block(4).getAttribute("data-state"), { timeout: 60_000 }).toBe("done");
    // Their rows come frame by frame.
    await expect.poll(() => block(4).locator(".k8s-sim-entry .k8s-sim-output").last().textContent(), { timeout: 20_000 }).toBe("line 2999\n");
    // The cluster is unharmed.
    await block(0).locator(".k8s-sim-console-input").fill("kubectl get ns default -o name");
    await block(0).locator(".k8s-sim-console-input").press("Enter");
    await expect.poll(() => block(0).locator(".k8s-sim-console-log").textContent()).toContain("namespace/default");
    console.log(`longest task: ${await page.evaluate(() => (window as unknown as { longest: number }).longest)} ms`);
    expect(errors).toEqual([]);
    await page.close();
  });
});
