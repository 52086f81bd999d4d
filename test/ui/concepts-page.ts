import { conceptOf } from "../../src/diagrams/concepts/index";
import type { Concept } from "../../src/diagrams/concept";
import { setLanguage } from "../../src/i18n/index";
import { ClusterModel } from "../../src/ui/cluster-model";
import { createDiagram } from "../../src/ui/diagram";

/** A concept with its own scenario on a real cluster: `?concept=`, `&at=` a moment, `&run=` further commands (`|` between them) at the end, `&after=` ms later, `&level=`, `&theme=`, `&lang=`, `&width=`, `&poster=1`. */
const query = new URLSearchParams(location.search);
document.body.className = query.get("theme") === "dark" ? "theme-dark" : "theme-light";
setLanguage(query.get("lang") ?? "en");
const frame = document.createElement("div");
frame.style.width = `${query.get("width") ?? 720}px`;
document.body.append(frame);
const found = conceptOf(query.get("concept") ?? "pod");
if (found !== undefined) {
  const lines = query.get("run")?.split("|") ?? [];
  const { scenario } = found;
  const gap = Number(query.get("gap") ?? 4000);
  const concept: Concept = lines.length === 0 ? found : {
    ...found,
    scenario: {
      ...scenario,
      ...(query.get("manifests") === null ? {} : { manifests: query.get("manifests") as string, actions: [] }),
      actions: [...(query.get("manifests") === null ? scenario.actions : []), ...lines.map((run, i) => ({ at: scenario.end + i * gap, run }))],
      end: scenario.end + (lines.length - 1) * gap + Number(query.get("after") ?? 1000),
    },
  };
  const model = ClusterModel.example(concept);
  const at = query.get("at");
  if (at !== null) model.scrub(Number(at));
  else if (lines.length > 0) model.live();
  const diagram = createDiagram(frame, model, query.get("poster") === null ? {} : { poster: true });
  const level = query.get("level");
  const select = diagram.el.querySelector<HTMLSelectElement>("[data-action=level]");
  if (level !== null && select !== null) {
    select.value = level;
    select.dispatchEvent(new Event("change"));
  }
  document.body.dataset["requests"] = JSON.stringify([...model.view(Infinity).traces(0)].filter((trace) => trace.purpose === "request").map((trace) => Math.round(trace.start)));
}
