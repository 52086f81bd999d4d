import { describe, expect, it } from "vitest";
import { nonResource } from "../../../src/cluster/api/discovery";
import { kinds } from "../../../src/cluster/api/kinds/index";
import { Registry } from "../../../src/cluster/api/registry";
import type { ApiRequest } from "../../../src/cluster/api/request";

type Loose = Readonly<Record<string, unknown>>;
const registry = new Registry(kinds);
const ask = (path: string, accept: ApiRequest["accept"] = "object", query: ApiRequest["query"] = {}, of = registry): unknown => nonResource(path, of, { accept, query });
function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) here = (here as Loose | undefined)?.[key];
  return here;
}
const references = (value: unknown): string[] => [...JSON.stringify(value).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]);

describe("OpenAPI v3", () => {
  it("leads from its index to a document for every group version", () => {
    const paths = Object.entries(at(ask("/openapi/v3"), "paths") as Record<string, { readonly serverRelativeURL: string }>);
    expect(paths.map(([path]) => path)).toEqual(expect.arrayContaining(["api/v1", "apis/apps/v1", "apis/autoscaling/v2"]));
    for (const [path, { serverRelativeURL }] of paths) {
      expect(serverRelativeURL).toMatch(new RegExp(`^/openapi/v3/${path}\\?hash=[0-9A-F]+$`));
      expect(at(ask(serverRelativeURL.replace(/\?.*/, "")), "openapi")).toBe("3.0.0");
    }
  });

  it("has a schema for everything that it refers to, under the names of Kubernetes", () => {
    const document = ask("/openapi/v3/apis/apps/v1");
    const schemas = at(document, "components", "schemas") as Record<string, unknown>;
    for (const reference of references(document)) expect(Object.keys(schemas)).toContain(reference.replace("#/components/schemas/", ""));
    for (const name of [
      "io.k8s.api.apps.v1.Deployment", "io.k8s.api.apps.v1.DeploymentList", "io.k8s.api.core.v1.PodSpec", "io.k8s.api.autoscaling.v1.Scale",
      "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", "io.k8s.apimachinery.pkg.api.resource.Quantity", "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
    ]) expect(Object.keys(schemas)).toContain(name);
    for (const schema of Object.values(schemas)) expect(at(schema, "$ref")).toBeUndefined();
  });

  it("tells how fields merge, what they default to and which kind a schema is", () => {
    const schemas = at(ask("/openapi/v3/apis/apps/v1"), "components", "schemas");
    expect(at(schemas, "io.k8s.api.apps.v1.Deployment", "x-kubernetes-group-version-kind")).toEqual([{ group: "apps", kind: "Deployment", version: "v1" }]);
    expect(at(schemas, "io.k8s.api.core.v1.PodSpec", "properties", "containers")).toMatchObject({
      type: "array", items: { default: {}, allOf: [{ $ref: "#/components/schemas/io.k8s.api.core.v1.Container" }] },
      "x-kubernetes-list-map-keys": ["name"], "x-kubernetes-list-type": "map", "x-kubernetes-patch-merge-key": "name", "x-kubernetes-patch-strategy": "merge",
    });
    expect(at(schemas, "io.k8s.api.core.v1.ContainerPort", "properties", "containerPort")).toMatchObject({ type: "integer", format: "int32", default: 0 });
    expect(at(schemas, "io.k8s.api.core.v1.ContainerPort", "properties", "protocol")).toMatchObject({ default: "TCP", enum: ["SCTP", "TCP", "UDP"] });
    expect(at(schemas, "io.k8s.api.core.v1.Container", "required")).toEqual(["name"]);
    expect(at(schemas, "io.k8s.api.core.v1.ResourceRequirements", "properties", "limits", "additionalProperties")).toEqual({ $ref: "#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity" });
  });

  it("offers fieldValidation and dryRun where kubectl looks for them", () => {
    const patch = at(ask("/openapi/v3/apis/apps/v1"), "paths", "/apis/apps/v1/namespaces/{namespace}/deployments/{name}", "patch");
    expect((at(patch, "parameters") as readonly { readonly name: string }[]).map(({ name }) => name)).toEqual(["dryRun", "fieldManager", "fieldValidation", "force"]);
    expect(at(patch, "x-kubernetes-group-version-kind")).toEqual({ group: "apps", version: "v1", kind: "Deployment" });
    expect(at(patch, "requestBody", "content", "application/strategic-merge-patch+json")).toBeDefined();
  });

  it("publishes a custom kind with its own schema", () => {
    const mine = new Registry(kinds);
    const before = at(ask("/openapi/v3", "object", {}, mine), "paths");
    const schema = { type: "object", properties: { spec: { type: "object" } } };
    mine.add({
      group: "stable.example.com", kind: "CronTab", plural: "crontabs", singular: "crontab", shortNames: ["ct"], categories: [], namespaced: true, hub: "v1", storage: "store", subresources: {},
      versions: [{ name: "v1", served: true, goType: "CronTab", model: "com.example.stable.v1.CronTab", columns: [], schema }],
    });
    expect(at(before, "apis/stable.example.com/v1")).toBeUndefined();
    expect(at(ask("/openapi/v3", "object", {}, mine), "paths", "apis/stable.example.com/v1")).toBeDefined();
    expect(at(ask("/openapi/v3/apis/stable.example.com/v1", "object", {}, mine), "components", "schemas", "com.example.stable.v1.CronTab")).toMatchObject(schema);
    // What has no Go struct cannot be merged by one: kubectl apply looks here for how to patch.
    const patch = at(ask("/openapi/v3/apis/stable.example.com/v1", "object", {}, mine), "paths", "/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}", "patch");
    expect(Object.keys(at(patch, "requestBody", "content") as object)).toEqual(["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"]);
  });
});

