import type { DaemonSet } from "../api/kinds/daemonset";
import type { Node, Pod, PodTemplate, Toleration } from "../api/types";
import { matchesRequired } from "../scheduler/selector-terms";
import { isTolerated } from "../scheduler/tolerates";
import { podFromTemplate } from "./pod-from-template";

export const hashLabel = "controller-revision-hash";
const generationLabel = "pod-template-generation";
const generationKey = "deprecated.daemonset.template.generation";

/** What every daemon pod puts up with: it runs where others are sent away. */
const ownTolerations: readonly Toleration[] = [
  { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/disk-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/memory-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/pid-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" },
];

function tolerationsOf(set: DaemonSet): readonly Toleration[] {
  const given = set.spec.template.spec?.tolerations ?? [];
  const own: readonly Toleration[] = set.spec.template.spec?.hostNetwork === true ? [...ownTolerations, { key: "node.kubernetes.io/network-unavailable", operator: "Exists", effect: "NoSchedule" }] : ownTolerations;
  return [...given, ...own.filter((one) => !given.some((other) => other.key === one.key && other.effect === one.effect && other.operator === one.operator))];
}

/** The set's pod for a node: bound to it by affinity, so that the scheduler still has its say. */
export function daemonPod(set: DaemonSet, node: string, hash: string): object {
  const { template } = set.spec;
  const affinity = template.spec?.affinity;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const fields = [{ key: "metadata.name", operator: "In", values: [node] }];
  const terms = required === undefined ? [{ matchFields: fields }] : required.nodeSelectorTerms.map((term) => ({ ...term, matchFields: fields }));
  const labelled: PodTemplate = {
    ...template,
    metadata: { ...template.metadata, labels: { ...template.metadata?.labels, [hashLabel]: hash, [generationLabel]: set.metadata.annotations?.[generationKey] ?? "1" } },
    spec: {
      ...template.spec, containers: template.spec?.containers ?? [], tolerations: tolerationsOf(set),
      affinity: { ...affinity, nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
    },
  };
  return podFromTemplate(labelled, set);
}

/** Whether a node is to get a pod of the set, and whether one that runs there may stay. */
export function nodeSuits(set: DaemonSet, node: Node): { readonly run: boolean; readonly stay: boolean } {
  const spec = set.spec.template.spec;
  if (spec?.nodeName !== undefined && spec.nodeName !== "" && spec.nodeName !== node.metadata.name) return { run: false, stay: false };
  if (spec !== undefined && !matchesRequired({ spec } as Pod, node)) return { run: false, stay: false };
  const tolerations = tolerationsOf(set);
  const bad = (node.spec.taints ?? []).filter((taint) => !isTolerated(taint, tolerations));
  return { run: !bad.some((taint) => taint.effect === "NoSchedule" || taint.effect === "NoExecute"), stay: !bad.some((taint) => taint.effect === "NoExecute") };
}

/** The node that a pod is on, or is made for. */
export function nodeOf(pod: Pod): string {
  if (pod.spec.nodeName !== undefined && pod.spec.nodeName !== "") return pod.spec.nodeName;
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.flatMap((term) => term.matchFields ?? []).find((field) => field.key === "metadata.name")?.values?.[0] ?? "";
}

/** Whether a pod runs the template as it is now. */
export function isUpdated(set: DaemonSet, pod: Pod, hash: string): boolean {
  const labels = pod.metadata.labels ?? {};
  return labels[hashLabel] === hash || labels[generationLabel] === set.metadata.annotations?.[generationKey];
}
