import { dnsAddress, isAddress, isPrivate, outsideAddress } from "./addresses";
import { candidates, isSticky } from "./balance";
import { nodeAddress } from "./fabric";
import { matchIngress } from "./ingress";
import { resolve, resolveOutside } from "./dns";
import { stoppedBy } from "./policy";
import { hopTime } from "./way";
import type { Backend, Fabric, ServiceRule } from "./fabric";
import type { Doors } from "./port";
import type { Stop, Way } from "./way";
import type { NetRequest, NetResponse, NetResult } from "./trace";
import type { Pod } from "../api/types";
import type { Ms, Ref } from "../model";
import type { World } from "../world";

/** A place where ways part: a stream of random numbers decides, or a service's rules do, or the host and path that the request asks for. */
export type Turn = { readonly next: Map<number | string, Way | Turn> } & (
  | { readonly by: "draw"; readonly stream: string; readonly among: number }
  | { readonly by: "rules"; readonly rule: ServiceRule; readonly backends: readonly Backend[]; readonly client: string }
  | { readonly by: "asked" }
);

/** What decides about a way. */
export interface Ground {
  readonly world: World;
  readonly doors: Doors;
  readonly fabric: Fabric;
  readonly from: Ref | "external";
  readonly request: NetRequest;
}

/** A way in the making. */
interface Journey extends Ground {
  readonly pod: Pod | undefined;
  readonly node: string;
  readonly client: string;
  /** What was decided at the turns before, first to last. */
  readonly decided: readonly (number | string)[];
  turns: number;
  readonly stops: Stop[];
  /** Depends on what no store tells: it must be found anew for each request. */
  once: boolean;
  found?: Way | Turn;
}

/** The way of a request, or the next turn where nothing was decided yet. `once`: it may be another for the next request. */
export function findWay(ground: Ground, decided: readonly (number | string)[]): { readonly found: Way | Turn; readonly once: boolean } {
  const { world, fabric, from, request } = ground;
  const pod = from === "external" || from.resource !== "pods" ? undefined : world.store.get({ resource: "pods", namespace: from.namespace, name: from.name }) as Pod | undefined;
  const node = pod?.spec.nodeName ?? (from !== "external" && from.resource === "nodes" ? from.name : "");
  const client = pod?.status?.podIP ?? (node === "" ? outsideAddress : addressOf(fabric, node));
  const journey: Journey = { ...ground, pod, node, client, decided, turns: 0, stops: [], once: false };
  if (request.protocol === "dns") lookUp(journey);
  else begin(journey);
  if (journey.found === undefined) throw new Error("a request came to no end");
  return { found: journey.found, once: journey.once };
}

/** What was decided at this turn; undefined: nothing yet, and the way ends here for now. */
function decision(journey: Journey, turn: Turn): number | string | undefined {
  const took = journey.decided[journey.turns++];
  if (took === undefined) journey.found = turn;
  return took;
}

function begin(journey: Journey): void {
  const { request } = journey;
  let { to } = request;
  if (!isAddress(to)) {
    const found = nameOf(journey, to);
    if (found === undefined || found.length === 0) {
      finish(journey, { ok: false, why: "dns", trace: "" }, 4);
      return;
    }
    let took = 0;
    if (found.length > 1) {
      const drawn = decision(journey, { by: "draw", stream: "network/dns", among: found.length, next: new Map() });
      if (drawn === undefined) return;
      took = drawn as number;
    }
    to = found[took];
    // What stands in /etc/hosts is never asked for.
    if (journey.pod !== undefined && !inHosts(journey.pod, request.to)) hop(journey, { resource: "services", namespace: "kube-system", name: "kube-dns" }, "dns", journey.client, dnsAddress);
  }
  route(journey, to);
}

function inHosts(pod: Pod, name: string): boolean {
  return name === "localhost" || name === "ip6-localhost" || name === (pod.spec.hostname ?? pod.metadata.name) || (pod.spec.hostAliases ?? []).some((alias) => (alias.hostnames ?? []).includes(name));
}

