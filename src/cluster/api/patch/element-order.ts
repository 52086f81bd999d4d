import { directive, isPlain } from "./patch-rules";

/**
 * The order of a merged list. Items that the patch names keep the patch's order, the others the live list's,
 * and the two interleave by the live list as far as it knows both. So an item that is new in the live list comes in front of the others.
 */

type Identify = (item: unknown) => unknown;

/** By merge key, or by value where there is none. */
export const identify = (key: string): Identify => (item) => (key !== "" && isPlain(item) ? item[key] : item);

const isDeletion = (item: unknown): boolean => isPlain(item) && item[directive] === "delete";

function positions(order: readonly unknown[], id: Identify): ReadonlyMap<unknown, number> {
  const places = new Map<unknown, number>();
  order.forEach((item, at) => {
    if (!places.has(id(item))) places.set(id(item), at);
  });
  return places;
}

/** Sorted by where `order` has them; deletions come last. */
export function sortByOrder(items: readonly unknown[], order: readonly unknown[], key: string): readonly unknown[] {
  const id = identify(key);
  const places = positions(order, id);
  const kept = items.filter((item) => !isDeletion(item));
  kept.sort((a, b) => (places.get(id(a)) ?? -1) - (places.get(id(b)) ?? -1));
  return [...kept, ...items.filter(isDeletion)];
}

/** @param wanted the order that the patch asks for; @param live the list before the patch */
export function arrange(merged: readonly unknown[], wanted: readonly unknown[], live: readonly unknown[], key: string): readonly unknown[] {
  const id = identify(key);
  const named = new Set(wanted.map(id));
  const patched = sortByOrder(merged.filter((item) => named.has(id(item))), wanted, key);
  const others = sortByOrder(merged.filter((item) => !named.has(id(item))), live, key);
  const places = positions(live, id);
  const result: unknown[] = [];
  let other = 0;
  for (const item of patched) {
    const place = places.get(id(item));
    while (other < others.length && place !== undefined && (places.get(id(others[other])) ?? Infinity) < place) result.push(others[other++]);
    result.push(item);
  }
  return [...result, ...others.slice(other)];
}
