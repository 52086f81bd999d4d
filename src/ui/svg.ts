import type { Shape } from "../diagrams/draw";

/**
 * The only file that touches SVG: keeps the page's nodes equal to the shapes of a drawing. Nodes are found again by key, so what lives is never
 * rebuilt: groups glide to where they stand now, new ones fade in, gone ones fade out.
 */

const space = "http://www.w3.org/2000/svg";

interface Kept {
  readonly el: SVGElement;
  shape: Shape;
  children: Map<string, Kept> | undefined;
}

/** How long a part takes to fade out, wall ms (equals the style sheet's). */
const fadeOut = 200;

export interface Surface {
  readonly el: SVGSVGElement;
  /** Makes the page show the shapes. `instantly`: nothing glides or fades (scrubbing, first paint, print). */
  show(shapes: readonly Shape[], width: number, height: number, instantly?: boolean): void;
  /** The drawn group of that part. */
  part(key: string): SVGElement | undefined;
  /** What the pointer's rest on a part says, in the browser's own way. */
  tip(part: SVGElement): void;
  destroy(): void;
}

export function createSurface(parent: HTMLElement, label: string): Surface {
  const doc = parent.ownerDocument;
  const el = doc.createElementNS(space, "svg");
  el.setAttribute("class", "k8s-sim-drawing");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", label);
  parent.append(el);
  const root: Kept = { el, shape: { key: "", tag: "g" }, children: new Map() };
  const byKey = new Map<string, SVGElement>();
  const timers = new Set<number>();
  const win = doc.defaultView;
  let quick = true;
  let size = "";
  let tip: SVGTitleElement | undefined;

  const create = (shape: Shape): Kept => {
    const node = doc.createElementNS(space, shape.tag);
    const kept: Kept = { el: node, shape: { key: shape.key, tag: shape.tag }, children: undefined };
    update(kept, shape);
    if (shape.fades === true && !quick) {
      node.classList.add("is-arriving");
      node.addEventListener("animationend", () => node.classList.remove("is-arriving"), { once: true });
    }
    if (shape.attrs?.["data-key"] !== undefined) byKey.set(shape.key, node);
    return kept;
  };

  const remove = (kept: Kept, key: string): void => {
    if (byKey.get(key) === kept.el) byKey.delete(key);
    if (kept.shape.fades !== true || quick || win === null) {
      kept.el.remove();
      return;
    }
    kept.el.classList.add("is-going");
    kept.el.setAttribute("aria-hidden", "true");
    kept.el.removeAttribute("tabindex");
    for (const name of ["data-ref", "data-key", "role"]) kept.el.removeAttribute(name);
    const timer = win.setTimeout(() => {
      timers.delete(timer);
      kept.el.remove();
    }, fadeOut);
    timers.add(timer);
  };

  const update = (kept: Kept, shape: Shape): void => {
    const { el: node, shape: before } = kept;
    if (before === shape) return;
    if (before.class !== shape.class) {
      const arriving = node.classList.contains("is-arriving");
      node.setAttribute("class", `${shape.class ?? ""}${arriving ? " is-arriving" : ""}`);
    }
    if (shape.at !== undefined && (before.at === undefined || before.at[0] !== shape.at[0] || before.at[1] !== shape.at[1]))
      node.style.setProperty("transform", `translate(${shape.at[0]}px, ${shape.at[1]}px)`);
    const now = shape.attrs;
    const then = before.attrs;
    if (now !== then) {
      for (const name in now) {
        const value = now[name];
        if (then?.[name] !== value) node.setAttribute(name, String(value));
      }
      for (const name in then) if (now === undefined || !(name in now)) node.removeAttribute(name);
    }
    if (shape.tag === "text") {
      // The space, which isn't drawn, keeps the words of a part apart for those who hear them.
      if (before.text !== shape.text) node.textContent = `${shape.text ?? ""} `;
    } else if (shape.children !== undefined || kept.children !== undefined) reconcile(kept, shape.children ?? []);
    kept.shape = shape;
  };

  const reconcile = (parentKept: Kept, shapes: readonly Shape[]): void => {
    const before: Map<string, Kept> = (parentKept.children ??= new Map<string, Kept>());
    const host = parentKept.el;
    const wanted = new Set<string>();
    let cursor = host.firstChild;
    for (const shape of shapes) {
      if (wanted.has(shape.key)) continue;
      wanted.add(shape.key);
      let kept = before.get(shape.key);
      if (kept !== undefined && kept.shape.tag !== shape.tag) {
        remove(kept, shape.key);
        kept = undefined;
      }
      if (kept === undefined) {
        kept = create(shape);
        before.set(shape.key, kept);
      } else update(kept, shape);
      // Nodes that fade out stay where they are; the living keep their order around them.
      while (cursor !== null && cursor !== kept.el && (cursor as Element).classList.contains("is-going")) cursor = cursor.nextSibling;
      if (cursor !== null && cursor === kept.el) cursor = cursor.nextSibling;
      else host.insertBefore(kept.el, cursor);
    }
    if (wanted.size !== before.size)
      for (const [key, kept] of before)
        if (!wanted.has(key)) {
          before.delete(key);
          remove(kept, key);
        }
  };

  return {
    el,
    show(shapes, width, height, instantly = false) {
      quick = instantly || root.children?.size === 0;
      const box = `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`;
      if (box !== size) {
        size = box;
        el.setAttribute("viewBox", box);
        el.setAttribute("width", String(Math.ceil(width)));
        el.setAttribute("height", String(Math.ceil(height)));
      }
      el.classList.toggle("is-instant", quick);
      reconcile(root, shapes);
    },
    tip(part) {
      tip ??= doc.createElementNS(space, "title");
      tip.textContent = part.dataset["tip"] ?? "";
      part.append(tip);
    },
    part: (key) => byKey.get(key),
    destroy() {
      for (const timer of timers) win?.clearTimeout(timer);
      el.remove();
    },
  };
}

