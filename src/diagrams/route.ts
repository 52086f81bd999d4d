import type { Links } from "./links";
import type { Edge, Point, Rect, Text } from "./scene";
import { fitText, textWidth } from "./text";

/** What the lines must keep clear of. */
export interface Ground {
  readonly boxes: ReadonlyMap<string, Rect>;
  readonly links: Links;
  /** Titles, subs and badges of frames: no line may run through them. */
  readonly words: readonly Rect[];
  /** Boxes that hold no others. */
  readonly leaves: readonly { readonly key: string; readonly rect: Rect }[];
  readonly frames: readonly { readonly key: string; readonly rect: Rect }[];
  readonly width: number;
}

interface Run {
  readonly from: string;
  readonly to: string;
  readonly points: readonly Point[];
}

type Side = "top" | "bottom" | "left" | "right";

const stub = 12;

/**
 * Orthogonal lines. Every edge tries a handful of shapes (straight, Z, L and U, out of each side) and takes the one that crosses the
 * least: other boxes first, then words, then other lines, then by bends and length. Edges out of one box share their trunk; strangers don't.
 */
export function route(edges: readonly Edge[], ground: Ground): Map<string, readonly Point[]> {
  const lines = new Map<string, readonly Point[]>();
  const runs: Run[] = [];
  for (const edge of edges) {
    const a = ground.boxes.get(edge.from);
    const b = ground.boxes.get(edge.to);
    if (a === undefined || b === undefined || inside(edge.from, edge.to, ground.links) || inside(edge.to, edge.from, ground.links)) continue;
    const blocked = obstacles(edge, ground);
    let best: readonly Point[] = [];
    let least = Infinity;
    for (const { points, aside } of candidates(a, b, edge, ground, blocked)) {
      const cost = price(points, blocked, ground, runs, edge, least - aside) + aside;
      if (cost < least - 1e-6) {
        least = cost;
        best = points;
      }
    }
    lines.set(edge.key, best);
    runs.push({ from: edge.from, to: edge.to, points: best });
  }
  return lines;
}

function inside(key: string, outer: string, links: Links): boolean {
  for (let at: string | undefined = key; at !== undefined; at = links.parent.get(at)) if (at === outer) return true;
  return false;
}

function obstacles(edge: Edge, ground: Ground): Rect[] {
  const { links } = ground;
  const own = new Set([edge.from, edge.to]);
  const above = (key: string): void => {
    for (let at: string | undefined = key; at !== undefined; at = links.parent.get(at)) own.add(at);
  };
  above(edge.from);
  above(edge.to);
  return [...ground.leaves, ...ground.frames].filter(({ key }) => !own.has(key)).map(({ rect }) => rect);
}

/** The outermost box around `key` that doesn't hold `other` too. */
function outermost(key: string, other: string, ground: Ground): Rect {
  let found = key;
  for (let at: string | undefined = key; at !== undefined && !inside(other, at, ground.links); at = ground.links.parent.get(at)) if (ground.links.box.get(at)?.role !== "group" || at === key) found = at;
  return ground.boxes.get(found) ?? (ground.boxes.get(key) as Rect);
}

interface Candidate {
  readonly points: readonly Point[];
  /** What this shape costs more than the usual one: lines leave towards their target, not by the side. */
  readonly aside: number;
}

const sideways = 22;

/** A line of a card is left and entered at the card's sides, so that nothing runs through the other lines. */
function endOf(key: string, rect: Rect, ground: Ground): { readonly rect: Rect; readonly line: boolean } {
  const above = ground.links.parent.get(key);
  const line = above !== undefined && ground.links.box.get(above)?.lines?.some((one) => one.key === key) === true;
  const card = line ? ground.boxes.get(above) : undefined;
  return { rect: card === undefined ? rect : { x: card.x, w: card.w, y: rect.y, h: rect.h }, line };
}

