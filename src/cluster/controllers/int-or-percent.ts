/** "25%" of `total` or a plain number; a percentage rounds up or down. Anything else is 0. */
export function scaledValue(value: string | number | undefined, total: number, round: "up" | "down"): number {
  if (value === undefined) return 0;
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value);
  if (percent === null) return 0;
  const scaled = (Number(percent[1]) * total) / 100;
  return round === "up" ? Math.ceil(scaled) : Math.floor(scaled);
}
