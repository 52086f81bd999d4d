import { lookOf, type RoleLook } from "./roles";
import { fitText, fonts, textWidth } from "./text";
import type { Links } from "./links";
import type { Box, Point, Rect, Ruler, Text } from "./scene";

/** A box with its size, and what is in it relative to its own corner. */
export interface Sized {
  readonly box: Box;
  readonly w: number;
  readonly h: number;
  readonly texts: readonly Text[];
  readonly kids: readonly { readonly sized: Sized; readonly x: number; readonly y: number }[];
  /** Lines of a card and notches of a frame. */
  readonly parts: readonly { readonly key: string; readonly rect: Rect; readonly texts: readonly Text[] }[];
  readonly rulers: readonly Ruler[];
  /** How its name stands, where a mark stands with it. */
  readonly name?: NamePlace;
}

/** Whether the mark stands under the name, and how far down that begins. */
interface NamePlace {
  readonly under: boolean;
  readonly from: number;
}

const gap = 10;
const markWidth = 14;
const tabPad = 10;
const tallyHeight = 17;

export const isFrame = (box: Box): boolean => (box.children?.length ?? 0) > 0 || (box.slots ?? 0) > 0 || (box.flow !== undefined && box.role !== "pod");

const hasMark = (box: Box): boolean => box.tone === "ready" || box.tone === "pending" || box.tone === "leaving" || box.tone === "failed";

const tabWidth = (box: Box): number => (box.tab === undefined ? 0 : textWidth(box.tab, "tab") + tabPad);

const text = (as: string, font: Text["font"], words: string, x: number, y: number, room: number, anchor: Text["anchor"]): Text => {
  const fitted = fitText(words, font, room);
  return { as, font, text: fitted, x, y, w: textWidth(fitted, font), anchor };
};

/** The width that a box would like, and the least it can live with. */
export function wish(box: Box, links: Links): { readonly min: number; readonly natural: number } {
  const look = lookOf(box.role);
  if (box.role === "strip") return { min: 120, natural: 520 };
  if (!isFrame(box)) {
    if (look.cell !== undefined) return { min: look.minW, natural: look.cell };
    const mark = hasMark(box) ? markWidth : 0;
    const widths = [
      textWidth(box.title, look.title) + mark + (box.tab === undefined ? 0 : tabWidth(box) + 2),
      box.sub === undefined ? 0 : textWidth(box.sub, "mono"),
      box.badge === undefined ? 0 : textWidth(box.badge, "mono"),
      ...(box.lines ?? []).map((line) => textWidth(line.text, "mono") + (line.value === undefined ? 0 : textWidth(line.value, "mono") + 16)),
    ];
    const natural = Math.min(look.maxW, Math.max(look.minW, Math.max(...widths) + 2 * look.pad));
    return { min: Math.min(natural, Math.max(look.minW, box.lines === undefined ? 0 : 110)), natural };
  }
  const kids = box.children ?? [];
  const wishes = kids.map((kid) => wish(kid, links));
  const title = box.role === "group" ? 0 : Math.min(300, textWidth(box.title, look.title) + (hasMark(box) ? markWidth : 0) + (box.badge === undefined ? 0 : textWidth(box.badge, "mono") + 16) + tabWidth(box));
  const sum = (pick: (of: { min: number; natural: number }) => number): number =>
    wishes.reduce((total, of, i) => total + pick(of) + (i + 1 < wishes.length ? links.gap(box.key, i, "x") : 0), 0);
  let inner: { min: number; natural: number };
  switch (box.flow ?? "row") {
    case "column":
      inner = { min: Math.max(0, ...wishes.map(({ min }) => min)), natural: Math.max(0, ...wishes.map(({ natural }) => natural)) };
      break;
    case "grid": {
      const cell = Math.max(0, ...wishes.map(({ natural }) => natural));
      const count = slotCount(box);
      inner = { min: Math.max(0, ...wishes.map(({ min }) => min)), natural: kids.every(({ role }) => role === "dot") ? Math.min(count, 40) * 14 : Math.min(count, kids[0]?.role === "chip" ? 12 : 6) * (cell + gap) - gap };
      break;
    }
    case "lanes": {
      const { columns, gutter, shelf } = laneFacts(box);
      inner = { min: gutter + columns * 52, natural: gutter + columns * 126 + (shelf ? 130 : 0) };
      break;
    }
    default:
      inner = { min: kids.some((kid) => isFrame(kid)) ? Math.max(0, ...wishes.map(({ min }) => min)) : sum(({ min }) => min), natural: sum(({ natural }) => natural) };
      if (!kids.some((kid) => isFrame(kid)) && !links.carries(box.key)) inner = { ...inner, min: Math.max(0, ...wishes.map(({ min }) => min)) };
  }
  return {
    min: Math.max(look.minW, inner.min + 2 * look.pad),
    natural: Math.max(look.minW, inner.natural + 2 * look.pad, title + 2 * look.pad),
  };
}

