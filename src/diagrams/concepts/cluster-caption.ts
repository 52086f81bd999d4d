import type { View } from "../../cluster/view";
import { listAt, ownerOf, textAt } from "../fields";
import type { Sentence } from "../scene";
import { pendingPods } from "./cluster";
import { nodesOf } from "./cluster-nodes";

/** Silent so long, a node is called NotReady; s. */
const grace = 40;

/** One sentence: what happens to a node, and what that does to its pods. */
export function clusterCaption(view: View): Sentence {
  const say = (key: string, args: Sentence["args"] = {}): Sentence => ({ key: `cluster.caption.${key}`, args });
  const nodes = nodesOf(view);
  const lost = nodes.find(({ ready, pods }) => !ready && pods.length > 0) ?? nodes.find(({ ready }) => !ready);
  const quiet = nodes.find(({ ready, silent }) => ready && silent !== undefined);
  if (quiet !== undefined) return say("silent", { node: quiet.name, n: Math.round((quiet.silent ?? 0) / 1000), grace, pods: quiet.pods.length });
  if (lost !== undefined) {
    const leaving = lost.pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined).length;
    return say(leaving > 0 ? "evicted" : lost.pods.length > 0 ? "lost" : "lost.empty", { node: lost.name, pods: lost.pods.length, leaving });
  }
  const waiting = pendingPods(view).find((pod) => listAt(pod, "status", "conditions").some((one) => textAt(one, "type") === "PodScheduled" && textAt(one, "status") === "False"));
  if (waiting !== undefined) {
    const condition = listAt(waiting, "status", "conditions").find((one) => textAt(one, "type") === "PodScheduled");
    // What preemption would do is a second thought.
    return say("pending", { pod: waiting.metadata.name, message: (textAt(condition, "message") ?? "").replace(/ preemption: .*/, "") });
  }
  const cordoned = nodes.find((node) => node.cordoned);
  if (cordoned !== undefined) {
    const movable = cordoned.pods.filter((pod) => ownerOf(pod, "DaemonSet") === undefined);
    const leaving = movable.filter((pod) => pod.metadata.deletionTimestamp !== undefined).length;
    if (leaving > 0) return say("drain", { node: cordoned.name, leaving, left: movable.length });
    return movable.length === 0 ? say("drained", { node: cordoned.name }) : say("cordoned", { node: cordoned.name, pods: movable.length });
  }
  const pods = nodes.reduce((sum, node) => sum + node.pods.length, 0);
  return pods === 0 ? say("empty", { nodes: nodes.length }) : say("steady", { pods, nodes: nodes.length });
}
