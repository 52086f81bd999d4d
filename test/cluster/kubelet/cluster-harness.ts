import type { ApiResponse, Caller } from "../../../src/cluster/api/request";
import type { Pod } from "../../../src/cluster/api/types";
import type { Cluster } from "../../../src/cluster/cluster-contract";
import { createCluster } from "../../../src/cluster/cluster";
import { smallUserland } from "./small-userland";
import type { Userland } from "../../../src/cluster/images/program";

const caller: Caller = { user: "kubernetes-admin", groups: ["system:masters"], agent: "kubectl", origin: "note" };

interface SeenEvent { readonly reason: string; readonly message: string; readonly type: string; readonly count: number; readonly involvedObject: { readonly name: string } }

/** A cluster with what tests of the kubelet ask again and again. */
export interface Bench {
  readonly cluster: Cluster;
  create(resource: string, body: object): ApiResponse;
  pod(name: string): Pod | undefined;
  /** "Running 10.244.0.2 c:running/Ready" for every line that a watch of the pod prints. */
  readonly lines: string[];
  events(name: string): readonly string[];
  log(name: string, query?: Record<string, string>): ApiResponse;
  remove(name: string, body?: object): ApiResponse;
  run(ms: number): void;
  exec(name: string, command: readonly string[]): { readonly out: string; readonly status: unknown };
}

export function bench(userland: Userland = smallUserland): Bench {
  const cluster = createCluster({}, { userland });
  const base = { caller, group: "", version: "v1", namespace: "default", query: {}, accept: "object" } as const;
  const lines: string[] = [];
  cluster.connect({ ...base, verb: "watch", resource: "pods" }, {
    data: (_channel, data) => {
      const { type, object } = data as unknown as { type: string; object: Pod };
      const all = [...(object.status?.initContainerStatuses ?? []), ...(object.status?.containerStatuses ?? [])];
      const states = all.map((status) => {
        const [kind, detail] = Object.entries(status.state ?? {})[0] as [string, { reason?: string }];
        return `${detail.reason ?? kind}${status.ready ? "+" : ""}${status.restartCount > 0 ? status.restartCount : ""}`;
      });
      const started = object.status?.conditions?.find((condition) => condition.type === "PodReadyToStartContainers")?.status ?? "-";
      lines.push(`${type === "DELETED" ? "DELETED " : ""}${object.metadata.name} ${object.status?.phase} ${object.status?.podIP === undefined ? "no-ip" : "ip"} ${started} ${states.join(",")}`);
    },
    end: () => undefined,
  });
  cluster.advance(1_000);
  return {
    cluster, lines,
    create: (resource, body) => cluster.handle({ ...base, verb: "create", resource, body }),
    pod: (name) => cluster.at().get({ resource: "pods", namespace: "default", name }) as unknown as Pod | undefined,
    events: (name) => (cluster.at().list("events") as unknown as readonly SeenEvent[]).filter((event) => event.involvedObject.name === name).map((event) => `${event.type} ${event.reason} ${event.message}`),
    log: (name, query = {}) => cluster.handle({ ...base, verb: "get", resource: "pods", subresource: "log", name, query }),
    remove: (name, body = {}) => cluster.handle({ ...base, verb: "delete", resource: "pods", name, body }),
    run: (ms) => { cluster.advance(cluster.now + ms); },
    exec(name, command) {
      let out = "";
      let status: unknown;
      cluster.connect({ ...base, verb: "connect", resource: "pods", subresource: "exec", name, query: { command, stdout: "true", stderr: "true" } }, {
        data: (channel, data) => {
          if (channel === 3) status = data;
          else out += String(data);
        },
        end: (last) => { status ??= last.body; },
      });
      return { out, get status() { return status; } };
    },
  };
}

/** A pod of one container. */
export function podOf(name: string, container: object, spec: object = {}): object {
  return { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { ...spec, containers: [{ name: "c", ...container }] } };
}
