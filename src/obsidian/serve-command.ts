import { Notice, Platform } from "obsidian";
import { t } from "../i18n/index";
import type { NoteCluster } from "../session/note-cluster";

/** The clusters that are served to kubectl: on the desktop, when the reader asks, until the reader stops it or the cluster goes. */
export class ServedClusters {
  private readonly open = new Map<NoteCluster, { stop(): void }>();

  /** Begins to serve a cluster and says where the kubeconfig is; or stops. */
  async toggle(cluster: NoteCluster): Promise<void> {
    const found = this.open.get(cluster);
    if (found !== undefined) {
      found.stop();
      return;
    }
    if (!Platform.isDesktop) return;
    // Evaluated now and not before: it is made of what phones don't have.
    const { serveNote } = await import("../serve/note-server");
    const served = await serveNote(cluster, () => {
      this.open.delete(cluster);
      new Notice(t("serve.stopped"));
    });
    this.open.set(cluster, served);
    // It stays until it is clicked away: the path is to be copied.
    new Notice(t("serve.started", { path: served.kubeconfig }), 0);
  }

  dispose(): void {
    for (const served of [...this.open.values()]) served.stop();
  }
}
