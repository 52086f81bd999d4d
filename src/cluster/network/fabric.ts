import type { Change, Store } from "../api/store";
import type { EndpointSlice, Node, Pod, Service } from "../api/types";
import type { KubeObject } from "../model";

/** A backend of a service port. */
export interface Backend {
  readonly address: string;
  readonly port: number;
  readonly node: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly pod: string;
}

type ServicePort = NonNullable<Service["spec"]["ports"]>[number];

/** One port of a service, with where it leads. */
export interface ServiceRule {
  readonly service: Service;
  readonly port: ServicePort;
  readonly backends: readonly Backend[];
}

/** What a request's way depends on besides the pods and the machines: any write to one of these may change it. */
const wayside: ReadonlySet<string> = new Set(["services", "endpointslices.discovery.k8s.io", "networkpolicies.networking.k8s.io", "ingresses.networking.k8s.io"]);

/**
 * What kube-proxy, the routes and the DNS of the cluster know, derived from the store: pods by address, service ports by
 * address and by node port. Kept up with the store's commits, so that a request costs a few look-ups.
 */
export class Fabric {
  /** Grows with every write that may change the way of a request. */
  generation = 0;
  private readonly podsByAddress = new Map<string, Pod>();
  private readonly nodesByAddress = new Map<string, Node>();
  private readonly nodes = new Map<string, Node>();
  private readonly services = new Map<string, Service>();
  private readonly slices = new Map<string, Map<string, EndpointSlice>>();
  private readonly rules = new Map<string, readonly ServiceRule[]>();
  private byAddress: Map<string, ServiceRule> | undefined;
  private byNodePort: Map<number, ServiceRule> | undefined;
  private addresses: Set<string> | undefined;

  constructor(store: Store) {
    for (const resource of ["nodes", "pods", "services", "endpointslices.discovery.k8s.io"]) for (const object of store.list(resource)) this.learn(resource, object);
    store.onCommit((change) => { this.follow(change); });
  }

  pod(address: string): Pod | undefined {
    return this.podsByAddress.get(address);
  }

  nodeAt(address: string): Node | undefined {
    return this.nodesByAddress.get(address);
  }

  node(name: string): Node | undefined {
    return this.nodes.get(name);
  }

