/** A cpu quantity in cores: read apart from the product's own reader, so that the two can disagree. */
export function parseQuantity(text: string): number {
  return text.endsWith("m") ? Number(text.slice(0, -1)) / 1000 : Number(text);
}
