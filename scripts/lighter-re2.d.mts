export function lighterRe2(text: string): string;
