import { TFile } from "obsidian";
import type { App, Component } from "obsidian";
import type { NoteModel } from "../note/model";
import { readNote } from "../note/read";

/** How many notes are kept: those on screen, and a few that were. */
const kept = 12;

/** What is known of the notes that are shown. Nothing is scanned: a note is read when one of its parts is. */
export interface NoteModels {
  /** The model of exactly this text. */
  of(path: string, text: string): NoteModel;
  /** The last model of the note, where there is one. */
  peek(path: string): NoteModel | undefined;
  load(path: string): Promise<NoteModel | undefined>;
}

export function noteModels(app: App, lifetime: Component): NoteModels {
  const models = new Map<string, NoteModel>();
  const of = (path: string, text: string): NoteModel => {
    const held = models.get(path);
    const model = held?.text === text ? held : readNote(path, text);
    models.delete(path);
    models.set(path, model);
    for (const oldest of models.keys()) {
      if (models.size <= kept) break;
      models.delete(oldest);
    }
    return model;
  };
  lifetime.registerEvent(
    app.metadataCache.on("changed", (file, text) => {
      if (models.has(file.path)) of(file.path, text);
    }),
  );
  lifetime.registerEvent(app.vault.on("delete", (file) => void models.delete(file.path)));
  lifetime.registerEvent(app.vault.on("rename", (_file, old) => void models.delete(old)));
  return {
    of,
    peek: (path) => models.get(path),
    async load(path) {
      const file = app.vault.getAbstractFileByPath(path);
      return file instanceof TFile ? of(path, await app.vault.cachedRead(file)) : undefined;
    },
  };
}
