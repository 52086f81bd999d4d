import type { Ref } from "../cluster/model";
import { refText } from "../diagrams/ref-text";
import { t } from "../i18n/index";
import { button } from "./button";
import { plain } from "./command";
import { listen, make, setText } from "./dom";

export interface DrawerModel {
  describe(ref: Ref): string | Promise<string>;
  yaml(ref: Ref): string | Promise<string>;
  logs(ref: Ref): string | Promise<string>;
  events(ref: Ref): string | Promise<string>;
}

export interface Drawer {
  readonly el: HTMLElement;
  readonly open: Ref | undefined;
  show(ref: Ref): void;
  /** Reads the open tab again; at most about twice a second. */
  refresh(): void;
  close(): void;
}

const tabs = ["describe", "yaml", "logs", "events"] as const;
type Tab = (typeof tabs)[number];

/** More than this is cut: nobody reads on in a drawer. */
const mostCharacters = 100_000;
const refreshEvery = 500;

/** What kubectl would say about the part that was clicked, in four tabs. */
export function createDrawer(parent: HTMLElement, model: DrawerModel, closed: () => void): Drawer {
  const el = make(parent, "section", "k8s-sim-drawer");
  el.hidden = true;
  const head = make(el, "div", "k8s-sim-drawer-head");
  const title = make(head, "span", "k8s-sim-drawer-title");
  const list = make(head, "div", "k8s-sim-tabs");
  list.setAttribute("role", "tablist");
  const body = make(el, "pre", "k8s-sim-drawer-body");
  body.tabIndex = 0;
  body.setAttribute("role", "tabpanel");
  let ref: Ref | undefined;
  let tab: Tab = "describe";
  let asked = 0;
  let pending = false;
  const win = el.ownerDocument.defaultView;

  const buttons = tabs.map((of) => {
    const one = make(list, "button", "k8s-sim-tab-button", t(`drawer.${of}`));
    one.type = "button";
    one.dataset["action"] = of;
    one.setAttribute("role", "tab");
    listen(one, "click", () => choose(of));
    return one;
  });
  listen(list, "keydown", (event) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const shown = tabs.filter((_, i) => buttons[i]?.hidden === false);
    const next = shown[(shown.indexOf(tab) + by + shown.length) % shown.length];
    choose(next);
    buttons[tabs.indexOf(next)]?.focus();
  });
  const close = (): void => {
    el.hidden = true;
    ref = undefined;
    closed();
  };
  button(head, "close", t("diagram.close"), close, "close");
  listen(el, "keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });

  const load = (): void => {
    if (ref === undefined) return;
    const mine = ++asked;
    const fill = (text: string): void => {
      if (mine !== asked) return;
      const words = plain(text).slice(0, mostCharacters);
      const top = body.scrollTop;
      setText(body, words.trim() === "" ? t("drawer.empty") : words);
      body.scrollTop = top;
    };
    Promise.resolve()
      .then(() => (ref === undefined ? "" : model[tab](ref)))
      .then(fill, (error: unknown) => fill(error instanceof Error ? error.message : String(error)));
  };
  const choose = (next: Tab): void => {
    tab = next;
    tabs.forEach((of, i) => {
      const one = buttons[i];
      one.setAttribute("aria-selected", String(of === tab));
      one.tabIndex = of === tab ? 0 : -1;
    });
    body.scrollTop = 0;
    load();
  };
  return {
    el,
    get open() {
      return ref;
    },
    show(next) {
      ref = next;
      el.hidden = false;
      setText(title, refText(next));
      el.setAttribute("aria-label", refText(next));
      (buttons[2]).hidden = next.resource !== "pods";
      choose(tab === "logs" && next.resource !== "pods" ? "describe" : tab);
    },
    refresh() {
      if (ref === undefined || pending || win === null) return;
      pending = true;
      win.setTimeout(() => {
        pending = false;
        load();
      }, refreshEvery);
    },
    close,
  };
}
