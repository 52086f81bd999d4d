import type { Concept } from "../diagrams/concept";
import { t } from "../i18n/index";
import type { Resolution } from "../note/resolve";
import type { NoteCluster } from "../session/note-cluster";
import { createDiagram } from "../ui/diagram";
import type { Diagram } from "../ui/diagram";
import type { DiagramHost } from "../ui/diagram-model";
import { button } from "../ui/button";
import { setSentence } from "../ui/dom";
import { pictureKey } from "./choices";
import type { Choices } from "./choices";
import type { Mounted, PictureSite } from "./mount";
import { holds } from "./picture-models";
import type { Held, PictureModels } from "./picture-models";
import { breath } from "./slices";

/** What a picture needs of the plugin. */
export interface PictureWorld {
  readonly choices: Choices;
  readonly models: PictureModels;
  /** The note's own cluster, where something has been run on it. */
  cluster(path: string): NoteCluster | undefined;
  /** Brings back the cluster that the note had when it was last open. */
  bring(path: string): Promise<void>;
  /** Told when something has been run on a note's cluster. */
  onCluster(fn: () => void): () => void;
  /** What the page can do for a diagram of this picture. */
  host(site: PictureSite): DiagramHost;
  /** The menu of a right click on a picture. */
  menu(site: PictureSite, live: boolean, toggle: () => void, event: MouseEvent): void;
}

/** So far before it comes into view is a picture made ready, CSS pixels. */
const nearby = "600px";
/** Paper has no layout to ask when it is drawn: the width of an A4 page's text, CSS pixels. */
const paper = 680;

/** What the note says about the picture, the nearest first. */
const wordsAround = ({ picture: { alt, context } }: PictureSite): string => [alt, context.before, context.list, context.after, ...context.headings].join("\n");

