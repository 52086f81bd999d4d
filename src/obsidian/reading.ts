import { MarkdownRenderChild } from "obsidian";
import type { App, MarkdownPostProcessorContext } from "obsidian";
import type { NoteModel, Picture } from "../note/model";
import type { Resolution } from "../note/resolve";
import { isPrint } from "./mount";
import type { LazySimulator, Mounted, PictureSite, Simulator } from "./mount";
import { isPictureLink, pictureSite } from "./picture-site";
import { breath } from "./slices";

/** Before Obsidian's own processors: an embed is still a bare span then. */
export const readingOrder = -100;

/** Shows something for as long as its section is rendered. */
export class Shown extends MarkdownRenderChild {
  constructor(
    host: HTMLElement,
    private readonly mounted: Mounted,
  ) {
    super(host);
  }

  override onunload(): void {
    this.mounted.unmount();
  }
}

/** Which picture of the note each span is: by the section's lines where they are known, else by counting through the document. */
function identify(spans: readonly HTMLElement[], pictures: readonly Picture[], lines: readonly [number, number] | undefined, counted: Map<string, number>): (Picture | undefined)[] {
  const inside = lines === undefined ? pictures : pictures.filter(({ span }) => span.line >= lines[0] && span.line <= lines[1]);
  const seen = lines === undefined ? counted : new Map<string, number>();
  return spans.map((span) => {
    const linktext = span.getAttribute("src") ?? "";
    const ordinal = seen.get(linktext) ?? 0;
    seen.set(linktext, ordinal + 1);
    const same = inside.filter((picture) => picture.linktext === linktext);
    return same[ordinal] ?? same[same.length - 1];
  });
}

/** The app's own image stays, with an offer beside it; becomes ours when the reader chooses so. */
function offered(span: HTMLElement, site: PictureSite, resolution: Resolution, now: Simulator, become: () => Mounted): Mounted {
  const parent = span.parentElement;
  let mounted: Mounted | undefined;
  const offer = site.print || parent === null ? undefined : now.offer(parent, site);
  if (offer !== undefined) span.after(offer);
  const cancel = now.choices.onChange(() => {
    if (mounted !== undefined || now.choices.of(site, resolution) === "own") return;
    offer?.remove();
    mounted = become();
  });
  return {
    ready: Promise.resolve(),
    unmount() {
      cancel();
      offer?.remove();
      mounted?.unmount();
    },
  };
}

/** Reading view and everything else that goes through the Markdown renderer: callouts, note embeds, popovers, canvas, PDF. */
export function readingProcessor(app: App, simulator: LazySimulator): (el: HTMLElement, ctx: MarkdownPostProcessorContext) => Promise<void> | void {
  /** Per rendering of a document, how often each link has been met. */
  const documents = new Map<string, Map<string, number>>();

  return (el, ctx) => {
    const spans = el.findAll("span.internal-embed").filter((span) => isPictureLink(span.getAttribute("src") ?? ""));
    if (spans.length === 0) return;
    const info = ctx.getSectionInfo(el);
    const key = `${ctx.docId} ${ctx.sourcePath}`;
    const counted = documents.get(key) ?? new Map<string, number>();
    if (info === null) {
      documents.set(key, counted);
      const oldest = documents.keys().next().value;
      if (documents.size > 20 && oldest !== undefined) documents.delete(oldest);
    }
    const found = (model: NoteModel): (Picture | undefined)[] => identify(spans, model.pictures, info === null ? undefined : [info.lineStart, info.lineEnd], counted);
    const print = isPrint(el.doc);

    const swap = (now: Simulator, pictures: readonly (Picture | undefined)[]): Promise<unknown> => {
      const waiting = spans.flatMap((span, i): Promise<void>[] => {
        const picture = pictures[i];
        if (picture === undefined || span.parentElement === null) return [];
        const width = Number(span.getAttribute("width")) || undefined;
        const height = Number(span.getAttribute("height")) || undefined;
        const site = { ...pictureSite(app, ctx.sourcePath, picture, print), width, height };
        const resolution = now.resolve(site);
        if (resolution === undefined) return [];
        const become = (): Mounted => {
          const host = el.createDiv("k8s-sim-picture");
          span.replaceWith(host);
          return now.mountPicture(host, site, resolution);
        };
        const mounted = now.choices.of(site, resolution) === "own" ? offered(span, site, resolution, now, become) : become();
        ctx.addChild(new Shown(span, mounted));
        return [mounted.ready];
      });
      return Promise.all(waiting);
    };

    const known = (now: Simulator): NoteModel | undefined => (info === null ? now.models.peek(ctx.sourcePath) : now.models.soon(ctx.sourcePath, info.text));
    const now = simulator.now;
    const model = now === undefined ? undefined : known(now);
    if (now !== undefined && model !== undefined) return swap(now, found(model)).then(() => undefined);
    // The spans stay until the note is read; Obsidian may fill them meanwhile, and loses them all the same.
    return (async () => {
      const loaded = await simulator.load();
      // A whole note waits for it: each section is a piece of work of its own.
      await breath();
      const read = known(loaded) ?? (await loaded.models.load(ctx.sourcePath));
      if (read !== undefined) await swap(loaded, found(read));
    })();
  };
}
