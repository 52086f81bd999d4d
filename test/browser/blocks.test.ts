import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command, cursorAt, launch, openNote, openText, screenshot, serious, textOf } from "./harness-page";
import type { Harness } from "./harness-page";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const fence = (body: string, language = "k8s-sim"): string => `\`\`\`${language}\n${body}\n\`\`\`\n`;
const pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      image: nginx";
const fast = "---\nspeed: 50\n---\n";

const block = (page: Page, at = 0): Locator => page.locator(".k8s-sim-block").nth(at);
const act = (of: Locator, action: string): Locator => of.locator(`[data-action=${action}]`).first();
const exits = (of: Locator): Promise<(string | null)[]> => of.locator(".k8s-sim-entries .k8s-sim-command").evaluateAll((all) => all.map((el) => el.getAttribute("data-exit")));

describe("a block", () => {
  for (const mode of ["reading", "live-preview"] as const) {
    it(`runs its manifests and commands, in ${mode}`, async () => {
      const { page, errors } = await openText(browser, "A pod:\n\n" + fence(`${fast}${pod}\n---\nkubectl wait --for=condition=Ready pod/web\nkubectl get pods\nkubectl get pod nobody`), { mode });
      const one = block(page);
      await act(one, "run").click();
      await expect.poll(() => exits(one), { timeout: 20_000 }).toEqual(["0", "0", "0", "1"]);
      const text = await one.locator(".k8s-sim-entries").textContent();
      expect(text).toContain("pod/web created");
      expect(text).toMatch(/web\s+1\/1\s+Running/);
      expect(text).toContain('Error from server (NotFound): pods "nobody" not found');
      expect(await one.getAttribute("data-cluster")).toBe("Probe.md");
      await screenshot(page, `block-${mode}`);
      expect(errors).toEqual([]);
      await page.close();
    });
  }

  it("steps one command at a time, and resets", async () => {
    const { page } = await openText(browser, fence(`${fast}echo one\necho two`));
    const one = block(page);
    await act(one, "step").click();
    await expect.poll(() => exits(one)).toEqual(["0", null]);
    await page.waitForTimeout(300);
    expect(await exits(one)).toEqual(["0", null]);
    await act(one, "step").click();
    await expect.poll(() => exits(one)).toEqual(["0", "0"]);
    await act(one, "reset").click();
    await expect.poll(() => exits(one)).toEqual([null, null]);
    await page.close();
  });

  it("that never ends is stopped, and what follows does not run", async () => {
    const { page } = await openText(browser, fence("while true; do sleep 1; done\necho after"));
    const one = block(page);
    await act(one, "run").click();
    await act(one, "stop").waitFor();
    await page.waitForTimeout(200);
    await act(one, "stop").click();
    await expect.poll(() => act(one, "stop").isHidden()).toBe(true);
    expect((await exits(one))[1]).toBe(null);
    // The cluster is not hurt: the console answers.
    await one.locator(".k8s-sim-console-input").fill("echo still here");
    await page.keyboard.press("Enter");
    await expect.poll(() => one.locator(".k8s-sim-console-log").textContent()).toContain("still here\n");
    await page.close();
  });

  it("is stopped by Ctrl-C in the console, also a loop that does nothing but turn", async () => {
    const { page } = await openText(browser, fence("echo ready"));
    const one = block(page);
    await one.locator(".k8s-sim-console-input").fill("while true; do true; done");
    await page.keyboard.press("Enter");
    await page.waitForTimeout(300);
    await page.keyboard.press("Control+c");
    await expect.poll(() => one.locator(".k8s-sim-console-log .k8s-sim-command").getAttribute("data-exit")).not.toBe(null);
    await page.close();
  });

  it("runs the note down to itself from a fresh cluster, in the note's order", async () => {
    const text = [fence(`${fast}kubectl create configmap first`), fence(`${fast}kubectl create configmap second`), fence(`${fast}kubectl get configmaps -o name`)].join("\n");
    const { page } = await openText(browser, text);
    await act(block(page, 1), "run").click();
    await expect.poll(() => exits(block(page, 1))).toEqual(["0"]);
    await act(block(page, 2), "run-to-here").click();
    await expect.poll(() => exits(block(page, 2)), { timeout: 15_000 }).toEqual(["0"]);
    expect(await exits(block(page, 0))).toEqual(["0"]);
    const listed = await block(page, 2).locator(".k8s-sim-output").textContent();
    expect(listed).toContain("configmap/first");
    expect(listed).toContain("configmap/second");
    await page.close();
  });

  it("names the line of what is wrong, in the reader's language, and does not run", async () => {
    const text = `# Note\n\n${fence("---\nnods: 2\n---\nkind: Pod\nmetadata:\n  name: web")}`;
    for (const [lang, words] of [["en", "Did you mean"], ["zh", "是否想写"]] as const) {
      const { page } = await openText(browser, text, { lang });
      const one = block(page);
      const said = await one.locator(".k8s-sim-problem").allTextContents();
      expect(said.join("\n")).toContain(words);
      expect(await one.locator(".k8s-sim-problem").first().getAttribute("data-line")).toBe("5");
      expect(said.some((each) => each.includes("apiVersion"))).toBe(true);
      expect(await act(one, "run").isDisabled()).toBe(true);
      await page.close();
    }
  });

  it("shows recorded output beside the fresh one, and marks what differs", async () => {
    const { page } = await openText(browser, fence(`${fast}$ echo same\nsame\n$ echo fresh\nstale`));
    const one = block(page);
    await act(one, "run").click();
    await expect.poll(() => exits(one)).toEqual(["0", "0"]);
    expect(await one.locator(".k8s-sim-verdict.is-same").count()).toBe(1);
    expect(await one.locator(".k8s-sim-verdict.is-different").count()).toBe(1);
    await page.close();
  });

  it("draws what it made, from the note's own cluster", async () => {
    const { page, errors } = await openNote(browser);
    const one = block(page);
    await act(one, "speed").selectOption("10");
    await act(one, "run").click();
    await one.locator(".k8s-sim-diagram[data-concept=rolling-update][data-source=note][data-state=live] [data-ref]").first().waitFor();
    await expect.poll(() => exits(one), { timeout: 60_000 }).toEqual(["0", "0", "0", "0", "0"]);
    await screenshot(page, "block-diagram");
    expect(errors).toEqual([]);
    await page.close();
  });

  it("reads stale when it was changed after its run, and its output is written into the note once", async () => {
    const { page, errors } = await openText(browser, `Before.\n\n${fence("echo one")}\nAfter.\n`, { mode: "live-preview" });
    const one = block(page);
    await act(one, "run").click();
    await expect.poll(() => exits(one)).toEqual(["0"]);
    await act(one, "write-output").click();
    await expect.poll(() => textOf(page)).toBe(`Before.\n\n${fence("echo one")}\n${fence("$ echo one\none", "k8s-sim-output")}\nAfter.\n`);
    await act(block(page), "write-output").click();
    await page.waitForTimeout(300);
    expect((await textOf(page)).split("k8s-sim-output").length).toBe(2);
    await page.evaluate(() => {
      const { cm } = (window as unknown as { harness: Harness }).harness.app.workspace.note;
      const at = cm.state.doc.toString().indexOf("echo one");
      cm.dispatch({ changes: { from: at, to: at + 8, insert: "echo two" } });
    });
    await cursorAt(page, "After");
    await expect.poll(() => block(page).getAttribute("data-state")).toBe("stale");
    expect(errors).toEqual([]);
    await page.close();
  });

  it("of an ordinary transcript gets a Run button", async () => {
    const { page } = await openText(browser, fence("kubectl create configmap made\n\n# configmap/made created", "jsx"));
    const one = page.locator(".k8s-sim-transcript");
    await act(one, "run").click();
    await expect.poll(() => exits(one)).toEqual(["0"]);
    expect(await one.locator(".k8s-sim-verdict.is-same").count()).toBe(1);
    await page.close();
  });

  for (const theme of ["light", "dark"] as const) {
    it(`has nothing that axe finds serious at 360 px, ${theme}`, async () => {
      const { page } = await openText(browser, fence(`${fast}${pod}\n---\n$ kubectl get pods\n$ echo recorded\nrecorded`), { theme, width: 360, viewport: { width: 390, height: 844 } });
      const one = block(page);
      await act(one, "run").click();
      await expect.poll(() => exits(one)).toEqual(["0", "0", "0"]);
      await screenshot(page, `block-${theme}-360`);
      expect(await serious(page)).toEqual([]);
      await page.close();
    });
  }

  it("is printed with what it does, and nothing to press", async () => {
    const { page } = await openText(browser, fence(`${pod}\n---\nkubectl get pods`), { mode: "print" });
    const one = page.locator("body > .print .k8s-sim-block");
    expect(await one.textContent()).toContain("kubectl get pods");
    expect(await one.locator("button:visible").count()).toBe(0);
    await page.close();
  });
});