const slotCount = (box: Box): number =>
  Math.max(box.slots ?? 0, box.children?.length ?? 0, ...(box.children ?? []).map((kid) => (kid.slot ?? -1) + 1));

/** The gutter has a width of its own, so that a longer time moves no column; on a phone it gives what it can to the columns. */
function laneFacts(box: Box, room = 1000): { columns: number; gutter: number; shelf: boolean } {
  const lanes = box.children ?? [];
  const columns = Math.max(1, box.slots ?? 0, ...lanes.map((lane) => slotCount({ ...lane, children: lane.children?.filter((kid) => kid.shelf !== true) })));
  const said = Math.max(0, ...lanes.map((lane) => (lane.aside === undefined ? 0 : textWidth(lane.aside, "small"))));
  const gutter = said === 0 && box.axis !== true ? 0 : Math.max(room < 420 ? 36 : 44, said) + (box.axis === true ? 24 : 10) - (room < 420 ? 6 : 0);
  return { columns, gutter, shelf: lanes.some((lane) => lane.children?.some((kid) => kid.shelf === true)) };
}

/** The size of a box in `room` px. With `fill` it takes all of it. */
export function measure(box: Box, room: number, links: Links, fill = false): Sized {
  return isFrame(box) ? measureFrame(box, room, links, fill) : measureLeaf(box, room, links, fill);
}

/** Boxes side by side: where one has its mark under its name, or begins lower for the tab's sake, all do. */
function measureRow(boxes: readonly Box[], room: (at: number) => number, links: Links): readonly Sized[] {
  const sized = boxes.map((box, at) => measure(box, room(at), links, true));
  const names = sized.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const name: NamePlace = { under: names.some(({ under }) => under), from: Math.max(...names.map(({ from }) => from)) };
  return sized.map((one, at) => (one.name === undefined || (one.name.under === name.under && one.name.from === name.from) ? one : measureLeaf(one.box, room(at), links, true, name)));
}

