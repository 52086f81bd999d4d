import { sha256 } from "../../sha256";
import { packageName, schemaNames } from "./names";
import { GroupWriter, rootPath } from "./paths";
import { groupVersionsOf } from "../resources";
import type { Registry } from "../registry";

const securityScheme = { type: "apiKey", description: "Bearer Token authentication", name: "authorization", in: "header" };

/** The documents of a server, each made when it is first asked for; another set of kinds makes them anew. */
interface Made {
  readonly kinds: Registry["kinds"];
  readonly documents: Map<string, unknown>;
}
const made = new WeakMap<Registry, Made>();

function kept(registry: Registry, key: string, make: () => unknown): unknown {
  let of = made.get(registry);
  if (of === undefined || of.kinds !== registry.kinds) made.set(registry, of = { kinds: registry.kinds, documents: new Map<string, unknown>() });
  if (!of.documents.has(key)) of.documents.set(key, make());
  return of.documents.get(key);
}

/** Models are named after their group; a custom kind brings its schema and is named after its own. */
function namesOf(registry: Registry): (model: string) => string {
  const names = schemaNames(registry);
  const custom = new Map(registry.kinds.flatMap((kind) => kind.versions.filter((version) => version.schema !== undefined).map((version) => [version.model, `${packageName(kind.group, version.name)}.${kind.kind}`] as const)));
  return (model) => custom.get(model) ?? names(model);
}

function write(registry: Registry, edition: 2 | 3, only?: { readonly group: string; readonly version: string }): GroupWriter {
  const writer = new GroupWriter(edition, namesOf(registry), groupVersionsOf(registry));
  for (const of of groupVersionsOf(registry)) {
    if (only !== undefined && (of.group !== only.group || of.version !== only.version)) continue;
    writer.discovery(rootPath(of), "V1APIResourceList");
    for (const kind of registry.kinds) if (kind.group === of.group) for (const version of kind.versions) if (version.name === of.version && version.served) writer.kind(kind, version);
  }
  writer.finish();
  return writer;
}

const sorted = (record: Readonly<Record<string, unknown>>): Record<string, unknown> => Object.fromEntries(Object.keys(record).sort().map((key) => [key, record[key]]));
const info = (title: string): object => ({ title, version: "1.33" });

/** /openapi/v3: where the document of each group version is. The hash changes with the kinds that the group serves. */
export function openApiIndex(registry: Registry): unknown {
  return kept(registry, "index", () => {
    const paths: Record<string, unknown> = {};
    for (const of of groupVersionsOf(registry)) {
      const path = rootPath(of).slice(1);
      const kinds = registry.kinds.filter((kind) => kind.group === of.group).map((kind) => [kind.plural, kind.versions.map((version) => [version.name, version.schema])]);
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${sha256(JSON.stringify([path, kinds])).toUpperCase()}` };
    }
    return { paths: sorted(paths) };
  });
}

/** /openapi/v3/apis/GROUP/VERSION; undefined where there is no such group version. `path` is "api/v1" or "apis/apps/v1". */
export function openApiDocument(registry: Registry, path: string): unknown {
  const of = groupVersionsOf(registry).find((one) => rootPath(one) === `/${path}`);
  if (of === undefined) return undefined;
  return kept(registry, path, () => {
    const { paths, schemas } = write(registry, 3, of);
    return { openapi: "3.0.0", info: info("Kubernetes"), paths: sorted(paths), components: { schemas: sorted(schemas), securitySchemes: { BearerToken: securityScheme } } };
  });
}

/** /openapi/v2: everything in one document. */
export function openApiV2(registry: Registry): unknown {
  return kept(registry, "v2", () => {
    const { paths, schemas } = write(registry, 2);
    return { swagger: "2.0", info: info("Kubernetes"), paths: sorted(paths), definitions: sorted(schemas), securityDefinitions: { BearerToken: securityScheme }, security: [{ BearerToken: [] }] };
  });
}
