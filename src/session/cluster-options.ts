import type { Block } from "../note/model";
import type { ClusterOptions, NodeOptions } from "../cluster/cluster-contract";
import type { Json } from "../cluster/model";

/** What the blocks of a cluster ask of it: the first that names a seed, nodes or no load balancer decides. A note's cluster has a cloud around it unless it says otherwise. */
export function clusterOptions(blocks: readonly Block[], seed?: number): Partial<ClusterOptions> {
  const own = blocks.map((block) => block.options["seed"]).find((of) => typeof of === "number");
  const nodes = blocks.map((block) => block.options["nodes"]).find((of) => of !== undefined);
  const chosen = seed ?? (typeof own === "number" ? own : undefined);
  const cloud = blocks.map((block) => block.options["loadBalancer"]).find((of) => typeof of === "boolean");
  return { loadBalancer: cloud !== false, ...(chosen === undefined ? {} : { seed: chosen }), ...(nodes === undefined ? {} : { nodes: nodesOf(nodes) }) };
}

/** A number of nodes, or a list of names or of mappings with name, labels, taints and capacity. */
export function nodesOf(value: Json): readonly NodeOptions[] {
  if (typeof value === "number") return Array.from({ length: value }, (_, i) => ({ name: `node${i + 1}` }));
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).map((of, i): NodeOptions => {
    if (typeof of === "string") return { name: of };
    const { name, ...rest } = (typeof of === "object" && of !== null ? of : {}) as { readonly name?: Json } & Omit<NodeOptions, "name">;
    return { ...rest, name: typeof name === "string" ? name : `node${i + 1}` };
  });
}
