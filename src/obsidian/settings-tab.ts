import { Platform, PluginSettingTab, Setting } from "obsidian";
import type { App, Plugin } from "obsidian";
import { t } from "../i18n/index";
import { readSettings, speeds } from "./settings";
import type { Settings } from "./settings";

interface Definition {
  readonly name: string;
  readonly desc: string;
  readonly control: { key: keyof Settings; type: "dropdown"; options: Record<string, string> } | { key: keyof Settings; type: "toggle" };
}

/** The settings as the reader sees them: described once, so that newer apps can search them and older ones draw them. Language follows the app. */
export class SimulatorSettings extends PluginSettingTab {
  constructor(
    app: App,
    plugin: Plugin,
    private readonly held: () => Settings,
    private readonly save: (settings: Settings) => Promise<void>,
  ) {
    super(app, plugin);
  }

  override getSettingDefinitions(): Definition[] {
    const words = (key: string): { name: string; desc: string } => ({ name: t(`settings.${key}`), desc: t(`settings.${key}.about`) });
    return [
      { ...words("pictures"), control: { key: "pictures", type: "dropdown", options: Object.fromEntries(["live", "found", "static"].map((value) => [value, t(`settings.pictures.${value}`)])) } },
      { ...words("speed"), control: { key: "speed", type: "dropdown", options: Object.fromEntries(speeds.map((speed) => [String(speed), `${speed}×`])) } },
      { ...words("motion"), control: { key: "motion", type: "toggle" } },
      ...(Platform.isDesktop ? [{ ...words("serve"), control: { key: "serve", type: "toggle" } } as const] : []),
    ];
  }

  override getControlValue(key: string): unknown {
    const settings = this.held();
    if (key === "motion") return settings.motion === "reduced";
    if (key === "serve") return settings.serve;
    return key === "speed" ? String(settings.speed) : settings.pictures;
  }

  override async setControlValue(key: string, value: unknown): Promise<void> {
    const known = key === "motion" ? (value === true ? "reduced" : "system") : key === "speed" ? Number(value) : value;
    await this.save(readSettings({ ...this.held(), [key]: known }));
  }

  /** Before 1.13 a tab draws itself. */
  override display(): void {
    const { containerEl } = this;
    containerEl.empty();
    for (const { name, desc, control } of this.getSettingDefinitions()) {
      const row = new Setting(containerEl).setName(name).setDesc(desc);
      const keep = (value: unknown): Promise<void> => this.setControlValue(control.key, value);
      if (control.type === "toggle") row.addToggle((toggle) => toggle.setValue(this.getControlValue(control.key) === true).onChange(keep));
      else row.addDropdown((choice) => choice.addOptions(control.options).setValue(String(this.getControlValue(control.key))).onChange(keep));
    }
  }
}
