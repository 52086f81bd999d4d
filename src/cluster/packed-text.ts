/**
 * Long texts that are seldom asked for, packed tighter than gzip packs the bundle that they lie in. What is packed is the
 * last column of the sorted rotations (Burrows and Wheeler), where like characters stand together: is the next one the same
 * again, and if not, which? Each answer goes through an arithmetic coder whose odds learn from the answers before, so that
 * scripts/pack-text.mjs, which packs, goes the same way as the reader.
 */

/** One answer, 0 or 1, where 1 has odds of `odds` in 4096. A packer writes `truth` down and gives it back; a reader doesn't know it. */
export type Answer = (odds: number, truth: number) => number;

/** Characters have 7 bits. */
const characters = 128;

/** Odds in 4096 for the evidence −2048 to 2047 (the logarithm of odds), and the evidence that odds are. */
function scales(): [odds: Int16Array, evidence: Int16Array] {
  const within = (most: number, value: number): number => Math.max(1 - most, Math.min(most - 1, Math.round(value)));
  const odds = Int16Array.from({ length: 4096 }, (_, i) => Math.max(1, within(4096, 4096 / (1 + Math.exp((2048 - i) / 256)))));
  return [odds, Int16Array.from(odds, (_, i) => within(2048, Math.log((i + 0.5) / (4095.5 - i)) * 256))];
}

/** Goes through a column of characters from its start; writes down what the answers say. */
export function walk(column: Uint8Array, answer: Answer): void {
  const [oddsOf, evidenceOf] = scales();
  // Two contexts speak to each question. What one has learnt is its odds (in the upper 17 bits) and how often it was asked.
  const [flag, flagAfter, symbol, symbolAfter] = [0, 1 << 12, 5 << 13, (5 << 13) + characters] as const;
  const learnt = new Int32Array(symbolAfter + characters * characters).fill(1 << 30);
  const lesson = Int32Array.from({ length: 128 }, (_, times) => 65536 / (times + 1.5));
  // How much each context is listened to, by question: after how long a run, or which bits of the character are known.
  const heed = new Int32Array((32 + characters) * 2).fill(1 << 15);

  const teach = (context: number, towards: number, most: number): void => {
    const was = learnt[context] ?? 0;
    const odds = was >>> 15;
    const times = was & 127;
    learnt[context] = (odds + ((towards - odds) * (lesson[times] ?? 0) >> 16)) << 15 | (times < most ? times + 1 : times);
  };
  const ask = (question: number, a: number, b: number, mostA: number, mostB: number, truth: number): number => {
    const saysA = evidenceOf[(learnt[a] ?? 0) >>> 19] ?? 0;
    const saysB = evidenceOf[(learnt[b] ?? 0) >>> 19] ?? 0;
    const heedA = heed[question] ?? 0;
    const heedB = heed[question + 1] ?? 0;
    const sum = saysA * heedA + saysB * heedB >> 16;
    const odds = oddsOf[Math.max(0, Math.min(4095, sum + 2048))] ?? 0;
    const bit = answer(odds, truth);
    const surprise = ((bit << 12) - odds) * 4;
    heed[question] = heedA + (saysA * surprise + 8192 >> 14);
    heed[question + 1] = heedB + (saysB * surprise + 8192 >> 14);
    teach(a, bit * 65535, mostA);
    teach(b, bit * 65535, mostB);
    return bit;
  };

  let last = 0;
  let run = 0;
  let runs = 0;
  for (let at = 0; at < column.length; at++) {
    const truth = column[at] ?? 0;
    const length = run < 16 ? run : Math.min(31, 40 - Math.clz32(run));
    const same = ask(length * 2, flag + (last << 5 | length), flagAfter + ((runs & 255) << 7 | last), 60, 60, truth === last ? 1 : 0);
    runs = runs << 1 | same;
    run = same === 1 ? run + 1 : 0;
    if (same === 0) {
      let known = 1;
      for (let bit = 6; bit >= 0; bit--) {
        known = known << 1 | ask((32 + known) * 2, symbol + known, symbolAfter + (last << 7 | known), 3, 12, truth >> bit & 1);
      }
      last = known & 127;
    }
    column[at] = last;
  }
}

/** The answers that were packed into bytes. */
function answersOf(bytes: string): Answer {
  // The bounds of what is still possible, and where in them the answers lead. (In an array, as the engine would box numbers of 32 bits.)
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
    const middle = low + (high - low >>> 12) * odds;
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

/** The text that scripts/pack-text.mjs packed: `length` characters below 128, where the unturned rotation is the `start`th. */
export function unpackText(length: number, start: number, base64: string): string {
  const column = new Uint8Array(length);
  walk(column, answersOf(atob(base64)));
  // The row of the rotation that is one character longer: the nth of a character in the column is the nth that begins with it.
  const from = new Int32Array(characters + 1).fill(0);
  for (const character of column) from[character + 1] = (from[character + 1] ?? 0) + 1;
  from[0] = 1;
  for (let i = 1; i <= characters; i++) from[i] = (from[i] ?? 0) + (from[i - 1] ?? 0);
  const longer = new Int32Array(length);
  column.forEach((character, i) => {
    longer[i] = from[character] ?? 0;
    from[character] = (from[character] ?? 0) + 1;
  });
  const text = new Uint8Array(length);
  for (let row = 0, i = length - 1; i >= 0; i--) {
    const at = row < start ? row : row - 1;
    text[i] = column[at] ?? 0;
    row = longer[at] ?? 0;
  }
  return new TextDecoder().decode(text);
}
