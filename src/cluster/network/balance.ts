import type { Backend, ServiceRule } from "./fabric";
import type { Ms, Random } from "../model";

/**
 * The backends that kube-proxy may use for a request that arrives at `node` (CategorizeEndpoints): ready ones; if there are
 * none, those that still serve while they terminate. Under the Local policy only the node's own.
 */
export function candidates(rule: ServiceRule, node: string, policy: "Cluster" | "Local"): readonly Backend[] {
  const near = policy === "Local" ? rule.backends.filter((backend) => backend.node === node) : rule.backends;
  const ready = near.filter((backend) => backend.ready);
  return ready.length > 0 ? ready : near.filter((backend) => backend.serving && backend.terminating);
}

/** Which client sticks to which backend, and until when: "<service uid>/<client>" → record. */
export type Affinity = Record<string, { address: string; until: Ms }>;

/** Picks a backend as iptables does: rule i of n is taken with probability 1/(n − i), which is an even, independent choice. */
export function choose(rule: ServiceRule, from: readonly Backend[], client: string, now: Ms, random: Random, affinity: Affinity): Backend {
  const sticky = rule.service.spec.sessionAffinity === "ClientIP";
  const key = `${rule.service.metadata.uid}/${client}`;
  const kept = sticky ? affinity[key] : undefined;
  if (kept !== undefined && kept.until > now) {
    const same = from.find((backend) => backend.address === kept.address);
    if (same !== undefined) return same;
  }
  const picked = random.pick(from);
  if (sticky) {
    const seconds = rule.service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10800;
    affinity[key] = { address: picked.address, until: now + seconds * 1000 };
  }
  return picked;
}
