import type { Ms } from "../cluster/model";
import { isFrame } from "./measure";
import { extent } from "./layout";
import { labelCorner, type Crowd } from "./packet-label";
import { packetAt } from "./packets";
import { refText } from "./ref-text";
import { textWidth } from "./text";
import type { Box, Edge, Line, Notch, Placement, Point, Rect, Scene, Text, Tone } from "./scene";

/**
 * A drawing as data: what the renderer keeps in the page, and what an export writes to a file. Groups are found again by `key`;
 * classes carry every colour, so nothing here knows the theme.
 */
export interface Shape {
  readonly key: string;
  readonly tag: "g" | "rect" | "path" | "text" | "circle";
  readonly class?: string;
  readonly attrs?: Readonly<Record<string, string | number>>;
  /** Where a group stands; the renderer glides to it. */
  readonly at?: Point;
  readonly text?: string;
  readonly children?: readonly Shape[];
  /** Fades in and out. */
  readonly fades?: boolean;
}

export interface DrawOptions {
  readonly time: Ms;
  /** Packets become a numbered path. */
  readonly still: boolean;
}

const round = (n: number): number => Math.round(n * 10) / 10;

/** Draws a scene where the layout put it, at a moment. Layers: frames, rulers, edges, parts, labels, packets. */
export function draw(scene: Scene, placement: Placement, options: DrawOptions): Shape[] {
  const frames: Shape[] = [];
  const parts: Shape[] = [];
  const walk = (box: Box, dim: boolean): void => {
    const rect = placement.boxes.get(box.key);
    if (rect === undefined) return;
    const faint = dim || box.dim === true;
    const frame = isFrame(box) || box.role === "lane" || box.role === "now";
    if (box.role !== "group" && (box.role !== "lane" || box.moment !== undefined) && box.role !== "now") (frame ? frames : parts).push(part(box, rect, placement, faint));
    for (const line of box.lines ?? []) parts.push(cardLine(line, placement, faint));
    for (const notch of box.notches ?? []) parts.push(notchPart(notch, placement));
    for (const child of box.children ?? []) walk(child, faint);
  };
  walk(scene.root, false);

  const rulers = placement.rulers.map((ruler): Shape => {
    const children: Shape[] = ruler.texts.map((text, i) => textShape(`t${i}`, text, 0, 0));
    if (ruler.points.length > 1) {
      children.unshift({ key: "line", tag: "path", attrs: { d: straight(ruler.points) } });
      if (ruler.as === "axis") {
        const [x, y] = ruler.points[ruler.points.length - 1];
        children.push({ key: "head", tag: "path", class: "k8s-sim-axis-head", attrs: { d: `M${x - 4.5} ${y - 7}L${x} ${y}L${x + 4.5} ${y - 7}` } });
        ruler.points.slice(0, -1).forEach(([px, py], i) => children.push({ key: `dot${i}`, tag: "circle", class: "k8s-sim-axis-dot", attrs: { cx: px, cy: py, r: 3 } }));
      }
    }
    return { key: ruler.key, tag: "g", class: `k8s-sim-ruler is-${ruler.as}`, children };
  });

  const edges = scene.edges.flatMap((edge) => edgeShape(edge, placement));
  const labels = scene.edges.flatMap((edge) => {
    const texts = placement.labels.get(edge.key);
    if (texts === undefined) return [];
    return [{ key: edge.key, tag: "g", class: `k8s-sim-edge-label${edge.dim === true ? " is-dim" : ""}${edge.lit === true ? " is-lit" : ""}`, fades: true, children: texts.map((text, i) => textShape(`t${i}`, text, 0, 0)) } satisfies Shape];
  });
  const legend: Shape[] = (scene.legend ?? []).flatMap((item, i) => {
    const rect = placement.boxes.get(`legend:${i}`);
    if (rect === undefined) return [];
    const children: Shape[] = [...outline({ tone: item.tone, role: "mini", version: item.version, title: "" }, { ...rect, x: 0, y: 0 }, 3)];
    if (item.tab !== undefined) children.push({ key: "tab", tag: "path", class: "k8s-sim-tab", attrs: { d: roundRect(0, 0, rect.w, rect.h, 3) } }, { key: "tabtext", tag: "text", class: "k8s-sim-text is-tab font-tab", text: item.tab, attrs: { x: rect.w / 2, y: 11, "text-anchor": "middle" } });
    else if (item.tone !== "none") children.push(mark(item.tone, rect.w / 2 - 5, rect.h / 2));
    for (const [k, text] of (placement.texts.get(`legend:${i}`) ?? []).entries()) children.push(textShape(`t${k}`, text, rect.x, rect.y));
    return [{ key: `legend:${i}`, tag: "g", class: `k8s-sim-legend tone-${item.tone}${item.version === undefined ? "" : ` v${item.version}`}`, at: [rect.x, rect.y], children } satisfies Shape];
  });

  return [
    { key: "frames", tag: "g", class: "k8s-sim-layer-frames", children: frames },
    { key: "rulers", tag: "g", class: "k8s-sim-layer-rulers", attrs: { "aria-hidden": "true" }, children: rulers },
    { key: "edges", tag: "g", class: "k8s-sim-layer-edges", attrs: { "aria-hidden": "true" }, children: edges },
    { key: "parts", tag: "g", class: "k8s-sim-layer-parts", children: parts },
    { key: "labels", tag: "g", class: "k8s-sim-layer-labels", attrs: { "aria-hidden": "true" }, children: labels },
    { key: "legend", tag: "g", class: "k8s-sim-layer-legend", children: legend },
    { key: "packets", tag: "g", class: "k8s-sim-layer-packets", attrs: { "aria-hidden": "true" }, children: options.still ? stillPackets(scene, placement, options.time) : packets(scene, placement, options.time) },
  ];
}

