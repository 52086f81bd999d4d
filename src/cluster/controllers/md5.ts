const turns = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]] as const;
const sines = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 4294967296) | 0);

/** MD5 of UTF-8 text as 32 hexadecimal digits (RFC 1321): Kubernetes orders the ports of endpoints by it. */
export function md5(text: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  const bits = bytes.length * 8;
  bytes.push(0x80);
  while (bytes.length % 64 !== 56) bytes.push(0);
  for (let i = 0; i < 8; i++) bytes.push(Math.floor(bits / 2 ** (i * 8)) & 0xff);
  const view = new DataView(new Uint8Array(bytes).buffer);
  let state: readonly [number, number, number, number] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let block = 0; block < bytes.length; block += 64) {
    let [a, b, c, d] = state;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const mixed = round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      const word = round === 0 ? i : round === 1 ? (5 * i + 1) % 16 : round === 2 ? (3 * i + 5) % 16 : (7 * i) % 16;
      const sum = (a + mixed + (sines[i] ?? 0) + view.getInt32(block + word * 4, true)) | 0;
      const by = turns[round as 0 | 1 | 2 | 3][i % 4] ?? 0;
      [a, d, c, b] = [d, c, b, (b + ((sum << by) | (sum >>> (32 - by)))) | 0];
    }
    state = [(state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0];
  }
  const out = new DataView(new ArrayBuffer(16));
  state.forEach((word, i) => { out.setInt32(i * 4, word, true); });
  return Array.from({ length: 16 }, (_, i) => out.getUint8(i).toString(16).padStart(2, "0")).join("");
}
