import { describe, expect, it } from "vitest";
import { bench, type Bench } from "../kubelet/cluster-harness";
import type { RequestTrace } from "../../../src/cluster/network/trace";

const echo = (name: string): object => ({
  apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: "web" } },
  spec: { nodeName: name === "one" ? "node1" : "node2", containers: [{ name: "c", image: "hashicorp/http-echo:1.0", args: [`-text=${name}`], ports: [{ containerPort: 5678 }], readinessProbe: { httpGet: { path: "/", port: 5678 }, periodSeconds: 1, failureThreshold: 1 } }] },
});

/** Two pods, one on each node, behind a node port. */
function served(): Bench {
  const b = bench();
  b.create("services", { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80, targetPort: 5678, nodePort: 31_000 }] } });
  for (const name of ["one", "two"]) b.create("pods", echo(name));
  b.run(20_000);
  return b;
}

/** What came back for so many requests to the node port of node1, in the order of asking. */
function asked({ cluster }: Bench, count = 20): readonly string[] {
  const before = [...cluster.at().traces(0)].length;
  for (let sent = 0; sent < count; sent++) cluster.act({ is: "request", from: "external", request: { protocol: "http", to: "node1", port: 31_000, path: "/", timeout: 500 } });
  cluster.advance(cluster.now + 600);
  return [...cluster.at().traces(0)].slice(before).map(({ result }: RequestTrace) => (result.ok ? result.response.body.trim() : result.why));
}

const kinds = (said: readonly string[]): readonly string[] => [...new Set(said)].sort();

describe("requests through a Service", () => {
  it("go where its rules lead at that moment", () => {
    const b = served();
    expect(kinds(asked(b))).toEqual(["one", "two"]);
    b.cluster.act({ is: "node", name: "node2", op: "stop" });
    expect(kinds(asked(b))).toEqual(["one", "timeout"]);
    b.cluster.act({ is: "node", name: "node2", op: "start" });
    expect(kinds(asked(b))).toEqual(["one", "two"]);
    b.cluster.act({ is: "fault", ref: { resource: "pods", namespace: "default", name: "one" }, op: "fail-readiness" });
    b.run(3_000);
    expect(kinds(asked(b))).toEqual(["two"]);
    b.remove("two", { gracePeriodSeconds: 0 });
    b.run(3_000);
    expect(kinds(asked(b))).toEqual(["refused"]);
  });

  it("leave a line each in the log of who answered, and are told the same by a branch", () => {
    const b = served();
    const said = asked(b, 50);
    const lines = (name: string): number => String(b.log(name).body).split("\n").filter((text) => text.includes(" node1 ")).length;
    expect([lines("one"), lines("two")]).toEqual(["one", "two"].map((name) => said.filter((by) => by === name).length));
    const told = (traces: Iterable<RequestTrace>): string => JSON.stringify([...traces]);
    expect(told(b.cluster.branch(b.cluster.now).at().traces(0))).toBe(told(b.cluster.at().traces(0)));
  });
});
