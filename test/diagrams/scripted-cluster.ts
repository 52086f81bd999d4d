import type { Change } from "../../src/cluster/api/store";
import type { KubeObject, Ms, Ref } from "../../src/cluster/model";
import type { RequestTrace } from "../../src/cluster/network/trace";
import type { View } from "../../src/cluster/view";

/** A log of changes written by hand, and views of any moment of it: what the diagrams read, without a cluster. */
export interface Scripted {
  readonly log: Change[];
  readonly traces: RequestTrace[];
  put(at: Ms, resource: string, object: Draft): void;
  remove(at: Ms, resource: string, namespace: string, name: string): void;
  view(time: Ms): View;
}

export interface Draft {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export const epoch = Date.parse("2026-11-23T14:14:24Z");

const keyOf = (ref: Ref): string => `${ref.resource}/${ref.namespace}/${ref.name}`;

export function scripted(): Scripted {
  const log: Change[] = [];
  const traces: RequestTrace[] = [];
  const now = new Map<string, KubeObject>();
  const identity = {};
  const due = new Map<string, { at: Ms; what: string }>();
  return {
    log,
    traces,
    put(at, resource, draft) {
      const namespace = (draft.metadata["namespace"] as string | undefined) ?? "default";
      const ref: Ref = { resource, namespace, name: draft.metadata.name };
      const previous = now.get(keyOf(ref));
      const rev = log.length + 1;
      const object = {
        apiVersion: "v1",
        ...draft,
        metadata: { namespace, uid: previous?.metadata.uid ?? `uid-${keyOf(ref)}`, creationTimestamp: previous?.metadata.creationTimestamp ?? new Date(epoch + at).toISOString(), resourceVersion: String(rev), ...draft.metadata },
      } as KubeObject;
      now.set(keyOf(ref), object);
      const hint = draft["due"] as { at: Ms; what: string } | undefined;
      if (hint !== undefined) due.set(keyOf(ref), hint);
      log.push({ rev, at, type: previous === undefined ? "ADDED" : "MODIFIED", ref, object, ...(previous === undefined ? {} : { previous }) });
    },
    remove(at, resource, namespace, name) {
      const ref: Ref = { resource, namespace, name };
      const object = now.get(keyOf(ref));
      if (object === undefined) return;
      now.delete(keyOf(ref));
      log.push({ rev: log.length + 1, at, type: "DELETED", ref, object, previous: object });
    },
    view(time) {
      const upTo = log.filter((change) => change.at <= time);
      const then = new Map<string, KubeObject>();
      for (const change of upTo) {
        if (change.type === "DELETED") then.delete(keyOf(change.ref));
        else then.set(keyOf(change.ref), change.object);
      }
      return {
        time,
        rev: upTo.length,
        live: upTo.length === log.length,
        epoch,
        cluster: identity,
        get: (ref) => then.get(keyOf(ref)),
        list: (resource, by) =>
          [...then]
            .filter(([key]) => key.startsWith(`${resource}/${by?.namespace === undefined ? "" : `${by.namespace}/`}`))
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([, object]) => object),
        changes: (from) => upTo.filter((change) => change.at >= from),
        traces: (from) => traces.filter((trace) => trace.end >= from && trace.start <= time),
        logs: () => [],
        mounted: () => undefined,
        due: (ref) => {
          const hint = due.get(keyOf(ref));
          return hint === undefined || hint.at < time ? undefined : hint;
        },
      };
    },
  };
}

const repository = "guangzhengli/hellok8s";
const hashes: Readonly<Record<string, string>> = { v1: "647677fc66", v2: "8d94c585f", v9: "5d9c7b8f4d" };

