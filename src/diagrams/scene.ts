import type { Dict, Ms, Ref } from "../cluster/model";

/** A sentence of ours, by its key in i18n. */
export interface Sentence {
  readonly key: string;
  readonly args: Dict<string | number>;
}

/** The state of a part: told by outline, mark and text, never by colour alone. `off` is a place that nothing takes yet. */
export type Tone = "none" | "ready" | "pending" | "leaving" | "failed" | "off";

/** How a box arranges its children. See layout.ts for what each does with too little room. */
export type Flow = "row" | "column" | "grid" | "lanes";

/** A part of a picture. `key` stays the same while the part lives. */
export interface Box {
  readonly key: string;
  readonly ref?: Ref;
  /** "pod", "container", "app", "node", "service", "frame", "port", "rule", "balancer", "external", …: styles hang on it (the list is in roles.ts). */
  readonly role: string;
  readonly title: string;
  readonly sub?: string;
  readonly badge?: string;
  readonly tone: Tone;
  /** Which version of the application; never told by tone. */
  readonly version?: 0 | 1 | 2 | 3;
  /** The version's text in the corner tab: "v2". */
  readonly tab?: string;
  readonly flow?: Flow;
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
  /** What hovering says, where it is more than the spoken name. */
  readonly tip?: string;
  /** Lines of text under the title (a rule card, a list of keys); each is a part that edges can end at. */
  readonly lines?: readonly Line[];
  /** Ports on the frame's border: edges end at them and packets dwell in them. */
  readonly notches?: readonly Notch[];
  /** Vertical guides through the lanes of a box with flow "lanes". */
  readonly guides?: readonly Guide[];
  /** An arrow of time down the gutter of a box with flow "lanes". */
  readonly axis?: boolean;
  /** What the gutter says beside this lane: "now", "4.2 s". */
  readonly aside?: string;
  /** In a column: as wide as its frame (a bridge that cables drop onto), in a group as the widest of the others. */
  readonly bar?: boolean;
  /** In a column beside a taller one: it and what follows stand at the foot, so that they line up with their like next door. */
  readonly foot?: boolean;
  /** At the end of a row or lane, apart from the slots: the leaving shelf. */
  readonly shelf?: boolean;
  /** A bar under the box: how much of all requests came here, and how much one expects. */
  readonly tally?: { readonly text: string; readonly share: number; readonly expected?: number };
  /** Moments on a line of time (role "strip"): `x` is 0 to 1. */
  readonly ticks?: readonly Tick[];
  /** Spans on a line of time (role "strip"): `from` and `to` are 0 to 1. */
  readonly spans?: readonly { readonly key: string; readonly from: number; readonly to: number; readonly tone: Tone; readonly text?: string }[];
  /** A capacity bar (role "gauge"): 0 to 1. */
  readonly level?: number;
  /** Clicking or resting on it shows this moment. */
  readonly moment?: Ms;
  /** The part that the moment is about: drawn with a ring. */
  readonly lit?: boolean;
  readonly dim?: boolean;
}

export interface Line {
  readonly key: string;
  readonly text: string;
  /** At the end of the line: "⅓", "10.244.1.3:3000". */
  readonly value?: string;
  readonly tone: Tone;
  readonly lit?: boolean;
  readonly ref?: Ref;
}

export interface Notch {
  readonly key: string;
  readonly title: string;
  readonly side: "top" | "bottom" | "left" | "right";
  /** Where along its side its middle is, px from the top or the left; absent: evenly shared. */
  readonly at?: number;
  readonly tone: Tone;
  readonly ref?: Ref;
  readonly label?: string;
}

/** A dashed vertical after column `after` (counted from 1). */
export interface Guide {
  readonly key: string;
  readonly after: number;
  /** On top: "min 2". */
  readonly short: string;
  /** At the foot, where there is room: "replicas − maxUnavailable = 2". */
  readonly long: string;
}

export interface Tick {
  readonly key: string;
  readonly x: number;
  readonly ok: boolean;
  readonly version?: 0 | 1 | 2 | 3;
}

export interface Edge {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  /** owns: dotted; selects: dashed; uses (references, mounts): thin; traffic: strong; wire: a cable, with a plug at each end. The same in every picture. */
  readonly means: "owns" | "selects" | "uses" | "traffic" | "wire";
  readonly label?: string;
  /** What stands beside its two ends: "eth0", "veth32a". */
  readonly ends?: readonly [from: string, to: string];
  readonly tone: Tone;
  readonly dim?: boolean;
  readonly lit?: boolean;
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
  /** What the marks of this picture mean, in the order of a legend. */
  readonly legend?: readonly { readonly tone: Tone; readonly text: string; readonly version?: 0 | 1 | 2 | 3; readonly tab?: string }[];
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export type Point = readonly [x: number, y: number];

/** A text with its place. `x` is where it begins, is centred or ends; `y` is its baseline. */
export interface Text {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly anchor: "start" | "middle" | "end";
  readonly font: "title" | "name" | "mono" | "small" | "tab";
  /** What it is, for styles: "title", "sub", "badge", "tab", "mark", "line", "value", "aside", "guide", "end", "label". */
  readonly as: string;
}

export interface Placement {
  readonly width: number;
  readonly height: number;
  /** Boxes, their lines and their notches, by key. */
  readonly boxes: ReadonlyMap<string, Rect>;
  readonly lines: ReadonlyMap<string, readonly Point[]>;
  /** The texts of each box or line, by key. */
  readonly texts: ReadonlyMap<string, readonly Text[]>;
  /** Labels of edges (and of their ends), beside their lines. */
  readonly labels: ReadonlyMap<string, readonly Text[]>;
  /** Guides and axes: lines that belong to a box and carry nothing. */
  readonly rulers: readonly Ruler[];
}

export interface Ruler {
  readonly key: string;
  readonly as: "guide" | "axis" | "row";
  readonly points: readonly Point[];
  readonly texts: readonly Text[];
}
