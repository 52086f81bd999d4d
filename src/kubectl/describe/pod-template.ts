import { arr, at, num, obj, str, strings, type Obj } from "../objects";
import { containerLines } from "./containers";
import { annotationLines, mapLines } from "./text";
import { volumeLines } from "./volumes";

/** "Pod Template:" of workloads; also what `rollout history --revision` prints (there with its tabs). */
export function templateLines(template: Obj): string {
  const metadata = obj(template["metadata"]);
  const spec = obj(template["spec"]);
  const annotations = strings(metadata["annotations"]);
  let out = `Pod Template:\n${mapLines("Labels", metadata["labels"], "  ")}`;
  if (Object.keys(annotations).length > 0) out += annotationLines(annotations, "  ");
  if (str(spec["serviceAccountName"]) !== "") out += `  Service Account:\t${str(spec["serviceAccountName"])}\n`;
  if (arr(spec["initContainers"]).length > 0) out += containerLines("Init Containers", arr(spec["initContainers"]), [], undefined, "  ");
  out += containerLines("Containers", arr(spec["containers"]), [], undefined, "  ");
  out += volumeLines(arr(spec["volumes"]), "  ");
  out += topologyLines(arr(spec["topologySpreadConstraints"]), "  ");
  if (str(spec["priorityClassName"]) !== "") out += `  Priority Class Name:\t${str(spec["priorityClassName"])}\n`;
  return out + placementLines(spec, "  ");
}

export function topologyLines(constraints: readonly Obj[], indent: string): string {
  return constraints.map((c, i) => {
    const lead = i === 0 ? `${indent}Topology Spread Constraints:\t` : `${indent}\t`;
    const labels = strings(at(c, "labelSelector", "matchLabels"));
    const selector = Object.keys(labels).sort().map((k) => `${k}=${labels[k] ?? ""}`).join(",");
    return `${lead}${str(c["topologyKey"])}:${str(c["whenUnsatisfiable"])} when max skew ${num(c["maxSkew"])} is exceeded for selector ${selector}\n`;
  }).join("");
}

export function placementLines(spec: Obj, indent: string): string {
  return mapLines("Node-Selectors", spec["nodeSelector"], indent) + tolerationLines(arr(spec["tolerations"]), indent);
}

function tolerationLines(tolerations: readonly Obj[], indent: string): string {
  const texts = [...tolerations].sort((a, b) => (str(a["key"]) < str(b["key"]) ? -1 : str(a["key"]) > str(b["key"]) ? 1 : 0)).map((t) => {
    let text = str(t["key"]);
    if (str(t["value"]) !== "") text += `=${str(t["value"])}`;
    if (str(t["effect"]) !== "") text += `:${str(t["effect"])}`;
    if (t["operator"] === "Exists" && str(t["value"]) === "") text += str(t["key"]) !== "" || str(t["effect"]) !== "" ? " op=Exists" : "op=Exists";
    if (t["tolerationSeconds"] !== undefined) text += ` for ${num(t["tolerationSeconds"])}s`;
    return text;
  });
  if (texts.length === 0) return `${indent}Tolerations:\t<none>\n`;
  return texts.map((text, i) => `${i === 0 ? `${indent}Tolerations:` : ""}\t${text}\n`).join("");
}
