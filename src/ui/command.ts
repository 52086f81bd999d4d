import { t } from "../i18n/index";
import { element, make, onceLaidOut, setText } from "./dom";

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
/** How many of them are drawn at once; what else came at once comes frame by frame. */
const mostNew = 50;

/** Words that tell a state, and how bad it is; colour only repeats what the word says. */
const states: readonly (readonly [RegExp, string])[] = [
  [/^(Running|Ready|Active|Bound|Completed|Succeeded|True|configured|created|unchanged)$/, "good"],
  [/^(Pending|ContainerCreating|PodInitializing|Terminating|Unknown|NotReady|Init:\d+\/\d+|SchedulingDisabled)$/, "wait"],
  [/^(Error|CrashLoopBackOff|ImagePullBackOff|ErrImagePull|OOMKilled|Evicted|Failed|Lost|BackOff|InvalidImageName|CreateContainerConfigError)$/, "bad"],
];

/** How well a word speaks of an object; undefined: it does not. */
export const stateOf = (word: string): string | undefined => states.find(([pattern]) => pattern.test(word))?.[1];

export function createCommand(parent: HTMLElement, line: string, options: { /** On paper no frame follows: all is drawn at once. */ readonly whole?: boolean } = {}): CommandView {
  const el = make(parent, "div", "k8s-sim-command");
  const head = make(el, "div", "k8s-sim-command-line");
  make(head, "span", "k8s-sim-prompt", "$ ").setAttribute("aria-hidden", "true");
  make(head, "code", "", line);
  const output = make(el, "pre", "k8s-sim-output");
  output.hidden = true;
  const dropped = make(output, "span", "k8s-sim-dropped");
  dropped.hidden = true;
  const win = options.whole === true ? null : el.ownerDocument.defaultView;
  /** The lines that are kept, how many came before them, and the one that has no end yet. */
  let kept: string[] = [];
  let lost = 0;
  let open = "";
  /** The lines that are drawn: the elements of those that are kept, and how many lines there have been up to them. */
  let rows: HTMLElement[] = [];
  let drawn = 0;
  let last: HTMLElement | undefined;
  let coming = false;
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
  const draw = (): void => {
    coming = false;
    if (drawn < lost) {
      // What was the open line may be among those that are gone.
      last?.remove();
      last = undefined;
      drawn = lost;
    }
    const fresh = kept.slice(drawn - lost, win === null ? undefined : drawn - lost + mostNew).map((piece) => {
      const row = last ?? element(output.ownerDocument, "span");
      last = undefined;
      row.className = "k8s-sim-row";
      show(row, `${piece}\n`);
      return row;
    });
    drawn += fresh.length;
    output.append(...fresh);
    rows.push(...fresh);
    const most = drawn - lost;
    for (const row of rows.slice(0, rows.length - most)) row.remove();
    rows = rows.slice(rows.length - most);
    if (lost > 0) {
      dropped.hidden = false;
      setText(dropped, `${t("console.truncated", { n: lost })}\n`);
    }
    if (drawn < lost + kept.length) {
      coming = true;
      win?.requestAnimationFrame(draw);
    } else {
      if (open !== "") show(last ??= make(output, "span", "k8s-sim-row"), open);
      settle();
    }
  };
  const settle = (): void => {
    if (el.dataset["exit"] !== undefined && !output.hidden && !coming) onceLaidOut(output, reachable);
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
      const away = Math.max(0, kept.length + pieces.length - mostLines);
      kept = [...kept, ...pieces].slice(away);
      lost += away;
      if (!coming) draw();
    },
    finish(exit) {
      el.dataset["exit"] = String(exit);
      settle();
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
