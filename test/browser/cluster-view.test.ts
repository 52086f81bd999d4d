import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command, launch, openText, screenshot, serious } from "./harness-page";
import type { Shown } from "./harness-page";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const note = "# Shop\n\n```k8s-sim\n---\nspeed: 10\ndiagram: none\n---\nkubectl create deployment web --image=nginx --replicas=3\nkubectl rollout status deployment/web\n```\n\n```k8s-sim\n---\ncluster: other\n---\nkubectl create namespace other\n```\n";

async function view(shown: Shown = {}): Promise<{ page: Page; pane: Locator; errors: string[] }> {
  const { page, errors } = await openText(browser, note, shown);
  await command(page, "open-cluster");
  const pane = page.locator(".k8s-sim-view");
  await pane.waitFor();
  return { page, pane, errors };
}
const tab = (pane: Locator, name: string): Locator => pane.locator(`.k8s-sim-view-bar [data-action=${name}]`);

describe("the cluster view", () => {
  it("shows the topology of the note's cluster, its resources as they change, and what each is", async () => {
    const { page, pane, errors } = await view();
    expect(await pane.getAttribute("data-cluster")).toBe("Probe.md");
    await pane.locator(".k8s-sim-diagram[data-concept=cluster][data-source=note] [data-ref]").first().waitFor();
    await tab(pane, "resources").click();
    const rows = pane.locator(".is-resources tbody tr");
    expect(await rows.count()).toBe(0);
    await page.locator(".k8s-sim-block [data-action=run]").first().click();
    await expect.poll(() => rows.allTextContents(), { timeout: 20_000 }).toEqual(Array.from({ length: 3 }, () => expect.stringMatching(/^defaultweb-.*1\/1Running0/) as string));
    await rows.first().locator("[data-action=open]").click();
    await expect.poll(() => pane.locator(".k8s-sim-drawer pre").last().textContent()).toContain("Node:");
    await pane.locator(".k8s-sim-drawer [data-action=yaml]").last().click();
    await expect.poll(() => pane.locator(".k8s-sim-drawer pre").last().textContent()).toContain("kind: Pod");
    await pane.locator("[data-action=kind]").selectOption("deployments.apps");
    await expect.poll(() => rows.allTextContents()).toEqual([expect.stringMatching(/^defaultweb3\/333/)]);
    await tab(pane, "events").click();
    await expect.poll(() => pane.locator(".is-events tbody").textContent()).toContain("SuccessfulCreate");
    await screenshot(page, "cluster-view");
    expect(errors).toEqual([]);
    await page.close();
  });

  it("adds, stops and drains nodes, and has a console", async () => {
    const { page, pane, errors } = await view();
    await page.locator(".k8s-sim-block [data-action=run]").first().click();
    await expect.poll(() => page.locator(".k8s-sim-block .k8s-sim-command").nth(1).getAttribute("data-exit"), { timeout: 20_000 }).toBe("0");
    await tab(pane, "nodes").click();
    const rows = pane.locator(".is-nodes tbody tr");
    await expect.poll(() => rows.count()).toBe(2);
    await pane.locator("[data-action=add-node]").click();
    await expect.poll(() => rows.count()).toBe(3);
    await pane.locator(".is-nodes [data-action=cordon]").click();
    await expect.poll(() => rows.first().textContent()).toContain("SchedulingDisabled");
    await pane.locator(".is-nodes [data-action=drain]").click();
    await expect.poll(() => pane.locator(".k8s-sim-view-said").textContent(), { timeout: 60_000 }).toContain("drained");
    await tab(pane, "console").click();
    await page.keyboard.type("kubectl get nodes -o na");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => pane.locator(".is-console .k8s-sim-console-log").textContent()).toContain("node/node3");
    expect(errors).toEqual([]);
    await page.close();
  });

  it("lists the clusters that are open, and changes between them", async () => {
    const { page, pane } = await view();
    await page.locator(".k8s-sim-view-head [data-action=cluster]").selectOption("name:other");
    await expect.poll(() => page.locator(".k8s-sim-view").getAttribute("data-cluster")).toBe("other");
    expect(await pane.count()).toBe(1);
    await page.locator(".k8s-sim-block [data-action=run]").nth(1).click();
    await tab(pane, "resources").click();
    await pane.locator("[data-action=kind]").selectOption("namespaces");
    await expect.poll(() => pane.locator(".is-resources tbody").textContent()).toContain("otherActive");
    await page.close();
  });

  it("goes without a trace when it is closed", async () => {
    const { page, errors } = await view();
    await page.evaluate(() => (window as unknown as { app: { workspace: { detachLeavesOfType(type: string): void } } }).app.workspace.detachLeavesOfType("k8s-sim-cluster"));
    await expect.poll(() => page.locator(".k8s-sim-view").count()).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });

  for (const [theme, lang, width] of [["light", "en", 1310], ["dark", "zh", 360]] as const) {
    it(`has nothing that axe finds serious, by keyboard: ${theme}, ${lang}, ${width} px`, async () => {
      const { page, pane } = await view({ theme, lang, viewport: { width: width === 360 ? 390 : width, height: 844 } });
      await tab(pane, "topology").focus();
      for (const next of ["resources", "nodes", "events", "console"]) {
        await page.keyboard.press("ArrowRight");
        expect(await tab(pane, next).getAttribute("aria-selected")).toBe("true");
        await page.waitForTimeout(600);
        await tab(pane, next).focus();
        await screenshot(page, `cluster-view-${next}-${lang}`);
        expect(await serious(page, ".k8s-sim-view")).toEqual([]);
      }
      expect(await tab(pane, "nodes").textContent()).toBe(lang === "zh" ? "节点" : "Nodes");
      await page.close();
    });
  }
});
