import { milli, value } from "../api/quantity";

/** A quantity as a number: millicores for cpu, plain units for the rest, rounded up. */
export function amountOf(resource: string, quantity: string): number {
  return resource === "cpu" ? milli(quantity) : value(quantity);
}
