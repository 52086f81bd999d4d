import { noSuchResource } from "./status";
import type { Kind } from "./kind";
import type { Registry } from "./registry";

const groupOrder = [
  "apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io",
  "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "storage.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io",
  "scheduling.k8s.io", "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io", "flowcontrol.apiserver.k8s.io",
];

/** Served versions of a group, the preferred one first: v2 before v1. */
function versionsOf(kinds: readonly Kind[], group: string): string[] {
  const versions = new Set<string>();
  for (const kind of kinds) if (kind.group === group) for (const version of kind.versions) if (version.served) versions.add(version.name);
  return [...versions].sort((a, b) => (a < b ? 1 : -1));
}

/** The named API groups in the order of discovery. */
export function groupsOf(registry: Registry): string[] {
  const groups = [...new Set(registry.kinds.map((kind) => kind.group))].filter((group) => group !== "");
  const rank = (group: string): number => (groupOrder.includes(group) ? groupOrder.indexOf(group) : groupOrder.length);
  return groups.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

const storedVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** The verbs of a main resource, as discovery lists them. */
function verbsOf(kind: Kind): string[] {
  if (kind.storage === "computed") return ["create"];
  if (kind.plural === "componentstatuses") return ["get", "list"];
  if (kind.plural === "namespaces") return storedVerbs.filter((verb) => verb !== "deletecollection");
  return storedVerbs;
}

function resourcesOf(registry: Registry, group: string, version: string): object[] {
  const resources: object[] = [];
  for (const kind of [...registry.kinds].sort((a, b) => (a.plural < b.plural ? -1 : 1))) {
    if (kind.group !== group || !kind.versions.some((of) => of.name === version && of.served)) continue;
    resources.push({
      name: kind.plural, singularName: kind.singular, namespaced: kind.namespaced, kind: kind.kind, verbs: verbsOf(kind),
      ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
      ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
    });
    for (const name of Object.keys(kind.subresources).sort()) {
      resources.push({
        name: `${kind.plural}/${name}`, singularName: "", namespaced: kind.namespaced, kind: name === "scale" ? "Scale" : name === "eviction" ? "Eviction" : name === "binding" ? "Binding" : kind.kind,
        ...(name === "scale" ? { group: "autoscaling", version: "v1" } : name === "eviction" ? { group: "policy", version: "v1" } : {}),
        verbs: [...(kind.subresources[name]?.verbs ?? [])].sort(),
      });
    }
  }
  return resources;
}

function groupOf(registry: Registry, name: string): object {
  const versions = versionsOf(registry.kinds, name).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

/** What the server answers at a path that is no resource. Throws ApiError 404 where it has nothing. */
export function nonResource(path: string, registry: Registry): unknown {
  const parts = path.replace(/\/+$/, "").split("/").slice(1);
  if (path === "/api") return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "192.168.59.100:6443" }] };
  if (path === "/apis") return { kind: "APIGroupList", apiVersion: "v1", groups: groupsOf(registry).map((group) => groupOf(registry, group)) };
  if (path === "/version") return version;
  if (path === "/healthz" || path === "/livez" || path === "/readyz") return "ok";
  if (parts[0] === "api" && parts.length === 2 && versionsOf(registry.kinds, "").includes(parts[1] ?? "")) {
    return { kind: "APIResourceList", groupVersion: "v1", resources: resourcesOf(registry, "", "v1") };
  }
  if (parts[0] === "apis" && parts[1] !== undefined && groupsOf(registry).includes(parts[1])) {
    if (parts.length === 2) return { kind: "APIGroup", apiVersion: "v1", ...groupOf(registry, parts[1]) };
    if (parts.length === 3 && versionsOf(registry.kinds, parts[1]).includes(parts[2] ?? "")) {
      return { kind: "APIResourceList", apiVersion: "v1", groupVersion: `${parts[1]}/${parts[2]}`, resources: resourcesOf(registry, parts[1], parts[2] ?? "") };
    }
  }
  throw noSuchResource();
}

/** The answer of /version: the release whose behaviour is simulated. */
export const version = {
  major: "1", minor: "33", emulationMajor: "1", emulationMinor: "33", minCompatibilityMajor: "1", minCompatibilityMinor: "32",
  gitVersion: "v1.33.13", gitCommit: "", gitTreeState: "clean", buildDate: "2026-01-01T00:00:00Z",
  goVersion: "go1.24.0", compiler: "gc", platform: "linux/amd64",
};
