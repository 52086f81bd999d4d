import type { Verb } from "../command";
import { apply } from "./apply";
import { create } from "./create";
import { deleteVerb } from "./delete";
import { describe } from "./describe";
import { get } from "./get";
import { rollout } from "./rollout";
import { scale } from "./scale";
import { set } from "./set";

/** The verbs of kubectl, one file each; a new one is a file and a line here. */
export const verbs: readonly Verb[] = [create, set, get, deleteVerb, rollout, scale, describe, apply];
