import { scalar } from "../../cluster/scalar";
import { goQuote } from "./go-json";

/** fmt's %v of a JSON value decoded into Go's interfaces. */
export function goValue(value: unknown): string {
  if (value === undefined || value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goValue).join(" ")}]`;
  if (typeof value === "object") return `map[${Object.keys(value).sort().map((k) => `${k}:${goValue((value as Record<string, unknown>)[k])}`).join(" ")}]`;
  return scalar(value);
}

/** fmt's %#v of the same. */
export function goSyntax(value: unknown): string {
  if (value === undefined || value === null) return "interface {}(nil)";
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (typeof value === "object") return `map[string]interface {}{${Object.keys(value).sort().map((k) => `${goQuote(k)}:${goSyntax((value as Record<string, unknown>)[k])}`).join(", ")}}`;
  return typeof value === "string" ? goQuote(value) : scalar(value);
}
