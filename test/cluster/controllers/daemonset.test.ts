import { describe, expect, it } from "vitest";
import { bench, benchNode } from "./bench";
import type { Bench } from "./bench";
import type { DaemonSet } from "../../../src/cluster/api/kinds/daemonset";
import type { Pod } from "../../../src/cluster/api/types";
import { nodeOf } from "../../../src/cluster/controllers/daemonset-pods";

const resource = "daemonsets.apps";

function setOf(spec: object = {}, pod: object = {}): object {
  return {
    apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "agent" },
    spec: { selector: { matchLabels: { app: "agent" } }, template: { metadata: { labels: { app: "agent" } }, spec: { containers: [{ name: "c", image: "agent:1" }], ...pod } }, ...spec },
  };
}

const nodes = ["n1", "n2", "n3"].map((name) => benchNode(name));
const where = (b: Bench): readonly string[] => (b.store.list("pods") as readonly Pod[]).filter((pod) => pod.metadata.deletionTimestamp === undefined).map((pod) => `${nodeOf(pod)} ${pod.spec.containers[0]?.image ?? ""}`).sort();
const status = (b: Bench): DaemonSet["status"] => (b.client.get(resource, "default", "agent") as DaemonSet).status;
const image = { spec: { template: { spec: { containers: [{ name: "c", image: "agent:2" }] } } } };

describe("a DaemonSet", () => {
  it("runs one pod on each node, and one on a node that comes later", () => {
    const b = bench({ nodes });
    b.client.create(resource, "default", setOf());
    b.run(5_000);
    expect(where(b)).toEqual(["n1 agent:1", "n2 agent:1", "n3 agent:1"]);
    expect(status(b)).toMatchObject({ desiredNumberScheduled: 3, currentNumberScheduled: 3, numberReady: 3, numberAvailable: 3, updatedNumberScheduled: 3 });
    b.client.create("nodes", "", benchNode("n4"));
    b.run(5_000);
    expect(where(b)).toHaveLength(4);
  });

  it("keeps to nodes with the labels that it asks for, and moves with them", () => {
    const b = bench({ nodes: [benchNode("n1", { labels: { disk: "ssd" } }), benchNode("n2")] });
    b.client.create(resource, "default", setOf({}, { nodeSelector: { disk: "ssd" } }));
    b.run(5_000);
    expect(where(b)).toEqual(["n1 agent:1"]);
    b.client.patch("nodes", "", "n1", { metadata: { labels: { disk: null } } });
    b.client.patch("nodes", "", "n2", { metadata: { labels: { disk: "ssd" } } });
    b.run(40_000);
    expect(where(b)).toEqual(["n2 agent:1"]);
  });

  it("stays away from a tainted node unless it tolerates that, and leaves at NoExecute alone", () => {
    const b = bench({ nodes });
    b.client.create(resource, "default", setOf());
    b.run(5_000);
    b.client.patch("nodes", "", "n1", { spec: { taints: [{ key: "k", effect: "NoSchedule" }] } });
    b.run(5_000);
    expect(where(b)).toHaveLength(3);
    expect(status(b)).toMatchObject({ desiredNumberScheduled: 2, numberMisscheduled: 1 });
    b.client.patch("nodes", "", "n1", { spec: { taints: [{ key: "k", effect: "NoExecute" }] } });
    b.run(40_000);
    expect(where(b)).toEqual(["n2 agent:1", "n3 agent:1"]);
  });

  it("updates one node at a time, and never lacks more than maxUnavailable", () => {
    const b = bench({ nodes });
    b.client.create(resource, "default", setOf());
    b.run(5_000);
    const from = b.changes.length;
    b.client.patch(resource, "default", "agent", image, undefined, "strategic");
    b.run(120_000);
    expect(where(b)).toEqual(["n1 agent:2", "n2 agent:2", "n3 agent:2"]);
    const available = b.changes.slice(from).flatMap(({ ref, object }) => (ref.resource === resource ? [(object as DaemonSet).status?.numberAvailable ?? 0] : []));
    expect(Math.min(...available)).toBe(2);
  });

  it("adds before it takes away where it may surge, and waits for a delete where it rolls by hand", () => {
    const surge = bench({ nodes });
    surge.client.create(resource, "default", setOf({ updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }));
    surge.run(5_000);
    surge.client.patch(resource, "default", "agent", image, undefined, "strategic");
    surge.run(120_000);
    expect(where(surge)).toEqual(["n1 agent:2", "n2 agent:2", "n3 agent:2"]);
    const hand = bench({ nodes });
    hand.client.create(resource, "default", setOf({ updateStrategy: { type: "OnDelete" } }));
    hand.run(5_000);
    hand.client.patch(resource, "default", "agent", image, undefined, "strategic");
    hand.run(20_000);
    expect(where(hand)).toEqual(["n1 agent:1", "n2 agent:1", "n3 agent:1"]);
    const [first] = hand.store.list("pods");
    hand.client.delete("pods", "default", first?.metadata.name ?? "", {});
    hand.run(60_000);
    expect(where(hand).filter((line) => line.endsWith("agent:2"))).toHaveLength(1);
  });
});
