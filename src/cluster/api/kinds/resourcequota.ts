import { canonical } from "./amounts";
import { ageColumn, column, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { validateObjectMeta } from "./object-meta-validation";
import { canonicalResources } from "./pod-template-defaults";
import { replaced } from "./sharing";
import type { Kind } from "../kind";
import type { Dict, KubeObject } from "../../model";

export type ResourceQuota = KubeObject & {
  readonly spec: { readonly hard?: Dict; readonly scopes?: readonly string[]; readonly scopeSelector?: object };
  readonly status?: { readonly hard?: Dict; readonly used?: Dict };
};

/** "cpu: 0/1, pods: 2/10": what is used of what may be, as far as the status says. */
function usage(object: KubeObject, limits: boolean): string {
  const { hard = {}, used = {} } = (object as ResourceQuota).status ?? {};
  return Object.keys(hard).sort().filter((name) => name.includes("limits") === limits)
    .map((name) => `${name}: ${canonical(used[name] ?? "0")}/${canonical(hard[name])}`).join(", ");
}

export const resourcequota: Kind = defineKind({
  group: "", kind: "ResourceQuota", plural: "resourcequotas", shortNames: ["quota"], subresources: ["status"],
  columns: [nameColumn, column("Request", "Requests and counts, used of allowed.", (object) => usage(object, false)), column("Limit", "Limits, used of allowed.", (object) => usage(object, true)), ageColumn],
  defaults: (object) => {
    const spec = (object as ResourceQuota).spec ?? {};
    return replaced(object, "spec", spec.hard === undefined ? spec : replaced(spec, "hard", canonicalResources(spec.hard) ?? {}));
  },
  prepare: (next, old) => (old === undefined ? { ...next, status: {} } : next),
  validate: (next) => validateObjectMeta(next.metadata, true),
});
