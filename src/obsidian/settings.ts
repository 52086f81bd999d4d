import type { PicturesSetting } from "./choices";

/** What data.json holds, and nothing else. */
export interface Settings {
  readonly pictures: PicturesSetting;
  /** Virtual seconds a second. */
  readonly speed: number;
  /** Reduced: parts don't glide and packets don't travel, whatever the system says. */
  readonly motion: "system" | "reduced";
  /** Clusters may be served to clients on this machine. */
  readonly serve: boolean;
}

export const defaults: Settings = { pictures: "found", speed: 1, motion: "system", serve: false };

export const speeds: readonly number[] = [1, 2, 5, 10, 50, 100];

/** What was saved, as far as it makes sense: an older or a broken file must not stop the plugin. */
export function readSettings(saved: unknown): Settings {
  const found = (typeof saved === "object" && saved !== null ? saved : {}) as Partial<Record<keyof Settings, unknown>>;
  return {
    pictures: found.pictures === "live" || found.pictures === "static" ? found.pictures : defaults.pictures,
    speed: speeds.find((speed) => speed === found.speed) ?? defaults.speed,
    motion: found.motion === "reduced" ? "reduced" : "system",
    serve: found.serve === true,
  };
}
