import { describe, expect, it } from "vitest";
import { bench } from "./bench";
import type { Bench } from "./bench";
import type { StatefulSet } from "../../../src/cluster/api/kinds/statefulset";
import type { PersistentVolume } from "../../../src/cluster/api/kinds/persistentvolume";
import type { PersistentVolumeClaim } from "../../../src/cluster/api/kinds/persistentvolumeclaim";
import type { Pod } from "../../../src/cluster/api/types";

const resource = "statefulsets.apps";

function setOf(replicas: number, spec: object = {}): object {
  return {
    apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "web" },
    spec: { replicas, serviceName: "web", selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "nginx:1" }] } }, ...spec },
  };
}

function volumeOf(name: string, storage = "1Gi", spec: object = {}): object {
  return { apiVersion: "v1", kind: "PersistentVolume", metadata: { name }, spec: { capacity: { storage }, accessModes: ["ReadWriteOnce"], hostPath: { path: `/tmp/${name}` }, ...spec } };
}

const claimSpec = (storage = "1Gi", more: object = {}): object => ({ accessModes: ["ReadWriteOnce"], resources: { requests: { storage } }, ...more });
const withClaims = { volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claimSpec() }] };

const get = (b: Bench): StatefulSet => b.client.get(resource, "default", "web") as StatefulSet;
const pods = (b: Bench): readonly string[] => (b.store.list("pods") as readonly Pod[]).map((pod) => `${pod.metadata.name} ${pod.spec.containers[0]?.image ?? ""}`).sort();
const claims = (b: Bench): readonly string[] => (b.store.list("persistentvolumeclaims") as readonly PersistentVolumeClaim[]).map((one) => `${one.metadata.name} ${one.status?.phase ?? ""} ${one.spec.volumeName ?? ""}`).sort();
const volume = (b: Bench, name: string): PersistentVolume | undefined => b.store.get({ resource: "persistentvolumes", namespace: "", name }) as PersistentVolume | undefined;
/** Pods in the order in which they came and went. */
const story = (b: Bench, from = 0): readonly string[] => b.changes.slice(from).flatMap(({ ref, type }) => (ref.resource === "pods" && type !== "MODIFIED" ? [`${type === "ADDED" ? "+" : "-"}${ref.name}`] : []));
const image = (name: string): object => ({ spec: { template: { spec: { containers: [{ name: "c", image: name }] } } } });

