import type { Api } from "./api/request";
import type { Store } from "./api/store";
import type { Clock } from "./time/clock";
import type { Json, Ms, Random } from "./model";

/**
 * What a component of the cluster works with. All state that is not an API object is a JSON slice here:
 * a checkpoint is one structuredClone plus a revision.
 */
export interface World {
  readonly clock: Clock;
  readonly store: Store;
  readonly api: Api;
  /** The stream of that name, seeded from the cluster's seed and the name alone. */
  random(stream: string): Random;
  /** The mutable JSON state that `owner` keeps; made by `initial` on first use. */
  slice<S>(owner: string, initial: () => S): S;
  /** Unix ms of virtual time 0. */
  readonly epoch: Ms;
  /** Virtual time as the API prints it: RFC 3339, whole seconds unless `micro`. */
  timestamp(at?: Ms, micro?: boolean): string;
}

export type TimerHandler = (world: World, args: Json) => void;
