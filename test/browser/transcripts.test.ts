import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cursorAt, launch, openOnPhone, openText, screenshot, serious } from "./harness-page";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const fence = (body: string, language = "bash"): string => `\`\`\`${language}\n${body}\n\`\`\`\n`;
const recorded = fence(
  ["kubectl get pods", "", "# NAME                                \u00a0 READY   STATUS    RESTARTS   AGE", "", "# hellok8s-deployment-5d5545b69c-24lw5   1/1     Running   0          27m", "# hellok8s-deployment-5d5545b69c-9g94t   1/1     Running   0          27m", "# client                                 1/1     Running   0          41m",
    "kubectl get service", "# NAME                         TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)    AGE", "# service-hellok8s-clusterip   ClusterIP   10.104.96.7   <none>        3000/TCP   10s",
    "kubectl exec -it client-pod /bin/bash", "# root@client-pod:/# curl 10.104.96.7:3000", "#[v3] Hello, Kubernetes!, From host: hellok8s-deployment-5d5545b69c-9g94t"].join("\n"), "jsx");

const transcript = (page: Page): Locator => page.locator(".k8s-sim-transcript").first();
const act = (of: Locator, action: string): Locator => of.locator(`[data-action=${action}]`).first();
const exits = (of: Locator): Promise<(string | null)[]> => of.locator(".k8s-sim-entries .k8s-sim-command").evaluateAll((all) => all.map((el) => el.getAttribute("data-exit")));

describe("a transcript", () => {
  for (const mode of ["reading", "live-preview"] as const) {
    it(`whose objects are gone is rebuilt from what it recorded, and runs, in ${mode}`, async () => {
      const { page, errors } = await openText(browser, `Long ago:\n\n${recorded}\nThe end.\n`, { mode });
      const one = transcript(page);
      await act(one, "run").click();
      await expect.poll(() => exits(one), { timeout: 20_000 }).toEqual(["0", "0", "1", "1"]);
      expect(await one.locator(".k8s-sim-lost").textContent()).toContain("deployment/hellok8s-deployment");
      await act(one, "reconstruct").click();
      await act(one, "reconstruct").waitFor({ state: "hidden" });
      await act(one, "run").click();
      const zero = Array.from({ length: 8 }, () => "0");
      await expect.poll(() => exits(one), { timeout: 40_000 }).toEqual(zero);
      const text = await one.locator(".k8s-sim-entries").textContent();
      expect(text).toMatch(/service-hellok8s-clusterip +ClusterIP +10\.104\.96\.7/);
      expect(text).toMatch(/\[v3\] Hello, Kubernetes!, From host: hellok8s-deployment-\w+-\w+/);
      expect(await one.locator(".k8s-sim-verdict.is-different").count()).toBe(0);
      await screenshot(page, `transcript-${mode}`);
      expect(await serious(page)).toEqual([]);
      expect(errors).toEqual([]);
      await page.close();
    });
  }

  it("asks for what its note leaves to the reader, and runs with that", async () => {
    const { page } = await openText(browser, fence("$ kubectl create namespace <your-name>\n$ kubectl get ns <your-name> -o name"));
    const one = transcript(page);
    await act(one, "run").click();
    const ask = one.locator("input[data-ask='your-name']").first();
    await expect.poll(() => ask.evaluate((el) => el === document.activeElement)).toBe(true);
    expect(await exits(one)).toEqual([null, null]);
    await page.keyboard.type("shop");
    await page.keyboard.press("Enter");
    await expect.poll(() => exits(one)).toEqual(["0", "0"]);
    expect(await one.textContent()).toContain("namespace/shop");
    await page.close();
  });

  it("keeps what it printed in Live Preview while its note is edited around it, and asks nothing of the host", async () => {
    const { page, errors } = await openText(browser, `Before.\n\n${fence("$ kubectl get ns default -o name\nnamespace/default\n$ curl -s https://example.com/", "console")}\nAfter.\n`, { mode: "live-preview" });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const one = transcript(page);
    await act(one, "run").click();
    await expect.poll(() => exits(one)).toEqual(["0", "6"]);
    await page.evaluate(() => (window as unknown as { app: { workspace: { note: { cm: { dispatch(spec: object): void } } } } }).app.workspace.note.cm.dispatch({ changes: { from: 0, insert: "More. " } }));
    await cursorAt(page, "After");
    await page.waitForTimeout(600);
    expect(await exits(transcript(page))).toEqual(["0", "6"]);
    expect(asked.filter((url) => !url.startsWith("http://127.0.0.1"))).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe("the console", () => {
  it("completes verbs, kinds and names, keeps its history, and streams until it is stopped", async () => {
    const { page } = await openText(browser, fence("---\nspeed: 10\n---\nkubectl create deployment web --image=nginx\nkubectl rollout status deployment/web", "k8s-sim"));
    const one = page.locator(".k8s-sim-block").first();
    await act(one, "run").click();
    await expect.poll(() => exits(one), { timeout: 20_000 }).toEqual(["0", "0"]);
    const input = one.locator(".k8s-sim-console-input");
    await input.fill("kubectl descr");
    await page.keyboard.press("Tab");
    expect(await input.inputValue()).toBe("kubectl describe ");
    await page.keyboard.type("deployments w");
    await page.keyboard.press("Tab");
    expect(await input.inputValue()).toBe("kubectl describe deployments web ");
    await input.fill("kubectl get pods -w");
    await page.keyboard.press("Enter");
    const log = one.locator(".k8s-sim-console-log .k8s-sim-command").last();
    await expect.poll(() => log.textContent()).toContain("Running");
    await one.locator(".k8s-sim-console [data-action=stop]").click();
    await expect.poll(() => log.getAttribute("data-exit")).toBe("130");
    await input.focus();
    await page.keyboard.press("ArrowUp");
    expect(await input.inputValue()).toBe("kubectl get pods -w");
    await page.close();
  });

  it("holds a session in a container", async () => {
    const { page } = await openText(browser, fence("---\nspeed: 10\n---\nkubectl run web --image=nginx\nkubectl wait --for=condition=Ready pod/web", "k8s-sim"));
    const one = page.locator(".k8s-sim-block").first();
    await act(one, "run").click();
    await expect.poll(() => exits(one), { timeout: 20_000 }).toEqual(["0", "0"]);
    const input = one.locator(".k8s-sim-console-input");
    await input.fill("kubectl exec -it web -- sh");
    await page.keyboard.press("Enter");
    const log = one.locator(".k8s-sim-console-log .k8s-sim-command").last();
    await expect.poll(() => log.textContent()).toMatch(/# $/);
    await input.fill("hostname");
    await page.keyboard.press("Enter");
    await expect.poll(() => log.textContent()).toMatch(/web\n.*# $/);
    await input.fill("exit");
    await page.keyboard.press("Enter");
    await expect.poll(() => log.getAttribute("data-exit")).toBe("0");
    await page.close();
  });

  it("has a Stop button as large as a finger on a phone", async () => {
    const other = await openOnPhone(browser, fence("while true; do sleep 1; done", "k8s-sim"));
    const one = other.locator(".k8s-sim-block").first();
    await act(one, "run").tap();
    const stop = act(one, "stop");
    await stop.waitFor();
    const box = await stop.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    await stop.tap();
    await expect.poll(() => one.getAttribute("data-state")).not.toBe("running");
    await other.context().close();
  });
});
