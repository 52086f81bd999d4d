import type { Json } from "../../model";

/** RFC 7386: null removes, objects merge, everything else replaces. Shares what it does not change. */
export function mergePatch(original: Json, patch: Json): Json {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const base = typeof original === "object" && original !== null && !Array.isArray(original) ? original as { readonly [key: string]: Json } : {};
  const merged: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key] ?? null, value);
  }
  return merged;
}
