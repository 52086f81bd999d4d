import type { Ms } from "../cluster/model";
import type { Packet, Placement, Point, Rect } from "./scene";

/** Where a packet is at a moment. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  /** The edge or box that it is on, without the sign of its direction. */
  readonly on: string;
  readonly label: string | undefined;
  readonly dwelling: boolean;
}

/** The packet at virtual time `time`: a point of the placement's own lines, or in the box where it dwells. Undefined before, after and off the picture. */
export function packetAt(packet: Packet, time: Ms, placement: Placement): Spot | undefined {
  const leg = packet.legs.find(({ from, until }) => time >= from && time < until);
  if (leg === undefined) return undefined;
  const backwards = leg.on.startsWith("-");
  const on = backwards ? leg.on.slice(1) : leg.on;
  const label = leg.label ?? packet.label;
  const line = placement.lines.get(on);
  if (line !== undefined && line.length > 1) {
    const part = leg.until > leg.from ? (time - leg.from) / (leg.until - leg.from) : 1;
    const eased = part * part * (3 - 2 * part);
    const [x, y] = alongLine(line, backwards ? 1 - eased : eased);
    return { x, y, on, label, dwelling: false };
  }
  const box = placement.boxes.get(on);
  if (box === undefined) return undefined;
  const [x, y] = berth(box);
  return { x, y, on, label, dwelling: true };
}

/** In a box a packet waits at the lower edge, where it covers no word. */
export const berth = (box: Rect): Point => [box.x + box.w / 2, box.y + box.h - 1];

/** The point at `part` (0 to 1) of a polyline's length. */
export function alongLine(line: readonly Point[], part: number): Point {
  const lengths = line.slice(1).map((q, i) => Math.hypot(q[0] - (line[i])[0], q[1] - (line[i])[1]));
  let left = lengths.reduce((a, b) => a + b, 0) * Math.min(1, Math.max(0, part));
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i];
    const p = line[i];
    const q = line[i + 1];
    if (left <= length) return length === 0 ? p : [p[0] + ((q[0] - p[0]) * left) / length, p[1] + ((q[1] - p[1]) * left) / length];
    left -= length;
  }
  return line[line.length - 1];
}

/** Until when the packet is under way. */
export const packetEnd = (packet: Packet): Ms => Math.max(...packet.legs.map(({ until }) => until));
