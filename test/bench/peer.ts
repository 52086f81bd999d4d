import { BaseImage, Cluster } from "@ngrok/webernetes";
import { cpu, heap } from "./measure";
import { crashing, deployment, service } from "./manifests";
import type { Manifest } from "./manifests";
import type { ProcessContext } from "@ngrok/webernetes";

/** The rows of the bench as the peer does them: its clock is stepped, so that it waits for no wall time either. */

class Echo extends BaseImage {
  static readonly imageName = "hashicorp/http-echo";
  static readonly imageVersion = "1.0";
  readonly defaultCommand = ["http-echo"];
  override async exec(context: ProcessContext, argv: readonly string[]): Promise<number> {
    if (argv[0] !== "http-echo") return super.exec(context, argv);
    context.listenHttp(5678, () => Promise.resolve({ status: 200, body: "hello\n" }));
    return context.waitUntilKilled();
  }
}

class BusyBox extends BaseImage {
  static readonly imageName = "busybox";
  static readonly imageVersion = "1.36";
}

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

async function open(nodes: number): Promise<Cluster> {
  const cluster = new Cluster({ nodes });
  cluster.registerImage(Echo);
  cluster.registerImage(BusyBox);
  await cluster.init();
  return cluster;
}

type Resources = Parameters<Cluster["apply"]>[0];
const apply = async (cluster: Cluster, manifest: Manifest): Promise<void> => { await cluster.apply([manifest] as unknown as Resources); };

async function step(cluster: Cluster, ms: number): Promise<void> {
  cluster.clock.step(ms);
  await turn();
}

async function rollOut(cluster: Cluster, replicas: number): Promise<void> {
  for (let steps = 0; steps < 40_000; steps++) {
    for (let small = 0; small < 5; small++) await step(cluster, 50);
    const deployed = await cluster.api.appsv1.readNamespacedDeployment({ name: "web", namespace: "default" });
    const { status, metadata } = deployed;
    if (status?.observedGeneration === metadata?.generation && status?.replicas === replicas && status.updatedReplicas === replicas && status.availableReplicas === replicas) return;
  }
  throw new Error("it never rolled out");
}

async function replicas(count: number, nodes: number): Promise<number> {
  const cluster = await open(nodes);
  heap();
  const spent = await cpu(async () => {
    await apply(cluster, deployment(count));
    await rollOut(cluster, count);
  });
  await cluster.close();
  return spent;
}

export const rows: Readonly<Record<string, () => Promise<number>>> = {
  ready: async () => {
    let cluster: Cluster | undefined;
    const spent = await cpu(async () => { cluster = await open(3); });
    await cluster?.close();
    return spent;
  },
  "deploy-300": () => replicas(300, 3),
  "deploy-1000": () => replicas(1_000, 10),
  "rollout-300": async () => {
    const cluster = await open(4);
    await apply(cluster, deployment(300));
    await rollOut(cluster, 300);
    heap();
    const spent = await cpu(async () => {
      await apply(cluster, deployment(300, "2"));
      await rollOut(cluster, 300);
    });
    await cluster.close();
    return spent;
  },
  "crash-loop": async () => {
    const cluster = await open(3);
    const spent = await cpu(async () => {
      await apply(cluster, crashing());
      for (let at = 0; at < 20 * 60_000; at += 100) await step(cluster, 100);
    });
    await cluster.close();
    return spent;
  },
  "heap-per-pod": async () => {
    const cluster = await open(3);
    const empty = heap();
    await apply(cluster, deployment(300));
    await rollOut(cluster, 300);
    const bytes = (heap() - empty) / 300;
    await cluster.close();
    return bytes / 1000;
  },
  requests: async () => {
    const cluster = await open(3);
    await apply(cluster, deployment(3));
    await apply(cluster, service());
    await rollOut(cluster, 3);
    for (let at = 0; at < 20; at++) await step(cluster, 50);
    const count = 20_000;
    const spent = await cpu(async () => {
      for (let sent = 0; sent < count; sent += 100) {
        const all = Array.from({ length: 100 }, () => cluster.fetch("http://node-1:31000/"));
        let open = true;
        const done = Promise.all(all).then((answers) => {
          open = false;
          if (answers.some((answer) => answer.status !== 200)) throw new Error("a request was not answered");
        });
        while (open) await step(cluster, 5);
        await done;
      }
    });
    await cluster.close();
    return count / (spent / 1000);
  },
  paused: async () => {
    const cluster = await open(3);
    await apply(cluster, deployment(30));
    await rollOut(cluster, 30);
    heap();
    cluster.pause();
    const share = (await cpu(() => new Promise((resolve) => { setTimeout(resolve, 2_000); }))) / 2_000;
    await cluster.close();
    return share;
  },
};
