import type { App, Component } from "obsidian";
import { concepts } from "../diagrams/concepts/index";
import type { Problem } from "../note/model";
import { resolve } from "../note/resolve";
import type { BlockSite, Mounted, PictureSite, Simulator } from "./mount";
import { noteModels } from "./note-models";
import type { NoteModels } from "./note-models";

/** What the adapters show: evaluated when the first picture or block is. */
export function createSimulator(app: App, lifetime: Component): Simulator {
  const models = noteModels(app, lifetime);
  return {
    models,
    resolve: (site) => resolve(site.picture, concepts),
    mountPicture: (host, site, resolution) => mountPicture(host, site, resolution.concept),
    mountBlock: (host, site) => mountBlock(host, site, models),
  };
}

function mountPicture(host: HTMLElement, site: PictureSite, concept: string): Mounted {
  const root = host.createDiv({ cls: "k8s-sim-diagram", attr: { "data-concept": concept, "data-source": "example", "data-state": site.image === undefined ? "live" : "static" } });
  if (site.image !== undefined) root.createEl("img", { attr: { src: site.image, alt: site.picture.alt, width: site.width ?? null, height: site.height ?? null } });
  return { ready: Promise.resolve(), unmount: () => root.remove() };
}

function mountBlock(host: HTMLElement, site: BlockSite, models: NoteModels): Mounted {
  const root = host.createDiv({ cls: "k8s-sim-block", attr: { "data-cluster": site.path } });
  root.createEl("pre").createEl("code", { text: site.source });
  const ready = models.load(site.path).then((model) => {
    const line = site.line();
    const block = model?.blocks.find((each) => (line === undefined ? each.source.text === site.source : each.span.line === line));
    for (const problem of block?.problems ?? []) root.createDiv({ cls: "k8s-sim-problem", text: said(problem) });
  });
  return { ready, unmount: () => root.remove() };
}

const said = ({ span, kubernetes, key }: Problem): string => `${span.line + 1}: ${kubernetes ?? key}`;
