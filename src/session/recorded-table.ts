/** A table as kubectl printed it: its cells by the names of its columns. */
export type Row = ReadonlyMap<string, string>;

/** The tables in recorded output, row by row; a new header begins a new one (`kubectl get all`). */
export function rowsIn(lines: readonly string[]): readonly Row[] {
  const rows: Row[] = [];
  let columns: readonly { readonly name: string; readonly at: number }[] = [];
  for (const line of lines) {
    if (/^\s*(?:NAMESPACE\s+)?NAME\s{2,}[A-Z]/.test(line)) {
      columns = [...line.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ name: match[0], at: match.index }));
      continue;
    }
    if (columns.length === 0 || line.trim() === "") continue;
    const cells = line.trim().split(/\s{2,}/);
    // A cell may be empty: then only the places of the columns tell.
    const told = cells.length === columns.length ? cells : columns.map(({ at }, i) => line.slice(at, columns[i + 1]?.at).trim());
    rows.push(new Map(columns.map(({ name }, i) => [name, told[i] ?? ""])));
  }
  return rows;
}

/** The owner of a pod with a random name: `web` of `web-5d5545b69c-24lw5`, as its ReplicaSet's hash and five safe characters tell. */
export function deploymentOf(pod: string): string | undefined {
  return /^([a-z0-9][a-z0-9.-]*)-(?=[a-z]*\d)[0-9a-z]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/.exec(pod)?.[1];
}
