/** `<pod-name>`, `<你的Pod>`: a word that the note leaves to the reader. A redirection has a space, a path or a number in its place. */
const placeholder = /<([a-zA-Z\u4e00-\u9fff][\w\u4e00-\u9fff-]*(?:[ .][\w\u4e00-\u9fff-]+)*)>(?!\S*>)/g;

/** The text without what stands in quotes or a here-document: markup is no placeholder there. */
function bare(text: string): string {
  const [first = "", ...rest] = text.split("\n");
  const own = /<<-?\s*["']?\w/.test(first) ? first : [first, ...rest].join("\n");
  return own.replace(/'[^']*'|"[^"]*"/g, (quoted) => " ".repeat(quoted.length));
}

/** The placeholders of a command, each once, in order. */
export function placeholdersIn(text: string): readonly string[] {
  if (!text.includes("<")) return [];
  return [...new Set([...bare(text).matchAll(placeholder)].map((match) => match[1] ?? ""))];
}

/** The command with its placeholders filled; what has no value stays. */
export function filled(text: string, values: ReadonlyMap<string, string>): string {
  return placeholdersIn(text).reduce((so, name) => {
    const value = values.get(name);
    return value === undefined ? so : so.replaceAll(`<${name}>`, value);
  }, text);
}
