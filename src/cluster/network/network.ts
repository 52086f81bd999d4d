import { dnsAddress, isAddress, isPrivate, outsideAddress } from "./addresses";
import { candidates, choose } from "./balance";
import { fabricOf, nodeAddress } from "./fabric";
import { matchIngress } from "./ingress";
import { resolve, resolveOutside } from "./dns";
import { stoppedBy } from "./policy";
import type { Affinity } from "./balance";
import type { Fabric, ServiceRule } from "./fabric";
import type { Doors, Network, ReplyTo } from "./port";
import type { Hop, NetRequest, NetResponse, NetResult, RequestTrace } from "./trace";
import type { Pod } from "../api/types";
import type { Json, Ms, Ref } from "../model";
import type { TimerHandler, World } from "../world";

/** Virtual ms that a stop takes: a bridge, a route, a rule. */
const hopTime: Ms = 0.2;
/** How many finished requests are remembered, oldest out first. */
const kept = 4000;

interface Traces {
  next: number;
  /** A ring: slot = id % kept. */
  readonly ring: (RequestTrace | undefined)[];
  readonly affinity: Affinity;
}

function traces(world: World): Traces {
  return world.slice<Traces>("network", () => ({ next: 1, ring: [], affinity: {} }));
}

/** The requests that were under way at or after `from`, up to `until`, oldest first. */
export function tracesBetween(world: World, from: Ms, until: Ms): readonly RequestTrace[] {
  const { next, ring } = traces(world);
  const found: RequestTrace[] = [];
  for (let id = Math.max(1, next - kept); id < next; id++) {
    const trace = ring[id % kept];
    if (trace !== undefined && trace.end >= from && trace.start <= until) found.push(trace);
  }
  return found;
}

/** A request under way: what was decided so far. */
interface Journey {
  readonly world: World;
  readonly fabric: Fabric;
  readonly from: Ref | "external";
  readonly request: NetRequest;
  readonly reply: ReplyTo;
  readonly pod: Pod | undefined;
  readonly node: string;
  readonly client: string;
  readonly hops: Hop[];
  at: Ms;
}

/** The wire: names, addresses, service rules, policies, routes; what arrives is handed to the doors of a pod. */
export function createNetwork(doors: Doors): { network: Network; timers: Readonly<Record<string, TimerHandler>> } {
  const network: Network = { send: (world, from, request, reply) => { begin(doors, world, from, request, reply); } };
  return { network, timers: { "network-arrive": arrive(doors), "network-back": back, "network-answer": answer } };
}

function begin(doors: Doors, world: World, from: Ref | "external", request: NetRequest, reply: ReplyTo): void {
  const fabric = fabricOf(world.store);
  const pod = from === "external" || from.resource !== "pods" ? undefined : world.store.get({ resource: "pods", namespace: from.namespace, name: from.name }) as Pod | undefined;
  const node = pod?.spec.nodeName ?? (from !== "external" && from.resource === "nodes" ? from.name : "");
  const client = pod?.status?.podIP ?? (node === "" ? outsideAddress : addressOf(fabric, node));
  const journey: Journey = { world, fabric, from, request, reply, pod, node, client, hops: [], at: world.clock.now };
  if (request.protocol === "dns") {
    lookUp(journey);
    return;
  }
  let { to } = request;
  if (!isAddress(to)) {
    const found = nameOf(journey, to);
    if (found === undefined || found.length === 0) {
      finish(journey, { ok: false, why: "dns", trace: "" }, journey.at + 4);
      return;
    }
    to = found.length === 1 ? found[0] : world.random("network/dns").pick(found);
    // What stands in /etc/hosts is never asked for.
    if (journey.pod !== undefined && !inHosts(journey.pod, request.to)) hop(journey, { resource: "services", namespace: "kube-system", name: "kube-dns" }, "dns", journey.client, dnsAddress);
  }
  route(doors, journey, to);
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
    finish(journey, { ok: false, why: "dns", trace: "", address: dnsAddress }, journey.at + 1);
    return;
  }
  const lines = [...(found.alias === undefined ? [] : [`CNAME ${found.alias} ${found.name}`]), ...found.addresses.map((address) => `${address} ${found.name}`)];
  finish(journey, { ok: true, trace: "", address: dnsAddress, response: { status: 0, headers: {}, body: lines.join("\n") } }, journey.at + 1);
}

