import { lines } from "./generated/structs";

/**
 * A model's line, in words: its fields in the order of their numbers in protobuf, and behind "+" those that have none. "-" is
 * a number that no field has; brackets stand around a message whose fields lie in the outer object. A field is
 * `name:type!*=goType=goName`: "!" where it is required, "*" where a zero or an empty text is said and not left out, and what
 * Go has for it where that does not follow from the type. "=" before the model says that its fields stand in Go in the order
 * of their numbers, which counts for what lies in a PodTemplateSpec. The type is left out
 * where it is the struct called after model and field, else that of the last field of the same name, else the struct
 * called after the field, else a string.
 */
const wordsOf: ReadonlyMap<string, readonly string[]> = new Map(lines.split("\n").map((line) => {
  const [first = "", ...words] = line.split(" ");
  return [first.replace("=", ""), first.startsWith("=") ? ["=", ...words] : words];
}));

function read(): Record<string, Record<string, string>> {
  const lastOf = new Map<string, string>();
  const fieldsOf = (model: string, words: readonly string[]): [string, string][] => words.flatMap((word): [string, string][] => {
    const [, name, told, required = ""] = /^([\w$][^:!*=]*)(?::([^!*=]+))?(!?)/.exec(word) ?? [];
    if (name === undefined) return [];
    const capital = name.charAt(0).toUpperCase() + name.slice(1);
    const type = told ?? (wordsOf.has(model + capital) ? model + capital : lastOf.get(name) ?? (wordsOf.has(`V1${capital}`) ? `V1${capital}` : "string"));
    lastOf.set(name, type);
    return [[name, type + required]];
  });
  return Object.fromEntries([...wordsOf].map(([model, words]) => [model, Object.fromEntries(fieldsOf(model, words).sort(([a], [b]) => (a < b ? -1 : 1)))]));
}

let known: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;

/** Model to field to type, each in alphabetical order; "!" marks a required field. Read at the first call. */
export const structs = (): Readonly<Record<string, Readonly<Record<string, string>>>> => known ??= read();

/** Every model's name, sorted. */
export const models: readonly string[] = [...wordsOf.keys()];

/** The words of a model's line that say which field has number 1, 2, … in protobuf, with "-" and brackets: `name`, or `name*`. */
export function numberedFields(model: string): readonly string[] {
  const words = wordsOf.get(model) ?? [];
  const end = words.indexOf("+");
  return words.slice(standsInOrder(model) ? 1 : 0, end < 0 ? words.length : end).map((word) => word.replace(/=.*/, "").replace(/[:!][^*]*/, ""));
}

/** Whether the model lies in a PodTemplateSpec and its fields stand in Go in the order of their numbers. */
export const standsInOrder = (model: string): boolean => wordsOf.get(model)?.[0] === "=";

/** What does not follow from the types of a model's fields: `jsonName goType goName`, or without goName where that is the JSON name with a capital. */
export function goLines(model: string): readonly string[] {
  return (wordsOf.get(model) ?? []).filter((word) => word.includes("=") && word !== "=").map((word) => word.replace(/^([^:!*=]*)[^=]*/, "$1").replaceAll("=", " "));
}
