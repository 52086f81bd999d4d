const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The UTF-8 bytes of a text, in base64. */
export function base64OfText(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    const four = [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63].map((digit) => digits[digit]);
    const known = bytes.length - i;
    out += four.slice(0, Math.min(known, 3) + 1).join("") + "=".repeat(Math.max(0, 3 - known));
  }
  return out;
}

/** The text of base64'd UTF-8; what is no base64 ends where it stops being it. */
export function textOfBase64(base64: string): string {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const character of base64) {
    const value = digits.indexOf(character);
    if (value < 0) break;
    bits = (bits << 6) | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push((bits >> held) & 255);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