/** What the state of a box is called in `data-status`. */
const statusOf = (tone: Tone): string => (tone === "none" ? "" : tone);

function part(box: Box, rect: Rect, placement: Placement, dim: boolean): Shape {
  const radius = box.role === "mini" || box.role === "chip" || box.role === "place" || box.role === "port" ? 5 : isFrame(box) ? 9 : 7;
  const children: Shape[] = [];
  if (box.role === "strip") children.push(...strip(box, rect));
  else if (box.role === "dot") children.push({ key: "outline", tag: "circle", class: "k8s-sim-outline", attrs: { cx: 5, cy: 5, r: 4 } });
  else if (box.role !== "words" && box.role !== "more") children.push(...outline(box, { x: 0, y: 0, w: rect.w, h: rect.h }, radius));
  if (box.role === "gauge" && box.level !== undefined) children.push({ key: "fill", tag: "path", class: "k8s-sim-gauge", attrs: { d: roundRect(2, rect.h - 6, Math.max(2, (rect.w - 4) * Math.min(1, box.level)), 4, 2) } });
  if (box.progress !== undefined) {
    const tab = box.role === "mini" ? (placement.texts.get(box.key)?.find(({ as }) => as === "tab")?.w ?? 0) : 0;
    const width = rect.w - 12 - tab;
    const y = rect.h - (tab > 0 ? 5 : 7);
    children.push(
      { key: "track", tag: "path", class: "k8s-sim-track", attrs: { d: roundRect(6 + tab, y, width, 3, 1.5) } },
      { key: "progress", tag: "path", class: "k8s-sim-progress", attrs: { d: roundRect(6 + tab, y, Math.max(1, width * Math.min(1, Math.max(0, box.progress))), 3, 1.5) } },
    );
  }
  if (box.tally !== undefined) {
    const { share, expected } = box.tally;
    const room = rect.w - 20 - textWidth(box.tally.text, "small");
    const y = rect.h - 13;
    children.push({ key: "tallytrack", tag: "path", class: "k8s-sim-track", attrs: { d: roundRect(8, y, room, 5, 2.5) } });
    if (share > 0) children.push({ key: "tally", tag: "path", class: "k8s-sim-tally", attrs: { d: roundRect(8, y, Math.max(2, room * Math.min(1, share)), 5, 2.5) } });
    if (expected !== undefined) children.push({ key: "expected", tag: "path", class: "k8s-sim-expected", attrs: { d: `M${round(8 + room * expected)} ${y - 3}v11` } });
  }
  for (const [i, text] of (placement.texts.get(box.key) ?? []).entries()) {
    if (text.as === "tab") children.push(...tabShape(box, text, rect));
    else if (text.as === "mark") children.push(mark(box.tone, text.x - rect.x, text.y - rect.y));
    else children.push(textShape(`${text.as}${i}`, text, rect.x, rect.y));
  }
  return {
    key: box.key,
    tag: "g",
    class: classes(box, dim),
    at: [round(rect.x), round(rect.y)],
    fades: true,
    attrs: buttonAttrs(box, placement, { "data-w": Math.round(rect.w), "data-h": Math.round(rect.h), "data-tip": box.tip ?? box.label ?? [box.title, box.sub].filter(Boolean).join(", ") }),
    children,
  };
}

