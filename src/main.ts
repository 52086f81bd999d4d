import { Plugin } from "obsidian";

export default class KubernetesSimulator extends Plugin {
  override onload(): void {
    // Filled below.
  }
}
