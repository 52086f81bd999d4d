import { arr, at, str } from "../objects";
import { annotationLines, eventLines, mapLines, type Describer } from "./text";

export const describeNamespace: Describer = (about) => {
  const ns = about.object;
  let out = `Name:\t${ns.metadata.name}\n${mapLines("Labels", ns.metadata.labels)}${annotationLines(ns.metadata.annotations)}Status:\t${str(at(ns, "status", "phase"))}\n`;
  const conditions = arr(at(ns, "status", "conditions"));
  if (conditions.length > 0) out += `Conditions:\n  Type\tLastTransitionTime\tReason\tMessage\n  ----\t------------------\t------\t-------\n${conditions.map((c) => `  ${str(c["type"])}\t${str(c["lastTransitionTime"])}\t${str(c["reason"])}\t${str(c["message"])}\n`).join("")}`;
  return `${out}\nNo resource quota.\n\nNo LimitRange resource.\n`;
};

export const describeServiceAccount: Describer = (about) => {
  const { object } = about;
  const names = (key: string): string => arr(object[key]).map((s) => str(s["name"])).join(`\n\t`) || "<none>";
  return `Name:\t${object.metadata.name}\nNamespace:\t${object.metadata.namespace ?? ""}\n${mapLines("Labels", object.metadata.labels)}${annotationLines(object.metadata.annotations)}Image pull secrets:\t${names("imagePullSecrets")}\nMountable secrets:\t${names("secrets")}\nTokens:\t<none>\n${eventLines(about)}`;
};
