import { describe, expect, it } from "vitest";
import { openConsole } from "./console";

describe("annotate", () => {
  const taken = (key: string): string => `error: --overwrite is false but found the following declared annotation(s): '${key}' already has a value (one)\n`;

  it("writes a change-cause over the old one, and refuses that for every other key", () => {
    const { run } = openConsole();
    run("create deployment web --image=nginx");
    run("annotate deployment web kubernetes.io/change-cause=one note=one");
    expect(run("annotate deployment web kubernetes.io/change-cause=two")).toEqual({ out: "deployment.apps/web annotated\n", err: "", code: 0 });
    expect(run("annotate deployment web note=two")).toEqual({ out: "", err: taken("note"), code: 1 });
    expect(run("annotate deployment web kubernetes.io/change-cause=three note=two").err).toBe(taken("note"));
    expect(run(["get", "deployment", "web", "-o", "jsonpath={.metadata.annotations.kubernetes\\.io/change-cause} {.metadata.annotations.note}"]).out).toBe("two one");
  });
  it("has no such exception for labels", () => {
    const { run } = openConsole();
    run("create deployment web --image=nginx");
    run("label deployment web kubernetes.io/change-cause=one");
    expect(run("label deployment web kubernetes.io/change-cause=two")).toMatchObject({ err: "error: 'kubernetes.io/change-cause' already has a value (one), and --overwrite is false\n", code: 1 });
  });
});

describe("scale", () => {
  it("names what it did not find", () => {
    expect(openConsole().run("scale deployment/nope --replicas=1")).toEqual({ out: "", err: 'error: no objects passed to scale deployments.apps "nope" not found\n', code: 1 });
  });
});

describe("replace", () => {
  it("names a UID that changed before a version that did", () => {
    const { run } = openConsole({ "other.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  uid: 00000000-0000-0000-0000-000000000000\n  resourceVersion: \"1\"\n" });
    run("create configmap a");
    const uid = run("get configmap a -o jsonpath={.metadata.uid}").out;
    expect(run("replace -f other.yaml").err).toBe(`Error from server (Conflict): error when replacing "other.yaml": Operation cannot be fulfilled on configmaps "a": StorageError: invalid object, Code: 4, Key: /registry/configmaps/default/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: 00000000-0000-0000-0000-000000000000, UID in object meta: ${uid}\n`);
  });
});

describe("rollout undo", () => {
  it("shows on a client's dry run the template it would go back to, and changes nothing", () => {
    const { run } = openConsole();
    run("create deployment web --image=nginx:1.14.2");
    run("rollout status deployment/web");
    run("set image deployment/web nginx=nginx:1.16.1");
    run("rollout status deployment/web");
    const { out } = run("rollout undo deployment/web --dry-run=client");
    expect(out).toMatch(/^deployment\.apps\/web Pod Template:\n {2}Labels:\tapp=web\n\tpod-template-hash=/);
    expect(out).toContain("    Image:\tnginx:1.14.2\n");
    expect(run("get deployment web -o jsonpath={.spec.template.spec.containers[0].image}").out).toBe("nginx:1.16.1");
  });
});
