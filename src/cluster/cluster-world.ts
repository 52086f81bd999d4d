import { randomOver, streamState } from "./time/random";
import type { Api } from "./api/request";
import type { Store } from "./api/store";
import type { Clock } from "./time/clock";
import type { Ms, Random } from "./model";
import type { World } from "./world";

/**
 * The world of one cluster. A class, as are the other parts that everything calls: functions made anew for each cluster would be
 * compiled anew for each.
 */
export class ClusterWorld implements World {
  private readonly streams = new Map<string, Random>();
  private readonly slices = new Map<string, unknown>();
  private lastStamp = { second: -1, text: "" };
  private lastMicro = { ms: NaN, text: "" };

  constructor(readonly clock: Clock, readonly store: Store, readonly api: Api, readonly epoch: Ms, private readonly seed: number) {}

  random(name: string): Random {
    let stream = this.streams.get(name);
    if (stream === undefined) this.streams.set(name, stream = randomOver(streamState(this.seed, name)));
    return stream;
  }

  slice<S>(owner: string, initial: () => S): S {
    let slice = this.slices.get(owner) as S | undefined;
    if (slice === undefined) this.slices.set(owner, slice = initial());
    return slice;
  }

  /** Most are asked for the present second: the last text is kept. In one piece, for it is kept by many: a part of a text keeps the whole. */
  timestamp(at: Ms = this.clock.now, micro = false): string {
    if (micro) {
      const ms = this.epoch + Math.floor(at);
      if (this.lastMicro.ms !== ms) this.lastMicro = { ms, text: [new Date(ms).toISOString().slice(0, -1), "000Z"].join("") };
      return this.lastMicro.text;
    }
    const second = Math.floor((this.epoch + at) / 1000);
    if (this.lastStamp.second !== second) this.lastStamp = { second, text: [new Date(second * 1000).toISOString().slice(0, 19), "Z"].join("") };
    return this.lastStamp.text;
  }
}