describe("commands", () => {
  it("are named in both languages", async () => {
    for (const [lang, words] of [["en", "Apply the manifests of this note"], ["zh", "应用本笔记的清单"]] as const) {
      const { page } = await openNote(browser, { lang });
      const names = await page.evaluate(() => [...(window as unknown as { harness: Harness }).harness.app.commandList.values()].map(({ name }) => name));
      expect(names.join("\n")).toContain(words);
      expect(names.length).toBe(16);
      await page.close();
    }
  });

  it("apply and delete what the note holds, and say so", async () => {
    const { page } = await openText(browser, `${fence(pod, "yaml")}\n${fence("kubectl get pods")}`);
    await command(page, "apply-note");
    await page.locator(".notice", { hasText: "pod/web created" }).waitFor();
    await command(page, "delete-note");
    await page.locator(".notice", { hasText: 'pod "web" deleted' }).waitFor({ timeout: 60_000 });
    await page.close();
  });

  it("run every block, and reset", async () => {
    const { page } = await openText(browser, [fence(`${fast}echo one`), fence(`${fast}echo two`)].join("\n"));
    await command(page, "run-note");
    await expect.poll(() => exits(page.locator("body"))).toEqual(["0", "0"]);
    await command(page, "reset-cluster");
    await expect.poll(() => exits(page.locator("body"))).toEqual([null, null]);
    await page.close();
  });

  it("work at the cursor: apply, run, insert", async () => {
    const { page } = await openText(browser, `${fence(pod, "yaml")}\n${fence("echo at the cursor")}\n\nEnd\n`, { mode: "live-preview" });
    await cursorAt(page, "kind: Pod");
    await command(page, "apply-cursor");
    await page.locator(".notice", { hasText: "pod/web created" }).waitFor();
    await cursorAt(page, "echo at");
    await command(page, "run-block");
    await cursorAt(page, "End");
    await expect.poll(() => exits(block(page))).toEqual(["0"]);
    await command(page, "insert-block");
    await page.keyboard.press("Enter");
    await expect.poll(() => textOf(page)).toMatch(/End\n\n```k8s-sim\n---\ndiagram: rolling-update\n/);
    await page.close();
  });
});

describe("commands on a whole note", () => {
  it("check it on a fresh cluster, list what differs, and go to the line", async () => {
    for (const mode of ["reading", "live-preview"] as const) {
      const filler = Array.from({ length: 80 }, (_, i) => `Line ${i}\n`).join("\n");
      const { page, errors } = await openText(browser, `${fence("$ kubectl get ns default -o name\nnamespace/default", "bash")}\n${filler}\n${fence("$ kubectl get ns default -o name\nstale", "bash")}\n${filler}`, { mode });
      await command(page, "check-note");
      const found = page.locator(".prompt .suggestion-item");
      await found.first().waitFor();
      expect(await found.allTextContents()).toEqual([expect.stringMatching(/^Line 16\d.* kubectl get ns default -o name: differs/)]);
      await page.keyboard.press("Enter");
      if (mode === "reading") await expect.poll(() => page.locator("pre", { hasText: "stale" }).first().evaluate((el) => Math.abs(el.getBoundingClientRect().top) < 300)).toBe(true);
      else await expect.poll(() => page.locator(".cm-line", { hasText: "stale" }).first().isVisible()).toBe(true);
      // The reader's own cluster was not touched.
      expect(await page.locator(".k8s-sim-transcript[data-state=done]").count()).toBe(0);
      expect(errors).toEqual([]);
      await page.close();
    }
  });

  it("say that nothing differs", async () => {
    const { page } = await openText(browser, fence("$ kubectl get ns default -o name\nnamespace/default", "bash"));
    await command(page, "check-note");
    await page.locator(".notice", { hasText: "Nothing differs" }).waitFor();
    await page.close();
  });

  it("copy the cluster as YAML that would make it again", async () => {
    const { page } = await openText(browser, fence(`${fast}kubectl create deployment web --image=nginx\nkubectl expose deployment web --port=80\nkubectl create ns shop\nkubectl rollout status deploy/web`));
    await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: { writeText: (text: string) => ((window as unknown as { copied: string }).copied = text, Promise.resolve()) } }));
    await act(block(page), "run").click();
    await expect.poll(() => exits(block(page)), { timeout: 20_000 }).toEqual(["0", "0", "0", "0"]);
    await command(page, "copy-cluster");
    await expect.poll(() => page.evaluate(() => (window as unknown as { copied?: string }).copied ?? "")).not.toBe("");
    const yaml = await page.evaluate(() => (window as unknown as { copied: string }).copied);
    expect([...yaml.matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => kind)).toEqual(["Namespace", "Service", "Deployment"]);
    expect(yaml).not.toMatch(/uid|resourceVersion|status:|clusterIP:/);
    await page.close();
  });

  it("freeze every diagram in one undoable edit", async () => {
    const { page, errors } = await openText(browser, "# Kubernetes\n\n![[k8s-rolling-update.png]]\n\nAmid.\n\n- an item\n  ![[k8s-ingress.png]]\n\nEnd.\n", { mode: "live-preview" });
    const before = await textOf(page);
    await cursorAt(page, "End");
    await command(page, "freeze-note");
    await expect.poll(async () => (await textOf(page)).split("```mermaid\n").length, { timeout: 30_000 }).toBe(3);
    const once = await textOf(page);
    await command(page, "freeze-note");
    await page.waitForTimeout(2000);
    expect((await textOf(page)).split("```mermaid").length).toBe(once.split("```mermaid").length);
    expect(once.replace(/\n *```mermaid[\s\S]*?```/g, "").replace(/\n+/g, "\n")).toBe(before.replace(/\n+/g, "\n"));
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe("the plugin, when it goes", () => {
  it("leaves nothing behind, though things ran", async () => {
    const { page, errors } = await openText(browser, `![[k8s-rolling-update.png]]\n\n${fence("while true; do sleep 1; done")}`);
    await page.locator(".k8s-sim-diagram [data-ref]").first().waitFor();
    await act(block(page), "run").click();
    await page.waitForTimeout(300);
    await page.evaluate(() => (window as unknown as { harness: Harness }).harness.unload());
    await expect.poll(() => page.locator("[class^=k8s-sim]").count()).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });
});
