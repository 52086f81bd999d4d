import { sha256 } from "../sha256";
import { issuer, signing } from "./access/tokens";
import { health, healthPaths } from "./health";
import { openApiDocument, openApiIndex, openApiV2 } from "./openapi/documents";
import { rootPath } from "./openapi/paths";
import { groupVersionsOf, groupsOf, responseKind, subresourcesOf, verbsOf, versionsOf } from "./resources";
import { noSuchResource } from "./status";
import type { Kind } from "./kind";
import type { Registry } from "./registry";
import type { ApiRequest } from "./request";

const hashes = new Map<string, string>();
/** What a release stores in an older version than it prefers. */
const storedAt: Readonly<Record<string, string>> = { CustomResourceDefinition: "v1beta1", IPAddress: "v1beta1", ServiceCIDR: "v1beta1" };

/** apiserver's StorageVersionHash: of what the objects are stored as. */
function storageHash(registry: Registry, kind: Kind): string {
  const hub = kind.storedAs === undefined ? kind : registry.hub(kind.storedAs)?.kind ?? kind;
  const text = `${hub.group}/${storedAt[hub.kind] ?? hub.hub}/${hub.kind}`;
  let hash = hashes.get(text);
  if (hash === undefined) {
    const bytes = sha256(text).slice(0, 16).match(/../g) ?? [];
    hashes.set(text, hash = btoa(String.fromCharCode(...bytes.map((byte) => parseInt(byte, 16)))));
  }
  return hash;
}

function kindsOf(registry: Registry, group: string, version: string): Kind[] {
  return registry.kinds.filter((kind) => kind.group === group && kind.versions.some((of) => of.name === version && of.served)).sort((a, b) => (a.plural < b.plural ? -1 : 1));
}

const names = (kind: Kind): object => ({
  ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
  ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
});

/** The lists that were told, which are asked for by every command of kubectl and change only with their kinds. */
const told = new Map<string, { readonly kinds: readonly Kind[]; readonly list: object }>();
const mostTold = 300;

/** APIResourceList: the resources of a group version and, after each, its subresources. */
function resourceList(registry: Registry, group: string, version: string): object {
  const groupVersion = group === "" ? version : `${group}/${version}`;
  const kinds = kindsOf(registry, group, version);
  const known = told.get(groupVersion);
  if (known?.kinds.length === kinds.length && known.kinds.every((kind, at) => kind === kinds[at])) return known.list;
  const list = { kind: "APIResourceList", ...(group === "" ? {} : { apiVersion: "v1" }), groupVersion, resources: resourcesOf(registry, kinds) };
  if (told.size >= mostTold) told.clear();
  told.set(groupVersion, { kinds, list });
  return list;
}

function resourcesOf(registry: Registry, kinds: readonly Kind[]): object[] {
  return kinds.flatMap((kind) => [
    {
      name: kind.plural, singularName: kind.singular, namespaced: kind.namespaced, kind: kind.kind, verbs: verbsOf(kind), ...names(kind),
      ...(kind.storage === "computed" ? {} : { storageVersionHash: storageHash(registry, kind) }),
    },
    ...subresourcesOf(kind).map(([name, verbs]) => {
      const { kind: gives, group: of, version: at } = responseKind(kind, name);
      return { name: `${kind.plural}/${name}`, singularName: "", namespaced: kind.namespaced, ...(of === "" ? {} : { group: of, version: at }), kind: gives, verbs };
    }),
  ]);
}

