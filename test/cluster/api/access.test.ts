import { describe, expect, it } from "vitest";
import { createCluster } from "../../../src/cluster/cluster";
import type { Cluster } from "../../../src/cluster/cluster-contract";
import type { ApiRequest, ApiResponse, Caller, Verb } from "../../../src/cluster/api/request";

const admin: Caller = { user: "kubernetes-admin", groups: ["system:masters", "system:authenticated"], agent: "test", origin: "reader" };
const as = (user: string, ...groups: readonly string[]): Caller => ({ user, groups: [...groups, "system:authenticated"], agent: "test", origin: "http" });
const fresh = (): Cluster => createCluster({ latency: "zero" }, { userland: () => undefined });
function ask(cluster: Cluster, caller: Caller, verb: Verb, resource: string, more: Partial<ApiRequest> = {}): ApiResponse {
  const [plural = "", ...group] = resource.split(".");
  return cluster.handle({ caller, verb, group: group.join("."), version: "v1", resource: plural, query: {}, accept: "object", ...more });
}
const message = (response: ApiResponse): string => (response.body as { readonly message?: string }).message ?? "";
const status = (response: ApiResponse): unknown => (response.body as { readonly status?: unknown }).status;
const rbac = "rbac.authorization.k8s.io";
function bind(cluster: Cluster, namespace: string, clusterRole: string, subject: object): void {
  const answer = ask(cluster, admin, "create", `rolebindings.${rbac}`, { namespace, body: { metadata: { name: `${clusterRole}-x` }, roleRef: { apiGroup: rbac, kind: "ClusterRole", name: clusterRole }, subjects: [subject] } });
  expect(answer.code).toBe(201);
}
const jane = { apiGroup: rbac, kind: "User", name: "jane" };

describe("role-based access", () => {
  it("refuses before it says what is not there, in Kubernetes' words", () => {
    const cluster = fresh();
    expect(message(ask(cluster, as("jane"), "get", "pods", { namespace: "default", name: "x" }))).toBe('pods "x" is forbidden: User "jane" cannot get resource "pods" in API group "" in the namespace "default"');
    expect(message(ask(cluster, as("jane"), "list", "deployments.apps"))).toBe('deployments.apps is forbidden: User "jane" cannot list resource "deployments" in API group "apps" at the cluster scope');
    expect(ask(cluster, as("jane"), "list", "unicorns").code).toBe(403);
    expect(ask(cluster, admin, "list", "unicorns").code).toBe(404);
    const anonymous: Caller = { user: "system:anonymous", groups: ["system:unauthenticated"], agent: "test", origin: "http" };
    expect(ask(cluster, anonymous, "get", "", { path: "/version" }).code).toBe(200);
    expect(message(ask(cluster, anonymous, "get", "", { path: "/apis" }))).toBe('forbidden: User "system:anonymous" cannot get path "/apis"');
    expect(ask(cluster, as("jane"), "get", "", { path: "/apis" }).code).toBe(200);
  });

  it("gives what a role gives, where it is bound", () => {
    const cluster = fresh();
    bind(cluster, "default", "edit", jane);
    const create = (namespace: string): ApiResponse => ask(cluster, as("jane"), "create", "configmaps", { namespace, body: { metadata: { name: "c" } } });
    expect(create("default").code).toBe(201);
    expect(create("kube-public").code).toBe(403);
    expect(ask(cluster, as("jane"), "list", "pods", { namespace: "default" }).code).toBe(200);
    expect(ask(cluster, as("jane"), "list", `roles.${rbac}`, { namespace: "default" }).code).toBe(403);
  });

  it("lets nobody hand out more than he has", () => {
    const cluster = fresh();
    bind(cluster, "default", "admin", jane);
    const give = (name: string): ApiResponse => ask(cluster, as("jane"), "create", `rolebindings.${rbac}`, { namespace: "default", body: { metadata: { name: `${name}-y` }, roleRef: { apiGroup: rbac, kind: "ClusterRole", name }, subjects: [jane] } });
    expect(give("view").code).toBe(201);
    expect(message(give("cluster-admin"))).toBe('rolebindings.rbac.authorization.k8s.io "cluster-admin-y" is forbidden: user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}');
    const role = (rules: object): ApiResponse => ask(cluster, as("jane"), "create", `roles.${rbac}`, { namespace: "default", body: { metadata: { name: "r" }, rules } });
    expect(message(role([{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "delete"] }]))).toContain('{APIGroups:[""], Resources:["nodes"], Verbs:["get" "delete"]}');
    expect(role([{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }]).code).toBe(201);
  });

  it("keeps aggregated roles together", () => {
    const cluster = fresh();
    const rules = [{ apiGroups: ["stable.example.com"], resources: ["crontabs"], verbs: ["get"] }];
    ask(cluster, admin, "create", `clusterroles.${rbac}`, { body: { metadata: { name: "a-crontabs", labels: { [`${rbac}/aggregate-to-view`]: "true" } }, rules } });
    cluster.settle(cluster.now + 5000);
    for (const name of ["view", "edit", "admin"]) {
      const role = ask(cluster, admin, "get", `clusterroles.${rbac}`, { name }).body as { readonly rules: readonly unknown[] };
      expect(role.rules).toContainEqual(rules[0]);
    }
  });

  it("answers access reviews, and tells why", () => {
    const cluster = fresh();
    bind(cluster, "default", "view", jane);
    const review = (spec: object): unknown => status(ask(cluster, admin, "create", "subjectaccessreviews.authorization.k8s.io", { body: { spec } }));
    expect(review({ user: "jane", resourceAttributes: { verb: "get", resource: "pods", namespace: "default" } })).toEqual({ allowed: true, reason: 'RBAC: allowed by RoleBinding "view-x/default" of ClusterRole "view" to User "jane"' });
    expect(review({ user: "jane", resourceAttributes: { verb: "get", resource: "secrets", namespace: "default" } })).toEqual({ allowed: false });
    ask(cluster, admin, "delete", `clusterroles.${rbac}`, { name: "view" });
    expect(review({ user: "jane", resourceAttributes: { verb: "get", resource: "pods", namespace: "default" } })).toEqual({ allowed: false, reason: 'RBAC: clusterrole.rbac.authorization.k8s.io "view" not found' });
    expect(message(ask(cluster, admin, "create", "selfsubjectaccessreviews.authorization.k8s.io", { body: { spec: {} } }))).toContain("exactly one of nonResourceAttributes or resourceAttributes must be specified");
  });
});

