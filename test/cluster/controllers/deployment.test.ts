import { describe, expect, it } from "vitest";
import { bench, benchNode, nginx } from "./bench";
import type { Bench } from "./bench";
import type { Deployment, Pod, ReplicaSet } from "../../../src/cluster/api/types";

const image = (name: string): object => ({ spec: { template: { spec: { containers: [{ name: "nginx", image: name }] } } } });

function get(b: Bench, name = "nginx"): Deployment {
  return b.client.get("deployments.apps", "default", name) as Deployment;
}

function sets(b: Bench): readonly string[] {
  return (b.store.list("replicasets.apps") as readonly ReplicaSet[]).map((one) => `${one.metadata.annotations?.["deployment.kubernetes.io/revision"]} ${one.spec.replicas} ${one.status?.readyReplicas ?? 0}`).sort();
}

/** The rows that a watch of deployments prints: ready/desired, up to date, available. */
function rows(b: Bench): readonly string[] {
  return b.changes.filter((change) => change.ref.resource === "deployments.apps").map(({ object }) => {
    const { spec, status } = object as Deployment;
    return `${status?.readyReplicas ?? 0}/${spec.replicas} ${status?.updatedReplicas ?? 0} ${status?.availableReplicas ?? 0}`;
  });
}

describe("a Deployment", () => {
  it("never has fewer available than promised, also while a status still counts pods that it let go", () => {
    const counts = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((seed) => {
      let drawn = seed;
      // Pods become ready one after the other, now close together and now far apart.
      const b = bench({ seed, start: () => 600 + (drawn = drawn * 16807 % 2147483647) % 240, nodes: ["n1", "n2", "n3", "n4", "n5"].map((name) => benchNode(name)) });
      b.client.create("deployments.apps", "default", nginx("nginx", 9, "nginx:1.14.2", { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 5, maxUnavailable: 0 } } }));
      b.run(10_000);
      const from = b.changes.length;
      b.client.patch("deployments.apps", "default", "nginx", image("nginx:1.16.1"), undefined, "strategic");
      b.run(20_000);
      expect(sets(b)).toEqual(["1 0 0", "2 9 9"]);
      const available = new Set<string>();
      return b.changes.flatMap(({ ref, type, object }, at) => {
        if (ref.resource !== "pods") return [];
        const ready = type !== "DELETED" && object.metadata.deletionTimestamp === undefined && (object as Pod).status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true;
        if (ready) available.add(ref.name);
        else available.delete(ref.name);
        return at >= from ? [available.size] : [];
      });
    });
    expect(Math.min(...counts)).toBe(9);
  });

  it("creates one ReplicaSet and its pods, and says that it is complete", () => {
    const b = bench();
    b.client.create("deployments.apps", "default", nginx("nginx", 3));
    b.run(5000);
    expect(sets(b)).toEqual(["1 3 3"]);
    expect(b.store.list("replicasets.apps")[0]?.metadata.name).toBe("nginx-647677fc66");
    expect(b.store.list("pods")).toHaveLength(3);
    expect(get(b).status?.conditions?.map((one) => `${one.type} ${one.status} ${one.reason}`)).toEqual(["Available True MinimumReplicasAvailable", "Progressing True NewReplicaSetAvailable"]);
    expect(b.events("ScalingReplicaSet")).toEqual(["Scaled up replica set nginx-647677fc66 from 0 to 3"]);
    expect(b.events("SuccessfulCreate")).toHaveLength(3);
  });

  it("rolls over with surge 1 and unavailable 1 in the steps of the real one", () => {
    const b = bench();
    b.client.create("deployments.apps", "default", nginx("nginx", 3, "nginx:1.14.2", { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }));
    b.run(6000);
    b.changes.length = 0;
    b.client.patch("deployments.apps", "default", "nginx", image("nginx:1.16.1"), undefined, "strategic");
    b.run(20_000);
    expect(sets(b)).toEqual(["1 0 0", "2 3 3"]);
    expect(new Set(b.events("ScalingReplicaSet"))).toEqual(new Set([
      "Scaled up replica set nginx-647677fc66 from 0 to 3", "Scaled up replica set nginx-8d94c585f from 0 to 1", "Scaled down replica set nginx-647677fc66 from 3 to 2",
      "Scaled up replica set nginx-8d94c585f from 1 to 2", "Scaled down replica set nginx-647677fc66 from 2 to 1", "Scaled up replica set nginx-8d94c585f from 2 to 3",
      "Scaled down replica set nginx-647677fc66 from 1 to 0",
    ]));
    const seen = rows(b);
    // What is up to date is counted anew first; old pods that end are missed before new ones are ready.
    expect(seen.findIndex((row) => Number(row.split(" ")[1]) < 3)).toBeGreaterThan(0);
    expect(seen).toContain("2/3 2 2");
    expect(seen.at(-1)).toBe("3/3 3 3");
  });

  it("ends all old pods before the new ones start when it recreates", () => {
    const b = bench();
    b.client.create("deployments.apps", "default", nginx("nginx", 3, "nginx:1.14.2", { strategy: { type: "Recreate" } }));
    b.run(5000);
    b.changes.length = 0;
    b.client.patch("deployments.apps", "default", "nginx", image("nginx:1.16.1"), undefined, "strategic");
    b.run(10_000);
    const lastGone = b.changes.map((change) => change.ref.resource === "pods" && change.type === "DELETED").lastIndexOf(true);
    const firstNew = b.changes.findIndex((change) => change.ref.resource === "pods" && change.type === "ADDED");
    expect(lastGone).toBeGreaterThan(0);
    expect(firstNew).toBeGreaterThan(lastGone);
    expect(sets(b)).toEqual(["1 0 0", "2 3 3"]);
  });

  it("reports a rollout that gets nowhere, and takes the old ReplicaSet up again under a new number", () => {
    const b = bench({ start: (pod) => pod.spec.containers[0]?.image === "nginx:nope" ? Number.POSITIVE_INFINITY : 500 });
    b.client.create("deployments.apps", "default", nginx("nginx", 3, "nginx:1.14.2", { progressDeadlineSeconds: 30 }));
    b.run(5000);
    b.client.patch("deployments.apps", "default", "nginx", image("nginx:nope"), undefined, "strategic");
    b.run(20_000);
    expect(sets(b)).toEqual(["1 3 3", "2 1 0"]);
    b.run(15_000);
    expect(get(b).status?.conditions?.find((one) => one.type === "Progressing")).toMatchObject({ status: "False", reason: "ProgressDeadlineExceeded" });
    b.client.patch("deployments.apps", "default", "nginx", image("nginx:1.14.2"), undefined, "strategic");
    b.run(10_000);
    expect(sets(b)).toEqual(["2 0 0", "3 3 3"]);
    expect(get(b).metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
    expect(get(b).status?.conditions?.find((one) => one.type === "Progressing")).toMatchObject({ status: "True", reason: "NewReplicaSetAvailable" });
  });

  it("shares a new size among its ReplicaSets while it rolls out", () => {
    const b = bench({ start: (pod) => pod.spec.containers[0]?.image === "nginx:nope" ? Number.POSITIVE_INFINITY : 500 });
    b.client.create("deployments.apps", "default", nginx("nginx", 10, "nginx:1.14.2", { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } }));
    b.run(5000);
    b.client.patch("deployments.apps", "default", "nginx", image("nginx:nope"), undefined, "strategic");
    b.run(5000);
    expect(sets(b)).toEqual(["1 8 8", "2 5 0"]);
    b.client.patch("deployments.apps", "default", "nginx", { spec: { replicas: 15 } });
    b.run(5000);
    expect(sets(b)).toEqual(["1 11 11", "2 7 0"]);
  });

  it("keeps no more old revisions than it is told", () => {
    const b = bench();
    b.client.create("deployments.apps", "default", nginx("nginx", 1, "nginx:1", { revisionHistoryLimit: 1 }));
    b.run(3000);
    for (const tag of ["2", "3", "4"]) {
      b.client.patch("deployments.apps", "default", "nginx", image(`nginx:${tag}`), undefined, "strategic");
      b.run(6000);
    }
    expect(sets(b)).toEqual(["3 0 0", "4 1 1"]);
  });

  it("waits minReadySeconds before a pod counts as available", () => {
    const b = bench();
    b.client.create("deployments.apps", "default", nginx("nginx", 1, "nginx:1", { minReadySeconds: 5 }));
    b.run(3000);
    expect(get(b).status).toMatchObject({ readyReplicas: 1, unavailableReplicas: 1 });
    b.run(6000);
    expect(get(b).status).toMatchObject({ readyReplicas: 1, availableReplicas: 1 });
  });
});

