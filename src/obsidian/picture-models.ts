import type { Concept } from "../diagrams/concept";
import type { NoteCluster } from "../session/note-cluster";
import { examples } from "../diagrams/generated/examples";
import { ExampleModel } from "../ui/example-model";
import type { OwnedModel } from "../ui/example-model";
import type { Engine, Lazy } from "./mount";
import { breath } from "./slices";

/** How many clusters of pictures that went out of sight are kept, so that they go on where they were. */
const mostIdle = 8;

export interface Held {
  readonly model: OwnedModel;
  /** The reader played with it: then it is what it is, also when it is shown anew. */
  touched: boolean;
}

/** The clusters behind pictures. The app tears a picture's elements down whenever the cursor passes; its cluster stays here. */
export class PictureModels {
  private readonly idle = new Map<string, Held & { readonly concept: string }>();
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly speed: () => number, private readonly engine: Lazy<Engine>) {}

  /**
   * The model of a picture: the one that it had, else one over the note's cluster where that holds what the concept needs, else its
   * example.
   */
  take(key: string, concept: Concept, note: NoteCluster | undefined): Held {
    return this.had(key, concept, note) ?? this.held(new ExampleModel(concept, examples[concept.id] ?? "", (wanted) => this.prepare(concept, wanted)));
  }

  /** Does what is heavy for the pictures one after the other. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const before = this.turn;
    let over = (): void => undefined;
    this.turn = new Promise((resolve) => (over = resolve));
    await before;
    await breath();
    try {
      return await work();
    } finally {
      over();
    }
  }

  /** Examples are made a few ms at a time, with the page's own work between them; undefined where `wanted` has become false. */
  private prepare(concept: Concept, wanted: () => boolean): Promise<OwnedModel | undefined> {
    return this.inTurn(async () => {
      const { ClusterModel } = await this.engine.load();
      return wanted() ? ClusterModel.prepare(concept, () => performance.now(), breath, wanted) : undefined;
    });
  }

  /** As `take`, with a whole example: on paper nobody comes back to it. */
  async takeWhole(key: string, concept: Concept, note: NoteCluster | undefined): Promise<Held> {
    const { ClusterModel } = await this.engine.load();
    return this.had(key, concept, note) ?? this.held(ClusterModel.example(concept, () => performance.now()));
  }

  private had(key: string, concept: Concept, note: NoteCluster | undefined): Held | undefined {
    const kept = this.idle.get(key);
    this.idle.delete(key);
    const fits = holds(concept, note);
    if (kept !== undefined && kept.concept === concept.id && (kept.touched || fits === (kept.model.source === "note"))) return kept;
    kept?.model.dispose();
    const engine = this.engine.now;
    return fits && note !== undefined && engine !== undefined ? this.held(engine.ClusterModel.ofNote(concept, note)) : undefined;
  }

  private held(model: OwnedModel): Held {
    model.speed = this.speed();
    return { model, touched: false };
  }

  /** A picture went out of sight. */
  give(key: string, held: Held): void {
    this.idle.get(key)?.model.dispose();
    this.idle.delete(key);
    this.idle.set(key, { ...held, concept: held.model.concept.id });
    for (const [oldest, { model }] of this.idle) {
      if (this.idle.size <= mostIdle) break;
      this.idle.delete(oldest);
      model.dispose();
    }
  }

  /** Lets go of what a note's pictures left. */
  forget(path: string): void {
    for (const [key, { model }] of [...this.idle]) {
      if (!key.startsWith(`${path}\n`)) continue;
      this.idle.delete(key);
      model.dispose();
    }
  }

  dispose(): void {
    for (const { model } of this.idle.values()) model.dispose();
    this.idle.clear();
  }
}

/** Whether a note's cluster has what a concept shows. */
export const holds = (concept: Concept, note: NoteCluster | undefined): boolean => note !== undefined && concept.focus(note.cluster.at()) !== undefined;
