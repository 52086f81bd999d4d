import { humanDuration } from "../../cluster/api/kinds/human-duration";
import { arr, at, controllerOf, num, obj, str } from "../objects";
import { containerLines } from "./containers";
import { placementLines, topologyLines } from "./pod-template";
import { annotationLines, eventLines, longTime, mapLines, type Describer } from "./text";
import { volumeLines } from "./volumes";

export const describePod: Describer = (about) => {
  const pod = about.object;
  const spec = obj(pod["spec"]);
  const status = obj(pod["status"]);
  const owner = controllerOf(pod);
  const node = str(spec["nodeName"]);
  let out = `Name:\t${pod.metadata.name}\nNamespace:\t${pod.metadata.namespace ?? ""}\n`;
  if (spec["priority"] !== undefined) out += `Priority:\t${num(spec["priority"])}\n`;
  if (str(spec["priorityClassName"]) !== "") out += `Priority Class Name:\t${str(spec["priorityClassName"])}\n`;
  if (str(spec["runtimeClassName"]) !== "") out += `Runtime Class Name:\t${str(spec["runtimeClassName"])}\n`;
  if (str(spec["serviceAccountName"]) !== "") out += `Service Account:\t${str(spec["serviceAccountName"])}\n`;
  out += `Node:\t${node === "" ? "<none>" : `${node}/${str(status["hostIP"])}`}\n`;
  if (status["startTime"] !== undefined) out += `Start Time:\t${longTime(status["startTime"])}\n`;
  out += mapLines("Labels", pod.metadata.labels) + annotationLines(pod.metadata.annotations);
  if (pod.metadata.deletionTimestamp !== undefined && str(status["phase"]) !== "Failed" && str(status["phase"]) !== "Succeeded") {
    out += `Status:\tTerminating (lasts ${humanDuration(about.command.unix - Date.parse(pod.metadata.deletionTimestamp))})\nTermination Grace Period:\t${pod.metadata.deletionGracePeriodSeconds ?? 0}s\n`;
  } else out += `Status:\t${str(status["phase"])}\n`;
  if (str(status["reason"]) !== "") out += `Reason:\t${str(status["reason"])}\n`;
  if (str(status["message"]) !== "") out += `Message:\t${str(status["message"])}\n`;
  const seccomp = str(at(spec, "securityContext", "seccompProfile", "type"));
  if (seccomp !== "") out += `SeccompProfile:\t${seccomp}\n`;
  out += `IP:\t${str(status["podIP"])}\n`;
  const ips = arr(status["podIPs"]);
  out += ips.length === 0 ? "IPs:\t<none>\n" : `IPs:\n${ips.map((ip) => `  IP:\t${str(ip["ip"])}\n`).join("")}`;
  if (owner) out += `Controlled By:\t${owner.kind}/${owner.name}\n`;
  if (str(status["nominatedNodeName"]) !== "") out += `NominatedNodeName:\t${str(status["nominatedNodeName"])}\n`;
  if (arr(spec["initContainers"]).length > 0) out += containerLines("Init Containers", arr(spec["initContainers"]), arr(status["initContainerStatuses"]), pod, "");
  out += containerLines("Containers", arr(spec["containers"]), arr(status["containerStatuses"]), pod, "");
  if (arr(spec["ephemeralContainers"]).length > 0) out += containerLines("Ephemeral Containers", arr(spec["ephemeralContainers"]), arr(status["ephemeralContainerStatuses"]), pod, "");
  const gates = arr(spec["readinessGates"]);
  if (gates.length > 0) {
    out += `Readiness Gates:\n  Type\tStatus\n${gates.map((g) => `  ${str(g["conditionType"])}\t${str(arr(status["conditions"]).find((c) => c["type"] === g["conditionType"])?.["status"]) || "<none>"} \n`).join("")}`;
  }
  const conditions = arr(status["conditions"]);
  if (conditions.length > 0) out += `Conditions:\n  Type\tStatus\n${conditions.map((c) => `  ${str(c["type"])} \t${str(c["status"])} \n`).join("")}`;
  out += volumeLines(arr(spec["volumes"]), "");
  if (str(status["qosClass"]) !== "") out += `QoS Class:\t${str(status["qosClass"])}\n`;
  out += placementLines(spec, "");
  out += topologyLines(arr(spec["topologySpreadConstraints"]), "");
  return out + eventLines(about);
};
