import { describe, expect, it } from "vitest";
import { complete } from "../../src/session/completion";
import { NoteCluster } from "../../src/session/note-cluster";
import { NoteFiles } from "../../src/session/note-files";

const note = new NoteCluster({}, new NoteFiles(new Map([["web.yaml", ""]])));
note.complete("kubectl create deployment web --image=nginx --replicas=2; kubectl rollout status deploy/web; alias kg='kubectl get'; kubectl create ns shop");
const at = (line: string): readonly string[] => complete(note, line, line.length).words;
const pods = note.cluster.at().list("pods").map(({ metadata }) => metadata.name).sort();

describe("completion", () => {
  it("knows commands, verbs, kinds and names", () => {
    expect(at("kube")).toEqual(["kubectl"]);
    expect(at("kubectl ro")).toEqual(["rollout"]);
    expect(at("k rollout s")).toEqual(["status"]);
    expect(at("kubectl get deploy")).toContain("deployments");
    expect(at("kubectl get pods,serv")).toContain("services");
    expect(at("kubectl get po ")).toEqual(pods);
    expect(at("kubectl logs web-")).toEqual(pods);
    expect(at("echo x | kubectl describe deployment/w")).toEqual(["web"]);
    expect(at("kubectl rollout undo deployment ")).toEqual(["web"]);
    expect(at("kg ns d")).toEqual(["default"]);
    expect(at("kubectl set image deployment/web ")).toEqual(["nginx="]);
    expect(at("k8s-sim node stop node")).toEqual(["node1", "node2"]);
    expect(at("kubectl get nosuchkind x")).toEqual([]);
  });

  it("knows namespaces, formats, files, flags and containers", () => {
    expect(at("kubectl get pods -n sh")).toEqual(["shop"]);
    expect(at("kubectl get pods -n shop web")).toEqual([]);
    expect(at("kubectl get pods -o js")).toEqual(["json", "jsonpath="]);
    expect(at("kubectl apply -f w")).toEqual(["web.yaml"]);
    expect(at("kubectl get --all-n")).toEqual(["--all-namespaces"]);
    expect(at(`kubectl logs ${pods[0] ?? ""} -c n`)).toEqual(["nginx"]);
    expect(complete(note, "kubectl get pods,dep", 20).from).toBe(17);
  });
});
