import type { Cancel, Ms, Ref } from "../cluster/model";
import type { View } from "../cluster/view";
import type { Act, Level } from "../diagrams/concept";
import { thinOut } from "../diagrams/density";
import { draw } from "../diagrams/draw";
import { layout } from "../diagrams/layout";
import { mermaidOf } from "../diagrams/mermaid";
import { growingEnd } from "../diagrams/requests";
import type { Box, Placement, Scene } from "../diagrams/scene";
import { t } from "../i18n/index";
import { button, choice, name } from "./button";
import { createCommand } from "./command";
import type { DiagramHost, DiagramModel } from "./diagram-model";
import { listen, make, setSentence, setText } from "./dom";
import { createDrawer } from "./drawer";
import { pngFile, svgFile } from "./export";
import { isCalm } from "./motion";
import { nearest } from "./nearest";
import { createSurface, setIcon, type IconName } from "./svg";
import { createTicker } from "./ticker";
import { createTimeline } from "./timeline";

export interface DiagramOptions {
  readonly host?: DiagramHost;
  /** Draws the concept's poster once and stops: print, PDF. */
  readonly poster?: boolean;
  /** Where no layout can be asked (print): the width to draw for, px. */
  readonly width?: number;
  /** What the note says around the picture. */
  readonly words?: string;
  /** Lets the page work between the parts of the first drawing; nothing is seen of it before it is whole. */
  readonly breath?: () => Promise<void>;
  /** Told when that is so. */
  readonly drawn?: () => void;
}

export interface Diagram {
  readonly el: HTMLElement;
  /** Draws again, soon. */
  refresh(): void;
  /** Offers the note's own cluster in the example's place; undefined: no more. */
  offer(own: (() => void) | undefined): void;
  /** The picture as Mermaid text, as it is now. */
  mermaid(): string;
  /** The picture as an SVG file, in the theme's colours. */
  svg(): string;
  destroy(): void;
}

const speeds: readonly number[] = [1, 2, 5, 10, 50, 100];
/** What `data-action` says of the clock's own buttons: an act of that name (pausing a rollout) says "do-pause". */
const handles: ReadonlySet<string> = new Set(["play", "pause", "step", "reset", "live", "branch", "toggle", "run", "stop", "menu", "close"]);
/** A row that the pointer rests on shows its moment after so many wall ms. */
const restBeforePeek = 140;
/** The live region speaks at most so often, wall ms. */
const speakEvery = 1600;

