/** What both simulators are asked to run: the same manifests, with an image that both know. */

export const image = "hashicorp/http-echo:1.0";

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** A Deployment "web" of pods that serve on port 5678; `version` is told by an environment variable, so that another version is a rolling update. */
export function deployment(replicas: number, version = "1"): Manifest {
  return {
    apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "default", labels: { app: "web" } },
    spec: {
      replicas, selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "echo", image, ports: [{ containerPort: 5678 }], env: [{ name: "ECHO_TEXT", value: "hello" }, { name: "VERSION", value: version }] }] },
      },
    },
  };
}

export function service(): Manifest {
  return { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "default" }, spec: { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80, targetPort: 5678, nodePort: 31000, protocol: "TCP" }] } };
}

/** A pod whose only container fails at once, again and again. */
export function crashing(): Manifest {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "crash", namespace: "default" }, spec: { restartPolicy: "Always", containers: [{ name: "crash", image: "busybox:1.36", command: ["sh", "-c", "exit 1"] }] } };
}
