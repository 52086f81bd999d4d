import { describe, expect, it } from "vitest";
import { openConsole } from "./console";

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx
  labels:
    app: nginx
spec:
  replicas: 3
  selector:
    matchLabels:
      app: nginx
  template:
    metadata:
      labels:
        app: nginx
    spec:
      containers:
      - name: nginx
        image: nginx:1.14.2
        ports:
        - containerPort: 80
`;
const config = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  k: v\n`;

describe("apply", () => {
  it("creates, leaves alone, configures and waits for the rollout", () => {
    const { run } = openConsole({ "d.yaml": deployment, "v2.yaml": deployment.replace("1.14.2", "1.16.1") });
    expect(run("apply -f d.yaml").out).toBe("deployment.apps/nginx created\n");
    expect(run("apply -f d.yaml").out).toBe("deployment.apps/nginx unchanged\n");
    const rollout = run("rollout status deployment/nginx");
    expect(rollout.code).toBe(0);
    expect(rollout.out.trim().split("\n").at(-1)).toBe('deployment "nginx" successfully rolled out');
    expect(run("apply -f v2.yaml").out).toBe("deployment.apps/nginx configured\n");
    expect(run("get deployment nginx -o jsonpath={.spec.template.spec.containers[*].image}").out).toBe("nginx:1.16.1");
  });
  it("removes what was applied and is gone from the file", () => {
    const { run } = openConsole({ "a.yaml": `${config("a")}  gone: x\n`, "b.yaml": config("a") });
    run("apply -f a.yaml");
    run("patch configmap a --type=merge -p {\"data\":{\"kept\":\"y\"}}");
    run("apply -f b.yaml");
    expect(run("get configmap a -o jsonpath={.data}").out).toBe('{"k":"v","kept":"y"}');
  });
  it("reads directories and standard input", () => {
    const { run } = openConsole({ "multi/a.yaml": `${config("a")}---\n${config("b")}`, "multi/b.yml": config("c"), "multi/x.txt": "no" });
    expect(run("apply -f multi").out).toBe("configmap/a created\nconfigmap/b created\nconfigmap/c created\n");
    expect(run("apply -f -", { stdin: config("a") }).out).toBe("configmap/a unchanged\n");
  });
});

describe("errors", () => {
  it.each([
    ["get", "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples\n"],
    ["get nopes", 'error: the server doesn\'t have a resource type "nopes"\n'],
    ["get pod/nope", 'Error from server (NotFound): pods "nope" not found\n'],
    ["get pods --foo", "error: unknown flag: --foo\nSee 'kubectl get --help' for usage.\n"],
    ["get pods -n", "error: flag needs an argument: 'n' in -n\nSee 'kubectl get --help' for usage.\n"],
    ["frob", 'error: unknown command "frob" for "kubectl"\n'],
    ["gte pods", 'error: unknown command "gte" for "kubectl"\n\nDid you mean this?\n\tget\n'],
    ["apply -f nope.yaml", 'error: the path "nope.yaml" does not exist\n'],
    ["exec p ls", "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples\n"],
    ["delete pods", "error: resource(s) were provided, but no name was specified\n"],
    ["scale deploy/x", 'error: required flag(s) "replicas" not set\n'],
    ["get pods --context nope", "Error in configuration: context was not found for specified context: nope\n"],
  ])("kubectl %s", (line, wanted) => {
    const { err, code } = openConsole().run(line);
    expect(err).toBe(wanted);
    expect(code).toBe(1);
  });
});

describe("get -w", () => {
  it("prints the list, then every change, with widths that never shrink", () => {
    const console = openConsole();
    console.run("run web --image=nginx");
    const { out, code } = console.run("get pods -w", { limit: 10_000 });
    expect(code).toBeUndefined();
    const lines = out.trimEnd().split("\n");
    expect(lines[0]).toBe("NAME   READY   STATUS    RESTARTS   AGE");
    expect(lines.some((line) => line.startsWith("web    0/1     ContainerCreating   0"))).toBe(true);
    expect(lines.at(-1)).toMatch(/^web {4}1\/1 {5}Running {13}0 {10}\d+s$/);
  });
});

describe("delete", () => {
  it("waits until the pod is gone", () => {
    const console = openConsole();
    console.run("run web --image=nginx");
    console.run("wait pod/web --for=condition=Ready");
    const before = console.cluster.now;
    expect(console.run("delete pod web").out).toBe('pod "web" deleted\n');
    expect(console.cluster.now).toBeGreaterThan(before);
    expect(console.run("get pods").err).toBe("No resources found in default namespace.\n");
  });
});

describe("config", () => {
  it("keeps the namespace of the context in the kubeconfig", () => {
    const { run } = openConsole();
    run("create namespace dev");
    expect(run("config set-context --current --namespace=dev").out).toBe('Context "kubernetes-admin@kubernetes" modified.\n');
    expect(run("get pods").err).toBe("No resources found in dev namespace.\n");
    expect(run("config current-context").out).toBe("kubernetes-admin@kubernetes\n");
  });
});

describe("a folder with files that cannot be read", () => {
  const files = { "dir/a.yaml": config("a"), "dir/b.yaml": "kind: ConfigMap\n", "dir/c.yaml": "apiVersion: v1\n", "dir/d.yaml": config("Bad_Name") };
  const unread = `[error validating "dir/b.yaml": error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false, error validating "dir/c.yaml": error validating data: kind not set; if you choose to ignore these errors, turn validation off with --validate=false]`;
  it("is applied as far as it goes: what could not be read is one error, before the others", () => {
    const { out, err } = openConsole(files).run("apply -f ./dir");
    expect(out).toBe("configmap/a created\n");
    expect(err.split("\n")[0]).toBe(unread);
    expect(err.split("\n")[1]).toContain('Error from server (Invalid): error when creating "dir/d.yaml"');
  });
  it("is created as far as it goes: there it comes last", () => {
    const lines = openConsole(files).run("create -f dir").err.trim().split("\n");
    expect(lines.at(-1)).toBe(unread);
  });
  it("names the file of what is not there to delete", () => {
    expect(openConsole(files).run("delete -f dir/a.yaml").err).toBe('Error from server (NotFound): error when deleting "dir/a.yaml": configmaps "a" not found\n');
  });
});
