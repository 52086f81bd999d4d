import { describe, expect, it } from "vitest";
import { NoteCluster } from "../../src/session/note-cluster";
import { NoteFiles } from "../../src/session/note-files";
import type { Cluster } from "../../src/cluster/cluster-contract";

const manifests = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.27"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
`;
const resources = ["deployments.apps", "replicasets.apps", "pods", "services", "endpointslices.discovery.k8s.io", "events", "nodes"];
const state = (cluster: Cluster, time?: number): string => JSON.stringify(resources.map((resource) => cluster.at(time).list(resource)));

/** A little of everything that a reader does. */
function play(seed: number): NoteCluster {
  const note = new NoteCluster({ seed }, new NoteFiles(new Map([["web.yaml", manifests]])));
  for (const line of [
    "kubectl apply -f web.yaml", "kubectl rollout status deployment/web", "curl -s node1:30080 | head -1", "for i in 1 2 3 4 5; do curl -s node2:30080 >/dev/null; done",
    "kubectl exec deploy/web -- sh -c 'echo hi > /tmp/x; cat /tmp/x'", "kubectl set image deployment/web web=nginx:1.28", "sleep 3", "kubectl delete pod -l app=web --wait=false", "kubectl scale deployment/web --replicas=5",
  ]) note.complete(line);
  note.cluster.advance(note.cluster.now + 20_000);
  return note;
}

describe("time", () => {
  it("repeats by seed, and differs by seed", () => {
    const [a, b, c] = [play(3), play(3), play(4)];
    expect(state(a.cluster)).toBe(state(b.cluster));
    expect(state(a.cluster)).not.toBe(state(c.cluster));
  });

  it("branches from any moment into the state of that moment", () => {
    const { cluster } = play(5);
    for (const time of [0, 1500, 4000, 7000, cluster.now]) expect(state(cluster.branch(time))).toBe(state(cluster, time));
    expect(cluster.actions.some((action) => action.is === "request")).toBe(true);
    expect(cluster.actions.some((action) => action.is === "stream")).toBe(true);
  });
});
