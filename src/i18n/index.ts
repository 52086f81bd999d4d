import { en } from "./en";
import { zh } from "./zh";

export type Language = "en" | "zh";
export type MessageKey = keyof typeof en;

const catalogues: Readonly<Record<Language, Readonly<Record<string, string>>>> = { en, zh };
let language: Language = "en";

/** "zh-TW" and every other Chinese read zh; whatever we have no words for reads en. */
export function setLanguage(tag: string): void {
  language = tag.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export const currentLanguage = (): Language => language;

/**
 * The sentence of that key. `{name}` is replaced by the argument; `{n|pod|pods}` is "pod" where n is 1 and "pods" otherwise.
 * Words between backticks are names: the interface sets them as code. A key without a sentence is shown as it is, so that it is found.
 */
export function t(key: MessageKey | (string & {}), args: Readonly<Record<string, string | number>> = {}): string {
  const sentence = catalogues[language][key] ?? catalogues.en[key] ?? key;
  if (!sentence.includes("{")) return sentence;
  return sentence.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, other?: string) => {
    const value = args[name];
    if (value === undefined) return whole;
    if (one !== undefined && other !== undefined) return Number(value) === 1 ? one : other;
    return String(value);
  });
}
