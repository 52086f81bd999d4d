import { describe, expect, it } from "vitest";
import { createCluster } from "../../../src/cluster/cluster";
import type { Cluster } from "../../../src/cluster/cluster-contract";
import type { ApiRequest, ApiResponse, Caller } from "../../../src/cluster/api/request";

const caller: Caller = { user: "kubernetes-admin", groups: ["system:masters"], agent: "test", origin: "reader" };
const base = { caller, group: "", version: "v1", resource: "configmaps", accept: "object" } as const;

interface List { readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number }; readonly items: readonly { readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion: string } }[] }
interface Event { readonly type: string; readonly object: { readonly kind: string; readonly code?: number; readonly message?: string; readonly metadata: { readonly name?: string; readonly resourceVersion: string; readonly labels?: object; readonly annotations?: object } } }

function withMaps(names: readonly string[], changes?: number): Cluster {
  const cluster = createCluster({ latency: "zero", ...(changes === undefined ? {} : { limits: { changes } }) }, { userland: () => undefined });
  for (const name of names) create(cluster, name);
  return cluster;
}
function create(cluster: Cluster, name: string, labels: Record<string, string> = {}): string {
  const [namespace = "", own = ""] = name.includes("/") ? name.split("/") : ["default", name];
  const made = cluster.handle({ ...base, verb: "create", namespace, query: {}, body: { metadata: { name: own, labels } } });
  return (made.body as List["items"][0]).metadata.resourceVersion;
}
const ask = (cluster: Cluster, query: ApiRequest["query"], more: Partial<ApiRequest> = {}): ApiResponse => cluster.handle({ ...base, verb: "list", namespace: "default", query, ...more });
const list = (cluster: Cluster, query: ApiRequest["query"], more: Partial<ApiRequest> = {}): List => ask(cluster, query, more).body as List;
const message = (response: ApiResponse): string => (response.body as { readonly message: string }).message;
const names = (of: List): readonly string[] => of.items.map(({ metadata }) => metadata.name).filter((name) => name !== "kube-root-ca.crt");

function watch(cluster: Cluster, query: ApiRequest["query"], more: Partial<ApiRequest> = {}): { readonly events: Event[]; ended: boolean } {
  const seen = { events: [] as Event[], ended: false };
  cluster.connect({ ...base, verb: "watch", namespace: "default", query, ...more }, { data: (_channel, data) => { seen.events.push(data as unknown as Event); }, end: () => { seen.ended = true; } });
  return seen;
}

describe("lists in parts", () => {
  it("go on where they stopped, as things stood when they began", () => {
    const cluster = withMaps(["a", "b", "c", "d"]);
    const first = list(cluster, { limit: "2" });
    expect(names(first)).toEqual(["a", "b"]);
    expect(JSON.parse(atob(first.metadata.continue ?? ""))).toEqual({ v: "meta.k8s.io/v1", rv: Number(first.metadata.resourceVersion), start: "b\0" });
    expect(first.metadata.remainingItemCount).toBe(list(cluster, {}).items.length - 2);
    create(cluster, "bb");
    cluster.handle({ ...base, verb: "delete", namespace: "default", name: "c", query: {} });
    expect(names(list(cluster, { continue: first.metadata.continue ?? "" }))).toEqual(["c", "d"]);
  });

  it("tell no count where something is selected, and cross namespaces in order", () => {
    const cluster = withMaps(["default/x", "kube-public/a", "default/y"]);
    expect(list(cluster, { limit: "1", labelSelector: "!a" }).metadata).not.toHaveProperty("remainingItemCount");
    const all = list(cluster, {}, { namespace: "" });
    expect(all.items.map(({ metadata }) => metadata.namespace)).toEqual([...all.items.map(({ metadata }) => metadata.namespace)].sort());
    const [first] = all.items;
    const part = list(cluster, { limit: "1" }, { namespace: "" });
    expect(JSON.parse(atob(part.metadata.continue ?? ""))).toMatchObject({ start: `${first?.metadata.namespace ?? ""}/${first?.metadata.name ?? ""}\0` });
  });

  it("come whole from the cache at revision 0", () => {
    const cluster = withMaps(["a", "b", "c"]);
    expect(names(list(cluster, { limit: "1", resourceVersion: "0" }))).toEqual(["a", "b", "c"]);
  });

  it("say that a snapshot is gone, and how to go on without it", () => {
    const cluster = withMaps(["a", "b", "c"], 400);
    const first = list(cluster, { limit: "2" });
    for (let i = 0; i < 400; i++) cluster.handle({ ...base, verb: "patch", namespace: "default", name: "a", query: {}, contentType: "application/merge-patch+json", body: { data: { i: String(i) } } });
    const late = ask(cluster, { continue: first.metadata.continue ?? "" });
    expect(late.code).toBe(410);
    const status = late.body as { readonly reason: string; readonly message: string; readonly metadata: { readonly continue: string } };
    expect(status.reason).toBe("Expired");
    expect(status.message).toMatch(/^The provided continue parameter is too old to display a consistent list result\. You can start a new list without the continue parameter, or use the continue token/);
    expect(names(list(cluster, { continue: status.metadata.continue }))).toEqual(["c"]);
    expect(message(ask(cluster, { resourceVersion: first.metadata.resourceVersion, resourceVersionMatch: "Exact" }))).toBe("The resourceVersion for the provided list is too old.");
  });
});

