// The rows of the bench that a reader feels: the built plugin in the page that stands in for the app, in a real browser.
import { chromium } from "playwright-core";
import { findBrowser } from "../../scripts/browser.mjs";
import { serve } from "../harness/serve.mjs";

const five = ["k8s-deployment", "k8s-rolling-update", "k8s-service-clusterip", "k8s-ingress-rules", "k8s-probes"].map((name, i) => `## Picture ${i + 1}\n\n![[${name}.png]]\n`).join("\n");

const fence = (body) => `\`\`\`k8s-sim\n${body}\n\`\`\`\n`;

const sixty = fence(`---
diagram: deployment
nodes: 4
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 60
  selector: {matchLabels: {app: web}}
  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 15}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "nginx:1.27"}]
---
kubectl rollout status deployment/web`);

/** Bad YAML, an unknown kind, a wrong field, loops without end, output without end, a huge block. */
const bad = [
  "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n   bad: y",
  "apiVersion: v1\nkind: Podd\nmetadata: {name: x}",
  "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: x, image: nginx, imagePull: Always}]}",
  "while true; do true; done",
  "yes | head -c 50000000",
  Array.from({ length: 3000 }, (_, i) => `echo line ${i}`).join("\n"),
  Array.from({ length: 300 }, (_, i) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${i}}\ndata: {key: "${i}"}`).join("\n---\n"),
].map(fence).join("\n");

/** Shows a note of this text; resolves when the app says that it is shown. */
const show = (page, text) =>
  page.evaluate(async (body) => {
    window.harness.app.vault.add("Bench.md", body);
    await window.harness.show("Bench.md", "reading");
  }, text);

/** Shows a note, and tells when its pictures came alive: wall ms after the note was opened. */
const pictures = (page, text, count) =>
  page.evaluate(async ([body, wanted]) => {
    const { harness } = window;
    const alive = () => [...document.querySelectorAll(".k8s-sim-diagram[data-state=live]")].filter((el) => el.querySelector(".k8s-sim-stage:not(.is-waiting) [data-ref]") !== null).length;
    harness.app.vault.add("Bench.md", body);
    const began = performance.now();
    const times = [];
    const all = new Promise((done) => {
      const watch = new MutationObserver(() => {
        for (const now = performance.now(); times.length < alive(); ) times.push(now - began);
        if (times.length < wanted) return;
        watch.disconnect();
        done();
      });
      watch.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
    });
    await harness.show("Bench.md", "reading");
    await all;
    return times;
  }, [text, count]);

/** A note that nothing of ours is in: the page's own renderer has run once, as the app's has. */
const plain = "# A\n\n## B\n\nText *a* `b` **c** [[x]] https://example.com\n\n- a\n  - b\n\n1. c\n\n| a | b |\n|---|---|\n| c | d |\n\n> q\n";

const block = (page, at = 0) => page.locator(".k8s-sim-block").nth(at);
const press = (of, action) => of.locator(`[data-action=${action}]`).first().click();

/** A Deployment of 60 that runs, with its diagram, whose clock stands. */
async function sixtyPods(page) {
  await show(page, sixty);
  const one = block(page);
  await one.locator("[data-action=speed]").first().selectOption("50");
  await press(one, "run");
  await one.locator(".k8s-sim-diagram [data-action=play]").waitFor({ timeout: 120_000 });
  return one;
}

/** Types a command and waits until its update is under way. */
async function update(one, speed) {
  await one.locator(".k8s-sim-diagram [data-action=speed]").selectOption(speed);
  await one.locator(".k8s-sim-console-input").fill("kubectl set image deployment/web web=nginx:1.28");
  await one.locator(".k8s-sim-console-input").press("Enter");
  await one.locator(".k8s-sim-diagram [data-action=pause]").waitFor();
}

/** The tasks of the page's own thread while `act` runs, and what they did: CPU ms, the longest first. */
async function tasksOf(page, act) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: ["-*", "toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"] });
  await act();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
  const key = ({ pid, tid }) => `${pid} ${tid}`;
  const mains = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(key));
  const whole = traceEvents.filter((event) => event.ph === "X" && mains.has(key(event)));
  const busy = new Map();
  for (const event of whole) busy.set(key(event), (busy.get(key(event)) ?? 0) + 1);
  const [thread] = [...busy].sort(([, a], [, b]) => b - a)[0] ?? [];
  const mine = whole.filter((event) => key(event) === thread);
  const cpu = ({ tdur, dur }) => (tdur ?? dur) / 1000;
  return mine.filter(({ name }) => name === "RunTask").map((task) => {
    const within = mine.filter((event) => event !== task && event.ts >= task.ts && event.ts + event.dur <= task.ts + task.dur);
    const spent = (name) => within.reduce((sum, event) => (event.name === name ? sum + cpu(event) : sum), 0);
    return { cpu: cpu(task), frame: spent("FireAnimationFrame") };
  }).sort((a, b) => b.cpu - a.cpu);
}

const longest = async (page, act) => (await tasksOf(page, act))[0]?.cpu ?? 0;
const measured = (page, name) => page.evaluate((of) => performance.getEntriesByName(of)[0].duration, name);

/** Runs what is bad, and stops it where it does not stop by itself. */
async function misbehave(page) {
  await show(page, bad);
  await page.locator(".k8s-sim-problem").first().waitFor();
  const click = (at, action) => page.evaluate(([of, what]) => document.querySelectorAll(".k8s-sim-block")[of].querySelector(`[data-action=${what}]`).click(), [at, action]);
  const count = await page.locator(".k8s-sim-block").count();
  for (let at = 1; at < count; at++) {
    await block(page, at).scrollIntoViewIfNeeded();
    await click(at, "run");
    await page.waitForTimeout(1500);
    await click(at, "stop");
    await page.waitForTimeout(200);
  }
}

/** How many updates are looked at. */
const steps = 40;

/** What each row measures on a fresh page. */
const measures = {
  load: (page) => measured(page, "load main.js"),
  onload: (page) => measured(page, "onload"),
  "first-picture": async (page) => (await pictures(page, five, 1))[0],
  "fifth-picture": async (page) => (await pictures(page, five, 5))[4],
  "update-60": async (page) => {
    const one = await sixtyPods(page);
    await update(one, "1");
    await one.locator(".k8s-sim-diagram [data-action=pause]").click();
    const tasks = await tasksOf(page, async () => {
      for (let step = 0; step < steps; step++) {
        await one.locator(".k8s-sim-diagram [data-action=step]").evaluate((el) => new Promise((done) => {
          el.click();
          // The diagram's own frame was asked for first.
          requestAnimationFrame(() => setTimeout(done, 0));
        }));
      }
    });
    // The frames between the steps draw nothing.
    return tasks.map(({ frame }) => frame).sort((a, b) => b - a)[steps >> 1];
  },
  "frame-60": async (page) => {
    const one = await sixtyPods(page);
    return longest(page, async () => {
      await update(one, "10");
      await page.waitForTimeout(8000);
    });
  },
  "task-open": (page) => longest(page, async () => {
    await pictures(page, five, 5);
    await page.waitForTimeout(500);
  }),
  "task-bad": (page) => longest(page, () => misbehave(page)),
};

/** Opens the browser and the page's server. `measure` does a row once on a fresh page, at a `throttle`th of the CPU's speed. */
export async function pageBench() {
  const harness = await serve();
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"] });
  return {
    async measure(row, throttle) {
      // High enough for five pictures: each is in sight at once.
      const context = await browser.newContext({ viewport: { width: 1310, height: 4800 } });
      try {
        const page = await context.newPage();
        const slow = async () => (await context.newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: throttle });
        const loads = row === "load" || row === "onload";
        if (loads) await slow();
        await page.goto(`${harness.url}?note=-`);
        await page.waitForSelector("html[data-ready]");
        await show(page, plain);
        await page.waitForTimeout(300);
        if (!loads) await slow();
        return await measures[row](page);
      } finally {
        await context.close();
      }
    },
    async close() {
      await browser.close();
      await harness.close();
    },
  };
}
