import { alongLine, berth } from "./packets";
import type { Placement, Point, Rect } from "./scene";

/** A label's plate is so high, px. */
const high = 18;
/** From the packet's middle to its label, px. */
const off = 12;
/** Where along a line the sides are tried. */
const samples = [0.08, 0.22, 0.36, 0.5, 0.64, 0.78, 0.92];
/** A label that stands still is farther from its packet than one that goes along. */
const still = 14;

/** What labels keep clear of: words above all, then boxes. */
export interface Crowd {
  readonly words: readonly Rect[];
  readonly boxes: readonly Rect[];
}

/** Beside the packet wherever it is (from its middle to the label's corner, px), or in one place while the packet passes. */
type Stand = { readonly beside: Point } | { readonly at: Point };

const known = new WeakMap<Placement, Map<string, Stand>>();

/**
 * The corner of a packet's label, `w` px wide, where the packet is at `spot` on the line or in the box `on`. One choice for the whole of a line, so that nothing jumps
 * while it travels: the side whose label covers the fewest words and boxes along the way, or a place of its own where every side covers some.
 */
export function labelCorner(on: string, spot: Point, w: number, placement: Placement, crowd: () => Crowd): Point {
  let stands = known.get(placement);
  if (stands === undefined) known.set(placement, (stands = new Map<string, Stand>()));
  const key = `${on} ${w}`;
  let stand = stands.get(key);
  if (stand === undefined) stands.set(key, (stand = choose(on, w, placement, crowd())));
  return "at" in stand ? stand.at : corner(spot, stand.beside, w, placement);
}

function choose(on: string, w: number, placement: Placement, crowd: Crowd): Stand {
  const line = placement.lines.get(on);
  const box = placement.boxes.get(on);
  const spots: readonly Point[] = line !== undefined ? samples.map((part) => alongLine(line, part)) : box !== undefined ? [berth(box)] : [];
  const [left, top] = [Math.min(...spots.map(([x]) => x)) - w - off, Math.min(...spots.map(([, y]) => y)) - 90];
  const around: Rect = { x: left, y: top, w: Math.max(...spots.map(([x]) => x)) + w + off - left, h: Math.max(...spots.map(([, y]) => y)) + 90 - top };
  // Kept on the picture, a label may also stand farther in.
  const near = (rect: Rect): boolean => shared(rect, { ...around, x: Math.min(around.x, placement.width - w - 2), w: around.w + w }) > 0;
  const words = crowd.words.filter(near);
  const boxes = crowd.boxes.filter(near);
  const price = ([x, y]: Point, packets: readonly Point[]): number => {
    const rect = { x, y, w, h: high };
    let cost = y < 0 || y + high > placement.height ? 200 : 0;
    for (const [px, py] of packets) if (py > y - 6 && py < y + high + 6 && px > x - 8 && px < x + w + 8) cost += 60;
    for (const other of words) cost += (shared(rect, other) > 0 ? 30 : 0) + shared(rect, other) / 4;
    for (const other of boxes) if (shared(rect, other) > 0) cost += 5;
    return cost;
  };
  let best: Stand = { beside: [off, -high / 2] };
  let least = Infinity;
  for (const dy of [-high / 2, -high / 2 - 14, 5, off, -off - high, 30, -48, 48, -66, 66, -84])
    for (const dx of [off, -off - w, -w / 2, 14 - w, -14]) {
      if (Math.abs(dy + high / 2) < off + 2 && dx < off && dx > -off - w) continue;
      const far = (Math.abs(dy + high / 2) + Math.abs(dx + w / 2) / 8) / 4;
      const corners = spots.map((spot) => corner(spot, [dx, dy], w, placement));
      const going = far + corners.reduce((sum, at, i) => sum + price(at, [spots[i]]), 0);
      if (going < least) [least, best] = [going, { beside: [dx, dy] }];
      if (spots.length > 1)
        for (const at of corners) {
          const standing = still + far + price(at, spots);
          if (standing < least) [least, best] = [standing, { at }];
        }
    }
  return best;
}

/** Kept on the picture. */
const corner = ([x, y]: Point, [dx, dy]: Point, w: number, placement: Placement): Point => [Math.max(2, Math.min(placement.width - w - 2, x + dx)), y + dy];

const shared = (a: Rect, b: Rect): number => Math.max(0, Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)) * Math.max(0, Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y));
