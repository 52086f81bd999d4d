import type { Cancel } from "../cluster/model";

const xhtml = "http://www.w3.org/1999/xhtml";

/** An element of a document that stands nowhere yet. This floor knows no Obsidian, so it makes its own. */
export function element<K extends keyof HTMLElementTagNameMap>(doc: Document, tag: K): HTMLElementTagNameMap[K] {
  return doc.createElementNS(xhtml, tag) as HTMLElementTagNameMap[K];
}

/** Makes an element in `parent`, in the parent's own document (a popout window has its own). */
export function make<K extends keyof HTMLElementTagNameMap>(parent: HTMLElement, tag: K, className = "", text?: string): HTMLElementTagNameMap[K] {
  const el = element(parent.ownerDocument, tag);
  if (className !== "") el.className = className;
  if (text !== undefined) el.textContent = text;
  parent.append(el);
  return el;
}

/** Listens until cancelled. */
export function listen<K extends keyof HTMLElementEventMap>(el: HTMLElement | SVGElement, event: K, fn: (event: HTMLElementEventMap[K]) => void): Cancel {
  el.addEventListener(event, fn as EventListener);
  return () => el.removeEventListener(event, fn as EventListener);
}

/** Sets text only when it differs, so that nothing is repainted or read aloud twice. */
export function setText(el: HTMLElement, text: string): void {
  if (el.textContent !== text) el.textContent = text;
}

/** A sentence of ours: what stands between backticks is set as code. Never markup of the reader's. */
export function setSentence(el: HTMLElement, sentence: string): void {
  if (el.dataset["sentence"] === sentence) return;
  el.dataset["sentence"] = sentence;
  el.textContent = "";
  sentence.split("`").forEach((piece, i) => {
    if (piece === "") return;
    if (i % 2 === 1) make(el, "code", "", piece);
    else el.append(piece);
  });
}
