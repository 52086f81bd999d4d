import type { Api } from "../api/request";
import type { Change, Reader } from "../api/store";
import type { KubeObject, Ms, Random } from "../model";
import type { Client } from "./client";

/** Controllers, scheduler and kubelet alike: level-triggered, fed by informers that lag, writing through the API. */
export interface Controller {
  /** "deployment-controller": also the event source and the user agent. */
  readonly name: string;
  /** "system:serviceaccount:kube-system:deployment-controller" */
  readonly user: string;
  /** What the controller sees, and which keys ("namespace/name", or any string) each change puts on its queue. */
  readonly watches: readonly { readonly resource: string; keys(change: Change, cache: Reader): readonly string[] }[];
  /** Throwing means a rate-limited retry (5 ms doubling). `again` asks for another round after that many virtual ms; `background` rounds do not keep the cluster from being settled. */
  reconcile(key: string, context: ControllerContext): void | { readonly again: Ms; readonly background?: boolean };
  /** How many keys are worked on at once; only one round of a key runs at a time anyway. */
  readonly workers?: number;
}

export interface ControllerContext {
  readonly now: Ms;
  /** An informer's cache: it lags the store by a small seeded latency. Holds only the resources that the controller watches. */
  readonly cache: Reader;
  readonly api: Api;
  /** Typed calls through the same API, as this controller's user. Throws ApiError. */
  readonly client: Client;
  readonly random: Random;
  /** RFC 3339 of now (or of `at`). */
  timestamp(at?: Ms): string;
  /** Unix ms of virtual time 0, to turn timestamps into virtual ms. */
  readonly epoch: number;
  /** JSON state of the whole controller that survives rounds. */
  state<S>(initial: () => S): S;
  /** When the kubelet of a node was last alive, virtual ms, where nodes are too many for each heartbeat to be written; else undefined. */
  heartbeat(node: string): Ms | undefined;
  /** Says that this round takes longer, virtual ms: going through thousands of pods is work, and what changes meanwhile waits for the next round. */
  work(ms: Ms): void;
  /** Puts a key on the queue after a delay. */
  enqueue(key: string, delay?: Ms): void;
  /** Records an Event through the client's correlator (counts, aggregation, rate limit). */
  event(about: KubeObject, type: "Normal" | "Warning", reason: string, message: string, part?: string): void;
}
