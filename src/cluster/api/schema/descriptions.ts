import { unpacking } from "../../packed-text";
import { packed } from "./generated/descriptions";
import { structs } from "./structs";
import { goNameOf } from "./schema";

type OfModel = ReadonlyMap<string, string>;

let read: ReadonlyMap<string, OfModel> | undefined;
let steps: Generator<void, string> | undefined;

/** Unpacks what scripts/generate-schema.mjs packed. */
function readAll(text: string): ReadonlyMap<string, OfModel> {
  const lines = text.split("\n");
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

/**
 * Reads the descriptions in small steps. The first who asks for one without that waits for all that is left, some tenths
 * of a second; so whoever sees it coming begins here.
 */
export function* readingDescriptions(): Generator<void, void> {
  while (read === undefined) {
    const step = (steps ??= unpacking(packed)).next();
    if (step.done !== true) yield;
    else [read, steps] = [readAll(step.value), undefined];
  }
}

/** What the API reference says of a model, or of one of its fields; "" where the models package says nothing. */
export function descriptionOf(model: string, field = ""): string {
  for (const steps = readingDescriptions(); read === undefined;) steps.next();
  return read.get(model)?.get(field) ?? "";
}
