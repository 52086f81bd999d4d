import type { KubeObject } from "../../cluster/model";
import { arr, at, controllerOf, num, obj, selectorText, str } from "../objects";
import { conditions } from "./deployment";
import { templateLines } from "./pod-template";
import { annotationLines, eventLines, mapLines, type Describer, type Describing } from "./text";

/** "3 Running / 0 Waiting / 0 Succeeded / 0 Failed" of the pods that an object controls. */
export function podsStatus(about: Describing, owner: KubeObject): string {
  const count: Record<string, number> = {};
  for (const pod of about.list("pods", owner.metadata.namespace ?? "", { labelSelector: selectorText(at(owner, "spec", "selector")) })) {
    if (controllerOf(pod)?.uid !== owner.metadata.uid) continue;
    const phase = str(at(pod, "status", "phase"));
    count[phase] = (count[phase] ?? 0) + 1;
  }
  return `${count["Running"] ?? 0} Running / ${count["Pending"] ?? 0} Waiting / ${count["Succeeded"] ?? 0} Succeeded / ${count["Failed"] ?? 0} Failed`;
}

export const describeReplicaSet: Describer = (about) => {
  const rs = about.object;
  const owner = controllerOf(rs);
  let out = `Name:\t${rs.metadata.name}\nNamespace:\t${rs.metadata.namespace ?? ""}\nSelector:\t${selectorText(at(rs, "spec", "selector"))}\n`;
  out += mapLines("Labels", rs.metadata.labels) + annotationLines(rs.metadata.annotations);
  if (owner) out += `Controlled By:\t${owner.kind}/${owner.name}\n`;
  out += `Replicas:\t${num(at(rs, "status", "replicas"))} current / ${num(at(rs, "spec", "replicas"))} desired\n`;
  out += `Pods Status:\t${podsStatus(about, rs)}\n`;
  out += templateLines(obj(at(rs, "spec", "template")));
  out += conditions(arr(at(rs, "status", "conditions")));
  return out + eventLines(about);
};
