import { aggregate, type AggregationRule } from "../api/access/aggregation";
import { equalJson } from "../api/equal";
import { rbacGroup } from "../api/access/rules";
import type { Controller } from "./controller";
import type { Change, Reader } from "../api/store";

const resource = `clusterroles.${rbacGroup}`;

/** Every role that gathers: one that changed may be part of any of them. */
function gathering(_change: Change, cache: Reader): readonly string[] {
  return cache.list(resource, { index: ["gathers", "true"] }).map((role) => role.metadata.name);
}

/** Keeps the rules of aggregated ClusterRoles: admin gathers what edit gathers, and that what view gathers. */
export const clusterRoleAggregation: Controller = {
  name: "clusterrole-aggregation-controller",
  user: "system:serviceaccount:kube-system:clusterrole-aggregation-controller",
  workers: 1,
  watches: [{ resource, keys: gathering }],
  reconcile(name, context) {
    const role = context.cache.get({ resource, namespace: "", name });
    const rule = role?.["aggregationRule"] as AggregationRule | null | undefined;
    if (role === undefined || rule === undefined || rule === null) return;
    const rules = aggregate(rule, context.cache.list(resource), name);
    if (!equalJson(role["rules"] ?? null, rules.length === 0 ? null : rules)) context.client.patch(resource, "", name, { rules });
  },
};
