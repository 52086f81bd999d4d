import { ageColumn, column, nameColumn, wideColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { since } from "./human-duration";
import { dns1123Subdomain, forbiddenField } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { validatePodSpec } from "./pod-spec-validation";
import { podSummary } from "./pod-status-summary";
import { podNameWarnings, podSpecWarnings } from "./pod-warnings";
import { defaultPod } from "./pod-template-defaults";
import { qosClass } from "./qos-class";
import { replaced } from "./sharing";
import { equalJson } from "../equal";
import type { FieldError, Kind } from "../kind";
import type { Container, Pod, PodSpec } from "../types";
import type { KubeObject } from "../../model";

const shown = (text: string | undefined): string => (text === undefined || text === "" ? "<none>" : text);

const columns = [
  nameColumn,
  column("Ready", "How many of the pod's containers are ready for traffic.", (object) => {
    const { ready, total } = podSummary(object as Pod);
    return `${ready}/${total}`;
  }),
  column("Status", "What the containers are doing, in one word.", (object) => podSummary(object as Pod).status),
  column("Restarts", "How often containers of the pod have been restarted, and when last.", (object, now, epoch) => {
    const { restarts, lastRestart } = podSummary(object as Pod);
    return restarts !== 0 && lastRestart !== "" ? `${restarts} (${since(lastRestart, now, epoch)} ago)` : String(restarts);
  }),
  ageColumn,
  wideColumn("IP", "The pod's address.", (object) => shown((object as Pod).status?.podIPs?.[0]?.ip)),
  wideColumn("Node", "The node that the pod is bound to.", (object) => shown((object as Pod).spec.nodeName)),
  wideColumn("Nominated Node", "The node where room is being made for the pod.", (object) => shown((object as Pod).status?.nominatedNodeName)),
  wideColumn("Readiness Gates", "How many of the pod's readiness gates are open.", (object) => {
    const { spec, status } = object as Pod;
    const gates = spec.readinessGates ?? [];
    if (gates.length === 0) return "<none>";
    const open = gates.filter((gate) => (status?.conditions ?? []).some((condition) => condition.type === gate.conditionType && condition.status === "True"));
    return `${open.length}/${gates.length}`;
  }),
];

function prepare(next: KubeObject, old: KubeObject | undefined, subresource?: string): KubeObject {
  const { spec } = next as Pod;
  if (old === undefined) {
    const gated = (spec.schedulingGates ?? []).length > 0;
    const { apiVersion, kind, metadata } = next;
    return {
      apiVersion, kind, metadata, spec,
      status: {
        phase: "Pending",
        ...(gated ? { conditions: [{ type: "PodScheduled", status: "False", lastProbeTime: null, lastTransitionTime: null, reason: "SchedulingGated", message: "Scheduling is blocked due to non-empty scheduling gates" }] } : {}),
        qosClass: qosClass(spec),
      },
    };
  }
  // The class is set once, when the pod is made.
  const was = (old as Pod).status?.qosClass;
  if (subresource === "status" && was !== undefined && (next as Pod).status?.qosClass === undefined) return { ...next, status: { ...(next as Pod).status, qosClass: was } };
  return next;
}

const mayChange = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** The spec of an update with everything that may change put back. */
function mended(spec: PodSpec, old: PodSpec): PodSpec {
  const images = (containers: readonly Container[], before: readonly Container[]): readonly Container[] => containers.map((container, i) => replaced(container, "image", before[i]?.image));
  const rest: Record<string, unknown> = { ...spec, containers: images(spec.containers, old.containers) };
  if (spec.initContainers !== undefined) rest["initContainers"] = images(spec.initContainers, old.initContainers ?? []);
  if (old.activeDeadlineSeconds === undefined || (spec.activeDeadlineSeconds ?? Infinity) <= old.activeDeadlineSeconds) rest["activeDeadlineSeconds"] = old.activeDeadlineSeconds;
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1) rest["terminationGracePeriodSeconds"] = old.terminationGracePeriodSeconds;
  const kept = (old.tolerations ?? []).every((toleration) => (spec.tolerations ?? []).some((now) => equalJson({ ...now, tolerationSeconds: 0 }, { ...toleration, tolerationSeconds: 0 })));
  if (kept) rest["tolerations"] = old.tolerations;
  if ((old.schedulingGates ?? []).length > 0) {
    rest["schedulingGates"] = old.schedulingGates;
    rest["nodeSelector"] = old.nodeSelector;
    rest["affinity"] = old.affinity;
  }
  return rest as unknown as PodSpec;
}

function validate(next: KubeObject, old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { spec, metadata } = next as Pod;
  const errors = validateObjectMeta(metadata, true, dns1123Subdomain);
  if (old === undefined) {
    errors.push(...validatePodSpec(spec, "spec"));
    return errors;
  }
  const before = (old as Pod).spec;
  if (spec === before) return errors;
  errors.push(...validatePodSpec(spec, "spec"));
  if (errors.length > 0 || subresource !== undefined) return errors;
  const { containers = [], initContainers = [] } = spec;
  if (containers.length !== before.containers.length) return [forbiddenField("spec.containers", "pod updates may not add or remove containers")];
  if (initContainers.length !== (before.initContainers ?? []).length) return [forbiddenField("spec.initContainers", "pod updates may not add or remove containers")];
  for (const gate of spec.schedulingGates ?? []) {
    if (!(before.schedulingGates ?? []).some((old) => old.name === gate.name)) return [forbiddenField("spec.schedulingGates", "only deletion is allowed, but found new scheduling gate '" + gate.name + "'")];
  }
  if (!equalJson(mended(spec, before), before)) errors.push(forbiddenField("spec", `${mayChange}\n`));
  return errors;
}

export const pod: Kind = defineKind({
  group: "", kind: "Pod", plural: "pods", shortNames: ["po"], categories: ["all"], generation: true, columns,
  subresources: ["attach", "binding", "ephemeralcontainers", "eviction", "exec", "log", "portforward", "proxy", "resize", "status"],
  defaults: (object) => replaced(object, "spec", defaultPod((object as Pod).spec ?? { containers: [] })),
  prepare, validate,
  withStatus: ({ apiVersion, kind, spec }, metadata, status) => ({ apiVersion, kind, metadata, spec, status }),
  warnings: (object, old) => (old !== undefined && (old as Pod).spec === (object as Pod).spec ? [] : [...(old === undefined ? podNameWarnings(object.metadata.name) : []), ...podSpecWarnings((object as Pod).spec, "spec")]),
  selectable: {
    "spec.nodeName": (object) => (object as Pod).spec.nodeName ?? "",
    "spec.restartPolicy": (object) => (object as Pod).spec.restartPolicy ?? "",
    "spec.schedulerName": (object) => (object as Pod).spec.schedulerName ?? "",
    "spec.serviceAccountName": (object) => (object as Pod).spec.serviceAccountName ?? "",
    "spec.hostNetwork": (object) => String((object as Pod).spec.hostNetwork ?? false),
    "status.phase": (object) => (object as Pod).status?.phase ?? "",
    "status.podIP": (object) => (object as Pod).status?.podIPs?.[0]?.ip ?? "",
    "status.nominatedNodeName": (object) => (object as Pod).status?.nominatedNodeName ?? "",
  },
  indexes: { node: (object) => (object as Pod).spec.nodeName || undefined },
  grace: (object) => (object as Pod).spec.terminationGracePeriodSeconds ?? 30,
});
