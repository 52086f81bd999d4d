import { describe, expect, it } from "vitest";
import { bench, benchNode, nginx } from "../controllers/bench";
import type { Bench } from "../controllers/bench";
import type { Pod } from "../../../src/cluster/api/types";

function pod(name: string, spec: object = {}, requests: object = {}, labels: object = {}): object {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default", labels }, spec: { containers: [{ name: "c", image: "nginx:1.25", resources: { requests } }], ...spec } };
}

function nodeOf(b: Bench, name: string): string | undefined {
  return (b.client.get("pods", "default", name) as Pod).spec.nodeName;
}

const nobody = "preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.";
const useless = "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";

describe("the scheduler", () => {
  it.each([
    ["a node selector that no node has", { nodeSelector: { disktype: "ssd" } }, {}, `0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. ${useless}`],
    ["more cpu than there is", {}, { cpu: "100" }, `0/2 nodes are available: 2 Insufficient cpu. ${nobody}`],
    ["more memory than there is", {}, { memory: "100Gi" }, `0/2 nodes are available: 2 Insufficient memory. ${nobody}`],
  ])("says why it refuses %s", (_what, spec, requests, message) => {
    const b = bench();
    b.client.create("pods", "default", pod("p", spec, requests));
    b.run(2000);
    expect(b.events("FailedScheduling")).toEqual([message]);
    const condition = (b.client.get("pods", "default", "p") as Pod).status?.conditions?.find((one) => one.type === "PodScheduled");
    expect(condition).toMatchObject({ status: "False", reason: "Unschedulable", message });
  });

  it("tells taints, cordons, ports and anti-affinity", () => {
    const b = bench();
    for (const node of ["node1", "node2"]) b.client.patch("nodes", "", node, { spec: { taints: [{ key: "k", value: "v", effect: "NoSchedule" }] } });
    b.run(100);
    b.client.create("pods", "default", pod("taint"));
    b.run(1000);
    expect(b.events("FailedScheduling")).toEqual([`0/2 nodes are available: 2 node(s) had untolerated taint {k: v}. ${useless}`]);
    for (const node of ["node1", "node2"]) b.client.patch("nodes", "", node, { spec: { taints: null } });
    b.run(2000);
    expect(nodeOf(b, "taint")).toBeDefined();

    const far = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "far" } } }] } } };
    for (const name of ["far0", "far1", "far2"]) b.client.create("pods", "default", pod(name, far, {}, { app: "far" }));
    b.run(2000);
    expect(new Set(["far0", "far1"].map((name) => nodeOf(b, name)))).toEqual(new Set(["node1", "node2"]));
    expect(b.events("FailedScheduling")).toContain(`0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. ${nobody}`);
  });

  it("takes a refused pod up again when a node changes so that it fits, and only then", () => {
    const b = bench();
    b.client.create("pods", "default", pod("sel", { nodeSelector: { disktype: "ssd" } }));
    b.client.create("pods", "default", pod("big", {}, { cpu: "100" }));
    b.run(5000);
    b.client.patch("nodes", "", "node1", { metadata: { labels: { disktype: "ssd" } } });
    b.run(2000);
    expect(nodeOf(b, "sel")).toBe("node1");
    expect(b.events("Scheduled")).toEqual(["Successfully assigned default/sel to node1"]);
    expect(b.events("FailedScheduling")).toHaveLength(2);
  });

  it("spreads a ReplicaSet over the nodes, and never overfills one", () => {
    const b = bench({ nodes: [benchNode("a", { cpu: "1" }), benchNode("b", { cpu: "1" }), benchNode("c", { cpu: "1" })] });
    b.client.create("deployments.apps", "default", nginx("nginx", 9));
    b.run(5000);
    const count = (of: string): number => (b.store.list("pods") as readonly Pod[]).filter((one) => one.spec.nodeName === of).length;
    expect([count("a"), count("b"), count("c")]).toEqual([3, 3, 3]);
    for (let i = 0; i < 12; i++) b.client.create("pods", "default", pod(`p${i}`, {}, { cpu: "300m" }));
    b.run(5000);
    for (const node of ["a", "b", "c"]) expect((b.store.list("pods") as readonly Pod[]).filter((one) => one.spec.nodeName === node && one.metadata.name.startsWith("p"))).toHaveLength(3);
  });

  it("holds to hard spread constraints", () => {
    const b = bench();
    b.client.patch("nodes", "", "node1", { spec: { unschedulable: true } });
    b.run(100);
    const spread = { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "DoNotSchedule", labelSelector: { matchLabels: { app: "s" } } }] };
    for (const name of ["s0", "s1"]) b.client.create("pods", "default", pod(name, spread, {}, { app: "s" }));
    b.run(2000);
    expect([...new Set(b.events("FailedScheduling"))]).toEqual([
      "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable. preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.",
    ]);
  });

  it("removes pods of lower priority for one of higher, and keeps their place for it", () => {
    const b = bench();
    b.client.create("deployments.apps", "default", nginx("low", 2, "nginx:1", {}, { priority: 0, containers: [{ name: "c", image: "nginx:1", resources: { requests: { cpu: "3" } } }] }));
    b.run(3000);
    b.client.create("pods", "default", pod("high", { priority: 1000 }, { cpu: "3" }));
    b.run(4000);
    const high = b.client.get("pods", "default", "high") as Pod;
    expect(high.spec.nodeName).toBeDefined();
    expect(high.status?.nominatedNodeName).toBe(high.spec.nodeName);
    expect(b.events("Preempted")).toEqual([`Preempted by pod ${high.metadata.uid} on node ${high.spec.nodeName}`]);
    expect(b.events("FailedScheduling")).toContain("0/2 nodes are available: 2 Insufficient cpu.");
    expect(b.events("FailedScheduling")).toContain(`0/2 nodes are available: 2 Insufficient cpu. ${nobody}`);
  });
});