/** APIGroupDiscoveryList: everything of /api or /apis in one answer. */
function aggregated(registry: Registry, groups: readonly string[], apiVersion: string): unknown {
  const custom = (kind: Kind): boolean => kind.versions.some((version) => version.schema !== undefined);
  return {
    kind: "APIGroupDiscoveryList", apiVersion: `apidiscovery.k8s.io/${apiVersion}`, metadata: {},
    items: groups.map((group) => ({
      metadata: { ...(group === "" ? {} : { name: group }), creationTimestamp: null },
      versions: versionsOf(registry, group).map((version) => ({
        version,
        resources: kindsOf(registry, group, version).map((kind) => {
          // A custom resource's own group is told; a built-in one's is understood.
          const own = custom(kind) ? { group, version } : { group: "", version: "" };
          const subresources = subresourcesOf(kind).map(([name, verbs]) => {
            const { kind: gives, group: of, version: at } = responseKind(kind, name);
            return { subresource: name, responseKind: { ...(of === "" ? own : { group: of, version: at }), kind: gives }, verbs };
          });
          return {
            resource: kind.plural, responseKind: { ...own, kind: kind.kind }, scope: kind.namespaced ? "Namespaced" : "Cluster", singularResource: kind.singular,
            verbs: verbsOf(kind), ...names(kind), ...(subresources.length === 0 ? {} : { subresources }),
          };
        }),
        freshness: "Current",
      })),
    })),
  };
}

function groupOf(registry: Registry, name: string): object {
  const versions = versionsOf(registry, name).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

/** "/": every path that the server answers. */
function rootPaths(registry: Registry): string[] {
  const groups = groupsOf(registry).map((group) => `/apis/${group}`);
  const versions = groupVersionsOf(registry).map(rootPath);
  return [...new Set(["/.well-known/openid-configuration", "/api", "/apis", "/apis/", "/openapi/v2", "/openapi/v3", "/openapi/v3/", "/openid/v1/jwks", "/version", ...groups, ...versions, ...healthPaths()])].sort();
}

/** What the server answers at a path that is no resource. Throws ApiError 404 where it has nothing. */
export function nonResource(path: string, registry: Registry, { accept, query }: Pick<ApiRequest, "accept" | "query">): unknown {
  const aggregate = accept === "discovery" ? "v2" : accept === "discovery-v2beta1" ? "v2beta1" : undefined;
  const bare = path.replace(/\/+$/, "") || "/";
  const exclude = query["exclude"];
  switch (bare) {
    case "/": return { paths: rootPaths(registry) };
    case "/api":
      if (aggregate !== undefined) return aggregated(registry, [""], aggregate);
      return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "192.168.59.100:6443" }] };
    case "/apis":
      if (aggregate !== undefined) return aggregated(registry, groupsOf(registry), aggregate);
      return { kind: "APIGroupList", apiVersion: "v1", groups: groupsOf(registry).map((group) => groupOf(registry, group)) };
    case "/version": return version;
    case "/openapi/v2": return openApiV2(registry);
    case "/openapi/v3": return openApiIndex(registry);
    case "/.well-known/openid-configuration":
      return { issuer, jwks_uri: "https://192.168.59.100:6443/openid/v1/jwks", response_types_supported: ["id_token"], subject_types_supported: ["public"], id_token_signing_alg_values_supported: [signing.alg] };
    // Tokens of a simulated cluster are no secret and bear no signature that a key could prove.
    case "/openid/v1/jwks": return { keys: [] };
  }
  const document = bare.startsWith("/openapi/v3/") ? openApiDocument(registry, bare.slice("/openapi/v3/".length)) : health(bare, query["verbose"] !== undefined, exclude === undefined ? [] : typeof exclude === "string" ? [exclude] : exclude);
  if (document !== undefined) return document;
  const [, root, group = "", at = ""] = bare.split("/");
  if (bare === "/api/v1") return resourceList(registry, "", "v1");
  if (root === "apis" && versionsOf(registry, group).length > 0 && group !== "") {
    if (bare === `/apis/${group}`) return { kind: "APIGroup", apiVersion: "v1", ...groupOf(registry, group) };
    if (bare === `/apis/${group}/${at}` && versionsOf(registry, group).includes(at)) return resourceList(registry, group, at);
  }
  throw noSuchResource();
}

/** The answer of /version: the release whose behaviour is simulated. */
export const version = {
  major: "1", minor: "33", emulationMajor: "1", emulationMinor: "33", minCompatibilityMajor: "1", minCompatibilityMinor: "32",
  gitVersion: "v1.33.13", gitCommit: "", gitTreeState: "clean", buildDate: "2026-01-01T00:00:00Z",
  goVersion: "go1.24.0", compiler: "gc", platform: "linux/amd64",
};
