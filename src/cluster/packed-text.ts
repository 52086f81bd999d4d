/**
 * Long texts that are seldom asked for, packed tighter than gzip packs the bundle that they lie in: words that come often
 * stand as one byte, and each bit goes through an arithmetic coder whose odds come from what followed the same characters
 * before (context mixing). Where a long passage has come before, one bit a byte says that it goes on. Whole numbers alone, as packer and
 * reader must agree in every digit. scripts/pack-text.mjs, which packs, goes the same way as the reader here.
 */

/** One bit, where 1 has odds of `odds` in 65536. A packer writes `truth` down and gives it back; a reader doesn't know it. */
export type Bit = (odds: number, truth: number) => number;

/** By how many views on what came before a bit is guessed: the last one to four bytes, and the word so far. */
const views = 5;
/** Those; what the passage says that goes on; and a constant. */
const inputs = 8;
/** A passage that came before with as many bytes before it as this is taken to go on. */
const sure = 20;
const longest = 60;

/** 4096 / (1 + e⁻ˣ) for x from -8 to 8 in 4096 steps of 1/256. */
const logistic = [1, 2, 3, 6, 10, 16, 27, 45, 73, 120, 194, 310, 488, 747, 1101, 1546, 2047, 2549, 2994, 3348, 3607, 3785, 3901, 3975, 4022, 4050, 4068, 4079, 4085, 4089, 4092, 4093, 4094];
const chances = (): Int32Array => Int32Array.from({ length: 4096 }, (_, i) => {
  const [at, part] = [i >> 7, i & 127];
  return (logistic[at] ?? 0) * (128 - part) + (logistic[at + 1] ?? 0) * part + 64 >> 7;
});

/** Its inverse. */
function weightsOf(chanceOf: Int32Array): Int32Array {
  const weights = new Int32Array(4096).fill(2047);
  for (let i = 0, at = 0; i < 4096; i++) while (at <= (chanceOf[i] ?? 0)) weights[at++] = i - 2048;
  return weights;
}

/** How often a bit was 0 and 1 after the same characters, up to 15 each, is one byte: what it becomes by a bit. When one comes, many of the other count for less. */
function histories(): Uint8Array {
  const fewer = (count: number): number => (count > 8 ? 5 : count > 5 ? 4 : count > 2 ? count + 3 >> 1 : count);
  return Uint8Array.from({ length: 512 }, (_, i) => {
    const [zeros, ones] = [i >> 5, i >> 1 & 15];
    return i & 1 ? fewer(zeros) << 4 | Math.min(15, ones + 1) : Math.min(15, zeros + 1) << 4 | fewer(ones);
  });
}

