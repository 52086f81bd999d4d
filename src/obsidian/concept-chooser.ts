import { FuzzySuggestModal, Notice } from "obsidian";
import type { App } from "obsidian";
import { concepts } from "../diagrams/concepts/index";
import { t } from "../i18n/index";
import { overrideEdit } from "./edits";
import type { PictureSite } from "./mount";
import { editNote } from "./note-edit";

/** Concepts as the reader picks them; the last takes the picture out of the plugin's hands. */
class ConceptChooser extends FuzzySuggestModal<string> {
  constructor(
    app: App,
    private readonly choose: (concept: string) => void,
  ) {
    super(app);
    this.setPlaceholder(t("picture.choose"));
  }

  override getItems(): string[] {
    return [...concepts.map(({ id }) => id), "off"];
  }

  override getItemText(id: string): string {
    const concept = concepts.find((each) => each.id === id);
    return concept === undefined ? t("picture.off") : `${id} – ${t(concept.question)}`;
  }

  override onChooseItem(id: string): void {
    this.choose(id);
  }
}

/** Lets the reader say what a picture shows, and writes it into its embed, where it can't get lost. */
export function chooseConcept(app: App, { path, picture }: Pick<PictureSite, "path" | "picture">): void {
  new ConceptChooser(app, (concept) => {
    void editNote(app, path, (note) => {
      const found = note.pictures.find(({ linktext, ordinal }) => linktext === picture.linktext && ordinal === picture.ordinal);
      return found === undefined ? undefined : overrideEdit(note.text, found, concept);
    }).then((done) => {
      if (!done) new Notice(t("picture.gone"));
    });
  }).open();
}
