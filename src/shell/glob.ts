import { RE2JS } from "re2js";
import { bracket } from "./regular";

/** A stretch of a pattern: quoted text stands for itself. */
export interface Segment {
  readonly t: string;
  readonly q: boolean;
}

const kept = new Map<string, RE2JS | null>();

export interface Pattern {
  matches(text: string): boolean;
}

/** True where unquoted text holds something that globbing would act on. */
export function hasGlob(segments: readonly Segment[]): boolean {
  return segments.some((s) => !s.q && (/[*?]/.test(s.t) || /\[[^\]]/.test(s.t) || /[@!+]\(/.test(s.t)));
}

/** A shell pattern, as `case`, `[[ ]]`, `${x#…}` and globbing use it. */
export function shellPattern(segments: readonly Segment[], ignoreCase = false): Pattern {
  const source = `^(?:${segments.map((s) => (s.q ? quote(s.t) : translate(s.t))).join("")})$`;
  const key = (ignoreCase ? "i" : "c") + source;
  let compiled = kept.get(key);
  if (compiled === undefined) {
    try {
      compiled = RE2JS.compile(source, RE2JS.DOTALL | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0));
    } catch {
      compiled = null;
    }
    if (kept.size > 500) kept.clear();
    kept.set(key, compiled);
  }
  const engine = compiled;
  if (!engine) {
    const plain = segments.map((s) => s.t).join("");
    return { matches: (text) => text === plain };
  }
  return { matches: (text) => engine.matcher(text).find() };
}

function quote(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}

function translate(text: string): string {
  let out = "";
  const closes: string[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if ("?*+@!".includes(c) && text[i + 1] === "(" && text.includes(")", i)) {
      closes.push(c === "@" ? ")" : c === "!" ? ")" : `)${c}`);
      out += "(?:";
      i++;
    } else if (c === "|" && closes.length) out += "|";
    else if (c === ")" && closes.length) out += closes.pop()!;
    else if (c === "*") out += ".*";
    else if (c === "?") out += ".";
    else if (c === "[") {
      const [piece, end] = bracket(text, i);
      out += piece;
      i = end;
    } else if (c === "\\" && i + 1 < text.length) out += quote(text[++i]);
    else out += quote(c);
  }
  return out + closes.reverse().join("");
}

/** The paths that a pattern names, sorted; undefined where there is none. `list` gives a directory's names. */
export function globPaths(segments: readonly Segment[], cwd: string, list: (path: string) => readonly string[] | undefined): readonly string[] | undefined {
  const parts: Segment[][] = [[]];
  for (const segment of segments)
    segment.t.split("/").forEach((piece, i) => {
      if (i > 0) parts.push([]);
      if (piece) parts.at(-1)!.push({ t: piece, q: segment.q });
    });
  const absolute = parts[0].length === 0 && parts.length > 1;
  let found: string[] = [absolute ? "/" : ""];
  for (let i = absolute ? 1 : 0; i < parts.length; i++) {
    const part = parts[i];
    const last = i === parts.length - 1;
    const next: string[] = [];
    const join = (base: string, name: string): string => (base === "" ? name : base.endsWith("/") ? base + name : `${base}/${name}`);
    for (const base of found) {
      const dir = base === "" ? cwd : base.startsWith("/") ? base : `${cwd === "/" ? "" : cwd}/${base}`;
      if (!hasGlob(part)) {
        const name = part.map((s) => s.t).join("");
        if (name === "") {
          if (list(dir)) next.push(`${base}/`);
          continue;
        }
        const names = list(dir);
        if (name === "." || name === ".." || names?.includes(name)) next.push(join(base, name));
        continue;
      }
      const pattern = shellPattern(part);
      const hidden = part[0].t.startsWith(".");
      for (const name of [...(list(dir) ?? [])].sort()) {
        if ((name.startsWith(".") && !hidden) || !pattern.matches(name)) continue;
        const path = join(base, name);
        if (last || list(path.startsWith("/") ? path : `${cwd === "/" ? "" : cwd}/${path}`)) next.push(path);
      }
    }
    found = next;
  }
  return found.length ? found : undefined;
}
