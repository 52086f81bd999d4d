import type { Rect } from "../diagrams/scene";

/** The part that an arrow key leads to: the nearest whose middle lies in that direction. Home and End: the first and the last. */
export function nearest(boxes: ReadonlyMap<string, Rect>, keys: readonly string[], from: string, key: string): string | undefined {
  if (key === "Home") return keys[0];
  if (key === "End") return keys[keys.length - 1];
  const across = key === "ArrowLeft" || key === "ArrowRight";
  if (!across && key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  const here = boxes.get(from);
  if (here === undefined) return undefined;
  const middle = (rect: Rect): readonly [number, number] => [rect.x + rect.w / 2, rect.y + rect.h / 2];
  const [x, y] = middle(here);
  let best: string | undefined;
  let least = Infinity;
  for (const other of keys) {
    const rect = boxes.get(other);
    if (rect === undefined || other === from) continue;
    const [ox, oy] = middle(rect);
    const along = sign * (across ? ox - x : oy - y);
    if (along <= 4) continue;
    const aside = Math.abs(across ? oy - y : ox - x);
    const cost = along + aside * 2.5;
    if (cost < least) {
      least = cost;
      best = other;
    }
  }
  return best;
}