function measureLeaf(box: Box, room: number, links: Links, fill: boolean, asOthers: NamePlace = { under: false, from: 0 }): Sized {
  const usual = lookOf(box.role);
  const natural = wish(box, links).natural;
  const w = fill ? room : Math.min(room, natural);
  // On a phone a name is worth more than air.
  const look = w < 70 ? { ...usual, pad: Math.min(usual.pad, 4) } : usual;
  if (box.role === "strip") return measureStrip(box, Math.min(room, 4000));
  const texts: Text[] = [];
  const parts: Sized["parts"][number][] = [];
  const tab = tabWidth(box);
  const chip = box.role === "mini" || box.role === "chip";
  const mark = hasMark(box) ? markWidth : 0;
  const inner = w - 2 * look.pad;
  if (chip) {
    // Version on the left, filled; then the mark; then the state in words, as far as there is room.
    const h = look.minH;
    const rest = w - tab - 8;
    if (tab > 0) texts.push({ as: "tab", font: "tab", text: box.tab ?? "", x: tab / 2, y: h / 2 + 3.5, w: tab, anchor: "middle" });
    const words = fitText(box.title, "small", rest - mark - 2);
    // Of a name the end is better than nothing; a state that does not fit is told by its mark alone.
    const wide = words !== box.title && (words.length < 3 || box.ref === undefined) ? 0 : textWidth(words, "small");
    const start = tab + 4 + (rest - mark - wide) / 2;
    if (mark > 0) texts.push({ as: "mark", font: "small", text: box.tone, x: start, y: h / 2, w: 10, anchor: "start" });
    if (wide > 0) texts.push({ as: "title", font: "small", text: words, x: start + mark, y: h / 2 + 4, w: wide, anchor: "start" });
    return { box, w, h, texts, kids: [], parts, rulers: [] };
  }
  // Under a tab the words begin lower, so that they may use the whole width.
  const low = tab > 0 && box.sub !== undefined;
  let y = Math.max(low ? 13 : 7, asOthers.from);
  const titleRoom = inner - mark - (tab > 0 && !low ? tab - look.pad + 4 : 0);
  const titleLine = fonts[look.title].line;
  let name: NamePlace | undefined;
  if (box.title !== "" || mark > 0) {
    // Where the mark would cost letters of a name, it stands under it, in place of the state's word.
    const word = textWidth(box.sub ?? "", "small") + mark <= inner ? (box.sub ?? "") : "";
    const under = mark > 0 && box.sub !== undefined && (asOthers.under || textWidth(box.title, look.title) > titleRoom) && (word !== "" || inner < 70);
    if (under) {
      const words = fitText(box.title, look.title, inner);
      // A name that reaches under the tab begins below it.
      if (low && (w + textWidth(words, look.title)) / 2 > w - tab) y = 18;
      const from = y;
      texts.push({ as: "title", font: look.title, text: words, x: w / 2, y: y + titleLine - 5, w: textWidth(words, look.title), anchor: "middle" });
      const row = mark - 4 + (word === "" ? 0 : textWidth(word, "small") + 4);
      texts.push({ as: "mark", font: "small", text: box.tone, x: (w - row) / 2, y: y + titleLine + 7, w: 10, anchor: "start" });
      if (word !== "") texts.push({ as: "sub", font: "small", text: word, x: (w - row) / 2 + mark, y: y + titleLine + 11, w: textWidth(word, "small"), anchor: "start" });
      y += titleLine + fonts.mono.line;
      return { ...finishLeaf(box, look, w, y, texts, parts, tab), name: { under, from } };
    }
    const title = fitText(box.title, look.title, titleRoom);
    const wide = textWidth(title, look.title);
    const start = look.align === "middle" ? look.pad + Math.max(0, (titleRoom - wide) / 2) : look.pad;
    if (low && start + mark + wide > w - tab) y = 18;
    if (mark > 0) name = { under, from: y };
    if (mark > 0) texts.push({ as: "mark", font: "small", text: box.tone, x: start, y: y + titleLine / 2, w: 10, anchor: "start" });
    const centred = mark === 0 && look.align === "middle";
    if (title !== "") texts.push({ as: "title", font: look.title, text: title, x: centred ? look.pad + titleRoom / 2 : start + mark, y: y + titleLine - 5, w: wide, anchor: centred ? "middle" : "start" });
    y += titleLine;
  }
  const centre = look.align === "middle" ? w / 2 : look.pad;
  for (const [as, words] of [["sub", box.sub], ["badge", box.badge]] as const) {
    if (words === undefined || words === "") continue;
    texts.push(text(as, "mono", words, centre, y + fonts.mono.line - 4, inner, look.align === "middle" ? "middle" : "start"));
    y += fonts.mono.line;
  }
  for (const line of box.lines ?? []) {
    const value = line.value === undefined ? undefined : text("value", "mono", line.value, w - look.pad, y + 14, inner, "end");
    const words = text("line", "mono", line.text, look.pad, y + 14, inner - (value === undefined ? 0 : value.w + 10), "start");
    parts.push({ key: line.key, rect: { x: 4, y: y + 2, w: w - 8, h: 17 }, texts: value === undefined ? [words] : [words, value] });
    y += 19;
  }
  return { ...finishLeaf(box, look, w, y, texts, parts, tab), ...(name === undefined ? {} : { name }) };
}

function finishLeaf(box: Box, look: RoleLook, w: number, end: number, texts: Text[], parts: Sized["parts"], tab: number): Sized {
  let y = end;
  if (box.tally !== undefined) {
    texts.push(text("tally", "small", box.tally.text, w - look.pad, y + 13, w - 2 * look.pad, "end"));
    y += tallyHeight;
  }
  const h = Math.max(look.minH, y + 7);
  const content = y - 7;
  const shift = Math.max(0, (h - 14 - content) / 2);
  const moved = texts.map((one) => ({ ...one, y: one.y + shift }));
  if (tab > 0) moved.push({ as: "tab", font: "tab", text: box.tab ?? "", x: w - tab / 2, y: 11.5, w: tab, anchor: "middle" });
  return { box, w, h: box.role === "dot" ? 10 : h, texts: box.role === "dot" ? [] : moved, kids: [], parts, rulers: [] };
}

