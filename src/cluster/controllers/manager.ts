import { apiClient } from "./api-client";
import { recordEvent } from "./event-recorder";
import { ApiError } from "../api/status";
import type { EventSource } from "./event-recorder";
import type { Informers } from "./informer";
import type { Api, Caller, Verb } from "../api/request";
import type { Registry } from "../api/registry";
import type { Reader } from "../api/store";
import type { Client } from "./client";
import type { Controller, ControllerContext } from "./controller";
import type { Json, KubeObject, Ms, Random } from "../model";
import type { World } from "../world";

/** How long work takes, virtual ms: a round, and each write in it. A create passes more admission than an update. */
export interface WorkTimes {
  readonly round: Ms;
  readonly create: Ms;
  readonly write: Ms;
  readonly further: Ms;
  /** How many writes are charged in full: the rest go out side by side. */
  readonly serial: number;
}

const firstRetry: Ms = 5;
const longestRetry: Ms = 1_000_000;

const queued = 1;
const working = 2;
const dirty = 4;

interface Queue {
  readonly controller: Controller;
  readonly process: string;
  readonly order: string[];
  head: number;
  /** What is so of each key that is on the queue or in work: `queued`, `working`, `dirty` (to be queued again after its round). */
  readonly marks: Map<string, number>;
  working: number;
  readonly failures: Map<string, number>;
  /** The earliest delayed round of a key: its timer and time. */
  readonly delayed: Map<string, { id: number; at: Ms; background: boolean }>;
  readonly cache: Reader;
  readonly caller: Caller;
  readonly client: Client;
  readonly random: Random;
  /** One for all rounds: what changes from round to round it reads when asked. */
  readonly context: ControllerContext;
  pumping: boolean;
  writes: number;
  work: Ms;
  /** Events go out on a thread of their own: they cost the round nothing. */
  free: boolean;
}

/** In which process a controller runs: processes share informers. */
function processOf(controller: Controller): string {
  if (controller.name === "default-scheduler") return "kube-scheduler";
  if (controller.name === "kubelet" || controller.name === "kube-proxy") return controller.name;
  return "kube-controller-manager";
}

/**
 * Runs controllers: work queues with deduplication, one round of a key at a time, rate-limited retries, and the time that
 * reads and writes take. Controllers meet only in the store.
 */
export class Manager {
  private readonly queues = new Map<string, Queue>();

  constructor(
    private readonly world: World, private readonly api: Api, private readonly registry: Registry, private readonly informers: Informers,
    private readonly times: WorkTimes, private readonly epoch: number, private readonly sourceOf: (controller: Controller, about: KubeObject) => EventSource,
  ) {}

  add(controller: Controller): void {
    const process = processOf(controller);
    const caller: Caller = { user: controller.user, groups: ["system:authenticated"], agent: process, origin: "component" };
    const queue: Queue = {
      controller, process, order: [], head: 0, marks: new Map(), working: 0, failures: new Map(), delayed: new Map(),
      cache: this.informers.cache(process), caller, client: apiClient(this.api, this.registry, caller, (verb) => { this.charge(queue, verb); }),
      random: this.world.random(`controller/${controller.name}`), get context() { return context; }, pumping: false, writes: 0, work: 0, free: false,
    };
    const context = this.context(queue);
    this.queues.set(controller.name, queue);
    for (const watch of controller.watches) {
      const { resource } = watch;
      this.informers.watch(process, resource, (change) => {
        for (const key of watch.keys(change, queue.cache)) this.enqueue(queue, key);
      });
      for (const object of queue.cache.list(resource)) {
        const ref = { resource, namespace: object.metadata.namespace ?? "", name: object.metadata.name };
        for (const key of watch.keys({ rev: 0, at: 0, type: "ADDED", ref, object }, queue.cache)) this.enqueue(queue, key);
      }
    }
  }

  /** Puts a key on a controller's queue: how the outside (a node that starts, a fault) reaches a component. */
  poke(controller: string, key: string): void {
    const queue = this.queues.get(controller);
    if (queue !== undefined) this.enqueue(queue, key);
  }

