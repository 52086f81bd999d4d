const limit = 10000;

/** Brace expansion of a word's raw text ("a{b,c}{1..3}"), quotes and substitutions left as they are. */
export function expandBraces(text: string): string[] {
  for (let i = 0; i < text.length; i++) {
    i = skip(text, i);
    if (text[i] !== "{" || text[i - 1] === "$") continue;
    const parsed = brace(text, i);
    if (!parsed) continue;
    const before = text.slice(0, i);
    const out: string[] = [];
    const tails = expandBraces(text.slice(parsed.end));
    for (const middle of parsed.choices) for (const tail of tails) if (out.length < limit) out.push(before + middle + tail);
    return out;
  }
  return [text];
}

/** Steps over what may hold braces of its own: a quoted character, a quotation, a substitution. Returns the place of its last character. */
function skip(text: string, at: number): number {
  const c = text[at];
  if (c === "\\") return at + 2 > text.length ? text.length : skip(text, at + 2);
  if (c === "'" || c === "`") {
    const close = text.indexOf(c, at + 1);
    return close < 0 ? text.length : skip(text, close + 1);
  }
  if (c === '"') {
    let i = at + 1;
    while (i < text.length && text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
    return i >= text.length ? text.length : skip(text, i + 1);
  }
  if (c === "$" && (text[at + 1] === "{" || text[at + 1] === "(")) {
    const open = text[at + 1];
    const close = open === "{" ? "}" : ")";
    let depth = 0;
    for (let i = at + 1; i < text.length; i++) {
      if (text[i] === open) depth++;
      else if (text[i] === close && --depth === 0) return skip(text, i + 1);
    }
    return text.length;
  }
  return at;
}

function brace(text: string, at: number): { readonly choices: string[]; readonly end: number } | undefined {
  let depth = 0;
  const parts: string[] = [];
  let from = at + 1;
  for (let i = at; i < text.length; i++) {
    const skipped = text[i] === "{" || text[i] === "}" || text[i] === "," ? i : skip(text, i);
    if (skipped >= text.length) return undefined;
    if (skipped !== i) i = skipped;
    const c = text[i];
    if (c === "{") depth++;
    else if (c === "," && depth === 1) {
      parts.push(text.slice(from, i));
      from = i + 1;
    } else if (c === "}" && --depth === 0) {
      const end = i + 1;
      if (parts.length) {
        parts.push(text.slice(from, i));
        return { choices: parts.flatMap(expandBraces), end };
      }
      const range = sequence(text.slice(at + 1, i));
      return range && { choices: range, end };
    }
  }
  return undefined;
}

function sequence(text: string): string[] | undefined {
  const numbers = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(text);
  if (numbers) {
    const [from, to] = [Number(numbers[1]), Number(numbers[2])];
    const step = Math.abs(Number(numbers[3] ?? 1)) || 1;
    const width = [numbers[1], numbers[2]].some((n) => /^-?0\d/.test(n)) ? Math.max(numbers[1].length, numbers[2].length) : 0;
    const out: string[] = [];
    const push = (n: number): void => {
      const digits = String(Math.abs(n)).padStart(width - (n < 0 ? 1 : 0), "0");
      out.push(n < 0 ? `-${digits}` : digits);
    };
    if (from <= to) for (let n = from; n <= to && out.length < limit; n += step) push(n);
    else for (let n = from; n >= to && out.length < limit; n -= step) push(n);
    return out;
  }
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d+))?$/.exec(text);
  if (!letters) return undefined;
  const [from, to] = [letters[1].charCodeAt(0), letters[2].charCodeAt(0)];
  const step = Math.abs(Number(letters[3] ?? 1)) || 1;
  const out: string[] = [];
  if (from <= to) for (let c = from; c <= to; c += step) out.push(String.fromCharCode(c));
  else for (let c = from; c >= to; c -= step) out.push(String.fromCharCode(c));
  return out;
}
