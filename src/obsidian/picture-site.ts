import { parseLinktext } from "obsidian";
import type { App } from "obsidian";
import type { Picture } from "../note/model";
import type { PictureSite } from "./mount";

const images = /\.(avif|bmp|gif|jpe?g|png|svg|webp|drawio|excalidraw)$/i;

/** Whether an embed is meant as a picture: by its name, since a missing file has nothing else. */
export const isPictureLink = (linktext: string): boolean => images.test(parseLinktext(linktext).path);

/** The last part of an alias that is a size: "300" or "300x200". */
function size(alias: string): { width?: number; height?: number } {
  const match = /(?:^|\|)\s*(\d+)(?:x(\d+))?\s*$/.exec(alias);
  return match === null ? {} : { width: Number(match[1]), ...(match[2] === undefined ? {} : { height: Number(match[2]) }) };
}

export function pictureSite(app: App, path: string, picture: Picture, print: boolean, source = ""): PictureSite {
  const file = app.metadataCache.getFirstLinkpathDest(parseLinktext(picture.linktext).path, path);
  const { width, height } = size(/\|([^\]]*)\]\]$/.exec(source)?.[1] ?? "");
  return { path, picture, image: file === null ? undefined : app.vault.getResourcePath(file), width, height, print };
}
