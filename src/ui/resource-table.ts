import type { Ref } from "../cluster/model";
import { t } from "../i18n/index";
import type { ResourceTable } from "../session/resource-table";
import { stateOf } from "./command";
import { listen, make, setText } from "./dom";

/** A table that is filled anew as the cluster changes: rows keep their places and the reader keeps the focus. */
export interface TableView {
  readonly el: HTMLElement;
  show(table: ResourceTable): void;
}

/** `open` is told which object's row was chosen. */
export function createResourceTable(parent: HTMLElement, label: string, open: (ref: Ref) => void): TableView {
  const el = make(parent, "div", "k8s-sim-table");
  el.tabIndex = 0;
  el.setAttribute("role", "region");
  el.setAttribute("aria-label", label);
  const table = make(el, "table");
  const head = make(make(table, "thead"), "tr");
  const body = make(table, "tbody");
  const note = make(el, "p", "k8s-sim-notice");
  const rows = new Map<string, { readonly el: HTMLTableRowElement; readonly cells: readonly HTMLElement[] }>();
  let columns = "";
  return {
    el,
    show(next) {
      if (next.columns.join("|") !== columns) {
        columns = next.columns.join("|");
        head.textContent = "";
        body.textContent = "";
        rows.clear();
        for (const name of next.columns) make(head, "th", "", name).scope = "col";
      }
      const seen = new Set<string>();
      for (const { ref, cells } of next.rows) {
        const key = `${ref.namespace}/${ref.name}`;
        seen.add(key);
        let row = rows.get(key);
        if (row === undefined) {
          const line = make(body, "tr");
          line.dataset["ref"] = `${ref.resource}/${key}`;
          const named = next.columns.indexOf("Name");
          const made = cells.map((_, at) => {
            const cell = make(line, at === named ? "th" : "td");
            if (at !== named) return cell;
            cell.setAttribute("scope", "row");
            const one = make(cell, "button", "k8s-sim-link");
            one.type = "button";
            one.dataset["action"] = "open";
            listen(one, "click", () => open(ref));
            return one;
          });
          rows.set(key, (row = { el: line, cells: made }));
        }
        cells.forEach((text, at) => {
          const cell = row.cells[at];
          if (cell === undefined || cell.textContent === text) return;
          setText(cell, text);
          const state = stateOf(text.split(",")[0] ?? "");
          cell.classList.toggle("k8s-sim-word", state !== undefined);
          for (const each of ["good", "wait", "bad"]) cell.classList.toggle(`is-${each}`, state === each);
        });
      }
      for (const [key, row] of rows) {
        if (seen.has(key)) continue;
        row.el.remove();
        rows.delete(key);
      }
      setText(note, next.rows.length === 0 ? t("drawer.empty") : next.more > 0 ? t("view.more", { n: next.more }) : "");
    },
  };
}
