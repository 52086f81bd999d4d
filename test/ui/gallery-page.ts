import { conceptOf } from "../../src/diagrams/concepts/index";
import { setLanguage } from "../../src/i18n/index";
import { createDiagram } from "../../src/ui/diagram";
import { rollingLog } from "../diagrams/scripted-cluster";
import { logModel } from "./log-model";

/** The gallery's page: `?case=` names what is shown, `&at=` the moment, `&theme=`, `&lang=`, `&width=`. */
const query = new URLSearchParams(location.search);
document.body.className = query.get("theme") === "dark" ? "theme-dark" : "theme-light";
setLanguage(query.get("lang") ?? "en");
const frame = document.createElement("div");
frame.style.width = `${query.get("width") ?? 720}px`;
document.body.append(frame);
const concept = conceptOf(query.get("concept") ?? "rolling-update");
const which = query.get("case") ?? "done";
if (concept !== undefined) {
  const log = rollingLog({ broken: which === "broken", recreate: which === "recreate" });
  const model = logModel(concept, log, Number(query.get("at") ?? 26_000), which === "note" ? "note" : "example");
  const scrub = query.get("scrub");
  if (scrub !== null) model.scrub(Number(scrub));
  const diagram = createDiagram(frame, model);
  const level = query.get("level");
  if (level !== null) {
    const select = diagram.el.querySelector<HTMLSelectElement>("[data-action=level]");
    if (select !== null) {
      select.value = level;
      select.dispatchEvent(new Event("change"));
    }
  }
  const press = query.get("press");
  if (press !== null) diagram.el.querySelector<HTMLElement>(press)?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
}
