import { MarkdownView, Notice, TFile } from "obsidian";
import type { App } from "obsidian";
import { conceptOf } from "../diagrams/concepts/index";
import { t } from "../i18n/index";
import { clusterName } from "../note/cluster-name";
import type { Block, NoteModel } from "../note/model";
import { readNote } from "../note/read";
import type { Entry } from "../session/block-run";
import { createBlock } from "../ui/block";
import type { BlockView } from "../ui/block";
import type { BlockState } from "../ui/block-state";
import type { DiagramHost } from "../ui/diagram-model";
import type { Blocks } from "./blocks";
import { fenceBelow, isFrozen } from "./edits";
import type { BlockSite, Mounted } from "./mount";
import { editNote } from "./note-edit";
import type { NoteModels } from "./note-models";
import { whenNear } from "./picture";
import { breath, inSlices } from "./slices";

/** What a block needs of the plugin. */
export interface BlockWorld {
  readonly app: App;
  readonly blocks: Blocks;
  readonly models: NoteModels;
  speed(): number;
}

/** Files of the note's folder that its commands may read; beyond these numbers none. */
const mostFiles = 60;
const largestFile = 200_000;
const readable = /\.(ya?ml|json|conf|txt|sh|properties|env|toml)$/i;

/** Shows a block of a note, `k8s-sim` or a transcript, in any view. */
export function mountBlock(host: HTMLElement, site: BlockSite, is: "k8s-sim" | "transcript", world: BlockWorld): Mounted {
  let view: BlockView | undefined;
  let stop = (): void => undefined;
  let gone = false;
  const show = (note: NoteModel, block: Block): void => {
    if (gone) return;
    const { blocks } = world;
    const state = blocks.state(note, block);
    const name = clusterName(block);
    const asked = block.options["diagram"];
    const speed = block.options["speed"];
    const current = (): NoteModel => world.models.peek(site.path) ?? note;
    const rowTo = (): readonly BlockState[] => {
      const row = blocks.row(current(), name);
      const at = row.indexOf(state);
      return at < 0 ? [...row, state] : row.slice(0, at + 1);
    };
    if (site.print && block.options["autorun"] === true && !state.began && !state.broken) runOnPaper(state);
    view = createBlock(host, state, {
      concept: typeof asked === "string" ? conceptOf(asked) : conceptOf(fitting(block)),
      cluster: name,
      handle: name === "" ? site.path : name,
      speed: typeof speed === "number" ? speed : world.speed(),
      print: site.print,
      transcript: is === "transcript",
      breath,
      host: {
        run: () => state.notebook.queue([state]),
        ...(is === "k8s-sim" ? { runToHere: () => state.notebook.replay(rowTo()), write: () => void writeOutput(world.app, site.path, state) } : {}),
        ...(is !== "k8s-sim" || host.closest(".cm-content") === null ? {} : { edit: () => editSource(world.app, site) }),
        diagram: diagramHost(world.app, site.path, state),
        resized: () => site.resized?.(),
      },
    });
    if (typeof asked === "string" && asked !== "none" && conceptOf(asked) === undefined) {
      view.el.createEl("p", { cls: "k8s-sim-problem is-warning", text: t("block.unknown-concept", { name: asked }).replace(/`/g, "") });
    }
    // A cluster that was brought back has had its run.
    if (block.options["autorun"] === true && !state.began && !site.print && !state.notebook.cluster.isRestored) {
      // What runs by itself runs in the note's order, whatever came into view first.
      stop = whenNear(host, () => state.notebook.queue(rowTo().filter((each) => !each.began && each.block.options["autorun"] === true)));
    }
    else if (!site.print) stop = whenNear(host, () => void inSlices(state.wondering()));
    site.resized?.();
  };

  const known = noteWith(world, site, is);
  const block = known === undefined ? undefined : blockOf(known, site, is);
  if (known !== undefined && block !== undefined && world.blocks.hasFiles(site.path)) {
    show(known, block);
    return mounted();
  }
  const ready = (async () => {
    const loaded = block === undefined ? await world.models.load(site.path) : known;
    const note = loaded ?? readNote(site.path, "");
    if (!world.blocks.hasFiles(site.path)) {
      const beside = await filesBeside(world.app, site.path);
      await world.blocks.bring(note, beside);
      world.blocks.give(site.path, beside);
    }
    await breath();
    show(note, blockOf(note, site, is) ?? alone(site));
  })();
  return mounted(ready);

  function mounted(when: Promise<void> = Promise.resolve()): Mounted {
    return {
      ready: when,
      unmount() {
        gone = true;
        stop();
        view?.destroy();
      },
    };
  }
}

/** The note as it is known to hold the block: as it was last read, else as its editor has it, which is ahead of the file. */
function noteWith({ app, models }: BlockWorld, site: BlockSite, is: Block["is"]): NoteModel | undefined {
  const read = models.peek(site.path);
  if (read !== undefined && blockOf(read, site, is) !== undefined) return read;
  const view = app.workspace.getActiveViewOfType(MarkdownView);
  if (view === null || view.file?.path !== site.path || view.getMode() !== "source") return read;
  return models.of(site.path, view.editor.getValue());
}

/** A transcript's button, where the code block is one: a block of the note that speaks kubectl. */
export async function mountTranscript(host: HTMLElement, site: BlockSite, world: BlockWorld): Promise<Mounted | undefined> {
  const known = world.models.peek(site.path);
  const note = known !== undefined && blockOf(known, site, "transcript") !== undefined ? known : await world.models.load(site.path);
  if (note === undefined || blockOf(note, site, "transcript") === undefined) return undefined;
  return mountBlock(host, site, "transcript", world);
}

/** Which block of the note it is: by its line where that is known, else by its text. */
function blockOf(note: NoteModel, site: BlockSite, is: Block["is"]): Block | undefined {
  const same = note.blocks.filter((block) => block.is === is && trimmed(block.source.text) === trimmed(site.source));
  const line = same.length > 1 ? site.line() : undefined;
  return same.find((block) => block.span.line === line) ?? same[0];
}

const trimmed = (text: string): string => text.replace(/\s+$/, "");

/** A block that the note as it was last read does not have: it is read by itself. */
function alone(site: BlockSite): Block {
  const [block] = readNote(site.path, `\`\`\`\`\`k8s-sim\n${site.source}\n\`\`\`\`\``).blocks;
  if (block === undefined) throw new Error("A fence is always a block");
  return block;
}

/** The diagram that fits what a block does; empty: none. */
export function fitting(block: Block): string {
  const yaml = block.parts.map((part) => (part.is === "manifest" ? part.text : "")).join("\n");
  const lines = block.parts.flatMap((part) => (part.is === "script" ? part.commands.map(({ text }) => text) : [])).join("\n");
  const has = (kind: string): boolean => new RegExp(`^kind:\\s*${kind}\\s*$`, "m").test(yaml);
  if (has("NetworkPolicy")) return "networkpolicy";
  if (has("Ingress")) return "ingress";
  if (has("Service") || /kubectl expose\b/.test(lines)) return /type[:=]\s*NodePort/.test(yaml + lines) ? "nodeport" : /type[:=]\s*LoadBalancer/.test(yaml + lines) ? "loadbalancer" : "service";
  if (has("Deployment") || /kubectl (set image|rollout (undo|restart)|create deployment)\b/.test(lines)) return "rolling-update";
  if (has("Pod") || /kubectl run\b/.test(lines)) return "pod";
  if (has("ConfigMap")) return "configmap";
  if (has("Secret")) return "secret";
  return "";
}

/** An exporter waits for no clock: the block runs in virtual time, at most two minutes a command. */
function runOnPaper(state: BlockState): void {
  state.start();
  const { cluster } = state.notebook;
  cluster.advance(cluster.now + 120_000, 4000, () => !state.running);
  state.stop();
}

/** The small text files of the note's folder, which its commands may read. */
export async function filesBeside(app: App, path: string): Promise<ReadonlyMap<string, string>> {
  const folder = app.vault.getAbstractFileByPath(path)?.parent;
  const files = (folder?.children ?? []).filter((file): file is TFile => file instanceof TFile && readable.test(file.name) && file.stat.size < largestFile).slice(0, mostFiles);
  return new Map(await Promise.all(files.map(async (file) => [file.name, await app.vault.cachedRead(file)] as const)));
}

/** What a block printed, as a terminal shows it. */
export function outputText(entries: readonly Entry[]): string {
  return entries.filter(({ state }) => state === "done" || state === "stopped")
    .map(({ planned, output }) => `$ ${planned.text}\n${output.map(({ data }) => data).join("")}`.trimEnd())
    .join("\n");
}

/** Finds a block again in the note as it is now: by its text, and which of several of the same text it is. */
function again(note: NoteModel, block: Block): Block | undefined {
  const same = note.blocks.filter((each) => each.is === block.is && each.source.text === block.source.text);
  return same.find(({ ordinal }) => ordinal === block.ordinal) ?? same[0];
}

/** Writes what a block printed below it; what it wrote before is replaced, nothing else ever. */
export async function writeOutput(app: App, path: string, state: BlockState): Promise<void> {
  const body = outputText(state.entries);
  const done = await editNote(app, path, (note) => {
    const block = again(note, state.block);
    return block === undefined ? undefined : fenceBelow(note, block.span.from, block.span.to, "k8s-sim-output", body, ({ is }) => is === "output");
  });
  new Notice(t(done ? "block.written" : "picture.gone"));
}

function diagramHost(app: App, path: string, state: BlockState): DiagramHost {
  return {
    copyText: (text) => {
      void navigator.clipboard.writeText(text).then(() => new Notice(t("diagram.copied")));
    },
    freeze: (mermaid) => {
      void editNote(app, path, (note) => {
        const block = again(note, state.block);
        if (block === undefined) return undefined;
        const output = note.blocks.find(({ ordinal }) => ordinal === block.ordinal + 1);
        const end = output?.is === "output" ? output.span.to : block.span.to;
        return fenceBelow(note, block.span.from, end, "mermaid", `%% k8s-sim\n${mermaid}`, isFrozen);
      }).then((done) => new Notice(t(done ? "picture.frozen" : "picture.gone")));
    },
  };
}

/** In Live Preview a block hides its source: the cursor goes there. */
function editSource(app: App, site: BlockSite): void {
  const view = app.workspace.getActiveViewOfType(MarkdownView);
  if (view === null || view.file?.path !== site.path) return;
  const block = blockOf(readNote(site.path, view.editor.getValue()), site, "k8s-sim");
  if (block === undefined) return;
  view.editor.setCursor({ line: block.span.line + 1, ch: 0 });
  view.editor.focus();
}
