import type { Clock, Timer } from "./clock";
import type { Json, Ms } from "../model";


/**
 * One queue of timers ordered by (time, sequence), as a binary heap. Nothing fires by itself: the cluster pops.
 * Cancelled timers stay in the heap until they surface.
 */
export class VirtualClock implements Clock {
  private nextId = 1;
  private nextSeq = 1;
  private readonly heap: Timer[] = [];
  private readonly live = new Map<number, Timer>();
  private foreground = 0;

  constructor(public now: Ms = 0) {}

  after(delay: Ms, kind: string, args: Json, background = false): number {
    const timer: Timer = { id: this.nextId++, at: this.now + Math.max(0, delay), seq: this.nextSeq++, kind, args, background };
    this.live.set(timer.id, timer);
    if (!background) this.foreground++;
    this.heap.push(timer);
    this.up(this.heap.length - 1);
    return timer.id;
  }

  cancel(id: number): void {
    const timer = this.live.get(id);
    if (timer === undefined) return;
    this.live.delete(id);
    if (!timer.background) this.foreground--;
  }

  pending(): Iterable<Timer> {
    return [...this.live.values()].sort((a, b) => a.at - b.at || a.seq - b.seq);
  }

  /** Whether only background timers remain. */
  get settled(): boolean {
    return this.foreground === 0;
  }

  /** The time of the next timer; undefined where there is none. */
  get next(): Ms | undefined {
    this.drop();
    return this.heap[0]?.at;
  }

  /** Takes the next timer that is due at or before `until` and moves the clock to it. */
  pop(until: Ms): Timer | undefined {
    this.drop();
    const timer = this.heap[0];
    if (timer === undefined || timer.at > until) return undefined;
    this.removeTop();
    this.live.delete(timer.id);
    if (!timer.background) this.foreground--;
    if (timer.at > this.now) this.now = timer.at;
    return timer;
  }

  /** Removes cancelled timers from the top. */
  private drop(): void {
    for (let top = this.heap[0]; top !== undefined && !this.live.has(top.id); top = this.heap[0]) this.removeTop();
  }

  private removeTop(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    this.down(0);
  }

  private before(a: number, b: number): boolean {
    const x = this.heap[a];
    const y = this.heap[b];
    return x.at < y.at || (x.at === y.at && x.seq < y.seq);
  }

  private swap(a: number, b: number): void {
    const x = this.heap[a];
    this.heap[a] = this.heap[b];
    this.heap[b] = x;
  }

  private up(at: number): void {
    for (let i = at; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!this.before(i, parent)) return;
      this.swap(i, parent);
      i = parent;
    }
  }

  private down(at: number): void {
    for (let i = at; ;) {
      const left = 2 * i + 1;
      if (left >= this.heap.length) return;
      const child = left + 1 < this.heap.length && this.before(left + 1, left) ? left + 1 : left;
      if (!this.before(child, i)) return;
      this.swap(i, child);
      i = child;
    }
  }
}
