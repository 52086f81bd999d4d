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
  readonly rest?: string | undefined;
}

export type Places = ReadonlyMap<string, Place>;

/** `key` of an object of the picture: its uid, so that a pod that comes back under its old name is a new part. */
export const placeKey = (object: KubeObject): string => object.metadata.uid;

/**
 * Slots of all objects of one resource, folded from the log: each takes the lowest free slot of its group when it appears, keeps it while it lives,
 * and frees it when it begins to leave (it then stands on the shelf until it is gone). `group` names the frame; undefined: not in the picture.
 * `rest` says what an object is where nothing is under way: once all of a group are the same, those beyond the group's number take the slots that came free.
 */
export function slotsOf(resource: string, group: (object: KubeObject) => string | undefined, rest?: (object: KubeObject) => string | undefined): (view: View) => Places {
  return foldLog<Places>(new Map(), (places, change) => {
    if (change.ref.resource !== resource) return places;
    const key = placeKey(change.object);
    const now = places.get(key);
    if (change.type === "DELETED") {
      if (now === undefined) return places;
      const next = new Map(places);
      next.delete(key);
      return closed(next, now.group);
    }
    const leaving = change.object.metadata.deletionTimestamp !== undefined;
    const calm = rest?.(change.object);
    if (now !== undefined) {
      if (!leaving || now.slot === undefined) return calm === now.rest ? places : closed(new Map(places).set(key, { ...now, rest: calm }), now.group);
      return closed(new Map(places).set(key, { key, name: now.name, group: now.group, slot: undefined, leavingSince: change.at }), now.group);
    }
    const of = group(change.object);
    if (of === undefined) return places;
    const place: Place = { key, name: change.object.metadata.name, group: of, slot: leaving ? undefined : lowestFree(places, of), rest: calm, ...(leaving ? { leavingSince: change.at } : {}) };
    return new Map(places).set(key, place);
  });
}

/** Nothing is under way in the group: its objects stand in its first slots. */
function closed(places: Map<string, Place>, group: string): Places {
  const standing = [...places.values()].filter((place) => place.group === group && place.slot !== undefined);
  const calm = standing[0]?.rest;
  if (calm === undefined || standing.some(({ rest }) => rest !== calm)) return places;
  for (const place of standing) if ((place.slot ?? 0) >= standing.length) places.set(place.key, { ...place, slot: lowestFree(places, group) });
  return places;
}

function lowestFree(places: Places, group: string): number {
  const taken = new Set<number>();
  for (const place of places.values()) if (place.group === group && place.slot !== undefined) taken.add(place.slot);
  let slot = 0;
  while (taken.has(slot)) slot++;
  return slot;
}
