/** `diff -u` of two texts, with three lines of context; "" where they are the same. */
export function unifiedDiff(before: string, after: string, nameBefore: string, nameAfter: string): string {
  if (before === after) return "";
  const a = linesOf(before), b = linesOf(after);
  const edits = script(a, b);
  const out: string[] = [`--- ${nameBefore}`, `+++ ${nameAfter}`];
  for (let i = 0; i < edits.length; ) {
    if (edits[i]?.mark === " ") {
      i++;
      continue;
    }
    const from = Math.max(0, i - 3);
    let to = i;
    for (let j = i; j < edits.length && j - to <= 6; j++) if (edits[j]?.mark !== " ") to = j;
    const end = Math.min(edits.length, to + 4);
    const hunk = edits.slice(from, end);
    const old = hunk.filter((e) => e.mark !== "+").length;
    const fresh = hunk.filter((e) => e.mark !== "-").length;
    const startOld = edits.slice(0, from).filter((e) => e.mark !== "+").length + (old > 0 ? 1 : 0);
    const startNew = edits.slice(0, from).filter((e) => e.mark !== "-").length + (fresh > 0 ? 1 : 0);
    out.push(`@@ -${startOld}${old === 1 ? "" : `,${old}`} +${startNew}${fresh === 1 ? "" : `,${fresh}`} @@`, ...hunk.map((e) => e.mark + e.line));
    i = end;
  }
  return `${out.join("\n")}\n`;
}

interface Edit {
  readonly mark: " " | "-" | "+";
  readonly line: string;
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** The longest common subsequence as a list of edits, removals before additions. */
function script(a: readonly string[], b: readonly string[]): readonly Edit[] {
  const table: number[][] = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) (table[i])[j] = a[i] === b[j] ? (table[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(table[i + 1]?.[j] ?? 0, table[i]?.[j + 1] ?? 0);
  const edits: Edit[] = [];
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      edits.push({ mark: " ", line: a[i] ?? "" });
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || (table[i + 1]?.[j] ?? 0) >= (table[i]?.[j + 1] ?? 0))) edits.push({ mark: "-", line: a[i++] ?? "" });
    else edits.push({ mark: "+", line: b[j++] ?? "" });
  }
  return edits;
}
