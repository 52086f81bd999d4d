import type { Command } from "../command";
import { groupVersion, type Mapping } from "../discovery";
import { StatusError } from "../errors";
import { at, obj, str, type Obj } from "../objects";

/** The published schema of a custom resource; undefined where the server publishes none. */
export function customSchema(command: Command, mapping: Mapping): Obj | undefined {
  try {
    const schemas = obj(at(command.raw(`/openapi/v3/apis/${groupVersion(mapping)}`), "components", "schemas"));
    const name = Object.keys(schemas).find((key) => key.endsWith(`.${mapping.version}.${mapping.kind}`));
    return name === undefined ? undefined : obj(schemas[name]);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return undefined;
  }
}

const inner = (schema: Obj): Obj => (schema["items"] !== undefined ? inner(obj(schema["items"])) : typeof schema["additionalProperties"] === "object" ? inner(obj(schema["additionalProperties"])) : schema);

function typeOf(schema: Obj): string {
  if (schema["items"] !== undefined) return `[]${typeOf(obj(schema["items"]))}`;
  if (typeof schema["additionalProperties"] === "object") return `map[string]${typeOf(obj(schema["additionalProperties"]))}`;
  const type = str(schema["type"]);
  return type === "" || type === "object" ? "Object" : type;
}

/** What `explain` prints of a custom resource or of one of its fields; undefined where there is no such field. */
export function explainCustom(root: Obj, path: readonly string[], recursive: boolean, wrapped: (text: string, indent: string) => string): string | undefined {
  let schema: Obj | undefined = root;
  for (const name of path) {
    schema = obj(inner(schema)["properties"])[name] as Obj | undefined;
    if (schema === undefined) return undefined;
  }
  const list = (of: Obj, indent: string): string => {
    const needed = (inner(of)["required"] as readonly string[] | undefined) ?? [];
    const fields = obj(inner(of)["properties"]);
    return Object.keys(fields).sort().map((name) => {
      const field = obj(fields[name]);
      const values = (field["enum"] as readonly unknown[] | undefined) ?? [];
      const line = `${indent}${name}\t<${typeOf(field)}>${needed.includes(name) ? " -required-" : ""}\n${values.length > 0 ? `${indent}enum: ${values.map(str).join(", ")}\n` : ""}`;
      return recursive ? `${line}${list(field, `${indent}  `)}` : `${line}${wrapped(str(field["description"]) || "<no description>", `${indent}  `)}\n`;
    }).join("");
  };
  const fields = list(schema, "  ");
  const about = str(schema["description"]);
  return `${path.length === 0 ? "" : `FIELD: ${path.at(-1) ?? ""} <${typeOf(schema)}>\n\n\n`}DESCRIPTION:\n${about === "" ? "    <empty>\n" : `${wrapped(about, "    ")}    \n`}${fields === "" ? "" : `FIELDS:\n${fields}`}\n`;
}
