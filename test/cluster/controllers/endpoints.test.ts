import { describe, expect, it } from "vitest";
import { bench, nginx } from "./bench";
import type { Bench } from "./bench";
import type { Endpoints, EndpointSlice, Pod } from "../../../src/cluster/api/types";

function slices(b: Bench): readonly EndpointSlice[] {
  return b.store.list("endpointslices.discovery.k8s.io") as readonly EndpointSlice[];
}

describe("the endpoints of a Service", () => {
  it("are its ready pods, in Endpoints and in a slice, with ports by name", () => {
    const b = bench();
    b.client.create("services", "default", {
      apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "default", labels: { team: "a" } },
      spec: { selector: { app: "nginx" }, ports: [{ name: "http", port: 80, targetPort: "web" }] },
    });
    b.run(1000);
    expect(slices(b).map((slice) => (slice.endpoints ?? []).length)).toEqual([0]);
    const ports = [{ name: "c", image: "nginx:1", ports: [{ name: "web", containerPort: 8080 }] }];
    b.client.create("deployments.apps", "default", nginx("nginx", 3, "nginx:1", {}, { containers: ports }));
    b.run(4000);
    expect(slices(b)).toHaveLength(1);
    const [slice] = slices(b);
    expect(slice?.metadata.labels).toEqual({ team: "a", "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io", "kubernetes.io/service-name": "web" });
    expect(slice?.metadata.ownerReferences?.[0]).toMatchObject({ kind: "Service", name: "web", controller: true });
    expect(slice?.ports).toEqual([{ name: "http", port: 8080, protocol: "TCP" }]);
    expect(slice?.endpoints.map((one) => one.conditions)).toEqual([1, 2, 3].map(() => ({ ready: true, serving: true, terminating: false })));
    const endpoints = b.client.get("endpoints", "default", "web") as Endpoints;
    expect(endpoints.metadata.annotations?.["endpoints.kubernetes.io/last-change-trigger-time"]).toMatch(/^2026-01-05T08:00:0\dZ$/);
    expect(endpoints.subsets?.[0]?.addresses?.map((one) => one.targetRef?.kind)).toEqual(["Pod", "Pod", "Pod"]);
    expect(endpoints.subsets?.[0]?.ports).toEqual([{ name: "http", port: 8080, protocol: "TCP" }]);
  });

  it("list the ports of a Service by their hashes, as recording 16 does: https before http", () => {
    const b = bench();
    b.client.create("services", "default", {
      apiVersion: "v1", kind: "Service", metadata: { name: "multi", namespace: "default" },
      spec: { selector: { app: "nginx" }, ports: [{ name: "http", port: 80 }, { name: "https", port: 443 }] },
    });
    b.client.create("deployments.apps", "default", nginx("nginx", 1));
    b.run(4000);
    expect((b.client.get("endpoints", "default", "multi") as Endpoints).subsets?.[0]?.ports).toEqual([{ name: "https", port: 443, protocol: "TCP" }, { name: "http", port: 80, protocol: "TCP" }]);
  });

  it("lose a pod that is being deleted at once, which its slice shows as terminating until it is gone", () => {
    const b = bench({ stop: 3000 });
    b.client.create("services", "default", { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "default" }, spec: { selector: { app: "nginx" }, ports: [{ port: 80 }] } });
    b.client.create("deployments.apps", "default", nginx("nginx", 1));
    b.run(4000);
    const [pod] = b.store.list("pods") as readonly Pod[];
    b.client.patch("deployments.apps", "default", "nginx", { spec: { replicas: 0 } });
    b.run(1000);
    expect((b.client.get("endpoints", "default", "web") as Endpoints).subsets ?? []).toEqual([]);
    expect(slices(b)[0]?.endpoints.map((one) => [one.addresses[0], one.conditions])).toEqual([[pod?.status?.podIP, { ready: false, serving: true, terminating: true }]]);
    b.run(5000);
    expect(slices(b).map((slice) => slice.endpoints ?? [])).toEqual([[]]);
    b.client.delete("services", "default", "web");
    b.run(2000);
    expect(slices(b)).toEqual([]);
    expect(b.store.list("endpoints")).toEqual([]);
  });
});
