import { describe, expect, it } from "vitest";
import { NoteCluster } from "../../../src/session/note-cluster";
import { NoteFiles } from "../../../src/session/note-files";
import { clusterOptions } from "../../../src/session/cluster-options";
import { readNote } from "../../../src/note/read";

function note(loadBalancer: boolean): NoteCluster {
  return new NoteCluster({ loadBalancer }, new NoteFiles(new Map()));
}

const run = (cluster: NoteCluster, line: string): string => cluster.complete(line, 60_000).stdout;
const setUp = "kubectl create deployment web --image=nginx --replicas=2; kubectl rollout status deployment/web; kubectl expose deployment web --port=80 --type=LoadBalancer; sleep 5";
const address = "kubectl get service web -o jsonpath='{.status.loadBalancer.ingress[0].ip}'";

describe("a Service of type LoadBalancer", () => {
  it("gets an address that leads outside requests to its pods", () => {
    const cluster = note(true);
    run(cluster, setUp);
    expect(run(cluster, address)).toBe("203.0.113.10");
    expect(run(cluster, "curl -s http://203.0.113.10 | grep -c 'Welcome to nginx'").trim()).not.toBe("0");
    expect(run(cluster, "kubectl describe service web")).toMatch(/LoadBalancer Ingress:\s+203\.0\.113\.10 \(VIP\)[\s\S]*EnsuringLoadBalancer[\s\S]*EnsuredLoadBalancer/);
  });

  it("stays pending where there is no cloud", () => {
    const cluster = note(false);
    run(cluster, setUp);
    expect(run(cluster, address)).toBe("");
    expect(run(cluster, "kubectl get service web")).toMatch(/web\s+LoadBalancer\s+\S+\s+<pending>/);
  });

  it("has an address of its own, given back when it goes or becomes another type", () => {
    const cluster = note(true);
    run(cluster, setUp);
    run(cluster, "kubectl expose deployment web --name=two --port=80 --type=LoadBalancer; sleep 5");
    expect(run(cluster, address.replace("service web", "service two"))).toBe("203.0.113.11");
    run(cluster, `kubectl patch service web -p '{"spec":{"type":"ClusterIP"}}'; sleep 3`);
    expect(run(cluster, address)).toBe("");
    expect(run(cluster, "kubectl get service web -o jsonpath='{.metadata.finalizers}'")).toBe("");
    expect(run(cluster, "kubectl delete service two; kubectl get service two; sleep 2; kubectl get services -o name")).not.toContain("two\n");
  });
});

describe("a note's cluster", () => {
  it("has a cloud around it, unless a block says that it has none", () => {
    const blocks = (text: string) => readNote("n.md", text).blocks.filter((block) => block.language === "k8s-sim");
    expect(clusterOptions([]).loadBalancer).toBe(true);
    expect(clusterOptions(blocks("```k8s-sim\nloadBalancer: false\n---\nkubectl get nodes\n```\n")).loadBalancer).toBe(false);
  });
});