describe("impersonation", () => {
  it("needs the verb impersonate, and makes an account a member of its groups", () => {
    const cluster = fresh();
    const wish = { impersonate: { user: "system:serviceaccount:default:default" } };
    const self = ask(cluster, admin, "create", "selfsubjectreviews.authentication.k8s.io", { body: {}, ...wish });
    expect(status(self)).toEqual({ userInfo: { username: "system:serviceaccount:default:default", groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"] } });
    expect(message(ask(cluster, as("jane"), "list", "pods", { impersonate: { user: "bob" } }))).toBe('users "bob" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope');
    expect(ask(cluster, admin, "list", "pods", { impersonate: { groups: ["dev"] } }).code).toBe(500);
  });
});

describe("service account tokens", () => {
  it("stand for their account until they expire or it is gone", () => {
    const cluster = fresh();
    cluster.advance(1000);
    const request = (spec: object): ApiResponse => ask(cluster, admin, "create", "serviceaccounts", { namespace: "default", name: "default", subresource: "token", body: { spec } });
    const { token } = status(request({})) as { readonly token: string };
    expect(token.split(".")).toHaveLength(3);
    expect(cluster.authenticate(token)).toMatchObject({ user: "system:serviceaccount:default:default", groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"] });
    const [head = "", body = "", mark = ""] = token.split(".");
    expect(cluster.authenticate(`${head}.${body}x.${mark}`)).toBeUndefined();
    expect(cluster.authenticate("bogus")).toBeUndefined();
    expect(status(ask(cluster, admin, "create", "tokenreviews.authentication.k8s.io", { body: { spec: { token } } }))).toMatchObject({ authenticated: true, user: { username: "system:serviceaccount:default:default" } });
    expect(message(request({ expirationSeconds: 300 }))).toContain("may not specify a duration less than 10 minutes");
    cluster.advance(cluster.now + 3_601_000);
    expect(cluster.authenticate(token)).toBeUndefined();
  });

  it("die with the account", () => {
    const cluster = fresh();
    ask(cluster, admin, "create", "serviceaccounts", { namespace: "default", body: { metadata: { name: "build" } } });
    const { token } = status(ask(cluster, admin, "create", "serviceaccounts", { namespace: "default", name: "build", subresource: "token", body: {} })) as { readonly token: string };
    expect(cluster.authenticate(token)).toBeDefined();
    ask(cluster, admin, "delete", "serviceaccounts", { namespace: "default", name: "build" });
    expect(cluster.authenticate(token)).toBeUndefined();
  });
});