function classes(box: Pick<Box, "role" | "tone" | "version" | "lit"> & Partial<Box>, dim: boolean): string {
  return `k8s-sim-part is-${box.role} tone-${box.tone}${box.version === undefined ? "" : ` v${box.version}`}${box.lit === true ? " is-lit" : ""}${dim ? " is-dim" : ""}${(box.children?.length ?? 0) > 0 || box.slots !== undefined ? " is-frame" : ""}${box.moment === undefined ? "" : " is-moment"}`;
}

function buttonAttrs(box: Pick<Box, "key" | "ref" | "tone" | "label" | "title" | "sub"> & Partial<Box>, placement: Placement, more: Record<string, string | number> = {}): Record<string, string | number> {
  const attrs: Record<string, string | number> = { ...more, "data-key": box.key };
  if (box.ref !== undefined || box.moment !== undefined) {
    attrs["role"] = "button";
    // Who speaks to the machine says what is written there: the name holds it, as it is written.
    const written = (placement.texts.get(box.key) ?? []).filter(({ as }) => as !== "mark").map(({ text }) => text).join(" ");
    const name = box.label ?? [box.title, box.sub, statusOf(box.tone)].filter((word) => word !== undefined && word !== "").join(", ");
    attrs["aria-label"] = holding(name, written);
  }
  if (box.ref !== undefined) {
    attrs["data-ref"] = refText(box.ref);
    attrs["data-status"] = statusOf(box.tone);
  }
  if (box.moment !== undefined) attrs["data-moment"] = Math.round(box.moment);
  return attrs;
}

const held = new Map<string, string>();

/** The name, with what is written in front of it where it doesn't hold that already. Asked for every part in every frame, so it remembers. */
function holding(name: string, written: string): string {
  if (name.includes(written)) return name;
  const key = `${name}\n${written}`;
  let found = held.get(key);
  if (found === undefined) {
    found = bare(name).includes(bare(written)) ? name : `${written}, ${name}`;
    if (held.size > 2000) held.clear();
    held.set(key, found);
  }
  return found;
}

const bare = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}\s]/gu, "").replace(/\s+/g, " ").trim();

function cardLine(line: Line, placement: Placement, dim: boolean): Shape {
  const rect = placement.boxes.get(line.key) ?? { x: 0, y: 0, w: 0, h: 0 };
  const children: Shape[] = [{ key: "outline", tag: "path", class: "k8s-sim-line", attrs: { d: roundRect(0, 0, rect.w, rect.h, 4) } }];
  for (const [i, text] of (placement.texts.get(line.key) ?? []).entries()) children.push(textShape(`t${i}`, text, rect.x, rect.y));
  return {
    key: line.key,
    tag: "g",
    class: `k8s-sim-part is-line tone-${line.tone}${line.lit === true ? " is-lit" : ""}${dim ? " is-dim" : ""}`,
    at: [rect.x, rect.y],
    fades: true,
    attrs: buttonAttrs({ key: line.key, tone: line.tone, title: line.text, sub: line.value, ...(line.ref === undefined ? {} : { ref: line.ref }) }, placement),
    children,
  };
}

function notchPart(notch: Notch, placement: Placement): Shape {
  const rect = placement.boxes.get(notch.key) ?? { x: 0, y: 0, w: 0, h: 0 };
  const children: Shape[] = [{ key: "outline", tag: "path", class: "k8s-sim-outline", attrs: { d: roundRect(0, 0, rect.w, rect.h, 4) } }];
  for (const [i, text] of (placement.texts.get(notch.key) ?? []).entries()) children.push(textShape(`t${i}`, text, rect.x, rect.y));
  return {
    key: notch.key,
    tag: "g",
    class: `k8s-sim-part is-notch tone-${notch.tone}`,
    at: [rect.x, rect.y],
    fades: true,
    attrs: buttonAttrs({ key: notch.key, tone: notch.tone, title: notch.title, ...(notch.label === undefined ? {} : { label: notch.label }), ...(notch.ref === undefined ? {} : { ref: notch.ref }) }, placement),
    children,
  };
}

