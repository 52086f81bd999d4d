import type { Block, NoteModel } from "./model";

/** The name of the cluster that a block shares; empty: the note's own. */
export const clusterName = (block: Block): string => (typeof block.options["cluster"] === "string" ? block.options["cluster"] : "");

/** The names of the clusters that a note speaks of, its own among them. */
export const clusterNames = (note: NoteModel): ReadonlySet<string> => new Set(["", ...note.blocks.map(clusterName)]);
