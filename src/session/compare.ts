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

/** Whether fresh output says something else than what the note recorded; order of lines and what is random aside. */
export function differs(recorded: string, fresh: string): boolean {
  return canonical(recorded) !== canonical(fresh);
}

function canonical(text: string): string {
  const plain = random.reduce((so, [pattern, by]) => so.replace(pattern, by), text);
  return plain.split("\n").map((line) => line.trim()).filter((line) => line !== "").sort().join("\n");
}
