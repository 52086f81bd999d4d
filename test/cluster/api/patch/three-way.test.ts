import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergePatch } from "../../../../src/cluster/api/patch/merge";
import { strategicMerge } from "../../../../src/cluster/api/patch/strategic";
import { jsonMergeDifference, threeWayJsonMergePatch, threeWayStrategicMergePatch, twoWayStrategicMergePatch } from "../../../../src/cluster/api/patch/three-way";
import type { Json } from "../../../../src/cluster/model";

const manifest = (replicas: number, image: string): { [key: string]: Json } => ({
  apiVersion: "apps/v1", kind: "Deployment", metadata: { annotations: {}, labels: { app: "nginx" }, name: "nginx", namespace: "default" },
  spec: { replicas, selector: { matchLabels: { app: "nginx" } }, template: { metadata: { labels: { app: "nginx" } }, spec: { containers: [{ image, name: "nginx", ports: [{ containerPort: 80 }] }] } } },
});
const annotated = (object: { [key: string]: Json }): Json => {
  const metadata = object.metadata as { [key: string]: Json };
  return { ...object, metadata: { ...metadata, annotations: { "kubectl.kubernetes.io/last-applied-configuration": `${JSON.stringify(object)}\n` } } };
};
const live: Json = {
  apiVersion: "apps/v1", kind: "Deployment",
  metadata: { annotations: { "deployment.kubernetes.io/revision": "1", "kubectl.kubernetes.io/last-applied-configuration": `${JSON.stringify(manifest(3, "nginx:1.14.2"))}\n` }, labels: { app: "nginx" }, name: "nginx", namespace: "default", uid: "u", generation: 2 },
  spec: {
    progressDeadlineSeconds: 600, replicas: 2, revisionHistoryLimit: 10, selector: { matchLabels: { app: "nginx" } }, strategy: { rollingUpdate: { maxSurge: "25%" }, type: "RollingUpdate" },
    template: { metadata: { creationTimestamp: null, labels: { app: "nginx" } }, spec: { containers: [{ image: "nginx:1.14.2", imagePullPolicy: "IfNotPresent", name: "nginx", ports: [{ containerPort: 80, protocol: "TCP" }], resources: {} }], dnsPolicy: "ClusterFirst" } },
  },
};

describe("kubectl apply", () => {
  it("sends the recorded body (41-http-traces) when the image and the replicas differ", () => {
    const wanted = manifest(3, "nginx:1.16.1");
    const patch = threeWayStrategicMergePatch("V1Deployment", manifest(3, "nginx:1.14.2"), annotated(wanted), live);
    const annotation = JSON.stringify(`${JSON.stringify(wanted)}\n`);
    expect(JSON.stringify(patch)).toBe(
      `{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":${annotation}}},` +
      '"spec":{"replicas":3,"template":{"spec":{"$setElementOrder/containers":[{"name":"nginx"}],"containers":[{"image":"nginx:1.16.1","name":"nginx"}]}}}}',
    );
  });

  it("sends nothing when nothing differs", () => {
    const same = manifest(2, "nginx:1.14.2");
    expect(threeWayStrategicMergePatch("V1Deployment", same, same, live)).toEqual({});
  });

  it("removes what the file had before and no longer has, and leaves what others added", () => {
    const before = { spec: { minReadySeconds: 5, template: { spec: { containers: [{ name: "a", image: "x" }, { name: "b", image: "y" }] } } } };
    const wanted = { spec: { template: { spec: { containers: [{ name: "a", image: "z" }] } } } };
    const now: Json = { spec: { minReadySeconds: 5, paused: true, template: { spec: { containers: [{ name: "a", image: "x" }, { name: "b", image: "y" }, { name: "injected" }] } } } };
    const patch = threeWayStrategicMergePatch("V1Deployment", before, wanted, now);
    expect(patch).toEqual({ spec: { minReadySeconds: null, template: { spec: { "$setElementOrder/containers": [{ name: "a" }], containers: [{ image: "z", name: "a" }, { $patch: "delete", name: "b" }] } } } });
    expect(strategicMerge("V1Deployment", now, patch)).toEqual({ spec: { paused: true, template: { spec: { containers: [{ name: "a", image: "z" }, { name: "injected" }] } } } });
  });

  it("names the keys to retain where a volume changes its source", () => {
    const volumes = (source: object): Json => ({ spec: { volumes: [{ name: "v", ...source }] } }) as Json;
    const [before, wanted] = [volumes({ emptyDir: {} }), volumes({ hostPath: { path: "/x" } })];
    const patch = threeWayStrategicMergePatch("V1Pod", before, wanted, before);
    expect(patch).toEqual({ spec: { "$setElementOrder/volumes": [{ name: "v" }], volumes: [{ $retainKeys: ["hostPath", "name"], emptyDir: null, hostPath: { path: "/x" }, name: "v" }] } });
    expect(strategicMerge("V1Pod", before, patch)).toEqual(wanted);
  });

  it("of a custom resource merges by JSON", () => {
    const patch = threeWayJsonMergePatch({ spec: { gone: 1, list: [1] } }, { spec: { list: [1, 2], empty: {} } }, { spec: { gone: 1, list: [1], theirs: true } });
    expect(JSON.stringify(patch)).toBe('{"spec":{"empty":{},"gone":null,"list":[1,2]}}');
  });
});

describe("kubectl set and edit", () => {
  it("sends the recorded body of set image", () => {
    const [before, after] = [manifest(2, "nginx:1.16.1"), manifest(2, "nginx:1.17")];
    expect(JSON.stringify(twoWayStrategicMergePatch("V1Deployment", before, after))).toBe(
      '{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"nginx"}],"containers":[{"image":"nginx:1.17","name":"nginx"}]}}}}',
    );
  });
  it("sends the recorded body of rollout resume", () => {
    expect(JSON.stringify(twoWayStrategicMergePatch("V1Deployment", { spec: { paused: true, replicas: 1 } }, { spec: { replicas: 1 } }))).toBe('{"spec":{"paused":null}}');
  });
});

describe("a difference", () => {
  const value = fc.constantFrom<Json>("x", "y", 1, true);
  const named = fc.uniqueArray(
    fc.record({ name: fc.constantFrom("a", "b", "c", "d"), image: fc.constantFrom("x", "y"), args: fc.array(fc.constantFrom("1", "2"), { maxLength: 3 }) }, { requiredKeys: ["name"] }),
    { selector: (item) => item.name, minLength: 1 },
  );
  const pod = fc.record({
    metadata: fc.record({ labels: fc.dictionary(fc.constantFrom("k", "l"), fc.constantFrom("x", "y")), finalizers: fc.uniqueArray(fc.constantFrom("f", "g", "h"), { minLength: 1 }) }),
    spec: fc.record({ containers: named, volumes: named, nodeSelector: fc.dictionary(fc.constantFrom("a", "b"), fc.constant("c")) }, { requiredKeys: ["containers"] }),
  }, { requiredKeys: ["spec"] });

  it("applied to the one gives the other", () => {
    fc.assert(fc.property(pod, pod, (a, b) => {
      const [before, after] = [a as unknown as Json, b as unknown as Json];
      expect(strategicMerge("V1Pod", before, twoWayStrategicMergePatch("V1Pod", before, after))).toEqual(after);
    }));
  });
  it("in JSON merge form, too", () => {
    const any = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.oneof(value, fc.dictionary(fc.constantFrom("d", "e"), value)));
    fc.assert(fc.property(any, any, (before, after) => {
      expect(mergePatch(before, jsonMergeDifference(before, after))).toEqual(after);
    }));
  });
});
