/**
 * Where everything of a scene stands. Pure: scene and width in, placement out.
 *
 * **Boxes.** A box is a leaf or, with children or slots, a frame; its `role` says how it is measured (roles.ts) and drawn. `flow` arranges the children:
 * - `row`: side by side. Too narrow: frames stack; leaves wrap, unless edges come into the row from outside, then their labels are shortened.
 * - `column`: one under the other; frames share one width.
 * - `grid`: equal cells; `slots` reserves cells, `slot` says which cell a child has, so that a pod that goes leaves a hole and nobody moves.
 * - `lanes`: each child is a row (role `lane`, or `now` for the present), and all rows share their columns. `aside` speaks in the gutter, `axis` draws time
 *   down the gutter, `guides` are dashed verticals after a column, named on top and at the foot. A child with `shelf` stands right of the columns, or below them.
 *
 * Pods and minis have a width of their own whatever they say, so a longer state moves nothing. A gap between siblings grows where edges run through it.
 *
 * **Cards, notches, tallies.** `lines` make a card of a leaf (a rule card: role `rule`); each line is a part with its own key and may be an edge's end.
 * `notches` are ports astride a frame's border (`:30000`), with keys of their own. `tally` is a bar under a leaf with its count.
 *
 * **Edges** end at any key: a box, a line of a card, a notch. `means` is the same in every picture: owns dotted, selects dashed, uses thin, traffic strong, wire a
 * cable whose two `ends` are named. Edges between a box and what it holds are not drawn: the nesting says it.
 *
 * **Packets** name edges and boxes in their legs, and packets.ts turns a time into a point on the placement's own lines.
 */
import { linksOf } from "./links";
import { isFrame, measure, type Sized } from "./measure";
import { hits, placeLabels, route, touch, type Ground } from "./route";
import type { Placement, Point, Rect, Ruler, Scene, Text } from "./scene";
import { textWidth } from "./text";

const margin = 6;
const legendLine = 22;

/** Lays a scene out for `width` px. */
export function layout(scene: Scene, width: number): Placement {
  const links = linksOf(scene.root, scene.edges, (label) => textWidth(label, "small"));
  const room = Math.max(200, width - 2 * margin);
  const sized = measure(scene.root, room, links, scene.root.flow === "lanes");
  const boxes = new Map<string, Rect>();
  const texts = new Map<string, readonly Text[]>();
  const rulers: Ruler[] = [];
  const frames: { key: string; rect: Rect }[] = [];
  const leaves: { key: string; rect: Rect }[] = [];
  const reach = { right: 0, bottom: 0 };

  const settle = (one: Sized, x: number, y: number): void => {
    const rect = { x, y, w: one.w, h: one.h };
    boxes.set(one.box.key, rect);
    const words = spread(one, rect).map((text) => ({ ...text, x: text.x + x, y: text.y + y }));
    texts.set(one.box.key, words);
    const bare = one.box.role === "group" || one.box.role === "lane" || one.box.role === "now";
    if (!bare) (isFrame(one.box) ? frames : leaves).push({ key: one.box.key, rect });
    reach.right = Math.max(reach.right, x + one.w);
    reach.bottom = Math.max(reach.bottom, y + one.h);
    for (const part of one.parts) {
      const moved = { x: part.rect.x + x, y: part.rect.y + y, w: part.rect.w, h: part.rect.h };
      boxes.set(part.key, moved);
      texts.set(part.key, part.texts.map((text) => ({ ...text, x: text.x + x, y: text.y + y })));
    }
    for (const ruler of one.rulers)
      rulers.push({
        ...ruler,
        points: ruler.points.map(([px, py]): Point => [px + x, py + y]),
        texts: ruler.texts.map((text) => ({ ...text, x: text.x + x, y: text.y + y })),
      });
    for (const kid of one.kids) settle(kid.sized, x + kid.x, y + kid.y);
  };
  settle(sized, Math.max(margin, Math.floor((width - sized.w) / 2)), margin + (scene.root.notches?.some(({ side }) => side === "top") === true ? 10 : 0));

  const frameKeys = new Set(frames.map(({ key }) => key));
  const words = [...texts]
    .filter(([key]) => frameKeys.has(key))
    .flatMap(([, list]) => list)
    .filter(({ as }) => as === "title" || as === "sub" || as === "badge")
    .map(extent);
  const ground: Ground = { boxes, links, words, leaves, frames, width: Math.max(width, reach.right + margin) };
  const lines = routed(scene.edges, ground);
  clearTitles(frames, texts, lines);
  const labels = placeLabels(scene.edges, lines, { ...ground, words: [...texts].filter(([key]) => frameKeys.has(key)).flatMap(([, list]) => list).map(extent) });
  for (const points of lines.values()) for (const [, y] of points) reach.bottom = Math.max(reach.bottom, y);
  for (const list of labels.values()) for (const text of list) reach.bottom = Math.max(reach.bottom, text.y + 4);

  const bottom = legend(scene, width, reach.bottom + 12, boxes, texts);
  return { width: Math.max(width, reach.right + margin), height: Math.ceil(bottom + margin), boxes, lines, texts, labels, rulers };
}

