import { inBlock } from "./addresses";
import { compileSelectorObject } from "../api/selectors";
import type { Reader } from "../api/store";
import type { Pod } from "../api/types";
import type { KubeObject } from "../model";

interface Peer { readonly podSelector?: object; readonly namespaceSelector?: object; readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] } }
interface Rule { readonly from?: readonly Peer[]; readonly to?: readonly Peer[]; readonly ports?: readonly { readonly protocol?: string; readonly port?: number | string; readonly endPort?: number }[] }
interface PolicySpec { readonly podSelector?: object; readonly policyTypes?: readonly string[]; readonly ingress?: readonly Rule[]; readonly egress?: readonly Rule[] }

/** One side of a connection: a pod of the cluster, or only an address. */
export interface Side {
  readonly pod?: Pod;
  readonly address: string;
}

/** The policy that stops a connection, or undefined where it may pass. A connection needs both the source's egress and the target's ingress. */
export function stoppedBy(reader: Reader, from: Side, to: Side, port: number, protocol: string): KubeObject | undefined {
  // What a node sends to its own pods is always let in.
  return side(reader, "Egress", from, to, port, protocol) ?? side(reader, "Ingress", to, from, port, protocol);
}

/** Selected by no policy = open; policies add up. */
function side(reader: Reader, direction: "Ingress" | "Egress", self: Side, other: Side, port: number, protocol: string): KubeObject | undefined {
  const pod = self.pod;
  if (pod === undefined) return undefined;
  let refusal: KubeObject | undefined;
  for (const policy of reader.list("networkpolicies.networking.k8s.io", { namespace: pod.metadata.namespace ?? "" })) {
    const spec = (policy["spec"] ?? {}) as PolicySpec;
    const types = spec.policyTypes ?? (spec.egress === undefined ? ["Ingress"] : ["Ingress", "Egress"]);
    if (!types.includes(direction) || !compileSelectorObject(spec.podSelector ?? {})(pod.metadata.labels ?? {})) continue;
    const rules = (direction === "Ingress" ? spec.ingress : spec.egress) ?? [];
    // For egress the port is the other pod's, for ingress one's own.
    const target = direction === "Ingress" ? self : other;
    if (rules.some((rule) => portMatches(rule, port, protocol, target.pod) && peerMatches(reader, (direction === "Ingress" ? rule.from : rule.to) ?? [], other, policy.metadata.namespace ?? ""))) return undefined;
    refusal ??= policy;
  }
  return refusal;
}

function portMatches(rule: Rule, port: number, protocol: string, target: Pod | undefined): boolean {
  if (rule.ports === undefined || rule.ports.length === 0) return true;
  return rule.ports.some((of) => {
    if ((of.protocol ?? "TCP") !== protocol) return false;
    if (of.port === undefined) return true;
    if (typeof of.port === "string") return target?.spec.containers.some((container) => (container.ports ?? []).some((named) => named.name === of.port && named.containerPort === port)) === true;
    return port >= of.port && port <= (of.endPort ?? of.port);
  });
}

function peerMatches(reader: Reader, peers: readonly Peer[], other: Side, namespace: string): boolean {
  if (peers.length === 0) return true;
  return peers.some((peer) => {
    if (peer.ipBlock !== undefined) {
      const { cidr, except } = peer.ipBlock;
      return inBlock(other.address, cidr) && !(except ?? []).some((block) => inBlock(other.address, block));
    }
    if (other.pod === undefined) return false;
    const home = other.pod.metadata.namespace ?? "";
    if (peer.namespaceSelector === undefined) {
      if (home !== namespace) return false;
    } else {
      const labels = reader.get({ resource: "namespaces", namespace: "", name: home })?.metadata.labels ?? {};
      if (!compileSelectorObject(peer.namespaceSelector)(labels)) return false;
    }
    return peer.podSelector === undefined || compileSelectorObject(peer.podSelector)(other.pod.metadata.labels ?? {});
  });
}
