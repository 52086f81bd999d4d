import { writeHexadecimal } from "../hexadecimal";

/**
 * A number in [0, 1) that `seed` and `n` alone decide. A pod draws its own numbers from its uid and a counter,
 * so that one more pod changes no other pod's timing and no stream has to be kept for it.
 */
export function draw(seed: string, n: number): number {
  let h = 0x811c9dc5 ^ Math.imul(n + 1, 0x9e3779b1);
  for (let i = 0; i < seed.length; i++) h = Math.imul(h ^ seed.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** `length` hexadecimal digits that `seed` and `n` alone decide. */
export function hexadecimal(seed: string, n: number, length: number): string {
  let text = "";
  for (let i = 0; text.length < length; i++) text += Math.floor(draw(`${seed}#${i}`, n) * 4294967296).toString(16).padStart(8, "0");
  return text.slice(0, length);
}

const codes = new Array<number>(64).fill(48);

/** A container's id, 64 hexadecimal digits that `seed` and `n` alone decide. Two draws are enough to tell ids apart; the digits after the first are mixed from them. */
export function containerId(seed: string, n: number): string {
  let a = Math.floor(draw(seed, n) * 4294967296);
  let b = Math.floor(draw(seed, ~n) * 4294967296);
  for (let at = 0; at < 64; at += 16) {
    writeHexadecimal(codes, at, a, 8);
    writeHexadecimal(codes, at + 8, b, 8);
    a = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d) ^ b;
    b = Math.imul(b ^ (b >>> 13), 0x297a2d39) ^ a;
  }
  return String.fromCharCode(...codes);
}
