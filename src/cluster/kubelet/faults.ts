import type { Ref } from "../model";
import type { World } from "../world";
import { kubeletState } from "./kubelet-state";
import type { Processes } from "./processes";
import { podKey } from "./runtime-state";

/** Breaks or mends something in a pod, as a reader may wish to see. `ref.part` is "container/NAME"; without it the first container is meant. Returns the key of the pod to look at. */
export function fault(world: World, processes: Processes, ref: Ref, op: string): string | undefined {
  const key = podKey(ref);
  const pod = kubeletState(world).pods[key];
  if (!pod) return undefined;
  const names = Object.keys(pod.containers);
  const name = ref.part?.replace(/^container\//, "") ?? names.find((each) => pod.containers[each]?.running) ?? names[0];
  const state = name === undefined ? undefined : pod.containers[name];
  if (!state) return undefined;
  switch (op) {
    case "crash": {
      const process = processes.main(world, `${pod.uid}/${name}`);
      if (process !== undefined) processes.crash(world, process, 1);
      break;
    }
    case "kill-pause":
      for (const each of names) {
        const process = processes.main(world, `${pod.uid}/${each}`);
        if (process !== undefined) processes.signal(world, process, "KILL");
      }
      pod.sandbox = "none";
      break;
    case "fail-probe": state.probeBroken = true; break;
    case "mend-probe": delete state.probeBroken; break;
    default: return undefined;
  }
  return `pod:${key}`;
}
