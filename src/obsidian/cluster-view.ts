import { ItemView } from "obsidian";
import type { ViewStateResult, WorkspaceLeaf } from "obsidian";
import { t } from "../i18n/index";
import { engineOf } from "./mount";
import type { LazySimulator } from "./mount";

export const clusterViewType = "k8s-sim-cluster";

/** A side pane (or tab) with the whole of a cluster: that of a note, or one that notes share. */
export class ClusterView extends ItemView {
  private path = "";
  private cluster = "";
  private clear: () => void = () => undefined;
  private turn = 0;

  constructor(
    leaf: WorkspaceLeaf,
    private readonly simulator: LazySimulator,
  ) {
    super(leaf);
    this.icon = "network";
  }

  override getViewType(): string {
    return clusterViewType;
  }

  override getDisplayText(): string {
    return t("view.title");
  }

  override getState(): Record<string, unknown> {
    return { path: this.path, cluster: this.cluster };
  }

  override async setState(state: unknown, result: ViewStateResult): Promise<void> {
    const { path, cluster } = (typeof state === "object" && state !== null ? state : {}) as { path?: unknown; cluster?: unknown };
    this.path = typeof path === "string" ? path : this.path;
    this.cluster = typeof cluster === "string" ? cluster : "";
    await super.setState(state, result);
    await this.draw();
  }

  override async onOpen(): Promise<void> {
    // Another note comes to the front: its cluster is shown, unless a shared one was chosen.
    this.registerEvent(this.app.workspace.on("file-open", (file) => {
      if (file?.extension !== "md" || file.path === this.path || this.cluster !== "") return;
      this.path = file.path;
      void this.draw();
    }));
    this.registerEvent(this.app.vault.on("rename", (file, old) => {
      if (old === this.path) this.path = file.path;
    }));
    this.path = this.path === "" ? this.app.workspace.getActiveFile()?.path ?? "" : this.path;
    await this.draw();
  }

  override onClose(): Promise<void> {
    this.turn += 1;
    this.clear();
    return Promise.resolve();
  }

  private async draw(): Promise<void> {
    const turn = (this.turn += 1);
    const now = await engineOf(this.simulator);
    if (turn !== this.turn) return;
    this.clear();
    this.clear = () => undefined;
    this.contentEl.empty();
    this.contentEl.addClass("k8s-sim-pane");
    const choose = (path: string, cluster: string): void => {
      this.path = path;
      this.cluster = cluster;
      this.app.workspace.requestSaveLayout();
      void this.draw();
    };
    const mounted = await now.mountCluster(this.contentEl, this.path, this.cluster, choose);
    if (turn !== this.turn) mounted.unmount();
    else this.clear = () => mounted.unmount();
  }
}
