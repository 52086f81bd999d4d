import type { Command, Verb } from "../command";
import { CommandError, PlainError } from "../errors";
import { array, slice, text } from "../flags";
import { emit, GENERATOR_FLAGS, meta, nameOf, required } from "./emit";

const GROUP = "rbac.authorization.k8s.io";

function rulesOf(command: Command): object[] {
  const verbs = [...new Set(command.flags.list("verb"))];
  const names = command.flags.list("resource-name");
  if (verbs.length === 0) throw new CommandError("at least one verb must be specified");
  const resources = command.flags.list("resource");
  const urls = command.flags.list("non-resource-url");
  if (resources.length === 0 && urls.length === 0) throw new CommandError(command.path.endsWith("clusterrole") ? "one of resource or nonResourceURL must be specified" : "at least one resource must be specified");
  const groups = new Map<string, string[]>();
  for (const word of resources) {
    if (word === "*" || word === "*.*") {
      const group = word === "*" ? "" : "*";
      groups.set(group, [...(groups.get(group) ?? []), "*"]);
      continue;
    }
    const [base = "", sub] = word.split("/");
    const mapping = command.mapper.find(base);
    if (!mapping) throw new PlainError(`the server doesn't have a resource type ${JSON.stringify(base)}`);
    groups.set(mapping.group, [...(groups.get(mapping.group) ?? []), sub ? `${mapping.plural}/${sub}` : mapping.plural]);
  }
  return [
    ...[...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([group, list]) => ({ verbs: verbs.includes("*") ? ["*"] : verbs, apiGroups: [group], resources: list, ...(names.length > 0 ? { resourceNames: names } : {}) })),
    ...(urls.length > 0 ? [{ verbs, nonResourceURLs: urls }] : []),
  ];
}

const RULE_FLAGS = [slice("verb", "Verb that applies to the resources contained in the rule"), slice("resource", "Resource that the rule applies to"), array("resource-name", "Resource in the white list that the rule applies to, repeat this flag for multiple items")];

export const role: Verb = {
  name: "role",
  short: "Create a role with single rule",
  flags: [...GENERATOR_FLAGS, ...RULE_FLAGS],
  run(command) {
    emit(command, { kind: "Role", apiVersion: `${GROUP}/v1`, metadata: meta(nameOf(command)), rules: rulesOf(command) });
  },
};

export const clusterrole: Verb = {
  name: "clusterrole",
  short: "Create a cluster role",
  flags: [...GENERATOR_FLAGS, ...RULE_FLAGS, slice("non-resource-url", "A partial url that user should have access to."), text("aggregation-rule", "An aggregation label selector for combining ClusterRoles.")],
  run(command) {
    const aggregation = command.flags.text("aggregation-rule");
    const name = nameOf(command);
    if (aggregation !== "") {
      const matchLabels = Object.fromEntries(aggregation.split(",").map((p) => p.split("=", 2) as [string, string]));
      emit(command, { kind: "ClusterRole", apiVersion: `${GROUP}/v1`, metadata: meta(name), rules: null, aggregationRule: { clusterRoleSelectors: [{ matchLabels }] } });
      return;
    }
    emit(command, { kind: "ClusterRole", apiVersion: `${GROUP}/v1`, metadata: meta(name), rules: rulesOf(command) });
  },
};

const SUBJECT_FLAGS = [array("user", "Usernames to bind to the role."), array("group", "Groups to bind to the role."), array("serviceaccount", "Service accounts to bind to the role, in the format <namespace>:<name>")];

function binding(name: string, kind: string): Verb {
  return {
    name,
    short: kind === "RoleBinding" ? "Create a role binding for a particular role or cluster role" : "Create a cluster role binding for a particular cluster role",
    flags: [...GENERATOR_FLAGS, ...SUBJECT_FLAGS, text("clusterrole", "ClusterRole this binding should reference"), ...(kind === "RoleBinding" ? [text("role", "Role this RoleBinding should reference")] : [])],
    run(command) {
      const [roleName, clusterRole] = [command.flags.text("role"), command.flags.text("clusterrole")];
      if (kind === "RoleBinding" && (roleName === "") === (clusterRole === "")) throw new CommandError("exactly one of clusterrole or role must be specified");
      if (kind === "ClusterRoleBinding" && clusterRole === "") required(command, "clusterrole");
      const subjects = [
        ...command.flags.list("user").map((n) => ({ kind: "User", apiGroup: GROUP, name: n })),
        ...command.flags.list("group").map((n) => ({ kind: "Group", apiGroup: GROUP, name: n })),
        ...command.flags.list("serviceaccount").map((word) => {
          const parts = word.split(":");
          if (parts.length !== 2 || parts[1] === "") throw new CommandError("serviceaccount must be <namespace>:<name>");
          return { kind: "ServiceAccount", name: parts[1], namespace: parts[0] };
        }),
      ];
      emit(command, { kind, apiVersion: `${GROUP}/v1`, metadata: meta(nameOf(command)), ...(subjects.length > 0 ? { subjects } : {}), roleRef: { apiGroup: GROUP, kind: roleName === "" ? "ClusterRole" : "Role", name: roleName || clusterRole } }, { what: name });
    },
  };
}
export const rolebinding = binding("rolebinding", "RoleBinding");
export const clusterrolebinding = binding("clusterrolebinding", "ClusterRoleBinding");
