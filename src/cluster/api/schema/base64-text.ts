const alphabet = /[A-Za-z0-9+/]/;

/**
 * Where Go's decoder stops at a text that is not base64 (`illegal base64 data at input byte 3`), or -1 for one that is.
 * Line breaks count for the position but not as data.
 */
export function illegalBase64At(text: string): number {
  let inGroup = 0;
  let at = 0;
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\n" || character === "\r") continue;
    if (character === "=") break;
    if (!alphabet.test(character)) return at;
    inGroup = (inGroup + 1) % 4;
  }
  if (at === text.length) return inGroup === 0 ? -1 : text.length - inGroup;
  if (inGroup < 2) return at;
  const padding = text.slice(at).replace(/[\r\n]/g, "");
  const wanted = inGroup === 2 ? "==" : "=";
  if (padding === wanted) return -1;
  return padding.startsWith(wanted) ? at + wanted.length : text.length;
}
