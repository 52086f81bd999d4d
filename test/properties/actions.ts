import fc from "fast-check";
import { NoteCluster } from "../../src/session/note-cluster";
import { NoteFiles } from "../../src/session/note-files";
import type { Change } from "../../src/cluster/api/store";
import type { Cluster, ClusterOptions } from "../../src/cluster/cluster-contract";
import type { KubeObject } from "../../src/cluster/model";

/** What a reader may do, as data. */
export type Act =
  | { readonly is: "line"; readonly line: string }
  | { readonly is: "node"; readonly name: string; readonly op: "stop" | "start" }
  | { readonly is: "request"; readonly to: string }
  | { readonly is: "delete-a-pod"; readonly nth: number }
  | { readonly is: "wait"; readonly ms: number };

const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.14.2
        ports: [{containerPort: 80}]
        resources: {requests: {cpu: 900m}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  selector: {app: web}
  ports: [{port: 80}]
`;

const line = (text: string): Act => ({ is: "line", line: text });

/** Acts without a fault and without a change of scale: rollouts alone. */
export const rollouts: fc.Arbitrary<Act> = fc.oneof(
  fc.constantFrom("nginx:1.16.1", "nginx:1.25", "nginx:1.14.2", "httpd:2.4").map((image) => line(`kubectl set image deployment/web nginx=${image}`)),
  fc.constant(line("kubectl rollout undo deployment/web")),
  fc.constant(line("kubectl rollout restart deployment/web")),
  fc.integer({ min: 0, max: 9_000 }).map((ms): Act => ({ is: "wait", ms })),
);

export const acts: fc.Arbitrary<Act> = fc.oneof(
  rollouts,
  fc.integer({ min: 0, max: 12 }).map((n) => line(`kubectl scale deployment/web --replicas=${n}`)),
  fc.constantFrom(
    "kubectl apply -f web.yaml", "kubectl delete deployment web --wait=false", "kubectl delete deployment web --cascade=orphan", "kubectl delete service web",
    "kubectl rollout pause deployment/web", "kubectl rollout resume deployment/web", "kubectl set image deployment/web nginx=nginx:no-such-tag",
    "kubectl create deployment other --image=httpd:2.4 --replicas=2", "kubectl delete deployment other --wait=false", "kubectl expose deployment web --name=second --port=80 --type=NodePort",
    "kubectl create service nodeport third --tcp=80:80", "kubectl drain node1 --ignore-daemonsets --force --timeout=20s", "kubectl uncordon node1", "kubectl run once --image=busybox --restart=Never -- sleep 3",
    "kubectl run crash --image=busybox -- false", "kubectl delete pod once crash --wait=false", "kubectl create namespace aside", "kubectl -n aside create deployment far --image=nginx", "kubectl delete namespace aside --wait=false",
  ).map(line),
  fc.record({ is: fc.constant("node" as const), name: fc.constantFrom("node1", "node2"), op: fc.constantFrom("stop" as const, "start" as const) }),
  fc.record({ is: fc.constant("request" as const), to: fc.constantFrom("web.default.svc.cluster.local", "node1", "10.96.0.1", "no-such-name") }),
  fc.nat(5).map((nth): Act => ({ is: "delete-a-pod", nth })),
  fc.integer({ min: 0, max: 60_000 }).map((ms): Act => ({ is: "wait", ms })),
);

/** A note's cluster with web.yaml in its folder; everything committed is frozen, so that whoever writes into it throws. */
export function open(options: Partial<ClusterOptions> = {}): NoteCluster {
  const note = new NoteCluster({ seed: 7, ...options }, new NoteFiles(new Map([["web.yaml", manifest]])));
  freezeCommits(note.cluster);
  return note;
}

export function play(note: NoteCluster, sequence: readonly Act[]): void {
  for (const act of sequence) {
    const { cluster } = note;
    switch (act.is) {
      case "line": note.complete(act.line, 60_000); break;
      case "node": cluster.act({ is: "node", name: act.name, op: act.op }); break;
      case "request": cluster.act({ is: "request", from: "external", request: { protocol: "http", to: act.to, port: 80, timeout: 2_000 } }); break;
      case "wait": cluster.advance(cluster.now + act.ms); break;
      case "delete-a-pod": {
        const pods = cluster.at().list("pods", { namespace: "default" });
        const pod = pods[act.nth % Math.max(1, pods.length)];
        if (pod !== undefined) note.complete(`kubectl delete pod ${pod.metadata.name} --wait=false`, 60_000);
        break;
      }
    }
  }
}

export function freezeCommits(cluster: Cluster): void {
  let seen = cluster.rev;
  const freezeSince = (): void => {
    const log = changesAfter(cluster, seen);
    seen = cluster.rev;
    for (const change of log) freeze(change.object);
  };
  for (const resource of resources(cluster)) for (const object of cluster.at().list(resource)) freeze(object);
  cluster.subscribe(freezeSince);
}

export function changesAfter(cluster: Cluster, rev: number): readonly Change[] {
  return [...cluster.at().changes(cluster.now)].filter((change) => change.rev > rev);
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}

/** Every resource that something was ever stored of. */
export function resources(cluster: Cluster): readonly string[] {
  return [...new Set([...cluster.at().changes(0)].map((change) => change.ref.resource))].sort();
}

/** All objects as they are in a view, by resource. */
export function everything(cluster: Cluster, time?: number): Record<string, readonly KubeObject[]> {
  const view = cluster.at(time);
  return Object.fromEntries(resources(cluster).map((resource) => [resource, view.list(resource)]));
}

export function history(cluster: Cluster): string {
  return JSON.stringify([...cluster.at().changes(0)].map(({ rev, at, type, ref, object }) => ({ rev, at, type, ref, object })));
}
