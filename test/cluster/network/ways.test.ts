import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { rememberedWays, type Ways } from "../../../src/cluster/network/ways";
import type { Random, Ref } from "../../../src/cluster/model";
import type { Crossing } from "../../../src/cluster/network/port";
import type { NetRequest, RequestTrace } from "../../../src/cluster/network/trace";
import type { World } from "../../../src/cluster/world";
import { client, node, pod, service, slice, wire, type Wire } from "./wire";

let w: Wire;
beforeEach(() => {
  w = wire();
  w.put("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "default", uid: "ns", labels: { team: "a" } } });
  w.put("nodes", node("node1", "172.18.0.2"));
  w.put("nodes", node("node2", "172.18.0.3"));
  w.put("pods", pod("client", "node1", "10.244.0.9"));
  w.put("pods", pod("a", "node1", "10.244.0.2"));
  w.put("pods", pod("b", "node2", "10.244.1.2"));
  w.put("services", service("web", "10.96.0.20", 80));
  w.put("endpointslices.discovery.k8s.io", slice("web", [["a", "node1", "10.244.0.2", true], ["b", "node2", "10.244.1.2", true]]));
});

const body = ({ result }: RequestTrace): string => (result.ok ? result.response.body : result.why);
const bodies = (ask: () => RequestTrace, count = 30): readonly string[] => [...new Set(Array.from({ length: count }, () => body(ask())))].sort();

describe("a way that is remembered", () => {
  it("is told hop by hop, there and back, with the choice that was made", () => {
    const first = w.ask(client, "10.96.0.20");
    for (let i = 0; i < 10; i++) w.ask(client, "10.96.0.20");
    const again = w.traces().find(({ id, out }) => id !== first.id && out[3]?.choice?.took === first.out[3]?.choice?.took) as RequestTrace;
    expect(again.out.map(({ ref, role, packet, choice, rewrite }) => ({ ref, role, packet, choice, rewrite }))).toEqual(first.out.map(({ ref, role, packet, choice, rewrite }) => ({ ref, role, packet, choice, rewrite })));
    expect(again.out.map(({ role }) => role)).toEqual(["eth0", "veth", "bridge", "rules", ...(body(first) === "default/b" ? ["route"] : []), "bridge", "veth", "eth0", "process"]);
    for (const [at, hop] of again.out.entries()) expect([hop.from, hop.until].map((time) => time - again.start)).toEqual([expect.closeTo(at * 0.2), expect.closeTo(at * 0.2 + 0.2)]);
    // The answer leaves the process after its millisecond and comes past all but the rules.
    expect(again.back.map(({ ref, packet }) => [ref, packet.src])).toEqual([...again.out].reverse().filter(({ role }) => role !== "rules").map(({ ref, packet }) => [ref, packet.dst]));
    expect(again.end - again.start).toBeCloseTo(again.out.length * 0.4 + 1);
    expect(again.back[0]?.from).toBeCloseTo(again.end - again.out.length * 0.2);
    // Whoever looks again finds the same objects.
    expect(w.traces().find(({ id }) => id === again.id)).toBe(again);
  });

  it("is seen without an end while it hangs and while its answer is coming", () => {
    w.dumb.add("default/a");
    w.network.send(w.world, client, { protocol: "http", to: "10.244.0.2", port: 80, timeout: 1_000 });
    w.run(50);
    const hanging = w.traces()[0];
    expect(hanging).toMatchObject({ end: Infinity, back: [], result: { ok: false, why: "timeout" } });
    expect(w.clock.settled).toBe(true);
    w.network.answer(w.world, w.open[0] as Crossing, { status: 200, headers: {}, body: "late" }, 5);
    w.run(56);
    expect(w.traces()[0]).toBe(hanging);
    expect(w.clock.settled).toBe(false);
    w.run(57);
    expect(w.traces()[0]).toMatchObject({ end: expect.closeTo(56.4) as number, out: hanging?.out, result: { ok: true, response: { body: "late" } } });
    expect(w.clock.settled).toBe(true);
  });
});

describe("a way that is remembered is given up", () => {
  it("when a policy forbids it, and when that one goes", () => {
    const ask = (): RequestTrace => w.ask(client, "10.244.0.2");
    expect(body(ask())).toBe("default/a");
    w.put("networkpolicies.networking.k8s.io", { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { namespace: "default", name: "deny", uid: "deny" }, spec: { podSelector: {}, policyTypes: ["Ingress"] } });
    expect(body(ask())).toBe("timeout");
    expect(ask().out.at(-1)).toMatchObject({ role: "policy", verdict: "drop", ref: { name: "deny" } });
    w.remove("networkpolicies.networking.k8s.io", "default", "deny");
    expect(body(ask())).toBe("default/a");
  });

  it("when a label lets a pod or its namespace through a policy", () => {
    const ask = (): RequestTrace => w.ask(client, "10.244.0.2");
    w.put("networkpolicies.networking.k8s.io", { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { namespace: "default", name: "some", uid: "some" }, spec: { podSelector: { matchLabels: { app: "a" } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: "friend" } }, namespaceSelector: { matchLabels: { team: "b" } } }] }] } });
    expect(body(ask())).toBe("timeout");
    w.put("pods", pod("client", "node1", "10.244.0.9", { labels: { app: "friend" } }));
    expect(body(ask())).toBe("timeout");
    w.put("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "default", uid: "ns", labels: { team: "b" } } });
    expect(body(ask())).toBe("default/a");
  });

  it("when another pod has the address", () => {
    const ask = (): RequestTrace => w.ask(client, "10.244.0.2");
    expect(body(ask())).toBe("default/a");
    w.remove("pods", "default", "a");
    expect(body(ask())).toBe("unreachable");
    w.put("pods", pod("next", "node2", "10.244.0.2"));
    expect(body(ask())).toBe("default/next");
    // Of the same name, and elsewhere.
    w.put("pods", pod("next", "node1", "10.244.0.2", { uid: "again" }));
    expect(ask().out.some(({ role }) => role === "route")).toBe(false);
    w.put("pods", pod("next", "node1", "10.244.0.2", { uid: "again", phase: "Failed" }));
    expect(body(ask())).toBe("unreachable");
  });

  it("when a pod gets another address, and when a StatefulSet adopts one", () => {
    expect(body(w.ask(client, "10.244.0.7"))).toBe("unreachable");
    w.put("pods", pod("a", "node1", "10.244.0.7"));
    expect([body(w.ask(client, "10.244.0.7")), body(w.ask(client, "10.244.0.2"))]).toEqual(["default/a", "unreachable"]);
    w.put("services", service("heads", "None", 80));
    w.put("endpointslices.discovery.k8s.io", slice("heads", [["a", "node1", "10.244.0.7", true]]));
    expect(body(w.ask(client, "a.heads"))).toBe("dns");
    const lone = pod("a", "node1", "10.244.0.7") as { metadata: object };
    w.put("pods", { ...lone, metadata: { ...lone.metadata, ownerReferences: [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "a", uid: "set" }] } });
    expect(body(w.ask(client, "a.heads"))).toBe("default/a");
  });

  it("when the service's port changes", () => {
    expect(bodies(() => w.ask("external", "node1", { port: 30_080 }))).toEqual(["default/a", "default/b"]);
    w.put("services", service("web", "10.96.0.20", 81));
    expect(bodies(() => w.ask("external", "node1", { port: 30_080 }))).toEqual(["refused"]);
    expect(bodies(() => w.ask("external", "node1", { port: 30_081 }))).toEqual(["default/a", "default/b"]);
    expect(bodies(() => w.ask(client, "web"))).toEqual(["timeout"]);
    expect(bodies(() => w.ask(client, "web", { port: 81 }))).toEqual(["default/a", "default/b"]);
  });

  it("when a node stops and when it starts", () => {
    const ask = (): RequestTrace => w.ask("external", "node1", { port: 30_080 });
    expect(bodies(ask)).toEqual(["default/a", "default/b"]);
    w.off.add("node2");
    w.moved();
    expect(bodies(ask)).toEqual(["default/a", "timeout"]);
    w.off.delete("node2");
    w.moved();
    expect(bodies(ask)).toEqual(["default/a", "default/b"]);
  });

  it("when an endpoint is not ready any more, and when none is", () => {
    const ask = (): RequestTrace => w.ask(client, "web");
    expect(bodies(ask)).toEqual(["default/a", "default/b"]);
    w.put("endpointslices.discovery.k8s.io", slice("web", [["a", "node1", "10.244.0.2", false], ["b", "node2", "10.244.1.2", true]]));
    expect(bodies(ask)).toEqual(["default/b"]);
    w.put("endpointslices.discovery.k8s.io", slice("web", [["a", "node1", "10.244.0.2", false], ["b", "node2", "10.244.1.2", false]]));
    expect(bodies(ask)).toEqual(["refused"]);
  });
});

