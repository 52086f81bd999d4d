import type { RequestTrace } from "../../cluster/network/trace";
import type { Dict, KubeObject, Ms, Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { field, listAt, numberAt, ownerOf, textAt } from "../fields";
import { podRef } from "../pod-state";
import { deploymentOfPod } from "../rollout";
import { placeKey, slotsOf } from "../slots";

/** A Service as the pictures of traffic see it: its addresses, its first port, and who stands behind it. */
export interface ServiceFacts {
  readonly object: KubeObject;
  readonly ref: Ref;
  readonly name: string;
  readonly type: string;
  readonly address: string;
  readonly port: number;
  readonly targetPort: string;
  readonly nodePort: number | undefined;
  readonly local: boolean;
  readonly sticky: boolean;
  readonly selector: Dict | undefined;
  /** "app=hellok8s". */
  readonly selectorText: string;
  /** The addresses that a load balancer gave it. */
  readonly balancers: readonly string[];
  /** Pods that the selector matches, in the order of their slots; those that leave come last. */
  readonly pods: readonly BehindPod[];
  readonly ready: readonly BehindPod[];
}

export interface BehindPod {
  readonly pod: KubeObject;
  readonly key: string;
  readonly name: string;
  readonly address: string;
  readonly node: string;
  /** "10.244.1.3:3000", where its endpoint leads. */
  readonly endpoint: string;
  /** Requests may go to it. */
  readonly ready: boolean;
  readonly leaving: boolean;
}

export const services = "services";

const setOf = (pod: KubeObject): string => deploymentOfPod(pod) ?? ownerOf(pod, "StatefulSet")?.name ?? ownerOf(pod, "DaemonSet")?.name ?? "";
/** A pod keeps its place among its siblings while it lives, and hands it on when it begins to leave. */
const places = slotsOf("pods", (pod) => `${pod.metadata.namespace ?? ""}/${setOf(pod)}`);

export const serviceRef = (object: KubeObject): Ref => ({ resource: services, namespace: object.metadata.namespace ?? "", name: object.metadata.name });

/** All that a picture says of a Service; undefined where it is gone. */
export function serviceFacts(view: View, ref: Ref): ServiceFacts | undefined {
  const object = view.get(ref);
  if (object === undefined) return undefined;
  const selector = field(object, "spec", "selector") as Dict | undefined;
  const port = listAt(object, "spec", "ports")[0];
  const endpoints = endpointsOf(view, ref);
  const slots = places(view);
  const pods: BehindPod[] = [];
  if (selector !== undefined && Object.keys(selector).length > 0)
    for (const pod of view.list("pods", { namespace: ref.namespace })) {
      const labels = pod.metadata.labels ?? {};
      if (!Object.entries(selector).every(([key, value]) => labels[key] === value)) continue;
      const phase = textAt(pod, "status", "phase");
      if (phase === "Succeeded" || phase === "Failed") continue;
      const endpoint = endpoints.get(pod.metadata.name);
      const leaving = pod.metadata.deletionTimestamp !== undefined;
      pods.push({
        pod, key: placeKey(pod), name: pod.metadata.name, address: textAt(pod, "status", "podIP") ?? "", node: textAt(pod, "spec", "nodeName") ?? "",
        endpoint: endpoint?.endpoint ?? "", ready: endpoint?.ready === true && !leaving, leaving,
      });
    }
  const order = (one: BehindPod): string => {
    const place = slots.get(one.key);
    return `${one.leaving ? 1 : 0}/${place?.group ?? "~"}/${String(place?.slot ?? 9999).padStart(5, "0")}/${one.name}`;
  };
  pods.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return {
    object, ref, name: ref.name, type: textAt(object, "spec", "type") ?? "ClusterIP", address: textAt(object, "spec", "clusterIP") ?? "",
    port: numberAt(port, "port") ?? 0, targetPort: textAt(port, "targetPort") ?? String(numberAt(port, "targetPort") ?? numberAt(port, "port") ?? ""), nodePort: numberAt(port, "nodePort"),
    local: textAt(object, "spec", "externalTrafficPolicy") === "Local", sticky: textAt(object, "spec", "sessionAffinity") === "ClientIP",
    selector, selectorText: Object.entries(selector ?? {}).map(([key, value]) => `${key}=${value}`).join(","),
    balancers: listAt(object, "status", "loadBalancer", "ingress").map((one) => textAt(one, "ip") ?? textAt(one, "hostname") ?? "").filter((one) => one !== ""),
    pods, ready: pods.filter(({ ready }) => ready),
  };
}

function endpointsOf(view: View, ref: Ref): ReadonlyMap<string, { readonly endpoint: string; readonly ready: boolean }> {
  const found = new Map<string, { endpoint: string; ready: boolean }>();
  for (const slice of view.list("endpointslices.discovery.k8s.io", { namespace: ref.namespace })) {
    if (slice.metadata.labels?.["kubernetes.io/service-name"] !== ref.name) continue;
    const port = numberAt(listAt(slice, "ports")[0], "port");
    for (const endpoint of listAt(slice, "endpoints")) {
      const name = textAt(endpoint, "targetRef", "name");
      if (name !== undefined) found.set(name, { endpoint: `${textAt(endpoint, "addresses", 0) ?? ""}:${port ?? ""}`, ready: field(endpoint, "conditions", "ready") !== false });
    }
  }
  return found;
}

/** A machine of the cluster. */
export interface NodeFacts {
  readonly name: string;
  readonly ref: Ref;
  readonly address: string;
  readonly up: boolean;
}

/** A node that lives renews its lease every 10 s; one that missed a renewal is down, though its condition says so only after 40 s. */
const overdue: Ms = 14_000;

function silent(view: View, node: string): boolean {
  const renewed = textAt(view.get({ resource: "leases.coordination.k8s.io", namespace: "kube-node-lease", name: node }), "spec", "renewTime");
  return renewed !== undefined && view.epoch + view.time - Date.parse(renewed) > overdue;
}

export function nodeFacts(view: View): readonly NodeFacts[] {
  return view
    .list("nodes")
    .map((node): NodeFacts => ({
      name: node.metadata.name,
      ref: { resource: "nodes", namespace: "", name: node.metadata.name },
      address: textAt(listAt(node, "status", "addresses").find((one) => textAt(one, "type") === "InternalIP"), "address") ?? "",
      up: listAt(node, "status", "conditions").some((one) => textAt(one, "type") === "Ready" && textAt(one, "status") === "True") && !silent(view, node.metadata.name),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The Service that a picture is about: of the wished types in order, the youngest. kube-system, headless ones and the API's own don't count. */
export function youngestService(view: View, types: readonly string[]): Ref | undefined {
  for (const type of types) {
    let best: KubeObject | undefined;
    for (const object of view.list(services)) {
      const { name, namespace = "" } = object.metadata;
      if (namespace === "kube-system" || (name === "kubernetes" && namespace === "default") || textAt(object, "spec", "clusterIP") === "None") continue;
      if ((textAt(object, "spec", "type") ?? "ClusterIP") !== type) continue;
      if (best === undefined || object.metadata.creationTimestamp >= best.metadata.creationTimestamp) best = object;
    }
    if (best !== undefined) return serviceRef(best);
  }
  return undefined;
}

/** Requests that the reader and the pods sent and that came to this Service, oldest first. */
export function requestsTo(view: View, service: ServiceFacts, from: Ms = 0): readonly RequestTrace[] {
  const own = (trace: RequestTrace): boolean =>
    trace.out.some((hop) =>
      hop.ref.resource === services ? hop.ref.name === service.name && hop.ref.namespace === service.ref.namespace
      : hop.role === "node" && service.nodePort !== undefined && hop.packet.dst.endsWith(`:${service.nodePort}`));
  return [...view.traces(from)].filter((trace) => trace.purpose === "request" && trace.start >= from && trace.start <= view.time && own(trace));
}

/** The pod that asks: whoever asked last, else a running pod that is none of the Service's own. */
export function clientOf(view: View, service: ServiceFacts): KubeObject | undefined {
  const asked = [...requestsTo(view, service)].reverse().find(({ from }) => from !== "external" && from.resource === "pods");
  if (asked !== undefined && asked.from !== "external") {
    const pod = view.get({ resource: "pods", namespace: asked.from.namespace, name: asked.from.name });
    if (pod !== undefined) return pod;
  }
  const own = new Set(service.pods.map(({ name }) => name));
  const fit = (pod: KubeObject): number => {
    const image = textAt(pod, "spec", "containers", 0, "image") ?? "";
    return (/curl|busybox|nginx|alpine|netshoot/.test(image) ? 0 : 10) + (pod.metadata.ownerReferences === undefined ? 0 : 1);
  };
  return view
    .list("pods", { namespace: service.ref.namespace })
    .filter((pod) => !own.has(pod.metadata.name) && textAt(pod, "status", "phase") === "Running" && pod.metadata.deletionTimestamp === undefined && fit(pod) < 10)
    .sort((a, b) => fit(a) - fit(b) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

export const refOfPod = podRef;

/** The choice that a node's rules made, or their refusal. */
export const ruling = (trace: RequestTrace): RequestTrace["out"][number] | undefined => trace.out.find(({ role }) => role === "rules");

/** The name of the pod that a request was led to. */
export function ledTo(trace: RequestTrace): string | undefined {
  const choice = ruling(trace)?.choice;
  return choice === undefined ? trace.out.find(({ role }) => role === "process")?.ref.name : choice.of[choice.took]?.name;
}
