import { recordedViews, unfolded } from "../diagrams/recorded-example";
import type { Cancel, Ms, Ref } from "../cluster/model";
import type { View } from "../cluster/view";
import type { Concept } from "../diagrams/concept";
import type { RecordedExample } from "../diagrams/recorded-example";
import type { DiagramModel } from "./diagram-model";

/** A model that somebody owns. */
export interface OwnedModel extends DiagramModel {
  dispose(): void;
}

/**
 * The example of a concept before it is played with: what its picture shows first was recorded when the plugin was built, so that it
 * is there at once and costs nothing. Whoever reaches for it makes its cluster, which has come to the same moment when it takes over.
 */
export class ExampleModel implements OwnedModel {
  readonly source = "example";
  private readonly newest: View;
  private readonly poster: View;
  private inner: OwnedModel | undefined;
  private making: Promise<void> | undefined;
  private gone = false;
  private wantsPlay = false;
  private pace = 1;
  private readonly listeners = new Set<() => void>();

  /** `make` makes its cluster's model: undefined where `wanted` has become false. */
  constructor(readonly concept: Concept, recorded: string, private readonly make: (wanted: () => boolean) => Promise<OwnedModel | undefined>) {
    const { newest, poster } = recordedViews(unfolded(recorded) as RecordedExample, () => void this.prepare());
    this.newest = newest;
    this.poster = poster;
  }

  get now(): Ms { return this.inner?.now ?? this.newest.time; }
  get end(): Ms { return this.inner?.end ?? Math.max(this.concept.scenario.end, this.newest.time); }
  get playing(): boolean { return this.inner?.playing ?? this.wantsPlay; }
  get scrubbed(): Ms | undefined { return this.inner === undefined ? this.posterTime : this.inner.scrubbed; }
  get speed(): number { return this.inner?.speed ?? this.pace; }
  set speed(pace: number) {
    this.pace = pace;
    if (this.inner !== undefined) this.inner.speed = pace;
  }

  private get posterTime(): Ms | undefined {
    return this.poster === this.newest ? undefined : this.poster.time;
  }

  view(time?: Ms): View {
    if (this.inner !== undefined) return this.inner.view(time);
    if (time === undefined) return this.newest;
    if (time !== this.posterTime) void this.prepare();
    return this.poster;
  }

  prepare(): Promise<void> {
    return this.making ??= (async () => {
      const inner = await this.make(() => !this.gone);
      if (inner === undefined || this.gone) {
        inner?.dispose();
        return;
      }
      inner.speed = this.pace;
      this.inner = inner;
      inner.onChange(() => this.changed());
      if (this.wantsPlay) inner.play();
      this.changed();
    })();
  }

  play(): void {
    this.wantsPlay = true;
    if (this.inner === undefined) void this.prepare();
    else this.inner.play();
    this.changed();
  }

  pause(): void {
    this.wantsPlay = false;
    this.inner?.pause();
    this.changed();
  }

  step(): void { this.then((inner) => inner.step()); }
  scrub(time: Ms): void { this.then((inner) => inner.scrub(time)); }
  live(): void { this.then((inner) => inner.live()); }
  branch(): void { this.then((inner) => inner.branch()); }
  /** What was recorded is the beginning. */
  reset(): void {
    this.pause();
    this.inner?.reset();
  }

  async run(line: string, write: (text: string) => void): Promise<number> {
    await this.prepare();
    return this.inner?.run(line, write) ?? 1;
  }

  describe(ref: Ref): Promise<string> { return this.told((inner) => inner.describe(ref)); }
  yaml(ref: Ref): Promise<string> { return this.told((inner) => inner.yaml(ref)); }
  logs(ref: Ref): Promise<string> { return this.told((inner) => inner.logs(ref)); }
  events(ref: Ref): Promise<string> { return this.told((inner) => inner.events(ref)); }

  frame(elapsed: number): void {
    this.inner?.frame(elapsed);
  }

  onChange(fn: () => void): Cancel {
    this.listeners.add(fn);
    return () => { this.listeners.delete(fn); };
  }

  dispose(): void {
    this.gone = true;
    this.inner?.dispose();
    this.listeners.clear();
  }

  private then(act: (inner: OwnedModel) => void): void {
    if (this.inner !== undefined) act(this.inner);
    else void this.prepare().then(() => { if (this.inner !== undefined) act(this.inner); });
  }

  private async told(ask: (inner: OwnedModel) => string | Promise<string>): Promise<string> {
    await this.prepare();
    return this.inner === undefined ? "" : ask(this.inner);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
