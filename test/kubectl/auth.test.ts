import { describe, expect, it } from "vitest";
import { openConsole } from "./console";

const role = (resources: string, verbs = "[get]"): string => `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules:
- {apiGroups: [""], resources: ${resources}, verbs: ${verbs}}
`;
const binding = (...users: readonly string[]): string => `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
${users.map((name) => `- {kind: User, name: ${name}}\n`).join("")}`;

describe("auth reconcile", () => {
  const console = openConsole({ "role.yaml": role("[pods]"), "wider.yaml": role("[pods, services]", "[get, list]"), "jane.yaml": binding("jane"), "bob.yaml": binding("bob") });
  const rules = (): string => console.run(["get", "role", "reader", "-o", "jsonpath={range .rules[*]}{.resources} {.verbs}{\"\\n\"}{end}"]).out;

  it("creates what is not there", () => {
    const made = console.run("auth reconcile -f role.yaml");
    expect(made.out).toBe("role.rbac.authorization.k8s.io/reader reconciled\n");
    expect(made.err).toBe("\treconciliation required create\n\tmissing rules added:\n\t\t{Verbs:[get] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}\n");
    expect(rules()).toBe('["pods"] ["get"]\n');
  });

  it("adds what is missing and takes nothing away unasked", () => {
    console.run("auth reconcile -f wider.yaml");
    expect(rules()).toBe('["pods"] ["get"]\n["pods"] ["list"]\n["services"] ["get","list"]\n');
    const again = console.run("auth reconcile -f wider.yaml");
    expect(again).toMatchObject({ out: "role.rbac.authorization.k8s.io/reader reconciled\n", err: "" });
    console.run("auth reconcile -f role.yaml");
    expect(rules()).toContain("services");
    expect(console.run("auth reconcile -f role.yaml --remove-extra-permissions").err).toContain("extra rules removed");
    expect(rules()).toBe('["pods"] ["get"]\n');
  });

  it("adds subjects, and removes them when told to", () => {
    console.run("auth reconcile -f jane.yaml");
    console.run("auth reconcile -f bob.yaml");
    const subjects = (): string => console.run(["get", "rolebinding", "readers", "-o", "jsonpath={.subjects[*].name}"]).out;
    expect(subjects()).toBe("jane bob");
    console.run("auth reconcile -f bob.yaml --remove-extra-subjects");
    expect(subjects()).toBe("bob");
  });

  it("writes nothing on a dry run", () => {
    const before = rules();
    expect(console.run("auth reconcile -f wider.yaml --dry-run=client").out).toBe("role.rbac.authorization.k8s.io/reader reconciled (dry run)\n");
    expect(rules()).toBe(before);
  });
});

describe("auth can-i", () => {
  const console = openConsole();
  it.each([
    ["auth can-i get", "error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.\n"],
    ["auth can-i --list pods", "error: list option must be specified with no arguments\n"],
    ["auth can-i --list -q", "error: list option can't be specified with neither quiet, all-namespaces nor subresource options\n"],
    ["auth can-i get pods --no-headers", "error: --no-headers cannot be set without --list specified\n"],
    ["auth can-i get /healthz --subresource=x", "error: --subresource can not be used with NonResourceURL\n"],
    ["auth can-i frob /healthz", "Warning: verb 'frob' is not a known verb\n\n"],
    ["auth can-i get foo.bar", "Warning: the server doesn't have a resource type 'foo' in group 'bar'\n\n"],
  ])("%s", (line, err) => {
    expect(console.run(line).err).toBe(err);
  });

  it("asks as somebody else, by name or as an account", () => {
    expect(console.run("auth can-i create pods --as jane")).toMatchObject({ out: "no\n", code: 1 });
    expect(console.run("auth can-i create selfsubjectreviews.authentication.k8s.io --as jane").out).toBe("yes\n");
    expect(console.run("auth can-i get pods --as-group dev").err).toContain("without impersonating a user");
  });
});
