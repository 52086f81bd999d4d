import { t } from "../i18n/index";
import { button } from "./button";
import { createCommand, type CommandView } from "./command";
import { listen, make } from "./dom";

/** A command under way. */
export interface RunningCommand {
  /** Ctrl-C. */
  stop(): void;
  /** A line that the reader types while it runs (`exec -it`). */
  input?(data: string): void;
}

export interface ConsoleModel {
  /** Starts a command line; `write` takes its output, `done` its exit code. */
  run(line: string, write: (text: string) => void, done: (exit: number) => void): RunningCommand;
  /** What could stand at the cursor: the start of the word, and the words. */
  complete?(line: string, cursor: number): { readonly from: number; readonly words: readonly string[] };
  /** Commands of before, oldest first. */
  readonly history?: readonly string[];
}

export interface Console {
  readonly el: HTMLElement;
  readonly running: boolean;
  /** Runs a line as if typed. Resolves with the exit code. */
  run(line: string): Promise<number>;
  /** Shows a command that ran elsewhere. */
  add(line: string): CommandView;
  stop(): void;
  clear(): void;
  focus(): void;
}

const mostCommands = 200;
const mostHistory = 500;

/** A console: commands with their outputs, and a line to type the next. */
export function createConsole(parent: HTMLElement, model: ConsoleModel): Console {
  const el = make(parent, "div", "k8s-sim-console");
  const log = make(el, "div", "k8s-sim-console-log");
  log.setAttribute("role", "log");
  const form = make(el, "form", "k8s-sim-console-form");
  make(form, "span", "k8s-sim-prompt", "$").setAttribute("aria-hidden", "true");
  const input = make(form, "input", "k8s-sim-console-input");
  input.type = "text";
  input.placeholder = t("console.prompt");
  for (const [name, value] of [["aria-label", t("console.input")], ["autocomplete", "off"], ["autocapitalize", "off"], ["spellcheck", "false"], ["enterkeyhint", "send"]] as const) input.setAttribute(name, value);
  const stopButton = button(form, "stop", t("console.stop"), () => stop(), "stop");
  stopButton.hidden = true;
  const hints = make(el, "div", "k8s-sim-completions");
  hints.hidden = true;
  const past: string[] = [...(model.history ?? [])];
  let back = past.length;
  let draft = "";
  let current: RunningCommand | undefined;
  let done: ((exit: number) => void) | undefined;

  const trim = (): void => {
    while (log.childElementCount > mostCommands) log.firstElementChild?.remove();
  };
  const run = (line: string): Promise<number> => {
    const view = createCommand(log, line);
    trim();
    if (past[past.length - 1] !== line) past.push(line);
    if (past.length > mostHistory) past.shift();
    back = past.length;
    return new Promise((resolve) => {
      let ended = false;
      done = (exit) => {
        if (ended) return;
        ended = true;
        view.finish(exit);
        current = undefined;
        stopButton.hidden = true;
        el.classList.remove("is-running");
        resolve(exit);
      };
      const atEnd = (): boolean => log.scrollHeight - log.scrollTop - log.clientHeight < 40;
      stopButton.hidden = false;
      el.classList.add("is-running");
      const started = model.run(
        line,
        (text) => {
          const follow = atEnd();
          view.write(text);
          if (follow) log.scrollTop = log.scrollHeight;
        },
        done,
      );
      if (!ended) current = started;
      log.scrollTop = log.scrollHeight;
    });
  };
  const stop = (): void => current?.stop();

  listen(form, "submit", (event) => {
    event.preventDefault();
    const line = input.value;
    input.value = "";
    hints.hidden = true;
    if (current !== undefined) {
      current.input?.(`${line}\n`);
      return;
    }
    if (line.trim() !== "") void run(line.trim());
  });
  listen(input, "keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "c" && event.ctrlKey) {
      // Where text is selected Ctrl-C copies, as everywhere; where none is, it stops.
      const selection = el.ownerDocument.getSelection()?.toString() ?? "";
      if (selection !== "" || input.selectionStart !== input.selectionEnd) return;
      event.preventDefault();
      if (current !== undefined) stop();
      else input.value = "";
      return;
    }
    if (event.key === "d" && event.ctrlKey && input.value === "" && current !== undefined) {
      event.preventDefault();
      current.input?.("");
      return;
    }
    if (event.key === "l" && event.ctrlKey) {
      event.preventDefault();
      log.textContent = "";
      return;
    }
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const next = back + (event.key === "ArrowUp" ? -1 : 1);
      if (next < 0 || next > past.length) return;
      event.preventDefault();
      if (back === past.length) draft = input.value;
      back = next;
      input.value = next === past.length ? draft : (past[next] ?? "");
      input.setSelectionRange(input.value.length, input.value.length);
      return;
    }
    if (event.key === "Tab" && !event.shiftKey && model.complete !== undefined && input.value !== "") {
      const cursor = input.selectionStart ?? input.value.length;
      const { from, words } = model.complete(input.value, cursor);
      if (words.length === 0) return;
      event.preventDefault();
      const common = commonStart(words);
      const whole = words.length === 1 ? `${words[0]}${/[=/]$/.test(words[0] ?? "") ? "" : " "}` : common;
      if (whole.length >= cursor - from) {
        const rest = input.value.slice(cursor);
        input.value = input.value.slice(0, from) + whole + rest;
        input.setSelectionRange(from + whole.length, from + whole.length);
      }
      hints.hidden = words.length < 2;
      hints.textContent = words.slice(0, 60).join("  ");
      return;
    }
    hints.hidden = true;
  });
  listen(el, "keydown", (event) => {
    if (event.key === "c" && event.ctrlKey && event.target !== input && current !== undefined && (el.ownerDocument.getSelection()?.toString() ?? "") === "") {
      event.preventDefault();
      stop();
    }
  });
  return {
    el,
    get running() {
      return current !== undefined;
    },
    run,
    add(line) {
      const view = createCommand(log, line);
      trim();
      return view;
    },
    stop,
    clear() {
      log.textContent = "";
    },
    focus() {
      input.focus();
    },
  };
}

function commonStart(words: readonly string[]): string {
  let common = words[0] ?? "";
  for (const word of words) while (!word.startsWith(common)) common = common.slice(0, -1);
  return common;
}
