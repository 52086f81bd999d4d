import type { Box, Edge } from "./scene";

/** Which boxes stand in which, and which siblings the edges join: what the layout must keep room for. */
export interface Links {
  readonly parent: ReadonlyMap<string, string | undefined>;
  readonly box: ReadonlyMap<string, Box>;
  /** Room between children `i` and `i + 1` of a box, px. */
  gap(parent: string, i: number, along: "x" | "y"): number;
  /** Whether edges come into the children of this box from outside it. */
  carries(key: string): boolean;
}

interface Between {
  readonly low: number;
  readonly high: number;
  readonly from: string;
  readonly label: number;
}

const calm = 14;

export function linksOf(root: Box, edges: readonly Edge[], widthOf: (label: string) => number): Links {
  const parent = new Map<string, string | undefined>();
  const place = new Map<string, number>();
  const boxes = new Map<string, Box>();
  const walk = (box: Box, above: string | undefined, at: number): void => {
    parent.set(box.key, above);
    place.set(box.key, at);
    boxes.set(box.key, box);
    for (const { key } of [...(box.lines ?? []), ...(box.notches ?? [])]) {
      parent.set(key, box.key);
      place.set(key, 0);
    }
    box.children?.forEach((child, i) => walk(child, box.key, i));
  };
  walk(root, undefined, 0);

  const between = new Map<string, Between[]>();
  const carrying = new Set<string>();
  for (const edge of edges) {
    if (!parent.has(edge.from) || !parent.has(edge.to)) continue;
    const up = (key: string): string[] => {
      const path: string[] = [];
      for (let at: string | undefined = key; at !== undefined; at = parent.get(at)) path.push(at);
      return path.reverse();
    };
    const a = up(edge.from);
    const b = up(edge.to);
    let depth = 0;
    while (depth < a.length && a[depth] === b[depth]) depth++;
    const meet = a[depth - 1];
    const left = a[depth];
    const right = b[depth];
    if (meet === undefined) continue;
    for (const path of [a, b]) for (let i = depth; i < path.length - 1; i++) carrying.add(path[i]);
    if (left === undefined || right === undefined) continue;
    const i = place.get(left) ?? 0;
    const j = place.get(right) ?? 0;
    const labels = [edge.label, ...(edge.ends ?? [])].filter((text) => text !== undefined && text !== "") as string[];
    const list = between.get(meet) ?? [];
    list.push({ low: Math.min(i, j), high: Math.max(i, j), from: edge.from, label: Math.max(0, ...labels.map(widthOf)) });
    between.set(meet, list);
  }

  return {
    parent,
    box: boxes,
    gap(key, i, along) {
      const crossing = (between.get(key) ?? []).filter(({ low, high }) => low <= i && high > i);
      if (crossing.length === 0) return calm;
      const widest = Math.max(...crossing.map(({ label }) => label));
      if (along === "x") return widest > 0 ? widest + 26 : 44;
      const sources = new Set(crossing.map(({ from }) => from)).size;
      return (widest > 0 ? 46 : 32) + 8 * Math.min(3, sources - 1);
    },
    carries: (key) => carrying.has(key),
  };
}
