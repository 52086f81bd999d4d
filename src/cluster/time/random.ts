import { writeHexadecimal } from "../hexadecimal";
import type { Random } from "../model";

const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/** The JSON state of a stream: four 32-bit words of sfc32. */
export type StreamState = [number, number, number, number];

/** FNV-1a over the UTF-16 code units: enough to tell stream names apart. */
function hash(text: string, seed: number): number {
  let h = seed >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}

/** The first state of the stream `name` in a cluster with that seed. */
export function streamState(seed: number, name: string): StreamState {
  const state: StreamState = [hash(name, 0x811c9dc5 ^ seed), hash(name, 0x9e3779b9 + seed), seed >>> 0, 1];
  for (let i = 0; i < 12; i++) step(state);
  return state;
}

/** One step of sfc32 (Chris Doty-Humphrey, PractRand): 32 bits. */
function step(s: StreamState): number {
  const t = (s[0] + s[1] + s[3]) | 0;
  s[3] = (s[3] + 1) | 0;
  s[0] = s[1] ^ (s[1] >>> 9);
  s[1] = (s[2] + (s[2] << 3)) | 0;
  s[2] = ((s[2] << 21) | (s[2] >>> 11)) + t | 0;
  return t >>> 0;
}

/** A stream of random numbers over its JSON state, which it advances in place. */
export function randomOver(state: StreamState): Random {
  const random: Random = {
    next: () => step(state) / 4294967296,
    int: (below) => Math.floor((step(state) / 4294967296) * below),
    pick: (of) => {
      if (of.length === 0) throw new Error("pick from nothing");
      return of[random.int(of.length)];
    },
    suffix: (length) => {
      let text = "";
      for (let i = 0; i < length; i++) text += alphabet[random.int(alphabet.length)];
      return text;
    },
  };
  return random;
}

const codes = new Array<number>(36).fill(45);

/** A version 4 UUID from a stream. */
export function uuid(random: Random): string {
  const a = random.next() * 4294967296;
  const b = random.next() * 4294967296;
  const c = random.next() * 4294967296;
  const d = random.next() * 4294967296;
  writeHexadecimal(codes, 0, a, 8);
  writeHexadecimal(codes, 9, b >>> 16, 4);
  codes[14] = 52;
  writeHexadecimal(codes, 15, b & 0xfff, 3);
  writeHexadecimal(codes, 19, 0x8000 | (c >>> 16 & 0x3fff), 4);
  writeHexadecimal(codes, 24, c & 0xffff, 4);
  writeHexadecimal(codes, 28, d, 8);
  return String.fromCharCode(...codes);
}