describe("a StatefulSet", () => {
  it("starts its pods in order, each when the one before is ready, and stops them in reverse", () => {
    const b = bench();
    b.client.create(resource, "default", setOf(3));
    b.run(10_000);
    expect(story(b)).toEqual(["+web-0", "+web-1", "+web-2"]);
    expect(get(b).status).toMatchObject({ replicas: 3, readyReplicas: 3, availableReplicas: 3, currentReplicas: 3, updatedReplicas: 3 });
    const pod = b.client.get("pods", "default", "web-1") as Pod;
    expect(pod.spec).toMatchObject({ hostname: "web-1", subdomain: "web" });
    expect(pod.metadata.labels).toMatchObject({ "statefulset.kubernetes.io/pod-name": "web-1", "apps.kubernetes.io/pod-index": "1" });
    const from = b.changes.length;
    b.client.patch(resource, "default", "web", { spec: { replicas: 0 } });
    b.run(60_000);
    expect(story(b, from)).toEqual(["-web-2", "-web-1", "-web-0"]);
  });

  it("waits for a pod that does not become ready, and starts all at once where the order does not matter", () => {
    const stuck = bench({ start: (pod) => (pod.metadata.name === "web-1" ? Infinity : 500) });
    stuck.client.create(resource, "default", setOf(3));
    stuck.run(30_000);
    expect(story(stuck)).toEqual(["+web-0", "+web-1"]);
    const parallel = bench({ start: () => Infinity });
    parallel.client.create(resource, "default", setOf(3, { podManagementPolicy: "Parallel" }));
    parallel.run(5_000);
    expect(story(parallel)).toHaveLength(3);
  });

  it("updates from the highest ordinal down to the partition, and finishes when that is lifted", () => {
    const b = bench();
    b.client.create(resource, "default", setOf(3, { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } }));
    b.run(10_000);
    b.client.patch(resource, "default", "web", image("nginx:2"), undefined, "strategic");
    b.run(20_000);
    expect(pods(b)).toEqual(["web-0 nginx:1", "web-1 nginx:1", "web-2 nginx:2"]);
    expect(get(b).status).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
    const from = b.changes.length;
    b.client.patch(resource, "default", "web", { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
    b.run(60_000);
    expect(story(b, from)).toEqual(["-web-1", "+web-1", "-web-0", "+web-0"]);
    expect(get(b).status?.currentRevision).toBe(get(b).status?.updateRevision);
  });

  it("keeps a pod of the old template at its old revision below the partition when it is made anew", () => {
    const b = bench();
    b.client.create(resource, "default", setOf(2, { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } } }));
    b.run(10_000);
    b.client.patch(resource, "default", "web", image("nginx:2"), undefined, "strategic");
    b.run(30_000);
    b.client.delete("pods", "default", "web-0", {});
    b.run(40_000);
    expect(pods(b)).toEqual(["web-0 nginx:1", "web-1 nginx:2"]);
  });

  it("goes back to an old template under a new revision number", () => {
    const b = bench();
    b.client.create(resource, "default", setOf(1));
    b.run(5_000);
    const first = get(b).status?.updateRevision;
    b.client.patch(resource, "default", "web", image("nginx:2"), undefined, "strategic");
    b.run(40_000);
    b.client.patch(resource, "default", "web", image("nginx:1"), undefined, "strategic");
    b.run(40_000);
    expect(get(b).status?.updateRevision).toBe(first);
    expect(b.store.list("controllerrevisions.apps").map((one) => one["revision"]).sort()).toEqual([2, 3]);
  });

  it("gives each pod its claim, which it finds again, and which outlives the set", () => {
    const b = bench();
    for (const name of ["a", "b", "c"]) b.client.create("persistentvolumes", "", volumeOf(name));
    b.client.create(resource, "default", setOf(2, withClaims));
    b.run(20_000);
    const before = claims(b);
    expect(before).toHaveLength(2);
    expect(before.every((line) => / Bound [abc]$/.test(line))).toBe(true);
    expect((b.client.get("pods", "default", "web-1") as Pod).spec.volumes?.[0]).toEqual({ name: "data", persistentVolumeClaim: { claimName: "data-web-1" } });
    b.client.delete("pods", "default", "web-1", {});
    b.run(40_000);
    expect(claims(b)).toEqual(before);
    b.client.delete(resource, "default", "web", { propagationPolicy: "Background" });
    b.run(60_000);
    expect(pods(b)).toEqual([]);
    expect(claims(b)).toEqual(before);
  });

  it("deletes claims with the set or on the way down where its policy says so", () => {
    const b = bench();
    for (const name of ["a", "b"]) b.client.create("persistentvolumes", "", volumeOf(name));
    b.client.create(resource, "default", setOf(2, { ...withClaims, persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Delete" } }));
    b.run(20_000);
    b.client.patch(resource, "default", "web", { spec: { replicas: 1 } });
    b.run(60_000);
    expect(claims(b).map((line) => line.split(" ")[0])).toEqual(["data-web-0"]);
    b.client.delete(resource, "default", "web", { propagationPolicy: "Background" });
    b.run(60_000);
    expect(claims(b)).toEqual([]);
  });
});

describe("volumes and claims", () => {
  const claim = (b: Bench, name: string, spec: object): void => { b.client.create("persistentvolumeclaims", "default", { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name }, spec }); };

  it("bind the smallest volume that is large enough and of the same class, mode and labels", () => {
    const b = bench();
    b.client.create("persistentvolumes", "", volumeOf("large", "10Gi"));
    b.client.create("persistentvolumes", "", volumeOf("small", "2Gi"));
    b.client.create("persistentvolumes", "", volumeOf("tiny", "500Mi"));
    b.client.create("persistentvolumes", "", volumeOf("fast", "1Gi", { storageClassName: "fast" }));
    b.run(1000);
    claim(b, "c", claimSpec("1Gi"));
    b.run(1000);
    expect(claims(b)).toEqual(["c Bound small"]);
    expect(volume(b, "small")?.status?.phase).toBe("Bound");
    expect(volume(b, "large")?.status?.phase).toBe("Available");
  });

  it("never give one volume to two claims, and tell the one that waits why", () => {
    const b = bench();
    claim(b, "one", claimSpec());
    claim(b, "two", claimSpec());
    b.run(1000);
    expect(b.events("FailedBinding")).toContain("no persistent volumes available for this claim and no storage class is set");
    b.client.create("persistentvolumes", "", volumeOf("only"));
    b.run(40_000);
    expect(claims(b).filter((line) => line.includes("Bound"))).toHaveLength(1);
  });

  it("keep a claim that a pod uses, then release the volume and reclaim it as its policy says", () => {
    const b = bench();
    b.client.create("persistentvolumes", "", volumeOf("kept"));
    claim(b, "c", claimSpec());
    b.run(1000);
    b.client.create("pods", "default", { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "nginx" }], volumes: [{ name: "v", persistentVolumeClaim: { claimName: "c" } }] } });
    b.run(5000);
    b.client.delete("persistentvolumeclaims", "default", "c", {});
    b.run(5000);
    expect(b.store.get({ resource: "persistentvolumeclaims", namespace: "default", name: "c" })?.metadata.deletionTimestamp).toBeDefined();
    b.client.delete("pods", "default", "p", {});
    b.run(40_000);
    expect(claims(b)).toEqual([]);
    expect(volume(b, "kept")?.status?.phase).toBe("Released");
    b.client.patch("persistentvolumes", "", "kept", { spec: { persistentVolumeReclaimPolicy: "Delete" } });
    b.run(1000);
    expect(volume(b, "kept")).toBeUndefined();
  });

  it("give a claim without a class the default one, also when that comes later", () => {
    const b = bench();
    claim(b, "c", claimSpec());
    b.run(1000);
    b.client.create("storageclasses.storage.k8s.io", "", { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "std", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } }, provisioner: "example.com/none" });
    b.run(20_000);
    expect((b.store.get({ resource: "persistentvolumeclaims", namespace: "default", name: "c" }) as PersistentVolumeClaim).spec.storageClassName).toBe("std");
    expect(b.events("ExternalProvisioning")[0]).toMatch(/^Waiting for a volume to be created either by the external provisioner 'example.com\/none'/);
  });

  it("call a claim lost when its volume is gone", () => {
    const b = bench();
    b.client.create("persistentvolumes", "", volumeOf("v"));
    claim(b, "c", claimSpec());
    b.run(1000);
    b.client.patch("persistentvolumes", "", "v", { metadata: { finalizers: null } });
    b.client.delete("persistentvolumes", "", "v", {});
    b.run(1000);
    expect(claims(b)).toEqual(["c Lost v"]);
  });
});
