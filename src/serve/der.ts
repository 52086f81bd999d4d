/** The little of ASN.1's distinguished encoding (X.690) that a certificate is made of. */

/** One value: tag, length, content. */
export function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const size = body.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

export const sequence = (...content: readonly Buffer[]): Buffer => der(0x30, ...content);
export const set = (...content: readonly Buffer[]): Buffer => der(0x31, ...content);
export const octets = (content: Buffer): Buffer => der(0x04, content);
export const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text));
export const flag = (value: boolean): Buffer => der(0x01, Buffer.from([value ? 0xff : 0]));
/** A bit string; `unused` bits at its end do not count. */
export const bits = (content: Buffer, unused = 0): Buffer => der(0x03, Buffer.from([unused]), content);
/** A positive integer, big-endian. */
export const integer = (content: Buffer): Buffer => der(0x02, ((content[0] ?? 0) & 0x80) === 0 ? content : Buffer.concat([Buffer.from([0]), content]));
/** A value with a context tag around it. */
export const tagged = (number: number, content: Buffer): Buffer => der(0xa0 | number, content);
/** YYMMDDHHMMSSZ: enough until 2050. */
export const utcTime = (at: Date): Buffer => der(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));

/** An object identifier: "2.5.29.17". */
export function identifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const septets = [first * 40 + second, ...rest].flatMap((part) => {
    const of = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) of.unshift((left & 0x7f) | 0x80);
    return of;
  });
  return der(0x06, Buffer.from(septets));
}
