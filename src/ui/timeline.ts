import type { Ms } from "../cluster/model";
import { t } from "../i18n/index";
import { listen, make, setText } from "./dom";

export interface TimelineState {
  /** The moment being looked at. */
  readonly at: Ms;
  /** The newest moment: one can't look beyond it. */
  readonly now: Ms;
  /** The right end of the line. */
  readonly end: Ms;
  readonly marks: readonly { readonly at: Ms; readonly text: string }[];
}

export interface Timeline {
  readonly el: HTMLElement;
  show(state: TimelineState): void;
}

/** `12.3 s`, `4:05`, `1:02:00`. */
export function clockText(ms: Ms): string {
  const all = Math.max(0, ms) / 1000;
  if (all < 60) return `${all.toFixed(1)} s`;
  const seconds = Math.floor(all) % 60;
  const minutes = Math.floor(all / 60) % 60;
  const hours = Math.floor(all / 3600);
  const two = (n: number): string => String(n).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** Time as a line: how far the cluster has come, what happened when, and a handle to look back. */
export function createTimeline(parent: HTMLElement, scrub: (at: Ms) => void, live: () => void): Timeline {
  const el = make(parent, "div", "k8s-sim-timeline");
  const rail = make(el, "div", "k8s-sim-rail");
  const passed = make(rail, "div", "k8s-sim-rail-passed");
  passed.setAttribute("aria-hidden", "true");
  const marks = make(rail, "div", "k8s-sim-marks");
  const input = make(rail, "input", "k8s-sim-scrub");
  input.type = "range";
  input.min = "0";
  input.step = "100";
  input.dataset["action"] = "scrub";
  input.setAttribute("aria-label", t("diagram.timeline"));
  const clock = make(el, "span", "k8s-sim-clock");
  let state: TimelineState = { at: 0, now: 0, end: 1, marks: [] };
  let shownMarks = "";
  listen(input, "input", () => {
    const at = Number(input.value);
    if (at >= state.now) live();
    else scrub(at);
  });
  return {
    el,
    show(next) {
      state = next;
      const end = Math.max(1, next.end);
      input.max = String(end);
      if (Number(input.value) !== next.at) input.value = String(next.at);
      input.setAttribute("aria-valuetext", clockText(next.at));
      setText(clock, clockText(next.at));
      el.style.setProperty("--k8s-sim-now", String(Math.min(1, next.now / end)));
      el.style.setProperty("--k8s-sim-at", String(Math.min(1, next.at / end)));
      const signature = `${end}|${next.marks.map(({ at, text }) => `${at} ${text}`).join("|")}`;
      if (signature === shownMarks) return;
      shownMarks = signature;
      marks.textContent = "";
      for (const { at, text } of next.marks) {
        const words = text.replace(/`/g, "");
        const mark = make(marks, "button", "k8s-sim-mark-button");
        mark.type = "button";
        mark.dataset["action"] = "mark";
        mark.title = `${clockText(at)}: ${words}`;
        mark.setAttribute("aria-label", mark.title);
        mark.style.setProperty("--k8s-sim-mark", String(at / end));
        listen(mark, "click", () => scrub(at));
      }
    },
  };
}