/** A live diagram in `parent`: question, picture, caption, clock, acts, and a drawer for the part that is clicked. */
export function createDiagram(parent: HTMLElement, model: DiagramModel, options: DiagramOptions = {}): Diagram {
  const { concept } = model;
  const host = options.host ?? {};
  const cancels: Cancel[] = [];
  const el = make(parent, "div", "k8s-sim-diagram");
  el.dataset["concept"] = concept.id;
  el.dataset["source"] = model.source;
  el.dataset["state"] = options.poster === true ? "static" : "live";
  const win = el.ownerDocument.defaultView;

  const head = make(el, "div", "k8s-sim-head");
  const question = make(head, "p", "k8s-sim-question", t(concept.question));
  const chip = make(head, "span", "k8s-sim-chip", t(`chip.${model.source}`));
  chip.title = t(`chip.${model.source}.tip`);
  let own: HTMLButtonElement | undefined;
  let takeOwn: (() => void) | undefined;
  const offer = (fn: (() => void) | undefined): void => {
    takeOwn = fn;
    if (fn !== undefined && own === undefined) chip.after((own = button(head, "own", t("chip.own"), () => takeOwn?.())));
    if (own !== undefined) own.hidden = fn === undefined;
  };
  const stage = make(el, "div", "k8s-sim-stage");
  const surface = createSurface(stage, question.textContent ?? concept.id);
  const problem = make(stage, "p", "k8s-sim-problem");
  problem.hidden = true;
  const caption = make(el, "p", "k8s-sim-caption");

  let level: Level = 0;
  let peek: Ms | undefined;
  let scene: Scene | undefined;
  let placement: Placement | undefined;
  let structure = "";
  let width = options.width ?? 0;
  let lastAt: Ms | undefined;
  let view: View | undefined;
  let focus: Ref | undefined;
  let controls: { show(): void } | undefined;

  const measured = (): number => {
    const style = win?.getComputedStyle(stage);
    const inside = stage.clientWidth - (Number.parseFloat(style?.paddingLeft ?? "0") || 0) - (Number.parseFloat(style?.paddingRight ?? "0") || 0);
    return inside > 0 ? Math.floor(inside) : 0;
  };
  const still = isCalm(win);
  el.classList.toggle("is-calm", still);

  /** The steps of a drawing: what there is to see, where it stands, the page. The first time each is a task of its own. */
  function* steps(instantly: boolean): Generator<undefined, void> {
    if (width === 0) {
      width = measured() || 640;
      yield;
    }
    try {
      const newest = model.view();
      const looked = peek ?? model.scrubbed;
      view = looked === undefined ? newest : model.view(looked);
      focus = concept.focus(view) ?? concept.focus(newest);
      if (focus === undefined) {
        say(t("diagram.empty"));
        surface.show([], width, 40, true);
        problem.hidden = true;
        controls?.show();
        return;
      }
      scene = thinOut(concept.scene(view, { focus, width, level, ...(options.words === undefined ? {} : { words: options.words }), ...(looked === undefined ? {} : { head: newest }) }));
      yield;
      const now = `${width}|${level}|${shapeOf(scene)}`;
      if (now !== structure || placement === undefined) {
        placement = layout(scene, width);
        structure = now;
      }
      yield;
      const jump = instantly || (lastAt !== undefined && Math.abs(view.time - lastAt) > 5000 && looked !== undefined);
      const grew = surface.el.getAttribute("height");
      const shapes = draw(scene, placement, { time: view.time, still: still || options.poster === true });
      yield;
      surface.show(shapes, placement.width, placement.height, jump);
      stage.classList.toggle("is-wide", placement.width > width + 1);
      if (grew !== surface.el.getAttribute("height")) host.resized?.();
      lastAt = view.time;
      problem.hidden = true;
      const sentence = concept.caption(view, focus);
      say(t(sentence.key, sentence.args));
      rove();
    } catch (error) {
      problem.hidden = false;
      setSentence(problem, t("diagram.error", { message: error instanceof Error ? error.message : String(error) }));
    }
    yield;
    controls?.show();
  }
  let drawn = false;
  let gone = false;
  const redraw = (instantly = false): void => {
    drawn = true;
    for (const pieces = steps(instantly); pieces.next().done !== true;) continue;
  };

  // The caption is for the eyes at every frame; the live region speaks when there is something new, and not too often.
  const region = make(el, "div", "k8s-sim-spoken");
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  let speaking = 0;
  let latest = "";
  const say = (words: string): void => {
    setSentence(caption, words);
    latest = words.replace(/`/g, "");
    if (speaking !== 0 || win === null || region.textContent === latest || options.poster === true) return;
    speaking = win.setTimeout(() => {
      speaking = 0;
      setText(region, latest);
    }, speakEvery);
  };

  // One stop of the Tab key for the whole picture; arrows move inside it.
  let current = "";
  let roved = "";
  const rove = (): void => {
    // Parts come and go only with the structure.
    if (roved === `${structure}|${current}`) return;
    roved = `${structure}|${current}`;
    const parts = [...surface.el.querySelectorAll<SVGElement>("[role=button]")];
    if (parts.length === 0) return;
    const held = parts.find((part) => part.dataset["key"] === current) ?? parts[0];
    for (const part of parts) {
      const index = part === held ? "0" : "-1";
      if (part.getAttribute("tabindex") !== index) part.setAttribute("tabindex", index);
    }
  };

  if (options.poster === true) {
    const newest = model.view();
    const of = concept.focus(newest);
    if (of !== undefined) {
      const poster = concept.poster(newest, of);
      level = poster.level;
      if (poster.time < newest.time) peek = poster.time;
    }
    redraw(true);
    return { el, offer, refresh: () => redraw(true), mermaid: () => (scene === undefined ? "" : mermaidOf(scene)), svg: () => svgFile(surface.el), destroy: () => (surface.destroy(), el.remove()) };
  }

  const ticker = createTicker(el, (elapsed) => {
    // The first drawing is under way.
    if (stage.classList.contains("is-waiting")) return;
    if (model.playing) model.frame(elapsed);
    redraw();
    ticker.run(model.playing);
  });
  cancels.push(model.onChange(() => ticker.once()));

  // Pointer and keyboard on the parts.
  const partOf = (target: EventTarget | null): SVGElement | undefined => (target as Element | null)?.closest?.<SVGElement>("[data-key]") ?? undefined;
  const drawer = createDrawer(el, model, () => surface.part(current)?.focus());
  const openPart = (part: SVGElement): void => {
    current = part.dataset["key"] ?? "";
    const moment = part.dataset["moment"];
    if (moment !== undefined) {
      peek = undefined;
      model.pause();
      model.scrub(Number(moment));
      return;
    }
    const ref = refOf(scene?.root, current);
    if (ref !== undefined) drawer.show(ref);
  };
  cancels.push(
    listen(surface.el, "click", (event) => {
      const part = partOf(event.target);
      if (part !== undefined) openPart(part);
    }),
    listen(surface.el, "keydown", (event) => {
      const part = partOf(event.target);
      if (part === undefined) return;
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        openPart(part);
        return;
      }
      const next = placement === undefined ? undefined : nearest(placement.boxes, [...surface.el.querySelectorAll<SVGElement>("[role=button]")].map((one) => one.dataset["key"] ?? ""), part.dataset["key"] ?? "", event.key);
      if (next === undefined) return;
      event.preventDefault();
      current = next;
      rove();
      surface.part(next)?.focus();
    }),
    listen(surface.el, "focusin", (event) => {
      current = partOf(event.target)?.dataset["key"] ?? current;
    }),
  );
  // Who points at it, taps it or comes by keyboard may want more than the first picture: that begins to be made.
  if (model.prepare !== undefined) for (const reach of ["pointermove", "pointerdown", "focusin"] as const) cancels.push(listen(el, reach, () => void model.prepare?.()));
  let resting = 0;
  const peekAt = (moment: Ms | undefined): void => {
    if (peek === moment) return;
    peek = moment;
    ticker.once();
  };
  cancels.push(
    listen(surface.el, "pointerover", (event) => {
      const over = partOf(event.target);
      if (over !== undefined) surface.tip(over);
      const moment = over?.dataset["moment"];
      if (resting !== 0) win?.clearTimeout(resting);
      resting = 0;
      if (event.pointerType === "touch") return;
      if (moment === undefined) peekAt(undefined);
      else if (win !== null) resting = win.setTimeout(() => peekAt(Number(moment)), restBeforePeek);
    }),
    listen(surface.el, "pointerleave", () => {
      if (resting !== 0) win?.clearTimeout(resting);
      resting = 0;
      peekAt(undefined);
    }),
  );

  // The clock.
  const bar = make(el, "div", "k8s-sim-controls");
  const buttons = make(bar, "div", "k8s-sim-buttons");
  const play = button(buttons, "play", t("diagram.play"), () => {
    if (model.playing) model.pause();
    else model.play();
  }, "play");
  button(buttons, "step", t("diagram.step.tip"), () => {
    model.pause();
    model.step();
  }, "step");
  const speed = choice(buttons, "speed", t("diagram.speed"), speeds.map((value) => ({ value: value, text: `${value}×` })), (value) => {
    model.speed = value;
  });
  button(buttons, "reset", `${t("diagram.reset")}: ${t("diagram.reset.tip")}`, () => model.reset(), "reset");
  const timeline = createTimeline(bar, (at) => {
    model.pause();
    model.scrub(at);
  }, () => model.live());
  const pastButtons = make(bar, "div", "k8s-sim-buttons is-past");
  const live = button(pastButtons, "live", t("diagram.live"), () => model.live());
  const branch = button(pastButtons, "branch", t("diagram.branch"), () => model.branch());
  branch.title = t("diagram.branch.tip");

  // The reader's acts, with the commands that they stand for.
  const acts = make(el, "div", "k8s-sim-acts");
  const actsRow = make(acts, "div", "k8s-sim-acts-row");
  const sliders = make(actsRow, "div", "k8s-sim-sliders");
  const preview = make(acts, "p", "k8s-sim-preview");
  const hush = (): void => setSentence(preview, t("act.hint"));
  hush();
  const outcome = make(acts, "div", "k8s-sim-outcome");
  const actViews = concept.actions.map((act) => createAct(act.slider === undefined ? actsRow : sliders, act));
  actsRow.append(sliders);
  function createAct(row: HTMLElement, act: Act): { show(now: View, of: Ref | undefined): void } {
    const commands = (value?: number): readonly string[] => {
      const now = model.view();
      const of = concept.focus(now);
      return of === undefined ? [] : act.run(now, of, value);
    };
    const tell = (value?: number): void => {
      const lines = commands(value);
      if (lines.length > 0) setSentence(preview, lines.map((line) => `\`$ ${line.replace(/`/g, "'")}\``).join(" "));
    };
    if (act.slider !== undefined) {
      const { slider } = act;
      const label = make(row, "label", "k8s-sim-slider");
      make(label, "span", "", t(act.title));
      const input = make(label, "input");
      input.type = "range";
      input.min = String(slider.min);
      input.max = String(slider.max);
      input.step = "1";
      input.dataset["action"] = act.id;
      const value = make(label, "output", "k8s-sim-value");
      listen(input, "input", () => {
        setText(value, input.value);
        tell(Number(input.value));
      });
      listen(input, "change", () => void runAll(commands(Number(input.value))));
      listen(input, "blur", hush);
      return {
        show(now, of) {
          label.hidden = of === undefined || act.possible?.(now, of) === false;
          if (of === undefined || el.ownerDocument.activeElement === input) return;
          const at = String(slider.value(now, of));
          if (input.value !== at) input.value = at;
          setText(value, at);
        },
      };
    }
    const one = button(row, handles.has(act.id) ? `do-${act.id}` : act.id, t(act.title), () => void runAll(commands()));
    one.classList.add("is-act");
    listen(one, "pointerenter", () => tell());
    listen(one, "focus", () => tell());
    listen(one, "pointerleave", hush);
    listen(one, "blur", hush);
    return {
      show(now, of) {
        one.hidden = of === undefined || act.possible?.(now, of) === false;
      },
    };
  }
  const runAll = async (lines: readonly string[]): Promise<void> => {
    if (lines.length === 0) return;
    if (model.scrubbed !== undefined) model.live();
    outcome.textContent = "";
    for (const line of lines) {
      const shown = createCommand(outcome, line);
      model.play();
      const exit = await model.run(line, (text) => shown.write(text)).catch((error: unknown) => {
        shown.write(`${error instanceof Error ? error.message : String(error)}\n`);
        return 1;
      });
      shown.finish(exit);
      host.resized?.();
      if (exit !== 0) break;
    }
  };

  // The head's right side: how much to show, and the menu.
  const tools = make(head, "div", "k8s-sim-tools");
  const detail = choice(tools, "level", t("diagram.level"), ([0, 1, 2] as const).map((value) => ({ value: value, text: t(`diagram.level.${value}`) })), (value) => {
    // What another level shows may not be known yet.
    void (async () => {
      await model.prepare?.();
      level = value;
      ticker.once();
    })();
  });
  detail.set(level);
  button(tools, "fullscreen", t("diagram.fullscreen"), () => {
    if (el.ownerDocument.fullscreenElement === el) void el.ownerDocument.exitFullscreen();
    else if (typeof el.requestFullscreen === "function") el.requestFullscreen().catch(() => el.classList.toggle("is-full"));
    else el.classList.toggle("is-full");
  }, "expand");
  const menuButton = button(tools, "menu", t("diagram.menu"), () => (menu.hidden ? openMenu() : closeMenu()), "menu");
  menuButton.setAttribute("aria-haspopup", "menu");
  menuButton.setAttribute("aria-expanded", "false");
  const menu = make(tools, "div", "k8s-sim-menu");
  menu.setAttribute("role", "menu");
  menu.hidden = true;
  const item = (action: string, label: string, act: () => void): void => {
    const one = make(menu, "button", "k8s-sim-menu-item", label);
    one.type = "button";
    one.dataset["action"] = action;
    one.setAttribute("role", "menuitem");
    listen(one, "click", () => {
      closeMenu();
      act();
      menuButton.focus();
    });
  };
  const copy = host.copyText ?? ((text: string) => void win?.navigator.clipboard?.writeText(text));
  item("copy-mermaid", t("diagram.copy.mermaid"), () => scene !== undefined && copy(mermaidOf(scene)));
  item("copy-svg", t("diagram.copy.svg"), () => copy(svgFile(surface.el)));
  item("copy-png", t("diagram.copy.png"), () => {
    const ground = win?.getComputedStyle(el).backgroundColor ?? "white";
    void pngFile(surface.el, ground).then((png) => {
      if (host.copyImage !== undefined) host.copyImage(png);
      else if (win !== null && "ClipboardItem" in win) void win.navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
    });
  });
  item("zoom", t("diagram.zoom"), () => stage.classList.toggle("is-fit"));
  if (host.freeze !== undefined) item("freeze", t("diagram.freeze"), () => scene !== undefined && host.freeze?.(mermaidOf(scene), svgFile(surface.el)));
  if (host.choose !== undefined) item("choose", t("diagram.choose"), () => host.choose?.());
  if (host.toggle !== undefined) item("toggle", t("diagram.toggle"), () => host.toggle?.());
  const openMenu = (): void => {
    menu.hidden = false;
    menuButton.setAttribute("aria-expanded", "true");
    menu.querySelector("button")?.focus();
  };
  const closeMenu = (): void => {
    menu.hidden = true;
    menuButton.setAttribute("aria-expanded", "false");
  };
  cancels.push(
    listen(tools, "focusout", (event) => {
      if (!tools.contains(event.relatedTarget as Node | null)) closeMenu();
    }),
    listen(menu, "keydown", (event) => {
      const items = [...menu.querySelectorAll("button")];
      const at = items.indexOf(el.ownerDocument.activeElement as HTMLButtonElement);
      if (event.key === "Escape") {
        event.stopPropagation();
        closeMenu();
        menuButton.focus();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        items[(at + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length]?.focus();
      }
    }),
  );

  // Reading order: question, picture, caption, acts, clock, drawer.
  el.append(acts, bar, drawer.el, region);

  let markedAt = -1;
  controls = {
    show() {
      const past = model.scrubbed !== undefined;
      const icon: IconName = model.playing ? "pause" : "play";
      setIcon(play, icon);
      play.dataset["action"] = icon;
      name(play, t(`diagram.${icon}`));
      speed.set(model.speed);
      live.hidden = !past;
      branch.hidden = !past;
      el.classList.toggle("is-past", past || peek !== undefined);
      const newest = model.view();
      const of = concept.focus(newest);
      timeline.show({
        at: peek ?? model.scrubbed ?? model.now,
        now: model.now,
        end: growingEnd(0, model.now, Math.max(model.end, 10_000)),
        marks: of === undefined ? [] : concept.marks(newest, of).map(({ at, key, args }) => ({ at, text: t(key, args) })),
      });
      if (markedAt !== newest.rev) {
        markedAt = newest.rev;
        for (const act of actViews) act.show(newest, of);
        drawer.refresh();
      }
    },
  };

  const observer =
    win !== null && typeof win.ResizeObserver === "function"
      ? new win.ResizeObserver(() => {
          const now = measured();
          if (now === 0 || Math.abs(now - width) < 2) return;
          width = now;
          // The first drawing is under way, and is followed by another.
          if (!stage.classList.contains("is-waiting")) redraw(true);
        })
      : undefined;
  if (options.breath === undefined) redraw(true);
  else void drawSlowly(options.breath);
  observer?.observe(stage);
  async function drawSlowly(breath: () => Promise<void>): Promise<void> {
    stage.classList.add("is-waiting");
    el.classList.add("is-coming");
    for (const pieces = steps(true); !drawn; ) {
      await breath();
      if (drawn || pieces.next().done === true) break;
    }
    drawn = true;
    if (gone) return;
    stage.classList.remove("is-waiting");
    el.classList.remove("is-coming");
    options.drawn?.();
    ticker.once();
  }
  ticker.run(model.playing);

  return {
    el,
    offer,
    refresh: () => ticker.once(),
    mermaid: () => (scene === undefined ? "" : mermaidOf(scene)),
    svg: () => svgFile(surface.el),
    destroy() {
      drawn = true;
      gone = true;
      for (const cancel of cancels) cancel();
      ticker.destroy();
      observer?.disconnect();
      if (speaking !== 0) win?.clearTimeout(speaking);
      if (resting !== 0) win?.clearTimeout(resting);
      surface.destroy();
      el.remove();
    },
  };
}

