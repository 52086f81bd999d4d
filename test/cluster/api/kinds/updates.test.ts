import { describe, expect, it } from "vitest";
import { apiBench, messageOf } from "./bench";
import type { KubeObject } from "../../../../src/cluster/model";

type Bench = ReturnType<typeof apiBench>;
const template = (image: string, labels: object = { app: "nginx" }): object => ({ metadata: { labels }, spec: { containers: [{ name: "c", image }] } });
const service = (name: string, spec: object): KubeObject => ({ apiVersion: "v1", kind: "Service", metadata: { name }, spec } as unknown as KubeObject);

function made(bench: Bench, object: object): KubeObject {
  const response = bench.create(object);
  expect(messageOf(response)).toBe("");
  return response.body as KubeObject;
}

function patched(bench: Bench, object: KubeObject, patch: object, subresource?: string): { object: KubeObject; message: string } {
  const response = bench.send("patch", object, {}, subresource, "application/merge-patch+json", patch);
  return { object: response.body as KubeObject, message: messageOf(response) };
}

describe("updates", () => {
  it("count the generation up with the spec alone", () => {
    const bench = apiBench();
    const deployment = made(bench, { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" }, spec: { selector: { matchLabels: { app: "nginx" } }, template: template("nginx:1") } });
    expect(deployment.metadata.generation).toBe(1);
    expect(patched(bench, deployment, { metadata: { labels: { a: "b" } } }).object.metadata.generation).toBe(1);
    expect(patched(bench, deployment, { spec: { replicas: 3 } }).object.metadata.generation).toBe(2);
    const status = patched(bench, deployment, { spec: { replicas: 9 }, status: { replicas: 2 } }, "status").object;
    expect(status.metadata.generation).toBe(2);
    expect(status["spec"]).toMatchObject({ replicas: 3 });
    expect(status["status"]).toMatchObject({ replicas: 2 });
    expect(patched(bench, deployment, { spec: { selector: { matchLabels: { app: "web" } }, template: template("nginx:1", { app: "web" }) } }).message)
      .toBe('Deployment.apps "d" is invalid: spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"web"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable');
  });

  it("change little of a pod", () => {
    const bench = apiBench();
    const pod = made(bench, { apiVersion: "v1", kind: "Pod", metadata: { name: "p1" }, spec: { containers: [{ name: "a", image: "nginx:1" }] } });
    const image = bench.send("patch", pod, {}, undefined, "application/strategic-merge-patch+json", { spec: { containers: [{ name: "a", image: "nginx:2" }] } });
    expect(messageOf(image)).toBe("");
    const command = bench.send("patch", pod, {}, undefined, "application/strategic-merge-patch+json", { spec: { containers: [{ name: "a", command: ["sleep", "1"] }] } });
    expect(messageOf(command)).toMatch(/^Pod "p1" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`,/);
    expect(patched(bench, pod, { spec: { activeDeadlineSeconds: 10 } }).message).toBe("");
    expect(patched(bench, pod, { spec: { activeDeadlineSeconds: 5 } }).message).toBe("");
  });

  it("change of a StatefulSet, a Job, a Secret and a ConfigMap what may change", () => {
    const bench = apiBench();
    const set = made(bench, { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "web" }, spec: { serviceName: "s", selector: { matchLabels: { app: "nginx" } }, template: template("nginx:1") } });
    expect(patched(bench, set, { spec: { replicas: 3 } }).message).toBe("");
    expect(patched(bench, set, { spec: { podManagementPolicy: "Parallel" } }).message)
      .toBe("StatefulSet.apps \"web\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
    const job = made(bench, { apiVersion: "batch/v1", kind: "Job", metadata: { name: "work" }, spec: { completions: 6, template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "busybox" }] } } } });
    expect(patched(bench, job, { spec: { completions: 9 } }).message).toBe('Job.batch "work" is invalid: spec.completions: Invalid value: 9: field is immutable');
    const secret = made(bench, { apiVersion: "v1", kind: "Secret", metadata: { name: "db" }, data: { a: "Yg==" }, stringData: { a: "wörld", b: "x" } });
    expect(secret["data"]).toEqual({ a: "d8O2cmxk", b: "eA==" });
    expect(secret["stringData"]).toBeUndefined();
    expect(patched(bench, secret, { type: "other" }).message).toBe('Secret "db" is invalid: type: Invalid value: "other": field is immutable');
    const immutable = made(bench, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "immut" }, data: { a: "b" }, immutable: true });
    expect(patched(bench, immutable, { data: { a: "c" } }).message).toBe('ConfigMap "immut" is invalid: data: Forbidden: field is immutable when `immutable` is set');
  });
});

describe("services", () => {
  it("get addresses and node ports from the upper bands", () => {
    const bench = apiBench();
    const seen = new Set<string>();
    for (let i = 0; i < 50; i++) {
      const { clusterIP, ports } = made(bench, service(`s${i}`, { type: "NodePort", ports: [{ port: 80 }] }))["spec"] as { clusterIP: string; ports: { nodePort: number }[] };
      expect(clusterIP).toMatch(/^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/);
      expect(clusterIP).not.toMatch(/^10\.96\.0\./);
      expect(ports[0]?.nodePort).toBeGreaterThanOrEqual(30086);
      expect(ports[0]?.nodePort).toBeLessThanOrEqual(32767);
      seen.add(clusterIP).add(String(ports[0]?.nodePort));
    }
    expect(seen.size).toBe(100);
  });

  it("are refused wishes that cannot be met, in the real words", () => {
    const bench = apiBench();
    const say = (name: string, spec: object): string => messageOf(bench.create(service(name, spec)));
    made(bench, service("mine", { type: "NodePort", clusterIP: "10.96.0.10", ports: [{ port: 80, nodePort: 30007 }] }));
    expect(say("badport", { type: "NodePort", ports: [{ port: 80, nodePort: 80 }] })).toBe('Service "badport" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767');
    expect(say("dupport", { type: "NodePort", ports: [{ port: 80, nodePort: 30007 }] })).toBe('Service "dupport" is invalid: spec.ports[0].nodePort: Invalid value: 30007: provided port is already allocated');
    expect(say("noname", { ports: [{ port: 80 }, { port: 443 }] })).toBe('Service "noname" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required value]');
    expect(say("badip", { clusterIP: "1.2.3.4", ports: [{ port: 80 }] })).toBe('Service "badip" is invalid: spec.clusterIPs: Invalid value: []string{"1.2.3.4"}: failed to allocate IP 1.2.3.4: the provided network does not match the current range');
    expect(say("dupip", { clusterIP: "10.96.0.10", ports: [{ port: 80 }] })).toBe('Service "dupip" is invalid: spec.clusterIPs: Invalid value: []string{"10.96.0.10"}: failed to allocate IP 10.96.0.10: provided IP is already allocated');
  });

  it("keep their address, and change their type", () => {
    const bench = apiBench();
    const first = made(bench, service("my-service", { ports: [{ port: 80 }] }));
    const { clusterIP } = first["spec"] as { clusterIP: string };
    expect(patched(bench, first, { spec: { clusterIP: "10.96.7.7" } }).message).toBe('Service "my-service" is invalid: spec.clusterIPs[0]: Invalid value: []string{"10.96.7.7"}: may not change once set');
    const node = patched(bench, first, { spec: { type: "NodePort" } }).object["spec"] as { clusterIP: string; ports: { nodePort: number }[]; externalTrafficPolicy?: string };
    expect(node.clusterIP).toBe(clusterIP);
    expect(node.ports[0]?.nodePort).toBeGreaterThan(30000);
    expect(node.externalTrafficPolicy).toBe("Cluster");
    const back = patched(bench, first, { spec: { type: "ClusterIP" } }).object["spec"] as { ports: { nodePort?: number }[]; externalTrafficPolicy?: string };
    expect(back.ports[0]?.nodePort).toBeUndefined();
    expect(back.externalTrafficPolicy).toBeUndefined();
    const replaced = bench.send("update", first, {}, undefined, undefined, service("my-service", { ports: [{ port: 81 }] })).body as KubeObject;
    expect(replaced["spec"]).toMatchObject({ clusterIP, clusterIPs: [clusterIP] });
  });
});

describe("one object under two names", () => {
  it("serves events in both groups", () => {
    const bench = apiBench();
    made(bench, { apiVersion: "events.k8s.io/v1", kind: "Event", metadata: { name: "e" }, eventTime: "2026-01-01T00:00:00.000000Z", regarding: { kind: "Pod", name: "p", namespace: "default" }, note: "hello", reason: "Scheduled", type: "Normal", action: "Binding", reportingController: "default-scheduler", reportingInstance: "x" });
    const core = bench.send("get", { apiVersion: "v1", kind: "Event", metadata: { name: "e" } } as KubeObject).body as KubeObject;
    expect(core).toMatchObject({ apiVersion: "v1", message: "hello", involvedObject: { kind: "Pod", name: "p" }, reportingComponent: "default-scheduler", lastTimestamp: null });
    const grouped = bench.send("get", { apiVersion: "events.k8s.io/v1", kind: "Event", metadata: { name: "e" } } as KubeObject).body as KubeObject;
    expect(grouped).toMatchObject({ apiVersion: "events.k8s.io/v1", note: "hello", regarding: { kind: "Pod", name: "p" } });
    expect(grouped["message"]).toBeUndefined();
  });

  it("serves autoscalers in both versions", () => {
    const bench = apiBench();
    made(bench, { apiVersion: "autoscaling/v1", kind: "HorizontalPodAutoscaler", metadata: { name: "h" }, spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "d" }, maxReplicas: 3, targetCPUUtilizationPercentage: 50 } });
    const second = bench.send("get", { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { name: "h" } } as KubeObject).body as KubeObject;
    expect(second["spec"]).toMatchObject({ minReplicas: 1, metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } }] });
    const first = bench.send("get", { apiVersion: "autoscaling/v1", kind: "HorizontalPodAutoscaler", metadata: { name: "h" } } as KubeObject).body as KubeObject;
    expect(first["spec"]).toMatchObject({ targetCPUUtilizationPercentage: 50, maxReplicas: 3 });
  });
});