/** A picture of a note: its live diagram, or its image as it was found. Which one is the reader's choice, kept outside the DOM. */
export function mountPicture(host: HTMLElement, site: PictureSite, resolution: Resolution, concept: Concept, world: PictureWorld): Mounted {
  if (site.width !== undefined) host.style.setProperty("--k8s-sim-wish", `${site.width}px`);
  if (site.print) return onPaper(host, site, resolution, concept, world);
  const key = pictureKey(site);
  let gone = false;
  let shown: "live" | "static" | undefined;
  let clear: () => void = () => undefined;

  const toggle = (): void => world.choices.choose(site, shown === "live" ? "static" : "live");

  const frame = (state: "live" | "static", source: "note" | "example"): HTMLElement =>
    host.createDiv({ cls: "k8s-sim-diagram", attr: { "data-concept": concept.id, "data-source": source, "data-state": state } });

  const image = (root: HTMLElement): void => {
    if (site.image !== undefined) {
      root.createEl("img", { attr: { src: site.image, alt: site.picture.alt, ...(site.width === undefined ? {} : { width: site.width }), ...(site.height === undefined ? {} : { height: site.height }) } });
      return;
    }
    setSentence(root.createEl("p", { cls: "k8s-sim-missing" }), t("picture.missing", { file: site.picture.linktext.replace(/`/g, "'") }));
  };

  const showStatic = (): void => {
    const root = frame("static", "example");
    root.classList.add("is-still");
    image(root);
    button(root, "toggle", t("picture.live"), toggle).classList.add("k8s-sim-live");
    clear = () => root.remove();
  };

  const showLive = (): void => {
    // A quiet frame of about the size, until the picture comes near the window.
    const waiting = frame("live", "example");
    waiting.classList.add("is-waiting");
    waiting.createEl("p", { cls: "k8s-sim-question", text: t(concept.question) });
    let held: Held | undefined;
    let diagram: Diagram | undefined;
    let over = false;
    const touch = (): void => {
      if (held !== undefined) held.touched = true;
    };
    const open = (taken: Held, drawn?: () => void): void => {
      held = taken;
      diagram?.destroy();
      // The picture has one root, also while it is being drawn.
      for (const fact of ["concept", "source", "state"]) delete waiting.dataset[fact];
      diagram = createDiagram(host, taken.model, { words: wordsAround(site), ...(drawn === undefined ? {} : { breath, drawn }), host: { ...world.host(site), resized: () => site.resized?.() } });
      if (drawn === undefined) waiting.remove();
      const tools = diagram.el.querySelector<HTMLElement>(".k8s-sim-tools");
      if (tools !== null) tools.prepend(button(tools, "toggle", t("picture.static"), toggle, "image"));
      if (taken.model.source === "note" && world.cluster(site.path)?.busy === true) taken.model.play();
      site.resized?.();
    };
    /** Once the note's own cluster has what the example shows: by itself where nobody has touched it, else the reader is asked. */
    const look = (): void => {
      watch();
      if (held === undefined || held.model.source === "note" || over) return;
      const note = world.cluster(site.path);
      const own = (): void => {
        held?.model.dispose();
        open(world.models.take(key, concept, note));
      };
      if (!holds(concept, note)) diagram?.offer(undefined);
      else if (held.touched) diagram?.offer(() => (own(), host.querySelector<HTMLElement>("[data-action=toggle]")?.focus()));
      else own();
    };
    let late = 0;
    let unwatch: () => void = () => undefined;
    const watch = (): void => {
      unwatch();
      const note = held?.model.source === "example" ? world.cluster(site.path) : undefined;
      if (note === undefined) return;
      const cancel = note.cluster.subscribe(() => {
        if (late === 0) late = host.win.setTimeout(() => ((late = 0), look()), 500);
      });
      unwatch = () => (cancel(), host.win.clearTimeout(late), (late = 0));
    };
    const draw = async (): Promise<void> => {
      try {
        await world.bring(site.path);
        await world.models.inTurn(() => new Promise<void>((done) => {
          finish = done;
          if (over) return done();
          // The quiet frame stays until the whole picture takes its place.
          open(world.models.take(key, concept, world.cluster(site.path)), () => (waiting.remove(), site.resized?.(), done()));
        }));
        if (over) return;
        host.addEventListener("pointerdown", touch, true);
        host.addEventListener("keydown", touch, true);
        look();
      } catch (error) {
        waiting.empty();
        waiting.classList.remove("is-waiting");
        setSentence(waiting.createEl("p", { cls: "k8s-sim-problem" }), t("diagram.error", { message: error instanceof Error ? error.message : String(error) }));
        image(waiting);
        button(waiting, "toggle", t("picture.static"), toggle);
      }
    };
    let finish = (): void => undefined;
    const unlisten = world.onCluster(look);
    const stop = whenNear(host, () => void draw());
    clear = () => {
      over = true;
      // The next picture has its turn.
      finish();
      stop();
      unlisten();
      unwatch();
      host.removeEventListener("pointerdown", touch, true);
      host.removeEventListener("keydown", touch, true);
      diagram?.destroy();
      waiting.remove();
      if (held !== undefined) world.models.give(key, held);
      held = undefined;
    };
  };

  const show = (): void => {
    // Once it is ours, "own" is our static side: the app's image can't be had back without drawing the note anew.
    const now = world.choices.of(site, resolution) === "live" ? "live" : "static";
    if (now === shown || gone) return;
    const focused = shown !== undefined && host.contains(host.doc.activeElement);
    clear();
    shown = now;
    if (now === "live") showLive();
    else showStatic();
    if (focused) host.querySelector<HTMLElement>("[data-action=toggle]")?.focus();
    site.resized?.();
  };
  const menu = (event: MouseEvent): void => world.menu(site, shown === "live", toggle, event);
  host.addEventListener("contextmenu", menu);
  show();
  const cancel = world.choices.onChange(show);
  return {
    ready: Promise.resolve(),
    unmount() {
      gone = true;
      cancel();
      clear();
      host.remove();
    },
  };
}

/** On paper: the moment that stands for the whole, drawn and let go. */
function onPaper(host: HTMLElement, site: PictureSite, resolution: Resolution, concept: Concept, world: PictureWorld): Mounted {
  const draw = async (): Promise<void> => {
    const { model } = await world.models.takeWhole(`${pictureKey(site)}\nprint`, concept, world.cluster(site.path));
    try {
      createDiagram(host, model, { poster: true, words: wordsAround(site), width: Math.min(site.width ?? paper, paper) });
    } finally {
      model.dispose();
    }
  };
  const live = world.choices.of(site, resolution) === "live";
  if (!live && site.image !== undefined) {
    const root = host.createDiv({ cls: "k8s-sim-diagram is-still", attr: { "data-concept": concept.id, "data-source": "example", "data-state": "static" } });
    root.createEl("img", { attr: { src: site.image, alt: site.picture.alt, ...(site.width === undefined ? {} : { width: site.width }) } });
  }
  return { ready: live ? draw() : Promise.resolve(), unmount: () => host.remove() };
}

/** Calls once when the element is in the window or near it; the result cancels. */
export function whenNear(el: HTMLElement, fn: () => void): () => void {
  const view = el.doc.defaultView;
  if (view === null || typeof view.IntersectionObserver !== "function") {
    fn();
    return () => undefined;
  }
  const observer = new view.IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      fn();
    },
    { rootMargin: nearby },
  );
  observer.observe(el);
  return () => observer.disconnect();
}

/** The app's own image stays; a small button beside it makes it live. */
export function offerLive(parent: HTMLElement, site: PictureSite, world: PictureWorld): HTMLElement {
  const offer = parent.createSpan("k8s-sim-offer");
  button(offer, "toggle", t("picture.live"), () => world.choices.choose(site, "live"));
  return offer;
}
