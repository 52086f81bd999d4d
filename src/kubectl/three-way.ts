import type { Json } from "../cluster/model";
import { PatchError } from "../cluster/api/patch/patch-rules";
import { threeWayJsonMergePatch, threeWayStrategicMergePatch, twoWayStrategicMergePatch } from "../cluster/api/patch/three-way";
import { struct } from "../cluster/api/schema/schema";
import type { Mapping } from "./discovery";
import { PlainError } from "./errors";
import type { Obj } from "./objects";

export interface Patch {
  readonly contentType: "application/strategic-merge-patch+json" | "application/merge-patch+json";
  readonly body: Obj;
}

/** The models package's name of a built-in kind. */
function modelOf({ version, kind }: Pick<Mapping, "version" | "kind">): string | undefined {
  const model = `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`;
  return [model, `Core${model}`].find((name) => struct(name) !== undefined);
}

/**
 * The patch that brings `current` to `modified`: adds and changes what differs from the live object,
 * removes what was in `original` (the last applied) and is no more. Strategic for built-in kinds, a JSON merge patch for custom ones.
 */
export function threeWayPatch(mapping: Pick<Mapping, "version" | "kind">, original: Obj, modified: Obj, current: Obj): Patch {
  const [from, to, live] = [original, modified, current] as unknown as readonly [Json, Json, Json];
  const model = modelOf(mapping);
  try {
    if (model === undefined) return { contentType: "application/merge-patch+json", body: threeWayJsonMergePatch(from, to, live) as Obj };
    const body = original === current ? twoWayStrategicMergePatch(model, live, to) : threeWayStrategicMergePatch(model, from, to, live);
    return { contentType: "application/strategic-merge-patch+json", body: body as Obj };
  } catch (error) {
    throw error instanceof PatchError ? new PlainError(error.message) : error;
  }
}
