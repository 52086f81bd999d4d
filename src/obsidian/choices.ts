import type { Cancel } from "../cluster/model";
import type { Resolution } from "../note/resolve";
import type { PictureSite } from "./mount";

/** How a picture is shown. "own": the app's own image stays, with an offer to make it live. */
export type Shown = "live" | "static" | "own";

/** What the vault's setting asks of pictures that are recognised. */
export type PicturesSetting = "live" | "found" | "static";

/** Names a picture beyond its DOM: its note, its link, and which occurrence of it. */
export const pictureKey = ({ path, picture }: PictureSite): string => `${path}\n${picture.linktext}\n${picture.ordinal}`;

/** What the reader chose, for single pictures and for whole notes. The DOM comes and goes; this stays as long as the plugin. */
export class Choices {
  private readonly pictures = new Map<string, "live" | "static">();
  private readonly notes = new Map<string, "live" | "static">();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly setting: () => PicturesSetting) {}

  /** How a picture is shown now: by the reader's choice for it, for its note, by its embed, then by the setting. */
  of(site: PictureSite, { certain }: Resolution): Shown {
    const chosen = this.pictures.get(pictureKey(site));
    if (chosen !== undefined) return chosen;
    const note = this.notes.get(site.path);
    const still = site.image === undefined ? "static" : "own";
    if (note !== undefined) return note === "live" ? "live" : still;
    if (site.picture.override !== undefined) return "live";
    const setting = this.setting();
    if (setting === "live") return "live";
    if (setting === "static") return still;
    return site.image === undefined || certain ? "live" : "own";
  }

  choose(site: PictureSite, shown: "live" | "static"): void {
    this.pictures.set(pictureKey(site), shown);
    this.changed();
  }

  /** For every picture of a note at once; what was chosen for single ones is forgotten. */
  chooseNote(path: string, shown: "live" | "static"): void {
    for (const key of [...this.pictures.keys()]) if (key.startsWith(`${path}\n`)) this.pictures.delete(key);
    this.notes.set(path, shown);
    this.changed();
  }

  ofNote(path: string): "live" | "static" | undefined {
    return this.notes.get(path);
  }

  /** A note was renamed, or (without `to`) deleted. */
  move(from: string, to?: string): void {
    for (const [key, shown] of [...this.pictures]) {
      if (!key.startsWith(`${from}\n`)) continue;
      this.pictures.delete(key);
      if (to !== undefined) this.pictures.set(to + key.slice(from.length), shown);
    }
    const note = this.notes.get(from);
    this.notes.delete(from);
    if (note !== undefined && to !== undefined) this.notes.set(to, note);
  }

  /** Told when any choice or the setting changed. */
  onChange(fn: () => void): Cancel {
    this.listeners.add(fn);
    return () => void this.listeners.delete(fn);
  }

  changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
