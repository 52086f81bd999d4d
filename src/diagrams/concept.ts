import type { Dict, Json, Ms, Ref } from "../cluster/model";
import type { View } from "../cluster/view";
import type { Scene, Sentence } from "./scene";

/** How much a picture reveals: 0 the picture one expects, 1 the mechanism, 2 everything. */
export type Level = 0 | 1 | 2;

/** Something the reader can do: command lines, shown and then run in the note's console shell. */
export interface Act {
  readonly id: string;
  /** An i18n key. */
  readonly title: string;
  /** A slider instead of a button: the commands depend on its value. */
  readonly slider?: { readonly min: number; readonly max: number; value(view: View, focus: Ref): number };
  /** False: it makes no sense now. Absent: always. */
  possible?(view: View, focus: Ref): boolean;
  run(view: View, focus: Ref, value?: number): readonly string[];
}

/** One idea of Kubernetes, as a picture that lives: one file per concept in concepts/, one line in its index. */
export interface Concept {
  readonly id: string;
  readonly parent?: string;
  /** By which names pictures are recognised; the resolver weighs file name, alt text, headings and surroundings. */
  readonly evidence: readonly { readonly word: RegExp; readonly weight: number }[];
  /** The question that the diagram answers, as an i18n key: "Which pod answers?" */
  readonly question: string;
  /** What the picture is about in this cluster; undefined: the cluster has nothing of this concept, so the scenario plays. */
  focus(view: View): Ref | undefined;
  readonly scenario: {
    readonly nodes: readonly { readonly name: string; readonly labels?: Dict; readonly taints?: Json; readonly capacity?: Dict }[];
    /** YAML, applied at time 0. */
    readonly manifests: string;
    /** Command lines at their times in virtual ms. */
    readonly actions: readonly { readonly at: Ms; readonly run: string }[];
    readonly end: Ms;
  };
  /** `head` is the newest moment, where `view` is a past one that the reader looks at: what is laid out by history (the rows of a ladder) stays where it is. `words` are what the note says around the picture: where a thing has several names, the note's own is taken. */
  scene(view: View, options: { readonly focus: Ref; readonly width: number; readonly level: Level; readonly head?: View; readonly words?: string }): Scene;
  readonly actions: readonly Act[];
  /** The sentence that says what is happening now. */
  caption(view: View, focus: Ref): Sentence;
  /** What the timeline marks. */
  marks(view: View, focus: Ref): readonly (Sentence & { readonly at: Ms })[];
  /** The moment that stands for the whole: PDF, first paint, reduced motion. */
  poster(view: View, focus: Ref): { readonly time: Ms; readonly level: Level };
}
