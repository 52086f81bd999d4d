import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NoteCluster } from "../../src/session/note-cluster";
import { NoteFiles } from "../../src/session/note-files";
import { realShell } from "./real-shell";
import type { RealShell } from "./real-shell";

let note: NoteCluster;
let shell: RealShell;
beforeAll(async () => {
  note = new NoteCluster({ seed: 3, epoch: "2026-01-05T08:00:00Z" }, new NoteFiles(new Map()));
  shell = await realShell(() => note.cluster);
});
afterAll(async () => {
  await shell.close();
  note.dispose();
});

/** A command of the real kubectl: what it printed, both ways together. */
async function run(line: string): Promise<string> {
  const { stdout, stderr } = await shell.run(line, 30_000);
  return stdout + stderr;
}

describe("the real kubectl on what the server says of itself", () => {
  it("explains fields from its OpenAPI", async () => {
    const out = await run("kubectl explain deployment.spec.replicas");
    expect(out).toContain("GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nFIELD: replicas <integer>");
    expect(await run("kubectl explain pod.spec.containers.ports --recursive")).toContain("containerPort\t<integer> -required-");
    expect(await run("kubectl explain pod.spec.nothing")).toContain('field "nothing" does not exist');
  });

  it("finds everything by its discovery", async () => {
    expect(await run("kubectl api-resources --api-group=apps -o name")).toBe("controllerrevisions.apps\ndaemonsets.apps\ndeployments.apps\nreplicasets.apps\nstatefulsets.apps\n");
    expect(await run("kubectl get --raw /readyz")).toBe("ok");
    expect(await run("kubectl get componentstatuses")).toContain("etcd-0               Healthy");
  });

  it("lists in parts", async () => {
    const whole = await run("kubectl get clusterroles -o name");
    expect(await run("kubectl get clusterroles -o name --chunk-size=10")).toBe(whole);
    expect(whole.split("\n").length).toBeGreaterThan(60);
  });
});

describe("the real kubectl on a custom resource", () => {
  const definition = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: "crontabs.stable.example.com" }, spec: {
    group: "stable.example.com", scope: "Namespaced", names: { plural: "crontabs", singular: "crontab", kind: "CronTab" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties: { cronSpec: { type: "string" } } } } } } }],
  } };
  const object = (cronSpec: string): string => `echo '${JSON.stringify({ apiVersion: "stable.example.com/v1", kind: "CronTab", metadata: { name: "tab" }, spec: { cronSpec } })}' | kubectl apply -f -`;

  it("finds in OpenAPI how to apply it again", async () => {
    expect(await run(`echo '${JSON.stringify(definition)}' | kubectl apply -f - && sleep 1 && kubectl wait --for=condition=established crd/crontabs.stable.example.com`)).toContain("condition met");
    expect(await run(object("* * * * *"))).toBe("crontab.stable.example.com/tab created\n");
    expect(await run(object("5 * * * *"))).toBe("crontab.stable.example.com/tab configured\n");
    expect(await run("kubectl get crontab tab -o jsonpath={.spec.cronSpec}")).toBe("5 * * * *");
    expect(await run("kubectl explain crontab.spec")).toContain("cronSpec\t<string>");
  });
});

describe("the real kubectl as somebody", () => {
  it("may do what roles allow", async () => {
    expect(await run("kubectl get pods --as jane")).toBe('Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"\n');
    expect(await run("kubectl create rolebinding jane --clusterrole=view --user=jane")).toContain("created");
    expect(await run("kubectl get pods --as jane")).toBe("No resources found in default namespace.\n");
    expect(await run("kubectl auth can-i list secrets --as jane")).toBe("no\n");
    expect(await run("kubectl auth can-i --list --as jane")).toContain("deployments.apps/scale ");
    expect(await run("kubectl auth whoami --as jane --as-group dev")).toContain("[dev system:authenticated]");
  });

  it("signs in with a service account's token", async () => {
    const account = await run('kubectl --token="$(kubectl create token default)" auth whoami -o jsonpath="{.status.userInfo.username}" --kubeconfig <(kubectl config view --raw | sed "/token:/d")');
    expect(account).toBe("system:serviceaccount:default:default");
    expect(await run('kubectl --token=bogus get pods --kubeconfig <(kubectl config view --raw | sed "/token:/d")')).toContain("Unauthorized");
  });
});
