import { MarkdownView, TFile } from "obsidian";
import type { App } from "obsidian";
import type { NoteModel } from "../note/model";
import { readNote } from "../note/read";
import type { Edit } from "./edits";

/**
 * Changes a note in one undoable edit: through its editor where one is open, else in the file. `find` is asked with the note as it is at
 * that moment; undefined: what was to be changed is gone. Resolves whether it was done.
 */
export async function editNote(app: App, path: string, find: (note: NoteModel) => Edit | undefined): Promise<boolean> {
  const view = app.workspace.getLeavesOfType("markdown").map((leaf) => leaf.view)
    .find((each): each is MarkdownView => each instanceof MarkdownView && each.file?.path === path && each.getMode() === "source");
  if (view !== undefined) {
    const { editor } = view;
    const edit = find(readNote(path, editor.getValue()));
    if (edit === undefined) return false;
    editor.replaceRange(edit.insert, editor.offsetToPos(edit.from), editor.offsetToPos(edit.to));
    return true;
  }
  const file = app.vault.getAbstractFileByPath(path);
  if (!(file instanceof TFile)) return false;
  let done = false;
  await app.vault.process(file, (text) => {
    const edit = find(readNote(path, text));
    if (edit === undefined) return text;
    done = true;
    return text.slice(0, edit.from) + edit.insert + text.slice(edit.to);
  });
  return done;
}
