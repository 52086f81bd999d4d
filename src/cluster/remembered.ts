/** A pure function of a text that remembers its answers. Texts come from readers: what is remembered stays bounded. */
export function remembered<T>(of: (text: string) => T, most = 1_000): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let found = known.get(text);
    if (found === undefined && !known.has(text)) {
      if (known.size >= most) known.clear();
      known.set(text, found = of(text));
    }
    return found as T;
  };
}