function measureStrip(box: Box, w: number): Sized {
  const badge = box.badge === undefined ? undefined : text("badge", "small", box.badge, w, 11, w * 0.7, "end");
  const texts = [text("title", "small", box.title, 0, 11, w - (badge === undefined ? 0 : badge.w + 10), "start")];
  if (badge !== undefined) texts.push(badge);
  return { box, w, h: 18 + Math.max(26, (box.children?.length ?? 0) * 22), texts, kids: [], parts: [], rulers: [] };
}

/** The band on top of a frame: title on the left, badge on the right, and the sub under them. */
function head(box: Box, look: RoleLook, w: number): { texts: Text[]; h: number } {
  if (box.role === "group" || box.role === "lane" || box.role === "now" || box.role === "shelf") return { texts: [], h: 0 };
  const texts: Text[] = [];
  const inner = w - 2 * look.pad;
  const tab = tabWidth(box);
  const mark = hasMark(box) ? markWidth : 0;
  let h = 8;
  const badgeWidth = box.badge === undefined ? 0 : textWidth(box.badge, "mono");
  const titleWidth = textWidth(box.title, look.title) + mark;
  const beside = badgeWidth > 0 && titleWidth + badgeWidth + 14 + tab <= inner;
  if (mark > 0) texts.push({ as: "mark", font: "small", text: box.tone, x: look.pad, y: h + 7, w: 10, anchor: "start" });
  if (box.title !== "") texts.push(text("title", look.title, box.title, look.pad + mark, h + 11, inner - mark - tab - (beside ? badgeWidth + 14 : 0), "start"));
  if (beside) texts.push(text("badge", "mono", box.badge ?? "", w - look.pad - (tab > 0 ? tab - look.pad + 6 : 0), h + 11, badgeWidth + 1, "end"));
  if (box.title !== "" || beside) h += 20;
  for (const [as, words] of [["sub", box.sub], ["badge", beside ? undefined : box.badge]] as const) {
    if (words === undefined || words === "") continue;
    texts.push(text(as, "mono", words, look.pad, h + 8, inner, "start"));
    h += 15;
  }
  if (tab > 0) texts.push({ as: "tab", font: "tab", text: box.tab ?? "", x: w - tab / 2, y: 11.5, w: tab, anchor: "middle" });
  return { texts, h };
}

function measureFrame(box: Box, room: number, links: Links, fill: boolean): Sized {
  const look = lookOf(box.role);
  const wanted = wish(box, links);
  const most = fill ? room : Math.min(room, Math.max(wanted.natural, wanted.min));
  const inner = Math.max(40, most - 2 * look.pad);
  const content = flowInto(box, inner, links);
  const bare = box.role === "group" || box.role === "lane" || box.role === "now" || box.role === "shelf";
  const w = fill || bare ? Math.max(most, content.w + 2 * look.pad) : Math.max(look.minW, most, content.w + 2 * look.pad);
  const top = head(box, look, w);
  const h = Math.max(look.minH, top.h + (top.h > 0 ? 4 : look.pad) + content.h + look.pad);
  const shift = Math.max(0, (w - 2 * look.pad - content.w) / 2) + look.pad;
  const down = top.h + (top.h > 0 ? 4 : look.pad);
  const move = ([x, y]: Point): Point => [x + shift, y + down];
  const notched = notches(box, w, h, top.texts);
  return {
    box,
    w,
    h,
    texts: clearOfNotches(top.texts, notched),
    kids: content.kids.map(({ sized, x, y }) => ({ sized, x: x + shift, y: y + down })),
    parts: notched,
    rulers: content.rulers.map((ruler) => ({ ...ruler, points: ruler.points.map(move), texts: ruler.texts.map((one) => ({ ...one, x: one.x + shift, y: one.y + down })) })),
  };
}

