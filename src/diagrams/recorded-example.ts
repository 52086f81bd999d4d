import type { Change, ListBy } from "../cluster/api/store";
import type { KubeObject, Ms, Ref, Rev } from "../cluster/model";
import type { RequestTrace } from "../cluster/network/trace";
import type { View } from "../cluster/view";

/** What a picture asked of a moment, and the answers: numbers of objects where objects are the answer. */
export interface RecordedMoment {
  readonly time: Ms;
  readonly rev: Rev;
  readonly lists: Readonly<Record<string, readonly number[]>>;
  readonly gets: Readonly<Record<string, number>>;
  readonly dues: Readonly<Record<string, ReturnType<View["due"]> | null>>;
  readonly mounts: Readonly<Record<string, Ms | null>>;
}

/**
 * The example of a concept as its picture looks at it first, so that it can be drawn before there is a cluster: the moment that stands
 * for the whole and the newest one, and of every object only what was looked at. scripts/record-examples.mjs makes it from the scenario.
 */
export interface RecordedExample {
  readonly epoch: number;
  readonly newest: RecordedMoment;
  /** The moment that stands for the whole; absent: the newest. */
  readonly poster?: RecordedMoment;
  readonly objects: readonly object[];
  /** Changes by revision, their objects by number. */
  readonly changes: readonly (Omit<Change, "object" | "previous"> & { readonly object?: number; readonly previous?: number })[];
  readonly traces: readonly RequestTrace[];
}

/** JSON whose parts that come again are told once: in the text they are numbers of the table before it, in an object alone. */
interface Folded {
  readonly table: readonly unknown[];
  readonly value: unknown;
}

/** The other way round from `folded`. */
export function unfolded(text: string): unknown {
  const { table, value } = JSON.parse(text) as Folded;
  const whole: unknown[] = [];
  const open = (part: unknown): unknown => {
    if (typeof part !== "object" || part === null) return part;
    if (Array.isArray(part)) return part.map(open);
    if ("$" in part) return whole[part.$ as number];
    return Object.fromEntries(Object.entries(part).map(([key, of]) => [key, open(of)]));
  };
  // A part of the table names only those before it.
  for (const part of table) whole.push(open(part));
  return open(value);
}

export const listKey = (resource: string, by: ListBy | undefined): string => (by === undefined ? resource : `${resource} ${JSON.stringify(by)}`);
export const refKey = ({ resource, namespace, name, part }: Ref): string => [resource, namespace, name, ...(part === undefined ? [] : [part])].join(" ");

/** The two moments of a recorded example. What nobody asked when it was recorded is not known: `unanswered` is told, and there is nothing of it. */
export function recordedViews({ epoch, newest, poster, objects, changes, traces }: RecordedExample, unanswered: () => void): { readonly newest: View; readonly poster: View } {
  const object = (at: number | undefined): KubeObject => (objects[at ?? -1] ?? {}) as KubeObject;
  const log = changes.map(({ previous, ...change }): Change => ({ ...change, object: object(change.object), ...(previous === undefined ? {} : { previous: object(previous) }) }));
  const cluster = {};
  const view = (moment: RecordedMoment, live: boolean): View => {
    const { time, rev } = moment;
    const answer = <T>(answers: Readonly<Record<string, T>>, key: string): T | undefined => {
      if (!Object.hasOwn(answers, key)) unanswered();
      return answers[key];
    };
    const lists = new Map<string, readonly KubeObject[]>();
    return {
      time, rev, live, epoch, cluster,
      get: (ref) => {
        const at = answer(moment.gets, refKey(ref));
        return at === undefined || at < 0 ? undefined : object(at);
      },
      list: (resource, by) => {
        const key = listKey(resource, by);
        const found = lists.get(key) ?? answer(moment.lists, key)?.map(object) ?? [];
        lists.set(key, found);
        return found;
      },
      changes: (from) => log.filter((change) => change.rev <= rev && change.at >= from),
      traces: (from) => traces.filter(({ start, end }) => end >= from && start <= time),
      logs: () => (unanswered(), []),
      due: (ref) => answer(moment.dues, refKey(ref)) ?? undefined,
      mounted: (ref) => answer(moment.mounts, refKey(ref)) ?? undefined,
    };
  };
  const last = view(newest, true);
  return { newest: last, poster: poster === undefined ? last : view(poster, false) };
}
