import { humanDuration } from "../../cluster/api/kinds/human-duration";
import type { KubeObject } from "../../cluster/model";
import { StatusError } from "../errors";
import { arr, at, obj, str, strings, type Obj } from "../objects";
import { annotationLines, eventLines, longTime, mapLines, timeline, type Describer } from "./text";

/** What a quantity is worth in its base unit. */
function amount(text: string): number {
  const match = /^([-+]?[\d.]+(?:[eE][-+]?\d+)?)(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi)?$/.exec(text);
  const scale: Record<string, number> = { m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 };
  return match ? Number(match[1]) * (match[2] ? (scale[match[2]] ?? 1) : 1) : 0;
}

function cpuText(value: number): string {
  const milli = Math.round(value * 1000);
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

function bytesText(value: number): string {
  for (const [unit, size] of [["Gi", 2 ** 30], ["Mi", 2 ** 20], ["Ki", 2 ** 10]] as const) if (value !== 0 && value % size === 0) return `${value / size}${unit}`;
  return String(value);
}

/** The requests or limits of a pod: the containers' sum, or its largest init container. */
function podTotal(pod: KubeObject, key: "requests" | "limits", resource: string): number {
  const of = (c: Obj): number => amount(strings(at(c, "resources", key))[resource] ?? "0");
  const sum = arr(at(pod, "spec", "containers")).reduce((total, c) => total + of(c), 0);
  return Math.max(sum, ...arr(at(pod, "spec", "initContainers")).map(of), 0);
}

export const describeNode: Describer = (about) => {
  const node = about.object;
  const status = obj(node["status"]);
  const spec = obj(node["spec"]);
  const roles = Object.keys(strings(node.metadata.labels)).filter((k) => k.startsWith("node-role.kubernetes.io/")).map((k) => k.slice("node-role.kubernetes.io/".length)).sort();
  let out = `Name:\t${node.metadata.name}\nRoles:\t${roles.join(",") || "<none>"}\n${mapLines("Labels", node.metadata.labels)}${annotationLines(node.metadata.annotations)}${timeline("CreationTimestamp", node.metadata.creationTimestamp)}`;
  const taints = arr(spec["taints"]).map((t) => `${str(t["key"])}${t["value"] ? `=${str(t["value"])}` : ""}:${str(t["effect"])}`).sort();
  out += taints.length === 0 ? "Taints:\t<none>\n" : taints.map((t, i) => `${i === 0 ? "Taints:" : ""}\t${t}\n`).join("");
  out += `Unschedulable:\t${String(spec["unschedulable"] === true)}\n`;
  try {
    const lease = about.get("leases.coordination.k8s.io", "kube-node-lease", node.metadata.name);
    out += `Lease:\n  HolderIdentity:\t${str(at(lease, "spec", "holderIdentity")) || "<unset>"}\n  AcquireTime:\t${longTime(at(lease, "spec", "acquireTime"))}\n  RenewTime:\t${longTime(at(lease, "spec", "renewTime"))}\n`;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    out += `Lease:\tFailed to get lease: ${error.message}\n`;
  }
  const conditions = arr(status["conditions"]);
  if (conditions.length > 0) out += `Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n  ----\t------\t-----------------\t------------------\t------\t-------\n${conditions.map((c) => `  ${str(c["type"])} \t${str(c["status"])} \t${longTime(c["lastHeartbeatTime"])} \t${longTime(c["lastTransitionTime"])} \t${str(c["reason"])} \t${str(c["message"])}\n`).join("")}`;
  out += `Addresses:\n${arr(status["addresses"]).map((a) => `  ${str(a["type"])}:\t${str(a["address"])}\n`).join("")}`;
  for (const [title, key] of [["Capacity", "capacity"], ["Allocatable", "allocatable"]] as const) {
    const amounts = strings(status[key]);
    out += `${title}:\n${Object.keys(amounts).sort().map((k) => `  ${k}:\t${amounts[k] ?? ""}\n`).join("")}`;
  }
  const info = strings(status["nodeInfo"]);
  out += `System Info:\n  Machine ID:\t${info["machineID"] ?? ""}\n  System UUID:\t${info["systemUUID"] ?? ""}\n  Boot ID:\t${info["bootID"] ?? ""}\n  Kernel Version:\t${info["kernelVersion"] ?? ""}\n  OS Image:\t${info["osImage"] ?? ""}\n  Operating System:\t${info["operatingSystem"] ?? ""}\n  Architecture:\t${info["architecture"] ?? ""}\n  Container Runtime Version:\t${info["containerRuntimeVersion"] ?? ""}\n  Kubelet Version:\t${info["kubeletVersion"] ?? ""}\n  Kube-Proxy Version:\t${info["kubeProxyVersion"] ?? ""}\n`;
  if (str(spec["podCIDR"]) !== "") out += `PodCIDR:\t${str(spec["podCIDR"])}\n`;
  const cidrs = (spec["podCIDRs"] as readonly string[] | undefined) ?? [];
  if (cidrs.length > 0) out += `PodCIDRs:\t${cidrs.join(",")}\n`;
  if (str(spec["providerID"]) !== "") out += `ProviderID:\t${str(spec["providerID"])}\n`;
  const pods = about.list("pods", "", { fieldSelector: `spec.nodeName=${node.metadata.name},status.phase!=Succeeded,status.phase!=Failed` });
  const allocatable = strings(Object.keys(strings(status["allocatable"])).length > 0 ? status["allocatable"] : status["capacity"]);
  const percent = (value: number, resource: string): number => {
    const all = amount(allocatable[resource] ?? "0");
    return all === 0 ? 0 : Math.trunc((value / all) * 100);
  };
  const show = (resource: string, value: number): string => `${resource === "cpu" ? cpuText(value) : bytesText(value)} (${percent(value, resource)}%)`;
  out += `Non-terminated Pods:\t(${pods.length} in total)\n  Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n  ---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n`;
  for (const pod of pods) {
    const cells = [["requests", "cpu"], ["limits", "cpu"], ["requests", "memory"], ["limits", "memory"]] as const;
    out += `  ${pod.metadata.namespace ?? ""}\t${pod.metadata.name}\t\t${cells.map(([key, resource]) => show(resource, podTotal(pod, key, resource))).join("\t")}\t${humanDuration(about.command.unix - Date.parse(pod.metadata.creationTimestamp))}\n`;
  }
  out += "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n  Resource\tRequests\tLimits\n  --------\t--------\t------\n";
  const extra = Object.keys(allocatable).filter((k) => !["cpu", "memory", "ephemeral-storage", "pods"].includes(k)).sort();
  for (const resource of ["cpu", "memory", "ephemeral-storage", ...extra]) {
    const sum = (key: "requests" | "limits"): number => pods.reduce((total, pod) => total + podTotal(pod, key, resource), 0);
    out += `  ${resource}\t${show(resource, sum("requests"))}\t${show(resource, sum("limits"))}\n`;
  }
  return out + eventLines(about);
};
