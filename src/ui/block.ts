import type { Cancel } from "../cluster/model";
import type { Concept } from "../diagrams/concept";
import { t } from "../i18n/index";
import type { Problem } from "../note/model";
import type { Entry } from "../session/block-run";
import { complete } from "../session/completion";
import type { Notice } from "../session/plan";
import type { BlockState } from "./block-state";
import { button, choice } from "./button";
import { ClusterModel } from "./cluster-model";
import { createCommand } from "./command";
import type { CommandView } from "./command";
import { createConsole } from "./console";
import type { DiagramHost } from "./diagram-model";
import { createDiagram } from "./diagram";
import type { Diagram } from "./diagram";
import { listen, make, onLayout, setSentence, setText } from "./dom";
import { setIcon } from "./svg";
import { createTicker } from "./ticker";
import { clockText } from "./timeline";

/** What the page around a block can do for it; what is absent is not offered. */
export interface BlockHost {
  /** Starts the cluster over and runs the blocks of the note down to this one. */
  readonly runToHere?: () => void;
  /** Runs this block; absent: its state is started. */
  readonly run?: () => void;
  /** Writes what it printed into the note. */
  readonly write?: () => void;
  /** Puts the cursor into its source. */
  readonly edit?: () => void;
  /** The block's diagram can be copied and frozen. */
  readonly diagram?: DiagramHost;
  readonly resized?: () => void;
}

export interface BlockOptions {
  readonly host: BlockHost;
  /** What is drawn above; undefined: nothing. */
  readonly concept: Concept | undefined;
  /** The name of its cluster; empty: the note's own. */
  readonly cluster: string;
  /** Handle of the cluster in the DOM: the note's path, or the shared name. */
  readonly handle: string;
  readonly speed: number;
  /** On paper: everything at once, nothing to press. */
  readonly print: boolean;
  /** A transcript shows nothing of its source: that stands above it already. */
  readonly transcript?: boolean;
  /** Lets the page work between the parts of its diagram's first drawing. */
  readonly breath?: () => Promise<void>;
}

export interface BlockView {
  readonly el: HTMLElement;
  destroy(): void;
}

/** How much work the clock may do in a frame, wall ms. */
const frameBudget = 8;
const speeds = [1, 2, 5, 10, 50, 100] as const;
/** So many commands are drawn before they run. */
const mostWaiting = 100;
/** How long rows are made and written in one frame by all blocks together, wall ms: laying them out takes as long again. */
const rowBudget = 4;
const frameTime = 16;
/** What of that has been spent in the present frame, and when it began. */
const lately = { from: 0, spent: 0 };
/** Rows come in parts of so many; what is out of sight is laid out part by part. */
const partOf = 50;
/** A manifest of more lines is folded. */
const mostLines = 24;

