import { isPrivileged, type Authorizer } from "./authorizer";
import { equalJson } from "../equal";
import { ApiError, forbidden } from "../status";
import { compact, missingRights, rbacGroup, roleRefOf, rulesOf, ruleText, subjectsOf } from "./rules";
import type { Admission } from "../admission/plugin";
import type { Attributes, PolicyRule } from "./rules";

const everything: readonly PolicyRule[] = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }, { nonResourceURLs: ["*"], verbs: ["*"] }];

/**
 * Nobody may hand out more than he holds (registry/rbac policybased): writing a role needs its rights or the verb "escalate",
 * writing a binding the rights of its role or the verb "bind". Throws ApiError 403.
 */
export function refuseEscalation({ request, object, old }: Pick<Admission, "request" | "object" | "old">, authorizer: Authorizer): void {
  const { caller, resource } = request;
  if (request.group !== rbacGroup || object === undefined || caller.origin === "component" || isPrivileged(caller)) return;
  const { name } = object.metadata;
  const namespace = object.metadata.namespace ?? "";
  const may = (asked: Partial<Attributes>): boolean => authorizer.decide(caller, { verb: "", group: rbacGroup, resource, subresource: "", namespace, name, ...asked }).allowed;
  const confirm = (wanted: readonly PolicyRule[]): void => {
    const { rules, errors } = authorizer.rules(caller, namespace);
    const missing = missingRights(rules, wanted);
    if (missing.length === 0) return;
    const texts = [...new Set(compact(missing).map(ruleText))].sort();
    const groups = `[${caller.groups.map((group) => JSON.stringify(group)).join(" ")}]`;
    throw forbidden(resource, rbacGroup, name, `user ${JSON.stringify(caller.user)} (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n${texts.join("\n")}${errors.length === 0 ? "" : `; resolution errors: [${errors.join(", ")}]`}`);
  };
  if (resource === "roles" || resource === "clusterroles") {
    const gathers = object["aggregationRule"];
    if (old !== undefined && equalJson(old["rules"] ?? null, object["rules"] ?? null) && equalJson(old["aggregationRule"] ?? null, gathers ?? null)) return;
    if (may({ verb: "escalate" })) return;
    confirm(rulesOf(object));
    if (gathers === undefined || gathers === null) return;
    try {
      confirm(everything);
    } catch (error) {
      if (error instanceof ApiError) throw forbidden(resource, rbacGroup, name, "must have cluster-admin privileges to use the aggregationRule");
      throw error;
    }
  } else if (resource === "rolebindings" || resource === "clusterrolebindings") {
    const role = roleRefOf(object);
    if (old !== undefined && equalJson(roleRefOf(old), role) && equalJson(subjectsOf(old), subjectsOf(object))) return;
    if (may({ verb: "bind", resource: role.kind === "ClusterRole" ? "clusterroles" : "roles", name: role.name })) return;
    confirm(authorizer.roleRules(role, namespace));
  }
}