describe("OpenAPI v2", () => {
  it("has the same schemas as definitions, without defaults", () => {
    const document = ask("/openapi/v2");
    const definitions = at(document, "definitions") as Record<string, unknown>;
    for (const reference of new Set(references(document))) expect(Object.keys(definitions)).toContain(reference.replace("#/definitions/", ""));
    expect(at(definitions, "io.k8s.api.core.v1.PodSpec", "properties", "containers", "items")).toEqual({ $ref: "#/definitions/io.k8s.api.core.v1.Container" });
    expect(at(definitions, "io.k8s.api.core.v1.ContainerPort", "properties", "protocol", "default")).toBeUndefined();
  });
});

describe("discovery", () => {
  it("names what a subresource takes, in both forms", () => {
    const pods = at(ask("/api", "discovery"), "items", "0", "versions", "0", "resources") as readonly { readonly resource: string; readonly subresources?: unknown }[];
    expect(pods.find(({ resource }) => resource === "pods")?.subresources).toContainEqual({ subresource: "eviction", responseKind: { group: "policy", version: "v1", kind: "Eviction" }, verbs: ["create"] });
    expect(at(ask("/apis", "discovery-v2beta1"), "apiVersion")).toBe("apidiscovery.k8s.io/v2beta1");
    const flat = at(ask("/api/v1"), "resources") as readonly { readonly name: string }[];
    expect(flat.find(({ name }) => name === "pods/exec")).toEqual({ name: "pods/exec", singularName: "", namespaced: true, kind: "PodExecOptions", verbs: ["create", "get"] });
    expect(flat.find(({ name }) => name === "configmaps")).toMatchObject({ shortNames: ["cm"], storageVersionHash: "qFsyl6wFWjQ=" });
  });

  it("puts the preferred version of a group first", () => {
    expect(at(ask("/apis/autoscaling"), "preferredVersion", "version")).toBe("v2");
  });

  it("answers its health checks one by one and together", () => {
    expect(ask("/livez")).toBe("ok");
    expect(ask("/livez/etcd")).toBe("ok");
    expect(ask("/readyz", "object", { verbose: "" })).toMatch(/^\[\+\]ping ok\n\[\+\]log ok\n\[\+\]informer-sync ok\n[^]*\[\+\]shutdown ok\nreadyz check passed\n$/);
    expect(ask("/livez", "object", { verbose: "", exclude: "etcd" })).toContain("[+]etcd excluded: ok\n");
    expect(() => ask("/livez/nothing")).toThrow("could not find the requested resource");
    expect(() => ask("/metrics")).toThrow("could not find the requested resource");
  });

  it("lists at / what it answers elsewhere", () => {
    for (const path of at(ask("/"), "paths") as readonly string[]) expect(ask(path), path).toBeDefined();
  });
});
