import { Prec, StateEffect, StateField } from "@codemirror/state";
import type { EditorState, Extension, Range, Transaction } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, WidgetType } from "@codemirror/view";
import type { DecorationSet, ViewUpdate } from "@codemirror/view";
import { editorInfoField, editorLivePreviewField } from "obsidian";
import type { App } from "obsidian";
import type { NoteModel, Picture } from "../note/model";
import type { Resolution } from "../note/resolve";
import type { LazySimulator, Mounted, PictureSite, Simulator } from "./mount";
import { isPictureLink, pictureSite } from "./picture-site";

/** Says that what a picture means may have changed: the simulator is loaded, the note was read anew. */
const refresh = StateEffect.define<null>();

interface Placed {
  readonly from: number;
  readonly to: number;
  readonly alone: boolean;
  readonly site: PictureSite;
  readonly resolution: Resolution;
  /** The app's own image stays. */
  readonly own: boolean;
}

/** An ordinary code block that speaks kubectl: its Run button stands below it. */
interface Replay {
  readonly at: number;
  readonly path: string;
  readonly source: string;
  /** Which of several blocks of the same text. */
  readonly ordinal: number;
  readonly line: number;
}

interface Value {
  readonly placed: readonly Placed[];
  readonly replays: readonly Replay[];
  readonly shown: DecorationSet;
}

const sameSite = (a: PictureSite, b: PictureSite): boolean =>
  a.path === b.path && a.picture.linktext === b.picture.linktext && a.picture.ordinal === b.picture.ordinal && a.picture.override === b.picture.override && a.image === b.image && a.width === b.width && a.height === b.height;

class PictureWidget extends WidgetType {
  constructor(
    private readonly simulator: Simulator,
    private readonly place: Placed,
  ) {
    super();
  }

  override eq(other: PictureWidget): boolean {
    return sameSite(other.place.site, this.place.site) && other.place.resolution.concept === this.place.resolution.concept && other.place.alone === this.place.alone;
  }

  override toDOM(view: EditorView): HTMLElement {
    // Made inside the editor, so that it belongs to the editor's window.
    const host = view.dom.createEl(this.place.alone ? "div" : "span", { cls: "k8s-sim-picture" });
    host.detach();
    mounts.set(host, this.simulator.mountPicture(host, { ...this.place.site, resized: () => view.requestMeasure() }, this.place.resolution));
    return host;
  }

  override destroy(host: HTMLElement): void {
    mounts.get(host)?.unmount();
    mounts.delete(host);
  }

  /** Buttons and inputs inside work; the editor does not see their events. */
  override ignoreEvent(): boolean {
    return true;
  }
}

/** Beside the app's own image: makes it live. */
class OfferWidget extends WidgetType {
  constructor(
    private readonly simulator: Simulator,
    private readonly site: PictureSite,
  ) {
    super();
  }

  override eq(other: OfferWidget): boolean {
    return sameSite(other.site, this.site);
  }

