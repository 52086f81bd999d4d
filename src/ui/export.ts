import { element } from "./dom";
/** The properties that a drawing's look hangs on. */
const properties = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "display", "paint-order"] as const;

/** A drawing as a file of its own: every colour and font that the theme gives now is written into it. */
export function svgFile(svg: SVGSVGElement): string {
  const win = svg.ownerDocument.defaultView;
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const from = [svg, ...svg.querySelectorAll<SVGElement>("*")];
  const to = [copy, ...copy.querySelectorAll<SVGElement>("*")];
  from.forEach((node, i) => {
    const target = to[i];
    const style = win?.getComputedStyle(node);
    if (style === undefined) return;
    const position = /translate\(([-\d.]+)px, ([-\d.]+)px\)/.exec(node.style?.transform ?? "");
    target.removeAttribute("style");
    if (position !== null) target.setAttribute("transform", `translate(${position[1]} ${position[2]})`);
    for (const property of properties) {
      const value = style.getPropertyValue(property);
      if (value !== "") target.setAttribute(property, value);
    }
    for (const name of ["class", "role", "tabindex", "data-w", "data-h", "data-key", "data-moment", "data-tip"]) target.removeAttribute(name);
  });
  for (const gone of [...copy.querySelectorAll(".is-going")]) gone.remove();
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const ground = win?.getComputedStyle(svg.closest(".k8s-sim-diagram") ?? svg).getPropertyValue("--k8s-sim-ground-resolved").trim();
  if (ground !== undefined && ground !== "") copy.setAttribute("style", `background:${ground}`);
  return new (win as unknown as { XMLSerializer: typeof XMLSerializer }).XMLSerializer().serializeToString(copy);
}

/** The same as a PNG at twice the size. A `data:` URL: a `blob:` one would taint the canvas. */
export function pngFile(svg: SVGSVGElement, background: string): Promise<Blob> {
  const doc = svg.ownerDocument;
  const win = doc.defaultView;
  const width = Number(svg.getAttribute("width"));
  const height = Number(svg.getAttribute("height"));
  return new Promise((resolve, reject) => {
    if (win === null) {
      reject(new Error("no window"));
      return;
    }
    const image = new win.Image();
    image.onload = () => {
      const canvas = element(doc, "canvas");
      canvas.width = width * 2;
      canvas.height = height * 2;
      const context = canvas.getContext("2d");
      if (context === null) {
        reject(new Error("no canvas"));
        return;
      }
      context.fillStyle = background;
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => (blob === null ? reject(new Error("no image")) : resolve(blob)), "image/png");
    };
    image.onerror = () => reject(new Error("no image"));
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgFile(svg))}`;
  });
}
