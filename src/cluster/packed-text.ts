/**
 * Long texts that are seldom asked for, packed tighter than gzip packs the bundle that they lie in. In three steps: what
 * was there before after the same characters is not told again; the rest is sorted by what follows each character (Burrows
 * and Wheeler), so that like ones stand together; and their bits go through an arithmetic coder whose odds learn from the
 * bits before. scripts/pack-text.mjs, which packs, goes the same ways as the reader here.
 */

/** One bit, where 1 has odds of `odds` in 65536. A packer writes `truth` down and gives it back; a reader doesn't know it. */
export type Bit = (odds: number, truth: number) => number;

/** Goes through characters of 7 bits from the first; writes down what the bits say. */
export function walk(column: Uint8Array, bitOf: Bit): void {
  // Odds of a bit by those above it in the character; and by the character before or the one before that, too.
  const alone = new Int32Array(128).fill(32768);
  const after = new Int32Array(128 * 128).fill(32768);
  // What the odds of the two come to in truth, in 16 steps with what lies between; apart for when characters repeat.
  const steps = 17;
  const truly = Int32Array.from({ length: 256 * steps }, (_, i) => Math.min(65535, i % steps * 4096));
  let last = 0;
  let before = 0;
  let run = 0;
  for (let at = 0; at < column.length; at++) {
    const truth = column[at] ?? 0;
    run = last === before ? run + 1 : 0;
    let known = 1;
    for (let place = 6; place >= 0; place--) {
      const a = last << 7 | known;
      const oddsAlone = alone[known] ?? 0;
      const oddsAfter = after[a] ?? 0;
      const mean = (oddsAlone + oddsAfter) * 7 + (after[before << 7 | known] ?? 0) * 2 >> 4;
      const step = (known << 1 | (run > 2 ? 1 : 0)) * steps + (mean >> 12);
      const lower = truly[step] ?? 0;
      const upper = truly[step + 1] ?? 0;
      const odds = (lower + ((upper - lower) * (mean & 4095) >> 12)) * 3 + mean >> 2;
      const bit = bitOf(odds < 24 ? 24 : odds > 65512 ? 65512 : odds, truth >> place & 1);
      const towards = bit * 65535;
      alone[known] = oddsAlone + (towards - oddsAlone >> 2);
      after[a] = oddsAfter + (towards - oddsAfter >> 4);
      truly[step] = lower + (towards - lower >> 6);
      truly[step + 1] = upper + (towards - upper >> 6);
      known = known << 1 | bit;
    }
    before = last;
    last = known & 127;
    column[at] = last;
  }
}

/** The bits that were packed into bytes. */
function bitsOf(bytes: string): Bit {
  // The bounds of what is still possible, and where in them the bits lead. (In an array, as the engine would box numbers of 32 bits.)
  const [LOW, HIGH, CODE] = [0, 1, 2] as const;
  const state = new Uint32Array([0, -1, 0]);
  let next = 0;
  const shift = (): void => {
    state[CODE] = (state[CODE] ?? 0) << 8 | (next < bytes.length ? bytes.charCodeAt(next) : 0);
    next++;
  };
  for (let i = 0; i < 4; i++) shift();
  return (odds) => {
    const low = state[LOW] ?? 0;
    const high = state[HIGH] ?? 0;
    const middle = low + (high - low >>> 16) * odds >>> 0;
    const bit = (state[CODE] ?? 0) <= middle ? 1 : 0;
    if (bit === 1) state[HIGH] = middle;
    else state[LOW] = middle + 1;
    while (((state[LOW] ?? 0) ^ (state[HIGH] ?? 0)) >>> 24 === 0) {
      state[LOW] = (state[LOW] ?? 0) << 8;
      state[HIGH] = (state[HIGH] ?? 0) << 8 | 255;
      shift();
    }
    return bit;
  };
}

/** The text whose rotations have this last column; the text itself would be the `start`th. */
function unsorted(column: Uint8Array, start: number): Uint8Array {
  // The row of the rotation that begins with the character at the end of this one: the nth of its kind in the column is the nth that begins with it.
  const rows = new Int32Array(129);
  for (const character of column) rows[character + 1] = (rows[character + 1] ?? 0) + 1;
  rows[0] = 1;
  for (let i = 1; i < rows.length; i++) rows[i] = (rows[i] ?? 0) + (rows[i - 1] ?? 0);
  const longer = new Int32Array(column.length);
  for (let i = 0; i < column.length; i++) {
    const character = column[i] ?? 0;
    longer[i] = rows[character] ?? 0;
    rows[character] = (rows[character] ?? 0) + 1;
  }
  const text = new Uint8Array(column.length);
  for (let row = 0, i = text.length - 1; i >= 0; i--) {
    const at = row < start ? row : row - 1;
    text[i] = column[at] ?? 0;
    row = longer[at] ?? 0;
  }
  return text;
}

/** Says "as it went on then", with how much longer than `shortest` it went on: 127 and more to come, or the rest. */
export const again = 5;
export const shortest = 20;

/** A text that is written, and where in it the six characters before its end stood last. */
export function trail(text: Uint8Array): { readonly length: () => number; readonly put: (character: number) => void; readonly earlier: () => number } {
  const places = new Int32Array(1 << 16).fill(-1);
  let length = 0;
  let ending = 0;
  return {
    length: () => length,
    put: (character) => {
      text[length++] = character;
      ending = (ending << 5 ^ character) & 0x3fffffff;
    },
    earlier: () => {
      const slot = Math.imul(ending, 0x9e3779b1) >>> 16;
      const place = places[slot] ?? -1;
      places[slot] = length;
      return place;
    },
  };
}

/** Tells again what was not told twice. */
function expanded(told: Uint8Array, length: number): Uint8Array {
  const text = new Uint8Array(length);
  const { put, earlier } = trail(text);
  for (let i = 0; i < told.length; i++) {
    const from = earlier();
    if (told[i] !== again) {
      put(told[i] ?? 0);
      continue;
    }
    let count = shortest;
    do count += told[++i] ?? 0;
    while (told[i] === 127);
    for (let k = 0; k < count; k++) {
      if (k > 0) earlier();
      put(text[from + k] ?? 0);
    }
  }
  return text;
}

/** What scripts/pack-text.mjs makes of a text: its length, that of what is told of it, the row of that among its rotations, and the bits. */
export type Packed = readonly [length: number, told: number, start: number, base64: string];

/** The text that was packed. */
export function unpackText([length, told, start, base64]: Packed): string {
  const column = new Uint8Array(told);
  walk(column, bitsOf(atob(base64)));
  return new TextDecoder().decode(expanded(unsorted(column, start), length));
}
