/** The times of a cron expression, as sets of allowed values. Days match by either field where both are restricted. */
export interface CronSchedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Whether the field was a star, so that the other one alone decides. */
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
  /** For @every: the milliseconds between runs, instead of all the sets. */
  readonly every?: number;
}

/** An expression that is none; the message is that of the library that Kubernetes parses with (robfig/cron v3). */
export class CronError extends Error {}

interface Bounds { readonly least: number; readonly most: number; readonly names?: readonly string[] }
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const bounds: readonly Bounds[] = [{ least: 0, most: 59 }, { least: 0, most: 23 }, { least: 1, most: 31 }, { least: 1, most: 12, names: months }, { least: 0, most: 6, names: weekdays }];

const descriptors: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
};

const units: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, "µs": 1e-3, ms: 1, s: 1000, m: 60000, h: 3600000 };

/** A Go duration in milliseconds; undefined for what is none. */
function durationOf(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount = "0", , unit = "s"] of text.matchAll(/(\d+(\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) sum += Number(amount) * (units[unit] ?? 0);
  return sum;
}

function numberOf(text: string, { names = [], least }: Bounds): number {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return named + least;
  if (!/^[+-]?\d+$/.test(text)) throw new CronError(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const number = Number(text);
  if (number < 0) throw new CronError(`negative number (${number}) not allowed: ${text}`);
  return number;
}

function rangeOf(text: string, of: Bounds, into: Set<number>): boolean {
  const [range = "", stepText, ...more] = text.split("/");
  const [low = "", high, ...rest] = range.split("-");
  const star = low === "*" || low === "?";
  let start = of.least;
  let end = of.most;
  if (!star) {
    start = numberOf(low, of);
    if (rest.length > 0) throw new CronError(`too many hyphens: ${text}`);
    end = high === undefined ? start : numberOf(high, of);
  }
  let step = 1;
  if (more.length > 0) throw new CronError(`too many slashes: ${text}`);
  if (stepText !== undefined) {
    step = numberOf(stepText, { least: 0, most: 0 });
    // "5/10" means from 5 on.
    if (high === undefined && !star) end = of.most;
  }
  if (start < of.least) throw new CronError(`beginning of range (${start}) below minimum (${of.least}): ${text}`);
  if (end > of.most) throw new CronError(`end of range (${end}) above maximum (${of.most}): ${text}`);
  if (start > end) throw new CronError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new CronError(`step of range should be a positive number: ${text}`);
  for (let at = start; at <= end; at += step) into.add(at);
  return star && step === 1;
}

/** Parses "m h d M w", a descriptor (@hourly) or "@every 90s". Throws CronError. */
export function parseCron(expression: string): CronSchedule {
  const text = expression.trim();
  if (text === "") throw new CronError("empty spec string");
  const none: ReadonlySet<number> = new Set<number>();
  if (text.startsWith("@every ")) {
    const every = durationOf(text.slice("@every ".length));
    if (every === undefined) throw new CronError(`failed to parse duration ${text}: time: invalid duration ${JSON.stringify(text.slice("@every ".length))}`);
    return { minutes: none, hours: none, days: none, months: none, weekdays: none, anyDay: true, anyWeekday: true, every: Math.max(1000, Math.floor(every / 1000) * 1000) };
  }
  const described = text.startsWith("@") ? descriptors[text] : text;
  if (described === undefined) throw new CronError(`unrecognized descriptor: ${text}`);
  const fields = described.split(/\s+/);
  if (fields.length !== bounds.length) throw new CronError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`);
  const stars: boolean[] = [];
  const sets = fields.map((field, i) => {
    const set = new Set<number>();
    let star = false;
    for (const part of field.split(",")) star = rangeOf(part, bounds[i], set) || star;
    stars.push(star);
    return set;
  });
  const [minutes = none, hours = none, days = none, monthsOfYear = none, weekdaysOfWeek = none] = sets;
  return { minutes, hours, days, months: monthsOfYear, weekdays: weekdaysOfWeek, anyDay: stars[2] === true, anyWeekday: stars[4] === true };
}

const minute = 60000;

/** The first time after `after` (Unix ms, UTC) that the schedule names; undefined where five years have none. `offset`: the zone's minutes east of UTC. */
export function nextRun(schedule: CronSchedule, after: number, offset = 0): number | undefined {
  if (schedule.every !== undefined) return Math.floor(after / 1000) * 1000 + schedule.every;
  let at = (Math.floor(after / minute) + 1) * minute + offset * minute;
  const last = at + 5 * 366 * 24 * 60 * minute;
  while (at <= last) {
    const date = new Date(at);
    if (!schedule.months.has(date.getUTCMonth() + 1)) {
      at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
      continue;
    }
    const day = schedule.days.has(date.getUTCDate());
    const weekday = schedule.weekdays.has(date.getUTCDay());
    if (!(schedule.anyDay || schedule.anyWeekday ? day && weekday : day || weekday)) {
      at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
      continue;
    }
    if (!schedule.hours.has(date.getUTCHours())) {
      at = (Math.floor(at / (60 * minute)) + 1) * 60 * minute;
      continue;
    }
    if (!schedule.minutes.has(date.getUTCMinutes())) {
      at += minute;
      continue;
    }
    return at - offset * minute;
  }
  return undefined;
}
