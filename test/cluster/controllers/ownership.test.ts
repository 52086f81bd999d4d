import { describe, expect, it } from "vitest";
import { bench, nginx } from "./bench";

describe("ownership", () => {
  it("lets an owner that is deleted in the foreground go last", () => {
    const b = bench();
    b.client.create("deployments.apps", "default", nginx("nginx", 2));
    b.run(4000);
    b.changes.length = 0;
    b.client.delete("deployments.apps", "default", "nginx", { propagationPolicy: "Foreground" });
    b.run(6000);
    expect(b.changes.filter((change) => change.type === "DELETED" && change.ref.resource !== "events").map((change) => change.ref.resource)).toEqual(["pods", "pods", "replicasets.apps", "deployments.apps"]);
  });

  it("empties a namespace before it goes, and gives a new one its ServiceAccount", () => {
    const b = bench();
    b.client.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name: "dev" } });
    b.run(1000);
    expect(b.store.list("serviceaccounts", { namespace: "dev" }).map((one) => one.metadata.name)).toEqual(["default"]);
    const deployment = nginx("nginx", 2) as { metadata: object };
    b.client.create("deployments.apps", "dev", { ...deployment, metadata: { ...deployment.metadata, namespace: "dev" } });
    b.run(4000);
    expect(b.store.list("pods", { namespace: "dev" })).toHaveLength(2);
    b.client.delete("namespaces", "", "dev");
    b.run(20_000);
    expect(b.store.list("pods", { namespace: "dev" })).toEqual([]);
    expect(b.store.list("serviceaccounts", { namespace: "dev" })).toEqual([]);
    expect(b.store.list("namespaces").map((one) => one.metadata.name)).not.toContain("dev");
  });
});
