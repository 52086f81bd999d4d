import { validPercent } from "./label-validation";
import type { FieldError } from "../kind";

/** An IntOrString as Go prints it in errors. */
export function intOrStringText(value: unknown): { go: string } {
  return typeof value === "number" ? { go: `intstr.IntOrString{Type:0, IntVal:${value}, StrVal:""}` } : { go: `intstr.IntOrString{Type:1, IntVal:0, StrVal:${JSON.stringify(String(value))}}` };
}

/** A count or a percentage (ValidatePositiveIntOrPercent): not negative, or "25%". */
export function validateIntOrPercent(value: unknown, field: string): FieldError[] {
  if (typeof value === "string") return validPercent(value).map((detail) => ({ field, type: "Invalid", value: intOrStringText(value), detail }));
  return typeof value === "number" && value < 0 ? [{ field, type: "Invalid", value, detail: "must be greater than or equal to 0" }] : [];
}

/** The number of "25%" or 25; undefined for what is neither. */
export function intOrPercentValue(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\d+%$/.test(value) ? Number.parseInt(value, 10) : undefined;
}

/** A percentage may not be above 100. */
export function notAboveHundredPercent(value: unknown, field: string): FieldError[] {
  return typeof value === "string" && (intOrPercentValue(value) ?? 0) > 100 ? [{ field, type: "Invalid", value: intOrStringText(value), detail: "must not be greater than 100%" }] : [];
}
