import { Plugin, getLanguage } from "obsidian";
import { setLanguage } from "./i18n";
import { codeBlockProcessor } from "./obsidian/code-block";
import { livePreviewExtension } from "./obsidian/live-preview";
import { lazily } from "./obsidian/mount";
import { readingOrder, readingProcessor } from "./obsidian/reading";

/** Wires the floors together. Nothing of the simulator is evaluated before a picture or a block is shown. */
export default class KubernetesSimulator extends Plugin {
  override onload(): void {
    setLanguage(getLanguage());
    const simulator = lazily(async () => (await import("./obsidian/simulator")).createSimulator(this.app, this));
    this.registerMarkdownPostProcessor(readingProcessor(this.app, simulator), readingOrder);
    this.registerEditorExtension(livePreviewExtension(this.app, simulator));
    this.registerMarkdownCodeBlockProcessor("k8s-sim", codeBlockProcessor(simulator));
  }
}
