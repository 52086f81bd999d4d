import { apiClient } from "./controllers/api-client";
import { ApiServer } from "./api/server";
import { authenticateToken, issuer } from "./api/access/tokens";
import { bootstrapPolicy } from "./api/access/bootstrap-policy";
import { bootstrap } from "./bootstrap";
import { Informers } from "./controllers/informer";
import { Manager } from "./controllers/manager";
import { MemoryStore } from "./api/memory-store";
import { Registry } from "./api/registry";
import { VirtualClock } from "./time/virtual-clock";
import { ClusterWorld } from "./cluster-world";
import { components } from "./components";
import type { Client } from "./controllers/client";
import type { Controller } from "./controllers/controller";
import type { EventSource } from "./controllers/event-recorder";
import type { Nodes } from "./components";
import type { Action, Cluster, ClusterOptions, Deed, ProcessHandle, ProcessOptions } from "./cluster-contract";
import type { Api, ApiRequest, ApiResponse, Caller, StreamHandle, StreamSink } from "./api/request";
import type { Change, ListBy, Reader } from "./api/store";
import type { Cancel, Json, KubeObject, Ms, Ref, Rev } from "./model";
import type { Program, Userland } from "./images/program";
import type { RequestTrace } from "./network/trace";
import type { TimerHandler, World } from "./world";
import type { View } from "./view";

/** What the floors above lend to a cluster. */
export interface ClusterParts {
  /** The programs of a container's userland: sh, sleep, cat. */
  readonly userland: Userland;
  /** Wall-clock ms, for the budget of advance() alone; without it a budget never ends. */
  readonly stopwatch?: () => number;
}

export const defaultOptions: ClusterOptions = {
  seed: 1,
  epoch: "2026-01-05T08:00:00Z",
  nodes: [{ name: "node1" }, { name: "node2" }],
  latency: "recorded",
  limits: { changes: 1_500_000, instant: 1_000_000, logLines: 10_000, outputBytes: 4_000_000, pods: 200_000 },
};

const instantLatency = { least: 0, spread: 0 };
const recordedLatency = { least: 3, spread: 12 };
const instantWork = { round: 0, create: 0, write: 0, further: 0, serial: 0 };
const recordedWork = { round: 1, create: 30, write: 12, further: 0.2, serial: 3 };

/** How long a replay or a boot works before it lets others, wall ms. */
const slice = 4;

/** How old a cluster is at its virtual time 0, ms: its nodes are ready, its namespaces have their accounts. */
const age: Ms = 30_000;

/** Timers that belong to onlookers: they are not part of what a replay must repeat. */
const onlookers: ReadonlySet<string> = new Set(["watch", "watch-bookmark", "watch-timeout", "network-done"]);
const mutating: ReadonlySet<string> = new Set(["create", "update", "patch", "delete", "deletecollection"]);

interface Handler {
  readonly handler: TimerHandler;
  /** Its timers are part of what a replay must repeat… */
  readonly counts: boolean;
  /** …but not those of the note's own processes. */
  readonly processes: boolean;
}

/** The way to the API server for the components, which are made before it. */
class ServerDoor implements Api {
  server: Api | undefined;

  handle(request: ApiRequest): ApiResponse {
    return (this.server as Api).handle(request);
  }

  connect(request: ApiRequest, sink: StreamSink): StreamHandle {
    return (this.server as Api).connect(request, sink);
  }
}

class SimulatedCluster implements Cluster {
  readonly options: ClusterOptions;
  readonly world: World;
  private readonly clock = new VirtualClock(-age);
  private readonly store: MemoryStore;
  private readonly server: ApiServer;
  private readonly manager: Manager;
  private readonly informers: Informers;
  private readonly handlers = new Map<string, Handler>();
  private readonly log: Action[] = [];
  private readonly open = new Map<number, StreamHandle>();
  private readonly subscribers = new Set<(upTo: Rev) => void>();
  private readonly epochMs: number;
  private nextStream = 1;
  private fired = 0;

