interface Frame {
  readonly list: boolean;
  /** The keys so far; of a list none. */
  readonly keys: Set<string>;
  key: string | undefined;
  index: number;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

/** The keys that stand twice in an object of a JSON text, as the strict decoder tells them: `duplicate field "spec.containers[0].name"`. */
export function duplicateFields(text: string): readonly string[] {
  const frames: Frame[] = [];
  const found = new Set<string>();
  for (const [word] of text.matchAll(token)) {
    const top = frames[frames.length - 1];
    if (word === "{" || word === "[") frames.push({ list: word === "[", keys: new Set(), key: undefined, index: 0 });
    else if (word === "}" || word === "]") frames.pop();
    else if (top === undefined) continue;
    else if (word === ",") {
      top.index++;
      top.key = undefined;
    } else if (!top.list && top.key === undefined) {
      top.key = JSON.parse(word) as string;
      if (top.keys.has(top.key)) found.add(`duplicate field "${pathOf(frames)}"`);
      top.keys.add(top.key);
    }
  }
  return [...found];
}

function pathOf(frames: readonly Frame[]): string {
  return frames.map(({ list, key = "", index }) => (list ? `[${index}]` : `.${key}`)).join("").slice(1);
}
