// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { rollingUpdate } from "../../src/diagrams/concepts/rolling-update";
import { setLanguage } from "../../src/i18n/index";
import { createDiagram, type Diagram } from "../../src/ui/diagram";
import type { DiagramHost } from "../../src/ui/diagram-model";
import { rollingLog, scripted } from "../diagrams/scripted-cluster";
import { logModel } from "./log-model";

let frames: FrameRequestCallback[] = [];
let clock = 0;
let open: Diagram | undefined;
/** One animation frame, `ms` after the one before. */
const frame = (ms = 16): void => {
  clock += ms;
  const due = frames;
  frames = [];
  for (const fn of due) fn(clock);
};

beforeEach(() => {
  setLanguage("en");
  frames = [];
  clock = 0;
  vi.spyOn(window, "requestAnimationFrame").mockImplementation((fn) => frames.push(fn));
  vi.spyOn(window, "cancelAnimationFrame").mockImplementation(() => {
    frames = [];
  });
  vi.stubGlobal("IntersectionObserver", undefined);
  (window as unknown as { IntersectionObserver: unknown }).IntersectionObserver = undefined;
});
afterEach(() => {
  open?.destroy();
  open = undefined;
  document.body.textContent = "";
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const show = (at: number, host: DiagramHost = {}): { el: HTMLElement; model: ReturnType<typeof logModel> } => {
  const model = logModel(rollingUpdate, rollingLog(), at);
  open = createDiagram(document.body, model, { width: 720, host });
  return { el: open.el, model };
};
const press = (el: HTMLElement, selector: string): void => {
  const one = el.querySelector<HTMLElement>(selector);
  expect(one, selector).not.toBeNull();
  one?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
};
const dc26t = `[data-ref="Pod/default/hellok8s-647677fc66-dc26t"]`;

describe("a diagram's handles", () => {
  it("are those of the product page", () => {
    const { el } = show(13_600);
    expect(el.matches('.k8s-sim-diagram[data-concept="rolling-update"][data-source="example"][data-state="live"]')).toBe(true);
    expect(el.querySelector(dc26t)?.getAttribute("data-status")).toBe("ready");
    expect(el.querySelector('[data-ref="Pod/default/hellok8s-8d94c585f-46dzp"]')?.getAttribute("data-status")).toBe("pending");
    expect(el.querySelector('[data-ref="Pod/default/hellok8s-647677fc66-mth6f"]')?.getAttribute("data-status")).toBe("leaving");
    for (const action of ["play", "step", "speed", "reset", "scrub", "level", "menu", "rollout", "undo", "surge"]) expect(el.querySelector(`[data-action="${action}"]`), action).not.toBeNull();
  });

  it("names every live part and gives the picture one stop of the Tab key", () => {
    const { el } = show(13_600);
    const parts = [...el.querySelectorAll("svg [role=button]")];
    expect(parts.length).toBeGreaterThan(6);
    for (const part of parts) expect(part.getAttribute("aria-label")).toBeTruthy();
    expect(parts.filter((part) => part.getAttribute("tabindex") === "0")).toHaveLength(1);
  });
});

describe("playing", () => {
  it("keeps the node of a part that lives, and removes that of one that went", () => {
    const { el, model } = show(11_900);
    const before = el.querySelector(dc26t);
    model.play();
    frame();
    for (let i = 0; i < 30; i++) frame(100);
    expect(model.now).toBeGreaterThan(14_000);
    expect(el.querySelector(dc26t)).toBe(before);
    model.speed = 100;
    for (let i = 0; i < 3; i++) frame(100);
    expect(el.querySelector(dc26t)).toBeNull();
    expect(el.querySelector('[data-ref="Pod/default/hellok8s-8d94c585f-46dzp"]')?.getAttribute("data-status")).toBe("ready");
  });

  it("asks for no frame while paused", () => {
    const { model } = show(11_900);
    model.play();
    frame();
    expect(frames).toHaveLength(1);
    model.pause();
    frame();
    frame();
    expect(frames).toHaveLength(0);
  });

  it("keeps the caption in step and lets the live region follow", () => {
    vi.useFakeTimers();
    const { el, model } = show(11_900);
    const caption = el.querySelector(".k8s-sim-caption");
    expect(caption?.textContent).toContain("3 pods run v1");
    model.step();
    frame();
    expect(caption?.textContent).toBe("2 of 3 must stay available, so 1 old pod goes at once.");
    vi.advanceTimersByTime(2000);
    expect(el.querySelector("[role=status]")?.textContent).toBe(caption?.textContent);
    vi.useRealTimers();
  });
});

describe("looking back", () => {
  it("shows a row's moment on a click, and the way back", () => {
    const { el, model } = show(26_000);
    const row = [...el.querySelectorAll<SVGElement>("[data-moment]")][1];
    row?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    frame();
    expect(model.scrubbed).toBe(Number(row?.dataset["moment"]));
    expect(el.querySelector('[data-ref="Pod/default/hellok8s-8d94c585f-46dzp"]')?.getAttribute("data-status")).toBe("pending");
    expect(el.querySelectorAll("[data-moment]")).toHaveLength(6);
    press(el, "[data-action=live]");
    frame();
    expect(model.scrubbed).toBeUndefined();
  });
});

describe("acting", () => {
  it("shows the command, runs it and starts the clock", async () => {
    const { el, model } = show(11_000);
    el.querySelector<HTMLElement>("[data-action=rollout]")?.dispatchEvent(new Event("focus"));
    expect(el.querySelector(".k8s-sim-preview")?.textContent).toContain("kubectl set image deployment/hellok8s hellok8s=guangzhengli/hellok8s:v2");
    press(el, "[data-action=rollout]");
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(model.ran).toEqual(["kubectl set image deployment/hellok8s hellok8s=guangzhengli/hellok8s:v2"]);
    expect(model.playing).toBe(true);
    expect(el.querySelector(".k8s-sim-command")?.getAttribute("data-exit")).toBe("0");
  });

  it("opens a part with Enter, and moves to the next with an arrow", async () => {
    const { el } = show(11_000);
    const pod = el.querySelector<SVGElement>(dc26t);
    pod?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    expect(el.querySelector("svg [tabindex='0']")?.getAttribute("data-ref")).toBe("Pod/default/hellok8s-647677fc66-wl2xd");
    pod?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, 0));
    const drawer = el.querySelector<HTMLElement>(".k8s-sim-drawer");
    expect(drawer?.hidden).toBe(false);
    expect(drawer?.textContent).toContain("Name:             hellok8s-647677fc66-dc26t");
  });

  it("copies Mermaid from the menu", () => {
    const copied: string[] = [];
    const { el } = show(11_000, { copyText: (text) => copied.push(text) });
    press(el, "[data-action=menu]");
    press(el, "[data-action=copy-mermaid]");
    expect(copied[0]).toMatch(/^flowchart TB\n/);
  });
});