function* candidates(rectA: Rect, rectB: Rect, edge: Edge, ground: Ground, blocked: readonly Rect[]): Iterable<Candidate> {
  const { rect: a, line: lineA } = endOf(edge.from, rectA, ground);
  const { rect: b, line: lineB } = endOf(edge.to, rectB, ground);
  const outA = outermost(edge.from, edge.to, ground);
  const outB = outermost(edge.to, edge.from, ground);
  const ends = (rect: Rect, side: Side, towards: Rect): Point[] => {
    const vertical = side === "top" || side === "bottom";
    const middle = vertical ? rect.x + rect.w / 2 : rect.y + rect.h / 2;
    const low = vertical ? rect.x : rect.y;
    const size = vertical ? rect.w : rect.h;
    const aim = vertical ? towards.x + towards.w / 2 : towards.y + towards.h / 2;
    const spots = [middle];
    const margin = Math.min(10, size / 3);
    if (aim > low + margin && aim < low + size - margin && Math.abs(aim - middle) > 1) spots.push(aim);
    if (size > 60) spots.push(low + size * 0.75, low + size * 0.25);
    if (size > 120) spots.push(low + size - 16, low + 16);
    return spots.map((spot): Point => (vertical ? [spot, side === "top" ? rect.y : rect.y + rect.h] : [side === "left" ? rect.x : rect.x + rect.w, spot]));
  };
  const shifts = [0, 8, -8, 16, -16];
  const down = b.y >= a.y + a.h - 1;
  const up = b.y + b.h <= a.y + 1;
  const right = b.x >= a.x + a.w - 1;
  const left = b.x + b.w <= a.x + 1;
  if ((down || up) && !lineA && !lineB) {
    const [sideA, sideB]: [Side, Side] = down ? ["bottom", "top"] : ["top", "bottom"];
    const near = down ? outA.y + outA.h : outA.y;
    const far = down ? outB.y : outB.y + outB.h;
    const middle = Math.abs(far - near) > 4 && (down ? far > near : far < near) ? (near + far) / 2 : (a.y + a.h / 2 + b.y + b.h / 2) / 2;
    const edgeA = down ? a.y + a.h : a.y;
    const edgeB = down ? b.y : b.y + b.h;
    const channels = [...shifts.map((shift) => middle + shift), edgeB + (down ? -stub : stub), edgeA + (down ? stub : -stub), (edgeA + edgeB) / 2];
    for (const p of ends(a, sideA, b))
      for (const q of ends(b, sideB, a)) {
        if (Math.abs(p[0] - q[0]) < 6 && p[0] > b.x + 4 && p[0] < b.x + b.w - 4) yield { points: [p, [p[0], q[1]]], aside: 0 };
        else for (const y of channels) if (down ? y > edgeA + 3 && y < edgeB - 3 : y < edgeA - 3 && y > edgeB + 3) yield { points: [p, [p[0], y], [q[0], y], q], aside: 0 };
      }
  }
  if (right || left) {
    const [sideA, sideB]: [Side, Side] = right ? ["right", "left"] : ["left", "right"];
    const near = right ? outA.x + outA.w : outA.x;
    const far = right ? outB.x : outB.x + outB.w;
    const middle = (right ? far > near : far < near) ? (near + far) / 2 : (a.x + a.w / 2 + b.x + b.w / 2) / 2;
    const edgeA = right ? a.x + a.w : a.x;
    const edgeB = right ? b.x : b.x + b.w;
    const channels = [...shifts.map((shift) => middle + shift), edgeB + (right ? -stub : stub), edgeA + (right ? stub : -stub)];
    for (const p of ends(a, sideA, b))
      for (const q of ends(b, sideB, a)) {
        if (Math.abs(p[1] - q[1]) < 6 && p[1] > b.y + 4 && p[1] < b.y + b.h - 4) yield { points: [p, [q[0], p[1]]], aside: 0 };
        else for (const x of channels) if (right ? x > edgeA + 3 && x < edgeB - 3 : x < edgeA - 3 && x > edgeB + 3) yield { points: [p, [x, p[1]], [x, q[1]], q], aside: down || up ? sideways : 0 };
      }
  }
  // Out of the side, then into the top or the bottom.
  if ((down || up) && !lineB)
    for (const side of ["right", "left"] as const)
      for (const p of ends(a, side, b).slice(0, 2))
        for (const q of ends(b, down ? "top" : "bottom", a).slice(0, 2)) {
          if (side === "right" ? q[0] > p[0] + 6 : q[0] < p[0] - 6) yield { points: [p, [q[0], p[1]], q], aside: lineA ? 0 : sideways };
          else if (lineA) {
            // Around the card's corner, and back under it.
            const x = side === "right" ? p[0] + stub : p[0] - stub;
            const y = down ? (outA.y + outA.h + outB.y) / 2 : (outA.y + outB.y + outB.h) / 2;
            yield { points: [p, [x, p[1]], [x, y], [q[0], y], q], aside: 0 };
          }
        }
  // Around the outside.
  for (const side of ["right", "left"] as const)
    for (const extra of [stub, stub + 10, stub + 20]) {
      const x = side === "right" ? Math.max(outA.x + outA.w, outB.x + outB.w) + extra : Math.min(outA.x, outB.x) - extra;
      const inner = side === "right" ? Math.max(a.x + a.w, b.x + b.w) + extra : Math.min(a.x, b.x) - extra;
      for (const lane of x === inner ? [x] : [inner, x]) {
        if (lane < 3 || lane > ground.width - 3) continue;
        const p: Point = [side === "right" ? a.x + a.w : a.x, a.y + a.h / 2];
        const q: Point = [side === "right" ? b.x + b.w : b.x, b.y + b.h / 2];
        yield { points: [p, [lane, p[1]], [lane, q[1]], q], aside: sideways };
      }
    }
  // Past what lies between them (nodes that stand one under the other), then in from above or below.
  if ((down || up) && !lineB) {
    const low = Math.min(a.y + a.h, b.y + b.h);
    const high = Math.max(a.y, b.y);
    const between = blocked.filter((rect) => rect.y < high && rect.y + rect.h > low);
    if (between.length > 0) {
      const lanes = [Math.min(...between.map(({ x }) => x)) - 6, Math.max(...between.map(({ x, w }) => x + w)) + 6].filter((x) => x > 2 && x < ground.width - 2);
      const q: Point = [b.x + b.w / 2, down ? b.y : b.y + b.h];
      const p: Point = [a.x + a.w / 2, down ? a.y + a.h : a.y];
      const arrive = q[1] + (down ? -stub : stub);
      const leave = down ? Math.min(p[1] + stub, ...between.map(({ y }) => y - 4).filter((y) => y > p[1] + 3)) : Math.max(p[1] - stub, ...between.map(({ y, h }) => y + h + 4).filter((y) => y < p[1] - 3));
      for (const lane of lanes) {
        yield { points: [p, [p[0], leave], [lane, leave], [lane, arrive], [q[0], arrive], q], aside: sideways };
        const side: Point = [lane < p[0] ? a.x : a.x + a.w, a.y + a.h / 2];
        if (lane < a.x || lane > a.x + a.w) yield { points: [side, [lane, side[1]], [lane, arrive], [q[0], arrive], q], aside: sideways };
        const beside: Point = [lane < q[0] ? b.x : b.x + b.w, b.y + b.h / 2];
        if (lane < b.x || lane > b.x + b.w) yield { points: [p, [p[0], leave], [lane, leave], [lane, beside[1]], beside], aside: sideways };
      }
    }
  }
  yield { points: [[a.x + a.w / 2, a.y + a.h / 2], [b.x + b.w / 2, b.y + b.h / 2]], aside: 0 };
}

