import { described, shared } from "./generated/descriptions";
import { structs } from "./generated/structs";

/** What the API reference says of a model, or of one of its fields; "" where the models package says nothing. */
export function descriptionOf(model: string, field?: string): string {
  const of = described[model];
  const at = field === undefined ? 0 : Object.keys(structs[model] ?? {}).indexOf(field) + 1;
  if (of === undefined || (field !== undefined && at === 0)) return "";
  const text = of[at] ?? "";
  const part = (one: string | number): string => (typeof one === "number" ? shared[one] ?? "" : one);
  return typeof text === "object" ? text.map(part).join("") : part(text);
}