  allNodes(): readonly Node[] {
    return [...this.nodes.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  service(namespace: string, name: string): Service | undefined {
    return this.services.get(`${namespace}/${name}`);
  }

  allServices(): Iterable<Service> {
    return this.services.values();
  }

  /** The service port behind a cluster IP, an external IP or a load balancer's address. */
  rule(address: string, port: number, protocol: string): ServiceRule | undefined {
    this.index();
    return this.byAddress?.get(`${address}:${port}/${protocol}`);
  }

  nodePort(port: number): ServiceRule | undefined {
    this.index();
    return this.byNodePort?.get(port);
  }

  /** Whether an address belongs to some service, whatever the port. */
  isServiceAddress(address: string): boolean {
    this.index();
    return this.addresses?.has(address) === true;
  }

  rulesOf(service: Service): readonly ServiceRule[] {
    const key = keyOf(service);
    let rules = this.rules.get(key);
    if (rules === undefined) this.rules.set(key, rules = this.compile(service, key));
    return rules;
  }

  private compile(service: Service, key: string): readonly ServiceRule[] {
    const slices = [...(this.slices.get(key)?.values() ?? [])].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    return (service.spec.ports ?? []).map((port) => {
      const backends: Backend[] = [];
      for (const slice of slices) {
        const target = (slice.ports ?? []).find((of) => (of.name ?? "") === (port.name ?? ""));
        if (target?.port === undefined) continue;
        for (const endpoint of slice.endpoints ?? []) {
          const address = endpoint.addresses[0];
          if (address === undefined) continue;
          const ready = endpoint.conditions?.ready !== false;
          backends.push({
            address, port: target.port, node: endpoint.nodeName ?? "", ready, serving: endpoint.conditions?.serving ?? ready,
            terminating: endpoint.conditions?.terminating === true, pod: endpoint.targetRef?.name ?? "",
          });
        }
      }
      return { service, port, backends };
    });
  }

  private index(): void {
    if (this.byAddress !== undefined) return;
    this.byAddress = new Map();
    this.byNodePort = new Map();
    this.addresses = new Set();
    for (const service of this.services.values()) {
      const addresses = [...(service.spec.clusterIPs ?? [service.spec.clusterIP ?? ""]), ...(service.spec.externalIPs ?? []), ...(service.status?.loadBalancer?.ingress ?? []).map((at) => at.ip ?? "")].filter((address) => address !== "" && address !== "None");
      for (const address of addresses) this.addresses.add(address);
      for (const rule of this.rulesOf(service)) {
        const protocol = rule.port.protocol ?? "TCP";
        for (const address of addresses) this.byAddress.set(`${address}:${rule.port.port}/${protocol}`, rule);
        if (rule.port.nodePort !== undefined && rule.port.nodePort !== 0) this.byNodePort.set(rule.port.nodePort, rule);
      }
    }
  }

  private follow(change: Change): void {
    const { resource } = change.ref;
    if (turnsWays(change)) this.generation++;
    if (change.type === "DELETED") this.forget(resource, change.object);
    else {
      if (resource === "pods" && change.previous !== undefined) {
        const before = (change.previous as Pod).status?.podIP;
        if (before !== undefined && before !== (change.object as Pod).status?.podIP) this.podsByAddress.delete(before);
      }
      this.learn(resource, change.object);
    }
  }

  private learn(resource: string, object: KubeObject): void {
    switch (resource) {
      case "pods": {
        const pod = object as Pod;
        const address = pod.status?.podIP;
        if (address === undefined || pod.spec.hostNetwork === true) return;
        const phase = pod.status?.phase;
        // A finished pod's address is given back; a younger pod may bear it.
        if (phase === "Succeeded" || phase === "Failed") {
          if (this.podsByAddress.get(address)?.metadata.uid === pod.metadata.uid) this.podsByAddress.delete(address);
        } else this.podsByAddress.set(address, pod);
        return;
      }
      case "nodes": {
        const node = object as Node;
        this.nodes.set(node.metadata.name, node);
        const address = nodeAddress(node);
        if (address !== "") this.nodesByAddress.set(address, node);
        return;
      }
      case "services":
        this.services.set(keyOf(object), object as Service);
        this.stale(keyOf(object));
        return;
      case "endpointslices.discovery.k8s.io": {
        const key = serviceOf(object);
        let group = this.slices.get(key);
        if (group === undefined) this.slices.set(key, group = new Map<string, EndpointSlice>());
        group.set(object.metadata.name, object as EndpointSlice);
        this.stale(key);
        return;
      }
      default:
    }
  }

  private forget(resource: string, object: KubeObject): void {
    switch (resource) {
      case "pods": {
        const address = (object as Pod).status?.podIP;
        if (address !== undefined && this.podsByAddress.get(address)?.metadata.uid === object.metadata.uid) this.podsByAddress.delete(address);
        return;
      }
      case "nodes":
        this.nodes.delete(object.metadata.name);
        this.nodesByAddress.delete(nodeAddress(object as Node));
        return;
      case "services":
        this.services.delete(keyOf(object));
        this.stale(keyOf(object));
        return;
      case "endpointslices.discovery.k8s.io":
        this.slices.get(serviceOf(object))?.delete(object.metadata.name);
        this.stale(serviceOf(object));
        return;
      default:
    }
  }

  private stale(key: string): void {
    this.rules.delete(key);
    this.byAddress = undefined;
    this.byNodePort = undefined;
    this.addresses = undefined;
  }
}

/** Whether a write may change the way of a request: a kubelet's news of a pod's containers or a node's heartbeat does not. */
function turnsWays({ ref: { resource }, object, previous, type }: Change): boolean {
  if (wayside.has(resource)) return true;
  if (resource !== "pods" && resource !== "nodes" && resource !== "namespaces") return false;
  if (previous === undefined || type !== "MODIFIED" || object.metadata.labels !== previous.metadata.labels) return true;
  if (resource === "nodes") return nodeAddress(object as Node) !== nodeAddress(previous as Node);
  if (resource === "namespaces") return false;
  const { status, spec, metadata } = object as Pod;
  const before = previous as Pod;
  return spec !== before.spec || metadata.ownerReferences !== before.metadata.ownerReferences || status?.podIP !== before.status?.podIP || status?.phase !== before.status?.phase;
}

function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

function serviceOf(slice: KubeObject): string {
  return `${slice.metadata.namespace ?? ""}/${slice.metadata.labels?.["kubernetes.io/service-name"] ?? ""}`;
}

/** A node's internal address, or "". */
export function nodeAddress(node: Node): string {
  return node.status?.addresses?.find((address) => address.type === "InternalIP")?.address ?? "";
}

const fabrics = new WeakMap<Store, Fabric>();

/** The fabric of a store. */
export function fabricOf(store: Store): Fabric {
  let fabric = fabrics.get(store);
  if (fabric === undefined) fabrics.set(store, fabric = new Fabric(store));
  return fabric;
}
