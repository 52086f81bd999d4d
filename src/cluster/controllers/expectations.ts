import type { Reader } from "../api/store";
import type { Client } from "./client";
import { isNotFound } from "./failures";
import type { Ms } from "../model";

/**
 * What a controller did and its lagging cache does not show yet, per key. While it is not all seen, the controller neither
 * creates nor deletes: it would do so twice. Upstream counts creations; here each is known by its name and uid.
 */
export type Expectations = Map<string, Expected>;

interface Expected {
  /** name → uid of the objects that must still appear. */
  readonly created: Map<string, string>;
  /** name → uid of those that must still go, or show that they are being deleted. */
  readonly deleted: Map<string, string>;
  at: Ms;
}

/** Expectations older than this are dropped, as upstream does: ms. */
const timeToLive = 5 * 60_000;

export function expectCreated(expectations: Expectations, key: string, now: Ms, name: string, uid: string): void {
  entry(expectations, key, now).created.set(name, uid);
}

export function expectDeleted(expectations: Expectations, key: string, now: Ms, name: string, uid: string): void {
  entry(expectations, key, now).deleted.set(name, uid);
}

function entry(expectations: Expectations, key: string, now: Ms): Expected {
  let found = expectations.get(key);
  if (found === undefined) expectations.set(key, found = { created: new Map(), deleted: new Map(), at: now });
  found.at = now;
  return found;
}

/**
 * Whether the cache shows everything that the controller did for `key`; forgets what it shows.
 * Something created that is missing may also be gone again: the server is asked about the first such one only.
 */
export function expectationsMet(expectations: Expectations, key: string, resource: string, namespace: string, now: Ms, cache: Reader, client: Client): boolean {
  const expected = expectations.get(key);
  if (expected === undefined) return true;
  const { created, deleted, at } = expected;
  for (const [name, uid] of created) {
    const cached = cache.get({ resource, namespace, name });
    if (cached?.metadata.uid !== uid && existsStill(client, resource, namespace, name, uid)) break;
    created.delete(name);
  }
  for (const [name, uid] of deleted) {
    const cached = cache.get({ resource, namespace, name });
    if (cached?.metadata.uid === uid && cached.metadata.deletionTimestamp === undefined) break;
    deleted.delete(name);
  }
  const met = (created.size === 0 && deleted.size === 0) || now - at > timeToLive;
  if (met) expectations.delete(key);
  return met;
}

function existsStill(client: Client, resource: string, namespace: string, name: string, uid: string): boolean {
  try {
    return client.get(resource, namespace, name).metadata.uid === uid;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
