import { ageColumn, column, createdAtColumn, nameColumn, wideColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { forbiddenField, invalids, pathSegment, required, unsupported } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { filled, mappedField, replaced } from "./sharing";
import { rbacGroup, roleRefOf as refOf, rulesOf, subjectsOf } from "../access/rules";
import { equalJson } from "../equal";
import type { PolicyRule, RoleRef, Subject } from "../access/rules";
import type { FieldError, Kind } from "../kind";
import type { KubeObject } from "../../model";

const group = rbacGroup;

function validateRule(rule: PolicyRule, namespaced: boolean, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if ((rule.verbs ?? []).length === 0) errors.push(required(`${field}.verbs`, "verbs must contain at least one value"));
  if ((rule.nonResourceURLs ?? []).length > 0) {
    if (namespaced) errors.push({ field: `${field}.nonResourceURLs`, type: "Invalid", value: rule.nonResourceURLs, detail: "namespaced rules cannot apply to non-resource URLs" });
    if ([rule.apiGroups, rule.resources, rule.resourceNames].some((list) => (list ?? []).length > 0)) {
      errors.push({ field: `${field}.nonResourceURLs`, type: "Invalid", value: rule.nonResourceURLs, detail: "rules cannot apply to both regular resources and non-resource URLs" });
    }
    return errors;
  }
  if ((rule.apiGroups ?? []).length === 0) errors.push(required(`${field}.apiGroups`, "resource rules must supply at least one api group"));
  if ((rule.resources ?? []).length === 0) errors.push(required(`${field}.resources`, "resource rules must supply at least one resource"));
  return errors;
}


function role(kind: "Role" | "ClusterRole"): Kind {
  const namespaced = kind === "Role";
  return defineKind({
    group, kind, plural: `${kind.toLowerCase()}s`, namespaced, columns: [nameColumn, createdAtColumn],
    // Roles that gather the rules of others: few of many.
    indexes: { gathers: (object) => (object["aggregationRule"] === undefined || object["aggregationRule"] === null ? undefined : "true") },
    // No rules are null, also where a list without any was given: that is stored so, though whoever gave the list owns it.
    defaults: (object) => (object["rules"] === undefined ? { ...object, rules: null } : object),
    prepare: (next) => (Array.isArray(next["rules"]) && next["rules"].length === 0 ? { ...next, rules: null } : next),
    validate: (next) => [...validateObjectMeta(next.metadata, namespaced, pathSegment), ...rulesOf(next).flatMap((rule, i) => validateRule(rule, namespaced, `rules[${i}]`))],
  });
}

const named = (object: KubeObject, kind: string): string => subjectsOf(object).filter((subject) => subject.kind === kind)
  .map((subject) => (kind === "ServiceAccount" ? `${subject.namespace ?? ""}/${subject.name}` : subject.name)).join(", ");

const bindingColumns = [
  nameColumn,
  column("Role", "The role that is given.", (object) => `${refOf(object).kind}/${refOf(object).name}`),
  ageColumn,
  wideColumn("Users", "The users that have it.", (object) => named(object, "User")),
  wideColumn("Groups", "The groups that have it.", (object) => named(object, "Group")),
  wideColumn("ServiceAccounts", "The service accounts that have it.", (object) => named(object, "ServiceAccount")),
];

/** Users and groups belong to the authorisation group, accounts to the core. */
function defaultBinding(object: KubeObject): KubeObject {
  const ref = refOf(object);
  const withRef = replaced(object as KubeObject & { readonly roleRef?: RoleRef; readonly subjects?: readonly Subject[] }, "roleRef", ref.apiGroup === "" || ref.apiGroup === undefined ? { ...ref, apiGroup: group } : ref);
  return mappedField(withRef, "subjects", (subject: Subject) => (subject.kind === "User" || subject.kind === "Group" ? filled(subject.apiGroup === "" ? { ...subject, apiGroup: group } : subject, { apiGroup: group }) : subject));
}

function validateSubject(subject: Subject, namespaced: boolean, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if ((subject.name ?? "") === "") errors.push(required(`${field}.name`));
  switch (subject.kind) {
    case "ServiceAccount":
      if ((subject.apiGroup ?? "") !== "") errors.push(unsupported(`${field}.apiGroup`, subject.apiGroup, [""]));
      if (!namespaced && (subject.namespace ?? "") === "") errors.push(required(`${field}.namespace`));
      break;
    case "User":
    case "Group":
      if (subject.apiGroup !== group) errors.push(unsupported(`${field}.apiGroup`, subject.apiGroup, [group]));
      break;
    default: errors.push(unsupported(`${field}.kind`, subject.kind, ["ServiceAccount", "User", "Group"]));
  }
  return errors;
}

function binding(kind: "RoleBinding" | "ClusterRoleBinding"): Kind {
  const namespaced = kind === "RoleBinding";
  const roles = namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"];
  return defineKind({
    group, kind, plural: `${kind.toLowerCase()}s`, namespaced, columns: bindingColumns, defaults: defaultBinding,
    validate: (next, old) => {
      const ref = refOf(next);
      const errors: FieldError[] = validateObjectMeta(next.metadata, namespaced, pathSegment);
      if (ref.apiGroup !== group) errors.push(unsupported("roleRef.apiGroup", ref.apiGroup, [group]));
      if (!roles.includes(ref.kind)) errors.push(unsupported("roleRef.kind", ref.kind, roles));
      if ((ref.name ?? "") === "") errors.push(required("roleRef.name"));
      else errors.push(...invalids("roleRef.name", ref.name, pathSegment(ref.name)));
      subjectsOf(next).forEach((subject, i) => errors.push(...validateSubject(subject, namespaced, `subjects[${i}]`)));
      if (old !== undefined && !equalJson(refOf(old), ref)) {
        errors.push({ field: "roleRef", type: "Invalid", value: { go: `rbac.RoleRef{APIGroup:${JSON.stringify(ref.apiGroup)}, Kind:${JSON.stringify(ref.kind)}, Name:${JSON.stringify(ref.name)}}` }, detail: "cannot change roleRef" });
      }
      if (old === undefined && next.metadata.name === "" && errors.length === 0) errors.push(forbiddenField("metadata.name", "name is required"));
      return errors;
    },
  });
}

export const roleKind: Kind = role("Role");
export const clusterrole: Kind = role("ClusterRole");
export const rolebinding: Kind = binding("RoleBinding");
export const clusterrolebinding: Kind = binding("ClusterRoleBinding");
