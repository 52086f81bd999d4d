import { MarkdownView, Plugin, getLanguage } from "obsidian";
import { setLanguage } from "./i18n";
import { ClusterView, clusterViewType } from "./obsidian/cluster-view";
import { codeBlockProcessor } from "./obsidian/code-block";
import { registerCommands } from "./obsidian/commands";
import { loadSimulator } from "./obsidian/load-simulator";
import { livePreviewExtension } from "./obsidian/live-preview";
import { lazily } from "./obsidian/mount";
import { readingOrder, readingProcessor } from "./obsidian/reading";
import { defaults, readSettings } from "./obsidian/settings";
import type { Settings } from "./obsidian/settings";
import { SimulatorSettings } from "./obsidian/settings-tab";
import { transcriptProcessor } from "./obsidian/transcript";
import { setReducedMotion } from "./ui/motion";

/** Wires the floors together. Nothing of the simulator is evaluated before a picture or a block is shown. */
export default class KubernetesSimulator extends Plugin {
  private chosen: Settings = defaults;

  override async onload(): Promise<void> {
    setLanguage(getLanguage());
    const simulator = lazily(async () => (await loadSimulator()).createSimulator(this.app, this, () => this.chosen, this.manifest.version));
    this.registerMarkdownPostProcessor(readingProcessor(this.app, simulator), readingOrder);
    this.registerMarkdownPostProcessor(transcriptProcessor(simulator));
    this.registerEditorExtension(livePreviewExtension(this.app, simulator));
    this.registerMarkdownCodeBlockProcessor("k8s-sim", codeBlockProcessor(simulator));
    this.registerView(clusterViewType, (leaf) => new ClusterView(leaf, simulator));
    registerCommands(this, simulator, () => this.chosen.serve);
    this.addSettingTab(new SimulatorSettings(this.app, this, () => this.chosen, async (next) => {
      await this.saveData(next);
      this.use(next);
      simulator.now?.choices.changed();
    }));
    // Notes that were open before the plugin are drawn anew, so that their pictures come; and once more when it goes, so that the originals do.
    this.register(() => this.redraw());
    this.use(readSettings(await this.loadData()));
  }

  private use(settings: Settings): void {
    this.chosen = settings;
    setReducedMotion(settings.motion === "reduced");
  }

  private redraw(): void {
    for (const { view } of this.app.workspace.getLeavesOfType("markdown")) if (view instanceof MarkdownView) view.previewMode.rerender(true);
    this.app.workspace.updateOptions();
  }
}
