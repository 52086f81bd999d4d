import { extended } from "../../extended";

/** Returns `object` with the fields that it lacks filled in; the same object where it lacks none. */
export function filled<T extends object>(object: T, defaults: Partial<T>): T {
  let next: T | undefined;
  for (const key in defaults) {
    if (object[key] !== undefined && object[key] !== null) continue;
    next ??= extended(object, {});
    next[key] = defaults[key] as T[typeof key];
  }
  return next ?? object;
}

/** Returns `object` with `key` set to `value`; the same object where it is so already. */
export function replaced<T extends object, K extends keyof T>(object: T, key: K, value: T[K]): T {
  return object[key] === value ? object : extended(object, { [key]: value });
}

/** Maps a list; the same list where every element stays itself. */
export function mapped<T>(list: readonly T[], change: (element: T) => T): readonly T[] {
  let next: T[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const before = list[i];
    const after = change(before);
    if (after === before) continue;
    next ??= [...list];
    next[i] = after;
  }
  return next ?? list;
}

/** Returns `object` with the list under `key` mapped; the same object where nothing changes or there is no list. */
export function mappedField<T extends object, K extends keyof T, E>(object: T, key: K, change: (element: E) => E): T {
  const list = object[key];
  if (!Array.isArray(list)) return object;
  return replaced(object, key, mapped(list as readonly E[], change) as T[K]);
}

/** Returns `object` without the keys; the same object where it has none of them. */
export function without<T extends object>(object: T, ...keys: readonly string[]): T {
  if (!keys.some((key) => key in object)) return object;
  const rest = { ...object };
  for (const key of keys) delete rest[key as keyof T];
  return rest;
}
