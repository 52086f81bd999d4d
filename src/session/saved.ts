import { openEmpty } from "./note-cluster";
import type { NoteCluster } from "./note-cluster";
import type { OwnFiles } from "./note-files";
import type { Action, Cluster, ClusterOptions } from "../cluster/cluster-contract";
import type { Ms } from "../cluster/model";

/** A cluster as it is kept while its note is closed: what was done on it, and how far its time had come. */
export interface SavedCluster {
  /** A replay by another engine may come out differently: then it is not taken. */
  readonly engine: string;
  readonly options: Partial<ClusterOptions>;
  readonly actions: readonly Action[];
  readonly now: Ms;
  readonly files: OwnFiles;
}

/** More actions are not kept: to do them again would take longer than a reader waits. */
const mostActions = 20_000;

/** What is worth keeping; undefined: nothing was done, or too much. */
export function saved({ cluster, options, files }: NoteCluster, engine: string): SavedCluster | undefined {
  const { actions, now } = cluster;
  return actions.length === 0 || actions.length > mostActions ? undefined : { engine, options, actions, now, files: files.own };
}

/** Whether a saved cluster is the one that the note asks for today. */
export function fits(kept: SavedCluster, engine: string, options: Partial<ClusterOptions>): boolean {
  return kept.engine === engine && JSON.stringify(kept.options) === JSON.stringify(options);
}

/** Brings a saved cluster back, piece by piece; it yields every few ms of work. */
export function* restored(kept: SavedCluster, stopwatch: () => number): Generator<void, Cluster> {
  const cluster = yield* openEmpty(kept.options, stopwatch);
  yield* cluster.replay(kept.actions, kept.now);
  return cluster;
}
