import { canonical, compareAmounts } from "./amounts";
import { createdAtColumn, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { forbiddenField, duplicate } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { canonicalResources } from "./pod-template-defaults";
import { filled, mappedField, replaced } from "./sharing";
import type { FieldError, Kind } from "../kind";
import type { Dict, KubeObject } from "../../model";

interface Item {
  readonly type: string;
  readonly max?: Dict;
  readonly min?: Dict;
  readonly default?: Dict;
  readonly defaultRequest?: Dict;
  readonly maxLimitRequestRatio?: Dict;
}
type Spec = { readonly limits?: readonly Item[] };
const bounds = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const;

/** SetDefaults_LimitRangeItem: for containers, a default limit is the maximum, a default request the default limit, else the minimum. */
function defaultItem(item: Item): Item {
  let next = item;
  for (const key of bounds) if (next[key] !== undefined) next = replaced(next, key, canonicalResources(next[key]));
  if (next.type !== "Container") return next;
  if (next.max !== undefined) next = replaced(next, "default", filled(next.default ?? {}, next.max));
  if (next.default !== undefined) next = replaced(next, "defaultRequest", filled(next.defaultRequest ?? {}, next.default));
  if (next.min !== undefined) next = replaced(next, "defaultRequest", filled(next.defaultRequest ?? {}, next.min));
  return next;
}

function validate(next: KubeObject): readonly FieldError[] {
  const errors: FieldError[] = validateObjectMeta(next.metadata, true);
  const types = new Set<string>();
  ((next["spec"] as Spec).limits ?? []).forEach((item, i) => {
    const at = `spec.limits[${i}]`;
    if (types.has(item.type)) errors.push(duplicate(`${at}.type`, item.type));
    types.add(item.type);
    if (item.type === "Pod") {
      if (item.default !== undefined) errors.push(forbiddenField(`${at}.default`, "may not be specified when `type` is 'Pod'"));
      if (item.defaultRequest !== undefined) errors.push(forbiddenField(`${at}.defaultRequest`, "may not be specified when `type` is 'Pod'"));
    }
    const pairs = [["min", "max", "min", "max"], ["min", "defaultRequest", "min", "default request"], ["defaultRequest", "max", "default request", "max"], ["defaultRequest", "default", "default request", "default limit"], ["default", "max", "default", "max"]] as const;
    for (const [low, high, lowWord, highWord] of pairs) {
      for (const name of Object.keys(item[low] ?? {}).sort()) {
        const [a, b] = [item[low]?.[name], item[high]?.[name]];
        if (a === undefined || b === undefined || compareAmounts(a, b) <= 0) continue;
        const field = low === "defaultRequest" || high === "defaultRequest" ? "defaultRequest" : low;
        errors.push({ field: `${at}.${field}[${name}]`, type: "Invalid", value: canonical(field === low ? a : b), detail: `${lowWord} value ${canonical(a)} is greater than ${highWord} value ${canonical(b)}` });
      }
    }
  });
  return errors;
}

export const limitrange: Kind = defineKind({
  group: "", kind: "LimitRange", plural: "limitranges", shortNames: ["limits"], columns: [nameColumn, createdAtColumn], validate,
  defaults: (object) => replaced(object, "spec", mappedField((object["spec"] ?? { limits: [] }) as Spec, "limits", defaultItem)),
});