function route(doors: Doors, journey: Journey, address: string): void {
  const { fabric, request, pod, client } = journey;
  const protocol = request.protocol === "udp" ? "UDP" : "TCP";
  const dst = `${address}:${request.port}`;
  const self = pod === undefined ? undefined : refOf(pod);
  if (address.startsWith("127.")) {
    if (self === undefined) loopbackOutside(doors, journey);
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
      finish(journey, { ok: false, why: "timeout", trace: "", address }, journey.at + request.timeout);
      return;
    }
    if (viaBalancer) {
      balancer(doors, journey, rule, address);
      return;
    }
    service(doors, journey, rule, journey.node === "" ? firstNode(fabric) : journey.node, "Cluster", address);
    return;
  }
  if (fabric.isServiceAddress(address)) {
    finish(journey, { ok: false, why: "timeout", trace: "", address }, journey.at + request.timeout);
    return;
  }
  const node = fabric.nodeAt(address);
  if (node !== undefined) {
    atNode(doors, journey, node.metadata.name, address);
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
    finish(journey, { ok: false, why: near ? "unreachable" : "timeout", trace: "", address }, journey.at + (near ? Math.min(request.timeout, 3070) : request.timeout));
    return;
  }
  deliver(doors, journey, target, request.port, address);
}

/** Out of the cluster: the node puts its own address in the pod's place (SNAT), for nobody outside knows the way to a pod. Of the outside only the reader's machine answers. */
function outwards(journey: Journey, address: string): void {
  const { fabric, request, client, node } = journey;
  const own = addressOf(fabric, node);
  hop(journey, { resource: "nodes", namespace: "", name: node }, "node", client, `${address}:${request.port}`, { rewrite: { src: own } });
  if (address !== outsideAddress) finish(journey, { ok: false, why: "timeout", trace: "", address }, journey.at + request.timeout);
  else if (request.protocol === "http" && request.port === 80) finish(journey, { ok: true, trace: "", address, response: { status: 200, headers: { "Content-Type": "text/plain" }, body: `Hello from outside. You come from ${own}.\n` } }, journey.at + 4 * hopTime);
  else if (request.protocol === "icmp") finish(journey, { ok: true, trace: "", address, response: { status: 0, headers: {}, body: "" } }, journey.at + 4 * hopTime);
  else finish(journey, { ok: false, why: "refused", trace: "", address }, journey.at + 4 * hopTime);
}

/** 127.0.0.1 of the reader's own machine: the ingress controller's port, or a node port as on a one-machine cluster. */
function loopbackOutside(doors: Doors, journey: Journey): void {
  const { fabric } = journey;
  const node = fabric.allNodes()[0];
  if (node === undefined) finish(journey, { ok: false, why: "refused", trace: "", address: "127.0.0.1" }, journey.at + hopTime);
  else atNode(doors, journey, node.metadata.name, "127.0.0.1");
}

/** A packet for a node's own address: a node port, the ingress controller, a host port. */
function atNode(doors: Doors, journey: Journey, node: string, address: string): void {
  const { fabric, request, world } = journey;
  hop(journey, { resource: "nodes", namespace: "", name: node }, "node", journey.client, `${address}:${request.port}`);
  if (!doors.nodeUp(world, node)) {
    finish(journey, { ok: false, why: "timeout", trace: "", address }, journey.at + request.timeout);
    return;
  }
  if (request.protocol === "icmp") {
    finish(journey, { ok: true, trace: "", address, response: { status: 0, headers: {}, body: "" } }, journey.at + hopTime);
    return;
  }
  const rule = fabric.nodePort(request.port);
  if (rule !== undefined) {
    const policy = rule.service.spec.externalTrafficPolicy === "Local" && journey.pod === undefined ? "Local" : "Cluster";
    service(doors, journey, rule, node, policy, address);
    return;
  }
  if ((request.port === 80 || request.port === 443) && world.store.list("ingresses.networking.k8s.io").length > 0) {
    ingress(doors, journey, node, address);
    return;
  }
  for (const object of world.store.list("pods", { index: ["node", node] })) {
    const pod = object as Pod;
    const open = pod.spec.hostNetwork === true ? doors.listens(world, refOf(pod), request.port) ? request.port : undefined
      : pod.spec.containers.flatMap((container) => container.ports ?? []).find((port) => port.hostPort === request.port)?.containerPort;
    if (open !== undefined && pod.status?.phase === "Running") {
      deliver(doors, journey, pod, open, pod.status.podIP ?? "");
      return;
    }
  }
  finish(journey, { ok: false, why: "refused", trace: "", address }, journey.at + hopTime);
}

