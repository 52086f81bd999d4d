import { admission } from "./api/admission/index";
import { controllers } from "./controllers/index";
import { createNetwork, tracesBetween } from "./network/network";
import { dueOf, mountedOf } from "./kubelet/due";
import { imageOf } from "./images/index";
import { kinds } from "./api/kinds/index";
import { kubelet } from "./kubelet/kubelet";
import { logLines } from "./kubelet/log-reading";
import { nodeEndpoint } from "./kubelet/endpoint";
import { portForwarding } from "./kubelet/port-forward";
import { scheduler } from "./scheduler/scheduler";
import { serviceLoadBalancer } from "./controllers/service-loadbalancer";
import type { Api, ApiResponse } from "./api/request";
import type { AdmissionPlugin } from "./api/admission/plugin";
import type { ClusterOptions, Deed, ProcessHandle, ProcessOptions } from "./cluster-contract";
import type { ClusterParts } from "./cluster";
import type { Client } from "./controllers/client";
import type { Controller } from "./controllers/controller";
import type { Json, Ms, Ref } from "./model";
import type { Kind } from "./api/kind";
import type { Network } from "./network/port";
import type { NodeEndpoint } from "./api/server";
import type { Program } from "./images/program";
import type { RequestTrace } from "./network/trace";
import type { TimerHandler, World } from "./world";

interface Queue { enqueue(key: string): void }

/** The machines: kubelets, processes and the wire between them. */
export interface Nodes {
  readonly endpoint: NodeEndpoint;
  boot(world: World, queue: Queue): void;
  /** Does a deed that is no API request. */
  deed(world: World, deed: Deed, client: Client, queue: Queue): RequestTrace | undefined;
  console(world: World, api: Api, program: Program, options: ProcessOptions, act: (deed: Deed) => ApiResponse | RequestTrace | undefined): ProcessHandle;
  traces(world: World, from: Ms, until: Ms): readonly RequestTrace[];
  logs(world: World, ref: Ref, last: number, until: Ms): readonly { readonly at: Ms; readonly line: string }[];
  due(world: World, ref: Ref): { readonly at: Ms; readonly what: string } | undefined;
  mounted(world: World, ref: Ref, moment: Ms): Ms | undefined;
}

export interface Components {
  readonly kinds: readonly Kind[];
  readonly admission: readonly AdmissionPlugin[];
  readonly controllers: readonly Controller[];
  readonly timers: Readonly<Record<string, TimerHandler>>;
  readonly nodes: Nodes;
}

/** Everything a cluster is made of, put together for its options. */
export function components(options: ClusterOptions, parts: ClusterParts): Components {
  let network: Network | undefined;
  const nodes = kubelet({
    nodes: options.nodes, latency: options.latency, image: imageOf, userland: () => parts.userland, network: () => network,
    logBounds: { lines: options.limits["logLines"] ?? 10_000, bytes: 1_000_000 },
  });
  const wire = createNetwork(nodes.processes);
  network = wire.network;
  const forwarding = portForwarding(nodes.processes, () => network);
  return {
    kinds, admission, controllers: [...controllers, ...(options.loadBalancer === true ? [serviceLoadBalancer] : []), scheduler, nodes.controller],
    timers: { ...nodes.timers, ...wire.timers, ...forwarding.timers },
    nodes: {
      endpoint: nodeEndpoint(nodes.processes, forwarding),
      boot: (world, queue) => { nodes.boot(world, queue); },
      deed: (world, deed, client, queue) => {
        if (deed.is === "request") {
          wire.network.send(world, deed.from, deed.request);
          return undefined;
        }
        if (deed.is === "node" || deed.is === "fault") nodes.deed(world, deed, client, queue);
        if (deed.is === "node") wire.moved();
        return undefined;
      },
      console: (world, api, program, of, act) => nodes.processes.note(world, api, program, of, (deed: Json) => { act(deed as unknown as Deed); }),
      traces: tracesBetween,
      logs: (world, ref, last, until) => logLines(world, ref, last, until),
      due: dueOf,
      mounted: mountedOf,
    },
  };
}