function nameOf(journey: Journey, name: string): readonly string[] | undefined {
  const { world, pod } = journey;
  if (name === "localhost" || name === "ip6-localhost") return ["127.0.0.1"];
  if (pod === undefined) return resolveOutside(world.store, name)?.addresses;
  if (name === (pod.spec.hostname ?? pod.metadata.name)) return [pod.status?.podIP ?? ""];
  for (const alias of pod.spec.hostAliases ?? []) if ((alias.hostnames ?? []).includes(name)) return [alias.ip];
  return resolve(world.store, name, pod.metadata.namespace ?? "")?.addresses;
}

function lookUp(journey: Journey): void {
  const { world, pod, request } = journey;
  const absolute = request.path === "absolute";
  const found = pod === undefined ? resolveOutside(world.store, request.to) : resolve(world.store, request.to, pod.metadata.namespace ?? "", absolute);
  hop(journey, { resource: "services", namespace: "kube-system", name: "kube-dns" }, "dns", journey.client, dnsAddress);
  if (found === undefined) {
    finish(journey, { ok: false, why: "dns", trace: "", address: dnsAddress }, 1);
    return;
  }
  const lines = [...(found.alias === undefined ? [] : [`CNAME ${found.alias} ${found.name}`]), ...found.addresses.map((address) => `${address} ${found.name}`)];
  finish(journey, { ok: true, trace: "", address: dnsAddress, response: { status: 0, headers: {}, body: lines.join("\n") } }, 1);
}

function route(journey: Journey, address: string): void {
  const { fabric, request, pod, client } = journey;
  const protocol = request.protocol === "udp" ? "UDP" : "TCP";
  const dst = `${address}:${request.port}`;
  const self = pod === undefined ? undefined : refOf(pod);
  if (address.startsWith("127.")) {
    if (self === undefined) loopbackOutside(journey);
    else {
      hop(journey, { ...self, part: "lo" }, "lo", "127.0.0.1", dst);
      enter(journey, pod as Pod, request.port, address);
    }
    return;
  }
  if (pod !== undefined && pod.status?.podIP === address) {
    hop(journey, { ...refOf(pod), part: "lo" }, "lo", address, dst);
    enter(journey, pod, request.port, address);
    return;
  }
  if (pod !== undefined && self !== undefined) {
    hop(journey, { ...self, part: "eth0" }, "eth0", client, dst);
    hop(journey, { ...self, part: "veth" }, "veth", client, dst);
    hop(journey, { resource: "nodes", namespace: "", name: journey.node, part: "bridge" }, "bridge", client, dst);
  }
  const rule = fabric.rule(address, request.port, protocol);
  if (rule !== undefined) {
    const outside = pod === undefined && journey.node === "";
    const viaBalancer = (rule.service.status?.loadBalancer?.ingress ?? []).some((at) => at.ip === address);
    if (outside && !viaBalancer && !(rule.service.spec.externalIPs ?? []).includes(address)) {
      // A cluster IP means something inside the cluster only.
      finish(journey, { ok: false, why: "timeout", trace: "", address }, Infinity, true);
      return;
    }
    if (viaBalancer) {
      balancer(journey, rule, address);
      return;
    }
    service(journey, rule, journey.node === "" ? firstNode(fabric) : journey.node, "Cluster", address);
    return;
  }
  if (fabric.isServiceAddress(address)) {
    finish(journey, { ok: false, why: "timeout", trace: "", address }, Infinity, true);
    return;
  }
  const node = fabric.nodeAt(address);
  if (node !== undefined) {
    atNode(journey, node.metadata.name, address);
    return;
  }
  const target = fabric.pod(address);
  if (target === undefined && pod !== undefined && !isPrivate(address)) {
    outwards(journey, address);
    return;
  }
  if (target === undefined || (pod === undefined && journey.node === "")) {
    // No such pod, or a pod address that the outside has no route to.
    const near = address.startsWith("10.244.") && (pod !== undefined || journey.node !== "");
    finish(journey, { ok: false, why: near ? "unreachable" : "timeout", trace: "", address }, near ? 3070 : Infinity, true);
    return;
  }
  deliver(journey, target, request.port, address);
}

