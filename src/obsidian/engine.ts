import type { App, Component } from "obsidian";
import { NoteClusters } from "../session/note-clusters";
import { ClusterModel } from "../ui/cluster-model";
import { mountBlock, mountTranscript } from "./block";
import { Blocks } from "./blocks";
import type { Choices } from "./choices";
import { mountCluster } from "./cluster-pane";
import { createDeeds } from "./deeds";
import { Keeper } from "./keeper";
import type { Engine } from "./mount";
import type { NoteModels } from "./note-models";
import type { PictureModels } from "./picture-models";
import type { SavedClusters } from "./saved-clusters";

/** What the clusters need of the rest of the plugin. */
export interface EngineWorld {
  readonly app: App;
  readonly lifetime: Component;
  readonly models: NoteModels;
  readonly choices: Choices;
  readonly pictures: PictureModels;
  readonly shelf: SavedClusters;
  speed(): number;
  /** Told when something has been run on a note's cluster. */
  changed(): void;
}

/** The clusters of notes and everything that runs on them: evaluated when the first block is shown, or something is to be run. */
export function createEngine(world: EngineWorld): Engine {
  const { lifetime } = world;
  const keeper = new Keeper(world.shelf, lifetime);
  const clusters = new NoteClusters(() => performance.now(), (key, cluster) => keeper.watch(key, cluster));
  const blocks = new Blocks(clusters, keeper);
  clusters.onChange(() => world.changed());
  lifetime.register(() => {
    blocks.dispose();
    clusters.dispose();
  });
  const shared = { ...world, blocks, speed: () => world.speed() };
  return {
    ClusterModel,
    cluster: (path) => clusters.peek(path),
    bring: (note) => blocks.bring(note),
    move(from, to) {
      blocks.move(from, to);
      keeper.move(from, to);
      if (to === undefined) clusters.close(from);
      else clusters.rename(from, to);
    },
    deeds: createDeeds(shared),
    mountTranscript: (host, site) => mountTranscript(host, site, shared),
    mountCluster: (parent, path, name, choose) => mountCluster(parent, path, name, choose, shared, clusters),
    mountBlock: (host, site) => mountBlock(host, site, "k8s-sim", shared),
  };
}
