import { CommandError } from "./errors";

/** A resource of the API as discovery lists it: what the words of a command line stand for. */
export interface Mapping {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

interface ApiResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

export interface Mapper {
  readonly mappings: readonly Mapping[];
  /** group/version pairs in the order of discovery, the preferred version of a group first. */
  readonly groupVersions: readonly string[];
  /** What `deploy`, `deployments.apps`, `deployments.v1.apps` or `Deployment` means. Throws as kubectl does. */
  resource(word: string): Mapping;
  find(word: string): Mapping | undefined;
  kind(apiVersion: string, kind: string): Mapping | undefined;
  category(name: string): readonly Mapping[];
}

/** What was read last: a server that tells the very same lists again means the same by them. */
let last: { readonly lists: readonly unknown[]; readonly mapper: Mapper } | undefined;

const pathOf = (groupVersion: string): string => (groupVersion === "v1" ? "/api/v1" : `/apis/${groupVersion}`);

/** Reads the API's discovery documents. */
export function discover(get: (path: string) => unknown): Mapper {
  const pieces = discovering(get);
  for (;;) {
    const { done, value } = pieces.next();
    if (done === true) return value;
  }
}

/** As `discover`, a document at a time. */
export function* discovering(get: (path: string) => unknown): Generator<void, Mapper> {
  const groupVersions = ["v1"];
  const groups = (get("/apis") as { groups?: readonly { name: string; versions: readonly { groupVersion: string }[] }[] }).groups ?? [];
  for (const group of groups) for (const version of group.versions) groupVersions.push(version.groupVersion);
  const lists: unknown[] = [];
  for (const groupVersion of groupVersions) {
    lists.push(get(pathOf(groupVersion)));
    yield;
  }
  if (last?.lists.length === lists.length && last.lists.every((list, at) => list === lists[at])) return last.mapper;
  const mappings: Mapping[] = [];
  for (const [at, groupVersion] of groupVersions.entries()) {
    const [version = "", group = ""] = groupVersion.split("/").reverse();
    const resources = (lists[at] as { resources?: readonly ApiResource[] }).resources ?? [];
    for (const r of resources) {
      if (r.name.includes("/")) continue;
      mappings.push({
        group, version, kind: r.kind, plural: r.name, singular: r.singularName || r.kind.toLowerCase(), namespaced: r.namespaced,
        shortNames: r.shortNames ?? [], categories: r.categories ?? [], verbs: r.verbs,
        subresources: resources.filter((s) => s.name.startsWith(`${r.name}/`)).map((s) => s.name.slice(r.name.length + 1)),
      });
    }
  }
  const mapper = mapperOf(mappings, groupVersions);
  last = { lists, mapper };
  return mapper;
}

export function mapperOf(mappings: readonly Mapping[], groupVersions: readonly string[]): Mapper {
  const find = (word: string): Mapping | undefined => {
    const parts = word.split(".");
    const name = (parts[0] ?? "").toLowerCase();
    const named = (m: Mapping): boolean => m.plural === name || m.singular === name || m.kind.toLowerCase() === name;
    const short = (m: Mapping): boolean => m.shortNames.includes(name);
    const candidates = mappings.filter(named).length > 0 ? mappings.filter(named) : mappings.filter(short);
    if (parts.length === 1) return candidates[0];
    if (parts.length > 2) {
      // A short name loses its version when it is expanded: hpa.v1.autoscaling is the preferred one.
      if (!mappings.some(named)) return candidates.find((m) => m.group === parts.slice(2).join("."));
      const full = candidates.find((m) => m.version === parts[1] && m.group === parts.slice(2).join("."));
      if (full) return full;
    }
    const group = parts.slice(1).join(".");
    return candidates.find((m) => m.group === group) ?? candidates.find((m) => m.group !== "" && m.group.startsWith(group));
  };
  return {
    mappings,
    groupVersions,
    find,
    resource(word) {
      const found = find(word);
      if (!found) throw new CommandError(`the server doesn't have a resource type ${JSON.stringify(word.split(".")[0] ?? word)}`);
      return found;
    },
    kind: (apiVersion, kind) => mappings.find((m) => groupVersion(m) === apiVersion && m.kind === kind),
    category: (name) => {
      const seen = new Set<string>();
      return mappings.filter((m) => {
        const id = `${m.plural}.${m.group}`;
        if (!m.categories.includes(name) || seen.has(id)) return false;
        seen.add(id);
        return true;
      });
    },
  };
}

export function groupVersion(mapping: Pick<Mapping, "group" | "version">): string {
  return mapping.group === "" ? mapping.version : `${mapping.group}/${mapping.version}`;
}

/** "deployments.apps", "pods": a GroupResource in messages. */
export function groupResource(mapping: Mapping): string {
  return mapping.group === "" ? mapping.plural : `${mapping.plural}.${mapping.group}`;
}

/** "deployment.apps", "pod": the word before the slash in what kubectl reports. */
export function kindWord(mapping: Pick<Mapping, "group" | "kind">): string {
  return mapping.group === "" ? mapping.kind.toLowerCase() : `${mapping.kind.toLowerCase()}.${mapping.group}`;
}

/** "apps/v1, Resource=deployments": a GroupVersionResource in messages. */
export function resourceText(mapping: Mapping): string {
  return `${mapping.group}/${mapping.version}, Resource=${mapping.plural}`;
}
export function kindText(mapping: Mapping): string {
  return `${mapping.group}/${mapping.version}, Kind=${mapping.kind}`;
}
