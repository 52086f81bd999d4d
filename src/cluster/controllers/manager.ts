import { apiClient } from "./api-client";
import { recordEvent } from "./event-recorder";
import { ApiError } from "../api/status";
import { unwrittenHeartbeat } from "../kubelet/node-status";
import type { EventSource } from "./event-recorder";
import type { Meter } from "./api-client";
import type { ChangeHandler, Informers } from "./informer";
import type { Api, Caller, Verb } from "../api/request";
import type { Registry } from "../api/registry";
import type { Change, Reader } from "../api/store";
import type { Client } from "./client";
import type { Controller, ControllerContext } from "./controller";
import type { Json, KubeObject, Ms, Random } from "../model";
import type { Timer } from "../time/clock";
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

/** What is so of a key: nothing, or it is on the queue, in work, or to be queued again after the round it is in. */
const idle = 0;
const queued = 1;
const working = 2;
const dirty = 3;

/** A key of a queue, as long as there is anything to do about it. The timers of its rounds carry it. */
class Task {
  mark = idle;
  failures = 0;
  /** Its earliest delayed round. */
  delayed: Timer | undefined;

  constructor(readonly queue: Queue, readonly key: string) {}
}

/** The work queue of one controller, and what its rounds cost. */
class Queue implements Meter {
  readonly order: Task[] = [];
  head = 0;
  readonly tasks = new Map<string, Task>();
  working = 0;
  readonly workers: number;
  pumping = false;
  writes = 0;
  work: Ms = 0;
  /** Events go out on a thread of their own: they cost the round nothing. */
  free = false;
  /** What the rounds are given; made when the controller is added. */
  context: Context | undefined;

  constructor(readonly controller: Controller, readonly process: string, private readonly times: WorkTimes) {
    this.workers = controller.workers ?? 5;
  }

  task(key: string): Task {
    let task = this.tasks.get(key);
    if (task === undefined) this.tasks.set(key, task = new Task(this, key));
    return task;
  }

  charge(verb: Verb): void {
    if (this.free) return;
    const { create, write, further, serial } = this.times;
    this.work += this.writes++ >= serial ? further : verb === "create" ? create : write;
  }
}

/** What a controller's rounds see. One for all of them: what changes from round to round is read when it is asked for. */
class Context implements ControllerContext {
  private readonly slice: string;

  constructor(
    private readonly manager: Manager, private readonly queue: Queue, private readonly world: World,
    readonly cache: Reader, readonly api: Api, readonly client: Client, readonly epoch: number,
  ) {
    this.slice = `controller/${queue.controller.name}`;
  }

  get now(): Ms {
    return this.world.clock.now;
  }

  get random(): Random {
    return this.world.random(this.slice);
  }

  timestamp(at?: Ms): string {
    return this.world.timestamp(at);
  }

  state<S>(initial: () => S): S {
    return this.world.slice(this.slice, initial);
  }

  heartbeat(node: string): Ms | undefined {
    return unwrittenHeartbeat(this.world, node);
  }

  work(ms: Ms): void {
    this.queue.work += ms;
  }

  enqueue(key: string, delay = 0): void {
    const task = this.queue.task(key);
    if (delay > 0) this.manager.later(task, delay, false);
    else this.manager.enqueue(task);
  }

  event(about: KubeObject, type: "Normal" | "Warning", reason: string, message: string, part?: string): void {
    this.queue.free = true;
    recordEvent(this.world, this.client, this.manager.sourceOf(this.queue.controller, about), about, type, reason, message, part);
    this.queue.free = false;
  }
}

/** Puts the keys that a change concerns on a controller's queue. */
class QueueHandler implements ChangeHandler {
  constructor(private readonly manager: Manager, private readonly queue: Queue, private readonly cache: Reader, private readonly watch: Controller["watches"][number]) {}

