import { Menu, Notice, TFile } from "obsidian";
import type { App, Component } from "obsidian";
import { conceptOf, concepts } from "../diagrams/concepts/index";
import { t } from "../i18n/index";
import { resolve } from "../note/resolve";
import { NoteClusters } from "../session/note-clusters";
import { isFrozen, mountBlock, mountTranscript } from "./block";
import { Blocks } from "./blocks";
import { Choices } from "./choices";
import { mountCluster } from "./cluster-pane";
import { chooseConcept } from "./concept-chooser";
import { createDeeds } from "./deeds";
import { fenceBelow } from "./edits";
import { Keeper } from "./keeper";
import type { Mounted, PictureSite, Simulator } from "./mount";
import { editNote } from "./note-edit";
import { noteModels } from "./note-models";
import { mountPicture, offerLive } from "./picture";
import type { PictureWorld } from "./picture";
import { PictureModels } from "./picture-models";
import { SavedClusters } from "./saved-clusters";
import type { Settings } from "./settings";

/** What the adapters show: evaluated when the first picture or block is. Everything that outlives an element lives here. */
export function createSimulator(app: App, lifetime: Component, settings: () => Settings, engine: string): Simulator {
  const models = noteModels(app, lifetime);
  const keeper = new Keeper(new SavedClusters(app, engine), lifetime);
  const clusters = new NoteClusters(() => performance.now(), (key, cluster) => keeper.watch(key, cluster));
  const choices = new Choices(() => settings().pictures);
  const pictures = new PictureModels(() => settings().speed);
  const blocks = new Blocks(clusters, keeper);
  lifetime.register(() => {
    blocks.dispose();
    pictures.dispose();
    clusters.dispose();
  });
  lifetime.registerEvent(app.vault.on("rename", (file, old) => {
    if (!(file instanceof TFile)) return;
    keeper.move(old, file.path);
    clusters.rename(old, file.path);
    choices.move(old, file.path);
    blocks.move(old, file.path);
    pictures.forget(old);
  }));
  lifetime.registerEvent(app.vault.on("delete", (file) => {
    pictures.forget(file.path);
    blocks.move(file.path);
    keeper.move(file.path);
    clusters.close(file.path);
    choices.move(file.path);
  }));

  const world: PictureWorld = {
    choices,
    models: pictures,
    cluster: (path) => clusters.peek(path),
    bring: async (path) => {
      const note = models.peek(path);
      if (note !== undefined) await blocks.bring(note);
    },
    onCluster: (fn) => clusters.onChange(fn),
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

  const shared = { app, blocks, models, speed: () => settings().speed };
  return {
    models,
    choices,
    deeds: createDeeds({ ...shared, choices, pictures, lifetime }),
    mountTranscript: (host, site) => mountTranscript(host, site, shared),
    resolve: (site) => resolve(site.picture, concepts),
    mountPicture(host, site, resolution) {
      const concept = conceptOf(resolution.concept);
      return concept === undefined ? nothing : mountPicture(host, site, resolution, concept, world);
    },
    offer: (parent, site) => offerLive(parent, site, world),
    mountCluster: (parent, path, name, choose) => mountCluster(parent, path, name, choose, shared, clusters),
    mountBlock: (host, site) => mountBlock(host, site, "k8s-sim", shared),
  };
}

const nothing: Mounted = { ready: Promise.resolve(), unmount: () => undefined };
