/** The text of base64 data, as UTF-8; what is no base64 reads as empty. */
export function fromBase64(data: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(data.replace(/\s/g, "")), (character) => character.charCodeAt(0)));
  } catch {
    return "";
  }
}

/** Text as base64 of its UTF-8, for URLs where `url`. */
export function toBase64(text: string, url = false): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  const plain = btoa(binary);
  return url ? plain.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") : plain;
}