  constructor(options: Partial<ClusterOptions>, private readonly parts: ClusterParts) {
    this.options = { ...defaultOptions, ...options, limits: { ...defaultOptions.limits, ...options.limits } };
    this.epochMs = Date.parse(this.options.epoch);
    const { kinds, admission, controllers, timers, nodes } = components(this.options, parts);
    const registry = new Registry(kinds);
    const now = (): Ms => this.clock.now;
    this.store = new MemoryStore((resource) => registry.shape(resource), now, this.options.limits["changes"] ?? 1_500_000);
    const api = new ServerDoor();
    this.world = new ClusterWorld(this.clock, this.store, api, this.epochMs, this.options.seed);
    this.server = api.server = new ApiServer(this.world, this.store, registry, { kinds, admission, nodes: nodes.endpoint }, this.epochMs);
    const zero = this.options.latency === "zero";
    this.informers = new Informers(this.world, this.store, zero ? instantLatency : recordedLatency);
    this.manager = new Manager(this.world, api, registry, this.informers, zero ? instantWork : recordedWork, this.epochMs, eventSources());
    this.on("watch", (_world, args) => { this.server.watches.deliver(args as number); });
    this.on("watch-bookmark", (_world, args) => { this.server.watches.remind(args as number); });
    this.on("watch-timeout", (_world, args) => { this.server.watches.timeout(args as number); });
    for (const [kind, handler] of Object.entries(timers)) this.on(kind, handler);
    const system = apiClient(this.world, registry, { user: "system:apiserver", groups: ["system:masters"], agent: "kube-apiserver", origin: "component" });
    this.nodes = nodes;
    this.system = system;
    this.controllers = controllers;
    this.registry = registry;
  }

  /** Up to virtual time 0, piece by piece. */
  *boot(): Generator<void, void> {
    yield* bootstrap(this.system);
    yield* bootstrapPolicy(this.world, this.store, this.registry);
    for (const controller of this.controllers) {
      this.manager.add(controller);
      yield;
    }
    this.nodes.boot(this.world, this.kubelets);
    while (this.run(0, slice, false) === "budget") yield;
    this.store.onCommit((change) => { if (this.subscribers.size > 0) this.announce(change.rev); });
  }

  private readonly nodes: Nodes;
  private readonly system: Client;
  private readonly controllers: readonly Controller[];
  private readonly registry: Registry;
  private readonly kubelets = { enqueue: (key: string): void => { this.manager.poke("kubelet", key); } };

  get now(): Ms { return this.clock.now; }
  get rev(): Rev { return this.store.rev; }
  get next(): Ms | undefined { return this.clock.next; }
  get actions(): readonly Action[] { return this.log; }

  handle(request: ApiRequest): ApiResponse {
    if (request.caller.origin !== "component" && mutating.has(request.verb)) this.remember({ is: "api", request });
    return this.server.handle(request);
  }

  authenticate(token: string): Pick<Caller, "user" | "groups" | "uid" | "extra"> | undefined {
    const identity = authenticateToken(this.world, token);
    return identity?.audiences.includes(issuer) === true ? { user: identity.user, groups: identity.groups, uid: identity.uid, extra: identity.extra } : undefined;
  }

  connect(request: ApiRequest, sink: StreamSink): StreamHandle {
    // Reading streams leave no trace in the cluster; a session in a container does, and is an action.
    if (request.verb === "watch" || request.subresource === "log" || request.caller.origin === "component") return this.server.connect(request, sink);
    const stream = this.nextStream++;
    this.remember({ is: "stream", stream, request });
    const handle = this.server.connect(request, sink);
    return {
      write: (channel, data) => {
        this.remember({ is: "stream", stream, channel, data });
        handle.write(channel, data);
      },
      close: () => {
        this.remember({ is: "stream", stream, close: true });
        handle.close();
      },
    };
  }

