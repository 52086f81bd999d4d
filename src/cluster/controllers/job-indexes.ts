/** The indexes in text such as "0-2,5", ascending; those at or above `completions` are left out, as after a scale-down of an elastic job. */
export function parseIndexes(text: string | undefined, completions: number): readonly number[] {
  const indexes: number[] = [];
  for (const part of (text ?? "").split(",")) {
    if (part === "") continue;
    const [first = "0", last = first] = part.split("-");
    for (let index = Number(first); index <= Number(last) && index < completions; index++) indexes.push(index);
  }
  return indexes;
}

/** Ascending indexes as status.completedIndexes writes them: two neighbours with a comma, longer runs with a dash. */
export function formatIndexes(indexes: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < indexes.length;) {
    let end = at;
    while (indexes[end + 1] === (indexes[end] ?? 0) + 1) end++;
    parts.push(end === at ? `${indexes[at]}` : `${indexes[at]}${end === at + 1 ? "," : "-"}${indexes[end]}`);
    at = end + 1;
  }
  return parts.join(",");
}

/** `indexes` and `more` together, ascending and once each. */
export function withIndexes(indexes: readonly number[], more: Iterable<number>): readonly number[] {
  const all = new Set(indexes);
  for (const index of more) all.add(index);
  return all.size === indexes.length ? indexes : [...all].sort((a, b) => a - b);
}
