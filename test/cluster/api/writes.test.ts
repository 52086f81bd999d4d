import { describe, expect, it } from "vitest";
import { apiBench, messageOf } from "./kinds/bench";
import type { ApiResponse } from "../../../src/cluster/api/request";
import type { KubeObject } from "../../../src/cluster/model";

const config = (data: object, metadata: object = {}): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", ...metadata }, data }) as unknown as KubeObject;
const pod = (spec: object = {}): KubeObject => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p", labels: { app: "p" } }, spec: { containers: [{ name: "a", image: "a:1" }], ...spec } }) as unknown as KubeObject;
const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" }, spec: { replicas: 2, selector: { matchLabels: { app: "d" } }, template: { metadata: { labels: { app: "d" } }, spec: { containers: [{ name: "a", image: "a:1" }] } } } } as unknown as KubeObject;
const merge = "application/merge-patch+json";
const strategic = "application/strategic-merge-patch+json";
const json = "application/json-patch+json";

describe("options of a write", () => {
  it("are refused in the words of 1.33, each under its own kind", () => {
    const { create, send } = apiBench();
    create(config({}));
    expect(messageOf(create(config({}, { name: "x" }), { dryRun: "Some" }))).toBe('CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"Some"}: supported values: "All"');
    expect(messageOf(send("update", config({}), { fieldValidation: "Maybe" }))).toBe('UpdateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Maybe": supported values: "", "Ignore", "Strict", "Warn"');
    expect(messageOf(send("patch", config({}), { force: "true" }, undefined, merge, {}))).toBe('PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch');
    expect(messageOf(send("delete", config({}), { propagationPolicy: "Sideways" }))).toBe('DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": supported values: "Background", "Foreground", "Orphan", "nil"');
    expect(messageOf(send("delete", config({}), { propagationPolicy: "Orphan", orphanDependents: "true" }))).toBe('DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set');
  });
});

describe("strict reading", () => {
  const patched = (contentType: string, body: unknown, fieldValidation = "Strict"): ApiResponse => {
    const { create, send } = apiBench();
    create(config({ k: "v" }));
    return send("patch", config({}), { fieldValidation }, undefined, contentType, body);
  };

  it("shows a strategic patch, and of the others what came out", () => {
    expect(messageOf(patched(strategic, { foo: 1 }))).toBe(' "" is invalid: patch: Invalid value: "map[foo:1]": strict decoding error: unknown field "foo"');
    expect(messageOf(patched(merge, { foo: 1 }))).toMatch(/^ "" is invalid: patch: Invalid value: "\{.*\\"foo\\":1.*\}": strict decoding error: unknown field "foo"$/);
    expect(messageOf(patched(merge, { data: { k: 1 } }))).toMatch(/: ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string$/);
    expect(patched(json, [{ op: "add", path: "/foo", value: 1 }], "Warn").warnings).toEqual(['unknown field "foo"']);
    expect(patched(json, [{ op: "add", path: "/foo", value: 1 }], "Ignore").warnings).toEqual([]);
  });

  it("tells what the text had twice", () => {
    const { server } = apiBench();
    const caller = { user: "admin", groups: ["system:masters"], agent: "curl", origin: "http" } as const;
    const post = (fieldValidation: string): ApiResponse => server.handle({
      caller, verb: "create", group: "", version: "v1", resource: "configmaps", namespace: "default", accept: "object", query: { fieldValidation }, body: config({ k: "v", }), problems: ['duplicate field "data.k"'],
    });
    expect(messageOf(post("Strict"))).toBe('ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.k"');
    expect(post("Warn").warnings).toEqual(['duplicate field "data.k"']);
  });

  it("bounds the operations of a JSON patch", () => {
    const answer = patched(json, Array.from({ length: 10_001 }, () => ({ op: "test", path: "/data/k", value: "v" })));
    expect([answer.code, messageOf(answer)]).toEqual([413, "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001"]);
  });
});

describe("updates", () => {
  it("of some kinds must say which revision they are of", () => {
    const { create, send } = apiBench();
    const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "l" }, spec: {} } as unknown as KubeObject;
    const made = create(lease).body as KubeObject;
    expect(messageOf(send("update", lease))).toBe('leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update');
    expect(send("update", made).code).toBe(200);
    create(config({}));
    expect(send("update", config({ k: "v" })).code).toBe(200);
  });
});

describe("generated names", () => {
  it("are drawn again where chance falls on a taken one", () => {
    const { create, world, store } = apiBench();
    const twin = apiBench().world.random("name/configmaps/default/c-").suffix(5);
    create(config({}, { name: `c-${twin}` }));
    const made = create(config({}, { name: "", generateName: "c-" })).body as KubeObject;
    expect(made.metadata.name).toMatch(/^c-/);
    expect(made.metadata.name).not.toBe(`c-${twin}`);
    expect(store.list("configmaps")).toHaveLength(2);
    expect(world.random("name/configmaps/default/c-").suffix(5)).not.toBe(twin);
  });
});

describe("deletes", () => {
  it("hold to their preconditions", () => {
    const { create, send } = apiBench();
    const made = create(deployment).body as KubeObject;
    const remove = (preconditions: object): ApiResponse => send("deletecollection", made, {}, undefined, undefined, { preconditions });
    const { uid, resourceVersion } = made.metadata;
    expect(messageOf(remove({ uid: "x" }))).toBe(`Operation cannot be fulfilled on Deployment.apps "d": the UID in the precondition (x) does not match the UID in record (${uid}). The object might have been deleted and then recreated`);
    expect(messageOf(remove({ resourceVersion: "1" }))).toBe(`Operation cannot be fulfilled on Deployment.apps "d": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`);
    expect(remove({ uid, resourceVersion }).code).toBe(200);
  });

  it("only try with dryRun, also through an eviction", () => {
    const { create, send } = apiBench();
    create(pod());
    const evict = (deleteOptions: object): ApiResponse => send("create", pod(), {}, "eviction", undefined, { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "p" }, deleteOptions });
    expect(evict({ dryRun: ["All"] }).code).toBe(201);
    expect(messageOf(evict({ preconditions: { uid: "x" } }))).toContain("the UID in the precondition (x)");
    expect(send("get", pod()).code).toBe(200);
    expect(evict({}).code).toBe(201);
    expect(send("get", pod()).code).toBe(404);
  });
});

describe("parts of a pod", () => {
  it("are all that their subresources reach", () => {
    const { create, send } = apiBench();
    const made = create(pod()).body as KubeObject & { spec: object };
    const debug = send("patch", made, { fieldManager: "kubectl-debug" }, "ephemeralcontainers", strategic, { spec: { hostname: "other", ephemeralContainers: [{ name: "debug", image: "busybox" }] } });
    const { spec, metadata } = debug.body as { spec: { hostname?: string; ephemeralContainers: readonly { name: string }[] }; metadata: { managedFields: readonly { manager: string; subresource?: string }[] } };
    expect(spec.ephemeralContainers.map(({ name }) => name)).toEqual(["debug"]);
    expect(spec.hostname).toBeUndefined();
    expect(metadata.managedFields.map(({ manager, subresource }) => [manager, subresource])).toContainEqual(["kubectl-debug", "ephemeralcontainers"]);
    const resized = send("patch", made, {}, "resize", strategic, { spec: { containers: [{ name: "a", image: "b:2", resources: { requests: { cpu: "1" } } }] } }).body as { spec: { containers: readonly { image: string; resources: unknown }[] } };
    expect(resized.spec.containers[0]).toMatchObject({ image: "a:1", resources: { requests: { cpu: "1" } } });
  });
});
