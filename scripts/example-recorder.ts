// Plays the scenario of every concept, and writes down what its picture looks at when it is first drawn. Bundled and run by record-examples.mjs.
import type { Concept } from "../src/diagrams/concept";
import type { View } from "../src/cluster/view";
import { concepts } from "../src/diagrams/concepts/index";
import { thinOut } from "../src/diagrams/density";
import { listKey, recordedViews, refKey, unfolded } from "../src/diagrams/recorded-example";
import type { RequestTrace } from "../src/cluster/network/trace";
import type { RecordedExample, RecordedMoment } from "../src/diagrams/recorded-example";
import { setLanguage } from "../src/i18n/index";
import { ClusterModel } from "../src/ui/cluster-model";

/** The widths that a picture may be drawn at, CSS pixels, and the words of a note that change what it shows. */
const widths = Array.from({ length: 15 }, (_, i) => 280 + i * 75);
const words = ["", "docker0"];

/** Microseconds are enough. */
const rounded = (_key: string, value: unknown): unknown => (typeof value === "number" ? Math.round(value * 1000) / 1000 : value);

/** Everything that a first drawing asks of the two moments, and the commands that its acts stand for, as text: it must come out the same from the recording. */
export function drawing(concept: Concept, newest: View, poster: View, at: readonly number[] = widths): string {
  const head = poster === newest ? {} : { head: newest };
  const focus = concept.focus(poster) ?? concept.focus(newest);
  const of = concept.focus(newest);
  if (focus === undefined || of === undefined) throw new Error(`${concept.id}: its example holds nothing of it`);
  return JSON.stringify([
    at.flatMap((width) => words.map((around) => thinOut(concept.scene(poster, { focus, width, level: 0, words: around, ...head })))),
    concept.caption(poster, focus), concept.marks(newest, of), concept.actions.map((act) => [act.possible?.(newest, of), act.slider?.value(newest, of), ...[act.slider?.min, act.slider?.max].map((value) => act.run(newest, of, value))]),
  ], rounded);
}

/** The two moments that a model shows first. */
export function moments(model: ClusterModel): { readonly newest: View; readonly poster: View } {
  const newest = model.view();
  return { newest, poster: model.scrubbed === undefined ? newest : model.view(model.scrubbed) };
}

/** Watches which fields of plain objects are read. */
class Reads {
  private readonly read = new Map<object, Set<string>>();
  private readonly seen = new WeakMap<object, object>();
  private readonly originals = new WeakMap<object, object>();

  /** An object that looks the same, and whose reading is written down. */
  watched<T>(value: T): T {
    if (typeof value !== "object" || value === null || this.originals.has(value)) return value;
    const known = this.seen.get(value);
    if (known !== undefined) return known as T;
    const fields = this.of(value);
    const list = Array.isArray(value);
    const note = (key: string | symbol): void => {
      if (typeof key === "string" && (!list || /^\d+$/.test(key))) fields.add(key);
    };
    const proxy = new Proxy(list ? [] : {}, {
      get: (_target, key) => (note(key), this.watched(Reflect.get(value, key) as unknown)),
      has: (_target, key) => (note(key), Reflect.has(value, key)),
      ownKeys: () => (Reflect.ownKeys(value).forEach(note), Reflect.ownKeys(value)),
      getOwnPropertyDescriptor: (_target, key) => {
        const found = Reflect.getOwnPropertyDescriptor(value, key);
        if (found === undefined || (list && key === "length")) return found;
        note(key);
        return { ...found, value: this.watched(found.value as unknown), configurable: true };
      },
    });
    this.seen.set(value, proxy);
    this.originals.set(proxy, value);
    return proxy as T;
  }

  /** The object behind a watched one. */
  original<T>(value: T): T {
    return typeof value === "object" && value !== null ? (this.originals.get(value) ?? value) as T : value;
  }

  of(value: object): Set<string> {
    const fields = this.read.get(value) ?? new Set<string>();
    this.read.set(value, fields);
    return fields;
  }

  /** What was read of a value, and nothing else. */
  pruned(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    const fields = this.of(value);
    if (Array.isArray(value)) return value.map((item, i) => (fields.has(String(i)) ? this.pruned(item) : 0));
    return Object.fromEntries(Object.entries(value).flatMap(([key, of]) => (fields.has(key) ? [[key, this.pruned(of)]] : [])));
  }
}

