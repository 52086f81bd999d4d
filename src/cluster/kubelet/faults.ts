import type { Pod } from "../api/types";
import type { Ref } from "../model";
import type { World } from "../world";
import { kubeletState } from "./kubelet-state";
import type { Processes } from "./processes";
import { podKey } from "./runtime-state";

/** Breaks or mends something in a pod, as a reader may wish to see. `ref.part` is "container/NAME"; without it the first container is meant. Returns the key of the pod to look at. */
export function fault(world: World, processes: Processes, ref: Ref, op: string): string | undefined {
  const key = podKey(ref);
  const pod = kubeletState(world).pods.get(key);
  if (!pod) return undefined;
  const names = Object.keys(pod.containers);
  const probe = /^fail-(liveness|readiness|startup)$/.exec(op)?.[1];
  const name = ref.part?.replace(/^container\//, "") ?? (probe === undefined ? undefined : withProbe(world, ref, probe)) ?? names.find((each) => pod.containers[each]?.running) ?? names[0];
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
    case "fail-liveness":
    case "fail-readiness":
    case "fail-startup": state.probesBroken = { ...state.probesBroken, [probe ?? ""]: true }; break;
    case "mend":
      for (const each of ref.part === undefined ? names : [name ?? ""]) delete pod.containers[each]?.probesBroken;
      break;
    default: return undefined;
  }
  return `pod:${key}`;
}

/** The first container that has such a probe: whoever fails "the liveness probe of a pod" means that one. */
function withProbe(world: World, ref: Ref, kind: string): string | undefined {
  const object = world.store.get({ resource: "pods", namespace: ref.namespace, name: ref.name }) as Pod | undefined;
  const containers = [...(object?.spec.initContainers ?? []), ...(object?.spec.containers ?? [])];
  return containers.find((each) => (each as unknown as Record<string, unknown>)[`${kind}Probe`] !== undefined)?.name;
}