/** Icons of the interface, on a grid of 16; drawn with the text's own colour. */
const icons = {
  play: "M5 3l8 5-8 5z",
  pause: "M5 3v10M11 3v10",
  step: "M4 3l6 5-6 5zM12.5 3v10",
  reset: "M3.5 8a4.5 4.5 0 1 0 1.6-3.4M3 2.5v3h3",
  branch: "M4.5 5v6M4.5 5a1.5 1.5 0 1 0-.01 0M4.5 14a1.5 1.5 0 1 0-.01 0M11.5 6a1.5 1.5 0 1 0-.01 0M11.5 6c0 3-7 2-7 5",
  live: "M3 3l5 5-5 5M8 3l5 5-5 5",
  menu: "M3 8h.01M8 8h.01M13 8h.01",
  expand: "M9.5 2.5h4v4M13.5 2.5l-4.5 4.5M6.5 13.5h-4v-4M2.5 13.5l4.5-4.5",
  close: "M4 4l8 8M12 4l-8 8",
  stop: "M4 4h8v8H4z",
  image: "M2.5 3.5h11v9h-11zM2.5 10.5l3-3 3 3 2-2 3 3M10.5 6.2h.01",
  fit: "M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3",
} as const;

export type IconName = keyof typeof icons;

/** Puts an icon into a button; hidden from screen readers, who hear the button's label. */
export function setIcon(button: HTMLElement, name: IconName): void {
  if (button.dataset["icon"] === name) return;
  button.dataset["icon"] = name;
  const doc = button.ownerDocument;
  const svg = doc.createElementNS(space, "svg");
  for (const [key, value] of [["class", `k8s-sim-icon is-${name}`], ["viewBox", "0 0 16 16"], ["aria-hidden", "true"], ["width", "16"], ["height", "16"]] as const) svg.setAttribute(key, value);
  const path = doc.createElementNS(space, "path");
  path.setAttribute("d", icons[name]);
  svg.append(path);
  button.querySelector("svg")?.remove();
  button.prepend(svg);
}
