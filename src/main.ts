import { Plugin, getLanguage } from "obsidian";
import { setLanguage } from "./i18n";
import { codeBlockProcessor } from "./obsidian/code-block";
import { livePreviewExtension } from "./obsidian/live-preview";
import { lazily } from "./obsidian/mount";
import { readingOrder, readingProcessor } from "./obsidian/reading";
import { defaults, readSettings } from "./obsidian/settings";
import type { Settings } from "./obsidian/settings";

/** Wires the floors together. Nothing of the simulator is evaluated before a picture or a block is shown. */
export default class KubernetesSimulator extends Plugin {
  private chosen: Settings = defaults;

  override async onload(): Promise<void> {
    setLanguage(getLanguage());
    const simulator = lazily(async () => (await import("./obsidian/simulator")).createSimulator(this.app, this, () => this.chosen));
    this.registerMarkdownPostProcessor(readingProcessor(this.app, simulator), readingOrder);
    this.registerEditorExtension(livePreviewExtension(this.app, simulator));
    this.registerMarkdownCodeBlockProcessor("k8s-sim", codeBlockProcessor(simulator));
    this.chosen = readSettings(await this.loadData());
  }
}
