import type { Clock, Timer } from "./clock";
import type { Json, Ms } from "../model";

interface Entry extends Timer {
  /** Its id is known to somebody, who may cancel it. */
  known: boolean;
  /** It was called off, or has fired. */
  off: boolean;
}

/**
 * One queue of timers ordered by (time, id), as a binary heap. Nothing fires by itself: the cluster pops.
 * Cancelled timers stay in the heap until they surface.
 */
export class VirtualClock implements Clock {
  private nextId = 1;
  private readonly heap: Entry[] = [];
  private readonly known = new Map<number, Entry>();
  private foreground = 0;

  constructor(public now: Ms = 0) {}

  after(delay: Ms, kind: string, args: Json, background = false): number {
    const timer = this.set(delay, kind, args, background);
    timer.known = true;
    this.known.set(timer.id, timer);
    return timer.id;
  }

  at(time: Ms, kind: string, args: Json, background = false): void {
    this.push({ id: this.nextId++, at: time > this.now ? time : this.now, kind, args, background, known: false, off: false });
  }

  set(delay: Ms, kind: string, args: Json, background = false): Entry {
    const timer: Entry = { id: this.nextId++, at: this.now + Math.max(0, delay), kind, args, background, known: false, off: false };
    this.push(timer);
    return timer;
  }

  cancel(id: number): void {
    const timer = this.known.get(id);
    if (timer !== undefined) this.unset(timer);
  }

  unset(timer: Entry): void {
    if (timer.off) return;
    timer.off = true;
    if (timer.known) this.known.delete(timer.id);
    if (!timer.background) this.foreground--;
  }

  pending(): Iterable<Timer> {
    return this.heap.filter((timer) => !timer.off).sort((a, b) => a.at - b.at || a.id - b.id);
  }

  /** Whether only background timers remain. */
  get settled(): boolean {
    return this.foreground === 0;
  }

  /** The time of the next timer; undefined where there is none. */
  get next(): Ms | undefined {
    return this.top()?.at;
  }

  /** Takes the next timer that is due at or before `until` and moves the clock to it. */
  pop(until: Ms): Timer | undefined {
    const timer = this.top();
    if (timer === undefined || timer.at > until) return undefined;
    this.removeTop();
    this.unset(timer);
    if (timer.at > this.now) this.now = timer.at;
    return timer;
  }

  /** The first timer that was not cancelled. */
  private top(): Entry | undefined {
    let top = this.heap[0];
    while (top?.off === true) {
      this.removeTop();
      top = this.heap[0];
    }
    return top;
  }

  /** Lifts a new timer to its place: those that it precedes go down one by one. It is the youngest, so that its like stay before it. */
  private push(timer: Entry): void {
    if (!timer.background) this.foreground++;
    const { heap } = this;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above.at <= timer.at) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = timer;
  }

  /** Fills the place of the first with the last, below all that precede it. */
  private removeTop(): void {
    const { heap } = this;
    const last = heap.pop();
    const end = heap.length;
    if (last === undefined || end === 0) return;
    let at = 0;
    for (let child = 1; child < end; child = 2 * at + 1) {
      if (child + 1 < end && precedes(heap[child + 1], heap[child])) child++;
      const below = heap[child];
      if (!precedes(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}

function precedes(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id);
}
