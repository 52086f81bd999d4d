export function packText(text: string): readonly [length: number, start: number, base64: string];
