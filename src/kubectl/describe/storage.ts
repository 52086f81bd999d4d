import { humanDuration } from "../../cluster/api/kinds/human-duration";
import type { KubeObject } from "../../cluster/model";
import { arr, at, obj, str, type Obj } from "../objects";
import { goValue } from "../print/go-value";
import { annotationLines, eventLines, labelsInline, line, longTime, mapLines, type Describer, type Describing } from "./text";
import { sourceLines } from "./volumes";
import { title } from "./workloads";

const short: Readonly<Record<string, string>> = { ReadWriteOnce: "RWO", ReadOnlyMany: "ROX", ReadWriteMany: "RWX", ReadWriteOncePod: "RWOP" };
const modes = (list: unknown): string => Object.keys(short).filter((mode) => (list as readonly string[] | undefined)?.includes(mode)).map((mode) => short[mode]).join(",");
const optional = (name: string, value: unknown): string => (value === undefined ? "" : line(name, value));

function statusLine({ command, object }: Describing): string {
  const gone = object.metadata.deletionTimestamp;
  return line("Status", gone === undefined ? at(object, "status", "phase") : `Terminating (lasts ${humanDuration(command.unix - Date.parse(gone))})`);
}

const classOf = (object: KubeObject): unknown => object.metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? at(object, "spec", "storageClassName");

function requirements(terms: readonly Obj[], key: string, indent: string): string {
  return terms.map((term, i) => {
    const lines = arr(term[key]).map((one) => `${str(one["key"])} ${str(one["operator"] ?? "In").toLowerCase()}${one["values"] === undefined ? "" : ` [${(one["values"] as readonly string[]).join(", ")}]`}\n`);
    return `${indent}Term ${i}:\t${lines.join(`${indent}\t`) || "<none>\n"}`;
  }).join("");
}

export const describeVolume: Describer = (about) => {
  const { object } = about;
  const { metadata } = object;
  const spec = obj(object["spec"]);
  const terms = at(spec, "nodeAffinity", "required");
  const affinity = terms === undefined ? "\t<none>\n" : `\t\n  Required Terms:\t\n${requirements(arr(at(terms, "nodeSelectorTerms")), "matchExpressions", "    ")}`;
  return line("Name", metadata.name) + mapLines("Labels", metadata.labels) + annotationLines(metadata.annotations) + line("Finalizers", goValue(metadata.finalizers ?? [])) + line("StorageClass", classOf(object)) + statusLine(about)
    + line("Claim", spec["claimRef"] === undefined ? "" : `${str(at(spec, "claimRef", "namespace"))}/${str(at(spec, "claimRef", "name"))}`) + line("Reclaim Policy", spec["persistentVolumeReclaimPolicy"])
    + line("Access Modes", modes(spec["accessModes"])) + optional("VolumeMode", spec["volumeMode"]) + line("Capacity", at(spec, "capacity", "storage") ?? "0")
    + `Node Affinity:${affinity}${line("Message", at(object, "status", "message"))}Source:\n${sourceLines(spec)}` + eventLines(about);
};

export const describeClaim: Describer = (about) => {
  const { object } = about;
  const { metadata } = object;
  const spec = obj(object["spec"]);
  const bound = str(spec["volumeName"]) !== "";
  const owners = metadata.ownerReferences?.map(({ uid }) => uid) ?? [];
  const users = about.list("pods", metadata.namespace ?? "").filter((pod) => owners.includes(pod.metadata.uid) || arr(at(pod, "spec", "volumes")).some((v) => at(v, "persistentVolumeClaim", "claimName") === metadata.name));
  const told = arr(at(object, "status", "conditions"));
  const source = obj(spec["dataSource"]);
  return line("Name", metadata.name) + line("Namespace", metadata.namespace) + line("StorageClass", classOf(object)) + statusLine(about) + line("Volume", spec["volumeName"])
    + mapLines("Labels", metadata.labels) + annotationLines(metadata.annotations) + line("Finalizers", goValue(metadata.finalizers ?? [])) + line("Capacity", bound ? at(object, "status", "capacity", "storage") ?? "0" : "")
    + line("Access Modes", bound ? modes(at(object, "status", "accessModes")) : "") + optional("VolumeMode", spec["volumeMode"])
    + (spec["dataSource"] === undefined ? "" : `DataSource:\n${source["apiGroup"] === undefined ? "" : line("APIGroup", source["apiGroup"], 1)}${line("Kind", source["kind"], 1)}${line("Name", source["name"], 1)}`)
    + line("Used By", users.map((pod) => pod.metadata.name).join("\n\t") || "<none>")
    + (told.length === 0 ? "" : `Conditions:\n  Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage\n  ----\t------\t-----------------\t------------------\t------\t-------\n${told.map((c) => `  ${str(c["type"])} \t${str(c["status"])} \t${c["lastProbeTime"] === undefined || c["lastProbeTime"] === null ? "Mon, 01 Jan 0001 00:00:00 +0000" : longTime(c["lastProbeTime"])} \t${longTime(c["lastTransitionTime"])} \t${str(c["reason"])} \t${str(c["message"])}\n`).join("")}`)
    + eventLines(about);
};

export const describeStorageClass: Describer = (about) => {
  const { object } = about;
  const annotations = object.metadata.annotations ?? {};
  const standard = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"].some((key) => annotations[key] === "true");
  const mounts = (object["mountOptions"] as readonly string[] | undefined) ?? [];
  const topologies = object["allowedTopologies"] === undefined ? "" : `AllowedTopologies:\t${arr(object["allowedTopologies"]).length === 0 ? "<none>" : ""}\n${requirements(arr(object["allowedTopologies"]), "matchLabelExpressions", "  ")}`;
  return line("Name", object.metadata.name) + line("IsDefaultClass", standard ? "Yes" : "No") + line("Annotations", labelsInline(annotations)) + line("Provisioner", object["provisioner"]) + line("Parameters", labelsInline(object["parameters"]))
    + line("AllowVolumeExpansion", title(object["allowVolumeExpansion"])) + `MountOptions:${mounts.length === 0 ? "\t<none>" : ""}\n${mounts.map((option) => `  ${option}\n`).join("")}`
    + optional("ReclaimPolicy", object["reclaimPolicy"]) + optional("VolumeBindingMode", object["volumeBindingMode"]) + topologies + eventLines(about);
};
