import { describe, expect, it } from "vitest";
import { DecodeError, decode } from "../../../../src/cluster/api/schema/decode";

const deployment = (spec: object): object => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "nginx" }, spec });
const podWith = (container: object): object => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [{ name: "p", image: "nginx", ...container }] } });
const template = (container: object): object => ({ template: { metadata: { labels: { app: "nginx" } }, spec: { containers: [{ name: "nginx", ...container }] } } });

function failure(model: string, body: unknown): string {
  try {
    decode(model, body, "Strict");
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  return "decoded";
}

/** The sentences are the recorded ones (27-errors-apply, 19-configmap-secret, 50-hellok8s). */
describe("what the API server says of a body that it can't read", () => {
  const d = 'Deployment in version "v1" cannot be handled as a Deployment: ';
  const p = 'Pod in version "v1" cannot be handled as a Pod: ';
  it.each<[string, string, object, string]>([
    ["unknown fields", "V1Deployment", deployment({ replica: 3, ...template({ port: [] }) }),
      `${d}strict decoding error: unknown field "spec.replica", unknown field "spec.template.spec.containers[0].port"`],
    ["text for a number", "V1Deployment", deployment({ replicas: "three" }), `${d}json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`],
    ["a wrong type deep inside", "V1Deployment", deployment(template({ ports: [{ containerPort: "80" }] })),
      `${d}json: cannot unmarshal string into Go struct field ContainerPort.spec.template.spec.containers.ports.containerPort of type int32`],
    ["a number as a label", "V1Deployment", deployment({ selector: { matchLabels: { app: 1 } } }),
      `${d}json: cannot unmarshal number into Go struct field LabelSelector.spec.selector.matchLabels of type string`],
    ["no quantity", "V1Deployment", deployment(template({ resources: { limits: { cpu: "abc" } } })),
      `${d}quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`],
    ["yes and no", "V1Pod", podWith({ image: true }), `${p}json: cannot unmarshal bool into Go struct field Container.spec.containers.image of type string`],
    ["a number as environment", "V1Pod", podWith({ env: [{ name: "A", value: 1 }] }),
      `${p}json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string`],
    ["a field of an embedded struct", "V1Pod", { apiVersion: "v1", kind: "Pod", spec: { volumes: [{ name: "s", secret: { secretName: true } }] } },
      `${p}json: cannot unmarshal bool into Go struct field SecretVolumeSource.spec.volumes.secret.secretName of type string`],
    ["a number in a ConfigMap", "V1ConfigMap", { apiVersion: "v1", kind: "ConfigMap", data: { a: 1 } },
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string'],
    ["no base64", "V1Secret", { apiVersion: "v1", kind: "Secret", data: { user: "not base64!" } },
      'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 3'],
    ["an object for a list", "V1Pod", { apiVersion: "v1", kind: "Pod", spec: { containers: {} } },
      `${p}json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container`],
    ["text for a struct", "V1Pod", { apiVersion: "v1", kind: "Pod", spec: "x" }, `${p}json: cannot unmarshal string into Go struct field Pod.spec of type v1.PodSpec`],
    ["a named type", "V1Pod", podWith({ imagePullPolicy: 1 }), `${p}json: cannot unmarshal number into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy`],
    ["a fraction", "V1Deployment", deployment({ replicas: 1.5 }), `${d}json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32`],
    ["too large a number", "V1Deployment", deployment({ replicas: 3e9 }), `${d}json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32`],
    ["a port that is neither", "V1Service", { apiVersion: "v1", kind: "Service", spec: { ports: [{ port: 80, targetPort: true }] } },
      'Service in version "v1" cannot be handled as a Service: json: cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type int32'],
    ["no time", "V1Pod", { apiVersion: "v1", kind: "Pod", metadata: { creationTimestamp: "now" } },
      `${p}parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"`],
  ])("%s", (_, model, body, message) => expect(failure(model, body)).toBe(message));

  it("leaves unknown fields out and tells them when asked to warn", () => {
    const { object, problems } = decode("V1Deployment", deployment({ replicas: 1, foo: 1 }), "Warn");
    expect(problems).toEqual(['unknown field "spec.foo"']);
    expect(object.spec).not.toHaveProperty("foo");
    expect(object.spec).toHaveProperty("replicas", 1);
    expect(decode("V1Deployment", deployment({ foo: 1 }), "Ignore").problems).toEqual([]);
  });

  it("knows what the API says of the same mistake in a strategic merge patch (recorded in 28)", () => {
    try {
      decode("V1Deployment", deployment({ replicas: "x" }), "Strict");
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ patchCause: "unrecognized type: int32" });
    }
  });

  it("knows no field in other letters", () => expect(failure("V1Deployment", deployment({ Replicas: 1 }))).toContain('unknown field "spec.Replicas"'));
});

describe("what the API makes of a body", () => {
  const decoded = (model: string, body: unknown): Record<string, unknown> => decode(model, body, "Strict").object as unknown as Record<string, unknown>;

  it("prints what Go always prints, and drops what is empty", () => {
    const body = deployment({ paused: false, replicas: 0, selector: { matchLabels: { app: "nginx" } }, ...template({ args: [], stdin: false, env: null }) });
    expect(decoded("V1Deployment", body)).toEqual({
      apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "nginx", creationTimestamp: null },
      spec: {
        replicas: 0, selector: { matchLabels: { app: "nginx" } }, strategy: {},
        template: { metadata: { labels: { app: "nginx" }, creationTimestamp: null }, spec: { containers: [{ name: "nginx", resources: {} }] } },
      },
      status: {},
    });
  });

  it("writes quantities and times in their canonical form", () => {
    const body = podWith({ resources: { requests: { cpu: 0.5, memory: "1024Mi" } } });
    expect(decoded("V1Pod", body)).toHaveProperty("spec.containers.0.resources.requests", { cpu: "500m", memory: "1Gi" });
    const meta = { apiVersion: "v1", kind: "Pod", metadata: { creationTimestamp: "2026-01-02T05:04:05.9+02:00" } };
    expect(decoded("V1Pod", meta)).toHaveProperty("metadata.creationTimestamp", "2026-01-02T03:04:05Z");
  });

  it("keeps a null label as an empty one", () => {
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { labels: { a: null } } };
    expect(decoded("V1ConfigMap", body)).toHaveProperty("metadata.labels", { a: "" });
  });

  it("shares what it did not change, and returns what was decoded before as it is", () => {
    const body = deployment({ replicas: 2, selector: { matchLabels: { app: "nginx" } }, ...template({}) }) as { spec: { selector: object } };
    const once = decode("V1Deployment", body, "Strict").object;
    expect((once.spec as { selector: object }).selector).toBe(body.spec.selector);
    expect(decode("V1Deployment", once, "Strict").object).toBe(once);
  });

  it("passes a kind without a schema through", () => {
    const body = { apiVersion: "stable.example.com/v1", kind: "CronTab", spec: { any: null } };
    expect(decode("CronTab", body, "Strict").object).toBe(body);
  });
});
