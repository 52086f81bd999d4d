/** The bytes of a text in UTF-8. */
export function utf8(text: string): number[] {
  const out: number[] = [];
  for (const c of text) {
    const n = c.codePointAt(0)!;
    if (n < 0x80) out.push(n);
    else if (n < 0x800) out.push(0xc0 | (n >> 6), 0x80 | (n & 63));
    else if (n < 0x10000) out.push(0xe0 | (n >> 12), 0x80 | ((n >> 6) & 63), 0x80 | (n & 63));
    else out.push(0xf0 | (n >> 18), 0x80 | ((n >> 12) & 63), 0x80 | ((n >> 6) & 63), 0x80 | (n & 63));
  }
  return out;
}

/** Bytes as text; what is no UTF-8 stands as U+FFFD. */
export function fromUtf8(bytes: readonly number[]): string {
  let out = "";
  for (let i = 0; i < bytes.length; ) {
    const b = bytes[i];
    const need = b < 0x80 ? 0 : b >= 0xf0 && b < 0xf8 ? 3 : b >= 0xe0 ? 2 : b >= 0xc2 ? 1 : -1;
    const rest = need > 0 ? bytes.slice(i + 1, i + 1 + need) : [];
    if (need < 0 || b >= 0xf8 || rest.length < need || rest.some((r) => (r & 0xc0) !== 0x80)) {
      out += "\ufffd";
      i++;
      continue;
    }
    let code = need === 0 ? b : b & (0x3f >> need);
    for (const r of rest) code = (code << 6) | (r & 63);
    out += code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
    i += need + 1;
  }
  return out;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function toBase64(text: string): string {
  const bytes = utf8(text);
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    out += alphabet[a >> 2] + alphabet[((a & 3) << 4) | ((b ?? 0) >> 4)];
    out += b === undefined ? "==" : alphabet[((b & 15) << 2) | ((c ?? 0) >> 6)] + (c === undefined ? "=" : alphabet[c & 63]);
  }
  return out;
}

/** Decodes base64; `ok` is false where the input is wrong, with what came before. */
export function fromBase64(text: string): { readonly text: string; readonly ok: boolean } {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  let padded = 0;
  let count = 0;
  let ok = true;
  for (const c of text) {
    if (c === "\n" || c === "\r") continue;
    if (c === "=") {
      padded++;
      continue;
    }
    const n = alphabet.indexOf(c);
    if (n < 0 || padded) {
      ok = false;
      break;
    }
    count++;
    held = (held << 6) | n;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
      held &= (1 << bits) - 1;
    }
  }
  if ((count + padded) % 4 !== 0) ok = false;
  return { text: fromUtf8(bytes), ok };
}

const rotate = (x: number, n: number): number => (x << n) | (x >>> (32 - n));
const fraction = (x: number): number => Math.floor((x - Math.floor(x)) * 0x100000000) | 0;

function padded(text: string, big: boolean): number[] {
  const bytes = utf8(text);
  const length = bytes.length * 8;
  bytes.push(0x80);
  while (bytes.length % 64 !== 56) bytes.push(0);
  const size = [0, 0, 0, Math.floor(length / 0x100000000), (length >>> 24) & 255, (length >>> 16) & 255, (length >>> 8) & 255, length & 255].slice(-8);
  size[3] = Math.floor(length / 0x100000000) & 255;
  bytes.push(...(big ? size : [...size].reverse()));
  return bytes;
}

const hexOf = (n: number): string => (n >>> 0).toString(16).padStart(8, "0");

export function sha256(text: string): string {
  const bytes = padded(text, true);
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  const k = primes.map((p) => fraction(Math.cbrt(p)));
  const h = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
  for (let at = 0; at < bytes.length; at += 64) {
    const w: number[] = [];
    for (let i = 0; i < 64; i++) {
      if (i < 16) w.push((bytes[at + i * 4] << 24) | (bytes[at + i * 4 + 1] << 16) | (bytes[at + i * 4 + 2] << 8) | bytes[at + i * 4 + 3]);
      else {
        const [x, y] = [w[i - 15], w[i - 2]];
        w.push((w[i - 16] + w[i - 7] + (rotate(x, 25) ^ rotate(x, 14) ^ (x >>> 3)) + (rotate(y, 15) ^ rotate(y, 13) ^ (y >>> 10))) | 0);
      }
    }
    let [a, b, c, d, e, f, g, l] = h as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const t1 = (l + (rotate(e, 26) ^ rotate(e, 21) ^ rotate(e, 7)) + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0;
      const t2 = ((rotate(a, 30) ^ rotate(a, 19) ^ rotate(a, 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [l, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, l].forEach((v, i) => (h[i] = (h[i] + v) | 0));
  }
  return h.map(hexOf).join("");
}

export function sha1(text: string): string {
  const bytes = padded(text, true);
  const h = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
  for (let at = 0; at < bytes.length; at += 64) {
    const w: number[] = [];
    for (let i = 0; i < 80; i++) w.push(i < 16 ? (bytes[at + i * 4] << 24) | (bytes[at + i * 4 + 1] << 16) | (bytes[at + i * 4 + 2] << 8) | bytes[at + i * 4 + 3] : rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1));
    let [a, b, c, d, e] = h as [number, number, number, number, number];
    for (let i = 0; i < 80; i++) {
      const [f, k] = i < 20 ? [(b & c) | (~b & d), 0x5a827999] : i < 40 ? [b ^ c ^ d, 0x6ed9eba1] : i < 60 ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc] : [b ^ c ^ d, 0xca62c1d6];
      const t = (rotate(a, 5) + f + e + k + w[i]) | 0;
      [e, d, c, b, a] = [d, c, rotate(b, 30), a, t];
    }
    [a, b, c, d, e].forEach((v, i) => (h[i] = (h[i] + v) | 0));
  }
  return h.map(hexOf).join("");
}

export function md5(text: string): string {
  const bytes = padded(text, false);
  const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
  let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let at = 0; at < bytes.length; at += 64) {
    const w = Array.from({ length: 16 }, (_x, i) => bytes[at + i * 4] | (bytes[at + i * 4 + 1] << 8) | (bytes[at + i * 4 + 2] << 16) | (bytes[at + i * 4 + 3] << 24));
    let [a, b, c, d] = [a0, b0, c0, d0];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const [f, g] = round === 0 ? [(b & c) | (~b & d), i] : round === 1 ? [(d & b) | (~d & c), (5 * i + 1) % 16] : round === 2 ? [b ^ c ^ d, (3 * i + 5) % 16] : [c ^ (b | ~d), (7 * i) % 16];
      const sum = (a + f + (Math.floor(Math.abs(Math.sin(i + 1)) * 0x100000000) | 0) + w[g]) | 0;
      [a, d, c, b] = [d, c, b, (b + rotate(sum, shifts[round * 4 + (i % 4)])) | 0];
    }
    [a0, b0, c0, d0] = [(a0 + a) | 0, (b0 + b) | 0, (c0 + c) | 0, (d0 + d) | 0];
  }
  return [a0, b0, c0, d0].map((n) => hexOf(((n & 255) << 24) | ((n & 0xff00) << 8) | ((n >>> 8) & 0xff00) | (n >>> 24))).join("");
}