  /** Handler of the timer "pump": works off what is queued. */
  pump(name: Json): void {
    const queue = this.queues.get(name as string);
    if (queue === undefined) return;
    queue.pumping = false;
    const workers = queue.controller.workers ?? 5;
    while (queue.head < queue.order.length && queue.working < workers) {
      const key = queue.order[queue.head++];
      if (queue.head > 1024 && queue.head * 2 > queue.order.length) {
        queue.order.splice(0, queue.head);
        queue.head = 0;
      }
      this.round(queue, key);
    }
  }

  /** Handler of the timer "round-done". */
  done(args: Json): void {
    const [name, key] = args as [string, string];
    const queue = this.queues.get(name);
    if (queue === undefined) return;
    this.finish(queue, key);
  }

  /** Handler of the timer "requeue": a delayed round is due. */
  requeue(args: Json): void {
    const [name, key] = args as [string, string];
    const queue = this.queues.get(name);
    if (queue === undefined) return;
    queue.delayed.delete(key);
    this.enqueue(queue, key);
  }

  private finish(queue: Queue, key: string): void {
    queue.working--;
    const again = ((queue.marks.get(key) ?? 0) & dirty) !== 0;
    queue.marks.delete(key);
    if (again) this.enqueue(queue, key);
    else this.wake(queue);
  }

  private enqueue(queue: Queue, key: string): void {
    const mark = queue.marks.get(key);
    if (mark === undefined) {
      queue.marks.set(key, queued);
      queue.order.push(key);
    } else if (mark === working) {
      queue.marks.set(key, working | dirty);
      return;
    } else if (mark !== queued) return;
    this.wake(queue);
  }

  private wake(queue: Queue): void {
    if (queue.pumping || queue.head >= queue.order.length) return;
    if (queue.working >= (queue.controller.workers ?? 5)) return;
    queue.pumping = true;
    this.world.clock.after(0, "pump", queue.controller.name);
  }

  private round(queue: Queue, key: string): void {
    queue.marks.set(key, working);
    queue.working++;
    queue.writes = 0;
    queue.work = 0;
    const { controller } = queue;
    const { round, write } = this.times;
    try {
      const again = controller.reconcile(key, queue.context);
      if (queue.failures.size > 0) queue.failures.delete(key);
      if (again !== undefined) this.later(queue, key, again.again, again.background === true);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // What failed is soon over: a refused write waits for nothing.
      queue.work = Math.min(queue.work, write);
      const failures = queue.failures.get(key) ?? 0;
      queue.failures.set(key, failures + 1);
      this.later(queue, key, Math.min(firstRetry * 2 ** failures, longestRetry), failures > 12);
    }
    const busy = round === 0 ? 0 : round + queue.work;
    if (busy > 0) this.world.clock.after(busy, "round-done", [controller.name, key]);
    else this.finish(queue, key);
  }

  private charge(queue: Queue, verb: Verb): void {
    if (queue.free) return;
    const { create, write, further, serial } = this.times;
    queue.work += queue.writes++ >= serial ? further : verb === "create" ? create : write;
  }

  private later(queue: Queue, key: string, delay: Ms, background: boolean): void {
    const at = this.world.clock.now + delay;
    const known = queue.delayed.get(key);
    if (known !== undefined) {
      if (known.at <= at && known.background === background) return;
      if (known.at <= at && !known.background) return;
      this.world.clock.cancel(known.id);
    }
    queue.delayed.set(key, { at, background, id: this.world.clock.after(delay, "requeue", [queue.controller.name, key], background) });
  }

  private context(queue: Queue): ControllerContext {
    const { world } = this;
    const slice = `controller/${queue.controller.name}`;
    return {
      get now() { return world.clock.now; },
      cache: queue.cache, api: this.api, client: queue.client, random: queue.random, epoch: this.epoch,
      timestamp: (at) => world.timestamp(at),
      state: (initial) => world.slice(slice, initial),
      work: (ms) => { queue.work += ms; },
      enqueue: (key, delay = 0) => {
        if (delay > 0) this.later(queue, key, delay, false);
        else this.enqueue(queue, key);
      },
      event: (about, type, reason, message, part) => {
        queue.free = true;
        recordEvent(world, queue.client, this.sourceOf(queue.controller, about), about, type, reason, message, part);
        queue.free = false;
      },
    };
  }
}
