import type { Concept } from "../concept";
import { rollingUpdate } from "./rolling-update";

/** Every concept that can be drawn. Adding one: its file, and a line here. */
export const concepts: readonly Concept[] = [rollingUpdate];

export const conceptOf = (id: string): Concept | undefined => concepts.find((concept) => concept.id === id);
