let reduced = false;

/** The reader's own setting: no gliding and no travelling, whatever the system says. */
export function setReducedMotion(on: boolean): void {
  reduced = on;
}

/** Whether pictures move on by steps. */
export function isCalm(win: Window | null): boolean {
  return reduced || win?.matchMedia?.("(prefers-reduced-motion: reduce)").matches === true;
}
