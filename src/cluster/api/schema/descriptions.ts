import { unpackText } from "../../packed-text";
import { packed } from "./generated/descriptions";
import { structs } from "./structs";
import { goNameOf } from "./schema";

type OfModel = ReadonlyMap<string, string>;

let read: ReadonlyMap<string, OfModel> | undefined;

/** Unpacks what scripts/generate-schema.mjs packed. */
function readAll(): ReadonlyMap<string, OfModel> {
  const lines = unpackText(packed).split("\n");
  const lastOf = new Map<string, string>();
  let at = 0;
  const next = (model: string, field: string): string => {
    const line = lines[at++] ?? "";
    if (line === "\x01") return lastOf.get(field) ?? "";
    const self = field || goNameOf(model);
    const text = line.replaceAll("\x03", self).replaceAll("\x04", self.charAt(0).toUpperCase() + self.slice(1)).replaceAll("\x0e", "’").replaceAll("\x0f", "“").replaceAll("\x10", "”");
    if (text !== "") lastOf.set(field, text);
    return text;
  };
  return new Map(Object.entries(structs()).map(([model, fields]) => [model, new Map(["", ...Object.keys(fields)].map((field) => [field, next(model, field)]))]));
}

/** What the API reference says of a model, or of one of its fields; "" where the models package says nothing. */
export function descriptionOf(model: string, field = ""): string {
  read ??= readAll();
  return read.get(model)?.get(field) ?? "";
}
