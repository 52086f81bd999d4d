import { arr, at, str, type Obj } from "../objects";
import { eventLines, head, line, mapLines, annotationLines, type Describer } from "./text";

interface Rule {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly names: readonly string[];
  readonly urls: readonly string[];
}

const list = (rule: Obj, key: string): readonly string[] => (rule[key] as readonly string[] | undefined) ?? [];

/** Rules broken down to single resources, and those of one resource put together again with all their verbs. */
function compact(rules: readonly Obj[]): readonly Rule[] {
  const simple = new Map<string, Rule>();
  const urls: Rule[] = [];
  for (const rule of rules) {
    const names = list(rule, "resourceNames");
    for (const group of list(rule, "apiGroups")) for (const resource of list(rule, "resources")) for (const name of names.length > 0 ? names : [undefined]) {
      const key = `${group}\n${resource}\n${name ?? "\n"}`;
      const known = simple.get(key)?.verbs ?? [];
      simple.set(key, { verbs: [...new Set([...known, ...list(rule, "verbs")])], groups: [group], resources: [resource], names: name === undefined ? [] : [name], urls: [] });
    }
    for (const url of list(rule, "nonResourceURLs")) for (const verb of list(rule, "verbs")) urls.push({ verbs: [verb], groups: [], resources: [], names: [], urls: [url] });
  }
  const text = ({ verbs, groups, resources, names, urls: paths }: Rule): string => `[${verbs.join(" ")}],APIGroups:[${groups.join(" ")}],Resources:[${resources.join(" ")}],ResourceNames:[${names.join(" ")}],NonResourceURLs:[${paths.join(" ")}],`;
  return [...urls, ...simple.values()].map((rule) => ({ rule, key: text(rule) })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ rule }) => rule);
}

/** "deployments.apps/scale" */
function resourceOf({ resources: [resource = ""], groups: [group = ""] }: Rule): string {
  const [name = "", sub] = resource.split("/", 2);
  return `${name}${group === "" ? "" : `.${group}`}${sub === undefined ? "" : `/${sub}`}`;
}

const marks: Describer = ({ object: { metadata } }) => line("Name", metadata.name) + mapLines("Labels", metadata.labels) + annotationLines(metadata.annotations);

export const describeRole: Describer = (about) => `${marks(about)}PolicyRule:\n  Resources\tNon-Resource URLs\tResource Names\tVerbs\n  ---------\t-----------------\t--------------\t-----\n${
  compact(arr(about.object["rules"])).map((rule) => `  ${resourceOf(rule)}\t[${rule.urls.join(" ")}]\t[${rule.names.join(" ")}]\t[${rule.verbs.join(" ")}]\n`).join("")}`;

export const describeBinding: Describer = (about) => {
  const role = about.object["roleRef"];
  return `${marks(about)}Role:\n${line("Kind", at(role, "kind"), 1)}${line("Name", at(role, "name"), 1)}Subjects:\n  Kind\tName\tNamespace\n  ----\t----\t---------\n${
    arr(about.object["subjects"]).map((one) => `  ${str(one["kind"])}\t${str(one["name"])}\t${str(one["namespace"])}\n`).join("")}`;
};

export const describeServiceAccount: Describer = (about) => {
  const { object } = about;
  const secrets = about.list("secrets", object.metadata.namespace ?? "");
  const names = (key: string): readonly string[] => arr(object[key]).map((one) => str(one["name"])).map((name) => (secrets.some(({ metadata }) => metadata.name === name) ? name : `${name} (not found)`));
  const tokens = secrets.filter((one) => one["type"] === "kubernetes.io/service-account-token" && one.metadata.annotations?.["kubernetes.io/service-account.uid"] === object.metadata.uid).map(({ metadata }) => metadata.name);
  return head(object) + [["Image pull secrets:", names("imagePullSecrets")], ["Mountable secrets: ", names("secrets")], ["Tokens:            ", tokens]].map(([title, all]) => `${title as string}\t${(all as readonly string[]).join(`\n${" ".repeat(19)}\t`) || "<none>"}\n`).join("") + eventLines(about);
};