/** The recorded rolling update (surge 1, unavailable 1) with our image, and one that gets stuck after it; requests four times a second. */
export function rollingLog(options: { readonly broken?: boolean; readonly recreate?: boolean } = {}): Scripted {
  const cluster = scripted();
  const template = (image: string): unknown => ({ metadata: { labels: { app: "hellok8s" } }, spec: { containers: [{ name: "hellok8s", image: `${repository}:${image}` }] } });
  const deployment = (at: Ms, image: string): void =>
    cluster.put(at, "deployments.apps", {
      kind: "Deployment",
      metadata: { name: "hellok8s" },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: "hellok8s" } },
        strategy: options.recreate === true ? { type: "Recreate" } : { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
        template: template(image),
      },
    });
  const set = (at: Ms, image: string, replicas: number, current: number, ready: number): void =>
    cluster.put(at, "replicasets.apps", {
      kind: "ReplicaSet",
      metadata: { name: `hellok8s-${hashes[image]}`, ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "hellok8s", uid: "uid-deployments.apps/default/hellok8s", controller: true }] },
      spec: { replicas, template: template(image) },
      status: { replicas: current, readyReplicas: ready },
    });
  const pod = (at: Ms, image: string, suffix: string, state: "scheduled" | "running" | "ready" | "leaving" | "pull" | "backoff"): void => {
    const hash = hashes[image] as string;
    const waiting = state === "pull" ? "ErrImagePull" : state === "backoff" ? "ImagePullBackOff" : "ContainerCreating";
    cluster.put(at, "pods", {
      kind: "Pod",
      metadata: {
        name: `hellok8s-${hash}-${suffix}`,
        labels: { app: "hellok8s", "pod-template-hash": hash },
        ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: `hellok8s-${hash}`, uid: `uid-${hash}`, controller: true }],
        ...(state === "leaving" ? { deletionTimestamp: new Date(epoch + at + 10_000).toISOString(), deletionGracePeriodSeconds: 10 } : {}),
      },
      spec: { nodeName: "node1" },
      status: {
        phase: state === "scheduled" || state === "pull" || state === "backoff" ? "Pending" : "Running",
        conditions: [{ type: "Ready", status: state === "ready" || state === "leaving" ? "True" : "False" }],
        containerStatuses: [{ name: "hellok8s", state: state === "running" || state === "ready" || state === "leaving" ? { running: {} } : { waiting: { reason: waiting } } }],
      },
      due: { at: at + 2200, what: state === "backoff" ? "pull" : "probe" },
    });
  };
  const gone = (at: Ms, image: string, suffix: string): void => cluster.remove(at, "pods", "default", `hellok8s-${hashes[image]}-${suffix}`);
  cluster.put(0, "services", { kind: "Service", metadata: { name: "hellok8s" }, spec: { selector: { app: "hellok8s" }, clusterIP: "10.104.96.153" } });
  deployment(0, "v1");
  set(20, "v1", 3, 0, 0);
  for (const [i, suffix] of ["dc26t", "wl2xd", "mth6f"].entries()) {
    pod(40 + i, "v1", suffix, "scheduled");
    pod(2000 + 500 * i, "v1", suffix, "ready");
  }
  set(3100, "v1", 3, 3, 3);
  deployment(12_000, "v2");
  if (options.recreate === true) {
    for (const suffix of ["dc26t", "wl2xd", "mth6f"]) pod(12_030, "v1", suffix, "leaving");
    set(12_030, "v1", 0, 0, 0);
    set(14_020, "v2", 3, 3, 0);
    for (const suffix of ["dc26t", "wl2xd", "mth6f"]) gone(14_000, "v1", suffix);
    for (const [i, suffix] of ["46dzp", "sldgs", "pc8fg"].entries()) {
      pod(14_050, "v2", suffix, "scheduled");
      pod(16_500 + 400 * i, "v2", suffix, "ready");
    }
  } else if (options.broken === true) {
    set(12_010, "v9", 1, 0, 0);
    set(12_030, "v1", 2, 3, 3);
    pod(12_040, "v1", "mth6f", "leaving");
    pod(12_050, "v9", "zx4vq", "scheduled");
    set(12_060, "v9", 2, 2, 0);
    pod(12_070, "v9", "tt2bk", "scheduled");
    for (const suffix of ["zx4vq", "tt2bk"]) {
      pod(13_500, "v9", suffix, "pull");
      pod(15_000, "v9", suffix, "backoff");
    }
    gone(14_100, "v1", "mth6f");
    deployment(12_000, "v9");
  } else {
    set(12_010, "v2", 1, 0, 0);
    pod(12_020, "v2", "46dzp", "scheduled");
    pod(12_030, "v1", "mth6f", "leaving");
    set(12_030, "v1", 2, 2, 2);
    set(12_060, "v2", 2, 2, 0);
    pod(12_060, "v2", "sldgs", "scheduled");
    pod(13_300, "v2", "46dzp", "running");
    pod(13_500, "v2", "sldgs", "running");
    pod(14_400, "v2", "46dzp", "ready");
    pod(14_950, "v2", "sldgs", "ready");
    pod(14_980, "v1", "dc26t", "leaving");
    pod(15_000, "v2", "pc8fg", "scheduled");
    pod(15_500, "v1", "wl2xd", "leaving");
    set(15_500, "v1", 0, 1, 1);
    set(15_500, "v2", 3, 3, 2);
    pod(16_200, "v2", "pc8fg", "running");
    pod(17_600, "v2", "pc8fg", "ready");
    set(17_650, "v2", 3, 3, 3);
    gone(17_000, "v1", "mth6f");
    gone(19_000, "v1", "dc26t");
    gone(19_500, "v1", "wl2xd");
  }
  for (let at = 4000; at < 60_000; at += 260) {
    const down = options.recreate === true && at > 12_100 && at < 16_600;
    const answered = at < 14_500 ? "hellok8s-647677fc66-dc26t" : "hellok8s-8d94c585f-46dzp";
    cluster.traces.push({
      id: `t${at}`,
      purpose: "request",
      from: { resource: "pods", namespace: "default", name: "visitor" },
      request: { protocol: "http", to: "hellok8s", port: 3000, timeout: 1000 },
      start: at,
      end: at + 4,
      out: [{ ref: { resource: "pods", namespace: "default", name: answered }, role: "process", from: at, until: at + 2, packet: { src: "", dst: "" } }],
      back: [],
      result: down ? { ok: false, why: "refused", trace: "" } : { ok: true, response: { status: 200, headers: {}, body: "" }, trace: "" },
    });
  }
  // Written pod by pod above; a log is in the order of time.
  cluster.log.sort((a, b) => a.at - b.at || a.rev - b.rev);
  cluster.log.forEach((change, i) => (cluster.log[i] = { ...change, rev: i + 1 }));
  return cluster;
}
