import type { Controller, ControllerContext } from "./controller";
import type { Pod, Service } from "../api/types";
import { equalJson } from "../api/equal";
import { isNotFound } from "./failures";
import { keyOf, splitKey } from "./keys";
import { md5 } from "./md5";
import { isPodReady } from "./pod-state";
import { backends, byAddress, headlessLabel, hostnameOf, isHeadless, portsOn, servicesOf, targetOf, triggerAnnotation, triggerTime, type EndpointPort } from "./service-endpoints";

/** Keeps the Endpoints object of each Service with a selector: the old form, which `kubectl get endpoints` still shows. */
export const endpoints: Controller = {
  name: "endpoint-controller",
  user: "system:serviceaccount:kube-system:endpoint-controller",
  workers: 5,
  watches: [
    { resource: "services", keys: (change) => [keyOf(change.object)] },
    { resource: "pods", keys: servicesOf },
    { resource: "endpoints", keys: (change) => change.type === "DELETED" ? [keyOf(change.object)] : [] },
  ],
  reconcile,
};

interface Group { readonly ports: readonly object[]; readonly ready: Pod[]; readonly notReady: Pod[] }

function reconcile(key: string, context: ControllerContext): void {
  const { namespace, name } = splitKey(key);
  const { cache, client } = context;
  const service = cache.get({ resource: "services", namespace, name }) as Service | undefined;
  const current = cache.get({ resource: "endpoints", namespace, name });
  if (service === undefined) {
    if (current === undefined) return;
    try {
      client.delete("endpoints", namespace, name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    return;
  }
  if (Object.keys(service.spec.selector ?? {}).length === 0 || service.spec.type === "ExternalName" || service.metadata.deletionTimestamp !== undefined) return;
  const pods = backends(service, cache, false);
  const subsets = subsetsOf(service, pods);
  const labels = { ...service.metadata.labels, "endpoints.kubernetes.io/managed-by": "endpoint-controller", ...(isHeadless(service) ? { [headlessLabel]: "" } : {}) };
  if (current !== undefined && equalJson(current.subsets ?? [], subsets) && equalJson(current.metadata.labels ?? {}, labels)) return;
  const annotations = { ...current?.metadata.annotations, [triggerAnnotation]: triggerTime(service, pods) };
  const fields = subsets.length === 0 ? {} : { subsets };
  if (current === undefined) {
    client.create("endpoints", namespace, { apiVersion: "v1", kind: "Endpoints", metadata: { name, namespace, labels, annotations }, ...fields });
  } else {
    const { subsets: _old, ...rest } = current;
    client.update("endpoints", namespace, { ...rest, metadata: { ...current.metadata, labels, annotations }, ...fields });
  }
}

/** One subset for each set of ports. */
function subsetsOf(service: Service, pods: readonly Pod[]): readonly object[] {
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    const ports = [...portsOn(service, pod)].sort(byHash).map(({ name, ...rest }) => name === "" ? rest : { name, ...rest });
    if (ports.length === 0 && (service.spec.ports ?? []).length > 0) continue;
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, ready: [], notReady: [] };
    groups.set(key, group);
    (isPodReady(pod) || service.spec.publishNotReadyAddresses === true ? group.ready : group.notReady).push(pod);
  }
  const addresses = (of: readonly Pod[]): readonly object[] => [...of].sort((a, b) => byAddress(a.status?.podIP ?? "", b.status?.podIP ?? "")).map((pod) => {
    const hostname = hostnameOf(pod, service);
    return { ...(hostname === undefined ? {} : { hostname }), ip: pod.status?.podIP, ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }), targetRef: targetOf(pod) };
  });
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => ({
    ...(group.ready.length === 0 ? {} : { addresses: addresses(group.ready) }),
    ...(group.notReady.length === 0 ? {} : { notReadyAddresses: addresses(group.notReady) }),
    ...(group.ports.length === 0 ? {} : { ports: group.ports }),
  }));
}

const hashes = new Map<string, string>();

/** The ports of a subset stand in the order of their hashes (endpoints/util.go: RepackSubsets), over the text that Go's struct dump prints. */
function byHash(a: EndpointPort, b: EndpointPort): number {
  return hashOf(a) < hashOf(b) ? -1 : 1;
}

function hashOf(port: EndpointPort): string {
  const text = `(v1.EndpointPort){Name:(string)${port.name} Port:(int32)${port.port} Protocol:(v1.Protocol)${port.protocol} AppProtocol:(*string)${port.appProtocol ?? "<nil>"}}`;
  const hash = hashes.get(text) ?? md5(text);
  hashes.set(text, hash);
  return hash;
}
