import type { Json, Ms, Ref } from "../model";
import type { World } from "../world";
import type { NetRequest, NetResponse } from "./trace";

/**
 * Where an answer goes: a timer of this kind fires with these arguments and the answer added to them
 * (`result` from a Network, `response` from a process). Data rather than a closure, so that a checkpoint can hold a request under way.
 */
export interface ReplyTo {
  readonly kind: string;
  readonly args: { readonly [key: string]: Json };
}

/** A request on the wire, from which the network knows the way of its answer. JSON, too. */
export interface Crossing {
  readonly kind: "crossing";
}

/** The wire as a process sees it. */
export interface Network {
  /**
   * Carries a request from a pod, a node or the outside; the answer fires `reply` with `result: NetResult` added, where anybody waits for it.
   * Never answers at once: always through the clock.
   */
  send(world: World, from: Ref | "external", request: NetRequest, reply?: ReplyTo): void;
  /** Takes what a process says after so many ms to a request that came through a door; null: it died first. */
  answer(world: World, crossing: Crossing, response: NetResponse | null, after: Ms): void;
}

/** The doors of the pods as the network sees them; the process host has them. A pod is meant by "<namespace>/<name>". */
export interface Doors {
  /**
   * Hands a request to the process that listens at `port` of a pod. True: it was taken, and the answer will fire `reply`
   * with `response: NetResponse` added (or `response: null` where the process died first); where it came over the wire, the network is told.
   * False: nothing listens there (connection refused).
   */
  accept(world: World, pod: string, port: number, request: NetRequest, reply: ReplyTo | Crossing): boolean;
  /** Whether something listens at that port of the pod. */
  listens(world: World, pod: string, port: number): boolean;
  /** Whether the node's machine answers at all: a stopped node drops every packet. */
  nodeUp(world: World, node: string): boolean;
}