/** A load balancer sends to a node whose health check passes: it is up and, under the Local policy, has a ready pod. */
function balancer(doors: Doors, journey: Journey, rule: ServiceRule, address: string): void {
  const { fabric, world } = journey;
  const local = rule.service.spec.externalTrafficPolicy === "Local";
  const healthy = fabric.allNodes().filter((node) => doors.nodeUp(world, node.metadata.name) && (!local || candidates(rule, node.metadata.name, "Local").length > 0));
  const ref: Ref = { ...refOf(rule.service), resource: "services", part: "balancer" };
  if (healthy.length === 0) {
    hop(journey, ref, "balancer", journey.client, `${address}:${rule.port.port}`);
    finish(journey, { ok: false, why: "refused", trace: "", address }, journey.at + hopTime);
    return;
  }
  const took = world.random("network/balancer").int(healthy.length);
  const node = healthy[took];
  if (node === undefined) return;
  hop(journey, ref, "balancer", journey.client, `${address}:${rule.port.port}`, { choice: { of: healthy.map((of) => ({ resource: "nodes", namespace: "", name: of.metadata.name })), took, because: "healthy" } });
  hop(journey, { resource: "nodes", namespace: "", name: node.metadata.name }, "node", journey.client, `${nodeAddress(node)}:${rule.port.nodePort ?? rule.port.port}`);
  service(doors, journey, rule, node.metadata.name, local ? "Local" : "Cluster", address);
}

/** The rules of a service on a node: an even, random choice among the backends, and the destination rewritten. */
function service(doors: Doors, journey: Journey, rule: ServiceRule, node: string, policy: "Cluster" | "Local", address: string): void {
  const { world, client, request, fabric } = journey;
  const ref: Ref = { ...refOf(rule.service), resource: "services" };
  const own = rule.service.spec.internalTrafficPolicy === "Local" && journey.pod !== undefined ? "Local" : policy;
  const from = candidates(rule, node, own);
  const before = { src: client, dst: `${address}:${request.port}` };
  if (from.length === 0) {
    // No endpoint at all is rejected; none on this node under Local is dropped.
    const drop = own === "Local" && candidates(rule, node, "Cluster").length > 0;
    hop(journey, { ...ref, part: node }, "rules", before.src, before.dst, { verdict: drop ? "drop" : "reject" });
    finish(journey, { ok: false, why: drop ? "timeout" : "refused", trace: "", address }, journey.at + (drop ? request.timeout : hopTime));
    return;
  }
  const backend = choose(rule, from, client, world.clock.now, world.random("network/rules"), traces(world).affinity);
  const dst = `${backend.address}:${backend.port}`;
  const external = journey.pod === undefined && policy === "Cluster" && backend.node !== node;
  hop(journey, { ...ref, part: node }, "rules", before.src, before.dst, {
    rewrite: { dst, ...(external ? { src: addressOf(fabric, node) } : {}) },
    choice: { of: from.map((of) => ({ resource: "pods", namespace: rule.service.metadata.namespace ?? "", name: of.pod })), took: from.indexOf(backend), because: rule.service.spec.sessionAffinity === "ClientIP" ? "affinity" : "random" },
  });
  if (node !== backend.node && node !== "" && backend.node !== "") hop(journey, { resource: "nodes", namespace: "", name: backend.node, part: "route" }, "route", client, dst);
  const pod = fabric.pod(backend.address);
  if (pod === undefined) {
    // Endpoints without a selector lead where they say: nothing of ours answers there.
    finish(journey, { ok: false, why: "timeout", trace: "", address }, journey.at + request.timeout);
    return;
  }
  deliver(doors, journey, pod, backend.port, address);
}

