import { discovering } from "../kubectl/discovery";
import { parseDocument } from "../kubectl/yaml/parse";
import type { Cluster } from "../cluster/cluster-contract";

let warm = false;

/**
 * What the first command of a page needs, once, before there is one, piece by piece: code that runs for the first time takes ten times as
 * long, and a reader would feel it as a single task. It reads and leaves no trace.
 */
export function* warmUp(cluster: Cluster): Generator<void, void> {
  if (warm) return;
  warm = true;
  parseDocument('kind: List\nitems: [{name: "a"}]\nmetadata:\n  labels:\n    - b\n');
  yield;
  const caller = { user: "kubernetes-admin", groups: ["system:masters"], agent: "kubectl", origin: "reader" as const };
  yield* discovering((path) => cluster.handle({ caller, verb: "get", group: "", version: "", resource: "", path, query: {}, accept: "object" }).body);
}
