import { createCluster } from "../../src/cluster/cluster";
import { userland } from "../../src/shell/shell";
import { cpu, heap } from "./measure";
import { crashing, deployment, service } from "./manifests";
import type { Manifest } from "./manifests";
import type { Cluster } from "../../src/cluster/cluster-contract";

/** The rows of the bench as this engine does them. Each answers one measurement; the runner repeats it. */

const caller = { user: "kubernetes-admin", groups: ["system:masters"], agent: "bench", origin: "reader" as const };
const plurals: Readonly<Record<string, string>> = { Deployment: "deployments", Pod: "pods", Service: "services" };

/** The cluster of the run before lives on until the next is made, as a reader's other notes do: a warm engine, not one whose shapes were all collected. */
const others: Cluster[] = [];

function open(nodes: number): Cluster {
  const cluster = createCluster({ nodes: Array.from({ length: nodes }, (_, at) => ({ name: `node${at + 1}` })) }, { userland });
  others.push(cluster);
  if (others.length > 2) others.shift();
  return cluster;
}

function ask(cluster: Cluster, verb: "create" | "update", manifest: Manifest): void {
  const slash = manifest.apiVersion.indexOf("/");
  const answer = cluster.handle({
    caller, verb, group: slash < 0 ? "" : manifest.apiVersion.slice(0, slash), version: manifest.apiVersion.slice(slash + 1), resource: plurals[manifest.kind] ?? "",
    namespace: "default", query: {}, accept: "object", body: manifest, ...(verb === "update" ? { name: manifest.metadata.name } : {}),
  });
  if (answer.code >= 400) throw new Error(JSON.stringify(answer.body));
}

/** Advances a quarter of a second at a time until the Deployment has rolled out, as `kubectl rollout status` judges. */
function rollOut(cluster: Cluster, replicas: number): void {
  for (let steps = 0; steps < 40_000; steps++) {
    const object = cluster.at().get({ resource: "deployments.apps", namespace: "default", name: "web" });
    const status = (object?.["status"] ?? {}) as { observedGeneration?: number; replicas?: number; updatedReplicas?: number; availableReplicas?: number };
    if (status.observedGeneration === object?.metadata.generation && status.replicas === replicas && status.updatedReplicas === replicas && status.availableReplicas === replicas) return;
    cluster.advance(cluster.now + 250);
  }
  throw new Error("it never rolled out");
}

async function replicas(count: number, nodes: number): Promise<number> {
  const cluster = open(nodes);
  heap();
  return cpu(() => {
    ask(cluster, "create", deployment(count));
    rollOut(cluster, count);
  });
}

/** Bytes a pod: what a ready Deployment adds to the heap of a cluster, its whole history included. */
async function heapPerPod(count: number, nodes: number): Promise<number> {
  const cluster = open(nodes);
  const empty = heap();
  ask(cluster, "create", deployment(count));
  rollOut(cluster, count);
  const bytes = (heap() - empty) / count;
  // The cluster must outlive the measurement.
  if (cluster.rev === 0) throw new Error("nothing happened");
  return Promise.resolve(bytes / 1000);
}

export const rows: Readonly<Record<string, () => Promise<number>>> = {
  ready: () => cpu(() => { open(3); }),
  "deploy-300": () => replicas(300, 3),
  "deploy-1000": () => replicas(1_000, 10),
  "rollout-300": async () => {
    const cluster = open(4);
    ask(cluster, "create", deployment(300));
    rollOut(cluster, 300);
    heap();
    return cpu(() => {
      ask(cluster, "update", deployment(300, "2"));
      rollOut(cluster, 300);
    });
  },
  "crash-loop": () => {
    const cluster = open(3);
    return cpu(() => {
      ask(cluster, "create", crashing());
      cluster.advance(cluster.now + 20 * 60_000);
    });
  },
  "heap-per-pod": () => heapPerPod(1_000, 10),
  requests: async () => {
    const cluster = open(3);
    ask(cluster, "create", deployment(3));
    ask(cluster, "create", service());
    rollOut(cluster, 3);
    cluster.advance(cluster.now + 1_000);
    const count = 50_000;
    const spent = await cpu(() => {
      for (let sent = 0; sent < count; sent += 100) {
        for (let one = 0; one < 100; one++) cluster.act({ is: "request", from: "external", request: { protocol: "http", to: "node1", port: 31000, method: "GET", path: "/", timeout: 5_000 } });
        cluster.advance(cluster.now + 20);
      }
    });
    const answered = [...cluster.at().traces(0)].filter((trace) => trace.result.ok);
    if (answered.length < 1_000) throw new Error("the requests were not answered");
    return count / (spent / 1000);
  },
  paused: async () => {
    const cluster = open(3);
    ask(cluster, "create", deployment(30));
    rollOut(cluster, 30);
    heap();
    // Nobody calls advance: nothing may run by itself.
    return (await cpu(() => new Promise((resolve) => { setTimeout(resolve, 2_000); }))) / 2_000;
  },
  "deploy-2500": () => replicas(2_500, 50),
  "deploy-5000": () => replicas(5_000, 100),
  "deploy-10000": () => replicas(10_000, 200),
  "deploy-150000": () => replicas(150_000, 5_000),
  "heap-150000": () => heapPerPod(150_000, 5_000),
};
