import type { Controller, ControllerContext } from "./controller";
import type { Change, Reader } from "../api/store";
import type { Node, Pod, Taint } from "../api/types";
import { equalJson } from "../api/equal";
import { tolerates } from "../scheduler/tolerates";
import { isNotFound } from "./failures";
import { keyOf, splitKey } from "./keys";

/** Deletes pods from nodes with NoExecute taints: at once, or when the time is over for which they tolerate it. */
export const taintEviction: Controller = {
  name: "taint-eviction-controller",
  user: "system:serviceaccount:kube-system:taint-eviction-controller",
  workers: 8,
  watches: [
    {
      resource: "nodes",
      keys: (change: Change, cache) => equalJson(noExecute(change.previous as Node | undefined), noExecute(change.object as Node)) ? []
        : cache.list("pods", { index: ["node", change.ref.name] }).map(keyOf),
    },
    { resource: "pods", keys: podKeys },
  ],
  reconcile,
};

/** A pod that has come to a node; on one without such taints it has nothing to fear until they come. */
function podKeys(change: Change, cache: Reader): readonly string[] {
  const { nodeName } = (change.object as Pod).spec;
  if (change.type === "DELETED" || nodeName === (change.previous as Pod | undefined)?.spec.nodeName) return [];
  const node = nodeName === undefined ? undefined : cache.get({ resource: "nodes", namespace: "", name: nodeName }) as Node | undefined;
  return node !== undefined && noExecute(node).length === 0 ? [] : [keyOf(change.object)];
}

function noExecute(node: Node | undefined): readonly Taint[] {
  return (node?.spec.taints ?? []).filter((taint) => taint.effect === "NoExecute");
}

function reconcile(key: string, context: ControllerContext): void | { readonly again: number; readonly background: true } {
  const { namespace, name } = splitKey(key);
  const pod = context.cache.get({ resource: "pods", namespace, name }) as Pod | undefined;
  // Per pod that is to go: the virtual ms at which it was decided.
  const since = context.state<Record<string, number>>(() => ({}));
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined || pod.spec.nodeName === undefined) {
    delete since[key];
    return;
  }
  const node = context.cache.get({ resource: "nodes", namespace: "", name: pod.spec.nodeName }) as Node | undefined;
  const stay = patience(noExecute(node), pod);
  if (stay === undefined) {
    if (since[key] !== undefined) context.event(pod, "Normal", "TaintManagerEviction", `Cancelling deletion of Pod ${key}`);
    delete since[key];
    return;
  }
  const due = (since[key] ??= context.now) + stay;
  if (due > context.now) return { again: due - context.now, background: true };
  delete since[key];
  context.event(pod, "Normal", "TaintManagerEviction", `Marking for deletion Pod ${key}`);
  try {
    const at = context.timestamp();
    context.client.patch("pods", namespace, name, {
      status: { conditions: [{ type: "DisruptionTarget", status: "True", reason: "DeletionByTaintManager", message: "Taint manager: deleting due to NoExecute taint", lastProbeTime: null, lastTransitionTime: at }] },
    }, "status", "strategic");
    context.client.delete("pods", namespace, name, { preconditions: { uid: pod.metadata.uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** How long a pod may stay under these taints, ms: undefined is for ever. */
function patience(taints: readonly Taint[], pod: Pod): number | undefined {
  let least: number | undefined;
  for (const taint of taints) {
    const toleration = pod.spec.tolerations?.filter((one) => tolerates(one, taint));
    if (toleration === undefined || toleration.length === 0) return 0;
    for (const { tolerationSeconds } of toleration) if (tolerationSeconds !== undefined) least = Math.min(least ?? Number.POSITIVE_INFINITY, Math.max(0, tolerationSeconds) * 1000);
  }
  return least;
}
