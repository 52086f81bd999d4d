import { clusterDomain, isAddress } from "./addresses";
import { fabricOf, nodeAddress } from "./fabric";
import type { Store } from "../api/store";
import type { Pod, Service } from "../api/types";

/** What a name means: the full name that answered, its addresses, and the alias where it was a CNAME. */
export interface Answer {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly alias?: string;
}

/** The search list of a pod's resolv.conf. */
export function searchList(namespace: string): readonly string[] {
  return [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
}

/**
 * Resolves a name as a pod of `namespace` does (ndots:5): a name with fewer than five dots goes through the search list first.
 * `absolute` asks for the name as it stands. Undefined: NXDOMAIN.
 */
export function resolve(store: Store, name: string, namespace: string, absolute = false): Answer | undefined {
  const full = name.endsWith(".");
  const bare = full ? name.slice(0, -1) : name;
  const dots = bare.split(".").length - 1;
  const searched = absolute || full ? [] : searchList(namespace).map((domain) => `${bare}.${domain}`);
  const tries = full || absolute ? [bare] : dots >= 5 ? [bare, ...searched] : [...searched, bare];
  for (const candidate of tries) {
    const answer = lookUp(store, candidate.toLowerCase());
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function lookUp(store: Store, name: string): Answer | undefined {
  const zone = `.${clusterDomain}`;
  if (!name.endsWith(zone)) return undefined;
  const labels = name.slice(0, -zone.length).split(".");
  const kind = labels[labels.length - 1];
  const namespace = labels[labels.length - 2];
  if (namespace === undefined) return undefined;
  if (kind === "pod" && labels.length === 3) {
    const address = (labels[0] ?? "").replace(/-/g, ".");
    return isAddress(address) && store.get({ resource: "namespaces", namespace: "", name: namespace }) !== undefined ? { name, addresses: [address] } : undefined;
  }
  if (kind !== "svc") return undefined;
  const rest = labels.slice(0, -2);
  const service = fabricOf(store).service(namespace, rest[rest.length - 1] ?? "");
  if (service === undefined) return undefined;
  if (rest.length === 1) return answerFor(store, name, service);
  if (rest.length === 2) return member(store, name, service, rest[0] ?? "");
  // _port._protocol.service: the addresses of an SRV record's target.
  if (rest.length === 3 && rest[0]?.startsWith("_") === true && rest[1]?.startsWith("_") === true) {
    const port = (service.spec.ports ?? []).some((of) => `_${of.name ?? ""}` === rest[0] && `_${(of.protocol ?? "TCP").toLowerCase()}` === rest[1]);
    return port ? answerFor(store, name, service) : undefined;
  }
  return undefined;
}

function answerFor(store: Store, name: string, service: Service): Answer | undefined {
  if (service.spec.type === "ExternalName") {
    const alias = service.spec.externalName ?? "";
    const further = lookUp(store, alias.toLowerCase());
    return { name, alias, addresses: further?.addresses ?? [] };
  }
  if (service.spec.clusterIP !== undefined && service.spec.clusterIP !== "None" && service.spec.clusterIP !== "") return { name, addresses: [service.spec.clusterIP] };
  const addresses = headless(store, service);
  return addresses.length === 0 ? undefined : { name, addresses };
}

/** A headless service answers with the addresses of its ready endpoints. */
function headless(store: Store, service: Service): readonly string[] {
  const addresses = new Set<string>();
  for (const slice of store.list("endpointslices.discovery.k8s.io", { namespace: service.metadata.namespace ?? "", labels: `kubernetes.io/service-name=${service.metadata.name}` })) {
    for (const endpoint of (slice as { endpoints?: readonly { addresses: readonly string[]; conditions?: { ready?: boolean } }[] }).endpoints ?? []) {
      if (endpoint.conditions?.ready !== false) for (const address of endpoint.addresses) addresses.add(address);
    }
  }
  return [...addresses];
}

/** hostname.subdomain.namespace.svc: one pod behind a headless service. */
function member(store: Store, name: string, service: Service, hostname: string): Answer | undefined {
  for (const address of headless(store, service)) {
    const pod: Pod | undefined = fabricOf(store).pod(address);
    if (pod === undefined) continue;
    const own = pod.spec.hostname ?? (pod.metadata.ownerReferences?.some((owner) => owner.kind === "StatefulSet") === true ? pod.metadata.name : "");
    if (own === hostname && (pod.spec.subdomain === undefined || pod.spec.subdomain === service.metadata.name)) return { name, addresses: [address] };
    if (address.replace(/\./g, "-") === hostname) return { name, addresses: [address] };
  }
  return undefined;
}

/**
 * Resolves a name from outside the cluster: nodes by their names ("node1", "node1-ip"), the hosts of Ingresses and load
 * balancers; the cluster's own domain is unknown there.
 */
export function resolveOutside(store: Store, name: string): Answer | undefined {
  const fabric = fabricOf(store);
  const bare = name.toLowerCase();
  if (bare === "localhost") return { name, addresses: ["127.0.0.1"] };
  const node = fabric.node(bare) ?? fabric.node(bare.replace(/-ip$/, ""));
  if (node !== undefined) return { name, addresses: [nodeAddress(node)] };
  const hosts = new Set<string>();
  for (const ingress of store.list("ingresses.networking.k8s.io")) {
    for (const rule of (ingress["spec"] as { rules?: readonly { host?: string }[] }).rules ?? []) if (rule.host !== undefined) hosts.add(rule.host);
  }
  for (const host of hosts) {
    const wild = host.startsWith("*.") && bare.endsWith(host.slice(1)) && !bare.slice(0, -host.length + 1).includes(".");
    const first = fabric.allNodes()[0];
    if ((host === bare || wild) && first !== undefined) return { name, addresses: [nodeAddress(first)] };
  }
  return undefined;
}