function price(points: readonly Point[], blocked: readonly Rect[], ground: Ground, runs: readonly Run[], edge: Edge, enough: number): number {
  // Leaving and arriving off the middle is worth avoiding, but less than a bend.
  const a = ground.boxes.get(edge.from) as Rect;
  const b = ground.boxes.get(edge.to) as Rect;
  const start = points[0];
  const end = points[points.length - 1];
  let cost = (points.length - 2) * 14;
  cost += Math.min(Math.abs(start[0] - a.x - a.w / 2), Math.abs(start[1] - a.y - a.h / 2)) * 0.35 + Math.min(Math.abs(end[0] - b.x - b.w / 2), Math.abs(end[1] - b.y - b.h / 2)) * (edge.means === "wire" ? 0.1 : 0.35);
  for (let i = 1; i < points.length; i++) cost += (Math.abs(points[i - 1][0] - points[i][0]) + Math.abs(points[i - 1][1] - points[i][1])) * 0.12;
  // The cheap sums come first: most shapes are out before anything is looked for in their way.
  if (cost >= enough) return Infinity;
  for (let i = 1; i < points.length; i++) {
    const p = points[i - 1];
    const q = points[i];
    if (p[0] !== q[0] && p[1] !== q[1]) cost += 5000;
    for (const rect of blocked) if (hits(p, q, rect, 3)) cost += 900;
    for (const rect of ground.words) if (hits(p, q, rect, 3)) cost += 500;
    for (const { rect } of ground.frames) if (hugs(p, q, rect)) cost += 40;
    if (cost >= enough) return Infinity;
    for (const run of runs) {
      // Cables don't share a plug; other lines of one box share their trunk.
      const kin = edge.means !== "wire" && (run.from === edge.from || run.to === edge.to);
      for (let k = 1; k < run.points.length; k++) {
        const r = run.points[k - 1];
        const s = run.points[k];
        const along = overlap(p, q, r, s);
        if (along > 2) cost += kin ? (run.from === edge.to && run.to === edge.from ? 60 : 0) : 60 + along;
        else if (!kin && crosses(p, q, r, s)) cost += 18;
      }
    }
  }
  return points.length < 2 ? Infinity : cost;
}

