import type { Json, Ms } from "../model";

/** A timer is data: what it does is found by its kind, so that a checkpoint can hold it. Those of one moment fire in the order of their ids. */
export interface Timer {
  readonly id: number;
  readonly at: Ms;
  readonly kind: string;
  readonly args: Json;
  /** Does not keep the cluster from being settled. */
  readonly background: boolean;
}

export interface Clock {
  readonly now: Ms;
  /** Fires handler `kind` with `args` after `delay` virtual ms; returns the timer's id. */
  after(delay: Ms, kind: string, args: Json, background?: boolean): number;
  /** Fires it at that time, now where it has passed. Cheaper than `after`, for nobody can call it off. */
  at(time: Ms, kind: string, args: Json, background?: boolean): void;
  cancel(id: number): void;
  /** As `after`, for one who keeps the timer itself: the timer, which `unset` calls off. */
  set(delay: Ms, kind: string, args: Json, background?: boolean): Timer;
  /** Does nothing where it has fired. */
  unset(timer: Timer): void;
  pending(): Iterable<Timer>;
}
