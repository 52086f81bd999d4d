/**
 * Long texts that are seldom asked for, packed tighter than gzip packs the bundle that they lie in. Each bit of the text goes
 * through an arithmetic coder, whose odds are mixed from what came before after the same few characters, in the same word,
 * and where the longest stretch like this one went on. scripts/pack-text.mjs, which packs, goes the same way as the reader
 * here. Nothing is rounded differently from engine to engine: no more than adding, multiplying and dividing is done.
 */

/** One bit, where 1 has odds of `odds` in 65536. A packer writes `truth` down and gives it back; a reader doesn't know it. */
export type Bit = (odds: number, truth: number) => number;

/** How many characters before this one are looked at, by context; two more look at the word, and at it and the one before. */
const orders = [1, 2, 3, 4];
const contexts = orders.length + 2;
/** The shortest stretch that is looked for earlier in the text. */
const shortest = 6;

/** The chance whose logarithmic odds are `odds`, in hundredths, for -1200 to 1200. */
const chances = Float64Array.from({ length: 2401 }, (_, i) => {
  let power = 1 - (i - 1200) / 409600;
  for (let k = 0; k < 12; k++) power *= power;
  return 1 / (1 + power);
});
const chanceOf = (odds: number): number => chances[odds < -12 ? 0 : odds > 12 ? 2400 : odds * 100 + 1200.5 | 0] ?? 0;

/** The logarithmic odds of a chance in 4096. */
function oddsOfChances(): Float64Array {
  let at = 0;
  return Float64Array.from({ length: 4096 }, (_, i) => {
    while (at < 2400 && (chances[at] ?? 0) * 4096 < i + 0.5) at++;
    return (at - 1200) / 100;
  });
}

const hashed = (seed: number, next: number): number => {
  const product = Math.imul(seed ^ next, 0x2c1b3c6d);
  return Math.imul(product ^ product >>> 15, 0x297a2d39);
};

