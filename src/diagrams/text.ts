import type { Text } from "./scene";

/**
 * How wide a text is drawn, without asking the browser: measuring in the hot path would force a reflow per label.
 * The table holds the advances of printable ASCII in hundredths of an em, measured once in a wide interface font,
 * so that narrower fonts leave a little air instead of running over.
 */
const advances = (
  "32 40 46 84 64 95 78 27 39 39 50 84 32 36 32 34 64 64 64 64 64 64 64 64 64 64 34 34 84 84 84 53 " +
  "100 68 69 70 77 63 58 77 75 29 29 66 56 86 75 79 60 79 69 63 61 73 68 99 69 61 69 39 34 39 84 50 " +
  "50 61 63 55 63 62 35 63 63 28 28 58 28 97 63 61 63 63 41 52 39 63 59 82 59 59 52 64 34 64 84"
)
  .split(" ")
  .map(Number);

/** Pixels. The text of a diagram is never scaled: what doesn't fit is shortened. */
export const fonts: Readonly<Record<Text["font"], { readonly size: number; readonly line: number; readonly mono?: true; readonly wide?: number }>> = {
  title: { size: 13, line: 18, wide: 1.06 },
  name: { size: 13, line: 18 },
  mono: { size: 11, line: 15, mono: true },
  small: { size: 11, line: 15 },
  tab: { size: 10, line: 12, wide: 1.06 },
};

/** From U+2E80 on (ideographs, kana, Hangul, full-width forms) a character is one em wide. */
const ideographic = 0x2e80;

/** The width of `text` in pixels. */
export function textWidth(text: string, font: Text["font"]): number {
  const { size, mono, wide = 1 } = fonts[font];
  let hundredths = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 32;
    if (code >= ideographic) hundredths += 100 / wide;
    else if (mono) hundredths += 61;
    else hundredths += advances[code - 32] ?? (code < 0x250 ? 65 : 88);
  }
  return Math.ceil((hundredths / 100) * size * wide);
}

/** `text` cut to `width` pixels. A name keeps its tail, because that is what tells pods apart. */
export function fitText(text: string, font: Text["font"], width: number): string {
  if (textWidth(text, font) <= width) return text;
  const characters = [...text];
  const dash = /^[^\s]+-[a-z0-9]{1,10}$/.test(text) ? text.lastIndexOf("-") : -1;
  if (dash > 0) {
    const tail = text.slice(dash);
    for (let keep = dash - 1; keep > 0; keep--) {
      const cut = `${text.slice(0, keep)}…${tail}`;
      if (textWidth(cut, font) <= width) return cut;
    }
    if (textWidth(`…${tail}`, font) <= width) return `…${tail}`;
    if (textWidth(tail.slice(1), font) <= width) return tail.slice(1);
  }
  for (let keep = characters.length - 1; keep > 0; keep--) {
    const cut = `${characters.slice(0, keep).join("").trimEnd()}…`;
    if (textWidth(cut, font) <= width) return cut;
  }
  return width >= textWidth("…", font) ? "…" : "";
}
