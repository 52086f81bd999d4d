import type { Wire, k8s } from "../types";
import type { KubeObject } from "../../model";

export const rbacGroup = "rbac.authorization.k8s.io";
export type PolicyRule = Wire<k8s.V1PolicyRule>;
export type Subject = Wire<k8s.RbacV1Subject>;
export interface RoleRef { readonly apiGroup: string; readonly kind: string; readonly name: string }

/** Who asks. */
export interface UserInfo {
  readonly user: string;
  readonly groups: readonly string[];
}

/** What is asked for: a path, or a verb on a resource. */
export interface Attributes {
  readonly verb: string;
  readonly path?: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

export const rulesOf = (role: KubeObject): readonly PolicyRule[] => (role["rules"] ?? []) as readonly PolicyRule[];
export const subjectsOf = (binding: KubeObject): readonly Subject[] => (binding["subjects"] ?? []) as readonly Subject[];
export const roleRefOf = (binding: KubeObject): RoleRef => (binding["roleRef"] ?? { apiGroup: "", kind: "", name: "" }) as RoleRef;

const has = (list: readonly string[] | undefined, value: string): boolean => list !== undefined && (list.includes("*") || list.includes(value));

/** rbac's ResourceMatches: by name, "*", or "*" before the subresource. */
function coversResource(list: readonly string[] | undefined, resource: string): boolean {
  if (has(list, resource)) return true;
  const slash = resource.indexOf("/");
  return slash >= 0 && list !== undefined && list.includes(`*${resource.slice(slash)}`);
}

/** rbac's NonResourceURLMatches: "/logs/*" stands for everything below. */
function coversPath(list: readonly string[] | undefined, path: string): boolean {
  return (list ?? []).some((pattern) => pattern === "*" || pattern === path || (pattern.endsWith("*") && path.startsWith(pattern.slice(0, -1).replace(/\*+$/, ""))));
}

/** Whether a rule allows what is asked for. */
export function allows(rule: PolicyRule, asked: Attributes): boolean {
  if (!has(rule.verbs, asked.verb)) return false;
  if (asked.path !== undefined) return coversPath(rule.nonResourceURLs, asked.path);
  const names = rule.resourceNames ?? [];
  return has(rule.apiGroups, asked.group) && coversResource(rule.resources, asked.subresource === "" ? asked.resource : `${asked.resource}/${asked.subresource}`)
    && (names.length === 0 || names.includes(asked.name));
}

/** A rule as the single rights that it is made of. */
export function breakdown(rule: PolicyRule): PolicyRule[] {
  const rights: PolicyRule[] = [];
  for (const group of rule.apiGroups ?? []) for (const resource of rule.resources ?? []) for (const verb of rule.verbs) {
    const right: PolicyRule = { apiGroups: [group], resources: [resource], verbs: [verb] };
    const names = rule.resourceNames ?? [];
    if (names.length === 0) rights.push(right);
    else for (const name of names) rights.push({ ...right, resourceNames: [name] });
  }
  for (const url of rule.nonResourceURLs ?? []) for (const verb of rule.verbs) rights.push({ nonResourceURLs: [url], verbs: [verb] });
  return rights;
}

/** Joins rights on the same resource, as rbac's CompactRules does; others stay as they are, behind. */
export function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const simple = new Map<string, { rule: PolicyRule; verbs: string[] }>();
  const rest: PolicyRule[] = [];
  for (const rule of rules) {
    if (rule.apiGroups?.length !== 1 || rule.resources?.length !== 1 || (rule.resourceNames?.length ?? 0) > 1 || (rule.nonResourceURLs?.length ?? 0) > 0) {
      rest.push(rule);
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]);
    const known = simple.get(key);
    if (known === undefined) simple.set(key, { rule, verbs: [...rule.verbs] });
    else for (const verb of rule.verbs) if (!known.verbs.includes(verb)) known.verbs.push(verb);
  }
  return [...rest, ...[...simple.values()].map(({ rule, verbs }) => ({ ...rule, verbs }))];
}

const quoted = (list: readonly string[]): string => `[${list.map((one) => JSON.stringify(one)).join(" ")}]`;

/** `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}` */
export function ruleText(rule: PolicyRule): string {
  const parts = [["APIGroups", rule.apiGroups], ["Resources", rule.resources], ["ResourceNames", rule.resourceNames], ["NonResourceURLs", rule.nonResourceURLs], ["Verbs", rule.verbs]] as const;
  return `{${parts.filter(([, list]) => (list?.length ?? 0) > 0).map(([name, list]) => `${name}:${quoted(list ?? [])}`).join(", ")}}`;
}

/** Whether one rule gives a whole single right. */
function gives(rule: PolicyRule, right: PolicyRule): boolean {
  const [verb = ""] = right.verbs;
  if (right.nonResourceURLs !== undefined) return has(rule.verbs, verb) && coversPath(rule.nonResourceURLs, right.nonResourceURLs[0] ?? "");
  const names = rule.resourceNames ?? [];
  return has(rule.verbs, verb) && has(rule.apiGroups, right.apiGroups?.[0] ?? "") && coversResource(rule.resources, right.resources?.[0] ?? "")
    && (names.length === 0 || (right.resourceNames !== undefined && names.includes(right.resourceNames[0] ?? "")));
}

/** The rights of `wanted` that no rule of `held` gives. */
export function missingRights(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakdown).filter((right) => !held.some((rule) => gives(rule, right)));
}
