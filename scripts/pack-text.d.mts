import type { Packed } from "../src/cluster/packed-text";

export function packText(text: string): Packed;