/** Out of the cluster: the node puts its own address in the pod's place (SNAT), for nobody outside knows the way to a pod. Of the outside only the reader's machine answers. */
function outwards(journey: Journey, address: string): void {
  const { fabric, request, client, node } = journey;
  const own = addressOf(fabric, node);
  hop(journey, { resource: "nodes", namespace: "", name: node }, "node", client, `${address}:${request.port}`, { rewrite: { src: own } });
  if (address !== outsideAddress) finish(journey, { ok: false, why: "timeout", trace: "", address }, Infinity, true);
  else if (request.protocol === "http" && request.port === 80) finish(journey, { ok: true, trace: "", address, response: { status: 200, headers: { "Content-Type": "text/plain" }, body: `Hello from outside. You come from ${own}.\n` } }, 4 * hopTime);
  else if (request.protocol === "icmp") finish(journey, { ok: true, trace: "", address, response: { status: 0, headers: {}, body: "" } }, 4 * hopTime);
  else finish(journey, { ok: false, why: "refused", trace: "", address }, 4 * hopTime);
}

/** 127.0.0.1 of the reader's own machine: the ingress controller's port, or a node port as on a one-machine cluster. */
function loopbackOutside(journey: Journey): void {
  const { fabric } = journey;
  const node = fabric.allNodes()[0];
  if (node === undefined) finish(journey, { ok: false, why: "refused", trace: "", address: "127.0.0.1" }, hopTime);
  else atNode(journey, node.metadata.name, "127.0.0.1");
}

/** A packet for a node's own address: a node port, the ingress controller, a host port. */
function atNode(journey: Journey, node: string, address: string): void {
  const { fabric, request, world, doors } = journey;
  hop(journey, { resource: "nodes", namespace: "", name: node }, "node", journey.client, `${address}:${request.port}`);
  if (!doors.nodeUp(world, node)) {
    finish(journey, { ok: false, why: "timeout", trace: "", address }, Infinity, true);
    return;
  }
  if (request.protocol === "icmp") {
    finish(journey, { ok: true, trace: "", address, response: { status: 0, headers: {}, body: "" } }, hopTime);
    return;
  }
  const rule = fabric.nodePort(request.port);
  if (rule !== undefined) {
    const policy = rule.service.spec.externalTrafficPolicy === "Local" && journey.pod === undefined ? "Local" : "Cluster";
    service(journey, rule, node, policy, address);
    return;
  }
  if ((request.port === 80 || request.port === 443) && world.store.list("ingresses.networking.k8s.io").length > 0) {
    ingress(journey, node, address);
    return;
  }
  for (const object of world.store.list("pods", { index: ["node", node] })) {
    const pod = object as Pod;
    // Who listens on the node's own network, only the processes know.
    if (pod.spec.hostNetwork === true) journey.once = true;
    const open = pod.spec.hostNetwork === true ? doors.listens(world, keyOf(pod), request.port) ? request.port : undefined
      : pod.spec.containers.flatMap((container) => container.ports ?? []).find((port) => port.hostPort === request.port)?.containerPort;
    if (open !== undefined && pod.status?.phase === "Running") {
      deliver(journey, pod, open, pod.status.podIP ?? "");
      return;
    }
  }
  finish(journey, { ok: false, why: "refused", trace: "", address }, hopTime);
}

/** A load balancer sends to a node whose health check passes: it is up and, under the Local policy, has a ready pod. */
function balancer(journey: Journey, rule: ServiceRule, address: string): void {
  const { fabric, world, doors } = journey;
  const local = rule.service.spec.externalTrafficPolicy === "Local";
  const healthy = fabric.allNodes().filter((node) => doors.nodeUp(world, node.metadata.name) && (!local || candidates(rule, node.metadata.name, "Local").backends.length > 0));
  const ref: Ref = { ...refOf(rule.service), resource: "services", part: "balancer" };
  if (healthy.length === 0) {
    hop(journey, ref, "balancer", journey.client, `${address}:${rule.port.port}`);
    finish(journey, { ok: false, why: "refused", trace: "", address }, hopTime);
    return;
  }
  const took = decision(journey, { by: "draw", stream: "network/balancer", among: healthy.length, next: new Map() });
  if (typeof took !== "number") return;
  const node = healthy[took];
  hop(journey, ref, "balancer", journey.client, `${address}:${rule.port.port}`, { choice: { of: healthy.map((of) => ({ resource: "nodes", namespace: "", name: of.metadata.name })), took, because: "healthy" } });
  hop(journey, { resource: "nodes", namespace: "", name: node.metadata.name }, "node", journey.client, `${nodeAddress(node)}:${rule.port.nodePort ?? rule.port.port}`);
  service(journey, rule, node.metadata.name, local ? "Local" : "Cluster", address);
}