/** Everything of a scene that its placement hangs on; progress, ticks and light don't. */
function shapeOf(scene: Scene): string {
  let text = "";
  const walk = (box: Box): void => {
    text += `${box.key}\u0001${box.role}\u0001${box.title}\u0001${box.sub ?? ""}\u0001${box.badge ?? ""}\u0001${box.tab ?? ""}\u0001${box.tone}\u0001${box.slot ?? ""}\u0001${box.slots ?? ""}\u0001${box.aside ?? ""}\u0001${box.flow ?? ""}${box.shelf === true ? "s" : ""}${box.axis === true ? "a" : ""}\u0001${box.tally?.text ?? ""}(`;
    for (const line of box.lines ?? []) text += `${line.key}\u0001${line.text}\u0001${line.value ?? ""};`;
    for (const notch of box.notches ?? []) text += `${notch.key}\u0001${notch.title}\u0001${notch.side};`;
    for (const guide of box.guides ?? []) text += `${guide.key}\u0001${guide.after}\u0001${guide.short}\u0001${guide.long};`;
    box.children?.forEach(walk);
    text += ")";
  };
  walk(scene.root);
  for (const edge of scene.edges) text += `${edge.key}\u0001${edge.from}\u0001${edge.to}\u0001${edge.label ?? ""}\u0001${edge.ends?.join() ?? ""};`;
  for (const item of scene.legend ?? []) text += item.text;
  return text;
}

function refOf(box: Box | undefined, key: string): Ref | undefined {
  if (box === undefined) return undefined;
  if (box.key === key) return box.ref;
  const part = box.lines?.find((line) => line.key === key) ?? box.notches?.find((notch) => notch.key === key);
  if (part !== undefined) return part.ref;
  for (const child of box.children ?? []) {
    const found = refOf(child, key);
    if (found !== undefined) return found;
  }
  return undefined;
}