  act(deed: Deed): ApiResponse | RequestTrace | undefined {
    switch (deed.is) {
      case "api": return this.handle(deed.request);
      case "stream": this.replayStream(deed); return undefined;
      default:
        this.remember(deed);
        return this.nodes.deed(this.world, deed, this.system, this.kubelets);
    }
  }

  advance(until: Ms, budget?: number, stop?: () => boolean): "reached" | "settled" | "budget" | "limit" | "stopped" {
    return this.run(until, budget, false, stop);
  }

  settle(until: Ms): "settled" | "reached" | "limit" {
    const how = this.run(until, undefined, true);
    return how === "budget" || how === "stopped" ? "reached" : how;
  }

  start(program: Program, options: ProcessOptions): ProcessHandle {
    return this.nodes.console(this.world, this, program, options, (deed) => {
      // A process sends its own requests; only their record is the cluster's matter.
      if (deed.is !== "request") return this.act(deed);
      this.remember(deed);
      return undefined;
    });
  }

  at(time?: Ms): View {
    const live = time === undefined || time >= this.clock.now;
    const moment = live ? this.clock.now : Math.max(0, time);
    const rev = live ? this.store.rev : this.store.revAt(moment);
    const reader: Reader = live ? this.store : this.store.readAt(rev);
    const { store, nodes, world } = this;
    return {
      time: moment, rev, live, epoch: this.epochMs, cluster: this,
      get: (ref: Ref): KubeObject | undefined => reader.get(ref),
      list: (resource: string, by?: ListBy): readonly KubeObject[] => reader.list(resource, by),
      *changes(from: Ms): Iterable<Change> {
        const first = from <= 0 ? Math.max(1, store.oldest - 1) : store.revAt(from - 1e-6);
        for (const change of store.since(first)) {
          if (change.rev > rev) return;
          yield change;
        }
      },
      traces: (from: Ms) => nodes.traces(world, from, moment),
      logs: (ref: Ref, last: number) => nodes.logs(world, ref, last, moment),
      due: (ref: Ref) => (live ? nodes.due(world, ref) : undefined),
      mounted: (ref: Ref) => nodes.mounted(world, ref, moment),
    };
  }

  branch(time: Ms, epoch = this.options.epoch): Cluster {
    const copy = createCluster({ ...this.options, epoch }, this.parts);
    whole(copy.replay(this.log, time));
    return copy;
  }

  *replay(actions: readonly Action[], time: Ms): Generator<void, void> {
    for (const action of actions) {
      if (action.at > time) break;
      yield* this.catchUp(action);
      const { at: _at, seq: _seq, ...deed } = action;
      this.act(deed);
      yield;
    }
    while (this.run(time, slice, false) === "budget") yield;
  }

  subscribe(fn: (upTo: Rev) => void): Cancel {
    this.subscribers.add(fn);
    return () => { this.subscribers.delete(fn); };
  }

  dispose(): void {
    for (const stream of this.open.values()) stream.close();
    this.open.clear();
    this.subscribers.clear();
  }

  private on(kind: string, handler: TimerHandler): void {
    this.handlers.set(kind, { handler, counts: !onlookers.has(kind), processes: kind.startsWith("process.") });
  }

  private announce(rev: Rev): void {
    for (const subscriber of this.subscribers) subscriber(rev);
  }

  private remember(deed: Deed): void {
    const at = this.clock.now;
    const seq = this.fired;
    // Requests come by the thousand: theirs is made in one piece.
    this.log.push(deed.is === "request" ? { is: "request", from: deed.from, request: deed.request, at, seq } : { ...deed, at, seq });
  }

  private replayStream(deed: Extract<Deed, { is: "stream" }>): void {
    if (deed.request !== undefined) {
      this.open.set(deed.stream, this.connect(deed.request, { data: () => undefined, end: () => { this.open.delete(deed.stream); } }));
      return;
    }
    const handle = this.open.get(deed.stream);
    if (deed.close === true) handle?.close();
    else handle?.write(deed.channel ?? 0, deed.data ?? "");
  }