/** The rules of a service on a node: an even, random choice among the backends, and the destination rewritten. */
function service(journey: Journey, rule: ServiceRule, node: string, policy: "Cluster" | "Local", address: string): void {
  const { client, request, fabric } = journey;
  const ref: Ref = { ...refOf(rule.service), resource: "services" };
  const own = rule.service.spec.internalTrafficPolicy === "Local" && journey.pod !== undefined ? "Local" : policy;
  const { backends, pods } = candidates(rule, node, own);
  const before = { src: client, dst: `${address}:${request.port}` };
  if (backends.length === 0) {
    // No endpoint at all is rejected; none on this node under Local is dropped.
    const drop = own === "Local" && candidates(rule, node, "Cluster").backends.length > 0;
    hop(journey, { ...ref, part: node }, "rules", before.src, before.dst, { verdict: drop ? "drop" : "reject" });
    finish(journey, { ok: false, why: drop ? "timeout" : "refused", trace: "", address }, drop ? Infinity : hopTime, drop);
    return;
  }
  const took = decision(journey, { by: "rules", rule, backends, client, next: new Map() });
  if (typeof took !== "number") return;
  const backend = backends[took];
  const dst = `${backend.address}:${backend.port}`;
  const external = journey.pod === undefined && policy === "Cluster" && backend.node !== node;
  hop(journey, { ...ref, part: node }, "rules", before.src, before.dst, {
    rewrite: { dst, ...(external ? { src: addressOf(fabric, node) } : {}) },
    choice: { of: pods, took, because: isSticky(rule) ? "affinity" : "random" },
  });
  if (node !== backend.node && node !== "" && backend.node !== "") hop(journey, { resource: "nodes", namespace: "", name: backend.node, part: "route" }, "route", client, dst);
  const pod = fabric.pod(backend.address);
  if (pod === undefined) {
    // Endpoints without a selector lead where they say: nothing of ours answers there.
    finish(journey, { ok: false, why: "timeout", trace: "", address }, Infinity, true);
    return;
  }
  deliver(journey, pod, backend.port, address);
}

/** The ingress controller: picks a rule by host and path, then goes to that service's endpoints by itself. */
function ingress(journey: Journey, node: string, address: string): void {
  const { world, request, fabric } = journey;
  if (decision(journey, { by: "asked", next: new Map() }) === undefined) return;
  const { host, path } = asked(request);
  const found = matchIngress(world.store, host, path);
  if (found === undefined) {
    const first = world.store.list("ingresses.networking.k8s.io")[0];
    if (first !== undefined) hop(journey, { ...refOf(first), resource: "ingresses.networking.k8s.io" }, "proxy", journey.client, `${address}:${request.port}`, { verdict: "reject" });
    finish(journey, { ok: true, trace: "", address, response: page(404, "404 Not Found") }, 1);
    return;
  }
  const service_ = found.backend.service;
  const namespace = found.ingress.metadata.namespace ?? "";
  hop(journey, { ...refOf(found.ingress), resource: "ingresses.networking.k8s.io", part: `${found.host}${found.path}` }, "proxy", journey.client, `${address}:${request.port}`);
  const target = service_ === undefined ? undefined : fabric.service(namespace, service_.name);
  const rule = target === undefined ? undefined : fabric.rulesOf(target).find((of) => of.port.port === service_?.port?.number || (of.port.name !== undefined && of.port.name === service_?.port?.name));
  if (rule === undefined || candidates(rule, node, "Cluster").backends.length === 0) {
    if (target !== undefined) hop(journey, { ...refOf(target), resource: "services", part: node }, "rules", journey.client, address, { verdict: "reject" });
    finish(journey, { ok: true, trace: "", address, response: page(503, "503 Service Temporarily Unavailable") }, 1);
    return;
  }
  service(journey, rule, node, "Cluster", address);
}

