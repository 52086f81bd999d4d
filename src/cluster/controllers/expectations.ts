import type { Reader } from "../api/store";
import type { Client } from "./client";
import { isNotFound } from "./failures";
import type { Ms } from "../model";

/**
 * What a controller did and its lagging cache does not show yet, per key. While it is not all seen, the controller neither
 * creates nor deletes: it would do so twice. Upstream counts creations; here each is known by its name and uid.
 */
export interface Expectations {
  [key: string]: Expected | undefined;
}

interface Expected {
  /** name → uid of the objects that must still appear. */
  created: Record<string, string>;
  /** name → uid of those that must still go, or show that they are being deleted. */
  deleted: Record<string, string>;
  at: Ms;
}

/** Expectations older than this are dropped, as upstream does: ms. */
const timeToLive = 5 * 60_000;

export function expectCreated(expectations: Expectations, key: string, now: Ms, name: string, uid: string): void {
  entry(expectations, key, now).created[name] = uid;
}

export function expectDeleted(expectations: Expectations, key: string, now: Ms, name: string, uid: string): void {
  entry(expectations, key, now).deleted[name] = uid;
}

function entry(expectations: Expectations, key: string, now: Ms): Expected {
  const found = expectations[key] ?? { created: {}, deleted: {}, at: now };
  found.at = now;
  expectations[key] = found;
  return found;
}

/**
 * Whether the cache shows everything that the controller did for `key`; forgets what it shows.
 * Something created that is missing may also be gone again: the server is asked about the first such one only.
 */
export function expectationsMet(expectations: Expectations, key: string, resource: string, namespace: string, now: Ms, cache: Reader, client: Client): boolean {
  const expected = expectations[key];
  if (expected === undefined) return true;
  for (const name of Object.keys(expected.created)) {
    const cached = cache.get({ resource, namespace, name });
    if (cached?.metadata.uid !== expected.created[name] && existsStill(client, resource, namespace, name, expected.created[name])) break;
    delete expected.created[name];
  }
  for (const name of Object.keys(expected.deleted)) {
    const cached = cache.get({ resource, namespace, name });
    if (cached?.metadata.uid === expected.deleted[name] && cached?.metadata.deletionTimestamp === undefined) break;
    delete expected.deleted[name];
  }
  const met = (Object.keys(expected.created).length === 0 && Object.keys(expected.deleted).length === 0) || now - expected.at > timeToLive;
  if (met) delete expectations[key];
  return met;
}

function existsStill(client: Client, resource: string, namespace: string, name: string, uid: string | undefined): boolean {
  try {
    return client.get(resource, namespace, name).metadata.uid === uid;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
