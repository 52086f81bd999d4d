import { listen, make } from "./dom";
import { setIcon, type IconName } from "./svg";

/** A button with its handle (`data-action`), its name and, if given, an icon instead of words. */
export function button(parent: HTMLElement, action: string, label: string, press: () => void, icon?: IconName): HTMLButtonElement {
  const el = make(parent, "button", `k8s-sim-button${icon === undefined ? "" : " is-icon"}`, icon === undefined ? label : "");
  el.type = "button";
  el.dataset["action"] = action;
  name(el, label);
  if (icon === undefined) el.removeAttribute("aria-label");
  else setIcon(el, icon);
  listen(el, "click", press);
  return el;
}

/** Renames a button, for eyes and ears. */
export function name(el: HTMLElement, label: string): void {
  if (el.getAttribute("aria-label") === label) return;
  el.setAttribute("aria-label", label);
  el.title = label;
}

/** A small choice. */
export function choice<V extends string | number>(parent: HTMLElement, action: string, label: string, options: readonly { readonly value: V; readonly text: string }[], pick: (value: V) => void): { set(value: V): void; readonly el: HTMLSelectElement } {
  const el = make(parent, "select", "k8s-sim-choice dropdown");
  el.dataset["action"] = action;
  el.setAttribute("aria-label", label);
  el.title = label;
  for (const { value, text } of options) make(el, "option", "", text).value = String(value);
  listen(el, "change", () => {
    const found = options.find(({ value }) => String(value) === el.value);
    if (found !== undefined) pick(found.value);
  });
  return {
    el,
    set(value) {
      if (el.value !== String(value)) el.value = String(value);
    },
  };
}
