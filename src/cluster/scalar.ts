/** A value of JSON as text: a scalar as it prints, anything else as JSON, so that no object ever reads "[object Object]". */
export function scalar(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
