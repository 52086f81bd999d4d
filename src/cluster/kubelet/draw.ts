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
