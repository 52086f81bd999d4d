import type { Backend, ServiceRule } from "./fabric";
import type { Ms, Random, Ref } from "../model";

/** The backends that a rule may lead to, and the pods behind them. */
export interface Candidates {
  readonly backends: readonly Backend[];
  readonly pods: readonly Ref[];
}

const known = new WeakMap<ServiceRule, Map<string, Candidates>>();

/**
 * The backends that kube-proxy may use for a request that arrives at `node` (CategorizeEndpoints): ready ones; if there are
 * none, those that still serve while they terminate. Under the Local policy only the node's own.
 */
export function candidates(rule: ServiceRule, node: string, policy: "Cluster" | "Local"): Candidates {
  let byNode = known.get(rule);
  if (byNode === undefined) known.set(rule, byNode = new Map<string, Candidates>());
  const key = policy === "Local" ? `/${node}` : "";
  let found = byNode.get(key);
  if (found === undefined) {
    const near = policy === "Local" ? rule.backends.filter((backend) => backend.node === node) : rule.backends;
    const ready = near.filter((backend) => backend.ready);
    const backends = ready.length > 0 ? ready : near.filter((backend) => backend.serving && backend.terminating);
    byNode.set(key, found = { backends, pods: backends.map(({ pod }) => ({ resource: "pods", namespace: rule.service.metadata.namespace ?? "", name: pod })) });
  }
  return found;
}

/** Which client sticks to which backend, and until when: "<service uid>/<client>" → record. */
export type Affinity = Record<string, { address: string; until: Ms }>;

/** Whether the service sends a client back to where it was before. */
export const isSticky = (rule: ServiceRule): boolean => rule.service.spec.sessionAffinity === "ClientIP";

/** Picks a backend, by its place in the list, as iptables does: rule i of n is taken with probability 1/(n − i), which is an even, independent choice. */
export function choose(rule: ServiceRule, from: readonly Backend[], client: string, now: Ms, random: Random, affinity: Affinity): number {
  if (!isSticky(rule)) return random.int(from.length);
  const key = `${rule.service.metadata.uid}/${client}`;
  const kept = affinity[key];
  if (kept !== undefined && kept.until > now) {
    const same = from.findIndex((backend) => backend.address === kept.address);
    if (same >= 0) return same;
  }
  const took = random.int(from.length);
  const picked = from[took];
  const seconds = rule.service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10800;
  affinity[key] = { address: picked.address, until: now + seconds * 1000 };
  return took;
}
