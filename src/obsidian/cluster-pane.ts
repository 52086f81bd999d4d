import { Notice } from "obsidian";
import { conceptOf } from "../diagrams/concepts/index";
import { t } from "../i18n/index";
import { clusterName } from "../note/cluster-name";
import { clusterKey } from "../session/cluster-key";
import type { NoteClusters } from "../session/note-clusters";
import { choice } from "../ui/button";
import { createClusterView } from "../ui/cluster-view";
import type { BlockWorld } from "./block";
import { filesBeside } from "./block";
import type { Mounted } from "./mount";
import { inSlices } from "./slices";

/** Shows the cluster of a note (or of a name that notes share) in `parent`, with the list of those that are open. */
export async function mountCluster(parent: HTMLElement, path: string, name: string, choose: (path: string, name: string) => void, world: BlockWorld, clusters: NoteClusters): Promise<Mounted> {
  const concept = conceptOf("cluster");
  const note = path === "" ? undefined : world.models.peek(path) ?? (await world.models.load(path));
  if (note === undefined || concept === undefined) {
    const empty = parent.createEl("p", { cls: "k8s-sim-view-empty", text: t("view.empty") });
    return { ready: Promise.resolve(), unmount: () => empty.remove() };
  }
  const beside = await filesBeside(world.app, path);
  await world.blocks.bring(note, beside);
  if (!world.blocks.hasFiles(path)) world.blocks.give(path, beside);
  const notebook = world.blocks.notebook(note, name);
  await inSlices(notebook.cluster.opening());
  const head = parent.createDiv("k8s-sim-view-head");
  const of = (file: string, shared: string): string => `${clusterKey(file, shared)}`;
  const open = new Map<string, { readonly text: string; readonly path: string; readonly name: string }>();
  const add = (file: string, shared: string): void => void open.set(of(file, shared), { text: shared === "" ? file.replace(/\.md$/, "") : t("block.cluster", { name: shared }), path: file, name: shared });
  add(path, "");
  for (const shared of new Set(note.blocks.map(clusterName))) if (shared !== "") add(path, shared);
  for (const [key] of clusters.all()) {
    if (key.startsWith("note:")) add(key.slice("note:".length), "");
    else if (!open.has(key)) add(path, key.slice("name:".length));
  }
  const list = choice<string>(head, "cluster", t("view.clusters"), [...open].map(([value, { text }]) => ({ value, text })), (value) => {
    const chosen = open.get(value);
    if (chosen !== undefined) choose(chosen.path, chosen.name);
  });
  list.set(of(path, name));
  const view = createClusterView(parent, notebook, {
    // Pictures need a pod to be about; here the nodes alone are worth seeing.
    concept: { ...concept, focus: (of) => concept.focus(of) ?? of.list("nodes").map(({ metadata }) => ({ resource: "nodes", namespace: "", name: metadata.name }))[0] },
    speed: world.speed(),
    host: {
      copyText: (text) => {
        void navigator.clipboard.writeText(text).then(() => new Notice(t("diagram.copied")));
      },
    },
  });
  view.el.dataset["cluster"] = name === "" ? path : name;
  return {
    ready: Promise.resolve(),
    unmount() {
      view.destroy();
      head.remove();
    },
  };
}
