import { NoteCluster } from "../../src/session/note-cluster";
import { NoteFiles } from "../../src/session/note-files";
import { manualDriver } from "../../src/serve/driver";
import { serve } from "../../src/serve/server";
import type { Served } from "../../src/serve/server";

export interface ServedCluster {
  readonly note: NoteCluster;
  readonly served: Served;
  /** Lets the cluster's time run in small steps, as fast as clients take part, until something is so. Throws after `most` virtual ms. */
  until(what: string, holds: () => boolean, most?: number): Promise<void>;
  close(): Promise<void>;
}

export async function servedCluster(seed = 5): Promise<ServedCluster> {
  const note = new NoteCluster({ seed, epoch: "2026-01-05T08:00:00Z" }, new NoteFiles(new Map()));
  const served = await serve({ cluster: () => note.cluster, driver: manualDriver });
  return {
    note, served,
    async until(what, holds, most = 20 * 60_000) {
      const end = note.cluster.now + most;
      while (!holds()) {
        if (note.cluster.now >= end) throw new Error(`never came: ${what}`);
        note.cluster.advance(note.cluster.now + 5);
        await new Promise((resolve) => { setTimeout(resolve, 1); });
      }
    },
    async close() {
      await served.stop();
      note.dispose();
    },
  };
}
