import { breakdown, compact, type PolicyRule } from "../../cluster/api/access/rules";

const list = (values: readonly string[] | undefined): string => `[${(values ?? []).join(" ")}]`;

/** What Go prints of a rule, by which kubectl sorts rules. */
function sortText({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string {
  return `Verbs:${list(verbs)},APIGroups:${list(apiGroups)},Resources:${list(resources)},ResourceNames:${list(resourceNames)},NonResourceURLs:${list(nonResourceURLs)}`;
}

/** "deployments.apps/scale" */
function resourceText({ resources, apiGroups }: PolicyRule): string {
  const [resource, ...subresource] = (resources?.[0] ?? "").split("/");
  const group = apiGroups?.[0] ?? "";
  return [group === "" ? resource : `${resource ?? ""}.${group}`, ...subresource].join("/");
}

/** Rules as `describe role` and `auth can-i --list` show them: resource, paths, names, verbs; one row for each resource. */
export function ruleRows(rules: readonly PolicyRule[]): string[][] {
  return compact(rules.flatMap(breakdown)).map((rule) => ({ rule, text: sortText(rule) })).sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ rule }) => [resourceText(rule), list(rule.nonResourceURLs), list(rule.resourceNames), list(rule.verbs)]);
}

export const ruleColumns = ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"];