/** The ingress controller: picks a rule by host and path, then goes to that service's endpoints by itself. */
function ingress(doors: Doors, journey: Journey, node: string, address: string): void {
  const { world, request, fabric } = journey;
  const host = (request.headers?.["Host"] ?? request.headers?.["host"] ?? (isAddress(request.to) ? "" : request.to)).split(":")[0] ?? "";
  const path = request.path === undefined || request.path === "" ? "/" : request.path;
  const found = matchIngress(world.store, host, path);
  if (found === undefined) {
    const first = world.store.list("ingresses.networking.k8s.io")[0];
    if (first !== undefined) hop(journey, { ...refOf(first), resource: "ingresses.networking.k8s.io" }, "proxy", journey.client, `${address}:${request.port}`, { verdict: "reject" });
    finish(journey, { ok: true, trace: "", address, response: page(404, "404 Not Found") }, journey.at + 1);
    return;
  }
  const service_ = found.backend.service;
  const namespace = found.ingress.metadata.namespace ?? "";
  hop(journey, { ...refOf(found.ingress), resource: "ingresses.networking.k8s.io", part: `${found.host}${found.path}` }, "proxy", journey.client, `${address}:${request.port}`);
  const target = service_ === undefined ? undefined : fabric.service(namespace, service_.name);
  const rule = target === undefined ? undefined : fabric.rulesOf(target).find((of) => of.port.port === service_?.port?.number || (of.port.name !== undefined && of.port.name === service_?.port?.name));
  const from = rule === undefined ? [] : candidates(rule, node, "Cluster");
  if (rule === undefined || from.length === 0) {
    if (target !== undefined) hop(journey, { ...refOf(target), resource: "services", part: node }, "rules", journey.client, address, { verdict: "reject" });
    finish(journey, { ok: true, trace: "", address, response: page(503, "503 Service Temporarily Unavailable") }, journey.at + 1);
    return;
  }
  service(doors, journey, rule, node, "Cluster", address);
}

