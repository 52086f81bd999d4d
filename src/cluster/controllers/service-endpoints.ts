import type { Change, Reader } from "../api/store";
import type { Node, Pod, Service } from "../api/types";
import { equalJson } from "../api/equal";
import { matchesSelector } from "../api/selectors";
import type { Dict } from "../model";
import { isEmpty } from "../empty";
import { keyOf } from "./keys";
import { isPodReady, podCondition } from "./pod-state";

/** What Endpoints and EndpointSlices have in common: which pods stand behind a Service, and on which ports. */

export interface EndpointPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

/** The Services that a pod's change concerns: those that select it now or did before. */
export function servicesOf(change: Change, cache: Reader): readonly string[] {
  const pod = change.object as Pod;
  const before = change.previous as Pod | undefined;
  if (change.type === "MODIFIED" && before !== undefined && sameToServices(before, pod)) return [];
  const keys: string[] = [];
  for (const service of cache.list("services", { namespace: change.ref.namespace }) as readonly Service[]) {
    const selector = service.spec.selector;
    if (selector === undefined || isEmpty(selector)) continue;
    if (matchesSelector(selector, pod.metadata.labels) || (before !== undefined && matchesSelector(selector, before.metadata.labels))) keys.push(keyOf(service));
  }
  return keys;
}

function sameToServices(a: Pod, b: Pod): boolean {
  return a.status?.podIP === b.status?.podIP && a.status?.phase === b.status?.phase && isPodReady(a) === isPodReady(b) && a.spec.nodeName === b.spec.nodeName
    && a.metadata.deletionTimestamp === b.metadata.deletionTimestamp && equalJson(a.metadata.labels, b.metadata.labels);
}

/** Running pods with an address that the Service selects; those on their way out only on request. */
export function backends(service: Service, cache: Reader, withTerminating: boolean): readonly Pod[] {
  const selector = service.spec.selector as Dict;
  return (cache.list("pods", { namespace: service.metadata.namespace ?? "" }) as readonly Pod[]).filter((pod) => {
    if (!withTerminating && pod.metadata.deletionTimestamp !== undefined) return false;
    const phase = pod.status?.phase;
    return phase !== "Succeeded" && phase !== "Failed" && (pod.status?.podIP ?? "") !== "" && matchesSelector(selector, pod.metadata.labels);
  });
}

/** The ports of the Service on this pod; a named target port that the pod does not have is left out. */
export function portsOn(service: Service, pod: Pod): readonly EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((port): readonly EndpointPort[] => {
    const target = (port.targetPort ?? port.port);
    const number = typeof target === "number" ? target
      : pod.spec.containers.flatMap((container) => container.ports ?? []).find((one) => one.name === target && (one.protocol ?? "TCP") === (port.protocol ?? "TCP"))?.containerPort;
    if (number === undefined) return [];
    return [{ name: port.name ?? "", port: number, protocol: port.protocol ?? "TCP", ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }) }];
  });
}

export function targetOf(pod: Pod): { readonly kind: string; readonly name: string; readonly namespace: string; readonly uid: string } {
  return { kind: "Pod", name: pod.metadata.name, namespace: pod.metadata.namespace ?? "", uid: pod.metadata.uid };
}

export function zoneOf(pod: Pod, cache: Reader): string | undefined {
  const node = pod.spec.nodeName === undefined ? undefined : cache.get({ resource: "nodes", namespace: "", name: pod.spec.nodeName }) as Node | undefined;
  return node?.metadata.labels?.["topology.kubernetes.io/zone"];
}

/** A pod's own name in a headless Service's DNS. */
export function hostnameOf(pod: Pod, service: Service): string | undefined {
  return pod.spec.hostname !== undefined && pod.spec.hostname !== "" && pod.spec.subdomain === service.metadata.name ? pod.spec.hostname : undefined;
}

/** When that changed which led to the present endpoints: a pod became ready, or the Service came. */
export function triggerTime(service: Service, pods: readonly Pod[]): string {
  return pods.reduce((latest, pod) => {
    const at = podCondition(pod, "Ready")?.lastTransitionTime ?? "";
    return at > latest ? at : latest;
  }, service.metadata.creationTimestamp);
}

export const triggerAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";
export const headlessLabel = "service.kubernetes.io/headless";

export function isHeadless(service: Service): boolean {
  return service.spec.clusterIP === "None";
}

/** Orders addresses by their numbers, not as text. */
export function byAddress(a: string, b: string): number {
  const x = a.split(".").map(Number);
  const y = b.split(".").map(Number);
  for (let at = 0; at < 4; at++) if (x[at] !== y[at]) return (x[at] ?? 0) - (y[at] ?? 0);
  return 0;
}
