import { isCalm } from "./motion";

/** What the clock loop needs of a page; a test gives its own. */
export interface Ticker {
  /** Frames are wanted (playing) or not; nothing at all runs while they aren't, or while nobody can see the element. */
  run(wanted: boolean): void;
  /** One frame soon, if the element can be seen; else when it comes into view. */
  once(): void;
  readonly visible: boolean;
  destroy(): void;
}

/** Under reduced motion the picture moves on by steps, this many wall ms apart. */
const calmFrame = 250;
/** After a pause (a busy page, a closed lid) the clock doesn't rush to catch up. */
const longest = 100;

/** Calls `frame` with the wall ms that passed, once per animation frame, while it is wanted and the element is on screen in a visible tab. */
export function createTicker(el: HTMLElement, frame: (elapsed: number) => void): Ticker {
  const win = el.ownerDocument.defaultView;
  const doc = el.ownerDocument;
  let wanted = false;
  let due = false;
  let onScreen = win === null || typeof win.IntersectionObserver !== "function";
  let handle = 0;
  let last: number | undefined;
  const calm = isCalm(win);

  const tick = (now: number): void => {
    handle = 0;
    const elapsed = last === undefined ? 0 : now - last;
    if (calm && wanted && !due && elapsed < calmFrame && last !== undefined) {
      arm();
      return;
    }
    last = now;
    due = false;
    frame(Math.min(elapsed, calm ? calmFrame : longest));
    arm();
  };
  const arm = (): void => {
    const go = (wanted || due) && onScreen && !doc.hidden && win !== null;
    if (go && handle === 0) handle = win.requestAnimationFrame(tick);
    if (!go && handle !== 0) {
      win?.cancelAnimationFrame(handle);
      handle = 0;
    }
    if (!wanted || !onScreen || doc.hidden) last = undefined;
  };
  const observer =
    onScreen || win === null
      ? undefined
      : new win.IntersectionObserver((entries) => {
          onScreen = entries[entries.length - 1]?.isIntersecting ?? true;
          arm();
        });
  observer?.observe(el);
  const shown = (): void => arm();
  doc.addEventListener("visibilitychange", shown);
  return {
    run(next) {
      wanted = next;
      arm();
    },
    once() {
      due = true;
      arm();
    },
    get visible() {
      return onScreen && !doc.hidden;
    },
    destroy() {
      wanted = false;
      due = false;
      arm();
      observer?.disconnect();
      doc.removeEventListener("visibilitychange", shown);
    },
  };
}
