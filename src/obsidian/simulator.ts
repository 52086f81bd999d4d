import { Menu, Notice, TFile } from "obsidian";
import type { App, Component } from "obsidian";
import { conceptOf, concepts } from "../diagrams/concepts/index";
import { t } from "../i18n/index";
import { clusterNames } from "../note/cluster-name";
import { resolve } from "../note/resolve";
import { clusterKey } from "../session/cluster-key";
import { Choices } from "./choices";
import { chooseConcept } from "./concept-chooser";
import { fenceBelow, isFrozen } from "./edits";
import { loadEngine } from "./load-simulator";
import { lazily } from "./mount";
import type { Engine, Lazy, Mounted, PictureSite, Simulator } from "./mount";
import { editNote } from "./note-edit";
import { noteModels } from "./note-models";
import { mountPicture, offerLive } from "./picture";
import type { PictureWorld } from "./picture";
import { PictureModels } from "./picture-models";
import { SavedClusters } from "./saved-clusters";
import type { Settings } from "./settings";

/** Shows pictures, and loads what runs when that is wanted. Everything that outlives an element lives here. */
export function createSimulator(app: App, lifetime: Component, settings: () => Settings, version: string): Simulator {
  const models = noteModels(app, lifetime);
  const shelf = new SavedClusters(app, version);
  const choices = new Choices(() => settings().pictures);
  const listeners = new Set<() => void>();
  const engine: Lazy<Engine> = lazily(async () => (await loadEngine()).createEngine({
    app, lifetime, models, choices, pictures, shelf,
    speed: () => settings().speed,
    changed: () => {
      for (const listener of listeners) listener();
    },
  }));
  const pictures = new PictureModels(() => settings().speed, engine);
  lifetime.register(() => {
    pictures.dispose();
    if (engine.now === undefined) shelf.close();
  });
  const move = (from: string, to?: string): void => {
    pictures.forget(from);
    choices.move(from, to);
    if (engine.now === undefined) void shelf.move(clusterKey(from, ""), to === undefined ? undefined : clusterKey(to, ""));
    else engine.now.move(from, to);
  };
  lifetime.registerEvent(app.vault.on("rename", (file, old) => {
    if (file instanceof TFile) move(old, file.path);
  }));
  lifetime.registerEvent(app.vault.on("delete", (file) => move(file.path)));

  const world: PictureWorld = {
    choices,
    models: pictures,
    cluster: (path) => engine.now?.cluster(path),
    bring: async (path) => {
      const note = models.peek(path);
      if (note === undefined) return;
      // Where nothing was kept there is nothing to load for.
      if (engine.now !== undefined || await shelf.hasAny([...clusterNames(note)].map((name) => clusterKey(path, name)))) await (await engine.load()).bring(note);
    },
    onCluster: (fn) => {
      listeners.add(fn);
      return () => void listeners.delete(fn);
    },
    menu: (site, live, toggle, event) => {
      // A selection has the app's own menu.
      if ((event.view?.getSelection()?.toString() ?? "") !== "") return;
      event.preventDefault();
      const menu = new Menu();
      menu.addItem((item) => item.setTitle(t(live ? "picture.static" : "picture.live")).setIcon("image").onClick(toggle));
      menu.addItem((item) => item.setTitle(t("diagram.choose")).setIcon("shapes").onClick(() => chooseConcept(app, site)));
      menu.showAtMouseEvent(event);
    },
    host: (site) => ({
      choose: () => chooseConcept(app, site),
      freeze: (mermaid) => void freeze(site, mermaid),
      copyText: (text) => {
        void navigator.clipboard.writeText(text).then(() => new Notice(t("diagram.copied")));
      },
    }),
  };

  const freeze = async (site: PictureSite, mermaid: string): Promise<void> => {
    const done = await editNote(app, site.path, (note) => {
      const picture = note.pictures.find(({ linktext, ordinal }) => linktext === site.picture.linktext && ordinal === site.picture.ordinal);
      if (picture === undefined) return undefined;
      const end = note.text.indexOf("\n", picture.span.to);
      return fenceBelow(note, picture.span.from, end < 0 ? note.text.length : end, "mermaid", `%% k8s-sim\n${mermaid}`, isFrozen);
    });
    new Notice(t(done ? "picture.frozen" : "picture.gone"));
  };

  return {
    models,
    choices,
    engine,
    resolve: (site) => resolve(site.picture, concepts),
    mountPicture(host, site, resolution) {
      const concept = conceptOf(resolution.concept);
      return concept === undefined ? nothing : mountPicture(host, site, resolution, concept, world);
    },
    offer: (parent, site) => offerLive(parent, site, world),
  };
}

const nothing: Mounted = { ready: Promise.resolve(), unmount: () => undefined };