  changed(change: Change): void {
    for (const key of this.watch.keys(change, this.cache)) this.manager.enqueue(this.queue.task(key));
  }
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
    private readonly times: WorkTimes, private readonly epoch: number, readonly sourceOf: (controller: Controller, about: KubeObject) => EventSource,
  ) {}

  add(controller: Controller): void {
    const process = processOf(controller);
    const caller: Caller = { user: controller.user, groups: ["system:authenticated"], agent: process, origin: "component" };
    const queue = new Queue(controller, process, this.times);
    const cache = this.informers.cache(process);
    const client = apiClient(this.world, this.registry, caller, queue);
    queue.context = new Context(this, queue, this.world, cache, this.api, client, this.epoch);
    this.queues.set(controller.name, queue);
    for (const watch of controller.watches) {
      const { resource } = watch;
      const handler = new QueueHandler(this, queue, cache, watch);
      this.informers.watch(process, resource, handler);
      for (const object of cache.list(resource)) {
        handler.changed({ rev: 0, at: 0, type: "ADDED", ref: { resource, namespace: object.metadata.namespace ?? "", name: object.metadata.name }, object });
      }
    }
  }

  /** Puts a key on a controller's queue: how the outside (a node that starts, a fault) reaches a component. */
  poke(controller: string, key: string): void {
    const queue = this.queues.get(controller);
    if (queue !== undefined) this.enqueue(queue.task(key));
  }

  /** Handler of the timer "pump": works off what is queued. */
  pump(args: Json): void {
    const queue = args as unknown as Queue;
    queue.pumping = false;
    while (queue.head < queue.order.length && queue.working < queue.workers) {
      const task = queue.order[queue.head++];
      if (queue.head > 64 && queue.head * 2 > queue.order.length) {
        queue.order.splice(0, queue.head);
        queue.head = 0;
      }
      this.round(queue, task);
    }
  }

  /** Handler of the timer "round-done". */
  done(args: Json): void {
    this.finish(args as unknown as Task);
  }

  /** Handler of the timer "requeue": a delayed round is due. */
  requeue(args: Json): void {
    const task = args as unknown as Task;
    task.delayed = undefined;
    this.enqueue(task);
  }

  private finish(task: Task): void {
    const { queue } = task;
    const again = task.mark === dirty;
    task.mark = idle;
    queue.working--;
    if (again) this.enqueue(task);
    else {
      if (task.delayed === undefined) queue.tasks.delete(task.key);
      this.wake(queue);
    }
  }

  /** Puts a key on its queue, or marks it to come again where it is in work. */
  enqueue(task: Task): void {
    const { queue } = task;
    if (task.mark === idle) {
      task.mark = queued;
      queue.order.push(task);
    } else if (task.mark !== queued) {
      task.mark = dirty;
      return;
    }
    this.wake(queue);
  }

  private wake(queue: Queue): void {
    if (queue.pumping || queue.head >= queue.order.length) return;
    if (queue.working >= queue.workers) return;
    queue.pumping = true;
    this.world.clock.at(this.world.clock.now, "pump", queue as unknown as Json);
  }

  private round(queue: Queue, task: Task): void {
    task.mark = working;
    queue.working++;
    queue.writes = 0;
    queue.work = 0;
    const { round, write } = this.times;
    try {
      const again = queue.controller.reconcile(task.key, queue.context as Context);
      task.failures = 0;
      if (again !== undefined) this.later(task, again.again, again.background === true);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // What failed is soon over: a refused write waits for nothing.
      queue.work = Math.min(queue.work, write);
      const failures = task.failures++;
      this.later(task, Math.min(firstRetry * 2 ** failures, longestRetry), failures > 12);
    }
    const busy = round === 0 ? 0 : round + queue.work;
    if (busy > 0) this.world.clock.at(this.world.clock.now + busy, "round-done", task as unknown as Json);
    else this.finish(task);
  }

  /** Puts a key on its queue after a delay, virtual ms. */
  later(task: Task, delay: Ms, background: boolean): void {
    const { clock } = this.world;
    const { delayed } = task;
    if (delayed !== undefined) {
      if (delayed.at <= clock.now + delay && (delayed.background === background || !delayed.background)) return;
      clock.unset(delayed);
    }
    task.delayed = clock.set(delay, "requeue", task as unknown as Json, background);
  }
}