/** A `k8s-sim` block: what it does, what that printed, its diagram and a console on its cluster. */
export function createBlock(parent: HTMLElement, state: BlockState, options: BlockOptions): BlockView {
  const { host, concept, print } = options;
  const { notebook } = state;
  const el = make(parent, "div", options.transcript === true ? "k8s-sim-block k8s-sim-transcript" : "k8s-sim-block");
  el.dataset["cluster"] = options.handle;
  const cancels: Cancel[] = [];
  let speed = options.speed;
  let model: ClusterModel | undefined;
  let diagram: Diagram | undefined;

  // The head: what one can do with it.
  const head = make(el, "div", "k8s-sim-block-head");
  const press = (action: string, words: string, icon: Parameters<typeof setIcon>[1] | undefined, act: () => void): HTMLButtonElement => {
    const one = button(head, action, words, act);
    if (icon !== undefined) setIcon(one, icon);
    return one;
  };
  const run = press("run", t("block.run"), "play", () => (host.run ?? (() => state.start()))());
  run.classList.add("is-primary");
  const here = host.runToHere === undefined ? undefined : button(head, "run-to-here", t("block.run-to-here"), host.runToHere, "live");
  const step = button(head, "step", t("block.step"), () => state.step(), "step");
  const build = button(head, "reconstruct", t("block.reconstruct"), () => state.reconstruct());
  const stop = press("stop", t("block.stop"), "stop", () => notebook.stop());
  const reset = button(head, "reset", t("block.reset"), () => notebook.reset(), "reset");
  const mark = make(head, "span", "k8s-sim-block-state");
  mark.setAttribute("role", "status");
  const side = make(head, "span", "k8s-sim-block-side");
  const clock = make(side, "span", "k8s-sim-clock");
  clock.title = t("block.clock");
  if (options.cluster !== "") make(side, "span", "k8s-sim-chip", t("block.cluster", { name: options.cluster }));
  const pace = choice<number>(side, "speed", t("diagram.speed"), speeds.map((value) => ({ value: value, text: `${value}×` })), (value) => {
    speed = value;
    if (model !== undefined) model.speed = value;
  });
  const nearest = speeds.reduce<number>((best, value) => (Math.abs(value - speed) < Math.abs(best - speed) ? value : best), 1);
  pace.set(nearest);
  const edit = host.edit === undefined ? undefined : button(side, "edit", t("block.edit"), host.edit);
  if (print) head.hidden = true;

  const problems = make(el, "div", "k8s-sim-block-problems");
  const lost = make(el, "p", "k8s-sim-notice k8s-sim-lost");
  const stage = make(el, "div", "k8s-sim-block-stage");
  stage.hidden = true;
  const list = make(el, "div", "k8s-sim-entries");
  const rest = make(el, "p", "k8s-sim-notice k8s-sim-rest");
  rest.hidden = true;
  const foot = make(el, "div", "k8s-sim-block-foot");

  // The console, with what was typed into it before.
  if (!print) {
    const shell = createConsole(foot, {
      history: state.history,
      complete: (line, cursor) => complete(notebook.cluster, line, cursor),
      run: (line, write, done) => {
        const run = state.type(line, write, done);
        return { stop: () => run.stop(), input: (data) => run.type(data) };
      },
    });
    for (const { line, text, exit } of state.typed) {
      const view = shell.add(line);
      view.write(text);
      if (exit !== undefined) view.finish(exit);
    }
    cancels.push(listen(el, "keydown", (event) => {
      // Ctrl-C stops where nothing is selected; where something is, it copies.
      if (event.key !== "c" || !event.ctrlKey || event.defaultPrevented || shell.el.contains(event.target as Node | null)) return;
      if ((el.ownerDocument.getSelection()?.toString() ?? "") !== "" || !notebook.cluster.busy) return;
      event.preventDefault();
      notebook.stop();
    }));
  }
  const write = host.write === undefined || print ? undefined : button(foot, "write-output", t("block.write"), host.write);

  const rows: Row[] = [];
  let part: HTMLElement | undefined;
  let shownEntries: readonly Entry[] = [];
  let shownProblems = "";
  let height = 0;
  let asked: string | undefined;

  /** The diagram comes when there is something to draw: when the block has run. */
  const draw = (): void => {
    if (concept === undefined || diagram !== undefined || !state.started) return;
    if (!notebook.cluster.opened || concept.focus(notebook.cluster.cluster.at()) === undefined) return;
    stage.hidden = false;
    model = ClusterModel.ofNote(concept, notebook.cluster);
    model.speed = speed;
    if (print) {
      createDiagram(stage, model, { poster: true, width: 660 });
      return;
    }
    cancels.push(model.onChange(() => wake()));
    const { breath } = options;
    diagram = createDiagram(stage, model, { ...(breath === undefined ? {} : { breath }), host: { ...host.diagram, resized: () => host.resized?.() } });
    if (notebook.lively) model.play();
    pace.el.hidden = true;
  };

  let behind = false;
  const show = (): void => {
    const { entries, block } = state;
    if (entries.length !== shownEntries.length || entries.some((entry, i) => entry.planned !== shownEntries[i]?.planned)) {
      list.textContent = "";
      rows.length = 0;
      part = undefined;
      shownEntries = entries;
    }
    // What is far below is drawn when its turn comes, and thousands that came at once are drawn frame by frame.
    const due = (entry: Entry | undefined): entry is Entry => entry !== undefined && (rows.length < mostWaiting || entry.state !== "waiting");
    let began: number | undefined;
    if (performance.now() - lately.from > frameTime) [lately.from, lately.spent] = [performance.now(), 0];
    const late = (): boolean => !print && began !== undefined && lately.spent + performance.now() - began > rowBudget;
    rows.forEach((row, i) => {
      const entry = entries[i];
      if (entry === undefined || !row.differs(entry) || late()) return;
      began ??= performance.now();
      row.show(entry);
    });
    for (let entry = entries[rows.length]; due(entry) && !late(); entry = entries[rows.length]) {
      began ??= performance.now();
      if (part === undefined || rows.length % partOf === 0) part = make(list, "div", "k8s-sim-entries-part");
      const row = createRow(part, entry, options.transcript === true, state, print);
      row.show(entry);
      rows.push(row);
    }
    behind = late();
    if (began !== undefined) lately.spent += performance.now() - began;
    list.classList.toggle("is-long", rows.length > partOf);
    rest.hidden = rows.length === entries.length;
    if (!rest.hidden) setText(rest, t("block.rest", { n: entries.length - rows.length }));
    list.hidden = entries.length === 0 || (options.transcript === true && !state.started && state.asking === undefined);
    const said = block.problems.map((problem) => `${problem.span.line} ${problem.key} ${JSON.stringify(problem.args)}`).join("\n");
    if (said !== shownProblems) {
      shownProblems = said;
      problems.textContent = "";
      for (const problem of block.problems) showProblem(problems, problem);
    }
    const { running, done, stale, broken, started } = state;
    const busy = notebook.cluster.busy;
    const lacks = running || print ? [] : state.lacks;
    const names = lacks.map(({ resource, name }) => `\`${resource.replace(/s(\..*)?$/, "")}/${name}\``).join(", ");
    build.hidden = lacks.length === 0;
    build.title = t("block.reconstruct.tip", { names: names.replace(/`/g, "") });
    lost.hidden = lacks.length === 0 || !started;
    if (!lost.hidden) setSentence(lost, t("block.lacks", { names }));
    run.disabled = broken || running;
    if (here !== undefined) here.disabled = broken || running;
    step.disabled = broken || running;
    stop.hidden = !busy && !running;
    el.dataset["state"] = running ? "running" : stale ? "stale" : done ? "done" : started ? "paused" : "waiting";
    setText(mark, stale ? t("block.stale") : running ? t("block.running") : "");
    mark.title = stale ? t("block.stale.tip") : "";
    if (write !== undefined) write.hidden = !entries.some(({ state: of }) => of === "done" || of === "stopped");
    foot.hidden = !print && options.transcript === true && !state.started;
    reset.hidden = options.transcript === true && !state.started;
    side.hidden = options.transcript === true && !state.started;
    setText(clock, clockText(notebook.cluster.now));
    if (state.asking !== asked) {
      asked = state.asking;
      if (asked !== undefined) [...list.querySelectorAll<HTMLInputElement>("input[data-ask]")].find(({ dataset }) => dataset["ask"] === asked)?.focus();
    }
    draw();
  };

  if (print) {
    show();
    return { el, destroy: () => (model?.dispose(), el.remove()) };
  }

  const driver = {};
  /** A paused diagram holds the clock for the block below it, too. */
  const going = (): boolean => notebook.lively && (model === undefined || model.playing);
  const ticker = createTicker(el, (elapsed) => {
    if (going()) notebook.drive(driver, elapsed, model?.speed ?? speed, frameBudget);
    show();
    ticker.run(going() || behind);
  });
  const wake = (): void => {
    ticker.once();
    ticker.run(going());
  };
  cancels.push(state.onChange(wake));
  show();
  wake();
  cancels.push(onLayout(el, () => {
    const now = el.offsetHeight;
    if (now === height) return;
    height = now;
    host.resized?.();
  }));
  if (edit !== undefined) edit.title = t("block.edit.tip");

  return {
    el,
    destroy() {
      for (const cancel of cancels) cancel();
      ticker.destroy();
      diagram?.destroy();
      model?.dispose();
      el.remove();
    },
  };
}

interface Row {
  /** Whether the entry says something else than what is shown. */
  differs(entry: Entry): boolean;
  show(entry: Entry): void;
}

/** One thing that the block does, with what it printed under it and what the note recorded. */
function createRow(parent: HTMLElement, first: Entry, transcript: boolean, state: BlockState, print: boolean): Row {
  const { planned } = first;
  const el = make(parent, "div", "k8s-sim-entry");
  if (planned.is === "apply") {
    const yaml = planned.line.split("\n").slice(1, -1).join("\n").replace(/^\n+|\n+$/g, "");
    const folded = make(el, "details", "k8s-sim-manifest");
    folded.open = !transcript && yaml.split("\n").length <= mostLines;
    make(folded, "summary", "", t("block.manifest", { names: namesIn(yaml) }));
    const source = make(folded, "pre", "k8s-sim-source");
    source.tabIndex = 0;
    make(source, "code", "", yaml);
  }
  let view: CommandView | undefined;
  let written = "";
  const place = make(el, "div");
  const fresh = (): CommandView => {
    view?.el.remove();
    written = "";
    view = createCommand(place, planned.text, { whole: print });
    return view;
  };
  fresh();
  for (const name of planned.asks) createAsk(el, name, state);
  const told = make(el, "div");
  let lastNotices: readonly Notice[] | undefined;
  const tell = (notices: readonly Notice[]): void => {
    if (notices === lastNotices) return;
    lastNotices = notices;
    told.textContent = "";
    for (const { key, args } of [...planned.notices, ...notices]) setSentence(make(told, "p", "k8s-sim-notice"), t(key, args));
  };
  const { recorded } = planned;
  let verdict: HTMLElement | undefined;
  let record: HTMLDetailsElement | undefined;
  if (recorded !== undefined && recorded.length > 0) {
    record = make(el, "details", "k8s-sim-recorded");
    const summary = make(record, "summary", "", `${t("block.recorded")} `);
    verdict = make(summary, "span", "k8s-sim-verdict");
    const text = make(record, "pre", "", recorded.join("\n"));
    text.tabIndex = 0;
    record.open = !transcript;
  }
  let lastState = "";
  /** What of an entry tells whether it has something new. */
  const facts = (entry: Entry): readonly unknown[] => [entry.state, entry.exit, entry.differs, entry.output.length, entry.output.at(-1)?.data.length, entry.notices];
  let shown: readonly unknown[] = [];
  return {
    // A block may have thousands of rows, and all but one of them have nothing new.
    differs: (entry) => facts(entry).some((fact, i) => fact !== shown[i]),
    show(entry) {
      const mark = `${entry.state} ${entry.exit ?? ""} ${String(entry.differs)}`;
      shown = facts(entry);
      tell(entry.notices);
      const text = entry.output.map(({ data }) => data).join("");
      // A prompt that turned out to be one is taken back: then the text is set anew.
      if (!text.startsWith(written) || (entry.state === "waiting" && !lastState.startsWith("waiting"))) {
        if (lastState !== "") fresh();
        lastState = "";
      }
      if (text.length > written.length) view?.write(text.slice(written.length));
      written = text;
      if (mark === lastState) return;
      lastState = mark;
      el.dataset["state"] = entry.state;
      if (entry.exit !== undefined) view?.finish(entry.exit);
      if (verdict !== undefined && record !== undefined) {
        const compared = entry.exit !== undefined;
        const how = entry.more > 0 ? "more" : entry.differs ? "different" : "same";
        setText(verdict, compared ? t(`block.${how}`, { n: entry.more }) : "");
        verdict.className = `k8s-sim-verdict${compared ? ` is-${how}` : ""}`;
        if (compared) record.open = how === "different";
        el.classList.toggle("is-different", compared && how === "different");
      }
    },
  };
}

/** A word that the note leaves to the reader. */
function createAsk(parent: HTMLElement, name: string, state: BlockState): void {
  const label = make(parent, "label", "k8s-sim-ask");
  make(label, "code", "", `<${name}>`);
  const input = make(label, "input", "k8s-sim-console-input");
  input.type = "text";
  input.dataset["ask"] = name;
  input.spellcheck = false;
  input.value = state.values.get(name) ?? "";
  input.placeholder = t("block.ask");
  input.setAttribute("aria-label", t("block.ask.tip", { name }));
  listen(input, "input", () => state.values.set(name, input.value.trim()));
  listen(input, "keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    state.notebook.queue([state]);
  });
}

/** "Deployment web, Service web": what a manifest is about, for its fold. */
function namesIn(yaml: string): string {
  const names = yaml.split(/^---.*$/m).flatMap((document) => {
    const kind = /^kind:\s*(\S+)/m.exec(document)?.[1];
    const name = /^metadata:\s*\n(?:\s+.*\n)*?\s+name:\s*(\S+)/m.exec(document)?.[1];
    return kind === undefined ? [] : [name === undefined ? kind : `${kind} ${name}`];
  });
  return names.length === 0 ? "YAML" : names.join(", ");
}

/** A mistake: its line in the note, what is wrong, what would be right. */
function showProblem(parent: HTMLElement, problem: Problem): void {
  const el = make(parent, "p", `k8s-sim-problem is-${problem.severity}`);
  el.setAttribute("role", problem.severity === "error" ? "alert" : "note");
  el.dataset["line"] = String(problem.span.line + 1);
  make(el, "strong", "", `${t("problem.line", { line: problem.span.line + 1 })} `);
  setSentence(make(el, "span"), t(problem.key, problem.args));
  if (problem.kubernetes !== undefined) make(el, "code", "k8s-sim-kubernetes", problem.kubernetes);
}
