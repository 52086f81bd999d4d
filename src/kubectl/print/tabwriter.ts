/**
 * Aligns cells separated by tabs, as Go's text/tabwriter does: a column is a run of lines that have a cell there;
 * the last cell of a line belongs to no column. With `remembered` widths never shrink from one flush to the next (kubectl get -w).
 */
export interface TabOptions {
  readonly minWidth: number;
  readonly padding: number;
}

export const GET_COLUMNS: TabOptions = { minWidth: 6, padding: 3 };
export const DESCRIBE_COLUMNS: TabOptions = { minWidth: 0, padding: 2 };

/** The width on screen as tabwriter counts it: one per code point. */
function width(text: string): number {
  return [...text].length;
}

export function align(text: string, options: TabOptions, remembered?: number[]): string {
  const lines = text.split("\n").map((line) => line.split("\t"));
  const widths: number[] = [];
  const out: string[] = [];
  const flushTo = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      const cells = lines[i] ?? [];
      out.push(cells.map((cell, j) => (j < cells.length - 1 ? cell + " ".repeat(Math.max(0, (widths[j] ?? 0) - width(cell))) : cell)).join(""));
    }
  };
  const format = (from: number, to: number): void => {
    const column = widths.length;
    let done = from;
    for (let i = from; i < to; i++) {
      if (column >= (lines[i]?.length ?? 1) - 1) continue;
      flushTo(done, i);
      let end = i;
      let w = options.minWidth;
      let empty = true;
      for (; end < to && column < (lines[end]?.length ?? 1) - 1; end++) {
        const cell = lines[end]?.[column] ?? "";
        w = Math.max(w, width(cell) + options.padding);
        if (cell !== "") empty = false;
      }
      if (empty && options.minWidth === 0) w = Math.max(w, options.padding);
      if (remembered) {
        w = Math.max(w, remembered[column] ?? 0);
        remembered[column] = w;
      }
      widths.push(w);
      format(i, end);
      widths.pop();
      done = end;
      i = end - 1;
    }
    flushTo(done, to);
  };
  format(0, lines.length);
  return out.join("\n");
}