type Act = (on: Wire) => void;
const nodes = ["node1", "node2"] as const;
const names = ["a", "b", "c"] as const;
const addresses = ["10.244.0.2", "10.244.1.2", "10.244.1.3"] as const;
const label = fc.constantFrom("a", "b", "friend");
const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ name: fc.constantFrom(...names, "client"), on: fc.constantFrom(...nodes), address: fc.constantFrom(...addresses), app: label, phase: fc.constantFrom("Running", "Running", "Failed"), host: fc.boolean() })
    .map(({ name, on, address, app, phase, host }): Act => (at) => { at.put("pods", pod(name, on, address, { labels: { app }, phase, spec: host ? { containers: [{ name: "c", ports: [{ containerPort: 80, hostPort: 8080, name: "http" }] }] } : {} })); }),
  fc.constantFrom(...names).map((name): Act => (at) => { if (at.world.store.get({ resource: "pods", namespace: "default", name }) !== undefined) at.remove("pods", "default", name); }),
  fc.record({ port: fc.constantFrom(80, 81), sticky: fc.boolean(), outside: fc.constantFrom("Cluster", "Local"), inside: fc.constantFrom("Cluster", "Local"), balanced: fc.boolean() })
    .map(({ port, sticky, outside, inside, balanced }): Act => (at) => { at.put("services", { ...service("web", "10.96.0.20", port, { externalTrafficPolicy: outside, internalTrafficPolicy: inside, ...(sticky ? { sessionAffinity: "ClientIP" } : {}) }), ...(balanced ? { status: { loadBalancer: { ingress: [{ ip: "172.19.0.5" }] } } } : {}) }); }),
  fc.array(fc.record({ name: fc.constantFrom(...names), on: fc.constantFrom(...nodes), address: fc.constantFrom(...addresses), ready: fc.boolean() }), { maxLength: 3 })
    .map((of): Act => (at) => { at.put("endpointslices.discovery.k8s.io", slice("web", of.map(({ name, on, address, ready }) => [name, on, address, ready]))); }),
  fc.record({ name: fc.constantFrom("p", "q"), app: label, friend: label, team: label, on: fc.boolean() }).map(({ name, app, friend, team, on }): Act => (at) => {
    const there = at.world.store.get({ resource: "networkpolicies.networking.k8s.io", namespace: "default", name }) !== undefined;
    if (on) at.put("networkpolicies.networking.k8s.io", { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { namespace: "default", name, uid: name }, spec: { podSelector: { matchLabels: { app } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: friend } } }, { namespaceSelector: { matchLabels: { team } } }], ports: [{ port: "http" }] }] } });
    else if (there) at.remove("networkpolicies.networking.k8s.io", "default", name);
  }),
  label.map((team): Act => (at) => { at.put("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "default", uid: "ns", labels: { team } } }); }),
  fc.record({ name: fc.constantFrom(...nodes), address: fc.constantFrom("172.18.0.2", "172.18.0.3", "172.18.0.4") }).map(({ name, address }): Act => (at) => { at.put("nodes", node(name, address)); }),
  fc.record({ host: fc.constantFrom("a.example", "*.example"), path: fc.constantFrom("/", "/x"), port: fc.constantFrom(80, 81) })
    .map(({ host, path, port }): Act => (at) => { at.put("ingresses.networking.k8s.io", { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { namespace: "default", name: "ing", uid: "ing" }, spec: { rules: [{ host, http: { paths: [{ path, pathType: "Prefix", backend: { service: { name: "web", port: { number: port } } } }] } }] } }); }),
  fc.record({ name: fc.constantFrom(...nodes), off: fc.boolean() }).map(({ name, off }): Act => (at) => {
    if (off) at.off.add(name);
    else at.off.delete(name);
    at.moved();
  }),
);

const froms: readonly (Ref | "external")[] = ["external", client, { resource: "nodes", namespace: "", name: "node2" }, { resource: "pods", namespace: "default", name: "a" }];
const requests: readonly NetRequest[] = [
  ...["web", "10.96.0.20", "node1", "172.18.0.3", "172.19.0.5", "a.example", ...addresses].flatMap((to) => [80, 81, 8080, 30_080].map((port): NetRequest => ({ protocol: "http", to, port, timeout: 1_000, path: "/" }))),
  ...["127.0.0.1", "b.example"].map((to): NetRequest => ({ protocol: "http", to, port: 80, timeout: 1_000, path: "/x", headers: { Host: "a.example" } })),
  ...["web", "a-0.web", "a.example", "10-244-0-2.default.pod"].map((to): NetRequest => ({ protocol: "dns", to, port: 53, timeout: 1_000 })),
];

describe("whatever is written, in whatever order", () => {
  it("what is remembered is what would be found anew", () => {
    fc.assert(fc.property(fc.array(acts, { minLength: 1, maxLength: 12 }), fc.nat(5), (sequence, draw) => {
      const at = wire();
      // Chance always says the same, and nobody sticks: the two may be compared.
      const random = (): Random => ({ next: () => 0, int: (below) => draw % below, pick: (of) => of[draw % of.length] as never, suffix: () => "" });
      const world: World = { ...at.world, random };
      const remembered = rememberedWays(at.doors, () => ({}));
      at.put("nodes", node("node1", "172.18.0.2"));
      at.put("nodes", node("node2", "172.18.0.3"));
      at.put("pods", pod("client", "node1", "10.244.0.9"));
      for (const act of sequence) {
        const off = [...at.off].join();
        act(at);
        if ([...at.off].join() !== off) remembered.forget();
        const anew = rememberedWays(at.doors, () => ({}));
        const told = (ways: Ways): readonly string[] => froms.flatMap((from) => requests.map((request) => JSON.stringify(ways.of(world, from, request))));
        expect(told(remembered)).toEqual(told(anew));
      }
    }), { numRuns: 12, seed: 20261126 });
  });
});
