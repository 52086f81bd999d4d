import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { apiBench, manifests, messageOf, stepsOf } from "./kinds/bench";
import type { KubeObject } from "../../../src/cluster/model";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const recording = "21-limitrange";

function limited() {
  const bench = apiBench();
  expect(bench.create(manifests(recording, "limitrange.yaml")[0] as KubeObject).code).toBe(201);
  return bench;
}

describe("LimitRanger", () => {
  for (const step of stepsOf(recording)) {
    const refused = /error when creating "([^"]+)": (.*)/.exec(step.stderr);
    if (refused === null) continue;
    it(`refuses ${refused[1]} in the real words`, () => {
      expect(messageOf(limited().create(manifests(recording, refused[1] as string)[0] as KubeObject))).toBe(refused[2]);
    });
  }

  it("fills in defaults and says so", () => {
    const final = parse(readFileSync(fileURLToPath(new URL(`../../conformance/golden/${recording}/final.yaml`, import.meta.url)), "utf8")) as { items: KubeObject[] };
    for (const [file, name] of [["default.yaml", "default-mem"], ["limonly.yaml", "limonly"], ["reqonly.yaml", "reqonly"]] as const) {
      const made = limited().create(manifests(recording, file)[0] as KubeObject).body as KubeObject;
      const real = final.items.find((object) => object.kind === "Pod" && object.metadata.name === name) as KubeObject;
      const resources = (pod: KubeObject): unknown => (pod["spec"] as { containers: { resources: unknown }[] }).containers.map((container) => container.resources);
      expect(resources(made), file).toEqual(resources(real));
      expect(made.metadata.annotations?.["kubernetes.io/limit-ranger"], file).toBe(real.metadata.annotations?.["kubernetes.io/limit-ranger"]);
    }
  });
});

describe("NamespaceLifecycle", () => {
  it("lets nothing into a namespace that is not there or is going", () => {
    const { create, send } = apiBench();
    expect(messageOf(create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "late", namespace: "nope" } }))).toBe('namespaces "nope" not found');
    const dev = { apiVersion: "v1", kind: "Namespace", metadata: { name: "dev" } } as KubeObject;
    create(dev);
    send("delete", dev);
    expect(messageOf(create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "late", namespace: "dev" } }))).toBe('configmaps "late" is forbidden: unable to create new content in namespace dev because it is being terminated');
    expect(messageOf(send("delete", { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } } as KubeObject))).toBe('namespaces "default" is forbidden: this namespace may not be deleted');
  });
});

describe("Priority and tolerations", () => {
  it("takes a pod's priority from its class", () => {
    const { create } = apiBench();
    create({ apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "high" }, value: 1000, preemptionPolicy: "Never" });
    const pod = create({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { priorityClassName: "high", containers: [{ name: "a", image: "nginx" }], tolerations: [{ operator: "Exists", effect: "NoExecute" }] } }).body as KubeObject;
    expect(pod["spec"]).toMatchObject({ priority: 1000, preemptionPolicy: "Never", tolerations: [{ operator: "Exists", effect: "NoExecute" }] });
  });
});

describe("default classes", () => {
  it("give an Ingress and a claim the class that is marked", () => {
    const { create } = apiBench();
    create({ apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name: "nginx", annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } }, spec: { controller: "k8s.io/ingress-nginx" } });
    create({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "fast", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } }, provisioner: "a.b/c" });
    const ingress = create({ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "i" }, spec: { defaultBackend: { service: { name: "s", port: { number: 80 } } } } }).body as KubeObject;
    expect(ingress["spec"]).toMatchObject({ ingressClassName: "nginx" });
    const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "c" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } };
    expect((create(claim).body as KubeObject)["spec"]).toMatchObject({ storageClassName: "fast" });
    const none = { ...claim, metadata: { name: "d" }, spec: { ...claim.spec, storageClassName: "" } };
    expect((create(none).body as KubeObject)["spec"]).toMatchObject({ storageClassName: "" });
  });
});
