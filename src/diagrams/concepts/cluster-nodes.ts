import type { KubeObject, Ms, Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { field, listAt, textAt } from "../fields";
import { foldLog } from "../log-fold";
import type { Sentence } from "../scene";

/** A machine as the picture tells it. */
export interface NodeFacts {
  readonly object: KubeObject;
  readonly name: string;
  readonly ref: Ref;
  readonly ready: boolean;
  /** Why the control plane doesn't call it ready. */
  readonly why: string;
  readonly cordoned: boolean;
  /** How long its kubelet has not been heard, ms, where that is longer than usual. */
  readonly silent: Ms | undefined;
  readonly pods: readonly KubeObject[];
  readonly cpu: Share;
  readonly memory: Share;
  readonly count: Share;
  readonly taints: readonly string[];
}

export interface Share {
  readonly used: number;
  readonly of: number;
}

/** A kubelet renews its lease every 10 s. */
const usual: Ms = 13_000;

export const counts = (pod: KubeObject): boolean => !/Succeeded|Failed/.test(textAt(pod, "status", "phase") ?? "");

/** The machines by name, with the pods that take room there. */
export function nodesOf(view: View): readonly NodeFacts[] {
  const byNode = new Map<string, KubeObject[]>();
  for (const pod of view.list("pods")) {
    const node = textAt(pod, "spec", "nodeName");
    if (node === undefined || !counts(pod)) continue;
    byNode.set(node, [...(byNode.get(node) ?? []), pod]);
  }
  return [...view.list("nodes")]
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map((object): NodeFacts => {
      const name = object.metadata.name;
      const pods = byNode.get(name) ?? [];
      const condition = listAt(object, "status", "conditions").find((one) => textAt(one, "type") === "Ready");
      const lease = view.get({ resource: "leases.coordination.k8s.io", namespace: "kube-node-lease", name });
      const renewed = textAt(lease, "spec", "renewTime");
      const silent = renewed === undefined ? undefined : view.time - (Date.parse(renewed) - view.epoch);
      const share = (resource: string): Share => ({ used: pods.reduce((sum, pod) => sum + requested(pod, resource), 0), of: amount(textAt(object, "status", "allocatable", resource) ?? "0") });
      return {
        object, name, pods,
        ref: { resource: "nodes", namespace: "", name },
        ready: textAt(condition, "status") === "True",
        why: textAt(condition, "reason") ?? "",
        cordoned: field(object, "spec", "unschedulable") === true,
        silent: silent === undefined || silent < usual ? undefined : silent,
        cpu: share("cpu"), memory: share("memory"),
        count: { used: pods.length, of: amount(textAt(object, "status", "allocatable", "pods") ?? "110") },
        taints: listAt(object, "spec", "taints").map((taint) => `${textAt(taint, "key") ?? ""}${textAt(taint, "value") === undefined ? "" : `=${textAt(taint, "value") ?? ""}`}:${textAt(taint, "effect") ?? ""}`),
      };
    });
}

/** What a pod asks for, as the scheduler counts it: its containers together, or its largest init container where that is more. */
function requested(pod: KubeObject, resource: string): number {
  const of = (list: string): readonly number[] => listAt(pod, "spec", list).map((one) => amount(textAt(one, "resources", "requests", resource) ?? "0"));
  return Math.max(of("containers").reduce((sum, one) => sum + one, 0), ...of("initContainers"), 0);
}

const scales: Readonly<Record<string, number>> = { m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/** "250m" → 0.25, "64Mi" → 67108864. */
export function amount(text: string): number {
  const [, number = "0", unit = ""] = /^([\d.]+)([a-zA-Z]*)$/.exec(text) ?? [];
  return Number(number) * (scales[unit] ?? 1);
}

/** 0.25 → "250m", 2 → "2"; bytes as "64Mi". */
export const cpuText = (cores: number): string => (Number.isInteger(cores) ? String(cores) : `${Math.round(cores * 1000)}m`);
export const memoryText = (bytes: number): string => (bytes >= 2 ** 30 ? `${Math.round((bytes / 2 ** 30) * 10) / 10}Gi` : `${Math.round(bytes / 2 ** 20)}Mi`);

interface Turn {
  readonly at: Ms;
  readonly node: string;
  readonly is: "cordon" | "uncordon" | "lost" | "back" | "joined" | "left";
}

const turns = foldLog<readonly Turn[]>([], (all, { ref, type, object, previous, at }) => {
  if (ref.resource !== "nodes") return all;
  const turn = (is: Turn["is"]): readonly Turn[] => [...all, { at, node: ref.name, is }];
  if (type === "DELETED") return turn("left");
  const ready = (of: KubeObject | undefined): boolean => listAt(of, "status", "conditions").some((one) => textAt(one, "type") === "Ready" && textAt(one, "status") === "True");
  if (previous === undefined) return at > 1000 ? turn("joined") : all;
  const was = field(previous, "spec", "unschedulable") === true;
  const is = field(object, "spec", "unschedulable") === true;
  if (is !== was) return turn(is ? "cordon" : "uncordon");
  if (ready(previous) && !ready(object)) return turn("lost");
  if (!ready(previous) && ready(object) && all.some(({ node, is: what }) => node === ref.name && what === "lost")) return turn("back");
  return all;
});

export const nodeMarks = (view: View): readonly (Sentence & { readonly at: Ms })[] => turns(view).map(({ at, node, is }) => ({ at, key: `cluster.mark.${is}`, args: { node } }));