/** A port at the left border beside the title pushes it to the right. */
function clearOfNotches(texts: readonly Text[], ports: Sized["parts"]): readonly Text[] {
  const title = texts.find(({ as }) => as === "title");
  if (title === undefined) return texts;
  const right = Math.max(0, ...ports.filter(({ rect }) => rect.x < 0 && rect.y < title.y && rect.y + rect.h > title.y - 11).map(({ rect }) => rect.x + rect.w + 6));
  return right <= title.x ? texts : texts.map((one) => (one.as === "title" || one.as === "mark" ? { ...one, x: one.x + right - title.x } : one));
}

/** Ports stand astride the border, beside the title. */
function notches(box: Box, w: number, h: number, titles: readonly Text[]): Sized["parts"][number][] {
  const all = box.notches ?? [];
  return all.map((notch) => {
    const same = all.filter(({ side }) => side === notch.side);
    const at = (same.indexOf(notch) + 1) / (same.length + 1);
    const width = textWidth(notch.title, "mono") + 14;
    const height = 20;
    let x = (notch.at ?? w * at) - width / 2;
    let y = (notch.at ?? h * at) - height / 2;
    if (notch.side === "top" || notch.side === "bottom") {
      y = notch.side === "top" ? -height / 2 : h - height / 2;
      if (notch.side === "top") {
        const title = titles.find(({ as }) => as === "title");
        if (title !== undefined && x < title.x + title.w + 8) x = Math.min(w - width - 8, title.x + title.w + 8);
      }
    } else x = notch.side === "left" ? -width / 2 : w - width / 2;
    return {
      key: notch.key,
      rect: { x, y, w: width, h: height },
      texts: [text("title", "mono", notch.title, x + width / 2, y + 14, width, "middle")],
    };
  });
}

interface Content {
  readonly w: number;
  readonly h: number;
  readonly kids: Sized["kids"];
  readonly rulers: readonly Ruler[];
}

function flowInto(box: Box, room: number, links: Links): Content {
  switch (box.flow ?? "row") {
    case "column":
      return column(box, box.children ?? [], room, links);
    case "grid":
      return grid(box, room, links);
    case "lanes":
      return lanes(box, room, links);
    default:
      return row(box, room, links);
  }
}

function column(box: Box, children: readonly Box[], room: number, links: Links): Content {
  let y = 0;
  const loose = children.map((kid) => measure(kid, room, links, kid.role === "strip" || kid.flow === "lanes"));
  const span = box.role === "group" ? Math.max(0, ...loose.filter(({ box: of }) => of.bar !== true).map((one) => one.w)) : room;
  const sized = loose.map((one) => (one.box.bar === true && one.w < span ? measure(one.box, span, links, true) : one));
  // Frames in a column share one width, so that their borders line up.
  const frameWidth = Math.max(0, ...sized.filter((one) => isFrame(one.box) && one.box.role !== "group").map(({ w }) => w));
  const even = sized.map((one) => (isFrame(one.box) && one.box.role !== "group" && one.w < frameWidth ? measure(one.box, frameWidth, links, true) : one));
  const w = Math.max(0, ...even.map((one) => one.w));
  const kids = even.map((one, i) => {
    const at = { sized: one, x: (w - one.w) / 2, y };
    y += one.h + (i + 1 < even.length ? links.gap(box.key, i, "y") : 0);
    return at;
  });
  return { w, h: y, kids, rulers: [] };
}

