import { FuzzySuggestModal, Notice } from "obsidian";
import type { App, Component, Editor, MarkdownView } from "obsidian";
import { conceptOf, concepts } from "../diagrams/concepts/index";
import { thinOut } from "../diagrams/density";
import { mermaidOf } from "../diagrams/mermaid";
import type { Concept } from "../diagrams/concept";
import type { View } from "../cluster/view";
import { t } from "../i18n/index";
import { clusterName } from "../note/cluster-name";
import type { Block, NoteModel, Picture } from "../note/model";
import { readNote } from "../note/read";
import { resolve } from "../note/resolve";
import { clusterYaml } from "../session/cluster-yaml";
import { runningNote } from "../session/headless";
import type { Notebook } from "../ui/block-state";
import { plain } from "../ui/command";
import { createTicker } from "../ui/ticker";
import { filesBeside, fitting } from "./block";
import type { BlockWorld } from "./block";
import type { Choices } from "./choices";
import { pictureKey } from "./choices";
import { chooseConcept } from "./concept-chooser";
import { editBetween, fenceBelow, isFrozen } from "./edits";
import { editNote } from "./note-edit";
import { inSlices } from "./slices";
import type { PictureModels } from "./picture-models";
import { pictureSite } from "./picture-site";
import { ServedClusters } from "./serve-command";
import { templates } from "./templates";

/** Where a command was given. */
export interface Place {
  readonly view: MarkdownView;
  readonly path: string;
  /** Where there is a cursor: in the editor. */
  readonly editor: Editor | undefined;
}

export type DeedName = "apply-note" | "apply-cursor" | "delete-note" | "run-block" | "run-note" | "check-note" | "reset-cluster" | "serve-cluster" | "toggle-note" | "toggle-picture" | "choose-diagram" | "insert-block" | "freeze-diagram" | "freeze-note" | "copy-cluster";
/** What the commands do. */
export type Deeds = Readonly<Record<DeedName, (place: Place) => Promise<void>>>;

export interface DeedWorld extends BlockWorld {
  readonly choices: Choices;
  readonly pictures: PictureModels;
  readonly lifetime: Component;
}

/** How much work the clock may do in a frame, wall ms. */
const frameBudget = 8;
/** What a notice of kubectl's answer shows, lines. */
const mostLines = 12;

