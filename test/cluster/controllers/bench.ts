import { apiClient } from "../../../src/cluster/controllers/api-client";
import { ApiServer } from "../../../src/cluster/api/server";
import { controllers } from "../../../src/cluster/controllers/index";
import { Informers } from "../../../src/cluster/controllers/informer";
import { kinds } from "../../../src/cluster/api/kinds/index";
import { Manager } from "../../../src/cluster/controllers/manager";
import { MemoryStore } from "../../../src/cluster/api/memory-store";
import { Registry } from "../../../src/cluster/api/registry";
import { randomOver, streamState } from "../../../src/cluster/time/random";
import { scheduler } from "../../../src/cluster/scheduler/scheduler";
import { VirtualClock } from "../../../src/cluster/time/virtual-clock";
import type { Change } from "../../../src/cluster/api/store";
import type { Client } from "../../../src/cluster/controllers/client";
import type { Controller } from "../../../src/cluster/controllers/controller";
import type { Json, KubeObject, Ms, Random } from "../../../src/cluster/model";
import type { Pod } from "../../../src/cluster/api/types";
import type { World } from "../../../src/cluster/world";

/** A control plane with nodes that start every pod after a while and end it when told: enough to see controllers work. */
export interface Bench {
  readonly client: Client;
  readonly store: MemoryStore;
  readonly changes: Change[];
  now(): Ms;
  run(ms: Ms): void;
  events(reason?: string): readonly string[];
}

export interface BenchOptions {
  readonly seed?: number;
  readonly nodes?: readonly object[];
  /** How long a pod takes to be ready; Infinity: never. */
  readonly start?: (pod: Pod) => Ms;
  readonly stop?: Ms;
  readonly instant?: boolean;
  readonly only?: readonly Controller[];
}

export function benchNode(name: string, more: { labels?: object; spec?: object; cpu?: string; pods?: string } = {}): object {
  const amounts = { cpu: more.cpu ?? "4", memory: "8042928Ki", pods: more.pods ?? "110" };
  return {
    apiVersion: "v1", kind: "Node", metadata: { name, labels: { "kubernetes.io/hostname": name, ...more.labels } }, spec: { ...more.spec },
    status: { allocatable: amounts, capacity: amounts, conditions: [{ type: "Ready", status: "True" }] },
  };
}

export function bench(options: BenchOptions = {}): Bench {
  const clock = new VirtualClock();
  const epoch = Date.parse("2026-01-05T08:00:00Z");
  const streams = new Map<string, Random>();
  const slices = new Map<string, unknown>();
  const registry = new Registry(kinds);
  const store = new MemoryStore((resource) => registry.shape(resource), () => clock.now, 1_000_000);
  let server: ApiServer | undefined;
  const api: World["api"] = { handle: (request) => (server as ApiServer).handle(request), connect: (request, sink) => (server as ApiServer).connect(request, sink) };
  const world: World = {
    clock, store, api,
    random: (name) => {
      if (!streams.has(name)) streams.set(name, randomOver(streamState(options.seed ?? 1, name)));
      return streams.get(name) as Random;
    },
    slice: <S>(owner: string, initial: () => S): S => {
      if (!slices.has(owner)) slices.set(owner, initial());
      return slices.get(owner) as S;
    },
    epoch,
    timestamp: (at = clock.now, micro = false) => {
      const text = new Date(epoch + Math.floor(at)).toISOString();
      return micro ? text.replace("Z", "000Z") : `${text.slice(0, 19)}Z`;
    },
  };
  server = new ApiServer(world, store, registry, { kinds, admission: [], nodes: { handle: () => { throw new Error("no nodes"); }, connect: () => { throw new Error("no nodes"); } } as never }, epoch);
  const informers = new Informers(world, store, options.instant === true ? { least: 0, spread: 0 } : { least: 3, spread: 12 });
  const times = options.instant === true ? { round: 0, create: 0, write: 0, further: 0, serial: 0 } : { round: 1, create: 30, write: 12, further: 0.2, serial: 3 };
  const manager = new Manager(world, api, registry, informers, times, epoch, (controller) => ({ component: controller.name, ...(controller.name === "default-scheduler" ? { modern: true } : {}) }));
  const client = apiClient(world, registry, { user: "admin", groups: ["system:masters"], agent: "test", origin: "component" });
  const changes: Change[] = [];
  for (const name of ["default", "kube-system"]) client.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  for (const node of options.nodes ?? [benchNode("node1"), benchNode("node2")]) {
    client.create("nodes", "", node);
    const { metadata, status } = node as KubeObject & { status: object };
    client.patch("nodes", "", metadata.name, { status }, "status");
  }
  store.onCommit((change) => { changes.push(change); });
  const handlers: Record<string, (args: Json) => void> = {
    informer: (args) => { informers.deliver(args); }, pump: (args) => { manager.pump(args); }, "round-done": (args) => { manager.done(args); }, requeue: (args) => { manager.requeue(args); },
  };
  // Only what the API serves can be worked on.
  const able = (controller: Controller): boolean => controller.name !== "root-ca-certificate-publisher" || registry.hub("configmaps") !== undefined;
  for (const controller of [...(options.only ?? [...controllers, scheduler]).filter(able), machine(options)]) manager.add(controller);
  return {
    client, store, changes,
    now: () => clock.now,
    run(ms) {
      const until = clock.now + ms;
      for (let timer = clock.pop(until); timer !== undefined; timer = clock.pop(until)) (handlers[timer.kind] as (args: Json) => void)(timer.args);
      clock.now = until;
    },
    events: (reason) => store.list("events").filter((event) => reason === undefined || event["reason"] === reason).map((event) => String(event["message"])),
  };
}

function machine(options: BenchOptions): Controller {
  let address = 1;
  return {
    name: "kubelet", user: "system:node", workers: 1000,
    watches: [{ resource: "pods", keys: (change) => (change.object as Pod).spec.nodeName === undefined ? [] : [`${change.ref.namespace}/${change.ref.name}`] }],
    reconcile(key, context) {
      const [namespace = "", name = ""] = key.split("/");
      const pod = context.cache.get({ resource: "pods", namespace, name }) as Pod | undefined;
      if (pod === undefined) return;
      const began = context.state<Record<string, number>>(() => ({}));
      const since = began[`${pod.metadata.uid}${pod.metadata.deletionTimestamp === undefined ? "" : "x"}`] ??= context.now;
      if (pod.metadata.deletionTimestamp !== undefined) {
        const left = since + (options.stop ?? 500) - context.now;
        if (left > 0) return { again: left };
        try { context.client.delete("pods", namespace, name, { gracePeriodSeconds: 0 }); } catch { /* it is gone */ }
        return;
      }
      if (pod.status?.phase === "Running") return;
      const left = since + (options.start?.(pod) ?? 700) - context.now;
      if (!Number.isFinite(left)) return;
      if (left > 0) return { again: left };
      const at = context.timestamp();
      context.client.patch("pods", namespace, name, {
        status: { phase: "Running", podIP: `10.244.0.${address++}`, startTime: at, conditions: [{ type: "Ready", status: "True", lastTransitionTime: at }, { type: "PodScheduled", status: "True", lastTransitionTime: at }] },
      }, "status");
    },
  };
}

export function nginx(name: string, replicas: number, image = "nginx:1.14.2", spec: object = {}, pod: object = {}): object {
  return {
    apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace: "default", labels: { app: name } },
    spec: {
      replicas, selector: { matchLabels: { app: name } }, ...spec,
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "nginx", image, ports: [{ containerPort: 80 }] }], ...pod } },
    },
  };
}
