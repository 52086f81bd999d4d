import { filled, replaced } from "./sharing";
import { isHeadless, needsClusterIp, needsHealthPort, needsNodePort } from "./service-defaults";
import { validIpv4 } from "./label-validation";
import { invalid } from "../status";
import type { ServicePort } from "./service-defaults";
import type { FieldError } from "../kind";
import type { Service } from "../types";
import type { KubeObject, Random } from "../../model";
import type { World } from "../../world";

type Spec = Service["spec"];

/** 10.96.0.0/12: what addresses services are given. */
const network = { first: ipNumber("10.96.0.0"), size: 1 << 20, text: "10.96.0.0/12" };
const nodePorts = { first: 30000, size: 2768 };

/** How many addresses or ports at the lower end are left to wishes: a sixteenth, within bounds (the allocators' static band). */
function staticBand(size: number, least: number, divisor: number, most: number): number {
  return size <= least ? 0 : Math.min(Math.max(least, Math.floor(size / divisor)), most);
}
const addressBand = staticBand(network.size, 16, 16, 256);
const portBand = staticBand(nodePorts.size, 16, 32, 128);

function ipNumber(text: string): number {
  return text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function ipText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

/** A free number of [0, size): at random from above the band, and only when that is full from within it. */
function free(size: number, band: number, taken: (at: number) => boolean, random: Random): number | undefined {
  for (const [from, count] of [[band, size - band], [0, band]] as const) {
    if (count <= 0) continue;
    const start = random.int(count);
    for (let i = 0; i < count; i++) {
      const at = from + (start + i) % count;
      if (!taken(at)) return at;
    }
  }
  return undefined;
}

interface Used { readonly addresses: ReadonlySet<string>; readonly ports: ReadonlySet<number> }

/** What the other services hold. */
function usedByOthers(world: World, own: string): Used {
  const addresses = new Set<string>();
  const ports = new Set<number>();
  for (const object of world.store.list("services")) {
    if (object.metadata.uid === own) continue;
    const { spec } = object as Service;
    for (const address of spec.clusterIPs ?? []) addresses.add(address);
    for (const port of spec.ports ?? []) if (port.nodePort !== undefined) ports.add(port.nodePort);
    if (spec.healthCheckNodePort !== undefined) ports.add(spec.healthCheckNodePort);
  }
  return { addresses, ports };
}

function refuse(object: KubeObject, error: FieldError): never {
  throw invalid("Service", "", object.metadata.name, [error]);
}

function withAddress(spec: Spec, object: KubeObject, held: string | undefined, used: Used, random: Random): Spec {
  if (!needsClusterIp(spec)) return spec;
  const families = filled(spec, { ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" });
  if (isHeadless(spec)) return filled(families, { clusterIPs: ["None"], clusterIP: "None" });
  const wish = spec.clusterIPs?.[0] ?? spec.clusterIP;
  if (wish !== undefined && wish !== "") {
    const error = (why: string): FieldError => ({ field: "spec.clusterIPs", type: "Invalid", value: spec.clusterIPs ?? [wish], detail: `failed to allocate IP ${wish}: ${why}` });
    const offset = validIpv4(wish) ? ipNumber(wish) - network.first : -1;
    if (offset <= 0 || offset >= network.size - 1) refuse(object, error("the provided network does not match the current range"));
    if (wish !== held && used.addresses.has(wish)) refuse(object, error("provided IP is already allocated"));
    return filled(families, { clusterIP: wish, clusterIPs: [wish] });
  }
  // The network's own address and its last one are nobody's.
  const at = free(network.size - 2, addressBand, (offset) => used.addresses.has(ipText(network.first + 1 + offset)), random);
  if (at === undefined) refuse(object, { field: "spec.clusterIPs", type: "Invalid", value: [], detail: `failed to allocate a serviceIP: range is full` });
  const address = ipText(network.first + 1 + (at ?? 0));
  return { ...families, clusterIP: address, clusterIPs: [address] };
}

const range = `${nodePorts.first}-${nodePorts.first + nodePorts.size - 1}`;

function checkedPort(port: number, field: string, object: KubeObject, used: ReadonlySet<number>): void {
  const offset = port - nodePorts.first;
  if (offset < 0 || offset >= nodePorts.size) refuse(object, { field, type: "Invalid", value: port, detail: `provided port is not in the valid range. The range of valid ports is ${range}` });
  if (used.has(port)) refuse(object, { field, type: "Invalid", value: port, detail: "provided port is already allocated" });
}

function withNodePorts(spec: Spec, object: KubeObject, used: Used, random: Random): Spec {
  if (!needsNodePort(spec)) return spec;
  const taken = new Set(used.ports);
  const own = new Map<number, string>();
  (spec.ports ?? []).forEach((port, i) => {
    if (port.nodePort === undefined) return;
    const field = `spec.ports[${i}].nodePort`;
    // One port may serve two protocols of one service.
    if (own.has(port.nodePort) && own.get(port.nodePort) !== port.protocol) return;
    checkedPort(port.nodePort, field, object, used.ports);
    own.set(port.nodePort, port.protocol ?? "TCP");
    taken.add(port.nodePort);
  });
  const fresh = (field: string): number => {
    const at = free(nodePorts.size, portBand, (offset) => taken.has(nodePorts.first + offset), random);
    if (at === undefined) refuse(object, { field, type: "Invalid", value: 0, detail: "failed to allocate a nodePort: range is full" });
    taken.add(nodePorts.first + (at ?? 0));
    return nodePorts.first + (at ?? 0);
  };
  // Ports that share a number under two protocols also share the node's.
  const byNumber = new Map<number, ServicePort>();
  const ports = (spec.ports ?? []).map((port, i): ServicePort => {
    let next = port;
    if (port.nodePort === undefined) {
      const twin = byNumber.get(port.port);
      next = { ...port, nodePort: twin?.nodePort !== undefined && twin.protocol !== port.protocol ? twin.nodePort : fresh(`spec.ports[${i}].nodePort`) };
    }
    byNumber.set(port.port, next);
    return next;
  });
  let next = ports.every((port, i) => port === spec.ports?.[i]) ? spec : { ...spec, ports };
  if (needsHealthPort(next)) {
    if (next.healthCheckNodePort === undefined) next = { ...next, healthCheckNodePort: fresh("spec.healthCheckNodePort") };
    else checkedPort(next.healthCheckNodePort, "spec.healthCheckNodePort", object, used.ports);
  }
  return next;
}

/** Gives a service its cluster IP and node ports. Throws ApiError where a wish cannot be met. */
export function allocateService(next: KubeObject, old: KubeObject | undefined, world: World): KubeObject {
  const { spec } = next as Service;
  if (old !== undefined && (old as Service).spec === spec) return next;
  const used = usedByOthers(world, next.metadata.uid);
  const random = world.random("services/allocation");
  const addressed = withAddress(spec, next, (old as Service | undefined)?.spec.clusterIP, used, random);
  return replaced(next, "spec", withNodePorts(addressed, next, used, random));
}