/** Whether the piece runs through the rectangle, less `margin`. */
export function hits(p: Point, q: Point, rect: Rect, margin = 0): boolean {
  return (
    Math.max(p[0], q[0]) > rect.x - margin + 3 &&
    Math.min(p[0], q[0]) < rect.x + rect.w + margin - 3 &&
    Math.max(p[1], q[1]) > rect.y - margin + 3 &&
    Math.min(p[1], q[1]) < rect.y + rect.h + margin - 3
  );
}

/** Whether the piece runs on the rectangle's border. */
function hugs(p: Point, q: Point, { x, y, w, h }: Rect): boolean {
  if (p[0] === q[0]) return (Math.abs(p[0] - x) < 3 || Math.abs(p[0] - x - w) < 3) && Math.max(p[1], q[1]) > y && Math.min(p[1], q[1]) < y + h;
  return (Math.abs(p[1] - y) < 3 || Math.abs(p[1] - y - h) < 3) && Math.max(p[0], q[0]) > x && Math.min(p[0], q[0]) < x + w;
}

/** How far two pieces lie on each other (within 5 px), px. */
function overlap(p: Point, q: Point, r: Point, s: Point): number {
  const flat = p[1] === q[1] && r[1] === s[1] && Math.abs(p[1] - r[1]) < 5;
  const steep = p[0] === q[0] && r[0] === s[0] && Math.abs(p[0] - r[0]) < 5;
  if (flat) return Math.min(Math.max(p[0], q[0]), Math.max(r[0], s[0])) - Math.max(Math.min(p[0], q[0]), Math.min(r[0], s[0]));
  if (steep) return Math.min(Math.max(p[1], q[1]), Math.max(r[1], s[1])) - Math.max(Math.min(p[1], q[1]), Math.min(r[1], s[1]));
  return 0;
}

function crosses(p: Point, q: Point, r: Point, s: Point): boolean {
  const flat = p[1] === q[1];
  if (flat === (r[1] === s[1])) return false;
  const [h1, h2, v1, v2] = flat ? [p, q, r, s] : [r, s, p, q];
  return v1[0] > Math.min(h1[0], h2[0]) && v1[0] < Math.max(h1[0], h2[0]) && h1[1] > Math.min(v1[1], v2[1]) && h1[1] < Math.max(v1[1], v2[1]);
}