const remembered = new Map<string, ReadonlyMap<string, readonly Point[]>>();
const mostRemembered = 24;

/** Lines hang on where boxes stand and not on what they say: a pod that becomes ready routes nothing anew. */
function routed(edges: Scene["edges"], ground: Ground): ReadonlyMap<string, readonly Point[]> {
  if (edges.length === 0) return new Map();
  let signature = String(ground.width);
  for (const [key, { x, y, w, h }] of ground.boxes) signature += `|${key} ${x} ${y} ${w} ${h}`;
  for (const { x, y, w } of ground.words) signature += `|${x} ${y} ${w}`;
  for (const { key, from, to, means } of edges) signature += `|${key} ${from} ${to} ${means}`;
  const known = remembered.get(signature);
  if (known !== undefined) return known;
  const lines = route(edges, ground);
  if (remembered.size >= mostRemembered) remembered.delete(remembered.keys().next().value ?? "");
  remembered.set(signature, lines);
  return lines;
}

/** Where a text is drawn. */
export function extent(text: Text): Rect {
  const x = text.anchor === "start" ? text.x : text.anchor === "end" ? text.x - text.w : text.x - text.w / 2;
  return { x, y: text.y - 11, w: text.w, h: 14 };
}

/** A box that was made taller than it measured (to match its row) keeps its words in the middle. */
function spread(one: Sized, rect: Rect): readonly Text[] {
  if (isFrame(one.box) || one.texts.length === 0 || one.box.role === "strip") return one.texts;
  const body = one.texts.filter(({ as }) => as !== "tab" || one.box.role === "mini");
  const top = Math.min(...body.map(({ y, as }) => (as === "mark" ? y - 5 : y - 11)));
  const bottom = Math.max(...body.map(({ y, as }) => (as === "mark" ? y + 5 : y + 4)));
  const centred = one.parts.length > 0 || one.box.tally !== undefined ? 0 : (rect.h - (bottom - top)) / 2 - top;
  // Never up into the corner tab.
  const shift = one.box.tab !== undefined && one.box.role !== "mini" && one.box.sub !== undefined ? Math.max(0, centred) : centred;
  return Math.abs(shift) < 1.5 ? one.texts : one.texts.map((text) => (body.includes(text) ? { ...text, y: text.y + shift } : text));
}

/** A title that a line could not avoid moves to the other end of its frame. */
function clearTitles(frames: readonly { key: string; rect: Rect }[], texts: Map<string, readonly Text[]>, lines: ReadonlyMap<string, readonly Point[]>): void {
  const free = (rect: Rect): boolean => {
    for (const points of lines.values()) for (let i = 1; i < points.length; i++) if (hits(points[i - 1], points[i], rect, 3)) return false;
    return true;
  };
  for (const { key, rect } of frames) {
    const list = texts.get(key) ?? [];
    const title = list.find(({ as }) => as === "title");
    if (title === undefined || free(extent(title))) continue;
    const others = list.filter((text) => text !== title && text.as !== "mark").map(extent);
    for (let x = rect.x + rect.w - title.w - 10; x > rect.x + 8; x -= 12) {
      const moved: Text = { ...title, x, anchor: "start" };
      if (!free(extent(moved)) || others.some((other) => touch(other, extent(moved)))) continue;
      const by = x - title.x;
      texts.set(key, list.map((text) => (text === title ? moved : text.as === "mark" ? { ...text, x: text.x + by } : text)));
      break;
    }
  }
}

/** The legend flows under the picture, as many lines as it needs. */
function legend(scene: Scene, width: number, top: number, boxes: Map<string, Rect>, texts: Map<string, readonly Text[]>): number {
  const items = scene.legend ?? [];
  if (items.length === 0) return top - 12;
  const widths = items.map(({ text }) => 24 + 5 + textWidth(text, "small") + 16);
  const rows: number[][] = [[]];
  let used = 0;
  widths.forEach((w, i) => {
    if (used + w > width - 2 * margin && used > 0) {
      rows.push([]);
      used = 0;
    }
    (rows[rows.length - 1]).push(i);
    used += w;
  });
  rows.forEach((row, r) => {
    const total = row.reduce((sum, i) => sum + (widths[i]), 0) - 16;
    let x = Math.max(margin, (width - total) / 2);
    for (const i of row) {
      const key = `legend:${i}`;
      const y = top + r * legendLine;
      boxes.set(key, { x, y: y + 2, w: 24, h: 15 });
      const words = (items[i]).text;
      texts.set(key, [{ as: "legend", font: "small", text: words, x: x + 29, y: y + 13, w: textWidth(words, "small"), anchor: "start" }]);
      x += widths[i];
    }
  });
  return top + rows.length * legendLine;
}
