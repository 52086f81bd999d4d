import { kubeletState } from "./kubelet-state";
import { podKey, runtime } from "./runtime-state";
import type { Ms, Ref } from "../model";
import type { World } from "../world";

/** The last lines of a container's log up to a moment; `ref.part` is "container/NAME", and without it the pod's first container speaks. */
export function logLines(world: World, ref: Ref, last: number, until: Ms): readonly { readonly at: Ms; readonly line: string }[] {
  const pod = kubeletState(world).pods.get(podKey(ref));
  if (pod === undefined) return [];
  const name = ref.part?.startsWith("container/") === true ? ref.part.slice("container/".length) : Object.keys(pod.containers)[0];
  const log = runtime(world).logs.get(`${pod.uid}/${name ?? ""}`);
  if (log === undefined) return [];
  return log.lines.filter((line) => line.at <= until).slice(-last).map(({ at, text }) => ({ at, line: text }));
}