/** Labels beside their lines: the first spot that touches no box, no word, no line and no other label. */
export function placeLabels(edges: readonly Edge[], lines: ReadonlyMap<string, readonly Point[]>, ground: Ground): Map<string, readonly Text[]> {
  const placed: Rect[] = [];
  const labels = new Map<string, readonly Text[]>();
  const solid = [...ground.leaves.map(({ rect }) => rect), ...ground.words];
  const pieces: [Point, Point, readonly Point[]][] = [];
  for (const points of lines.values()) for (let i = 1; i < points.length; i++) pieces.push([points[i - 1], points[i], points]);
  const put = (words: string, points: readonly Point[], as: string, spots: readonly { readonly piece: number; readonly at: number }[]): Text | undefined => {
    const fitted = fitText(words, "small", Math.min(220, ground.width - 8));
    const w = textWidth(fitted, "small");
    const h = 14;
    let best: Rect | undefined;
    let least = Infinity;
    spots.forEach(({ piece, at }, order) => {
      const p = points[piece];
      const q = points[piece + 1];
      const x = p[0] + (q[0] - p[0]) * at;
      const y = p[1] + (q[1] - p[1]) * at;
      const steep = Math.abs(p[0] - q[0]) < Math.abs(p[1] - q[1]);
      // On a trunk that several lines share, one can't tell whose label it is.
      const shared = pieces.some(([r, s, of]) => of !== points && overlap(p, q, r, s) > 2) ? 50 : 0;
      const tries: Rect[] = steep
        ? [{ x: x + 6, y: y - h / 2, w, h }, { x: x - 6 - w, y: y - h / 2, w, h }]
        : [{ x: x - w / 2, y: y - h - 4, w, h }, { x: x - w / 2, y: y + 4, w, h }];
      const target = points[points.length - 1];
      tries.forEach((rect, side) => {
        // There a label at least stands on the side of its own target.
        const astray = shared > 0 && steep && (side === 0) !== target[0] > x ? 30 : 0;
        if (rect.x < 2 || rect.x + rect.w > ground.width - 2 || rect.y < 0) return;
        let cost = order * 2 + side + shared + astray;
        const long = steep ? Math.abs(p[1] - q[1]) : Math.abs(p[0] - q[0]);
        if (long < (steep ? 16 : w)) cost += 12;
        for (const other of solid) if (touch(rect, other)) cost += 300;
        for (const frame of ground.frames) if (touch(rect, frame.rect) && !within(rect, frame.rect)) cost += 25;
        for (const other of placed) if (touch(rect, other)) cost += 400;
        for (const [r, s] of pieces) if (hits(r, s, rect, 3)) cost += 60;
        if (cost < least) {
          least = cost;
          best = rect;
        }
      });
    });
    if (best === undefined) return undefined;
    placed.push(best);
    return { as, font: "small", text: fitted, x: best.x, y: best.y + 11, w, anchor: "start" };
  };
  for (const edge of edges) {
    const points = lines.get(edge.key);
    if (points === undefined || points.length < 2) continue;
    const texts: Text[] = [];
    const last = points.length - 2;
    const between = [...points.keys()].slice(0, -1).reverse();
    if (edge.label !== undefined && edge.label !== "") {
      const spots = between.flatMap((piece) => [0.5, 0.7, 0.3].map((at) => ({ piece, at })));
      const one = put(edge.label, points, "label", spots);
      if (one !== undefined) texts.push(one);
    }
    if (edge.ends !== undefined) {
      const [from, to] = edge.ends;
      const one = from === "" ? undefined : put(from, points, "end", [0.2, 0.35, 0.1].map((at) => ({ piece: 0, at })));
      const two = to === "" ? undefined : put(to, points, "end", [0.8, 0.65, 0.9].map((at) => ({ piece: last, at })));
      if (one !== undefined) texts.push(one);
      if (two !== undefined) texts.push(two);
    }
    if (texts.length > 0) labels.set(edge.key, texts);
  }
  return labels;
}

export const touch = (a: Rect, b: Rect): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

const within = (a: Rect, b: Rect): boolean => a.x >= b.x && a.y >= b.y && a.x + a.w <= b.x + b.w && a.y + a.h <= b.y + b.h;
