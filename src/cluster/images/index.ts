import type { Image } from "./program";
import { busybox } from "./busybox";
import { curl } from "./curl";
import { memcached, mongo, mysql, postgres, redis } from "./databases";
import { alpine, debian, netshoot, ubuntu } from "./distributions";
import { agnhost, echoServer, greeting, httpEcho } from "./echo";
import { hellok8s } from "./hellok8s";
import { httpd } from "./httpd";
import { node, python } from "./interpreters";
import { nginx } from "./nginx";
import { pause } from "./pause";
import { perl } from "./perl";
import { unknown } from "./unknown";

/** Every modelled image. One whose content depends on its tag is made from the reference; the first whose name matches is taken. */
export const images: readonly (Image | { readonly name: RegExp; make(reference: string): Image })[] = [
  pause,
  { name: /(^|\/)nginx(-slim)?(:|@|$)/, make: nginx },
  { name: /(^|\/)busybox(:|@|$)/, make: busybox },
  { name: /(^|\/)hellok8s(:|@|$)/, make: hellok8s },
  httpd, alpine, curl, redis, mysql, postgres, mongo, memcached, httpEcho,
  { name: /(^|\/)(hello-app|kubernetes-bootcamp|hello-node)(:|@|$)/, make: greeting },
  { name: /(^|\/)(echo-?server|whoami)(:|@|$)/, make: echoServer },
  agnhost, debian, ubuntu, perl, netshoot, python, node,
];

const made = new Map<string, Image>();

/** The image that a reference names; what nobody modelled runs as a stand-in. One object for each reference. */
export function imageOf(reference: string): Image {
  let image = made.get(reference);
  if (!image) {
    const found = images.find((each) => each.name.test(reference));
    image = found === undefined ? unknown(reference) : "make" in found ? found.make(reference) : found;
    // References come from readers: what is remembered stays bounded.
    if (made.size > 1_000) made.clear();
    made.set(reference, image);
  }
  return image;
}
