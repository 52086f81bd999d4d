import { goYaml } from "../kubectl/print/yaml";
import { longestRun, NoteCluster } from "../session/note-cluster";
import { NoteFiles } from "../session/note-files";
import type { Cancel, Json, Ms, Ref } from "../cluster/model";
import type { View } from "../cluster/view";
import type { Concept } from "../diagrams/concept";
import type { OwnedModel } from "./example-model";

/** How much work a frame may do, wall ms. */
const frameBudget = 8;
/** How long the clock runs on after everything has settled, virtual ms: packets still travel, and the eye catches up. */
const afterglow: Ms = 2500;
/** An example that ran on for longer than this begins anew with a new cluster, virtual ms. */
const longestIdle: Ms = 60_000;
/** The farthest that one step goes, virtual ms. */
const farthestStep: Ms = 120_000;

/** A diagram's model over a note's cluster, or over a private one that plays the concept's own scenario. */
export class ClusterModel implements OwnedModel {
  speed = 1;
  private running = false;
  private past: Ms | undefined;
  private settledAt: Ms | undefined;
  /** Lets the page work between pieces of the scenario; absent: all at once. */
  private breath: (() => Promise<void>) | undefined;
  /** Which performance of the scenario is the present one. */
  private performance = 0;
  private preparing: Promise<boolean> | undefined;
  /** Whether something happened that is not of the scenario. */
  private acted = false;
  private readonly listeners = new Set<() => void>();
  private readonly unsubscribe: Cancel[] = [];

  private constructor(readonly concept: Concept, readonly source: "note" | "example", private readonly note: NoteCluster) {
    this.unsubscribe.push(note.onChange(() => {
      if (note.busy) this.wake();
      this.changed();
    }));
  }

  /** Draws a note's own cluster. */
  static ofNote(concept: Concept, note: NoteCluster): ClusterModel {
    return new ClusterModel(concept, "note", note);
  }

  /** Plays the concept's scenario on a cluster of its own; the whole of it has happened when this returns, so that it can be scrubbed and its poster drawn. */
  static example(concept: Concept, stopwatch?: () => number): ClusterModel {
    const model = ClusterModel.bare(concept, stopwatch);
    model.performAll();
    return model;
  }

  /** As `example`, in pieces of a few wall ms: `breath` lets the page work between them. Undefined where `wanted` has become false meanwhile. */
  static async prepare(concept: Concept, stopwatch: () => number, breath: () => Promise<void>, wanted: () => boolean): Promise<ClusterModel | undefined> {
    const model = ClusterModel.bare(concept, stopwatch);
    model.breath = breath;
    if (await model.performSlowly(wanted)) return model;
    model.dispose();
    return undefined;
  }

  private static bare(concept: Concept, stopwatch: (() => number) | undefined): ClusterModel {
    const { nodes } = concept.scenario;
    return new ClusterModel(concept, "example", new NoteCluster(nodes.length === 0 ? {} : { nodes }, new NoteFiles(new Map()), stopwatch));
  }

  get now(): Ms { return this.note.now; }
  get end(): Ms { return this.source === "example" ? Math.max(this.concept.scenario.end, this.now) : this.now; }
  get playing(): boolean { return this.running; }
  get scrubbed(): Ms | undefined { return this.past; }

  view(time?: Ms): View {
    return this.note.cluster.at(time);
  }

  play(): void {
    // At its end a finished scenario plays again from the start.
    if (this.source === "example" && this.past === undefined && !this.note.busy && this.settledAt !== undefined && this.now <= this.concept.scenario.end + afterglow) this.past = 0;
    this.wake();
    this.changed();
  }

  pause(): void {
    this.running = false;
    this.changed();
  }

  step(): void {
    this.running = false;
    if (this.past !== undefined) {
      const from = this.past;
      let next: Ms | undefined;
      for (const change of this.note.cluster.at().changes(from + 0.001)) {
        if (change.at <= from || isQuiet(change.ref.resource)) continue;
        next = change.at;
        break;
      }
      this.past = next === undefined || next >= this.now ? undefined : next;
    } else {
      const { cluster } = this.note;
      let seen = false;
      const cancel = cluster.subscribe(() => { seen = true; });
      const loud = (): boolean => {
        if (!seen) return false;
        seen = false;
        for (const change of cluster.at().changes(cluster.now)) if (!isQuiet(change.ref.resource)) return true;
        return false;
      };
      this.note.advance(cluster.now + farthestStep, 50, loud);
      cancel();
    }
    this.changed();
  }

  scrub(time: Ms): void {
    this.running = false;
    this.past = time >= this.now ? undefined : Math.max(0, time);
    this.changed();
  }

  live(): void {
    this.past = undefined;
    this.changed();
  }

  branch(): void {
    const at = this.past ?? this.now;
    this.past = undefined;
    this.settledAt = undefined;
    this.acted = true;
    this.performance++;
    this.preparing = undefined;
    this.note.branch(at);
    this.changed();
  }

