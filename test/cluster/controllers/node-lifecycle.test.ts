import { describe, expect, it } from "vitest";
import { createCluster } from "../../../src/cluster/cluster";
import { userland } from "../../../src/shell/shell";
import { bench, nginx } from "./bench";
import type { Node, Pod } from "../../../src/cluster/api/types";

describe("a node that falls silent", () => {
  it("becomes unknown after 50 s, its pods not ready, and they are replaced when their toleration ends", () => {
    const b = bench();
    b.client.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-node-lease" } });
    const renew = (name: string): void => {
      const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: new Date(Date.parse("2026-01-05T08:00:00Z") + b.now()).toISOString().replace("Z", "000Z") };
      try {
        b.client.patch("leases.coordination.k8s.io", "kube-node-lease", name, { spec });
      } catch {
        b.client.create("leases.coordination.k8s.io", "kube-node-lease", { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, namespace: "kube-node-lease" }, spec });
      }
    };
    const tolerations = ["not-ready", "unreachable"].map((key) => ({ key: `node.kubernetes.io/${key}`, operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 }));
    b.client.create("deployments.apps", "default", nginx("nginx", 4, "nginx:1", {}, { tolerations }));
    renew("node2");
    for (let beat = 0; beat < 7; beat++) {
      renew("node1");
      b.run(10_000);
    }
    const node = b.client.get("nodes", "", "node2") as Node;
    expect(node.status?.conditions?.find((one) => one.type === "Ready")).toMatchObject({ status: "Unknown", reason: "NodeStatusUnknown" });
    expect(node.spec.taints?.map((taint) => `${taint.key} ${taint.effect}`)).toEqual(["node.kubernetes.io/unreachable NoSchedule", "node.kubernetes.io/unreachable NoExecute"]);
    expect((b.client.get("nodes", "", "node1") as Node).spec.taints).toBeUndefined();
    expect(b.events("NodeNotReady")).toContain("Node node2 status is now: NodeNotReady");
    for (let beat = 0; beat < 4; beat++) {
      renew("node1");
      b.run(10_000);
    }
    expect(b.events("TaintManagerEviction")).toHaveLength(2);
    expect((b.store.list("pods") as readonly Pod[]).filter((pod) => pod.metadata.deletionTimestamp === undefined).map((pod) => pod.spec.nodeName)).toEqual(["node1", "node1", "node1", "node1"]);
  });
});

describe("more nodes than write their heartbeats", () => {
  it("stay ready, but for one that stops", () => {
    const cluster = createCluster({ nodes: Array.from({ length: 52 }, (_, at) => ({ name: `node${at + 1}` })) }, { userland });
    const unready = (): readonly string[] => (cluster.at().list("nodes") as readonly Node[]).filter((node) => node.status?.conditions?.find(({ type }) => type === "Ready")?.status !== "True").map(({ metadata }) => metadata.name);
    const told = (): number => cluster.at().list("events").filter((event) => event["reason"] === "NodeNotReady").length;
    cluster.advance(100_000);
    expect([unready(), told()]).toEqual([[], 0]);
    cluster.act({ is: "node", name: "node7", op: "stop" });
    cluster.advance(145_000);
    expect(unready()).toEqual([]);
    cluster.advance(156_000);
    expect([unready(), told()]).toEqual([["node7"], 1]);
    cluster.act({ is: "node", name: "node7", op: "start" });
    cluster.advance(160_000);
    expect(unready()).toEqual([]);
  });
});
