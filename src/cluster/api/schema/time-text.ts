/** Times as the API reads and writes them: RFC 3339 in, whole seconds (or microseconds) in UTC out. */

const layout: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["2006", /^\d{4}/], ["-", /^-/], ["01", /^\d\d/], ["-", /^-/], ["02", /^\d\d/], ["T", /^T/],
  ["15", /^\d\d/], [":", /^:/], ["04", /^\d\d/], [":", /^:/], ["05", /^\d\d(?:[.,]\d+)?/], ["Z07:00", /^(?:Z|[+-]\d\d:\d\d)/],
];
const whole = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

/** A text that is no time; the message is that of Go's time.Parse. */
export class TimeError extends Error {}

function explain(text: string, format: string): TimeError {
  const start = `parsing time ${JSON.stringify(text)}`;
  let rest = text;
  for (const [name, pattern] of layout) {
    const match = pattern.exec(rest);
    if (!match) return new TimeError(`${start} as ${JSON.stringify(format)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(name)}`);
    rest = rest.slice(match[0].length);
  }
  if (rest !== "") return new TimeError(`${start}: extra text: ${JSON.stringify(rest)}`);
  return new TimeError(`${start}: ${outOfRange(text)} out of range`);
}

function outOfRange(text: string): string {
  const [, , month, day, hour, minute, second] = (whole.exec(text) ?? []).map(Number) as (number | undefined)[];
  if (!month || month > 12) return "month";
  if (!day || day > 31) return "day";
  if ((hour ?? 0) > 23) return "hour";
  if ((minute ?? 0) > 59) return "minute";
  return (second ?? 0) > 59 ? "second" : "day";
}

/**
 * The time as the API prints it: `2026-01-02T03:04:05Z`, with `micro` `2026-01-02T03:04:05.000000Z`.
 * @throws TimeError
 */
export function canonicalTime(text: string, micro: boolean): string {
  const format = micro ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00";
  const match = whole.exec(text);
  if (!match) throw explain(text, format);
  const [, year, month, day, hour, minute, second, fraction = "", zone = "Z"] = match;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const wall = new Date(local).toISOString();
  if (wall.slice(0, 19) !== text.slice(0, 19)) throw explain(text, format);
  const tail = micro ? `.${fraction.slice(0, 6).padEnd(6, "0")}Z` : "Z";
  if (zone === "Z") return wall.slice(0, 19) + tail;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return new Date(local - (zone.startsWith("-") ? -minutes : minutes) * 60_000).toISOString().slice(0, 19) + tail;
}
