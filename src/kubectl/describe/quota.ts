import { formatQuantity, parseQuantity } from "../../cluster/api/quantity";
import type { KubeObject } from "../../cluster/model";
import { arr, at, obj, str, strings } from "../objects";
import { annotationLines, line, longTime, mapLines, type Describer } from "./text";

/** What the scopes of a quota select, in kubectl's words. */
const scopes: Readonly<Record<string, string>> = {
  Terminating: "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.",
  NotTerminating: "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.",
  BestEffort: "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.",
  NotBestEffort: "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.",
};

/** The used amount as the quota's own unit would write it. */
function inFormat(used: string, hard: string): string {
  const [a, b] = [parseQuantity(used), parseQuantity(hard)];
  return a.format === b.format ? used : formatQuantity({ nanos: ((a.nanos + 999_999_999n) / 1_000_000_000n) * 1_000_000_000n, format: b.format });
}

function quotaLines(quota: KubeObject, indent: string, bullet: string, rule: string, convert: boolean): string {
  const wanted = [...((at(quota, "spec", "scopes") as readonly string[] | undefined) ?? [])].sort();
  const hard = strings(at(quota, "status", "hard"));
  const rows = Object.keys(hard).sort().map((name) => {
    const used = str(at(quota, "status", "used", name)) || "0";
    return `${indent}${name}\t${convert ? inFormat(used, hard[name] ?? "0") : used}\t${hard[name] ?? ""}\n`;
  });
  return `${wanted.length === 0 ? "" : `${indent}Scopes:\t${wanted.join(", ")}\n${wanted.map((scope) => (scopes[scope] === undefined ? "" : `${indent}${bullet}* ${scopes[scope]}\n`)).join("")}`}${indent}Resource\tUsed\tHard\n${indent}--------\t${rule}\t${rule}\n${rows.join("")}`;
}

const limits = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"] as const;
const limitColumns = "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio";
const limitRule = "----\t--------\t---\t---\t---------------\t-------------\t-----------------------";

function limitLines(range: KubeObject, indent: string): string {
  return arr(at(range, "spec", "limits")).map((item) => [...new Set(limits.flatMap((key) => Object.keys(obj(item[key]))))].sort()
    .map((name) => `${indent}${str(item["type"])}\t${name}\t${limits.map((key) => str(at(item, key, name)) || "-").join("\t")}\n`).join("")).join("");
}

export const describeQuota: Describer = ({ object }) => line("Name", object.metadata.name) + line("Namespace", object.metadata.namespace) + quotaLines(object, "", " ", "----", true);

export const describeLimitRange: Describer = ({ object }) => `${line("Name", object.metadata.name)}${line("Namespace", object.metadata.namespace)}${limitColumns}\n${limitRule}\n${limitLines(object, "")}`;

export const describeNamespace: Describer = (about) => {
  const { object } = about;
  const { metadata } = object;
  const told = arr(at(object, "status", "conditions"));
  const quotas = about.list("resourcequotas", metadata.name);
  const ranges = about.list("limitranges", metadata.name);
  return line("Name", metadata.name) + mapLines("Labels", metadata.labels) + annotationLines(metadata.annotations) + line("Status", at(object, "status", "phase"))
    + (told.length === 0 ? "" : `Conditions:\n  Type\tStatus\tLastTransitionTime\tReason\tMessage\n  ----\t------\t------------------\t------\t-------\n${told.map((c) => `  ${str(c["type"])}\t${str(c["status"])}\t${longTime(c["lastTransitionTime"])}\t${str(c["reason"])}\t${str(c["message"])}\n`).join("")}`)
    + `\n${quotas.length === 0 ? "No resource quota.\n" : `Resource Quotas\n${quotas.map((quota) => line("Name", quota.metadata.name, 1) + quotaLines(quota, "  ", "", "---", false)).join("")}`}`
    + `\n${ranges.length === 0 ? "No LimitRange resource.\n" : `Resource Limits\n ${limitColumns}\n ${limitRule}\n${ranges.map((range) => limitLines(range, " ")).join("")}`}`;
};
