import type { Component } from "obsidian";
import { readingDescriptions } from "../cluster/api/schema/descriptions";
import { inSlices } from "./slices";

let begun = false;

/** Begins, in slices, what the commands of a text will ask for: the texts of `kubectl explain` take tenths of a second to unpack. */
export function foresee(text: string): void {
  if (begun || !/\bkubectl explain\b/.test(text)) return;
  begun = true;
  void inSlices(readingDescriptions());
}

/** Foresees what is being typed, as in a console. */
export function foreseeTyped(lifetime: Component): void {
  lifetime.registerDomEvent(document, "input", ({ target }) => {
    if (target instanceof HTMLInputElement) foresee(target.value);
  });
}
