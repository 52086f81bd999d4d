import { conceptOf } from "../../src/diagrams/concepts/index";
import { thinOut } from "../../src/diagrams/density";
import { draw } from "../../src/diagrams/draw";
import { layout } from "../../src/diagrams/layout";
import type { Scene } from "../../src/diagrams/scene";
import { setLanguage } from "../../src/i18n/index";
import { createDiagram } from "../../src/ui/diagram";
import { createSurface } from "../../src/ui/svg";
import { rollingLog } from "../diagrams/scripted-cluster";
import { scenes } from "./scenes";
import { logModel } from "./log-model";

/** The gallery's page: `?case=` names what is shown, `&at=` the moment, `&theme=`, `&lang=`, `&width=`. */
const query = new URLSearchParams(location.search);
document.body.className = query.get("theme") === "dark" ? "theme-dark" : "theme-light";
setLanguage(query.get("lang") ?? "en");
const frame = document.createElement("div");
frame.style.width = `${query.get("width") ?? 720}px`;
document.body.append(frame);
const hand = query.get("scene");
if (hand !== null) {
  const width = Number(query.get("width") ?? 720);
  const el = document.createElement("div");
  el.className = "k8s-sim-diagram";
  frame.append(el);
  const drawn = thinOut(scenes[hand] as Scene);
  const placement = layout(drawn, width - 20);
  createSurface(el, hand).show(draw(drawn, placement, { time: 500, still: query.get("still") !== null }), placement.width, placement.height, true);
}
const concept = hand !== null ? undefined : conceptOf(query.get("concept") ?? "rolling-update");
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
