import { filled, mappedField, replaced, without } from "./sharing";
import { equalJson } from "../equal";
import type { Service, Wire, k8s } from "../types";
import type { KubeObject } from "../../model";

type Spec = Service["spec"];
export type ServicePort = Wire<k8s.V1ServicePort>;

export const needsClusterIp = (spec: Spec): boolean => spec.type === "ClusterIP" || spec.type === "NodePort" || spec.type === "LoadBalancer";
export const needsNodePort = (spec: Spec): boolean => spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
/** Reachable from outside: by a node's port, a load balancer, or an address that the world routes here. */
export const isExternal = (spec: Spec): boolean => spec.type === "NodePort" || spec.type === "LoadBalancer" || (spec.type === "ClusterIP" && (spec.externalIPs ?? []).length > 0);
export const needsHealthPort = (spec: Spec): boolean => spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local";
export const isHeadless = (spec: Spec): boolean => spec.clusterIP === "None" || spec.clusterIPs?.[0] === "None";

function defaultPort(port: ServicePort): ServicePort {
  let next = port.protocol === "" ? { ...port, protocol: "TCP" } : filled(port, { protocol: "TCP" });
  const target = next.targetPort;
  if (target === undefined || target === null || target === 0 || target === "") next = { ...next, targetPort: next.port };
  return next.nodePort === 0 ? without(next, "nodePort") : next;
}

/** SetDefaults_Service. */
export function defaultService(object: KubeObject): KubeObject {
  let spec = ((object as Service).spec ?? {});
  for (const key of ["type", "sessionAffinity", "clusterIP", "externalTrafficPolicy"] as const) if (spec[key] === "") spec = without(spec, key);
  spec = filled(spec, { sessionAffinity: "None", type: "ClusterIP" });
  if (spec.sessionAffinity === "None" && spec.sessionAffinityConfig !== undefined) spec = without(spec, "sessionAffinityConfig");
  if (spec.sessionAffinity === "ClientIP") {
    const client = filled(spec.sessionAffinityConfig?.clientIP ?? {}, { timeoutSeconds: 10800 });
    spec = replaced(spec, "sessionAffinityConfig", replaced(spec.sessionAffinityConfig ?? {}, "clientIP", client));
  }
  spec = mappedField(spec, "ports", defaultPort);
  if (isExternal(spec)) spec = filled(spec, { externalTrafficPolicy: "Cluster" });
  if (needsClusterIp(spec)) spec = filled(spec, { internalTrafficPolicy: "Cluster" });
  if (spec.type === "LoadBalancer") spec = filled(spec, { allocateLoadBalancerNodePorts: true });
  return replaced(object, "spec", spec);
}

/** clusterIP and the first of clusterIPs are the same thing under two names; whichever a client changed counts. */
function normalised(spec: Spec, old: Spec | undefined): Spec {
  const { clusterIP, clusterIPs } = spec;
  if (old === undefined) {
    if (clusterIP !== undefined && clusterIPs === undefined) return { ...spec, clusterIPs: [clusterIP] };
    return clusterIP === undefined && clusterIPs?.[0] !== undefined ? { ...spec, clusterIP: clusterIPs[0] } : spec;
  }
  const sameOne = clusterIP === old.clusterIP;
  const sameMany = equalJson(clusterIPs, old.clusterIPs);
  if (!sameOne && sameMany) return clusterIP === undefined ? without(spec, "clusterIPs") : { ...spec, clusterIPs: [clusterIP, ...(clusterIPs ?? []).slice(1)] };
  if (sameOne && !sameMany) return clusterIPs === undefined || clusterIPs.length === 0 ? without(spec, "clusterIP", "clusterIPs") : { ...spec, clusterIP: clusterIPs[0] };
  return spec;
}

/** Drops what the old type needed, the new one does not, and nobody changed by hand. */
function withoutOldType(spec: Spec, old: Spec): Spec {
  let next = spec;
  if (needsClusterIp(old) && !needsClusterIp(next)) {
    if (equalJson(next.clusterIPs, old.clusterIPs)) next = without(next, "clusterIP", "clusterIPs");
    next = without(next, "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy");
  }
  if (needsNodePort(old) && !needsNodePort(next)) {
    const before = new Set((old.ports ?? []).map((port) => port.nodePort));
    next = mappedField(next, "ports", (port: ServicePort) => (port.nodePort !== undefined && before.has(port.nodePort) ? without(port, "nodePort") : port));
  }
  if (needsHealthPort(old) && !needsHealthPort(next) && next.healthCheckNodePort === old.healthCheckNodePort) next = without(next, "healthCheckNodePort");
  if (old.type === "LoadBalancer" && next.type !== "LoadBalancer") next = without(next, "allocateLoadBalancerNodePorts", "loadBalancerClass");
  if (isExternal(old) && !isExternal(next) && next.externalTrafficPolicy === old.externalTrafficPolicy) next = without(next, "externalTrafficPolicy");
  return next;
}

/** Keeps the addresses and ports that were allocated, where an update does not mention them. */
function withAllocated(spec: Spec, old: Spec): Spec {
  let next = spec;
  if (needsClusterIp(old) && needsClusterIp(next)) {
    if (next.clusterIP === undefined && old.clusterIP !== undefined) next = { ...next, clusterIP: old.clusterIP };
    if (next.clusterIPs === undefined && old.clusterIPs !== undefined && next.clusterIP === old.clusterIP) next = { ...next, clusterIPs: old.clusterIPs };
    if (next.ipFamilies === undefined && old.ipFamilies !== undefined) next = { ...next, ipFamilies: old.ipFamilies };
    if (next.ipFamilyPolicy === undefined && old.ipFamilyPolicy !== undefined) next = { ...next, ipFamilyPolicy: old.ipFamilyPolicy };
  }
  if (needsNodePort(old) && needsNodePort(next)) {
    const taken = new Set((next.ports ?? []).map((port) => port.nodePort));
    next = mappedField(next, "ports", (port: ServicePort) => {
      if (port.nodePort !== undefined) return port;
      const before = (old.ports ?? []).find((other) => other.port === port.port && (other.protocol ?? "TCP") === (port.protocol ?? "TCP"))?.nodePort;
      return before === undefined || taken.has(before) ? port : { ...port, nodePort: before };
    });
  }
  if (needsHealthPort(old) && needsHealthPort(next) && next.healthCheckNodePort === undefined && old.healthCheckNodePort !== undefined) next = { ...next, healthCheckNodePort: old.healthCheckNodePort };
  return next;
}

/** The service as it will be validated and allocated. */
export function prepareService(next: KubeObject, old: KubeObject | undefined, subresource?: string): KubeObject {
  if (subresource === "status") return next;
  if (old === undefined) return { ...replaced(next, "spec", normalised((next as Service).spec, undefined)), status: { loadBalancer: {} } };
  const before = (old as Service).spec;
  // An update that leaves an allocated address out means the one it has.
  const kept = withAllocated((next as Service).spec, before);
  const dropped = withoutOldType(normalised(kept, before), before);
  return replaced(next, "spec", dropped.type === "LoadBalancer" || dropped.type !== before.type ? dropped : equalJson(dropped, before) ? before : dropped);
}