/** What nginx prints for an error of its own. */
function page(status: number, title: string): NetResponse {
  return { status, headers: { "Content-Type": "text/html" }, body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n` };
}

/** The last stretch: the target's node, bridge, veth and eth0, and the policies on the way. */
function deliver(doors: Doors, journey: Journey, pod: Pod, port: number, address: string): void {
  const { world, request, client } = journey;
  const node = pod.spec.nodeName ?? "";
  const dst = `${pod.status?.podIP ?? ""}:${port}`;
  const target = refOf(pod);
  if (journey.pod !== undefined && journey.node !== node && !journey.hops.some((of) => of.role === "route")) hop(journey, { resource: "nodes", namespace: "", name: node, part: "route" }, "route", client, dst);
  if (!doors.nodeUp(world, node)) {
    finish(journey, { ok: false, why: "timeout", trace: "", address }, journey.at + request.timeout);
    return;
  }
  const policy = stoppedBy(world.store, { address: client, ...(journey.pod === undefined ? {} : { pod: journey.pod }) }, { address: pod.status?.podIP ?? "", pod }, port, request.protocol === "udp" ? "UDP" : "TCP");
  if (policy !== undefined) {
    hop(journey, { ...refOf(policy), resource: "networkpolicies.networking.k8s.io" }, "policy", client, dst, { verdict: "drop" });
    finish(journey, { ok: false, why: "timeout", trace: "", address }, journey.at + request.timeout);
    return;
  }
  hop(journey, { resource: "nodes", namespace: "", name: node, part: "bridge" }, "bridge", client, dst);
  hop(journey, { ...target, part: "veth" }, "veth", client, dst);
  hop(journey, { ...target, part: "eth0" }, "eth0", client, dst);
  enter(journey, pod, port, address);
}

/** Inside the pod: whoever listens at the port. */
function enter(journey: Journey, pod: Pod, port: number, address: string): void {
  const { world, request } = journey;
  if (request.protocol === "icmp") {
    finish(journey, { ok: true, trace: "", address, response: { status: 0, headers: {}, body: "" } }, journey.at + hopTime);
    return;
  }
  hop(journey, refOf(pod), "process", journey.client, `${pod.status?.podIP ?? ""}:${port}`);
  const id = reserve(world, journey);
  world.clock.after(journey.at - world.clock.now, "network-arrive", { id, namespace: pod.metadata.namespace ?? "", name: pod.metadata.name, port, address, reply: journey.reply as unknown as Json, request: request as unknown as Json }, quiet(journey.request));
}

/** Puts an unfinished trace into the ring, so that a request that hangs can be seen hanging. */
function reserve(world: World, journey: Journey): number {
  const state = traces(world);
  const id = state.next++;
  state.ring[id % kept] = { id: String(id), purpose: purposeOf(journey), from: journey.from, request: journey.request, start: world.clock.now, end: Infinity, out: journey.hops, back: [], result: { ok: false, why: "timeout", trace: String(id) } };
  return id;
}

/** Probes go on for ever: they do not keep the cluster from being settled. */
function quiet(request: NetRequest | undefined): boolean {
  return request?.headers?.["User-Agent"]?.startsWith("kube-probe") === true;
}

function purposeOf(journey: Journey): RequestTrace["purpose"] {
  return journey.request.protocol === "dns" ? "dns" : quiet(journey.request) ? "probe" : "request";
}

function finish(journey: Journey, result: NetResult, at: Ms): void {
  const { world } = journey;
  const id = reserve(world, journey);
  world.clock.after(at - world.clock.now, "network-back", { id, result: result as unknown as Json, reply: journey.reply as unknown as Json }, quiet(journey.request));
}

const arrive = (doors: Doors): TimerHandler => (world, args) => {
  const { id, namespace, name, port, address, reply, request } = args as unknown as { id: number; namespace: string; name: string; port: number; address: string; reply: ReplyTo; request: NetRequest };
  const taken = doors.accept(world, { resource: "pods", namespace, name }, port, request, { kind: "network-answer", args: { id, address, reply: reply as unknown as Json } });
  if (!taken) world.clock.after(hopTime, "network-back", { id, reply: reply as unknown as Json, result: { ok: false, why: "refused", trace: String(id), address } }, quiet(request));
};

/** A process answered: the response goes back the way it came. */
const answer: TimerHandler = (world, args) => {
  const { id, address, reply, response } = args as unknown as { id: number; address: string; reply: ReplyTo; response: NetResponse | null };
  const result: NetResult = response === null ? { ok: false, why: "reset", trace: String(id), address } : { ok: true, response, trace: String(id), address };
  const trace = traces(world).ring[id % kept];
  world.clock.after(trace === undefined ? hopTime : trace.out.length * hopTime, "network-back", { id, reply: reply as unknown as Json, result: result as unknown as Json }, quiet(trace?.request));
};

/** The answer is back at the sender. */
const back: TimerHandler = (world, args) => {
  const { id, result, reply } = args as unknown as { id: number; result: NetResult; reply: ReplyTo };
  const { ring } = traces(world);
  const trace = ring[id % kept];
  const told: NetResult = { ...result, trace: String(id) };
  if (trace?.id === String(id)) {
    const now = world.clock.now;
    const out = trace.out;
    const returned = told.ok ? [...out].reverse().filter((of) => of.role !== "rules").map((of, at): Hop => ({ ref: of.ref, role: of.role, from: now - (out.length - at) * hopTime, until: now - (out.length - at - 1) * hopTime, packet: { src: of.packet.dst, dst: of.packet.src } })) : [];
    ring[id % kept] = { ...trace, end: now, back: returned, result: told };
  }
  world.clock.after(0, reply.kind, { ...reply.args, result: told as unknown as Json }, quiet(trace?.request));
};

function hop(journey: Journey, ref: Ref, role: Hop["role"], src: string, dst: string, more: Partial<Hop> = {}): void {
  journey.hops.push({ ref, role, from: journey.at, until: journey.at + hopTime, packet: { src, dst }, ...more });
  journey.at += hopTime;
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

