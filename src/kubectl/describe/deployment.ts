import type { KubeObject } from "../../cluster/model";
import { arr, at, num, obj, selectorText, str, type Obj } from "../objects";
import { goJson } from "../print/go-json";
import { templateLines } from "./pod-template";
import { annotationLines, eventLines, line, mapLines, timeline, type Describer, type Describing } from "./text";

/** The replica sets that a deployment controls. */
export function replicaSetsOf(about: Pick<Describing, "list">, deployment: KubeObject): readonly KubeObject[] {
  return about.list("replicasets.apps", deployment.metadata.namespace ?? "", { labelSelector: selectorText(at(deployment, "spec", "selector")) })
    .filter((rs) => rs.metadata.ownerReferences?.some((o) => o.controller && o.uid === deployment.metadata.uid));
}

/** A template without the hash label, to compare with a deployment's. */
export function bareTemplate(template: Obj): string {
  const labels = { ...obj(at(template, "metadata", "labels")) };
  delete labels["pod-template-hash"];
  return goJson({ ...template, metadata: { ...obj(template["metadata"]), labels } });
}

export function newReplicaSet(deployment: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  const wanted = bareTemplate(obj(at(deployment, "spec", "template")));
  return [...sets].sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : a.metadata.creationTimestamp > b.metadata.creationTimestamp ? 1 : a.metadata.name < b.metadata.name ? -1 : 1))
    .find((rs) => bareTemplate(obj(at(rs, "spec", "template"))) === wanted);
}

export const describeDeployment: Describer = (about) => {
  const d = about.object;
  const spec = obj(d["spec"]);
  const status = obj(d["status"]);
  let out = line("Name", d.metadata.name) + line("Namespace", d.metadata.namespace) + timeline("CreationTimestamp", d.metadata.creationTimestamp);
  out += mapLines("Labels", d.metadata.labels) + annotationLines(d.metadata.annotations);
  out += `Selector:\t${selectorText(spec["selector"]) || "<none>"}\n`;
  out += `Replicas:\t${num(spec["replicas"])} desired | ${num(status["updatedReplicas"])} updated | ${num(status["replicas"])} total | ${num(status["availableReplicas"])} available | ${num(status["unavailableReplicas"])} unavailable\n`;
  out += `StrategyType:\t${str(at(spec, "strategy", "type"))}\nMinReadySeconds:\t${num(spec["minReadySeconds"])}\n`;
  const rolling = obj(at(spec, "strategy", "rollingUpdate"));
  if (at(spec, "strategy", "rollingUpdate") !== undefined) out += `RollingUpdateStrategy:\t${str(rolling["maxUnavailable"])} max unavailable, ${str(rolling["maxSurge"])} max surge\n`;
  out += templateLines(obj(spec["template"]));
  out += conditions(arr(status["conditions"]));
  const sets = replicaSetsOf(about, d);
  const current = newReplicaSet(d, sets);
  const old = sets.filter((rs) => rs !== current);
  if (sets.length > 0) {
    old.sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : a.metadata.creationTimestamp > b.metadata.creationTimestamp ? 1 : a.metadata.name < b.metadata.name ? -1 : 1));
    out += line("OldReplicaSets", setsText(old)) + line("NewReplicaSet", setsText(current ? [current] : []));
  }
  return out + eventLines(about);
};

function setsText(sets: readonly KubeObject[]): string {
  return sets.map((rs) => `${rs.metadata.name} (${num(at(rs, "status", "replicas"))}/${num(at(rs, "spec", "replicas"))} replicas created)`).join(", ") || "<none>";
}

export function conditions(list: readonly Obj[]): string {
  if (list.length === 0) return "";
  return `Conditions:\n  Type\tStatus\tReason\n  ----\t------\t------\n${list.map((c) => `  ${str(c["type"])} \t${str(c["status"])}\t${str(c["reason"])}\n`).join("")}`;
}

