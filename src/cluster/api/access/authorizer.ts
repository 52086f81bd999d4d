import { allows, roleRefOf, rulesOf, rbacGroup, subjectsOf } from "./rules";
import { ApiError, qualified } from "../status";
import type { Attributes, PolicyRule, RoleRef, Subject, UserInfo } from "./rules";
import type { ApiRequest } from "../request";
import type { Reader } from "../store";
import type { KubeObject } from "../../model";

export interface Decision {
  readonly allowed: boolean;
  /** Why: which binding allowed it, or what could not be found out. */
  readonly reason: string;
}

/** Decisions without a word, which are most. They live on, and with them the shape of all decisions. */
const allowed: Decision = { allowed: true, reason: "" };
const refused: Decision = { allowed: false, reason: "" };

/** Groups that may do everything, whatever the bindings say. kubeadm's administrators hold cluster-admin there; here they need no binding for it. */
const privileged = ["system:masters", "kubeadm:cluster-admins"];

export const isPrivileged = ({ groups }: UserInfo): boolean => groups.some((group) => privileged.includes(group));

/** What a request asks for, as authorisation sees it. */
export function attributesOf(request: ApiRequest): Attributes {
  const { verb, group, resource, subresource = "" } = request;
  const fields = request.query["fieldSelector"];
  const single = verb === "list" || verb === "watch" || verb === "deletecollection" ? /^metadata\.name=([^,!=]+)$/.exec(typeof fields === "string" ? fields : "")?.[1] : undefined;
  const name = request.name ?? single ?? "";
  return {
    verb: verb === "connect" ? subresource === "log" ? "get" : "create" : verb,
    ...(request.path === undefined ? {} : { path: request.path }),
    group, resource, subresource, name,
    // A namespace is itself in the namespace of its name.
    namespace: group === "" && resource === "namespaces" ? request.name ?? "" : request.namespace ?? "",
  };
}

function subjectText(subject: Subject, namespace: string): string {
  return `${subject.kind} ${JSON.stringify(subject.kind === "ServiceAccount" ? `${subject.name}/${subject.namespace ?? namespace}` : subject.name)}`;
}

function isSubject({ user, groups }: UserInfo, subject: Subject, namespace: string): boolean {
  switch (subject.kind) {
    case "User": return subject.name === user;
    case "Group": return groups.includes(subject.name);
    case "ServiceAccount": return user === `system:serviceaccount:${(subject.namespace ?? "") === "" ? namespace : subject.namespace ?? ""}:${subject.name}`;
    default: return false;
  }
}

interface Held {
  readonly rule: PolicyRule;
  readonly binding: KubeObject;
  readonly subject: Subject;
}

/** The role-based authoriser (plugin/pkg/auth/authorizer/rbac) over the roles and bindings of a store, and what nodes may do beside it. */
export class Authorizer {
  constructor(private readonly reader: Reader) {}

  /** Who may do everything may; then the node authoriser; then the bindings of the cluster and of the namespace. */
  decide(user: UserInfo, asked: Attributes): Decision {
    if (isPrivileged(user)) return allowed;
    const node = this.decideNode(user, asked);
    if (node?.allowed === true) return node;
    const errors: string[] = [];
    for (const { rule, binding, subject } of this.held(user, asked.path === undefined ? asked.namespace : "", errors)) {
      if (!allows(rule, asked)) continue;
      const { kind, name } = roleRefOf(binding);
      const { namespace } = binding.metadata;
      return { allowed: true, reason: `RBAC: allowed by ${binding.kind} ${JSON.stringify(namespace === undefined ? binding.metadata.name : `${binding.metadata.name}/${namespace}`)} of ${kind} ${JSON.stringify(name)} to ${subjectText(subject, namespace ?? "")}` };
    }
    return { allowed: false, reason: [node?.reason ?? "", errors.length === 0 ? "" : `RBAC: ${errors.length === 1 ? errors[0] ?? "" : `[${errors.join(", ")}]`}`].filter((text) => text !== "").join("\n") };
  }

