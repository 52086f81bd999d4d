import type { Picture } from "../note/model";
import type { Resolution } from "../note/resolve";
import type { Choices } from "./choices";
import type { Deeds } from "./deeds";
import type { NoteModels } from "./note-models";

/** A picture of a note, wherever it is shown. */
export interface PictureSite {
  /** The note that the picture stands in; an embedded note keeps its own. */
  readonly path: string;
  readonly picture: Picture;
  /** Address of the image; undefined where the file is missing. */
  readonly image: string | undefined;
  /** Widths that the reader wrote into the embed, in CSS pixels. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** On paper: the poster at once, no animation. */
  readonly print: boolean;
  /** Its size changed: Live Preview measures its widgets. */
  readonly resized?: () => void;
}

/** A `k8s-sim` block of a note. */
export interface BlockSite {
  readonly path: string;
  readonly source: string;
  readonly print: boolean;
  /** The block's first line (its fence) in the note as it is now, 0-based; undefined where the renderer does not know. */
  line(): number | undefined;
  /** Its size changed: Live Preview measures its widgets. */
  readonly resized?: () => void;
}

/** Something that is shown until `unmount`. */
export interface Mounted {
  /** Resolves when it is drawn: the PDF exporter waits for it. */
  readonly ready: Promise<void>;
  unmount(): void;
}

/** What the adapters ask of the simulator. It is loaded when the first picture or block is shown. */
export interface Simulator {
  readonly models: NoteModels;
  /** Which diagram a picture gets; undefined: it stays as it is. */
  resolve(site: PictureSite): Resolution | undefined;
  /** The reader's choices, which decide how a picture is shown. */
  readonly choices: Choices;
  mountPicture(host: HTMLElement, site: PictureSite, resolution: Resolution): Mounted;
  /** A small button in `parent` that makes a picture live, where the app's own image stays. */
  offer(parent: HTMLElement, site: PictureSite): HTMLElement;
  mountBlock(host: HTMLElement, site: BlockSite): Mounted;
  /** A transcript of the note (an ordinary code block with kubectl lines) gets its Run button into `host`; undefined: it is none. */
  mountTranscript(host: HTMLElement, site: BlockSite): Promise<Mounted | undefined>;
  /** The whole of a cluster in `parent`; `choose` is told which other one the reader wants to see. */
  mountCluster(parent: HTMLElement, path: string, name: string, choose: (path: string, name: string) => void): Promise<Mounted>;
  readonly deeds: Deeds;
}

/** Loads the simulator once; `now` is it, where it is loaded. */
export interface LazySimulator {
  readonly now: Simulator | undefined;
  load(): Promise<Simulator>;
}

export function lazily(load: () => Promise<Simulator>): LazySimulator {
  let now: Simulator | undefined;
  let loading: Promise<Simulator> | undefined;
  return {
    get now() {
      return now;
    },
    load() {
      loading ??= load().then((simulator) => (now = simulator));
      return loading;
    },
  };
}

/** Paper: the PDF exporter renders into `body > .print`. */
export const isPrint = (doc: Document): boolean => doc.body.querySelector(":scope > .print") !== null;
