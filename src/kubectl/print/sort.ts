import { scalar } from "../../cluster/scalar";
import { CommandError } from "../errors";
import { findValues, JsonPathError, parseJsonPath, relaxedJsonPath } from "./jsonpath";

/** --sort-by: the items in the order of a field; undefined where no item has it. */
export function sortBy<T>(items: readonly T[], path: string, objectOf: (item: T) => unknown): readonly T[] | undefined {
  let nodes;
  try {
    nodes = parseJsonPath(relaxedJsonPath(path));
  } catch (error) {
    if (error instanceof JsonPathError) throw new CommandError(error.message);
    throw error;
  }
  const keyed = items.map((item, i) => ({ item, i, value: findValues(nodes, objectOf(item))[0] }));
  if (items.length > 0 && keyed.every((k) => k.value === undefined)) return undefined;
  return keyed.sort((a, b) => order(a.value, b.value) || a.i - b.i).map((k) => k.item);
}

function order(a: unknown, b: unknown): number {
  if (a === undefined || a === null) return b === undefined || b === null ? 0 : -1;
  if (b === undefined || b === null) return 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  const x = quantity(a), y = quantity(b);
  if (x !== undefined && y !== undefined) return x - y;
  return naturalCompare(scalar(a), scalar(b));
}

/** Quantities sort by what they are worth ("100Mi" before "1Gi"); plain text does not count. */
function quantity(value: unknown): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei)?$/.exec(String(value));
  if (!match) return undefined;
  const scale: Record<string, number> = { m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 };
  return Number(match[1]) * (match[2] ? (scale[match[2]] ?? 1) : 1);
}

/** sortorder.NaturalLess: runs of digits by their value. */
function naturalCompare(a: string, b: string): number {
  const split = (s: string): string[] => s.match(/\d+|\D+/g) ?? [];
  const x = split(a), y = split(b);
  for (let i = 0; i < x.length && i < y.length; i++) {
    const p = x[i] ?? "", q = y[i] ?? "";
    if (p === q) continue;
    if (/^\d/.test(p) && /^\d/.test(q) && Number(p) !== Number(q)) return Number(p) - Number(q);
    return p < q ? -1 : 1;
  }
  return x.length - y.length;
}
