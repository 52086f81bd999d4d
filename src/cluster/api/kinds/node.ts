import { ageColumn, column, nameColumn, wideColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { forbiddenField, invalids, qualifiedName, required, unsupported, validLabelValue } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { filled, replaced } from "./sharing";
import type { FieldError, Kind } from "../kind";
import type { Node } from "../types";
import type { KubeObject } from "../../model";

const rolePrefix = "node-role.kubernetes.io/";

/** The roles that a node's labels give it, sorted. */
export function nodeRoles(node: KubeObject): readonly string[] {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) roles.add(key.slice(rolePrefix.length));
    else if (key === "kubernetes.io/role" && value !== "") roles.add(value);
  }
  return [...roles].sort();
}

function statusText(node: Node): string {
  const ready = (node.status?.conditions ?? []).find((condition) => condition.type === "Ready");
  const status = ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return node.spec?.unschedulable === true ? `${status},SchedulingDisabled` : status;
}

function address(node: Node, type: string): string {
  return (node.status?.addresses ?? []).find((one) => one.type === type)?.address ?? "<none>";
}

const unknown = (text: string | undefined): string => (text === undefined || text === "" ? "<unknown>" : text);

const columns = [
  nameColumn,
  column("Status", "Whether the node is ready, and whether pods may be scheduled to it.", (object) => statusText(object as Node)),
  column("Roles", "The roles that the node's labels name.", (object) => nodeRoles(object).join(",") || "<none>"),
  ageColumn,
  column("Version", "The version of the node's kubelet.", (object) => (object as Node).status?.nodeInfo?.kubeletVersion ?? ""),
  wideColumn("Internal-IP", "The node's address in the cluster's network.", (object) => address(object as Node, "InternalIP")),
  wideColumn("External-IP", "The node's address outside.", (object) => address(object as Node, "ExternalIP")),
  wideColumn("OS-Image", "The node's operating system.", (object) => unknown((object as Node).status?.nodeInfo?.osImage)),
  wideColumn("Kernel-Version", "The node's kernel.", (object) => unknown((object as Node).status?.nodeInfo?.kernelVersion)),
  wideColumn("Container-Runtime", "What runs the node's containers.", (object) => unknown((object as Node).status?.nodeInfo?.containerRuntimeVersion)),
];

function defaults(object: KubeObject): KubeObject {
  let next = object["spec"] === undefined ? { ...object, spec: {} } : object;
  const { podCIDR, podCIDRs } = (next as Node).spec;
  if (podCIDR !== undefined && podCIDRs === undefined) next = { ...next, spec: { ...(next as Node).spec, podCIDRs: [podCIDR] } };
  const status = (next as Node).status;
  if (status?.capacity !== undefined && status.allocatable === undefined) next = replaced(next, "status", filled(status, { allocatable: status.capacity }));
  return next;
}

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

function validate(next: KubeObject, old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { metadata, spec } = next as Node;
  const errors: FieldError[] = validateObjectMeta(metadata, false);
  const seen = new Set<string>();
  (spec.taints ?? []).forEach((taint, i) => {
    const at = `spec.taints[${i}]`;
    errors.push(...invalids(`${at}.key`, taint.key, qualifiedName(taint.key ?? "")), ...invalids(`${at}.value`, taint.value ?? "", validLabelValue(taint.value ?? "")));
    if ((taint.effect ?? "") === "") errors.push(required(`${at}.effect`));
    else if (!effects.includes(taint.effect)) errors.push(unsupported(`${at}.effect`, taint.effect, effects));
    const pair = `${taint.key}:${taint.effect}`;
    if (seen.has(pair)) {
      errors.push({ field: at, type: "Duplicate", value: { go: `core.Taint{Key:${JSON.stringify(taint.key)}, Value:${JSON.stringify(taint.value ?? "")}, Effect:${JSON.stringify(taint.effect)}, TimeAdded:<nil>}` }, detail: "taints must be unique by key and effect pair" });
    }
    seen.add(pair);
  });
  const before = (old as Node | undefined)?.spec;
  if (before?.providerID !== undefined && before.providerID !== spec.providerID) errors.push(forbiddenField("spec.providerID", "node updates may not change providerID except from \"\" to valid"));
  if (before?.podCIDR !== undefined && before.podCIDR !== spec.podCIDR) errors.push(forbiddenField("spec.podCIDRs", "node updates may not change podCIDR except from \"\" to valid"));
  return errors;
}

export const node: Kind = defineKind({
  group: "", kind: "Node", plural: "nodes", shortNames: ["no"], namespaced: false, columns, defaults, subresources: ["proxy", "status"], validate,
  selectable: { "spec.unschedulable": (object) => String((object as Node).spec?.unschedulable ?? false) },
});