  reset(): void {
    this.running = false;
    this.past = undefined;
    if (this.source === "example" && !this.acted && this.now <= this.concept.scenario.end + longestIdle) this.startOver();
    else {
      this.acted = false;
      this.settledAt = undefined;
      this.note.reset();
      if (this.source === "example") {
        if (this.breath === undefined) this.performAll();
        else void this.performSlowly(() => true);
      }
    }
    this.changed();
  }

  run(line: string, write: (text: string) => void): Promise<number> {
    if (this.preparing !== undefined) return this.preparing.then(() => this.run(line, write));
    this.past = undefined;
    this.acted = true;
    const run = this.note.run(line, { write: (_fd, text) => { write(text); } });
    this.wake();
    this.changed();
    return new Promise((resolve) => { run.then(resolve); });
  }

  describe(ref: Ref): string {
    return this.note.ask(["describe", ref.resource, ref.name, ...inNamespace(ref)]);
  }

  yaml(ref: Ref): string {
    const object = this.view(this.past).get({ resource: ref.resource, namespace: ref.namespace, name: ref.name });
    return object === undefined ? "" : goYaml(withoutManaged(object as unknown as Json));
  }

  logs(ref: Ref): string {
    if (ref.resource !== "pods") return "";
    return this.view(this.past).logs(ref, 500).map((of) => of.line).join("\n");
  }

  events(ref: Ref): string {
    return this.note.ask(["get", "events", "--field-selector", `involvedObject.name=${ref.name}`, ...inNamespace(ref)]);
  }

  frame(elapsed: number): void {
    if (!this.running || this.preparing !== undefined) return;
    if (this.past !== undefined) {
      const next = this.past + elapsed * this.speed;
      if (next < this.now) this.past = next;
      else {
        this.past = undefined;
        if (this.source === "example" && !this.note.busy) this.running = false;
      }
      this.changed();
      return;
    }
    const how = this.note.drive(this, elapsed, this.speed, frameBudget);
    if (how === "settled") {
      this.settledAt ??= this.now;
      if (this.now - this.settledAt > afterglow) this.running = false;
    } else if (how === "running") this.settledAt = undefined;
    this.changed();
  }

  onChange(fn: () => void): Cancel {
    this.listeners.add(fn);
    return () => { this.listeners.delete(fn); };
  }

  /** Lets go of everything; a private cluster goes with it. */
  dispose(): void {
    this.running = false;
    this.performance++;
    for (const cancel of this.unsubscribe) cancel();
    this.listeners.clear();
    if (this.source === "example") this.note.dispose();
  }

  private wake(): void {
    this.running = true;
    this.settledAt = undefined;
  }

  /** The scenario, from its manifests to its end, in pieces of `budget` wall ms. */
  private *perform(budget?: number): Generator<void, void> {
    const { manifests, actions, end } = this.concept.scenario;
    const { note } = this;
    const advance = function* (until: Ms, stop?: () => boolean): Generator<void, void> {
      if (note.now >= until || stop?.() === true) return;
      do yield;
      while (note.advance(until, budget, stop) === "budget");
    };
    const complete = function* (line: string, most: Ms): Generator<void, void> {
      const run = note.run(line, { write: () => undefined });
      yield* advance(note.now + most, () => run.done);
      if (!run.done) note.finish(run, 0);
    };
    yield* note.opening();
    yield* complete(`kubectl apply -f - <<'MANIFESTS'\n${manifests.replace(/\n$/, "")}\nMANIFESTS`, longestRun);
    for (const action of actions) {
      yield* advance(action.at);
      yield* complete(action.run, Math.max(1000, end - note.now));
    }
    yield* advance(end);
    this.settledAt = this.now;
  }

  private performAll(): void {
    for (const pieces = this.perform(); pieces.next().done !== true;) continue;
    this.startOver();
  }

  /** False where it was called off. */
  private performSlowly(wanted: () => boolean): Promise<boolean> {
    const turn = ++this.performance;
    const whole = (async () => {
      for (const pieces = this.perform(frameBudget); pieces.next().done !== true;) {
        await this.breath?.();
        if (!wanted() || turn !== this.performance) return false;
        this.changed();
      }
      await this.breath?.();
      this.preparing = undefined;
      this.startOver();
      this.changed();
      return true;
    })();
    this.preparing = whole;
    return whole;
  }

  /** Shows the moment that stands for the whole, until the reader plays. */
  private startOver(): void {
    const view = this.note.cluster.at();
    const focus = this.concept.focus(view);
    const poster = focus === undefined ? undefined : this.concept.poster(view, focus);
    this.past = poster === undefined || poster.time >= this.now ? undefined : poster.time;
    // The scenario's own commands woke the clock; it rests until the reader plays.
    this.running = false;
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

/** What no picture shows: heartbeats and events are no step. */
function isQuiet(resource: string): boolean {
  return resource === "leases.coordination.k8s.io" || resource === "events";
}

function inNamespace(ref: Ref): readonly string[] {
  return ref.namespace === "" ? [] : ["-n", ref.namespace];
}

function withoutManaged(object: Json): Json {
  const { metadata, ...rest } = object as { readonly metadata: { readonly managedFields?: Json } };
  const { managedFields: _gone, ...meta } = metadata;
  return { ...rest, metadata: meta as Json };
}
