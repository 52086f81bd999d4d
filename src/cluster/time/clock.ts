import type { Json, Ms } from "../model";

/** A timer is data: what it does is found by its kind, so that a checkpoint can hold it. */
export interface Timer {
  readonly id: number;
  readonly at: Ms;
  readonly seq: number;
  readonly kind: string;
  readonly args: Json;
  /** Does not keep the cluster from being settled. */
  readonly background: boolean;
}

export interface Clock {
  readonly now: Ms;
  /** Fires handler `kind` with `args` after `delay` virtual ms; returns the timer's id. */
  after(delay: Ms, kind: string, args: Json, background?: boolean): number;
  cancel(id: number): void;
  pending(): Iterable<Timer>;
}
