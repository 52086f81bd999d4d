import { describe, expect, it } from "vitest";
import { apiBench, messageOf } from "../kinds/bench";
import { customKind } from "../../../../src/cluster/api/custom/kind";
import type { ApiResponse } from "../../../../src/cluster/api/request";
import type { Dict, KubeObject } from "../../../../src/cluster/model";

interface Entry { readonly manager: string; readonly operation: string; readonly subresource?: string; readonly fieldsV1: unknown }

const config = (data: Dict | undefined, metadata: object = {}): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", ...metadata }, ...(data === undefined ? {} : { data }) }) as unknown as KubeObject;
const deployment = (spec: object): KubeObject => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" }, spec: { selector: { matchLabels: { app: "d" } }, ...spec } }) as unknown as KubeObject;
const template = (...containers: readonly object[]): object => ({ template: { metadata: { labels: { app: "d" } }, spec: { containers } } });

function bench() {
  const { send, create } = apiBench();
  return {
    send, create,
    apply: (object: KubeObject, fieldManager: string, query: Dict = {}, subresource?: string): ApiResponse => send("patch", object, { fieldManager, ...query }, subresource, "application/apply-patch+yaml"),
  };
}

const owners = (response: ApiResponse): readonly (readonly [string, unknown])[] => ((response.body as KubeObject).metadata["managedFields"] as readonly Entry[] | undefined ?? []).map(({ manager, operation, subresource, fieldsV1 }) => [`${manager} ${operation}${subresource === undefined ? "" : ` ${subresource}`}`, fieldsV1] as const);
const dataOf = (response: ApiResponse): unknown => (response.body as KubeObject)["data"];

