import type { Controller, ControllerContext } from "./controller";
import type { Change } from "../api/store";
import type { EndpointSlice, Pod, Service } from "../api/types";
import { equalJson } from "../api/equal";
import { isNotFound } from "./failures";
import { controllerReference, joinKey, keyOf, splitKey } from "./keys";
import { isPodReady } from "./pod-state";
import { expectCreated, expectationsMet } from "./expectations";
import type { Expectations } from "./expectations";
import { backends, headlessLabel, hostnameOf, isHeadless, portsOn, servicesOf, targetOf, triggerAnnotation, triggerTime, zoneOf } from "./service-endpoints";
import type { EndpointPort } from "./service-endpoints";

const resource = "endpointslices.discovery.k8s.io";
const serviceLabel = "kubernetes.io/service-name";
const managerLabel = "endpointslice.kubernetes.io/managed-by";
const manager = "endpointslice-controller.k8s.io";
/** So many endpoints go into one slice: a change then sends little. */
const perSlice = 100;

type Endpoint = EndpointSlice["endpoints"][number];

/** Keeps the EndpointSlices of each Service with a selector: what kube-proxy routes by. */
export const endpointslice: Controller = {
  name: "endpointslice-controller",
  user: "system:serviceaccount:kube-system:endpointslice-controller",
  workers: 5,
  watches: [
    { resource: "services", keys: (change) => [keyOf(change.object)] },
    { resource: "pods", keys: servicesOf },
    { resource: "nodes", keys: () => [] },
    { resource, keys: sliceKeys },
  ],
  reconcile,
};

function sliceKeys(change: Change): readonly string[] {
  const service = change.object.metadata.labels?.[serviceLabel];
  return service === undefined || change.object.metadata.labels?.[managerLabel] !== manager ? [] : [joinKey(change.ref.namespace, service)];
}

function reconcile(key: string, context: ControllerContext): void {
  const { namespace, name } = splitKey(key);
  const { cache, client, now } = context;
  const { expectations } = context.state<{ expectations: Expectations }>(() => ({ expectations: new Map() }));
  const service = cache.get({ resource: "services", namespace, name }) as Service | undefined;
  if (service === undefined) {
    expectations.delete(key);
    return;
  }
  if (Object.keys(service.spec.selector ?? {}).length === 0 || service.spec.type === "ExternalName" || service.metadata.deletionTimestamp !== undefined) return;
  if (!expectationsMet(expectations, key, resource, namespace, now, cache, client)) return;
  const slices = (cache.list(resource, { index: ["owner", service.metadata.uid] }) as readonly EndpointSlice[])
    .filter((slice) => slice.metadata.deletionTimestamp === undefined && slice.metadata.labels?.[managerLabel] === manager);
  const pods = backends(service, cache, true);
  const groups = grouped(service, pods, context);
  const labels = { ...service.metadata.labels, [managerLabel]: manager, [serviceLabel]: name, ...(isHeadless(service) ? { [headlessLabel]: "" } : {}) };
  const annotations = { [triggerAnnotation]: triggerTime(service, pods) };
  const spare: EndpointSlice[] = [];
  const fresh: { readonly ports: readonly EndpointPort[]; readonly endpoints: readonly Endpoint[] }[] = [];
  const write = (slice: EndpointSlice, ports: readonly EndpointPort[], wanted: readonly Endpoint[]): void => {
    if (equalJson(slice.endpoints ?? [], wanted) && equalJson(slice.ports ?? [], ports) && equalJson(slice.metadata.labels, labels)) return;
    client.update(resource, namespace, { ...slice, metadata: { ...slice.metadata, labels, annotations: { ...slice.metadata.annotations, ...annotations } }, endpoints: wanted, ports });
  };
  const left = new Set(slices);
  for (const { ports, endpoints } of groups) {
    const todo = new Map(endpoints.map((endpoint) => [endpoint.targetRef?.uid ?? "", endpoint]));
    const same = slices.filter((slice) => left.has(slice) && equalJson(slice.ports ?? [], ports));
    // Who is in a slice stays in it, so that few slices change.
    const kept = same.map((slice) => {
      left.delete(slice);
      return (slice.endpoints ?? []).flatMap((endpoint) => {
        const uid = endpoint.targetRef?.uid ?? "";
        const next = todo.get(uid);
        todo.delete(uid);
        return next === undefined ? [] : [next];
      });
    });
    const rest = [...todo.values()];
    same.forEach((slice, at) => {
      const wanted = [...(kept[at] ?? [])];
      while (wanted.length < perSlice && rest.length > 0) wanted.push(rest.shift() as Endpoint);
      if (wanted.length === 0) spare.push(slice);
      else write(slice, ports, wanted);
    });
    while (rest.length > 0) fresh.push({ ports, endpoints: rest.splice(0, perSlice) });
  }
  spare.push(...left);
  // A Service without endpoints keeps one empty slice: it says that somebody looked.
  if (groups.length === 0 && spare.length === 0) fresh.push({ ports: [], endpoints: [] });
  for (const one of fresh) {
    const reused = spare.shift();
    if (reused !== undefined) {
      write(reused, one.ports, one.endpoints);
      continue;
    }
    const made = client.create(resource, namespace, {
      apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", addressType: "IPv4",
      metadata: { generateName: `${name}-`, namespace, labels, annotations, ownerReferences: [controllerReference(service)] },
      endpoints: one.endpoints, ports: one.ports,
    });
    expectCreated(expectations, key, now, made.metadata.name, made.metadata.uid);
  }
  if (groups.length === 0 && spare.length > 0) write(spare.shift() as EndpointSlice, [], []);
  for (const slice of spare) {
    try {
      client.delete(resource, namespace, slice.metadata.name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

/** The endpoints by the ports that they have. */
function grouped(service: Service, pods: readonly Pod[], context: ControllerContext): readonly { readonly ports: readonly EndpointPort[]; readonly endpoints: readonly Endpoint[] }[] {
  const groups = new Map<string, { readonly ports: readonly EndpointPort[]; readonly endpoints: Endpoint[] }>();
  for (const pod of pods) {
    const ports = portsOn(service, pod);
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(endpointOf(pod, service, context));
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

function endpointOf(pod: Pod, service: Service, context: ControllerContext): Endpoint {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const hostname = hostnameOf(pod, service);
  const zone = zoneOf(pod, context.cache);
  return {
    addresses: [pod.status?.podIP ?? ""],
    conditions: { ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating), serving, terminating },
    ...(hostname === undefined ? {} : { hostname }),
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: targetOf(pod),
    ...(zone === undefined ? {} : { zone }),
  };
}
