import { describe, expect, it } from "vitest";
import { userland } from "../../../src/shell/shell";
import { bench, podOf } from "./cluster-harness";

const sh = (script: string): object => ({ image: "busybox", command: ["sh", "-c", script] });
const nginx = { image: "nginx:1.25" };
/** The lines of one pod without repeats of the same line. */
const told = (lines: readonly string[], name: string): readonly string[] =>
  lines.filter((line) => line.replace("DELETED ", "").startsWith(`${name} `)).map((line) => line.replace(`${name} `, "")).filter((line, i, all) => line !== all[i - 1]);

describe("the kubelet", () => {
  it("writes in the recorded order on the way up and down", () => {
    const b = bench();
    b.create("pods", podOf("web", nginx));
    b.run(3_000);
    expect(told(b.lines, "web")).toEqual([
      "Pending no-ip - ", "Pending no-ip False ContainerCreating", "Pending ip True ContainerCreating", "Running ip True running+",
    ]);
    b.lines.length = 0;
    b.remove("web");
    b.run(3_000);
    expect(told(b.lines, "web")).toEqual(["Running ip True running+", "Succeeded ip True Completed", "Succeeded ip False Completed", "DELETED Succeeded ip False Completed"]);
    expect(b.pod("web")).toBeUndefined();
    expect(b.events("web")).toEqual(expect.arrayContaining(["Normal Pulling Pulling image \"nginx:1.25\"", "Normal Created Created container: c", "Normal Started Started container c", "Normal Killing Stopping container c"]));
  });

  it("pulls an image once and finds it present afterwards", () => {
    const b = bench();
    for (const name of ["a", "b"]) {
      b.create("pods", podOf(name, nginx, { nodeName: "node1" }));
      b.run(3_000);
    }
    expect(b.events("a").some((event) => /^Normal Pulled Successfully pulled image "nginx:1.25" in \d+ms \(\d+ms including waiting\)\. Image size: 39907185 bytes\.$|in 1\.\d+s/.test(event))).toBe(true);
    expect(b.events("b")).toContain("Normal Pulled Container image \"nginx:1.25\" already present on machine");
    expect(told(b.lines, "b")).toEqual(["Pending no-ip - ", "Pending no-ip False ContainerCreating", "Running ip True running+"]);
  });

  it("restarts at once, then backs off ten seconds and doubles", () => {
    const b = bench();
    b.create("pods", podOf("crash", sh("echo oops; exit 1")));
    b.run(20_000);
    expect(told(b.lines, "crash").slice(3, 8)).toEqual([
      "Running ip True running+", "Running ip True Error", "Running ip True running+1", "Running ip True Error1", "Running ip True CrashLoopBackOff1",
    ]);
    expect(b.pod("crash")?.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 2, lastState: { terminated: { exitCode: 1, reason: "Error" } } });
    expect(b.pod("crash")?.status?.containerStatuses?.[0]?.state?.waiting?.message).toMatch(/^back-off 20s restarting failed container=c pod=crash_default\(/);
    b.run(25_000);
    expect(b.pod("crash")?.status?.containerStatuses?.[0]?.state?.waiting?.message).toMatch(/^back-off 40s/);
    expect(b.log("crash").body).toBe("oops\n");
    expect(b.log("crash", { previous: "true" }).body).toBe("oops\n");
  });

  it("ends pods that may not restart", () => {
    const b = bench();
    b.create("pods", podOf("good", sh("sleep 1"), { restartPolicy: "Never" }));
    b.create("pods", podOf("bad", sh("exit 3"), { restartPolicy: "Never" }));
    b.run(6_000);
    expect(told(b.lines, "good").slice(-2)).toEqual(["Succeeded ip True Completed", "Succeeded ip False Completed"]);
    expect(b.pod("bad")?.status).toMatchObject({ phase: "Failed", containerStatuses: [{ state: { terminated: { exitCode: 3, reason: "Error" } } }] });
    expect(b.pod("good")?.status?.conditions?.find((c) => c.type === "Ready")).toMatchObject({ status: "False", reason: "PodCompleted" });
  });

  it("runs init containers in order and sidecars beside", () => {
    const b = bench();
    b.create("pods", podOf("init", nginx, { initContainers: [{ name: "i1", ...sh("sleep 1") }, { name: "side", ...sh("tail -f /dev/null"), restartPolicy: "Always" }] }));
    b.run(10_000);
    expect(told(b.lines, "init")).toContain("Pending ip True Completed+,running+,PodInitializing");
    expect(told(b.lines, "init").at(-1)).toBe("Running ip True Completed+,running+,running+");
    b.create("pods", podOf("stuck", nginx, { restartPolicy: "Never", initContainers: [{ name: "i", ...sh("exit 1") }] }));
    b.run(5_000);
    expect(b.pod("stuck")?.status).toMatchObject({ phase: "Failed", containerStatuses: [{ state: { waiting: { reason: "PodInitializing" } } }] });
  });

  it("fails to pull in the registry's words and backs off", () => {
    const b = bench();
    b.create("pods", podOf("p", { image: "nginx:1.161" }));
    b.create("pods", podOf("never", { image: "private/x:1", imagePullPolicy: "Never" }));
    b.create("pods", podOf("name", { image: "Nginx:1" }));
    b.run(20_000);
    const waiting = (name: string): unknown => b.pod(name)?.status?.containerStatuses?.[0]?.state?.waiting;
    expect(told(b.lines, "p").slice(-2)).toEqual(["Pending ip True ErrImagePull", "Pending ip True ImagePullBackOff"]);
    expect(waiting("p")).toEqual({
      reason: "ImagePullBackOff",
      message: "Back-off pulling image \"nginx:1.161\": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image \"docker.io/library/nginx:1.161\": failed to resolve reference \"docker.io/library/nginx:1.161\": docker.io/library/nginx:1.161: not found",
    });
    expect(waiting("never")).toMatchObject({ reason: "ErrImageNeverPull", message: "Container image \"private/x:1\" is not present with pull policy of Never" });
    expect(waiting("name")).toMatchObject({ reason: "InvalidImageName" });
    expect(b.log("p").body).toMatchObject({ message: "container \"c\" in pod \"p\" is waiting to start: trying and failing to pull image" });
  });

  it("tells of a command that is not there as runc does", () => {
    const b = bench();
    b.create("pods", podOf("p", { image: "busybox", command: ["nosuchcmd"] }));
    b.run(2_500);
    expect(b.pod("p")?.status?.containerStatuses?.[0]?.state?.terminated ?? b.pod("p")?.status?.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({
      exitCode: 128, reason: "StartError", startedAt: "1970-01-01T00:00:00Z",
      message: "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: \"nosuchcmd\": executable file not found in $PATH: unknown",
    });
  });

  it("restarts what fails its liveness probe, four times at once and the fifth time after a back-off", () => {
    const b = bench();
    b.create("pods", podOf("l", { image: "guangzhengli/hellok8s:liveness", livenessProbe: { httpGet: { path: "/healthz", port: 3000 }, initialDelaySeconds: 3, periodSeconds: 3 } }));
    b.run(125_000);
    expect(told(b.lines, "l").filter((line) => line.includes("CrashLoopBackOff"))[0]).toBe("Running ip True CrashLoopBackOff4");
    expect(b.events("l")).toEqual(expect.arrayContaining(["Warning Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 500", "Normal Killing Container c failed liveness probe, will be restarted"]));
  });

  it("writes nothing while probes keep succeeding", () => {
    const b = bench();
    const get = { httpGet: { path: "/", port: 80 }, periodSeconds: 1 };
    b.create("pods", podOf("p", { ...nginx, livenessProbe: get, readinessProbe: get }));
    b.run(5_000);
    expect(told(b.lines, "p").at(-1)).toBe("Running ip True running+");
    const before = b.pod("p")?.metadata.resourceVersion;
    b.run(60_000);
    expect(b.pod("p")?.metadata.resourceVersion).toBe(before);
    expect(String(b.log("p").body).split("kube-probe/1.33").length).toBeGreaterThan(100);
  });

  it("waits for a missing ConfigMap, in the environment and as a volume", () => {
    const b = bench();
    b.create("pods", podOf("env", { ...nginx, envFrom: [{ configMapRef: { name: "nope" } }] }));
    b.create("pods", podOf("vol", { ...nginx, volumeMounts: [{ name: "v", mountPath: "/etc/config" }] }, { volumes: [{ name: "v", configMap: { name: "nope" } }] }));
    b.run(5_000);
    expect(b.pod("env")?.status?.containerStatuses?.[0]?.state?.waiting).toEqual({ reason: "CreateContainerConfigError", message: "configmap \"nope\" not found" });
    expect(b.pod("vol")?.status?.containerStatuses?.[0]?.state?.waiting).toEqual({ reason: "ContainerCreating" });
    expect(b.events("vol")).toContain("Warning FailedMount MountVolume.SetUp failed for volume \"v\" : configmap \"nope\" not found");
    b.create("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "nope" }, data: { KEY: "value" } });
    b.run(20_000);
    expect(b.pod("env")?.status?.phase).toBe("Running");
    expect(b.exec("vol", ["cat", "/etc/config/KEY"]).out).toBe("value");
    expect(b.exec("env", ["env"]).out).toContain("KEY=value\n");
  });

  it("ends a pod at its deadline", () => {
    const b = bench();
    b.create("pods", podOf("d", nginx, { activeDeadlineSeconds: 4 }));
    b.run(9_000);
    expect(b.pod("d")?.status).toMatchObject({ phase: "Failed", reason: "DeadlineExceeded", message: "Pod was active on the node longer than the specified deadline" });
  });

  it("kills what ignores TERM at the end of the grace", () => {
    const b = bench();
    b.create("pods", podOf("deaf", sh("sleep infinity"), { terminationGracePeriodSeconds: 5 }));
    b.run(3_000);
    b.remove("deaf");
    b.run(4_500);
    expect(b.pod("deaf")).toBeDefined();
    b.run(3_500);
    expect(b.pod("deaf")).toBeUndefined();
    expect(b.lines.some((line) => line.startsWith("deaf Failed ip True Error"))).toBe(true);
  });

  it("refuses a session where there is no shell", () => {
    const b = bench();
    b.create("pods", podOf("h", { image: "guangzhengli/hellok8s:v1" }));
    b.run(3_000);
    const { out, status } = b.exec("h", ["sh"]);
    expect(out).toBe("OCI runtime exec failed: exec failed: unable to start container process: exec: \"sh\": executable file not found in $PATH: unknown\n");
    expect(JSON.stringify(status)).toContain("command terminated with exit code 126");
  });

  it("registers nodes with their ranges and renews their leases in the background", () => {
    const b = bench();
    const node = b.cluster.at().get({ resource: "nodes", namespace: "", name: "node2" });
    expect(node).toMatchObject({ spec: { podCIDR: "10.244.1.0/24" }, status: { allocatable: { memory: "8042928Ki" }, nodeInfo: { kubeletVersion: "v1.33.13" } } });
    const lease = (): unknown => (b.cluster.at().get({ resource: "leases.coordination.k8s.io", namespace: "kube-node-lease", name: "node1" })?.["spec"] as { renewTime: string } | undefined)?.renewTime;
    const before = lease();
    expect(b.cluster.settle(5_000)).toBe("settled");
    b.run(21_000);
    expect(lease()).not.toBe(before);
  });

  it("does nothing on a stopped node until it starts", () => {
    const b = bench();
    b.cluster.act({ is: "node", name: "node1", op: "stop" });
    b.create("pods", podOf("p", nginx, { nodeName: "node1" }));
    b.run(5_000);
    expect(b.pod("p")?.status?.startTime).toBeUndefined();
    b.cluster.act({ is: "node", name: "node1", op: "start" });
    b.run(5_000);
    expect(b.pod("p")?.status?.phase).toBe("Running");
  });

  it("gives a container end of file where it has no stdin, and keeps it open where it has", () => {
    const b = bench(userland);
    const reading = { image: "busybox:1.36", command: ["cat"] };
    b.create("pods", podOf("deaf", reading, { restartPolicy: "Never" }));
    b.create("pods", podOf("open", { ...reading, stdin: true }, { restartPolicy: "Never" }));
    b.create("pods", podOf("shell", { image: "busybox:1.36", command: ["sh"] }, { restartPolicy: "Never" }));
    b.run(20_000);
    expect(["deaf", "open", "shell"].map((name) => b.pod(name)?.status?.phase)).toEqual(["Succeeded", "Running", "Succeeded"]);
    expect(b.pod("deaf")?.status?.containerStatuses?.[0]?.state?.terminated?.reason).toBe("Completed");
  });
});