  /** Every rule that somebody holds in a namespace ("": in the cluster), and which roles could not be found. */
  rules(user: UserInfo, namespace: string): { readonly rules: readonly PolicyRule[]; readonly errors: readonly string[] } {
    const errors: string[] = [];
    return { rules: [...this.held(user, namespace, errors)].map(({ rule }) => rule), errors };
  }

  /** The rules of a role. Throws ApiError 404 where there is none. */
  roleRules({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] {
    const clusterWide = kind === "ClusterRole";
    const plural = clusterWide ? "clusterroles" : "roles";
    const role = this.reader.get({ resource: `${plural}.${rbacGroup}`, namespace: clusterWide ? "" : namespace, name });
    // The bindings' own lister names the kind, not the resource.
    if (role === undefined) throw new ApiError(404, "NotFound", `${plural.slice(0, -1)}.${rbacGroup} ${JSON.stringify(name)} not found`, { name, group: rbacGroup, kind: plural.slice(0, -1) });
    return rulesOf(role);
  }

  private *held(user: UserInfo, namespace: string, errors: string[]): Iterable<Held> {
    for (const [resource, where] of [["clusterrolebindings", ""], ["rolebindings", namespace]] as const) {
      if (resource === "rolebindings" && where === "") continue;
      for (const binding of this.reader.list(`${resource}.${rbacGroup}`, { namespace: where })) {
        const subject = subjectsOf(binding).find((one) => isSubject(user, one, where));
        if (subject === undefined) continue;
        try {
          for (const rule of this.roleRules(roleRefOf(binding), where)) yield { rule, binding, subject };
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          errors.push(error.message);
        }
      }
    }
  }

  /** A node may do what the role system:node says; of secrets, config maps and claims only those that its pods use. undefined: the caller is no node. */
  private decideNode({ user, groups }: UserInfo, asked: Attributes): Decision | undefined {
    if (!user.startsWith("system:node:") || !groups.includes("system:nodes")) return undefined;
    const node = user.slice("system:node:".length);
    const role = this.reader.get({ resource: `clusterroles.${rbacGroup}`, namespace: "", name: "system:node" });
    if (role === undefined || !rulesOf(role).some((rule) => allows(rule, asked))) return refused;
    if (asked.group !== "" || !["secrets", "configmaps", "persistentvolumeclaims"].includes(asked.resource)) return allowed;
    const related = this.reader.list("pods", { namespace: asked.namespace, index: ["node", node] }).some((pod) => JSON.stringify(pod["spec"]).includes(`:${JSON.stringify(asked.name)}`));
    return related && asked.name !== "" ? allowed : { allowed: false, reason: `no relationship found between node '${node}' and this object` };
  }
}

/** 403 in the API server's words. */
export function forbiddenTo(user: UserInfo, asked: Attributes, reason: string): ApiError {
  const resource = asked.subresource === "" ? asked.resource : `${asked.resource}/${asked.subresource}`;
  const where = asked.namespace === "" ? "at the cluster scope" : `in the namespace ${JSON.stringify(asked.namespace)}`;
  const cannot = asked.path === undefined ? `resource ${JSON.stringify(resource)} in API group ${JSON.stringify(asked.group)} ${where}` : `path ${JSON.stringify(asked.path)}`;
  const why = `User ${JSON.stringify(user.user)} cannot ${asked.verb} ${cannot}${reason === "" ? "" : `: ${reason}`}`;
  if (asked.path !== undefined) return new ApiError(403, "Forbidden", `forbidden: ${why}`);
  const what = `${qualified(asked.resource, asked.group)}${asked.name === "" ? "" : ` ${JSON.stringify(asked.name)}`} is forbidden`;
  return new ApiError(403, "Forbidden", `${what}: ${why}`, { ...(asked.name === "" ? {} : { name: asked.name }), ...(asked.group === "" ? {} : { group: asked.group }), kind: asked.resource });
}