/** The outline tells the state: solid ready, dashed and hatched pending, dotted leaving, doubled failed. */
function outline(box: Pick<Box, "tone" | "role" | "title"> & { readonly version?: number | undefined }, rect: Rect, radius: number): Shape[] {
  const shapes: Shape[] = [{ key: "outline", tag: "path", class: "k8s-sim-outline", attrs: { d: roundRect(rect.x, rect.y, rect.w, rect.h, radius) } }];
  if (box.tone === "pending") shapes.push({ key: "hatch", tag: "path", class: "k8s-sim-hatch", attrs: { d: hatch(rect) } });
  if (box.tone === "failed") shapes.push({ key: "double", tag: "path", class: "k8s-sim-double", attrs: { d: roundRect(rect.x + 3, rect.y + 3, rect.w - 6, rect.h - 6, Math.max(1, radius - 3)) } });
  return shapes;
}

/** The version's corner: filled, with its text. A chip has it along its whole left side. */
function tabShape(box: Box, text: Text, rect: Rect): Shape[] {
  const x = text.x - rect.x;
  const words: Shape = { key: "tabtext", tag: "text", class: "k8s-sim-text is-tab font-tab", text: text.text, attrs: { x: round(x), y: round(text.y - rect.y), "text-anchor": "middle" } };
  const d =
    box.role === "mini"
      ? `M5 0H${text.w}V${round(rect.h)}H5A5 5 0 0 1 0 ${round(rect.h) - 5}V5A5 5 0 0 1 5 0Z`
      : `M${round(rect.w - text.w)} 0H${round(rect.w - 7)}A7 7 0 0 1 ${round(rect.w)} 7V16H${round(rect.w - text.w + 5)}A5 5 0 0 1 ${round(rect.w - text.w)} 11Z`;
  return [{ key: "tab", tag: "path", class: "k8s-sim-tab", attrs: { d } }, words];
}

/** A sign beside the state's word, for eyes that don't tell colours apart. 10 px, `y` is its middle. */
function mark(tone: Tone, x: number, y: number): Shape {
  const left = round(x);
  const top = round(y - 5);
  const d: Readonly<Record<Tone, string>> = {
    ready: `M${left + 1.2} ${top + 5.4}l2.7 2.8 5-6.2`,
    pending: `M${left + 5} ${top + 0.8}a4.2 4.2 0 1 1-.01 0M${left + 5} ${top + 2.6}v2.6l1.9 1.3`,
    leaving: `M${left + 1} ${top + 5}h7M${left + 5.4} ${top + 2.2}l2.8 2.8-2.8 2.8`,
    failed: `M${left + 1.6} ${top + 1.6}l6.8 6.8M${left + 8.4} ${top + 1.6}l-6.8 6.8`,
    none: "",
    off: "",
  };
  return { key: "mark", tag: "path", class: "k8s-sim-mark", attrs: { d: d[tone] } };
}

function textShape(key: string, text: Text, x: number, y: number): Shape {
  return {
    key,
    tag: "text",
    class: `k8s-sim-text is-${text.as} font-${text.font}`,
    text: text.text,
    attrs: { x: round(text.x - x), y: round(text.y - y), ...(text.anchor === "start" ? {} : { "text-anchor": text.anchor }) },
  };
}

const versionClass = (version: number | undefined): string => (version === undefined ? "" : ` v${version}`);

function strip(box: Box, rect: Rect): Shape[] {
  const top = 17;
  const h = rect.h - top;
  const rows = box.spans === undefined ? 1 : 1;
  const shapes: Shape[] = [{ key: "ground", tag: "path", class: "k8s-sim-strip", attrs: { d: roundRect(0, top, rect.w, h * rows, 4) } }];
  for (const span of box.spans ?? []) {
    const x = 2 + span.from * (rect.w - 4);
    const w = Math.max(2, (span.to - span.from) * (rect.w - 4));
    shapes.push({ key: span.key, tag: "path", class: `k8s-sim-span tone-${span.tone}`, attrs: { d: roundRect(x, top + 3, w, h - 6, 3) } });
    if (span.text !== undefined && textWidth(span.text, "small") + 8 < w) shapes.push({ key: `${span.key}/text`, tag: "text", class: "k8s-sim-text is-sub font-small", text: span.text, attrs: { x: round(x + 5), y: round(top + h / 2 + 4) } });
  }
  // All answered ticks of a version are one path: hundreds of them cost as much as one.
  const paths = new Map<string, string>();
  for (const tick of box.ticks ?? []) {
    const x = round(4 + tick.x * (rect.w - 8));
    if (tick.ok) paths.set(`ok${versionClass(tick.version)}`, `${paths.get(`ok${versionClass(tick.version)}`) ?? ""}M${x} ${top + h - 5}v${-(h - 13)}`);
    else paths.set("bad", `${paths.get("bad") ?? ""}M${x} ${top + h - 2}v${-(h - 10)}M${x - 2.5} ${top + 3}l5 5m0-5l-5 5`);
  }
  for (const [kind, d] of [...paths].sort(([a], [b]) => (a < b ? -1 : 1))) shapes.push({ key: kind, tag: "path", class: `k8s-sim-tick is-${kind}`, attrs: { d } });
  return shapes;
}

