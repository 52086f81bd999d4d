import { deploymentOf } from "./recorded-table";
import type { View } from "../cluster/view";
import type { Notice } from "./plan";

const podName = /\b[a-z0-9][a-z0-9.-]*-[0-9a-z]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g;

/**
 * A note names pods as they were called when it was written; here chance called them otherwise. Each of its names stands for one pod of
 * the same Deployment, always the same (`held`), and the reader is told.
 */
export function withStandIns(line: string, view: View, held: Map<string, string>): { readonly line: string; readonly notices: readonly Notice[] } {
  if (line.search(podName) < 0) return { line, notices: [] };
  const pods = view.list("pods");
  const notices: Notice[] = [];
  const text = line.replace(podName, (name) => {
    if (pods.some(({ metadata }) => metadata.name === name)) return name;
    const owner = deploymentOf(name);
    let stands = held.get(name);
    if (stands === undefined && owner !== undefined) {
      const taken = new Set(held.values());
      stands = pods.find(({ metadata }) => deploymentOf(metadata.name) === owner && metadata.deletionTimestamp === undefined && !taken.has(metadata.name))?.metadata.name;
    }
    if (stands === undefined) return name;
    held.set(name, stands);
    notices.push({ key: "run.stand-in", args: { recorded: name, here: stands } });
    return stands;
  });
  return { line: text, notices };
}
