import { TFile } from "obsidian";
import type { App, Component } from "obsidian";
import type { NoteModel } from "../note/model";
import { readNote, readingNote } from "../note/read";
import { inSlices } from "./slices";

/** Up to so much text is read at once where it has not been read yet, UTF-16 units. */
const readAtOnce = 20_000;

/** How many notes are kept: those on screen, and a few that were. */
const kept = 12;

/** What is known of the notes that are shown. Nothing is scanned: a note is read when one of its parts is. */
export interface NoteModels {
  /** The model of exactly this text. */
  of(path: string, text: string): NoteModel;
  /** As `of`, where that is soon done; undefined: it has to be loaded. */
  soon(path: string, text: string): NoteModel | undefined;
  /** The last model of the note, where there is one. */
  peek(path: string): NoteModel | undefined;
  load(path: string): Promise<NoteModel | undefined>;
}

export function noteModels(app: App, lifetime: Component): NoteModels {
  const models = new Map<string, NoteModel>();
  const of = (path: string, text: string, read?: NoteModel): NoteModel => {
    const held = models.get(path);
    const model = held?.text === text ? held : read ?? readNote(path, text);
    models.delete(path);
    models.set(path, model);
    for (const oldest of models.keys()) {
      if (models.size <= kept) break;
      models.delete(oldest);
    }
    return model;
  };
  // Every part of a note asks at once.
  const under = new Map<string, Promise<NoteModel>>();
  const reading = (path: string, text: string): Promise<NoteModel> => {
    const key = `${path}\n${text}`;
    const found = under.get(key) ?? inSlices(readingNote(path, text)).finally(() => under.delete(key));
    under.set(key, found);
    return found;
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
    soon: (path, text) => (models.get(path)?.text === text || text.length <= readAtOnce ? of(path, text) : undefined),
    peek: (path) => models.get(path),
    async load(path) {
      const file = app.vault.getAbstractFileByPath(path);
      if (!(file instanceof TFile)) return undefined;
      const text = await app.vault.cachedRead(file);
      const before = models.get(path);
      if (before?.text === text) return of(path, text);
      const read = await reading(path, text);
      // It may have been read anew meanwhile, as it is now.
      const now = models.get(path);
      return now === undefined || now === before ? of(path, text, read) : now;
    },
  };
}
