import type { Ms, Ref } from "../model";
import type { World } from "../world";
import { kubeletState } from "./kubelet-state";
import { podKey } from "./runtime-state";

/** What will happen next to a pod or (ref.part "container/NAME") to one of its containers, if that is known. */
export function dueOf(world: World, ref: Ref): { readonly at: Ms; readonly what: string } | undefined {
  if (ref.resource !== "pods") return undefined;
  const pod = kubeletState(world).pods.get(podKey(ref));
  if (!pod) return undefined;
  const found: { at: Ms; what: string }[] = [];
  const wanted = ref.part?.replace(/^container\//, "");
  for (const [name, state] of Object.entries(pod.containers)) {
    if (wanted !== undefined && name !== wanted) continue;
    if (state.running && state.stop && state.stop.killed === undefined) found.push({ at: state.stop.killAt, what: "kill" });
    else if (!state.running && state.tryAt !== undefined) found.push({ at: state.tryAt, what: /Image|Pull/.test(state.waiting.reason) && !state.terminated ? "pull" : "restart" });
    if (pod.op && "container" in pod.op && pod.op.container === name) found.push({ at: pod.op.until, what: pod.op.is === "pull" ? "pulled" : "start" });
  }
  if (pod.refreshAt !== undefined && wanted === undefined) found.push({ at: pod.refreshAt, what: "mount" });
  if (pod.op?.is === "sandbox" && wanted === undefined) found.push({ at: pod.op.until, what: "sandbox" });
  return found.filter(({ at }) => at >= world.clock.now).sort((a, b) => a.at - b.at)[0];
}

/** When the content of a pod's ConfigMap and Secret volumes was last written, at or before a moment. */
export function mountedOf(world: World, ref: Ref, moment: Ms): Ms | undefined {
  return kubeletState(world).pods.get(podKey(ref))?.mounted?.filter((at) => at <= moment).at(-1);
}
