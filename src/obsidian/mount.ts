import type { NoteModel, Picture } from "../note/model";
import type { Resolution } from "../note/resolve";
import type { NoteCluster } from "../session/note-cluster";
import type { ClusterModel } from "../ui/cluster-model";
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

/** Something that is made when it is first asked for; `now` is it, where it is made. */
export interface Lazy<T> {
  readonly now: T | undefined;
  load(): Promise<T>;
}

export function lazily<T>(make: () => Promise<T>): Lazy<T> {
  let now: T | undefined;
  let coming: Promise<T> | undefined;
  return {
    get now() {
      return now;
    },
    load() {
      coming ??= make().then((made) => (now = made));
      return coming;
    },
  };
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
  /** What runs: pictures are drawn without it. */
  readonly engine: Lazy<Engine>;
}

/** Clusters, and what the adapters ask of them. */
export interface Engine {
  mountBlock(host: HTMLElement, site: BlockSite): Mounted;
  /** A transcript of the note (an ordinary code block with kubectl lines) gets its Run button into `host`; undefined: it is none. */
  mountTranscript(host: HTMLElement, site: BlockSite): Promise<Mounted | undefined>;
  /** The whole of a cluster in `parent`; `choose` is told which other one the reader wants to see. */
  mountCluster(parent: HTMLElement, path: string, name: string, choose: (path: string, name: string) => void): Promise<Mounted>;
  readonly deeds: Deeds;
  /** The note's own cluster, where something has been run on it. */
  cluster(path: string): NoteCluster | undefined;
  /** Brings back the clusters that the note had when it was last open. */
  bring(note: NoteModel): Promise<void>;
  /** A note was renamed, or (without `to`) deleted. */
  move(from: string, to?: string): void;
  readonly ClusterModel: typeof ClusterModel;
}

export type LazySimulator = Lazy<Simulator>;

/** What runs, for whoever has the simulator still to load. */
export const engineOf = async (simulator: LazySimulator): Promise<Engine> => (await simulator.load()).engine.load();

/** Paper: the PDF exporter renders into `body > .print`. */
export const isPrint = (doc: Document): boolean => doc.body.querySelector(":scope > .print") !== null;