function edgeShape(edge: Edge, placement: Placement): Shape[] {
  const points = placement.lines.get(edge.key);
  if (points === undefined || points.length < 2) return [];
  const d = rounded(points, 7);
  const children: Shape[] = [{ key: "line", tag: "path", class: "k8s-sim-line-path", attrs: { d } }];
  if (edge.means === "wire") {
    const [first, last] = [points[0], points[points.length - 1]];
    children.push({ key: "core", tag: "path", class: "k8s-sim-wire-core", attrs: { d } });
    for (const [key, [x, y]] of [["plug-a", first], ["plug-b", last]] as const) children.push({ key, tag: "path", class: "k8s-sim-plug", attrs: { d: roundRect(x - 4, y - 4, 8, 8, 2) } });
  } else children.push({ key: "head", tag: "path", class: "k8s-sim-arrow", attrs: { d: arrow(points) } });
  return [{ key: edge.key, tag: "g", class: `k8s-sim-edge means-${edge.means} tone-${edge.tone}${edge.dim === true ? " is-dim" : ""}${edge.lit === true ? " is-lit" : ""}`, fades: true, children }];
}

/** Everything that a packet's label must not cover. */
function crowdOf(scene: Scene, placement: Placement): Crowd {
  const boxes: Rect[] = [];
  const walk = (box: Box): void => {
    const rect = placement.boxes.get(box.key);
    if (rect !== undefined && !isFrame(box)) boxes.push(rect);
    for (const { key } of box.notches ?? []) boxes.push(placement.boxes.get(key) ?? rect ?? { x: 0, y: 0, w: 0, h: 0 });
    box.children?.forEach(walk);
  };
  walk(scene.root);
  return { boxes, words: [...placement.texts.values(), ...placement.labels.values(), ...placement.rulers.map(({ texts }) => texts)].flat().map(extent) };
}

function packets(scene: Scene, placement: Placement, time: Ms): Shape[] {
  let crowd: Crowd | undefined;
  return scene.packets.flatMap((packet): Shape[] => {
    const spot = packetAt(packet, time, placement);
    if (spot === undefined) return [];
    const children: Shape[] = [{ key: "body", tag: "path", class: "k8s-sim-packet-body", attrs: { d: packetPath(packet.kind) } }];
    if (spot.label !== undefined) {
      const w = textWidth(spot.label, "mono") + 10;
      const [left, top] = labelCorner(spot.on, [spot.x, spot.y], w, placement, () => (crowd ??= crowdOf(scene, placement)));
      const x = left - spot.x;
      const y = top - spot.y;
      children.push(
        { key: "plate", tag: "path", class: "k8s-sim-packet-plate", attrs: { d: roundRect(x, y, w, 18, 5) } },
        { key: "label", tag: "text", class: "k8s-sim-text is-packet font-mono", text: spot.label, attrs: { x: round(x + 5), y: y + 13 } },
      );
    }
    return [{ key: packet.key, tag: "g", class: `k8s-sim-packet is-${packet.kind}`, attrs: { transform: `translate(${round(spot.x)} ${round(spot.y)})` }, children }];
  });
}

