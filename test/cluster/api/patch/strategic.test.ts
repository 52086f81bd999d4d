import { describe, expect, it } from "vitest";
import { strategicMerge } from "../../../../src/cluster/api/patch/strategic";
import type { Json } from "../../../../src/cluster/model";

const deployment = (containers: Json, more: object = {}): Json =>
  ({ metadata: { name: "nginx", labels: { app: "nginx" } }, spec: { replicas: 3, template: { spec: { containers } }, ...more } }) as Json;
const patchOf = (containers: Json): Json => ({ spec: { template: { spec: { containers } } } });
const containersOf = (merged: Json): Json => (merged as { spec: { template: { spec: { containers: Json } } } }).spec.template.spec.containers;
const nginx = { name: "nginx", image: "nginx:1.14.2", ports: [{ containerPort: 80, protocol: "TCP" }] };

describe("a strategic merge patch", () => {
  it("puts a new container in front, as recorded", () => {
    const merged = containersOf(strategicMerge("V1Deployment", deployment([nginx]), patchOf([{ name: "sidecar", image: "redis" }])));
    expect(merged).toEqual([{ name: "sidecar", image: "redis" }, nginx]);
  });

  it("merges a container by its name and leaves the others alone", () => {
    const before = deployment([{ name: "sidecar", image: "redis" }, nginx]);
    const merged = containersOf(strategicMerge("V1Deployment", before, patchOf([{ name: "nginx", image: "nginx:1.16.1" }])));
    expect(merged).toEqual([{ name: "sidecar", image: "redis" }, { ...nginx, image: "nginx:1.16.1" }]);
    expect(containersOf(before)).toEqual([{ name: "sidecar", image: "redis" }, nginx]);
  });

  it("deletes and replaces as $patch says", () => {
    const before = deployment([{ name: "sidecar", image: "redis" }, nginx]);
    expect(containersOf(strategicMerge("V1Deployment", before, patchOf([{ $patch: "delete", name: "sidecar" }])))).toEqual([nginx]);
    expect(containersOf(strategicMerge("V1Deployment", before, patchOf([{ name: "a" }, { $patch: "replace" }])))).toEqual([{ name: "a" }]);
    expect(strategicMerge("V1Deployment", before, { metadata: { labels: { $patch: "replace", x: "y" } } })).toHaveProperty("metadata.labels", { x: "y" });
    expect(strategicMerge("V1Deployment", before, { metadata: { labels: { $patch: "delete" } } })).toHaveProperty("metadata.labels", {});
  });

  it("keeps only what $retainKeys names", () => {
    const before = deployment([nginx], { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } });
    expect(strategicMerge("V1Deployment", before, { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } })).toHaveProperty("spec.strategy", { type: "Recreate" });
    expect(() => strategicMerge("V1Deployment", before, { spec: { strategy: { $retainKeys: [], type: "Recreate" } } })).toThrow("invalid patch format of retainKeys");
  });

  it("follows $setElementOrder, with items of others in between", () => {
    const before = deployment([{ name: "a" }, { name: "theirs" }, { name: "b" }]);
    const merged = strategicMerge("V1Deployment", before, { spec: { template: { spec: { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }, { name: "new" }], containers: [{ name: "new" }] } } } });
    expect((containersOf(merged) as { name: string }[]).map(({ name }) => name)).toEqual(["theirs", "b", "a", "new"]);
  });

  it("removes values from a merged list of values", () => {
    const before: Json = { metadata: { finalizers: ["a", "b", "c"] } };
    expect(strategicMerge("V1Pod", before, { metadata: { "$deleteFromPrimitiveList/finalizers": ["b"] } })).toHaveProperty("metadata.finalizers", ["a", "c"]);
    expect(strategicMerge("V1Pod", before, { metadata: { finalizers: ["d", "a"] } })).toHaveProperty("metadata.finalizers", ["d", "a", "b", "c"]);
  });

  it("replaces lists without a key, deletes with null, and takes new values without their nulls", () => {
    const before: Json = { metadata: { labels: { a: "1", b: "2" } }, spec: { containers: [{ name: "c", command: ["x"] }] } };
    const merged = strategicMerge("V1Pod", before, { metadata: { labels: { a: null }, annotations: { x: "y", z: null } }, spec: { containers: [{ name: "c", command: ["y", "z"] }] } });
    expect(merged).toEqual({ metadata: { labels: { b: "2" }, annotations: { x: "y" } }, spec: { containers: [{ name: "c", command: ["y", "z"] }] } });
  });

  it("says which merge key is missing", () => {
    expect(() => strategicMerge("V1Deployment", deployment([nginx]), patchOf([{ image: "x" }]))).toThrow("map: map[image:x] does not contain declared merge key: name");
  });

  it("shares what it does not touch", () => {
    const before = deployment([nginx]) as { metadata: object };
    expect((strategicMerge("V1Deployment", before as unknown as Json, { spec: { replicas: 1 } }) as { metadata: object }).metadata).toBe(before.metadata);
  });
});
