import { awk } from "./awk";
import { basics } from "./basics";
import { diff } from "./diff";
import { everyday } from "./everyday";
import { jq } from "./jq";
import { network } from "./network";
import { sed } from "./sed";
import { streams } from "./streams";
import type { Tools } from "./tool";

/** Every tool, by the name that runs it. */
export const tools: Tools = { ...everyday, ...basics, ...streams, ...network, awk, gawk: awk, mawk: awk, sed, jq, diff };

const gnuOnly = ["column", "jq", "bash", "dig", "curl", "envsubst", "git"];
const notInDebian = ["curl", "wget", "dig", "nslookup", "nc", "ping", "ip", "ifconfig", "netstat", "vi", "jq", "column", "ps", "top", "watch", "envsubst", "kill"];

/** The tools that an image's userland carries, and the ones it adds. */
export function toolsOf(userland: "busybox" | "debian" | "alpine", more: readonly string[]): ReadonlySet<string> {
  const lacking = userland === "debian" ? notInDebian : gnuOnly;
  return new Set([...Object.keys(tools).filter((name) => !lacking.includes(name)), ...more]);
}
