const digit = [48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102];

/** Writes the lowest `count` hexadecimal digits of a number as character codes. Texts are made of the codes in one piece: joined parts would stay parts, many times as large. */
export function writeHexadecimal(codes: number[], at: number, n: number, count: number): void {
  for (let i = count - 1; i >= 0; i--) {
    codes[at + i] = digit[n & 15];
    n >>>= 4;
  }
}