describe("server-side apply", () => {
  it("makes what is not there, and owns no more than it was told", () => {
    const made = bench().apply(config({ k: "v" }), "one");
    expect(made.code).toBe(201);
    expect(owners(made)).toEqual([["one Apply", { "f:data": { "f:k": {} } }]]);
  });

  it("refuses in the words of 1.33 what others own", () => {
    const { apply, create } = bench();
    create(config({ k: "v", l: "w" }), { fieldManager: "kubectl-create" });
    const refused = apply(config({ k: "x", l: "y", m: "z" }), "one");
    expect(refused.code).toBe(409);
    expect(messageOf(refused)).toBe('Apply failed with 2 conflicts: conflicts with "kubectl-create" using v1:\n- .data.k\n- .data.l');
    expect((refused.body as { details: unknown }).details).toEqual({ causes: [
      { reason: "FieldManagerConflict", message: 'conflict with "kubectl-create" using v1', field: ".data.k" },
      { reason: "FieldManagerConflict", message: 'conflict with "kubectl-create" using v1', field: ".data.l" },
    ] });
    expect(messageOf(apply(config({ k: "x" }), "one"))).toBe('Apply failed with 1 conflict: conflict with "kubectl-create" using v1: .data.k');
  });

  it("shares a value that is equal, and takes what it is forced to", () => {
    const { apply } = bench();
    apply(config({ k: "v" }), "one");
    expect(owners(apply(config({ k: "v" }), "two"))).toEqual([["one Apply", { "f:data": { "f:k": {} } }], ["two Apply", { "f:data": { "f:k": {} } }]].sort(([a], [b]) => (a === "two Apply" ? -1 : b === "two Apply" ? 1 : 0)));
    const forced = apply(config({ k: "x" }), "two", { force: "true" });
    expect(dataOf(forced)).toEqual({ k: "x" });
    expect(owners(forced)).toEqual([["two Apply", { "f:data": { "f:k": {} } }]]);
  });

  it("removes what it applied before and now no more, unless another owns it", () => {
    const { apply } = bench();
    apply(config({ k: "v", l: "w" }), "one");
    apply(config({ l: "w" }), "two");
    expect(dataOf(apply(config({ m: "1" }), "one"))).toEqual({ l: "w", m: "1" });
    expect(dataOf(apply(config(undefined), "one"))).toEqual({ l: "w" });
  });

  it("merges containers by name, keeps defaults, and lets a container go whole", () => {
    const { apply } = bench();
    apply(deployment({ replicas: 2, ...template({ name: "a", image: "a:1" }, { name: "b", image: "b:1" }) }), "one");
    const after = apply(deployment(template({ name: "a", image: "a:2" })), "one").body as { spec: { replicas: number; template: { spec: { containers: { name: string; image: string; imagePullPolicy: string }[] } } } };
    expect(after.spec.template.spec.containers.map(({ name, image, imagePullPolicy }) => [name, image, imagePullPolicy])).toEqual([["a", "a:2", "IfNotPresent"]]);
    expect(after.spec.replicas).toBe(1);
  });

  it("takes over from kubectl's own apply what still is as that left it", () => {
    const { apply, create } = bench();
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": `${JSON.stringify(config({ k: "v" }))}\n` };
    create(config({ k: "v" }, { annotations }), { fieldManager: "kubectl-client-side-apply" });
    const upgraded = apply(config({ k: "w" }), "kubectl");
    expect(upgraded.code).toBe(200);
    expect((upgraded.body as KubeObject).metadata.annotations?.["kubectl.kubernetes.io/last-applied-configuration"]).toBe('{"apiVersion":"v1","data":{"k":"w"},"kind":"ConfigMap","metadata":{"name":"c"}}\n');
    expect(apply(config({ k: "x" }), "other").code).toBe(409);
  });

  it("changes nothing when nothing changes, and nothing on a dry run", () => {
    const { apply, send } = bench();
    expect(apply(config({ k: "v" }), "one", { dryRun: "All" }).code).toBe(201);
    expect(send("get", config({})).code).toBe(404);
    const first = apply(config({ k: "v" }), "one").body as KubeObject;
    expect((apply(config({ k: "v" }), "one").body as KubeObject).metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  it("answers mistakes as the real one does", () => {
    const { apply } = bench();
    expect(messageOf(apply(config({}), ""))).toBe('PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch');
    expect(messageOf(apply({ ...config({}), unknown: 1 } as unknown as KubeObject, "one"))).toBe("failed to create typed patch object (/c; /v1, Kind=ConfigMap): .unknown: field not declared in schema");
    expect(messageOf(apply(deployment(template({ name: "a" }, { name: "a" })), "one"))).toBe('failed to create typed patch object (/d; apps/v1, Kind=Deployment): .spec.template.spec.containers: duplicate entries for key [name="a"]');
    expect(messageOf(apply(config({}, { managedFields: [] }), "one"))).toBe("metadata.managedFields must be nil");
    expect(apply(deployment({}), "one", {}, "status").code).toBe(404);
  });
});

describe("server-side apply of a custom resource", () => {
  it("owns and merges by its structural schema", () => {
    const { send, registry } = apiBench();
    const list = { type: "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], items: { type: "object", properties: { name: { type: "string" }, size: { type: "integer" } } } };
    const schema = { type: "object", properties: { spec: { type: "object", properties: { parts: list, tags: { type: "array", items: { type: "string" } } } } } };
    registry.add(customKind({
      apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: "toys.example.com" },
      spec: { group: "example.com", names: { kind: "Toy", plural: "toys", singular: "toy", listKind: "ToyList" }, scope: "Namespaced", versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }] },
    } as unknown as Parameters<typeof customKind>[0]));
    const apply = (spec: object, fieldManager: string): ApiResponse => send("patch", { apiVersion: "example.com/v1", kind: "Toy", metadata: { name: "t" }, spec } as unknown as KubeObject, { fieldManager }, undefined, "application/apply-patch+yaml");
    expect(apply({ parts: [{ name: "a", size: 1 }], tags: ["x"] }, "one").code).toBe(201);
    const merged = apply({ parts: [{ name: "b", size: 2 }] }, "two");
    expect((merged.body as KubeObject)["spec"]).toEqual({ parts: [{ name: "a", size: 1 }, { name: "b", size: 2 }], tags: ["x"] });
    expect(owners(merged)[1]).toEqual(["two Apply", { "f:spec": { "f:parts": { 'k:{"name":"b"}': { ".": {}, "f:name": {}, "f:size": {} } } } }]);
    expect(messageOf(apply({ tags: ["y"] }, "two"))).toBe('Apply failed with 1 conflict: conflict with "one": .spec.tags');
    expect(messageOf(apply({ nope: 1 }, "two"))).toBe("failed to create typed patch object (/t; example.com/v1, Kind=Toy): .spec.nope: field not declared in schema");
  });
});

describe("managed fields", () => {
  const update = (bench: ReturnType<typeof apiBench>, data: Dict, fieldManager: string): ApiResponse => bench.send("update", config(data), { fieldManager });

  it("give a field to who changed it last, and forget who has none left", () => {
    const api = apiBench();
    api.create(config({ k: "v" }), { fieldManager: "one" });
    api.clock.now = 1000;
    expect(owners(update(api, { k: "v", l: "w" }, "two"))).toEqual([["one Update", { "f:data": { ".": {}, "f:k": {} } }], ["two Update", { "f:data": { "f:l": {} } }]]);
    expect(owners(update(api, { k: "x", l: "w" }, "two"))).toEqual([["one Update", { "f:data": {} }], ["two Update", { "f:data": { "f:k": {}, "f:l": {} } }]]);
  });

  it("are put together beyond ten updaters", () => {
    const api = apiBench();
    api.create(config({ k0: "0" }), { fieldManager: "m0" });
    let data: Dict = { k0: "0" };
    let last: ApiResponse | undefined;
    for (let i = 1; i < 14; i++) {
      api.clock.now = i * 1000;
      data = { ...data, [`k${i}`]: "1" };
      last = update(api, data, `m${i}`);
    }
    const names = owners(last as ApiResponse).map(([name]) => name);
    expect(names).toHaveLength(10);
    expect(names[0]).toBe("ancient-changes Update");
    expect(owners(last as ApiResponse)[0]?.[1]).toEqual({ "f:data": { ".": {}, "f:k0": {}, "f:k1": {}, "f:k2": {}, "f:k3": {}, "f:k4": {} } });
  });

  it("are reset by an empty entry, and not kept from then on", () => {
    const api = apiBench();
    api.create(config({ k: "v" }), { fieldManager: "one" });
    const reset = api.send("patch", config({}), {}, undefined, "application/merge-patch+json", { metadata: { managedFields: [{}] } });
    expect(owners(reset)).toEqual([]);
    expect(owners(update(api, { k: "w" }, "two"))).toEqual([]);
  });

  it("are kept where a body brings them back, and come through a Scale for the replicas alone", () => {
    const api = apiBench();
    const made = api.create(deployment({ replicas: 2, ...template({ name: "a", image: "a:1" }) }), { fieldManager: "one" }).body as KubeObject;
    const again = api.send("update", made, { fieldManager: "two" });
    expect((again.body as KubeObject).metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    api.send("patch", made, {}, "scale", "application/merge-patch+json", { spec: { replicas: 3 } });
    const scaled = api.send("get", made);
    expect(owners(scaled).map(([name]) => name)).toEqual(["kubectl Update scale", "one Update"]);
    expect(owners(scaled)[0]?.[1]).toEqual({ "f:spec": { "f:replicas": {} } });
    expect(JSON.stringify(owners(scaled)[1])).not.toContain("f:replicas");
  });
});
