import type { KubeObject, Ms } from "../cluster/model";
import type { View } from "../cluster/view";
import { foldLog } from "./log-fold";

/** The place of a part: its slot while it lives, the shelf once it is leaving. */
export interface Place {
  readonly key: string;
  readonly name: string;
  readonly group: string;
  /** Undefined on the shelf. */
  readonly slot: number | undefined;
  readonly leavingSince?: Ms;
}

export type Places = ReadonlyMap<string, Place>;

/** `key` of an object of the picture: its uid, so that a pod that comes back under its old name is a new part. */
export const placeKey = (object: KubeObject): string => object.metadata.uid;

/**
 * Slots of all objects of one resource, folded from the log: each takes the lowest free slot of its group when it appears, keeps it while it lives,
 * and frees it when it begins to leave (it then stands on the shelf until it is gone). `group` names the frame; undefined: not in the picture.
 */
export function slotsOf(resource: string, group: (object: KubeObject) => string | undefined): (view: View) => Places {
  return foldLog<Places>(new Map(), (places, change) => {
    if (change.ref.resource !== resource) return places;
    const key = placeKey(change.object);
    const now = places.get(key);
    if (change.type === "DELETED") {
      if (now === undefined) return places;
      const next = new Map(places);
      next.delete(key);
      return next;
    }
    const leaving = change.object.metadata.deletionTimestamp !== undefined;
    if (now !== undefined) {
      if (!leaving || now.slot === undefined) return places;
      return new Map(places).set(key, { key, name: now.name, group: now.group, slot: undefined, leavingSince: change.at });
    }
    const of = group(change.object);
    if (of === undefined) return places;
    const place: Place = { key, name: change.object.metadata.name, group: of, slot: leaving ? undefined : lowestFree(places, of), ...(leaving ? { leavingSince: change.at } : {}) };
    return new Map(places).set(key, place);
  });
}

function lowestFree(places: Places, group: string): number {
  const taken = new Set<number>();
  for (const place of places.values()) if (place.group === group && place.slot !== undefined) taken.add(place.slot);
  let slot = 0;
  while (taken.has(slot)) slot++;
  return slot;
}
