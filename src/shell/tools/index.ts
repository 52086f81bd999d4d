import { awk } from "./awk";
import { basics } from "./basics";
import { diff } from "./diff";
import { everyday } from "./everyday";
import { jq } from "./jq";
import { network } from "./network";
import { sed } from "./sed";
import { streams } from "./streams";
import type { Image } from "../../cluster/images/program";
import type { Tools } from "./tool";

/** Every tool, by the name that runs it. */
export const tools: Tools = { ...everyday, ...basics, ...streams, ...network, awk, gawk: awk, mawk: awk, sed, jq, diff };

const gnuOnly = ["column", "jq", "bash", "dig", "curl", "envsubst", "git"];
const notInDebian = ["curl", "wget", "dig", "nslookup", "nc", "ping", "ip", "ifconfig", "netstat", "vi", "jq", "column", "ps", "top", "watch", "envsubst", "kill"];

const known = new WeakMap<Image, ReadonlySet<string>>();

/** The tools that an image's userland carries, and the ones it adds. */
export function toolsOf(image: Image): ReadonlySet<string> {
  let found = known.get(image);
  if (found === undefined) {
    const lacking = image.userland === "debian" ? notInDebian : gnuOnly;
    known.set(image, found = new Set([...Object.keys(tools).filter((name) => !lacking.includes(name)), ...image.tools ?? []]));
  }
  return found;
}
