/** Minutes east of UTC of a tz database zone at a moment (Unix ms); no zone is UTC, undefined an unknown one. */
export function zoneOffset(zone: string | undefined, unix: number): number | undefined {
  if (zone === undefined || zone === "" || zone === "UTC" || zone === "Etc/UTC") return 0;
  try {
    const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" }).formatToParts(unix);
    const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
    const minute = 60_000;
    return (Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute")) - Math.floor(unix / minute) * minute) / minute;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
