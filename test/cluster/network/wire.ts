import { kinds } from "../../../src/cluster/api/kinds/index";
import { MemoryStore } from "../../../src/cluster/api/memory-store";
import { Registry } from "../../../src/cluster/api/registry";
import { createNetwork, tracesBetween } from "../../../src/cluster/network/network";
import { randomOver, streamState } from "../../../src/cluster/time/random";
import { VirtualClock } from "../../../src/cluster/time/virtual-clock";
import type { KubeObject, Random, Ref } from "../../../src/cluster/model";
import type { Crossing, Doors, Network } from "../../../src/cluster/network/port";
import type { NetRequest, RequestTrace } from "../../../src/cluster/network/trace";
import type { World } from "../../../src/cluster/world";

/** A network over a store that the test writes by hand: no controller, no kubelet. Every pod listens at 80 and says its name, those in `dumb` only when told to. */
export interface Wire {
  readonly world: World;
  readonly doors: Doors;
  readonly clock: VirtualClock;
  /** The machines that are off. */
  readonly off: Set<string>;
  readonly dumb: Set<string>;
  /** What came to the doors of the dumb ones, first to last. */
  readonly open: Crossing[];
  readonly network: Network;
  moved(): void;
  put(resource: string, object: object): void;
  remove(resource: string, namespace: string, name: string): void;
  run(until: number): void;
  traces(): readonly RequestTrace[];
  /** Sends a request and waits for what comes of it. */
  ask(from: Ref | "external", to: string, more?: Partial<NetRequest>): RequestTrace;
}

/** The value, with every part of it that is as before being the very part from before, as the API server stores it. */
function sharing(value: unknown, before: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || typeof before !== "object" || before === null) return JSON.stringify(value) === JSON.stringify(before) ? before : value;
  if (JSON.stringify(value) === JSON.stringify(before)) return before;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, sharing(part, (before as Record<string, unknown>)[key])]));
}

export function wire(): Wire {
  const clock = new VirtualClock();
  const registry = new Registry(kinds);
  const store = new MemoryStore((resource) => registry.shape(resource), () => clock.now, 100_000);
  const slices = new Map<string, unknown>();
  const streams = new Map<string, Random>();
  const world: World = {
    clock, store, epoch: 0, api: { handle: () => { throw new Error("no API"); }, connect: () => { throw new Error("no API"); } },
    random(name) {
      const known = streams.get(name) ?? randomOver(streamState(1, name));
      streams.set(name, known);
      return known;
    },
    slice<S>(owner: string, initial: () => S): S {
      if (!slices.has(owner)) slices.set(owner, initial());
      return slices.get(owner) as S;
    },
    timestamp: () => "",
  };
  const off = new Set<string>();
  const dumb = new Set<string>();
  const open: Crossing[] = [];
  const doors: Doors = {
    accept(_world, pod, port, _request, reply) {
      if (port !== 80) return false;
      if (dumb.has(pod)) open.push(reply as Crossing);
      else network.answer(world, reply as Crossing, { status: 200, headers: {}, body: pod }, 1);
      return true;
    },
    listens: (_world, _pod, port) => port === 80,
    nodeUp: (_world, node) => !off.has(node),
  };
  const { network, timers, moved } = createNetwork(doors);
  const traces = (): readonly RequestTrace[] => tracesBetween(world, 0, clock.now);
  const run = (until: number): void => {
    for (let timer = clock.pop(until); timer !== undefined; timer = clock.pop(until)) timers[timer.kind]?.(world, timer.args);
    clock.now = until;
  };
  return {
    world, doors, clock, off, dumb, open, network, moved: () => { moved(); }, run, traces,
    put(resource, object) {
      const { metadata } = object as KubeObject;
      const ref: Ref = { resource, namespace: metadata.namespace ?? "", name: metadata.name };
      store.commit(ref, sharing(object, store.get(ref)) as KubeObject);
    },
    remove(resource, namespace, name) { store.commit({ resource, namespace, name }, undefined); },
    ask(from, to, more = {}) {
      network.send(world, from, { protocol: "http", to, port: 80, timeout: 1_000, ...more });
      run(clock.now + 2_000);
      const all = traces();
      return all[all.length - 1] as RequestTrace;
    },
  };
}

export const node = (name: string, address: string): object => ({ apiVersion: "v1", kind: "Node", metadata: { name, uid: name }, status: { addresses: [{ type: "InternalIP", address }] } });

export function pod(name: string, on: string, address: string, more: { readonly uid?: string; readonly labels?: object; readonly phase?: string; readonly spec?: object } = {}): object {
  return {
    apiVersion: "v1", kind: "Pod", metadata: { namespace: "default", name, uid: more.uid ?? name, labels: more.labels ?? { app: name } },
    spec: { nodeName: on, containers: [{ name: "c", ports: [{ containerPort: 80, name: "http" }] }], ...more.spec }, status: { phase: more.phase ?? "Running", podIP: address },
  };
}

export const service = (name: string, clusterIP: string, port: number, spec: object = {}): object =>
  ({ apiVersion: "v1", kind: "Service", metadata: { namespace: "default", name, uid: `service ${name}` }, spec: { type: "NodePort", clusterIP, clusterIPs: [clusterIP], ports: [{ port, nodePort: 30_000 + port, protocol: "TCP" }], ...spec } });

/** The endpoints of a service: name of the pod, its node, its address, whether it is ready. */
export const slice = (of: string, endpoints: readonly (readonly [pod: string, node: string, address: string, ready: boolean])[]): object => ({
  apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { namespace: "default", name: `${of}-x`, uid: `slice ${of}`, labels: { "kubernetes.io/service-name": of } }, addressType: "IPv4", ports: [{ port: 80, protocol: "TCP" }],
  endpoints: endpoints.map(([name, nodeName, address, ready]) => ({ addresses: [address], nodeName, conditions: { ready, serving: ready, terminating: false }, targetRef: { kind: "Pod", namespace: "default", name } })),
});

export const client: Ref = { resource: "pods", namespace: "default", name: "client" };