describe("what a list may ask", () => {
  const cluster = withMaps(["a"]);
  it.each([
    [{ resourceVersionMatch: "Exact" }, 'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided'],
    [{ resourceVersionMatch: "Exact", resourceVersion: "0" }, 'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'],
    [{ resourceVersionMatch: "Foo", resourceVersion: "1" }, 'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "Foo": supported values: "Exact", "NotOlderThan", ""'],
    [{ sendInitialEvents: "true" }, 'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'],
    [{ resourceVersion: "999999" }, "Timeout: Too large resource version: 999999, current: "],
    [{ limit: "many" }, 'strconv.ParseInt: parsing "many": invalid syntax'],
    [{ continue: "!" }, "invalid continue token: continue key is not valid: illegal base64 data at input byte 0"],
    [{ fieldSelector: "foo=bar" }, '"foo" is not a known field selector: only "metadata.name", "metadata.namespace"'],
    [{ labelSelector: "a in b" }, "unable to parse requirement: found 'b' expected: '('"],
  ])("%j", (query, text) => {
    expect(message(ask(cluster, query))).toContain(text);
  });

  it("holds a table's rows to what is known", () => {
    expect(message(ask(cluster, { includeObject: "Foo" }, { accept: "table" }))).toBe('unrecognized includeObject value: "Foo"');
  });
});

describe("watches", () => {
  it("mark the end of what was there, and how far they are once a minute", () => {
    const cluster = withMaps(["a"]);
    const seen = watch(cluster, { allowWatchBookmarks: "true", sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan", fieldSelector: "metadata.name=a" });
    expect(seen.events.map(({ type }) => type)).toEqual(["ADDED", "BOOKMARK"]);
    expect(seen.events[1]?.object).toEqual({ kind: "ConfigMap", apiVersion: "v1", metadata: { resourceVersion: String(cluster.rev), creationTimestamp: null, annotations: { "k8s.io/initial-events-end": "true" } } });
    cluster.advance(cluster.now + 125_000);
    expect(seen.events.slice(2).map(({ type, object }) => `${type} ${JSON.stringify(object.metadata.annotations)}`)).toEqual(["BOOKMARK undefined", "BOOKMARK undefined"]);
  });

  it("send no bookmarks unasked", () => {
    const cluster = withMaps([]);
    const seen = watch(cluster, { fieldSelector: "metadata.name=none" });
    cluster.advance(cluster.now + 180_000);
    expect(seen.events).toEqual([]);
  });

  it("tell what left a selection as it was", () => {
    const cluster = withMaps([]);
    create(cluster, "a", { app: "x" });
    const seen = watch(cluster, { labelSelector: "app=x" });
    const changed = cluster.handle({ ...base, verb: "patch", namespace: "default", name: "a", query: {}, contentType: "application/merge-patch+json", body: { metadata: { labels: { app: "y" } } } });
    cluster.advance(cluster.now + 100);
    expect(seen.events.map(({ type }) => type)).toEqual(["ADDED", "DELETED"]);
    expect(seen.events[1]?.object.metadata).toMatchObject({ labels: { app: "x" }, resourceVersion: (changed.body as List["items"][0]).metadata.resourceVersion });
  });

  it("end with an error event where they begin too late", () => {
    const cluster = withMaps(["a"], 400);
    for (let i = 0; i < 400; i++) cluster.handle({ ...base, verb: "patch", namespace: "default", name: "a", query: {}, contentType: "application/merge-patch+json", body: { data: { i: String(i) } } });
    const seen = watch(cluster, { resourceVersion: "5" });
    expect(seen.ended).toBe(true);
    expect(seen.events).toHaveLength(1);
    expect(seen.events[0]).toMatchObject({ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } });
    expect(seen.events[0]?.object.message).toMatch(/^too old resource version: 5 \(\d+\)$/);
  });
});