  /** Fires what had fired before the action, and no more. */
  private *catchUp(action: Action): Generator<void, void> {
    for (let count = 1; this.fired < action.seq; count++) {
      if (count % 32 === 0) yield;
      const timer = this.clock.pop(action.at);
      if (timer === undefined) break;
      this.fire(timer.kind, timer.args);
    }
    if (this.clock.now < action.at) this.clock.now = action.at;
  }

  private fire(kind: string, args: Json): void {
    // The components' own timers come by the thousand, straight to who set them.
    switch (kind) {
      case "informer": this.fired++; this.informers.deliver(args); return;
      case "pump": this.fired++; this.manager.pump(args); return;
      case "round-done": this.fired++; this.manager.done(args); return;
      case "requeue": this.fired++; this.manager.requeue(args); return;
      default:
    }
    const found = this.handlers.get(kind);
    if (found === undefined) throw new Error(`no handler for timer ${kind}`);
    if (found.counts && !(found.processes && ofNote(args))) this.fired++;
    found.handler(this.world, args);
  }

  private run(until: Ms, budget: number | undefined, settle: boolean, stop?: () => boolean): "reached" | "settled" | "budget" | "limit" | "stopped" {
    const { stopwatch } = this.parts;
    const end = budget === undefined || stopwatch === undefined ? undefined : stopwatch() + budget;
    const limit = this.options.limits["instant"] ?? 1_000_000;
    let instant = this.clock.now;
    let here = 0;
    for (;;) {
      if (settle && this.clock.settled) return "settled";
      if (stop?.() === true) return "stopped";
      const timer = this.clock.pop(until);
      if (timer === undefined) break;
      if (timer.at !== instant) {
        instant = timer.at;
        here = 0;
      } else if (++here > limit) return "limit";
      this.fire(timer.kind, timer.args);
      if (end !== undefined && stopwatch !== undefined && stopwatch() > end) return "budget";
    }
    if (Number.isFinite(until) && this.clock.now < until) this.clock.now = until;
    return this.clock.settled ? "settled" : "reached";
  }
}

/** Whether a timer is a process's of the note: those have negative numbers. */
function ofNote(args: Json): boolean {
  return typeof args === "object" && args !== null && !Array.isArray(args) && Number((args as { readonly process?: Json }).process) < 0;
}

/** Who reports the events of a controller: one object for each source. */
function eventSources(): (controller: Controller, about: KubeObject) => EventSource {
  const known = new Map<string, EventSource>();
  return ({ name }, about) => {
    const host = name === "kubelet" ? hostOf(about) : undefined;
    const key = host === undefined ? name : `kubelet ${host}`;
    let source = known.get(key);
    if (source === undefined) known.set(key, source = { component: name, ...(name === "default-scheduler" ? { modern: true } : {}), ...(host === undefined ? {} : { host }) });
    return source;
  };
}

/** The node that an object is on, for the source of a kubelet's events. */
function hostOf(about: KubeObject): string {
  return about.kind === "Node" ? about.metadata.name : (about["spec"] as { nodeName?: string } | undefined)?.nodeName ?? "";
}

/** Does all pieces of a work at once. */
function whole<T>(pieces: Generator<void, T>): T {
  for (;;) {
    const { done, value } = pieces.next();
    if (done === true) return value;
  }
}

/** Makes a cluster: synchronous, deterministic from its options and the actions on it. */
export function createCluster(options: Partial<ClusterOptions>, parts: ClusterParts): Cluster {
  return whole(openCluster(options, parts));
}

/** As `createCluster`, piece by piece: with a stopwatch it yields every few ms of work. */
export function* openCluster(options: Partial<ClusterOptions>, parts: ClusterParts): Generator<void, Cluster> {
  const cluster = new SimulatedCluster(options, parts);
  yield;
  yield* cluster.boot();
  return cluster;
}
