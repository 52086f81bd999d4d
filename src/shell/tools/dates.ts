const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** strftime in UTC, the time zone of every container. `unix` in ms. */
export function formatDate(unix: number, format: string): string {
  const d = new Date(unix);
  const two = (n: number): string => String(n).padStart(2, "0");
  const dayOfYear = Math.floor((Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate()) - Date.UTC(d.getUTCFullYear(), 0, 1)) / 86400000) + 1;
  const hour12 = d.getUTCHours() % 12 || 12;
  const one = (c: string): string | undefined => {
    switch (c) {
      case "a": return days[d.getUTCDay()].slice(0, 3);
      case "A": return days[d.getUTCDay()];
      case "b":
      case "h": return months[d.getUTCMonth()].slice(0, 3);
      case "B": return months[d.getUTCMonth()];
      case "c": return formatDate(unix, "%a %b %e %H:%M:%S %Y");
      case "C": return two(Math.floor(d.getUTCFullYear() / 100));
      case "d": return two(d.getUTCDate());
      case "D":
      case "x": return formatDate(unix, "%m/%d/%y");
      case "e": return String(d.getUTCDate()).padStart(2);
      case "F": return formatDate(unix, "%Y-%m-%d");
      case "H": return two(d.getUTCHours());
      case "I": return two(hour12);
      case "j": return String(dayOfYear).padStart(3, "0");
      case "k": return String(d.getUTCHours()).padStart(2);
      case "l": return String(hour12).padStart(2);
      case "m": return two(d.getUTCMonth() + 1);
      case "M": return two(d.getUTCMinutes());
      case "n": return "\n";
      case "N": return String(d.getUTCMilliseconds() * 1e6).padStart(9, "0");
      case "p": return d.getUTCHours() < 12 ? "AM" : "PM";
      case "P": return d.getUTCHours() < 12 ? "am" : "pm";
      case "r": return formatDate(unix, "%I:%M:%S %p");
      case "R": return formatDate(unix, "%H:%M");
      case "s": return String(Math.floor(unix / 1000));
      case "S": return two(d.getUTCSeconds());
      case "t": return "\t";
      case "T":
      case "X": return formatDate(unix, "%H:%M:%S");
      case "u": return String(d.getUTCDay() || 7);
      case "w": return String(d.getUTCDay());
      case "y": return two(d.getUTCFullYear() % 100);
      case "Y": return String(d.getUTCFullYear());
      case "z": return "+0000";
      case "Z": return "UTC";
      case "%": return "%";
      default: return undefined;
    }
  };
  return format.replace(/%(-|_|0|\^|\d|:)?([a-zA-Z%])/g, (all, flag: string | undefined, c: string) => {
    const text = one(c);
    if (text === undefined) return all;
    if (flag === "-") return text.replace(/^[0 ]+(?=.)/, "");
    if (flag === "^") return text.toUpperCase();
    if (flag === ":" && c === "z") return "+00:00";
    if (flag !== undefined && /\d/.test(flag) && c === "N") return text.slice(0, Number(flag));
    return text;
  });
}

/** The text of `date -d`: an epoch, an ISO date, "2 days ago", "tomorrow". Unix ms; undefined where it is none. */
export function parseDate(text: string, now: number): number | undefined {
  const t = text.trim().toLowerCase();
  if (/^@-?\d+(\.\d+)?$/.test(t)) return Number(t.slice(1)) * 1000;
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(z|utc|[-+]\d{2}:?\d{2})?$/.exec(t);
  if (iso) {
    const zone = /([-+])(\d{2}):?(\d{2})/.exec(iso[7] ?? "");
    const offset = zone ? (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) * 60000 : 0;
    return Date.UTC(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]), Number(iso[4] ?? 0), Number(iso[5] ?? 0), Number(iso[6] ?? 0)) - offset;
  }
  if (t === "now" || t === "" || t === "today") return now;
  if (t === "yesterday") return now - 86400000;
  if (t === "tomorrow") return now + 86400000;
  const units: Record<string, number> = { sec: 1000, second: 1000, min: 60000, minute: 60000, hour: 3600000, day: 86400000, week: 604800000 };
  let at = now;
  let rest = t;
  while (rest) {
    const found = /^([-+]?\s*\d+|next|last)?\s*(sec|second|min|minute|hour|day|week)s?(\s+ago)?\s*/.exec(rest);
    if (!found) return undefined;
    const n = found[1] === undefined || found[1] === "next" ? 1 : found[1] === "last" ? -1 : Number(found[1].replace(/\s/g, ""));
    at += n * units[found[2]] * (found[3] ? -1 : 1);
    rest = rest.slice(found[0].length);
  }
  return at;
}
