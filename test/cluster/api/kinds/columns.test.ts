import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { apiBench } from "./bench";
import type { KubeObject } from "../../../../src/cluster/model";

const { registry } = apiBench();
const read = (file: string): string => readFileSync(fileURLToPath(new URL(`../../../conformance/golden/${file}`, import.meta.url)), "utf8");

/** The cells of an object, as `kubectl get` shows them without AGE. */
function cells(object: KubeObject, wide = false): string[] {
  const columns = registry.findKind(object.apiVersion, object.kind)?.version.columns ?? [];
  const now = Date.parse("2026-11-23T15:00:00Z");
  return columns.filter((column) => column.name !== "Age" && (wide || column.priority === 0)).map((column) => String(column.cell(object, 0, now)));
}

/** The lines of a watch, split into cells, without AGE. */
function lines(file: string): string[][] {
  return read(file).trim().split("\n").slice(1).map((line) => line.trim().split(/ {2,}/).slice(0, -1));
}

describe("columns", () => {
  it("print every state of a rolling update's pods as the real server did", () => {
    const objects = (JSON.parse(`[${read("02-rolling-update-surge1-unavail1/watch-pods-json.txt").trim().replace(/^\}\n\{/gm, "},\n{")}]`) as KubeObject[]).map((object) => cells(object).join(" "));
    const seen = new Set(objects);
    const printed = lines("02-rolling-update-surge1-unavail1/watch-pods.txt");
    expect(printed.length).toBeGreaterThan(20);
    expect(printed.map((line) => line.join(" ")).filter((line) => !seen.has(line))).toEqual([]);
    expect([...new Set(printed.map((line) => line[2]))]).toEqual(expect.arrayContaining(["Running", "Pending", "ContainerCreating", "Terminating", "Completed"]));
  });

  it("print every state of its deployment", () => {
    const seen = new Set(parseAllDocuments(read("02-rolling-update-surge1-unavail1/watch-deploy-yaml.txt")).map((document) => cells(document.toJS() as KubeObject).join(" ")));
    const printed = lines("02-rolling-update-surge1-unavail1/watch-deploy.txt").map((line) => line.join(" "));
    expect(printed.length).toBeGreaterThan(5);
    expect(printed.filter((line) => !seen.has(line))).toEqual([]);
  });

  it("print what a pod's containers are at", () => {
    const pod = (spec: object, status: object, metadata: object = {}): KubeObject => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "default", uid: "", resourceVersion: "", creationTimestamp: "2026-11-23T14:00:00Z", ...metadata }, spec, status });
    const one = { containers: [{ name: "a" }] };
    const status = (state: object, more: object = {}): object => ({ phase: "Running", containerStatuses: [{ name: "a", restartCount: 0, ready: false, state, ...more }] });
    const text = (object: KubeObject): string => cells(object).slice(1).join(" ");
    expect(text(pod(one, status({ waiting: { reason: "CrashLoopBackOff" } }, { restartCount: 3, lastState: { terminated: { exitCode: 1, finishedAt: "2026-11-23T14:55:00Z" } } })))).toBe("0/1 CrashLoopBackOff 3 (5m ago)");
    expect(text(pod(one, status({ terminated: { exitCode: 137, signal: 9 } })))).toBe("0/1 Signal:9 0");
    expect(text(pod(one, status({ terminated: { exitCode: 3 } })))).toBe("0/1 ExitCode:3 0");
    expect(text(pod(one, { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }] }))).toBe("0/1 SchedulingGated 0");
    const init = { containers: [{ name: "a" }], initContainers: [{ name: "i" }, { name: "j" }] };
    expect(text(pod(init, { phase: "Pending", initContainerStatuses: [{ name: "i", restartCount: 0, state: { terminated: { exitCode: 0 } } }, { name: "j", restartCount: 0, state: { running: {} } }] }))).toBe("0/1 Init:1/2 0");
    expect(text(pod(init, { phase: "Pending", initContainerStatuses: [{ name: "i", restartCount: 2, state: { waiting: { reason: "CrashLoopBackOff" } } }] }))).toBe("0/1 Init:CrashLoopBackOff 2");
    const sidecar = { containers: [{ name: "a" }], initContainers: [{ name: "s", restartPolicy: "Always" }] };
    expect(text(pod(sidecar, { phase: "Running", initContainerStatuses: [{ name: "s", restartCount: 1, started: true, ready: true, state: { running: {} } }], containerStatuses: [{ name: "a", restartCount: 0, ready: true, state: { running: {} } }] }))).toBe("2/2 Running 1");
    const leaving = { deletionTimestamp: "2026-11-23T15:00:00Z" };
    expect(text(pod(one, status({ running: {} }, { ready: true }), leaving))).toBe("1/1 Terminating 0");
    expect(text(pod(one, { phase: "Running", reason: "NodeLost" }, leaving))).toBe("0/1 Unknown 0");
    expect(text(pod(one, { phase: "Succeeded", containerStatuses: [{ name: "a", restartCount: 0, ready: false, state: { terminated: { exitCode: 0, reason: "Completed" } } }] }, leaving))).toBe("0/1 Completed 0");
  });

  it("print services, nodes, ingresses and claims as the recordings do", () => {
    const meta = { name: "x", namespace: "default", uid: "", resourceVersion: "", creationTimestamp: "2026-11-23T14:00:00Z" };
    const service = (spec: object, status: object = {}): string => cells({ apiVersion: "v1", kind: "Service", metadata: meta, spec, status }, true).join(" ");
    expect(service({ type: "ExternalName", externalName: "my.database.example.com" })).toBe("x ExternalName <none> my.database.example.com <none> <none>");
    expect(service({ type: "LoadBalancer", clusterIPs: ["10.109.193.147"], ports: [{ port: 8080, nodePort: 31781, protocol: "TCP" }], selector: { app: "nginx" } })).toBe("x LoadBalancer 10.109.193.147 <pending> 8080:31781/TCP app=nginx");
    expect(service({ type: "ClusterIP", clusterIPs: ["None"], ports: [{ port: 80, protocol: "TCP" }, { port: 443, protocol: "TCP" }] })).toBe("x ClusterIP None <none> 80/TCP,443/TCP <none>");
    const node = (spec: object, conditions: object[], labels: object): string => cells({ apiVersion: "v1", kind: "Node", metadata: { ...meta, labels: labels as Record<string, string> }, spec, status: { conditions } }).join(" ");
    expect(node({ unschedulable: true }, [{ type: "Ready", status: "True" }], { "node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/control-plane": "" })).toBe("x Ready,SchedulingDisabled control-plane,worker ");
    expect(node({}, [{ type: "Ready", status: "Unknown" }], {})).toBe("x NotReady <none> ");
    expect(cells({ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: meta, spec: { ingressClassName: "nginx", rules: [{ host: "foo.bar.com" }, {}], tls: [{}] } })).toEqual(["x", "nginx", "foo.bar.com", "", "80, 443"]);
    const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: meta, spec: { storageClassName: "manual", volumeName: "pv0" }, status: { phase: "Bound", accessModes: ["ReadWriteMany", "ReadWriteOnce"], capacity: { storage: "10Gi" } } };
    expect(cells(claim)).toEqual(["x", "Bound", "pv0", "10Gi", "RWO,RWX", "manual", "<unset>"]);
    const endpoints = (subsets: unknown): string => cells({ apiVersion: "v1", kind: "Endpoints", metadata: meta, subsets })[1] ?? "";
    expect(endpoints(undefined)).toBe("<none>");
    expect(endpoints([{ notReadyAddresses: [{ ip: "10.0.0.1" }], ports: [{ port: 80 }] }])).toBe("");
    expect(endpoints([{ addresses: [{ ip: "10.244.0.2" }, { ip: "10.244.0.3" }, { ip: "10.244.1.2" }], ports: [{ port: 443 }, { port: 80 }] }])).toBe("10.244.0.2:443,10.244.0.3:443,10.244.1.2:443 + 3 more...");
  });
});
