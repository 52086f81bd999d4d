import { arr, at, num, obj, selectorText, str, type Obj } from "../objects";
import { annotationLines, line, mapLines, type Describer } from "./text";

const selected = (selector: unknown): string => selectorText(selector) || "<none>";

function peer(of: Obj): string {
  const lines = [
    ...(of["namespaceSelector"] === undefined ? [] : [`NamespaceSelector: ${selected(of["namespaceSelector"])}`]),
    ...(of["podSelector"] === undefined ? [] : [`PodSelector: ${selected(of["podSelector"])}`]),
    ...(of["ipBlock"] === undefined ? [] : ["IPBlock:", `  CIDR: ${str(at(of, "ipBlock", "cidr"))}`, `  Except: ${((at(of, "ipBlock", "except") as readonly string[] | undefined) ?? []).join(", ")}`]),
  ];
  return lines.map((text) => `      ${text}\n`).join("");
}

/** The rules of one direction; `word` is From or To, `end` what it restricts. */
function rules(list: readonly Obj[], direction: string, word: "From" | "To", end: string): string {
  if (list.length === 0) return `    <none> (Selected pods are isolated for ${direction} connectivity)\n`;
  return list.map((rule) => {
    const ports = arr(rule["ports"]).map((port) => `    To Port${port["endPort"] === undefined ? "" : " Range"}: ${port["port"] === undefined ? "<nil>" : str(port["port"])}${port["endPort"] === undefined ? "" : `-${num(port["endPort"])}`}/${str(port["protocol"] ?? "TCP")}\n`).join("");
    const peers = arr(rule[word.toLowerCase()]).map((one) => `    ${word}:\n${peer(one)}`).join("");
    return (ports || "    To Port: <any> (traffic allowed to all ports)\n") + (peers || `    ${word}: <any> (traffic not restricted by ${end})\n`);
  }).join("    ----------\n");
}

export const describeNetworkPolicy: Describer = ({ object }) => {
  const { metadata } = object;
  const spec = obj(object["spec"]);
  const types = (spec["policyTypes"] as readonly string[] | undefined) ?? [];
  const part = (type: string, word: "From" | "To", end: string): string => {
    const direction = type.toLowerCase();
    return types.includes(type) ? `  Allowing ${direction} traffic:\n${rules(arr(spec[direction]), direction, word, end)}` : `  Not affecting ${direction} traffic\n`;
  };
  return `${line("Name", metadata.name)}${line("Namespace", metadata.namespace)}${line("Created on", metadata.creationTimestamp.replace("T", " ").replace("Z", " +0000 UTC"))}${mapLines("Labels", metadata.labels)}${annotationLines(metadata.annotations)}Spec:\n`
    + `  PodSelector:     ${selectorText(spec["podSelector"]) || "<none> (Allowing the specific traffic to all pods in this namespace)"}\n${part("Ingress", "From", "source")}${part("Egress", "To", "destination")}  Policy Types: ${types.join(", ") || "<none>"}\n`;
};
