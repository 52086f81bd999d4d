import { scalar } from "../../cluster/scalar";
import { align, GET_COLUMNS } from "./tabwriter";

/** A metav1.Table as the API serves it. */
export interface ServedTable {
  readonly kind: string;
  readonly metadata?: { readonly resourceVersion?: string };
  readonly columnDefinitions?: readonly { readonly name: string; readonly type: string; readonly priority: number }[] | null;
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly object?: unknown }[];
}

export interface TableOptions {
  readonly wide: boolean;
  readonly namespace: boolean;
  /** "deployment.apps" before every name; "" for none. */
  readonly kind: string;
  readonly labels: readonly string[];
  readonly showLabels: boolean;
  readonly headers: boolean;
}

type Columns = NonNullable<ServedTable["columnDefinitions"]>;

/** The lines of a table before alignment, cells separated by tabs. */
export function tableLines(columns: Columns, rows: ServedTable["rows"], options: TableOptions, event?: string): string[] {
  const shown = columns.map((c, i) => ({ ...c, i })).filter((c) => c.priority === 0 || options.wide);
  return rows.map((row) => {
    const meta = metadataOf(row.object);
    const cells = shown.map((c) => cellText(row.cells[c.i]));
    if (options.kind !== "" && cells.length > 0) cells[0] = `${options.kind}/${cells[0] ?? ""}`;
    return [
      ...(event === undefined ? [] : [event]),
      ...(options.namespace ? [meta.namespace ?? ""] : []),
      ...cells,
      ...options.labels.map((key) => meta.labels?.[key] ?? ""),
      ...(options.showLabels ? [labelText(meta.labels)] : []),
    ].join("\t");
  });
}

export function headerLine(columns: Columns, options: TableOptions, event = false): string {
  return [
    ...(event ? ["EVENT"] : []),
    ...(options.namespace ? ["NAMESPACE"] : []),
    ...columns.filter((c) => c.priority === 0 || options.wide).map((c) => c.name.toUpperCase()),
    ...options.labels.map((key) => (key.split("/").at(-1) ?? key).toUpperCase()),
    ...(options.showLabels ? ["LABELS"] : []),
  ].join("\t");
}

/** Aligns lines as `kubectl get` does; `widths` remembers them for a watch. */
export function alignTable(lines: readonly string[], widths?: number[]): string {
  return lines.length === 0 ? "" : align([...lines, ""].join("\n"), GET_COLUMNS, widths);
}

export function metadataOf(object: unknown): { readonly name?: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> } {
  return ((object as { metadata?: object } | undefined)?.metadata ?? {});
}

export function labelText(labels: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(labels ?? {}).sort();
  return keys.length === 0 ? "<none>" : keys.map((k) => `${k}=${labels?.[k] ?? ""}`).join(",");
}

function cellText(cell: unknown): string {
  const text = cell === null || cell === undefined ? "<none>" : typeof cell === "object" ? JSON.stringify(cell) : scalar(cell);
  const at = text.search(/[\f\n\r]/);
  return (at >= 0 ? `${text.slice(0, at)}...` : text).replaceAll("\t", " ");
}

/** The plain tables that kubectl makes itself (api-resources, config get-contexts). */
export function plainTable(headers: readonly string[] | undefined, rows: readonly (readonly string[])[]): string {
  return alignTable([...(headers ? [headers.join("\t")] : []), ...rows.map((row) => row.join("\t"))]);
}