/** Goes through characters of 7 bits from the first; writes down what the bits say. */
export function walk(text: Uint8Array, bitOf: Bit): void {
  const oddsOf = oddsOfChances();
  // What the contexts have met, in rows for three and for four bits: whose row it is, then the chance of 1 in the upper 22 bits and below them how often it was met.
  const free = Math.clz32(text.length * 24);
  const table = new Int32Array(2 ** (32 - free));
  const rates = Float64Array.from({ length: 64 }, (_, met) => 1 / (met + 1.1));
  const seeds = new Int32Array(contexts);
  const rows = new Int32Array(contexts);
  const inputs = new Float64Array(contexts + 1);
  const count = contexts + 1;
  // Weights by how long the stretch is and what is known of the character; and by the character before.
  const weights = new Float64Array((4 + 1) * 128 * count).fill(0.2);
  // What a chance came to in truth, by the two characters before, in steps with what lies between.
  const truly = new Float32Array(256 * 128 * 33);
  for (let i = 0; i < 33; i++) truly[i] = chanceOf((i - 16) / 2);
  for (let filled = 33; filled < truly.length; filled *= 2) truly.copyWithin(filled, 0, filled);
  // Where the stretches of `shortest` characters ended, and how often a stretch of a length went on as it did before.
  const places = new Int32Array(1 << 18);
  const kept = new Float64Array(32).fill(0.9);
  let place = 0;
  let length = 0;
  let word = 0;
  let wordBefore = 0;
  for (let at = 0; at < text.length; at++) {
    const truth = text[at] ?? 0;
    const last = text[at - 1] ?? 0;
    const lasts = hashed(text[at - 2] ?? 0, last << 7) >>> 24 << 7;
    for (let k = 0, back = 1, seed = 0; k < orders.length; k++) {
      for (; back <= (orders[k] ?? 0); back++) seed = hashed(seed, (text[at - back] ?? 0) + back * 256);
      seeds[k] = seed;
    }
    seeds[orders.length] = hashed(word, 1);
    seeds[orders.length + 1] = hashed(wordBefore, word + 2);
    const expected = length > 0 ? text[place] ?? 0 : -1;
    const long = length < 16 ? length : Math.min(31, 12 + (length >> 2));
    let known = 1;
    for (let shift = 6; shift >= 0; shift--) {
      if (shift === 6 || shift === 3) {
        for (let k = 0; k < contexts; k++) {
          const name = hashed(seeds[k] ?? 0, known);
          const row = name >>> free & -16;
          if (table[row] !== name) table.fill(1 << 31, row, row + 16)[row] = name;
          rows[k] = row;
        }
      }
      const low = shift > 3 ? known : known & (1 << 3 - shift) - 1 | 1 << 3 - shift;
      for (let k = 0; k < contexts; k++) {
        const slot = table[(rows[k] ?? 0) + low] ?? 0;
        inputs[k] = (slot & 1023) === 0 ? 0 : oddsOf[slot >>> 20] ?? 0;
      }
      const told = expected >= 0 && (expected | 128) >> shift + 1 === known;
      const expects = expected >> shift & 1;
      const odds = told ? oddsOf[(kept[long] ?? 0) * 4095 | 0] ?? 0 : 0;
      inputs[contexts] = expects === 1 ? odds : -odds;
      const here = ((told ? long > 15 ? 3 : long > 7 ? 2 : 1 : 0) * 128 + known) * count;
      const there = (512 + last) * count;
      let sum = 0;
      let other = 0;
      for (let k = 0; k < count; k++) {
        const input = inputs[k] ?? 0;
        sum += input * (weights[here + k] ?? 0);
        other += input * (weights[there + k] ?? 0);
      }
      const mean = (sum + other) / 2;
      const position = mean < -7.99 ? 0.02 : mean > 7.99 ? 31.98 : mean * 2 + 16;
      const step = (lasts | known) * 33 + (position | 0);
      const part = position - (position | 0);
      const lower = truly[step] ?? 0;
      const upper = truly[step + 1] ?? 0;
      const chance = (chanceOf(mean) + lower + (upper - lower) * part) * 32768 | 0;
      const bit = bitOf(chance < 2 ? 2 : chance > 65533 ? 65533 : chance, truth >> shift & 1);
      truly[step] = lower + (bit - lower) * 0.02 * (1 - part);
      truly[step + 1] = upper + (bit - upper) * 0.02 * part;
      const missed = (bit - chanceOf(sum)) * 0.01;
      const missedThere = (bit - chanceOf(other)) * 0.01;
      for (let k = 0; k < count; k++) {
        const input = inputs[k] ?? 0;
        weights[here + k] = (weights[here + k] ?? 0) + input * missed;
        weights[there + k] = (weights[there + k] ?? 0) + input * missedThere;
      }
      for (let k = 0; k < contexts; k++) {
        const row = (rows[k] ?? 0) + low;
        const slot = table[row] ?? 0;
        const met = slot & 1023;
        const before = slot >>> 10;
        table[row] = before + ((bit * 4194303 - before) * (rates[met] ?? 0) | 0) << 10 | (met < 63 ? met + 1 : met);
      }
      if (told) kept[long] = (kept[long] ?? 0) + ((expects === bit ? 1 : 0) - (kept[long] ?? 0)) * 0.01;
      known = known << 1 | bit;
    }
    const character = known & 127;
    text[at] = character;
    const letter = character | 32;
    if (letter > 96 && letter < 123 || character === 3 || character === 4) word = hashed(word, letter);
    else if (word !== 0) [word, wordBefore] = [0, word];
    if (length > 0 && text[place] === character) {
      length++;
      place++;
    } else length = 0;
    let ending = 0;
    for (let k = 0; k < shortest; k++) ending = hashed(ending, text[at - k] ?? 0);
    ending >>>= 14;
    if (length === 0) {
      place = places[ending] ?? 0;
      while (length < place && text[place - 1 - length] === text[at - length]) length++;
      if (length < shortest) length = 0;
    }
    places[ending] = at + 1;
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
    const middle = low + Math.floor((high - low) / 65536 * odds);
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

/** What scripts/pack-text.mjs makes of a text: its length, and the bits. */
export type Packed = readonly [length: number, base64: string];

/** The text that was packed. */
export function unpackText([length, base64]: Packed): string {
  const text = new Uint8Array(length);
  walk(text, bitsOf(atob(base64)));
  return new TextDecoder().decode(text);
}