describe("a ReplicaSet", () => {
  it("never makes more pods than asked for, however the cache lags", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const b = bench({ seed });
      b.client.create("deployments.apps", "default", nginx("nginx", 20));
      b.run(6000);
      expect(b.changes.filter((change) => change.ref.resource === "pods" && change.type === "ADDED")).toHaveLength(20);
    }
  });

  it("replaces a pod that is deleted, adopts an orphan and releases one whose label changes", () => {
    const b = bench();
    b.client.create("deployments.apps", "default", nginx("nginx", 2));
    b.run(4000);
    const [first, second] = b.store.list("pods");
    b.client.delete("pods", "default", first?.metadata.name ?? "");
    b.run(4000);
    expect(b.store.list("pods").map((pod) => pod.metadata.name)).not.toContain(first?.metadata.name);
    expect(b.store.list("pods")).toHaveLength(2);
    b.client.patch("pods", "default", second?.metadata.name ?? "", { metadata: { labels: { app: "other" } } });
    b.run(4000);
    expect(b.client.get("pods", "default", second?.metadata.name ?? "").metadata.ownerReferences ?? []).toEqual([]);
    expect(b.store.list("pods")).toHaveLength(3);
    b.client.patch("pods", "default", second?.metadata.name ?? "", { metadata: { labels: { app: "nginx" } } });
    b.run(4000);
    expect(b.store.list("pods").filter((pod) => pod.metadata.deletionTimestamp === undefined)).toHaveLength(2);
  });

  it("goes with its Deployment, and its pods with it", () => {
    const b = bench();
    b.client.create("deployments.apps", "default", nginx("nginx", 3));
    b.run(4000);
    b.client.delete("deployments.apps", "default", "nginx", { propagationPolicy: "Background" });
    b.run(4000);
    expect(b.store.list("replicasets.apps")).toEqual([]);
    expect(b.store.list("pods")).toEqual([]);
  });

  it("stays with its pods when the Deployment orphans it, and is adopted again", () => {
    const b = bench();
    b.client.create("deployments.apps", "default", nginx("nginx", 2));
    b.run(4000);
    b.client.delete("deployments.apps", "default", "nginx", { propagationPolicy: "Orphan" });
    b.run(4000);
    expect(b.store.list("deployments.apps")).toEqual([]);
    expect(sets(b)).toEqual(["1 2 2"]);
    b.client.create("deployments.apps", "default", nginx("nginx", 2));
    b.run(4000);
    expect(b.store.list("replicasets.apps")).toHaveLength(1);
    expect(b.store.list("replicasets.apps")[0]?.metadata.ownerReferences?.[0]?.uid).toBe(get(b).metadata.uid);
  });
});
