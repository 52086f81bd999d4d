import type { Cancel, Ms, Ref } from "../cluster/model";
import type { View } from "../cluster/view";
import type { Concept } from "../diagrams/concept";

/** What a diagram draws and steers. The session floor makes one over a cluster; a test makes one over a log. */
export interface DiagramModel {
  readonly concept: Concept;
  /** Whose cluster it is: the note's own, or the concept's example. Never changes under the reader's hands. */
  readonly source: "note" | "example";
  /** Where only the first picture is there so far: makes the rest, and resolves when all can be asked. */
  prepare?(): Promise<void>;
  /** The newest moment, or the past one at `time`. */
  view(time?: Ms): View;
  /** Virtual time of the newest moment. */
  readonly now: Ms;
  /** How far the time line reaches at least (the scenario's end). */
  readonly end: Ms;
  readonly playing: boolean;
  play(): void;
  pause(): void;
  /** On to the next change that one can see. */
  step(): void;
  speed: number;
  /** The past moment being looked at; undefined: now. */
  readonly scrubbed: Ms | undefined;
  scrub(time: Ms): void;
  /** Back to now. */
  live(): void;
  /** A new cluster that replayed the actions up to the moment being looked at takes this one's place. */
  branch(): void;
  reset(): void;
  /** Runs a command line in the note's shell; `write` gets its output as it comes. Resolves with the exit code. */
  run(line: string, write: (text: string) => void): Promise<number>;
  describe(ref: Ref): string | Promise<string>;
  yaml(ref: Ref): string | Promise<string>;
  logs(ref: Ref): string | Promise<string>;
  events(ref: Ref): string | Promise<string>;
  /** Wall ms have passed while playing: advances the cluster by them × speed, with at most 8 ms of work. */
  frame(elapsed: number): void;
  onChange(fn: () => void): Cancel;
}

/** What the page around a diagram can do for it; what is absent is not offered. */
export interface DiagramHost {
  copyText?: (text: string) => void;
  copyImage?(png: Blob): void;
  freeze?(mermaid: string, svg: string): void;
  choose?(): void;
  /** Back to the static picture. */
  toggle?(): void;
  /** The size changed (Live Preview measures its widgets). */
  resized?(): void;
}