describe("drawn piece by piece", () => {
  const model = (): ReturnType<typeof logModel> => logModel(rollingUpdate, rollingLog(), 11_000);
  /** Opens it; `step` lets the next piece be done. */
  const slowly = (): { readonly told: () => number; readonly step: () => Promise<void>; readonly waits: () => boolean } => {
    let go: (() => void) | undefined;
    let told = 0;
    open = createDiagram(document.body, model(), { width: 720, breath: () => new Promise((resolve) => (go = resolve)), drawn: () => (told += 1) });
    const step = async (): Promise<void> => {
      const next = go;
      go = undefined;
      next?.();
      await new Promise((resolve) => setTimeout(resolve, 0));
    };
    return { told: () => told, step, waits: () => go !== undefined };
  };

  it("shows nothing before it is whole, and then what is drawn at once", async () => {
    const { told, step, waits } = slowly();
    let pieces = 0;
    for (; waits(); pieces++) {
      expect([open?.el.classList.contains("is-coming"), told()]).toEqual([true, 0]);
      await step();
    }
    expect(pieces).toBeGreaterThan(3);
    expect([open?.el.classList.contains("is-coming"), told()]).toEqual([false, 1]);
    const drawing = open?.el.querySelector("svg.k8s-sim-drawing")?.outerHTML;
    open?.destroy();
    open = createDiagram(document.body, model(), { width: 720 });
    expect(drawing).toBe(open.el.querySelector("svg.k8s-sim-drawing")?.outerHTML);
  });

  it("leaves nothing behind where it goes meanwhile", async () => {
    const { told, step, waits } = slowly();
    await step();
    frames = [];
    open?.destroy();
    while (waits()) await step();
    expect([told(), frames.length, document.body.childElementCount]).toEqual([0, 0, 0]);
  });
});

describe("empty and print", () => {
  it("says that there is nothing instead of drawing an empty frame", () => {
    open = createDiagram(document.body, logModel(rollingUpdate, scripted(), 0), { width: 720 });
    expect(open.el.querySelector(".k8s-sim-caption")?.textContent).toBe("Nothing to draw yet.");
  });

  it("draws the poster at once, without controls and without a clock", () => {
    open = createDiagram(document.body, logModel(rollingUpdate, rollingLog(), 26_000), { width: 700, poster: true });
    expect(open.el.dataset["state"]).toBe("static");
    expect(open.el.querySelectorAll(".is-lane")).toHaveLength(6);
    expect(open.el.querySelector("button, input")).toBeNull();
    expect(frames).toHaveLength(0);
  });
});