export function createDeeds(world: DeedWorld): Deeds {
  const { app, models, blocks, choices } = world;

  const served = new ServedClusters();
  world.lifetime.register(() => served.dispose());

  const noteOf = async ({ path, editor }: Place): Promise<NoteModel> => {
    const note = editor === undefined ? await models.load(path) : models.of(path, editor.getValue());
    if (note === undefined) throw new Error(`No such note: ${path}`);
    await blocks.bring(note);
    return note;
  };
  const lineOf = ({ editor }: Place): number => editor?.getCursor().line ?? -1;
  const nothing = (): void => void new Notice(t("command.nothing"));

  const blockAt = (note: NoteModel, line: number): Block | undefined =>
    note.blocks.find((block) => block.span.line <= line && note.text.slice(0, block.span.to).split("\n").length - 1 >= line);
  const pictureAt = (note: NoteModel, place: Place): Picture | undefined => {
    const at = place.editor?.posToOffset(place.editor.getCursor()) ?? -1;
    const onLine = note.pictures.filter(({ span }) => span.line === lineOf(place));
    return onLine.find(({ span }) => span.from <= at && at <= span.to) ?? onLine[0];
  };

  /** While a command of the note runs its clock goes on, though none of its blocks may be in sight: as long as the note is. */
  const watch = ({ view }: Place, notebook: Notebook): void => {
    const driver = {};
    const ticker = createTicker(view.contentEl, (elapsed) => {
      notebook.drive(driver, elapsed, world.speed(), frameBudget);
      if (notebook.lively) return;
      ticker.destroy();
    });
    world.lifetime.register(() => ticker.destroy());
    ticker.run(true);
  };

  /** Gives manifests to kubectl, and tells what it says. */
  const give = (place: Place, note: NoteModel, manifests: readonly string[], command: string): void => {
    if (manifests.length === 0) {
      nothing();
      return;
    }
    const notebook = blocks.notebook(note, "");
    let said = "";
    const run = notebook.cluster.run(`${command} -f - <<'END_OF_MANIFEST'\n${manifests.join("\n---\n").replace(/\n$/, "")}\nEND_OF_MANIFEST`, { write: (_fd, data) => (said += data) });
    run.then(() => {
      const lines = plain(said).trimEnd().split("\n");
      new Notice([...lines.slice(0, mostLines), ...(lines.length > mostLines ? [`… ${lines.length - mostLines}`] : [])].join("\n"), 8000);
    });
    watch(place, notebook);
  };

  const manifestsOf = (block: Block): readonly string[] => block.parts.flatMap((part) => (part.is === "manifest" && part.documents.length > 0 ? [part.text] : []));
  const sound = (block: Block): boolean => !block.problems.some(({ severity }) => severity === "error");
  const allManifests = (note: NoteModel, of: readonly Block["is"][]): readonly string[] => note.blocks.filter((block) => of.includes(block.is) && clusterName(block) === "" && sound(block)).flatMap(manifestsOf);

  const mermaidFor = (concept: Concept, view: View): string | undefined => {
    const focus = concept.focus(view);
    return focus === undefined ? undefined : mermaidOf(thinOut(concept.scene(view, { focus, width: 680, level: 0 })));
  };

  const frozenPicture = async (place: Place, note: NoteModel, picture: Picture): Promise<Frozen | undefined> => {
    const concept = conceptOf(resolve(picture, concepts)?.concept ?? "");
    if (concept === undefined) return undefined;
    const key = pictureKey(pictureSite(app, place.path, picture, false));
    const held = world.pictures.take(key, concept, blocks.peek(place.path));
    await held.model.prepare?.();
    const text = mermaidFor(concept, held.model.view());
    world.pictures.give(key, held);
    const end = note.text.indexOf("\n", picture.span.to);
    return text === undefined ? undefined : { text, from: picture.span.from, to: end < 0 ? note.text.length : end };
  };
  const frozenBlock = (note: NoteModel, block: Block): Frozen | undefined => {
    if (block.is !== "k8s-sim") return undefined;
    const asked = block.options["diagram"];
    const concept = conceptOf(typeof asked === "string" ? asked : fitting(block));
    const cluster = blocks.peek(note.path, clusterName(block));
    const text = concept === undefined || cluster === undefined ? undefined : mermaidFor(concept, cluster.cluster.at());
    const next = note.blocks.find(({ ordinal }) => ordinal === block.ordinal + 1);
    return text === undefined ? undefined : { text, from: block.span.from, to: next?.is === "output" ? next.span.to : block.span.to };
  };
  /** From the last to the first, so that places stay what they are; in the note it is one edit. */
  const freeze = async (place: Place, note: NoteModel, all: readonly Frozen[]): Promise<void> => {
    const done = await editNote(app, place.path, (now) => {
      if (now.text !== note.text) return undefined;
      const after = [...all].sort((a, b) => b.from - a.from).reduce((so, { text, from, to }) => {
        const edit = fenceBelow(so, from, to, "mermaid", `%% k8s-sim\n${text}`, isFrozen);
        return readNote(so.path, so.text.slice(0, edit.from) + edit.insert + so.text.slice(edit.to));
      }, now);
      return editBetween(now.text, after.text);
    });
    new Notice(t(done ? (all.length > 1 ? "picture.frozen-all" : "picture.frozen") : "picture.gone", { n: all.length }));
  };

  return {
    async "apply-note"(place) {
      const note = await noteOf(place);
      give(place, note, allManifests(note, ["manifest"]), "kubectl apply");
    },
    async "apply-cursor"(place) {
      const note = await noteOf(place);
      const line = lineOf(place);
      const block = blockAt(note, line);
      const part = block?.parts.filter((each) => each.is === "manifest").reverse().find((each) => each.span.line <= Math.max(line, block.span.line + 1));
      if (block === undefined || part === undefined || !sound(block)) nothing();
      else give(place, note, [part.text], "kubectl apply");
    },
    async "delete-note"(place) {
      const note = await noteOf(place);
      give(place, note, allManifests(note, ["manifest", "k8s-sim"]), "kubectl delete --ignore-not-found");
    },
    async "run-block"(place) {
      const note = await noteOf(place);
      const block = blockAt(note, lineOf(place));
      if (block === undefined || (block.is !== "k8s-sim" && block.is !== "transcript")) {
        nothing();
        return;
      }
      const state = blocks.state(note, block);
      state.notebook.queue([state]);
      watch(place, state.notebook);
    },
    async "run-note"(place) {
      const note = await noteOf(place);
      const names = [...new Set(note.blocks.filter(({ is }) => is === "k8s-sim").map(clusterName))];
      if (names.length === 0) nothing();
      for (const name of names) {
        const notebook = blocks.notebook(note, name);
        notebook.queue(blocks.row(note, name));
        watch(place, notebook);
      }
    },
    async "reset-cluster"(place) {
      const note = await noteOf(place);
      for (const name of new Set(["", ...note.blocks.map(clusterName)])) blocks.notebook(note, name).reset();
      new Notice(t("command.was-reset"));
    },
    async "serve-cluster"(place) {
      await served.toggle(blocks.notebook(await noteOf(place), "").cluster);
    },
    async "toggle-note"(place) {
      const note = await noteOf(place);
      const live = note.pictures.some((picture) => {
        const site = pictureSite(app, place.path, picture, false);
        const resolution = resolve(picture, concepts);
        return resolution !== undefined && choices.of(site, resolution) === "live";
      });
      choices.chooseNote(place.path, live ? "static" : "live");
      new Notice(t(live ? "command.now-static" : "command.now-live"));
    },
    async "toggle-picture"(place) {
      const note = await noteOf(place);
      const picture = pictureAt(note, place);
      const resolution = picture === undefined ? undefined : resolve(picture, concepts);
      if (picture === undefined || resolution === undefined) {
        new Notice(t(picture === undefined ? "command.nothing" : "command.unrecognised"));
        return;
      }
      const site = pictureSite(app, place.path, picture, false);
      choices.choose(site, choices.of(site, resolution) === "live" ? "static" : "live");
    },
    async "choose-diagram"(place) {
      const picture = pictureAt(await noteOf(place), place);
      if (picture === undefined) nothing();
      else chooseConcept(app, { path: place.path, picture });
    },
    "insert-block"(place) {
      new TemplateChooser(app, (text) => {
        const { editor } = place;
        if (editor === undefined) return;
        const at = editor.getCursor();
        const before = editor.getLine(at.line).trim() === "" ? "" : "\n\n";
        const cursor = before === "" ? { line: at.line, ch: 0 } : { line: at.line, ch: editor.getLine(at.line).length };
        editor.replaceRange(`${before}\`\`\`k8s-sim\n${text}\`\`\`\n`, cursor);
      }).open();
      return Promise.resolve();
    },
    async "freeze-diagram"(place) {
      const note = await noteOf(place);
      const picture = pictureAt(note, place);
      const block = blockAt(note, lineOf(place));
      const one = picture !== undefined ? await frozenPicture(place, note, picture) : block === undefined ? undefined : frozenBlock(note, block);
      if (one === undefined) nothing();
      else await freeze(place, note, [one]);
    },
    async "freeze-note"(place) {
      const note = await noteOf(place);
      const all: Frozen[] = [];
      for (const picture of note.pictures) {
        const resolution = resolve(picture, concepts);
        if (resolution === undefined || choices.of(pictureSite(app, place.path, picture, false), resolution) !== "live") continue;
        const one = await frozenPicture(place, note, picture);
        if (one !== undefined) all.push(one);
      }
      for (const block of note.blocks) {
        const one = frozenBlock(note, block);
        if (one !== undefined) all.push(one);
      }
      if (all.length === 0) nothing();
      else await freeze(place, note, all);
    },
    async "check-note"(place) {
      const note = await noteOf(place);
      if (!note.blocks.some(({ is }) => is === "k8s-sim" || is === "transcript")) {
        nothing();
        return;
      }
      const wait = new Notice(t("check.running"), 0);
      try {
        const steps = runningNote(note.path, note.text, await filesBeside(app, note.path), { after: 0, most: 5 * 60_000, reconstruct: true }, () => performance.now());
        const { blocks: run } = await inSlices(steps);
        const found = run.flatMap(({ problems, entries }): Finding[] => [
          ...problems.map((problem) => ({ line: problem.span.line, text: t(problem.key, problem.args).replace(/`/g, "") })),
          ...entries.filter((entry) => entry.differs).map((entry) => ({ line: entry.planned.span.line, text: `${entry.planned.text.split("\n")[0] ?? ""}: ${t(entry.more > 0 ? "check.more" : "check.differs", { n: entry.more })}` })),
        ]);
        if (found.length > 0) new Findings(app, found.sort((a, b) => a.line - b.line), place).open();
        else new Notice(t("check.same", { n: run.reduce((sum, { entries }) => sum + entries.length, 0) }));
      } finally {
        wait.hide();
      }
    },
    async "copy-cluster"(place) {
      const note = await noteOf(place);
      const yaml = clusterYaml(blocks.notebook(note, "").cluster);
      if (yaml === "") {
        nothing();
        return;
      }
      await navigator.clipboard.writeText(yaml);
      new Notice(t("diagram.copied"));
    },
  };
}

/** A diagram as Mermaid, and what it stands below. */
interface Frozen {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Something that a check of the note found; `line` is 0-based. */
interface Finding {
  readonly line: number;
  readonly text: string;
}

/** What a check found, line by line; choosing one goes there. */
class Findings extends FuzzySuggestModal<Finding> {
  constructor(
    app: App,
    private readonly found: readonly Finding[],
    private readonly place: Place,
  ) {
    super(app);
    this.setPlaceholder(t("check.found", { n: found.length }));
  }

  override getItems(): Finding[] {
    return [...this.found];
  }

  override getItemText({ line, text }: Finding): string {
    return `${t("problem.line", { line: line + 1 })} ${text}`;
  }

  override onChooseItem({ line }: Finding): void {
    const { view } = this.place;
    if (view.getMode() !== "source") {
      view.previewMode.applyScroll(line);
      return;
    }
    view.editor.setCursor({ line, ch: 0 });
    view.editor.scrollIntoView({ from: { line, ch: 0 }, to: { line, ch: 0 } }, true);
    view.editor.focus();
  }
}

class TemplateChooser extends FuzzySuggestModal<(typeof templates)[number]> {
  constructor(
    app: App,
    private readonly choose: (text: string) => void,
  ) {
    super(app);
    this.setPlaceholder(t("command.template"));
  }

  override getItems(): (typeof templates)[number][] {
    return [...templates];
  }

  override getItemText({ key }: (typeof templates)[number]): string {
    return t(key);
  }

  override onChooseItem({ text }: (typeof templates)[number]): void {
    this.choose(text);
  }
}