/** What an ingress controller goes by. */
function asked({ headers, to, path }: NetRequest): { readonly host: string; readonly path: string } {
  return { host: (headers?.["Host"] ?? headers?.["host"] ?? (isAddress(to) ? "" : to)).split(":")[0] ?? "", path: path === undefined || path === "" ? "/" : path };
}

/** What decides at a turn where the request does. */
export function askedKey(request: NetRequest): string {
  const { host, path } = asked(request);
  return `${host} ${path}`;
}

/** What nginx prints for an error of its own. */
function page(status: number, title: string): NetResponse {
  return { status, headers: { "Content-Type": "text/html" }, body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n` };
}

/** The last stretch: the target's node, bridge, veth and eth0, and the policies on the way. */
function deliver(journey: Journey, pod: Pod, port: number, address: string): void {
  const { world, request, client, doors } = journey;
  const node = pod.spec.nodeName ?? "";
  const dst = `${pod.status?.podIP ?? ""}:${port}`;
  const target = refOf(pod);
  if (journey.pod !== undefined && journey.node !== node && !journey.stops.some((of) => of.role === "route")) hop(journey, { resource: "nodes", namespace: "", name: node, part: "route" }, "route", client, dst);
  if (!doors.nodeUp(world, node)) {
    finish(journey, { ok: false, why: "timeout", trace: "", address }, Infinity, true);
    return;
  }
  const policy = stoppedBy(world.store, { address: client, ...(journey.pod === undefined ? {} : { pod: journey.pod }) }, { address: pod.status?.podIP ?? "", pod }, port, request.protocol === "udp" ? "UDP" : "TCP");
  if (policy !== undefined) {
    hop(journey, { ...refOf(policy), resource: "networkpolicies.networking.k8s.io" }, "policy", client, dst, { verdict: "drop" });
    finish(journey, { ok: false, why: "timeout", trace: "", address }, Infinity, true);
    return;
  }
  hop(journey, { resource: "nodes", namespace: "", name: node, part: "bridge" }, "bridge", client, dst);
  hop(journey, { ...target, part: "veth" }, "veth", client, dst);
  hop(journey, { ...target, part: "eth0" }, "eth0", client, dst);
  enter(journey, pod, port, address);
}

/** Inside the pod: whoever listens at the port. */
function enter(journey: Journey, pod: Pod, port: number, address: string): void {
  const { request } = journey;
  if (request.protocol === "icmp") {
    finish(journey, { ok: true, trace: "", address, response: { status: 0, headers: {}, body: "" } }, hopTime);
    return;
  }
  hop(journey, refOf(pod), "process", journey.client, `${pod.status?.podIP ?? ""}:${port}`);
  journey.found = { stops: journey.stops, address, door: { pod: keyOf(pod), port }, after: 0, waits: false };
}

/** The wire itself ends it: so long after the last stop, or when the request's own patience is over, which `after` bounds. */
function finish(journey: Journey, result: NetResult, after: Ms, waits = false): void {
  journey.found = { stops: journey.stops, ...(result.address === undefined ? {} : { address: result.address }), result, after, waits };
}

function hop(journey: Journey, ref: Ref, role: Stop["role"], src: string, dst: string, more?: Stop["more"]): void {
  journey.stops.push({ ref, role, packet: { src, dst }, more });
}

function keyOf(pod: Pod): string {
  return `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`;
}

function refOf(object: { readonly kind: string; readonly metadata: { readonly namespace?: string; readonly name: string } }): Ref {
  return { resource: object.kind === "Pod" ? "pods" : `${object.kind.toLowerCase()}s`, namespace: object.metadata.namespace ?? "", name: object.metadata.name };
}

function addressOf(fabric: Fabric, node: string): string {
  const found = fabric.node(node);
  return found === undefined ? "" : nodeAddress(found);
}

function firstNode(fabric: Fabric): string {
  return fabric.allNodes()[0]?.metadata.name ?? "";
}

