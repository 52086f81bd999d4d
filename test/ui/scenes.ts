import type { Box, Edge, Scene } from "../../src/diagrams/scene";

/** Scenes made by hand, one per shape that the concepts need: what the engine must draw well whatever the cluster. */
const box = (key: string, role: string, title: string, more: Partial<Box> = {}): Box => ({ key, role, title, tone: "none", ...more });
const pod = (key: string, name: string, sub: string, more: Partial<Box> = {}): Box => ({ ...box(key, "pod", name, { sub, tone: "ready", ...more }), ref: { resource: "pods", namespace: "default", name } });
const traffic = (from: string, to: string, more: Partial<Edge> = {}): Edge => ({ key: `${from}→${to}`, from, to, means: "traffic", tone: "none", ...more });
const scene = (root: Box, edges: readonly Edge[], packets: Scene["packets"] = []): Scene => ({ root, edges, packets, notes: [] });

export const scenes: Readonly<Record<string, Scene>> = {
  service: scene(
    box("root", "cluster", "Kubernetes Cluster", {
      flow: "column",
      children: [
        box("client", "client", "Pod(nginx)", { sub: "10.244.1.9" }),
        box("svc", "service", "Service(hellok8s)", { sub: "ClusterIP 10.104.96.153:3000" }),
        box("pods", "group", "", { flow: "row", children: [pod("a", "hellok8s-7d9f-aaaaa", "10.244.1.3:3000", { tally: { text: "34", share: 0.34, expected: 0.33 } }), pod("b", "hellok8s-7d9f-bbbbb", "10.244.2.4:3000", { tally: { text: "31", share: 0.31, expected: 0.33 }, lit: true }), pod("c", "hellok8s-7d9f-ccccc", "10.244.2.5:3000", { tone: "pending", tally: { text: "0", share: 0, expected: 0.33 } })] }),
      ],
    }),
    [traffic("client", "svc", { label: "curl 10.104.96.153:3000" }), traffic("svc", "a"), traffic("svc", "b", { lit: true }), traffic("svc", "c", { means: "selects", dim: true })],
    [{ key: "p", kind: "request", legs: [{ on: "svc→b", from: 0, until: 1000, label: "→ 10.244.2.4:3000" }] }],
  ),
  nodeport: scene(
    box("root", "group", "", {
      flow: "column",
      children: [
        box("out", "external", "External"),
        box("cluster", "cluster", "Kubernetes Cluster", {
          badge: "Type = NodePort",
          flow: "column",
          children: [
            box("nodes", "group", "", {
              flow: "row",
              children: [
                box("n1", "node", "Node 1", { sub: "172.18.0.2", flow: "column", notches: [{ key: "p1", title: ":30000", side: "top", tone: "none" }], children: [box("r1", "rule", "Service(hellok8s)", { lines: [{ key: "r1a", text: "10.104.96.153:3000", value: "⅓ a · ⅓ b · ⅓ c", tone: "none" }] }), box("g1", "group", "", { flow: "row", children: [pod("a", "hellok8s-aaaaa", ":3000"), pod("b", "hellok8s-bbbbb", ":3000")] })] }),
                box("n2", "node", "Node 2", { sub: "172.18.0.3", flow: "column", notches: [{ key: "p2", title: ":30000", side: "top", tone: "none" }], children: [box("r2", "rule", "Service(hellok8s)", { lines: [{ key: "r2a", text: "10.104.96.153:3000", value: "⅓ a · ⅓ b · ⅓ c", tone: "none" }] }), box("g2", "group", "", { flow: "row", children: [pod("c", "hellok8s-ccccc", ":3000")] })] }),
              ],
            }),
          ],
        }),
      ],
    }),
    [traffic("out", "p1", { label: "curl http://node1-ip:30000" }), traffic("out", "p2", { label: "curl http://node2-ip:30000" }), traffic("p1", "r1"), traffic("p2", "r2"), traffic("r1", "a"), traffic("r1", "b"), traffic("r1", "c"), traffic("r2", "a", { dim: true }), traffic("r2", "b", { dim: true }), traffic("r2", "c")],
  ),
  classic: scene(
    box("root", "group", "", {
      flow: "column",
      children: [
        box("out", "external", "External"),
        box("cluster", "cluster", "Kubernetes Cluster", {
          badge: "Type = NodePort",
          flow: "column",
          children: [
            box("ports", "group", "", { flow: "row", children: [box("p1", "port", "30000", { sub: "Node 1" }), box("p2", "port", "30000", { sub: "Node 2" })] }),
            box("svc", "service", "Service(hellok8s)"),
            box("nodes", "group", "", { flow: "row", children: [box("n1", "node", "Node 1", { children: [pod("a", "hellok8s-aaaaa", ":3000"), pod("b", "hellok8s-bbbbb", ":3000")] }), box("n2", "node", "Node 2", { children: [pod("c", "hellok8s-ccccc", ":3000")] })] }),
          ],
        }),
      ],
    }),
    [traffic("out", "p1", { label: "curl http://node1-ip:30000" }), traffic("out", "p2", { label: "curl http://node2-ip:30000" }), traffic("p1", "svc"), traffic("p2", "svc"), traffic("svc", "a"), traffic("svc", "b"), traffic("svc", "c")],
  ),
  ingress: scene(
    box("root", "cluster", "Kubernetes Cluster", {
      flow: "column",
      children: [
        box("out", "external", "External", { sub: "GET /hello/x" }),
        box("ing", "rule", "Ingress hello", { lines: [{ key: "i1", text: "/hello  Prefix", value: "hellok8s", tone: "none", lit: true }, { key: "i2", text: "/  Prefix", value: "nginx", tone: "none" }] }),
        box("backs", "group", "", { flow: "row", children: [
          box("b1", "group", "", { flow: "column", children: [box("s1", "service", "Service(hellok8s)"), box("g1", "group", "", { flow: "row", children: [pod("a", "hellok8s-aaaaa", ":3000"), pod("b", "hellok8s-bbbbb", ":3000"), pod("c", "hellok8s-ccccc", ":3000")] })] }),
          box("b2", "group", "", { flow: "column", children: [box("s2", "service", "Service(nginx)"), box("g2", "group", "", { flow: "row", children: [pod("d", "nginx-ddddd", ":80"), pod("e", "nginx-eeeee", ":80")] })] }),
        ] }),
      ],
    }),
    [traffic("out", "ing"), traffic("i1", "s1", { label: "/hello", lit: true }), traffic("i2", "s2", { label: "/", dim: true }), traffic("s1", "a"), traffic("s1", "b"), traffic("s1", "c"), traffic("s2", "d"), traffic("s2", "e")],
  ),
  network: scene(
    box("root", "group", "", {
      flow: "column",
      children: [
        box("nodes", "group", "", {
          flow: "row",
          children: [1, 2].map((n) =>
            box(`n${n}`, "node", `Node ${n}`, {
              sub: `172.18.0.${n + 1}`,
              flow: "column",
              children: [
                box(`n${n}pods`, "group", "", {
                  flow: "row",
                  children: [1, 2].map((k) =>
                    box(`n${n}p${k}`, "pod", `Pod ${n}${k}`, {
                      sub: `10.244.${n}.${k + 1}`,
                      tone: "ready",
                      flow: "column",
                      children: [
                        box(`n${n}p${k}c`, "group", "", { flow: "row", children: [box(`n${n}p${k}a`, "container", "nginx"), box(`n${n}p${k}s`, "pause", "pause")] }),
                        box(`n${n}p${k}d`, "group", "", { flow: "row", children: [box(`n${n}p${k}lo`, "device", "lo"), box(`n${n}p${k}e`, "device", "eth0")] }),
                      ],
                    }),
                  ),
                }),
                box(`n${n}br`, "bridge", "cni0", { sub: `10.244.${n}.1` }),
                box(`n${n}eth`, "device", "eth0", { sub: `172.18.0.${n + 1}` }),
              ],
            }),
          ),
        }),
      ],
    }),
    [...[1, 2].flatMap((n): Edge[] => [...[1, 2].map((k): Edge => ({ key: `w${n}${k}`, from: `n${n}p${k}e`, to: `n${n}br`, means: "wire", tone: "none", ends: ["eth0", `veth${n}${k}`] })), { key: `u${n}`, from: `n${n}br`, to: `n${n}eth`, means: "wire", tone: "none" }]), { key: "wire", from: "n1eth", to: "n2eth", means: "wire", tone: "none", lit: true, label: "wire" }],
    [{ key: "p", kind: "request", legs: [{ on: "w11", from: 0, until: 1000, label: "10.244.1.2 → 10.244.2.2" }] }],
  ),
  pod: scene(
    box("root", "pod", "Pod(nginx-pod)", { badge: "10.244.1.7", tone: "ready", flow: "column", children: [box("cs", "group", "", { flow: "row", children: [box("c1", "container", "Container(nginx-container)", { tone: "ready", flow: "column", children: [box("a1", "app", "Application(nginx)", { sub: ":80" })] }), box("c2", "container", "Container(sidecar)", { tone: "failed", flow: "column", children: [box("a2", "app", "Application(log-agent)", { sub: "tail -F" })] })] }), box("v", "volume", "emptyDir shared", { sub: "/var/log" }), box("pause", "pause", "pause", { sub: "net + ipc" })] }),
    [{ key: "m1", from: "c1", to: "v", means: "uses", tone: "none", label: "/usr/share/nginx/html" }, { key: "m2", from: "c2", to: "v", means: "uses", tone: "none", label: "/data" }],
  ),
  deployment: scene(
    box("root", "deployment", "Deployment hellok8s", { badge: "3/3", flow: "column", children: [box("rs1", "replicaset", "ReplicaSet hellok8s-647677fc66", { badge: "want 2", tab: "v1", version: 0, flow: "grid", slots: 4, children: [pod("a", "hellok8s-647677fc66-aaaaa", "ready", { slot: 0 }), pod("b", "hellok8s-647677fc66-bbbbb", "ready", { slot: 2 })] }), box("rs2", "replicaset", "ReplicaSet hellok8s-8d94c585f", { badge: "want 2", tab: "v2", version: 1, flow: "grid", slots: 4, children: [pod("c", "hellok8s-8d94c585f-ccccc", "starting", { slot: 0, tone: "pending", progress: 0.4 })] })] }),
    [],
  ),
  many: scene(
    box("root", "cluster", "Kubernetes Cluster", { flow: "column", children: [box("svc", "service", "Service(hellok8s)"), box("nodes", "group", "", { flow: "row", children: [1, 2].map((n) => box(`n${n}`, "node", `Node ${n}`, { flow: "grid", children: Array.from({ length: 40 }, (_, i) => pod(`${n}-${i}`, `web-${n}-${i}`, "ready")) })) })] }),
    [1, 2].flatMap((n) => Array.from({ length: 40 }, (_, i) => traffic("svc", `${n}-${i}`))),
  ),
};
