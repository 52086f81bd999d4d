import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wallDriver } from "./driver";
import { writeKubeconfig } from "./kubeconfig";
import { serve } from "./server";
import type { NoteCluster } from "../session/note-cluster";

export interface ServedNote {
  /** Where its kubeconfig is, readable by its owner alone. */
  readonly kubeconfig: string;
  stop(): void;
}

/**
 * Serves a note's cluster: from now on its time is the wall clock's, and the server alone lets it run, whether the note is in sight or
 * not. `ended` is called once, when it is stopped or the cluster goes. Rejects where no port can be had.
 */
export async function serveNote(note: NoteCluster, ended: () => void): Promise<ServedNote> {
  note.align(Date.now());
  const driver = wallDriver(() => note.cluster, 1);
  const served = await serve({ cluster: () => note.cluster, driver });
  const folder = mkdtempSync(join(tmpdir(), "k8s-sim-"));
  const kubeconfig = join(folder, "kubeconfig");
  writeKubeconfig(kubeconfig, served.kubeconfig);
  let over = false;
  const stop = (): void => {
    if (over) return;
    over = true;
    release();
    rmSync(folder, { recursive: true, force: true });
    void served.stop();
    ended();
  };
  const release = note.hold(driver, stop);
  return { kubeconfig, stop };
}