/** Goes through the bytes of a text from the first, in steps; writes down what the bits say. */
export function* walk(text: Uint8Array, bitOf: Bit): Generator<void, void> {
  const chanceOf = chances();
  const weightOf = weightsOf(chanceOf);
  const after = histories();
  const history = new Uint8Array(views << 22);
  // What a history comes to in truth, of 2²²; and in the lowest 9 bits how often that was asked.
  const truly = Int32Array.from({ length: views << 8 }, (_, i) => Math.floor(((i & 15) + 0.35) / ((i & 15) + (i >> 4 & 15) + 0.7) * (1 << 22)) << 9);
  const pace = Int32Array.from({ length: 512 }, (_, asked) => 65536 / (Math.min(asked, 500) + 1.5));
  const trust = new Int32Array(5 * 256 * inputs).fill(15728);
  // What the odds come to in truth, in 33 steps with what lies between.
  const steps = 33;
  const lastly = Int32Array.from({ length: 256 * steps }, (_, i) => (logistic[i % steps] ?? 0) << 4);
  const goesOn = Int32Array.from({ length: longest + 1 }, (_, i) => Math.min(64225, 39321 + i * 1310));
  const goesOnSurely = new Int32Array(longest + 1).fill(64000);
  const places = new Int32Array(1 << 18);
  const base = new Int32Array(views);
  const near = new Int32Array(views);
  const input = new Int32Array(inputs);
  input[views + 1] = 256;
  let [last4, last8, word] = [0, 0, 0];
  // Where the passage stood that goes on, and how much of it is the same so far.
  let [place, same] = [0, 0];

  for (let at = 0; at < text.length; at++) {
    if ((at & 2047) === 2047) yield;
    const truth = text[at] ?? 0;
    let guess = same > 0 ? text[place] ?? 0 : -1;
    let known = 1;
    if (same >= sure) {
      const chance = goesOnSurely[same] ?? 0;
      const yes = bitOf(chance, truth === guess ? 1 : 0);
      goesOnSurely[same] = chance + (yes * 65535 - chance >> 6);
      if (yes === 1) known = 256 | guess;
      else [same, guess] = [0, -1];
    }
    if (known === 1) {
      for (let view = 0; view < views; view++) {
        const seen = view === 4 ? word : view === 3 ? last4 : last4 & (1 << 8 * view + 8) - 1;
        const mixed = Math.imul(seen + view * 0x1234567 | 0, 0x9e3779b1);
        base[view] = mixed ^ mixed >>> 15;
      }
      for (let rest = 7; rest >= 0; rest--) {
        // What four bits ask for lies near one another in memory.
        if ((rest & 3) === 3) {
          for (let view = 0; view < views; view++) near[view] = view << 22 | Math.imul((base[view] ?? 0) + Math.imul(known, 0x9e3779b1) | 0, 0x85ebca6b) >>> 10;
        }
        const part = rest > 3 ? known : known & (1 << 3 - rest) - 1 | 1 << 3 - rest;
        const guessed = guess < 0 ? -1 : guess >> rest & 1;
        const length = guess < 0 ? 0 : same < 8 ? 1 : same < 16 ? 2 : same < 24 ? 3 : 4;
        const trusted = (length << 8 | known) * inputs;
        for (let view = 0; view < views; view++) {
          const past = history[(near[view] ?? 0) ^ part] ?? 0;
          input[view] = past === 0 ? 0 : weightOf[(truly[view << 8 | past] ?? 0) >>> 19] ?? 0;
        }
        const weight = guess < 0 ? 0 : weightOf[(goesOn[same] ?? 0) >> 4] ?? 0;
        input[views] = guessed === 0 ? -weight : weight;
        let sum = 0;
        for (let i = 0; i < views + 2; i++) sum += Math.imul(input[i] ?? 0, trust[trusted + i] ?? 0) >> 8;
        sum >>= 8;
        sum = sum > 2047 ? 4095 : sum < -2047 ? 1 : sum + 2048;
        const chance = chanceOf[sum] ?? 0;
        const step = known * steps + (sum >> 7);
        const share = sum & 127;
        const lower = lastly[step] ?? 0;
        const upper = lastly[step + 1] ?? 0;
        const odds = (chance << 4) + (lower * (128 - share) + upper * share >> 7) >> 1;
        const bit = bitOf(odds < 24 ? 24 : odds > 65512 ? 65512 : odds, truth >> rest & 1);
        if (share < 64) lastly[step] = lower + (bit * 65535 - lower >> 6);
        else lastly[step + 1] = upper + (bit * 65535 - upper >> 6);
        const miss = ((bit << 12) - chance) * 12;
        for (let i = 0; i < views + 2; i++) trust[trusted + i] = (trust[trusted + i] ?? 0) + (Math.imul(input[i] ?? 0, miss) + 0x8000 >> 16);
        for (let view = 0; view < views; view++) {
          const where = (near[view] ?? 0) ^ part;
          const past = history[where] ?? 0;
          const was = truly[view << 8 | past] ?? 0;
          const asked = was & 511;
          truly[view << 8 | past] = (was >>> 9) + (Math.imul((bit << 22) - (was >>> 9) >> 6, pace[asked] ?? 0) >> 10) << 9 | (asked < 511 ? asked + 1 : asked);
          history[where] = after[past << 1 | bit] ?? 0;
        }
        if (guess >= 0) {
          const was = goesOn[same] ?? 0;
          goesOn[same] = was + ((bit === guessed ? 65535 : 0) - was >> 6);
          if (bit !== guessed) [same, guess] = [0, -1];
        }
        known = known << 1 | bit;
      }
    }
    const byte = known & 255;
    text[at] = byte;
    last8 = last8 << 8 | last4 >>> 24;
    last4 = last4 << 8 | byte;
    word = byte > 127 || (byte | 32) > 96 && (byte | 32) < 123 ? Math.imul(word + byte + 1, 0x2f0b4c47) : 0;
    // Where the same six bytes stood last, unless a passage goes on already.
    const ending = Math.imul(Math.imul(last4, 0x2f0b4c47) + Math.imul(last8 & 0xffff, 0x9e3779b1) | 0, 0x85ebca6b) >>> 14;
    if (same > 0) {
      place++;
      if (same < longest) same++;
    } else {
      place = places[ending] ?? 0;
      while (same < 32 && place > same && text[place - 1 - same] === text[at - same]) same++;
      if (same < 5) same = 0;
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

/** What scripts/pack-text.mjs makes of a text: how many bytes its words and it come to, and their bits. */
export type Packed = readonly [length: number, base64: string];

/** The text that was packed, in steps. */
export function* unpacking([length, base64]: Packed): Generator<void, string> {
  const bytes = new Uint8Array(length);
  yield* walk(bytes, bitsOf(atob(base64)));
  const signs = Array.from({ length: 128 }, (_, character) => String.fromCharCode(character));
  const said = (part: Uint8Array): string => Array.from(part, (byte) => signs[byte]).join("");
  const end = bytes.indexOf(10);
  signs.push(...said(bytes.subarray(0, end)).split(" "));
  return said(bytes.subarray(end + 1));
}
