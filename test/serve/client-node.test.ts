import { PassThrough } from "node:stream";
import { AppsV1Api, CoreV1Api, Exec, KubeConfig, PatchStrategy, PortForward, Watch, makeInformer, setHeaderOptions } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { servedCluster } from "./served-cluster";
import type { V1ConfigMap, V1Status } from "@kubernetes/client-node";
import type { ServedCluster } from "./served-cluster";

let cluster: ServedCluster;
let config: KubeConfig;

beforeAll(async () => {
  cluster = await servedCluster();
  config = new KubeConfig();
  config.loadFromString(cluster.served.kubeconfig);
});
afterAll(async () => { await cluster.close(); });

const map = (name: string): V1ConfigMap => ({ metadata: { name }, data: { a: "1" } });

/** A promise's value, while the cluster's time runs on. */
async function during<T>(what: string, promise: Promise<T>): Promise<T> {
  let done = false;
  const marked = promise.finally(() => { done = true; });
  marked.catch(() => undefined);
  await cluster.until(what, () => done);
  return marked;
}

describe("@kubernetes/client-node", () => {
  it("lists, patches and watches", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const seen: string[] = [];
    const watch = await new Watch(config).watch("/api/v1/namespaces/default/configmaps", { allowWatchBookmarks: true }, (type: string, object: V1ConfigMap) => { seen.push(`${type} ${object.metadata?.name ?? ""} ${object.data?.["a"] ?? ""}`); }, () => undefined);
    await core.createNamespacedConfigMap({ namespace: "default", body: map("first") });
    await core.patchNamespacedConfigMap({ namespace: "default", name: "first", body: { data: { a: "2" } } }, setHeaderOptions("Content-Type", PatchStrategy.MergePatch));
    await core.patchNamespacedConfigMap({ namespace: "default", name: "first", body: [{ op: "replace", path: "/data/a", value: "3" }] }, setHeaderOptions("Content-Type", PatchStrategy.JsonPatch));
    await core.patchNamespacedConfigMap({ namespace: "default", name: "first", body: { data: { a: "4" } } }, setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch));
    const { items } = await core.listNamespacedConfigMap({ namespace: "default" });
    expect(items.map(({ metadata, data }) => [metadata?.name, data?.["a"]])).toContainEqual(["first", "4"]);
    await core.deleteNamespacedConfigMap({ namespace: "default", name: "first" });
    await cluster.until("the watch tells it all", () => seen.includes("DELETED first 4"));
    expect(seen.filter((line) => line.includes("first"))).toEqual(["ADDED first 1", "MODIFIED first 2", "MODIFIED first 3", "MODIFIED first 4", "DELETED first 4"]);
    watch.abort();
    await expect(core.readNamespacedConfigMap({ namespace: "default", name: "first" })).rejects.toMatchObject({ code: 404 });
  });

  it("keeps an informer whole over a connection that drops", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const informer = makeInformer(config, "/api/v1/namespaces/default/configmaps", () => core.listNamespacedConfigMap({ namespace: "default" }));
    const live = new Set<string>();
    const wrong: string[] = [];
    informer.on("add", ({ metadata }) => {
      const name = metadata?.name ?? "";
      if (live.has(name)) wrong.push(`twice: ${name}`);
      live.add(name);
    });
    informer.on("delete", ({ metadata }) => { if (!live.delete(metadata?.name ?? "")) wrong.push(`gone before: ${metadata?.name ?? ""}`); });
    informer.on("error", () => { void informer.start(); });
    await informer.start();
    await core.createNamespacedConfigMap({ namespace: "default", body: map("before") });
    await core.createNamespacedConfigMap({ namespace: "default", body: map("doomed") });
    await cluster.until("both are seen", () => live.has("before") && live.has("doomed"));
    cluster.served.disconnect();
    // While nobody listens: through the cluster's own door.
    for (const request of [
      { verb: "create", body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "meanwhile" } } },
      { verb: "delete", name: "doomed" },
    ] as const) {
      expect(cluster.note.cluster.handle({ caller: { user: "admin", groups: ["system:masters"], agent: "test", origin: "reader" }, group: "", version: "v1", resource: "configmaps", namespace: "default", query: {}, accept: "object", ...request }).code).toBeLessThan(300);
    }
    await cluster.until("the informer has caught up", () => live.has("meanwhile") && !live.has("doomed"));
    await core.createNamespacedConfigMap({ namespace: "default", body: map("after") });
    await cluster.until("the informer goes on", () => live.has("after"));
    expect([...live].sort()).toEqual(["after", "before", "kube-root-ca.crt", "meanwhile"]);
    expect(wrong).toEqual([]);
    await informer.stop();
  });

  it("runs commands in a container and reaches its port", async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const core = config.makeApiClient(CoreV1Api);
    const labels = { app: "web" };
    await apps.createNamespacedDeployment({ namespace: "default", body: { metadata: { name: "web" }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "nginx:1.27", ports: [{ containerPort: 80 }] }] } } } } });
    await cluster.until("the pod runs", () => cluster.note.cluster.at().list("pods").some((pod) => (pod["status"] as { phase?: string }).phase === "Running"));
    const pod = (await core.listNamespacedPod({ namespace: "default", labelSelector: "app=web" })).items[0]?.metadata?.name ?? "";

    const [out, input] = [new PassThrough(), new PassThrough()];
    let status: V1Status | undefined;
    await new Exec(config).exec("default", pod, "web", ["sh", "-c", "read line; echo \"got $line\"; exit 7"], out, null, input, false, (of) => { status = of; });
    input.write("a word\n");
    await cluster.until("the command ends", () => status !== undefined);
    expect(String(out.read())).toBe("got a word\n");
    expect(status?.details?.causes?.[0]).toEqual({ reason: "ExitCode", message: "7" });

    const [answer, request] = [new PassThrough(), new PassThrough()];
    let page = "";
    answer.on("data", (data: Buffer) => { page += data.toString(); });
    await new PortForward(config).portForward("default", pod, [80], answer, null, request);
    request.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await cluster.until("the page comes", () => page.includes("</html>"));
    expect(page).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(await during("the log", core.readNamespacedPodLog({ namespace: "default", name: pod }))).toContain("GET / HTTP/1.1");
  });
});
