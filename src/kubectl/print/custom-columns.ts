import { CommandError } from "../errors";
import { findValues, JsonPathError, parseJsonPath, relaxedJsonPath, type Node } from "./jsonpath";
import { goValue } from "./go-value";
import { align, GET_COLUMNS } from "./tabwriter";

interface CustomColumn {
  readonly header: string;
  readonly path: readonly Node[];
}

/** Parses `NAME:.metadata.name,IMAGE:.spec…`. */
export function parseColumns(spec: string): readonly CustomColumn[] {
  if (spec === "") throw new CommandError("custom-columns format specified but no custom columns given");
  return spec.split(",").map((part) => {
    const at = part.indexOf(":");
    if (at < 0) throw new CommandError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    return column(part.slice(0, at), part.slice(at + 1));
  });
}

/** Parses the two lines of a -o custom-columns-file. */
export function parseColumnsFile(text: string): readonly CustomColumn[] {
  const [headers = [], paths = []] = text.split("\n").map((line) => line.split(/\s+/).filter((w) => w !== ""));
  if (headers.length !== paths.length) throw new CommandError(`number of headers (${headers.length}) and field specifications (${paths.length}) don't match`);
  return headers.map((header, i) => column(header, paths[i] ?? ""));
}

function column(header: string, path: string): CustomColumn {
  try {
    return { header, path: parseJsonPath(relaxedJsonPath(path)) };
  } catch (error) {
    if (error instanceof JsonPathError) throw new CommandError(error.message);
    throw error;
  }
}

export function printColumns(columns: readonly CustomColumn[], objects: readonly unknown[], headers: boolean): string {
  const lines = objects.map((object) => columns.map(({ path }) => {
    const values = findValues(path, object);
    return values.length === 0 ? "<none>" : values.map((v) => (v === null ? "<none>" : goValue(v))).join(",");
  }).join("\t"));
  return align([...(headers ? [columns.map((c) => c.header).join("\t")] : []), ...lines, ""].join("\n"), GET_COLUMNS);
}
