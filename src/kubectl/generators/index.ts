import type { Verb } from "../command";

/** The generators of `kubectl create`. */
export const generators: readonly Verb[] = [];
