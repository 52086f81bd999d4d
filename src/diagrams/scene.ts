import type { Dict, Ms, Ref } from "../cluster/model";

/** A sentence of ours, by its key in i18n. */
export interface Sentence {
  readonly key: string;
  readonly args: Dict<string | number>;
}

export type Tone = "none" | "ready" | "pending" | "leaving" | "failed" | "off";

/** A part of a picture. `key` stays the same while the part lives. */
export interface Box {
  readonly key: string;
  readonly ref?: Ref;
  /** "pod", "container", "app", "node", "service", "frame", "port", "rule", "balancer", "external", …: styles hang on it. */
  readonly role: string;
  readonly title: string;
  readonly sub?: string;
  readonly badge?: string;
  readonly tone: Tone;
  /** Which version of the application; never told by tone. */
  readonly version?: 0 | 1 | 2 | 3;
  /** The version's text in the corner tab: "v2". */
  readonly tab?: string;
  readonly flow?: "row" | "column" | "grid" | "lanes";
  readonly children?: readonly Box[];
  /** Room reserved for children, in slots. */
  readonly slots?: number;
  /** Which slot of the parent it has. */
  readonly slot?: number;
  readonly since?: Ms;
  /** 0 to 1: a probe's countdown, a grace period. */
  readonly progress?: number;
  /** Spoken name: "pod a, 10.244.1.3, ready". */
  readonly label?: string;
}

export interface Edge {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly means: "owns" | "selects" | "uses" | "traffic";
  readonly label?: string;
  readonly tone: Tone;
  readonly dim?: boolean;
}

/** Moves along the layout's own lines as a pure function of simulated time; between legs it dwells in boxes. */
export interface Packet {
  readonly key: string;
  readonly kind: "request" | "response" | "refused" | "probe";
  readonly label?: string;
  /** `on` is the key of an edge ("-key" runs it backwards) or of a box (dwelling). */
  readonly legs: readonly { readonly on: string; readonly from: Ms; readonly until: Ms; readonly label?: string }[];
}

export interface Scene {
  readonly root: Box;
  readonly edges: readonly Edge[];
  readonly packets: readonly Packet[];
  readonly notes: readonly (Sentence & { readonly beside: string })[];
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Placement {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Rect>;
  readonly lines: ReadonlyMap<string, readonly (readonly [x: number, y: number])[]>;
}
