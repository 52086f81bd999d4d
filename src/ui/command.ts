import { t } from "../i18n/index";
import { element, listen, make, onceLaidOut, setText } from "./dom";

/** A command with its output under it, as a terminal shows it. */
export interface CommandView {
  readonly el: HTMLElement;
  write(text: string): void;
  finish(exit: number): void;
  /** Everything written so far, bounded like what is shown. */
  readonly text: string;
}

/** Lines of output kept per command; the rest is counted. */
const mostLines = 1000;

/** Words that tell a state, and how bad it is; colour only repeats what the word says. */
const states: readonly (readonly [RegExp, string])[] = [
  [/^(Running|Ready|Active|Bound|Completed|Succeeded|True|configured|created|unchanged)$/, "good"],
  [/^(Pending|ContainerCreating|PodInitializing|Terminating|Unknown|NotReady|Init:\d+\/\d+|SchedulingDisabled)$/, "wait"],
  [/^(Error|CrashLoopBackOff|ImagePullBackOff|ErrImagePull|OOMKilled|Evicted|Failed|Lost|BackOff|InvalidImageName|CreateContainerConfigError)$/, "bad"],
];

/** How well a word speaks of an object; undefined: it does not. */
export const stateOf = (word: string): string | undefined => states.find(([pattern]) => pattern.test(word))?.[1];

export function createCommand(parent: HTMLElement, line: string, options: { readonly onStop?: () => void } = {}): CommandView {
  const el = make(parent, "div", "k8s-sim-command");
  const head = make(el, "div", "k8s-sim-command-line");
  make(head, "span", "k8s-sim-prompt", "$ ").setAttribute("aria-hidden", "true");
  make(head, "code", "", line);
  const output = make(el, "pre", "k8s-sim-output");
  output.hidden = true;
  const dropped = make(output, "span", "k8s-sim-dropped");
  dropped.hidden = true;
  let lines: HTMLElement[] = [];
  let lost = 0;
  let open = "";
  let last: HTMLElement | undefined;
  let kept: string[] = [];
  if (options.onStop !== undefined) {
    const stop = make(head, "button", "k8s-sim-button", t("console.stop"));
    stop.dataset["action"] = "stop";
    stop.type = "button";
    listen(stop, "click", () => options.onStop?.());
  }
  const show = (into: HTMLElement, words: string): void => {
    let bare = "";
    into.textContent = "";
    for (const piece of words.split(/(\s+)/)) {
      const state = stateOf(piece);
      if (state === undefined) {
        bare += piece;
        continue;
      }
      if (bare !== "") into.append(bare);
      bare = "";
      make(into, "span", `k8s-sim-word is-${state}`, piece);
    }
    if (bare !== "") into.append(bare);
  };
  return {
    el,
    get text() {
      return kept.join("\n") + (open === "" ? "" : (kept.length > 0 ? "\n" : "") + open);
    },
    write(text) {
      if (text === "") return;
      output.hidden = false;
      const pieces = (open + plain(text)).split("\n");
      open = pieces.pop() ?? "";
      const fresh: HTMLElement[] = [];
      const added: HTMLElement[] = [];
      if (pieces.length > mostLines) {
        lost += pieces.length - mostLines;
        pieces.splice(0, pieces.length - mostLines);
        last?.remove();
        last = undefined;
      }
      for (const piece of pieces) {
        const row = last ?? element(output.ownerDocument, "span");
        if (last === undefined) added.push(row);
        last = undefined;
        row.className = "k8s-sim-row";
        show(row, `${piece}\n`);
        fresh.push(row);
        kept.push(piece);
      }
      output.append(...added);
      if (open !== "") {
        last ??= make(output, "span", "k8s-sim-row");
        show(last, open);
      }
      lines.push(...fresh);
      if (lines.length > mostLines) {
        const away = lines.length - mostLines;
        for (const row of lines.slice(0, away)) row.remove();
        lines = lines.slice(away);
        kept = kept.slice(away);
        lost += away;
      }
      if (lost > 0) {
        dropped.hidden = false;
        setText(dropped, `${t("console.truncated", { n: lost })}\n`);
      }
    },
    finish(exit) {
      el.dataset["exit"] = String(exit);
      head.querySelector("button")?.remove();
      if (!output.hidden) onceLaidOut(output, reachable);
    },
  };
}

/** What has to be scrolled can be reached by keyboard. */
function reachable(output: HTMLElement): void {
  if (output.scrollWidth > output.clientWidth || output.scrollHeight > output.clientHeight) output.tabIndex = 0;
}

/** Output without colour codes and other controls; a carriage return starts its line again. */
export function plain(text: string): string {
  // eslint's no-control-regex is why the escape is written as a string.
  const escape = String.fromCharCode(27);
  return text
    .split(escape)
    .map((piece, i) => (i === 0 ? piece : piece.replace(/^\[[0-9;?]*[A-Za-z]/, "")))
    .join("")
    .replace(/\r\n/g, "\n")
    .replace(/[^\n]*\r/g, "");
}