function row(box: Box, room: number, links: Links): Content {
  const children = box.children ?? [];
  const n = children.length;
  if (n === 0) return { w: 0, h: 0, kids: [], rulers: [] };
  const wishes = children.map((kid) => wish(kid, links));
  const gaps = children.map((_, i) => (i + 1 < n ? links.gap(box.key, i, "x") : 0));
  const allGaps = gaps.reduce((a, b) => a + b, 0);
  const natural = wishes.reduce((total, { natural: of }) => total + of, 0) + allGaps;
  const least = wishes.reduce((total, { min }) => total + min, 0) + allGaps;
  const frames = children.some((kid) => isFrame(kid));
  if (least > room || (natural > room && !frames && !links.carries(box.key) && n > 1)) {
    // Too narrow: frames stand one under the other, free leaves wrap; a row that edges end in only ever shrinks.
    if (frames) return column(box, children, room, links);
    if (!links.carries(box.key)) return grid({ ...box, slots: 0 }, room, links);
  }
  let widths = wishes.map(({ natural: of }) => of);
  if (natural > room) {
    const slack = Math.max(0, room - least);
    const want = natural - least;
    widths = wishes.map(({ min, natural: of }) => Math.max(30, min + (want > 0 ? (slack * (of - min)) / want : 0)));
    const over = widths.reduce((a, b) => a + b, 0) + allGaps - room;
    if (over > 0) widths = widths.map((w) => Math.max(26, w - over / n));
  }
  const sized = measureRow(children, (at) => Math.floor(widths[at]), links);
  const h = Math.max(...sized.map((one) => one.h));
  let x = 0;
  const kids = sized.map((one, i) => {
    const tall = isFrame(one.box) && one.box.role !== "group" ? { ...one, h, kids: lowered(one, h - one.h) } : one;
    const at = { sized: tall, x, y: isFrame(one.box) ? 0 : (h - one.h) / 2 };
    x += one.w + (gaps[i]);
    return at;
  });
  return { w: x, h, kids, rulers: [] };
}

/** What stands at the foot goes down with it. */
function lowered({ kids }: Sized, by: number): Sized["kids"] {
  const first = kids.findIndex(({ sized }) => sized.box.foot === true);
  return first < 0 || by <= 0 ? kids : kids.map((kid, i) => (i < first ? kid : { ...kid, y: kid.y + by }));
}

function grid(box: Box, room: number, links: Links): Content {
  const children = box.children ?? [];
  const count = slotCount(box);
  const dots = children.length > 0 && children.every((kid) => kid.role === "dot");
  const between = dots ? 4 : gap;
  const wishes = children.map((kid) => wish(kid, links));
  // An empty shelf is as high as a full one.
  const widest = Math.max(dots ? 10 : box.role === "shelf" ? 92 : 44, ...wishes.map(({ natural }) => natural));
  const least = Math.max(dots ? 10 : 44, ...wishes.map(({ min }) => min));
  let columns = Math.max(1, Math.min(count, Math.floor((room + between) / (widest + between))));
  // A second row is worth less than slightly shorter labels.
  if (columns < count && count <= 4 && box.role !== "shelf" && (room + between) / count - between >= least) columns = count;
  const cell = Math.min(widest, Math.floor((room + between) / columns - between));
  const sized = measureRow(children, () => cell, links);
  const rows = Math.ceil(count / columns);
  const heights: number[] = Array.from({ length: rows }, () => (dots ? 10 : 26));
  const slots = children.map((kid, i) => kid.slot ?? i);
  sized.forEach((one, i) => {
    const r = Math.floor((slots[i]) / columns);
    heights[r] = Math.max(heights[r] ?? 0, one.h);
  });
  const tops = heights.map((_, r) => heights.slice(0, r).reduce((a, b) => a + b + between, 0));
  const kids = sized.map((one, i) => {
    const slot = slots[i];
    return { sized: { ...one, h: isFrame(one.box) ? (heights[Math.floor(slot / columns)]) : one.h }, x: (slot % columns) * (cell + between), y: tops[Math.floor(slot / columns)] };
  });
  return { w: columns * (cell + between) - between, h: heights.reduce((a, b) => a + b + between, 0) - between, kids, rulers: [] };
}