/** A recording, and what was drawn as it was made. */
function recordOne(concept: Concept): { readonly example: RecordedExample; readonly drawn: string } {
  const model = ClusterModel.example(concept);
  const reads = new Reads();
  const objects = new Map<object, number>();
  const numberOf = (object: object): number => {
    const at = objects.get(object) ?? objects.size;
    objects.set(object, at);
    return at;
  };
  const traces = new Set<RequestTrace>();
  const changes = new Map<number, object>();
  const cluster = {};
  const watch = (view: View): { readonly view: View; readonly moment: RecordedMoment } => {
    const answers = { lists: {} as Record<string, number[]>, gets: {} as Record<string, number>, dues: {} as Record<string, ReturnType<View["due"]> | null>, mounts: {} as Record<string, number | null> };
    return {
      moment: { time: view.time, rev: view.rev, ...answers },
      view: {
        time: view.time, rev: view.rev, live: view.live, epoch: view.epoch, cluster,
        get: (ref) => {
          const found = view.get(reads.original(ref));
          answers.gets[refKey(ref)] = found === undefined ? -1 : numberOf(found);
          return reads.watched(found);
        },
        list: (resource, by) => {
          const found = view.list(resource, by);
          answers.lists[listKey(resource, by)] = found.map(numberOf);
          return found.map((object) => reads.watched(object));
        },
        changes: (from) => [...view.changes(from)].map((change) => (changes.set(change.rev, change), reads.watched(change))),
        traces: (from) => [...view.traces(from)].map((trace) => (traces.add(trace), reads.watched(trace))),
        logs: () => { throw new Error(`${concept.id}: logs are not recorded`); },
        due: (ref) => {
          const found = view.due(reads.original(ref));
          answers.dues[refKey(ref)] = found ?? null;
          return found;
        },
        mounted: (ref) => {
          const found = view.mounted(reads.original(ref));
          answers.mounts[refKey(ref)] = found ?? null;
          return found;
        },
      },
    };
  };
  const first = moments(model);
  const newest = watch(first.newest);
  const poster = first.poster === first.newest ? newest : watch(first.poster);
  const drawn = drawing(concept, newest.view, poster.view);
  // What was only asked what it is about, and then left aside, says nothing.
  const told = [...changes.values()].filter((change) => {
    const fields = reads.of(change);
    const ref = [...reads.of((change as { ref: object }).ref)];
    return ref.some((field) => field !== "resource") || ["object", "previous"].some((key) => {
      const object = (change as Record<string, object | undefined>)[key];
      return fields.has(key) && object !== undefined && reads.of(object).size > 0;
    });
  }) as { rev: number; object: object; previous?: object }[];
  const whole: RecordedExample = {
    epoch: newest.view.epoch,
    newest: newest.moment,
    ...(poster === newest ? {} : { poster: poster.moment }),
    changes: told.sort((a, b) => a.rev - b.rev).map((change) => {
      const { object, previous, ...rest } = reads.pruned(change) as { object?: object; previous?: object };
      const numbered = (key: "object" | "previous"): object => {
        const of = change[key];
        return of === undefined || reads.of(of).size === 0 ? {} : { [key]: numberOf(of) };
      };
      return { ...rest, ...numbered("object"), ...numbered("previous") } as RecordedExample["changes"][number];
    }),
    traces: [...traces].sort((a, b) => Number(a.id) - Number(b.id)).filter((trace) => [...reads.of(trace)].some((field) => field !== "purpose")).map((trace) => ({ ...(reads.pruned(trace) as RequestTrace), start: trace.start, end: trace.end })),
    objects: [],
  };
  model.dispose();
  return { example: { ...whole, objects: [...objects.keys()].map((object) => reads.pruned(object) as object) }, drawn };
}

