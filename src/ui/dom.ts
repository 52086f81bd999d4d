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

/**
 * Calls when the page has laid an element out, and at each change of its size, until cancelled: then asking where things stand costs
 * nothing, where at any other time the whole page is laid out for it. At once where the page has no such observers.
 */
export function onLayout(el: HTMLElement, fn: () => void): Cancel {
  const win = el.ownerDocument.defaultView;
  if (win === null || typeof win.ResizeObserver !== "function") {
    fn();
    return () => undefined;
  }
  const observer = new win.ResizeObserver(fn);
  observer.observe(el);
  return () => observer.disconnect();
}

/** As `onLayout`, once. */
export function onceLaidOut(el: HTMLElement, fn: (el: HTMLElement) => void): void {
  let cancel: Cancel | undefined;
  let done = false;
  cancel = onLayout(el, () => {
    done = true;
    cancel?.();
    fn(el);
  });
  if (done) cancel();
}
