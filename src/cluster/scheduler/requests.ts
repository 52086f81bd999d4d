import type { Container, Pod } from "../api/types";
import type { Dict } from "../model";
import { amountOf } from "./amount";
import type { Amounts } from "./state";

const usualCpu = 100;
const usualMemory = 200 * 1024 * 1024;

/**
 * What a pod asks of a node: the sum over its containers and sidecars, or what an init container needs at its time, whichever is more; plus overhead.
 */
export function podRequests(pod: Pod): Amounts {
  return needsOf(pod).requests;
}

/** The requests with the usual size where a container asks for nothing, for scoring. */
export function usualRequests(pod: Pod): { readonly cpu: number; readonly memory: number } {
  return needsOf(pod).usual;
}

interface Needs {
  readonly requests: Amounts;
  readonly usual: { readonly cpu: number; readonly memory: number };
}

const known = new WeakMap<object, Needs>();

/** The pods of a template share the resources of their only container, and with them what they need. */
function needsOf(pod: Pod): Needs {
  const { containers, initContainers, overhead } = pod.spec;
  const simple = containers.length === 1 && (initContainers ?? []).length === 0 && overhead === undefined;
  const key = (simple ? containers[0].resources : undefined) ?? pod.spec;
  let needs = known.get(key);
  if (needs === undefined) {
    const sum = total(pod, (container) => {
      const { cpu, memory } = amounts(container.resources?.requests);
      return { cpu: cpu ?? usualCpu, memory: memory ?? usualMemory };
    });
    needs = { requests: total(pod, (container) => amounts(container.resources?.requests)), usual: { cpu: sum.cpu ?? 0, memory: sum.memory ?? 0 } };
    known.set(key, needs);
  }
  return needs;
}

function amounts(requests: Dict | undefined): Record<string, number> {
  const result: Record<string, number> = {};
  for (const [name, quantity] of Object.entries(requests ?? {})) result[name] = amountOf(name, quantity);
  return result;
}

function total(pod: Pod, of: (container: Container) => Amounts): Record<string, number> {
  const running: Record<string, number> = {};
  for (const container of pod.spec.containers) add(running, of(container));
  const sidecars: Record<string, number> = {};
  const most: Record<string, number> = {};
  for (const container of pod.spec.initContainers ?? []) {
    const own = of(container);
    if (container.restartPolicy === "Always") {
      add(running, own);
      add(sidecars, own);
      raise(most, sidecars);
    } else {
      const moment = { ...own };
      add(moment, sidecars);
      raise(most, moment);
    }
  }
  raise(running, most);
  add(running, amounts(pod.spec.overhead));
  return running;
}

export function add(to: Record<string, number>, more: Amounts, sign = 1): void {
  for (const name in more) to[name] = (to[name] ?? 0) + sign * (more[name] ?? 0);
}

function raise(to: Record<string, number>, least: Amounts): void {
  for (const name in least) to[name] = Math.max(to[name] ?? 0, least[name] ?? 0);
}