function lanes(box: Box, room: number, links: Links): Content {
  const { columns, gutter, shelf } = laneFacts(box, room);
  const laneGap = 7;
  const children = box.children ?? [];
  const shelfWidth = 118;
  const beside = shelf && (room - gutter - shelfWidth - 20) / columns - gap >= 66;
  const space = room - gutter - (beside ? shelfWidth + 20 : 0);
  const cell = Math.max(40, Math.min(126, Math.floor(space / columns - gap)));
  const w = gutter + columns * (cell + gap) - gap + (beside ? shelfWidth + 20 : 0);
  const guides = box.guides ?? [];
  let y = guides.length > 0 || beside ? 20 : 0;
  const kids: { sized: Sized; x: number; y: number }[] = [];
  const asides: Text[] = [];
  let axisFrom: number | undefined;
  let axisTo = 0;
  const crossed: { readonly from: number; readonly to: number }[] = [];
  const dots: Point[] = [];
  for (const lane of children) {
    const inside = (lane.children ?? []).filter((kid) => kid.shelf !== true);
    const aside = lane.children?.find((kid) => kid.shelf === true);
    const sized = measureRow(inside, () => cell, links);
    let h = Math.max(lookOf(lane.role).minH, ...sized.map((one) => one.h));
    const inner: { sized: Sized; x: number; y: number }[] = [];
    let shelfDown = 0;
    if (aside !== undefined) {
      const one = measure(aside, beside ? shelfWidth : w - gutter, links, true);
      if (beside) {
        h = Math.max(h, one.h);
        inner.push({ sized: { ...one, h }, x: w - shelfWidth, y: 0 });
        asides.push({ ...text("shelf", "small", aside.title, w - shelfWidth / 2, guides.length > 0 ? y - 10 : y - 4, shelfWidth, "middle") });
      } else {
        shelfDown = one.h + 8;
        crossed.push({ from: y + h + 2, to: y + h + shelfDown + 6 });
        inner.push({ sized: one, x: gutter, y: h + 8 });
        asides.push(text("shelf", "small", aside.title, gutter - 10, y + h + 8 + one.h / 2 + 4, gutter - 8, "end"));
      }
    }
    sized.forEach((one, i) => inner.push({ sized: { ...one, h: Math.max(one.h, lane.role === "now" && one.box.role !== "more" ? h : 0) }, x: gutter + (inside[i]?.slot ?? i) * (cell + gap), y: 0 }));
    const middle = y + h / 2;
    if (lane.aside !== undefined) asides.push(text("aside", "small", lane.aside, gutter - (box.axis === true ? 22 : 10), middle + 4, gutter, "end"));
    if (box.axis === true && lane.role === "lane") {
      axisFrom ??= middle;
      axisTo = middle;
      dots.push([gutter - 12, middle]);
    }
    kids.push({ sized: { box: lane, w, h: h + shelfDown, texts: [], kids: inner, parts: [], rulers: [] }, x: 0, y });
    y += h + shelfDown + (lane.role === "now" ? 16 : laneGap);
  }
  y -= laneGap;
  const rulers: Ruler[] = [{ key: `${box.key}/asides`, as: "row", points: [], texts: asides }];
  if (axisFrom !== undefined)
    rulers.push({ key: `${box.key}/axis`, as: "axis", points: [[gutter - 12, axisFrom], ...dots.slice(1), [gutter - 12, axisTo + 24]], texts: [] });
  // Each guide ends one line lower than the one on its left, so that its name stands to its left and no line runs through it.
  const named = guides.some(({ long }) => long !== "");
  const pitch = cell + gap;
  guides.forEach((guide, i) => {
    const x = gutter + guide.after * pitch - gap / 2;
    const foot = y + 8 + (named ? i * 17 : 0);
    // Too narrow for names: a number.
    const crowded = !beside || guides.some((other) => other !== guide && Math.abs(other.after - guide.after) * pitch < (textWidth(other.short, "small") + textWidth(guide.short, "small")) / 2 + 8);
    const said = crowded && i > 0 && i < guides.length - 1 ? String(guide.after) : guide.short;
    const short = textWidth(said, "small");
    const texts: Text[] = [
      { as: "guide", font: "small", text: said, x: Math.min(x, Math.max(w, x) - (beside ? 0 : short / 2 - 4)), y: 10, w: short, anchor: "middle" },
      ...(guide.long === "" ? [] : [text("guide", "small", guide.long, x - 6, foot + 12, x - 8, "end")]),
    ];
    // A guide is broken where the shelf lies below the lane: what stands there doesn't count.
    let from = 15;
    const stretches: (readonly [number, number])[] = [];
    for (const gapIn of crossed) {
      stretches.push([from, gapIn.from]);
      from = gapIn.to;
    }
    stretches.push([from, foot + (named ? 13 : 2)]);
    stretches.forEach(([top, bottom], k) => rulers.push({ key: k === 0 ? guide.key : `${guide.key}/${k}`, as: "guide", points: [[x, top], [x, bottom]], texts: k === 0 ? texts : [] }));
  });
  const footer = guides.length === 0 ? 0 : named ? 8 + guides.length * 17 : 12;
  return { w, h: y + footer, kids, rulers };
}
