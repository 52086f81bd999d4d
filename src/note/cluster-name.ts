import type { Block } from "./model";

/** The name of the cluster that a block shares; empty: the note's own. */
export const clusterName = (block: Block): string => (typeof block.options["cluster"] === "string" ? block.options["cluster"] : "");
