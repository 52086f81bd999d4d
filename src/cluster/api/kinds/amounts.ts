import { canonicalQuantity, compareQuantities, parseQuantity, QuantityError } from "../quantity";

/** Whether a value is a quantity at all; numbers count as their text. */
export function isQuantity(value: unknown): value is string | number {
  if (typeof value !== "string" && typeof value !== "number") return false;
  try {
    parseQuantity(String(value));
    return true;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

/** The value in nanos; 0 for what is no quantity or is not there. */
export function nanosOf(value: unknown): bigint {
  return isQuantity(value) ? parseQuantity(String(value)).nanos : 0n;
}

/** A quantity as the API prints it; what is none stays as it is, for validation to refuse. */
export function canonical(value: unknown): string {
  return isQuantity(value) ? canonicalQuantity(String(value)) : String(value);
}

/** Below 0, 0 or above 0; what is no quantity counts as 0. */
export function compareAmounts(a: unknown, b: unknown): number {
  return compareQuantities(isQuantity(a) ? String(a) : "0", isQuantity(b) ? String(b) : "0");
}