/** Without motion: the path of what is under way, numbered hop by hop. */
function stillPackets(scene: Scene, placement: Placement, time: Ms): Shape[] {
  return scene.packets.flatMap((packet): Shape[] => {
    const first = packet.legs[0];
    const last = packet.legs[packet.legs.length - 1];
    if (first === undefined || last === undefined || time < first.from || time > last.until + 2000) return [];
    // The answer goes the same way back: numbers for it too would only cover those of the request.
    if (packet.kind === "response") return [];
    const children: Shape[] = [];
    let number = 0;
    for (const leg of packet.legs) {
      const on = leg.on.replace(/^-/, "");
      const points = placement.lines.get(on);
      if (points === undefined || points.length < 2) continue;
      number++;
      const a = points[Math.floor((points.length - 1) / 2)];
      const b = points[Math.floor((points.length - 1) / 2) + 1];
      const x = round((a[0] + b[0]) / 2);
      const y = round((a[1] + b[1]) / 2);
      children.push(
        { key: `path${number}`, tag: "path", class: "k8s-sim-packet-path", attrs: { d: rounded(points, 7) } },
        { key: `spot${number}`, tag: "circle", class: "k8s-sim-packet-body", attrs: { cx: x, cy: y, r: 9 } },
        { key: `number${number}`, tag: "text", class: "k8s-sim-text is-number font-tab", text: String(number), attrs: { x, y: y + 3.5, "text-anchor": "middle" } },
      );
    }
    return [{ key: packet.key, tag: "g", class: `k8s-sim-packet is-${packet.kind} is-still`, children }];
  });
}

function packetPath(kind: "request" | "response" | "refused" | "probe"): string {
  switch (kind) {
    case "refused":
      return "M-5-5L5 5M5-5L-5 5";
    case "probe":
      return "M0-6L6 0L0 6L-6 0Z";
    default:
      return "M0-6A6 6 0 1 1-.01-6Z";
  }
}

const straight = (points: readonly Point[]): string => points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");

/** A polyline with its corners rounded. */
export function rounded(points: readonly Point[], radius: number): string {
  let d = "";
  points.forEach((point, i) => {
    const before = points[i - 1];
    const after = points[i + 1];
    if (before === undefined) d += `M${round(point[0])} ${round(point[1])}`;
    else if (after === undefined) d += `L${round(point[0])} ${round(point[1])}`;
    else {
      const into = Math.hypot(point[0] - before[0], point[1] - before[1]);
      const out = Math.hypot(after[0] - point[0], after[1] - point[1]);
      const r = Math.min(radius, into / 2, out / 2);
      if (r < 0.5) d += `L${round(point[0])} ${round(point[1])}`;
      else {
        const a = [point[0] + ((before[0] - point[0]) * r) / into, point[1] + ((before[1] - point[1]) * r) / into] as const;
        const b = [point[0] + ((after[0] - point[0]) * r) / out, point[1] + ((after[1] - point[1]) * r) / out] as const;
        d += `L${round(a[0])} ${round(a[1])}Q${round(point[0])} ${round(point[1])} ${round(b[0])} ${round(b[1])}`;
      }
    }
  });
  return d;
}

function arrow(points: readonly Point[]): string {
  const [x, y] = points[points.length - 1];
  const [px, py] = points[points.length - 2];
  const length = Math.hypot(x - px, y - py) || 1;
  const [ux, uy] = [(x - px) / length, (y - py) / length];
  const [bx, by] = [x - ux * 8, y - uy * 8];
  return `M${round(x)} ${round(y)}L${round(bx - uy * 4)} ${round(by + ux * 4)}L${round(bx + uy * 4)} ${round(by - ux * 4)}Z`;
}

export function roundRect(x: number, y: number, w: number, h: number, radius: number): string {
  const r = Math.min(radius, w / 2, h / 2);
  return `M${round(x + r)} ${round(y)}h${round(w - 2 * r)}a${r} ${r} 0 0 1 ${r} ${r}v${round(h - 2 * r)}a${r} ${r} 0 0 1 ${-r} ${r}h${round(-(w - 2 * r))}a${r} ${r} 0 0 1 ${-r} ${-r}v${round(-(h - 2 * r))}a${r} ${r} 0 0 1 ${r} ${-r}z`;
}

/** Slanted strokes over a rectangle, without a pattern: a pattern needs an id, and ids collide between diagrams. */
function hatch({ x, y, w, h }: Rect): string {
  let d = "";
  for (let at = 6; at < w + h - 4; at += 7) {
    const x0 = Math.min(at, w - 3);
    const y0 = at - x0;
    const y1 = Math.min(at, h - 3);
    const x1 = at - y1;
    if (x0 - Math.max(x1, 3) < 1) continue;
    const fromY = Math.max(y0, 3);
    const toX = Math.max(x1, 3);
    d += `M${round(x + at - fromY)} ${round(y + fromY)}L${round(x + toX)} ${round(y + at - toX)}`;
  }
  return d;
}