  override toDOM(view: EditorView): HTMLElement {
    const offer = this.simulator.offer(view.dom, this.site);
    offer.detach();
    return offer;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

/** Below a transcript: its Run button, and what it printed. */
class ReplayWidget extends WidgetType {
  constructor(
    private readonly simulator: Simulator,
    private readonly replay: Replay,
  ) {
    super();
  }

  override eq(other: ReplayWidget): boolean {
    const { path, source, ordinal } = other.replay;
    return path === this.replay.path && source === this.replay.source && ordinal === this.replay.ordinal;
  }

  override toDOM(view: EditorView): HTMLElement {
    const host = view.dom.createDiv("k8s-sim-replay");
    host.detach();
    const { path, source, line } = this.replay;
    let gone = false;
    let mounted: Mounted | undefined;
    mounts.set(host, { ready: Promise.resolve(), unmount: () => ((gone = true), mounted?.unmount()) });
    void this.simulator.engine.load().then((engine) => engine.mountTranscript(host, { path, source, print: false, line: () => line, resized: () => view.requestMeasure() })).then((made) => {
      mounted = made;
      if (gone) made?.unmount();
    });
    return host;
  }

  override destroy(host: HTMLElement): void {
    mounts.get(host)?.unmount();
    mounts.delete(host);
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

/** What each node shows; the node holds no state, since the editor builds a new one whenever the cursor has been there. */
const mounts = new WeakMap<HTMLElement, Mounted>();

/** Live Preview: an embed alone on its line gets a block, since a block wins over Obsidian's own; amid text it stays inline. */
export function livePreviewExtension(app: App, simulator: LazySimulator): Extension {
  const pathOf = (state: EditorState): string => state.field(editorInfoField, false)?.file?.path ?? "";

  const place = (state: EditorState): Pick<Value, "placed" | "replays"> => {
    const path = pathOf(state);
    const now = simulator.now;
    if (now === undefined || path === "" || state.field(editorLivePreviewField, false) !== true) return { placed: [], replays: [] };
    const note = now.models.of(path, state.doc.toString());
    const replays = note.blocks.filter(({ is, span }) => is === "transcript" && span.to <= state.doc.length)
      .map(({ span, source, ordinal }) => ({ at: span.to, path, source: source.text, ordinal, line: span.line }));
    return { placed: pictures(state, path, now, note), replays };
  };

  const pictures = (state: EditorState, path: string, now: Simulator, note: NoteModel): Placed[] =>
    note.pictures.flatMap((picture: Picture) => {
      const { from, to } = picture.span;
      if (to > state.doc.length || !isPictureLink(picture.linktext)) return [];
      const site = pictureSite(app, path, picture, false, state.sliceDoc(from, to));
      const resolution = now.resolve(site);
      if (resolution === undefined) return [];
      const line = state.doc.lineAt(from);
      const alone = line.text.trim() === state.sliceDoc(from, to);
      return [{ from: alone ? line.from : from, to: alone ? line.to : to, alone, site, resolution, own: now.choices.of(site, resolution) === "own" }];
    });

  const show = (state: EditorState, { placed, replays }: Pick<Value, "placed" | "replays">): DecorationSet => {
    const now = simulator.now;
    if (now === undefined) return Decoration.none;
    const touched = ({ from, to }: Placed): boolean => state.selection.ranges.some((range) => range.to >= from && range.from <= to);
    const ranges: Range<Decoration>[] = placed
      .filter((each) => !touched(each))
      .map((each) => each.own ? Decoration.widget({ widget: new OfferWidget(now, each.site), side: 1, block: each.alone }).range(each.to) : Decoration.replace({ widget: new PictureWidget(now, each), block: each.alone }).range(each.from, each.to));
    for (const replay of replays) ranges.push(Decoration.widget({ widget: new ReplayWidget(now, replay), side: 1, block: true }).range(replay.at));
    return Decoration.set(ranges, true);
  };

  /** Whether a change could have touched an embed, so that it must be read at once. */
  const meets = (tr: Transaction, placed: readonly Placed[]): boolean => {
    let met = false;
    tr.changes.iterChanges((fromA, toA, fromB, toB) => {
      const text = tr.newDoc.sliceString(tr.newDoc.lineAt(fromB).from, tr.newDoc.lineAt(toB).to);
      met ||= text.includes("![") || placed.some(({ from, to }) => toA >= from && fromA <= to);
    });
    return met;
  };

  const field = StateField.define<Value>({
    create(state) {
      const found = place(state);
      return { ...found, shown: show(state, found) };
    },
    update(value, tr) {
      // An input method is composing: every change of the DOM would break its word.
      if (tr.isUserEvent("input.type.compose")) return { ...moved(value, tr), shown: value.shown.map(tr.changes) };
      const anew = tr.effects.some((effect) => effect.is(refresh)) || tr.reconfigured || tr.startState.field(editorLivePreviewField, false) !== tr.state.field(editorLivePreviewField, false);
      if (!anew && !tr.docChanged && tr.selection === undefined) return value;
      const found = anew || (tr.docChanged && meets(tr, value.placed)) ? place(tr.state) : moved(value, tr);
      return { ...found, shown: show(tr.state, found) };
    },
    provide: (self) => EditorView.decorations.from(self, (value) => value.shown),
  });

  const reader = ViewPlugin.define((view) => {
    let waiting: number | undefined;
    let gone = false;
    const later = (wait: number): void => {
      view.dom.win.clearTimeout(waiting);
      waiting = view.dom.win.setTimeout(() => {
        waiting = undefined;
        if (!view.composing) view.dispatch({ effects: refresh.of(null) });
        else later(300);
      }, wait);
    };
    let cancel: (() => void) | undefined;
    const heed = (): void => {
      if (gone || simulator.now === undefined) return;
      cancel ??= simulator.now.choices.onChange(() => later(0));
    };
    // The simulator is loaded only where a note has pictures or commands at all.
    const ask = (): void => {
      heed();
      if (simulator.now !== undefined || !/!\[|\bkubectl /.test(view.state.doc.toString())) return;
      void simulator.load().then(() => {
        heed();
        if (!gone) later(0);
      });
    };
    ask();
    return {
      update(update: ViewUpdate) {
        if (!update.docChanged) return;
        if (simulator.now === undefined) ask();
        else later(400);
      },
      destroy() {
        gone = true;
        cancel?.();
        view.dom.win.clearTimeout(waiting);
      },
    };
  });

  return [Prec.highest(field), reader];
}

function moved({ placed, replays }: Value, tr: Transaction): Pick<Value, "placed" | "replays"> {
  if (!tr.docChanged) return { placed, replays };
  return {
    placed: placed.map((each) => ({ ...each, from: tr.changes.mapPos(each.from, 1), to: tr.changes.mapPos(each.to, -1) })).filter(({ from, to }) => to > from),
    replays: replays.map((each) => ({ ...each, at: tr.newDoc.lineAt(tr.changes.mapPos(each.at, -1)).to })),
  };
}