/** The same picture from fewer changes: those that nothing follows from are left out, halves of the rest first. */
function leaner(concept: Concept, example: RecordedExample): RecordedExample {
  const drawn = (changes: RecordedExample["changes"]): string => {
    try {
      const { newest, poster } = recordedViews({ ...example, changes }, () => { throw new Error(); });
      return drawing(concept, newest, poster, [320, 640]);
    } catch {
      return "";
    }
  };
  const wanted = drawn(example.changes);
  let changes = example.changes;
  for (let size = changes.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < changes.length;) {
      const fewer = [...changes.slice(0, at), ...changes.slice(at + size)];
      if (drawn(fewer) === wanted) changes = fewer;
      else at += size;
    }
  }
  const objects = new Map<number, number>();
  const kept = (at: number): number => {
    const number = objects.get(at) ?? objects.size;
    objects.set(at, number);
    return number;
  };
  const moment = (of: RecordedMoment): RecordedMoment => ({
    ...of,
    lists: Object.fromEntries(Object.entries(of.lists).map(([key, list]) => [key, list.map(kept)])),
    gets: Object.fromEntries(Object.entries(of.gets).map(([key, at]) => [key, at < 0 ? at : kept(at)])),
  });
  const lean: RecordedExample = {
    ...example,
    newest: moment(example.newest),
    ...(example.poster === undefined ? {} : { poster: moment(example.poster) }),
    changes: changes.map((change) => ({ ...change, ...(change.object === undefined ? {} : { object: kept(change.object) }), ...(change.previous === undefined ? {} : { previous: kept(change.previous) }) })),
    objects: [...objects.keys()].map((at) => example.objects[at] ?? {}),
  };
  // Of what is left less is read.
  const reads = new Reads();
  const { newest, poster } = recordedViews({ ...lean, objects: lean.objects.map((object) => reads.watched(object)), traces: lean.traces.map((trace) => reads.watched(trace)) }, () => undefined);
  drawing(concept, newest, poster);
  return { ...lean, objects: lean.objects.map((object) => reads.pruned(object) as object), traces: lean.traces.map((trace) => reads.pruned(trace) as RequestTrace) };
}

/** JSON for `unfolded`: what comes again is told once. Shorter parts than `least` characters are not worth it. */
export function folded(value: unknown, least = 12): string {
  const times = new Map<string, number>();
  const count = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    const text = JSON.stringify(part);
    times.set(text, (times.get(text) ?? 0) + 1);
    if (times.get(text) === 1) Object.values(part).forEach(count);
  };
  count(value);
  const table: unknown[] = [];
  const numbers = new Map<string, number>();
  const inner = (part: object): unknown => (Array.isArray(part) ? part.map(fold) : Object.fromEntries(Object.entries(part).map(([key, of]) => [key, fold(of)])));
  const fold = (part: unknown): unknown => {
    if (typeof part !== "object" || part === null) return part;
    const text = JSON.stringify(part);
    if (text.length < least || (times.get(text) ?? 0) < 2) return inner(part);
    if (!numbers.has(text)) {
      const told = inner(part);
      numbers.set(text, table.length);
      table.push(told);
    }
    return { $: numbers.get(text) };
  };
  const told = inner(value as object);
  return JSON.stringify({ table, value: told });
}

/** A recording must draw what was drawn, and ask nothing else. */
function check(concept: Concept, text: string, wanted: string): void {
  const played = recordedViews(unfolded(text) as RecordedExample, () => { throw new Error(`${concept.id}: its recording lacks an answer`); });
  const got = drawing(concept, played.newest, played.poster);
  if (got === wanted) return;
  let at = 0;
  while (got[at] === wanted[at]) at++;
  throw new Error(`${concept.id}: its recording draws …${got.slice(at - 60, at + 60)}… for …${wanted.slice(at - 60, at + 60)}…`);
}

/** The examples of all concepts, as JSON by concept. Each is made in one language and checked in both. */
export function recordExamples(): Readonly<Record<string, string>> {
  return Object.fromEntries(concepts.map((concept) => {
    setLanguage("zh");
    const { example, drawn } = recordOne(concept);
    const text = folded(JSON.parse(JSON.stringify(leaner(concept, example), rounded)));
    check(concept, text, drawn);
    setLanguage("en");
    const model = ClusterModel.example(concept);
    const { newest, poster } = moments(model);
    check(concept, text, drawing(concept, newest, poster));
    model.dispose();
    return [concept.id, text];
  }));
}
