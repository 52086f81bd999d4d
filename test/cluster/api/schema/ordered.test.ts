import { describe, expect, it } from "vitest";
import { inGoOrder, sortKeys } from "../../../../src/cluster/api/schema/ordered";

describe("the order of fields", () => {
  it("is Go's in an annotation of --save-config (recorded in 29)", () => {
    const made = { apiVersion: "v1", data: { a: "b" }, kind: "ConfigMap", metadata: { creationTimestamp: null, name: "saved" } };
    expect(JSON.stringify(inGoOrder("V1ConfigMap", made))).toBe('{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"saved","creationTimestamp":null},"data":{"a":"b"}}');
  });

  it("is Go's in the template that rollout undo sends (recorded in 41)", () => {
    const template = {
      metadata: { labels: { app: "nginx" }, creationTimestamp: null },
      spec: {
        dnsPolicy: "ClusterFirst", schedulerName: "default-scheduler", securityContext: {}, terminationGracePeriodSeconds: 30, restartPolicy: "Always",
        containers: [{ terminationMessagePolicy: "File", image: "nginx:1.16.1", imagePullPolicy: "IfNotPresent", name: "nginx", ports: [{ protocol: "TCP", containerPort: 80 }], resources: {}, terminationMessagePath: "/dev/termination-log" }],
      },
    };
    expect(JSON.stringify(inGoOrder("V1PodTemplateSpec", template))).toBe(
      '{"metadata":{"creationTimestamp":null,"labels":{"app":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx:1.16.1","ports":[{"containerPort":80,"protocol":"TCP"}],' +
      '"resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always",' +
      '"terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","securityContext":{},"schedulerName":"default-scheduler"}}',
    );
  });

  it("is alphabetical otherwise", () => {
    expect(JSON.stringify(sortKeys({ b: [{ d: 1, c: 2 }], a: null }))).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
    expect(JSON.stringify(inGoOrder("CronTab", { spec: { z: 1, a: 2 }, kind: "CronTab" }))).toBe('{"kind":"CronTab","spec":{"a":2,"z":1}}');
  });
});
