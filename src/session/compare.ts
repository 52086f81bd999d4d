/** What is random by nature in kubectl's output: name suffixes, ages, addresses, ids, widths. */
const random: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "…"],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "…"],
  [/-[0-9a-z]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, "-…"],
  [/-(?=[a-z]*\d|[b-df-hj-np-tv-z]{5}\b)[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, "-…"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, "…"],
  [/\b(?:\d+[dhms])+\b/g, "…"],
  [/:3\d{4}\b/g, ":…"],
  [/[ \t]+/g, " "],
];

/** How fresh output differs from what the note recorded: lines that are missing and lines that are more; their order and what is random aside. */
export function difference(recorded: string, fresh: string): { readonly missing: number; readonly more: number } {
  const left = new Map<string, number>();
  for (const line of canonical(fresh)) left.set(line, (left.get(line) ?? 0) + 1);
  let missing = 0;
  for (const line of canonical(recorded)) {
    const count = left.get(line) ?? 0;
    if (count === 0) missing++;
    else left.set(line, count - 1);
  }
  return { missing, more: [...left.values()].reduce((sum, count) => sum + count, 0) };
}

function canonical(text: string): readonly string[] {
  const plain = random.reduce((so, [pattern, by]) => so.replace(pattern, by), text);
  return plain.split("\n").map((line) => line.trim()).filter((line) => line !== "");
}
