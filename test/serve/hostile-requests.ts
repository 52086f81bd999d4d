import fc from "fast-check";

/** One request of a client that means ill, or has lost its mind. */
export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

const wild = fc.oneof(
  fc.constantFrom("", ".", "..", "%2e%2e", "%00", "%zz", "%E4%BD%A0", "__proto__", "constructor", "a b", "*", "{}", "web;ls", "-", "A", "9", "x".repeat(300), "metadata.name"),
  fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 12 }).map(encodeURIComponent),
);
const groups = fc.constantFrom("api/v1", "apis/apps/v1", "apis/batch/v1", "apis/networking.k8s.io/v1", "apis/autoscaling/v2", "apis/autoscaling/v1", "apis/rbac.authorization.k8s.io/v1", "apis/policy/v1", "apis/discovery.k8s.io/v1", "apis/storage.k8s.io/v1", "apis/apiextensions.k8s.io/v1", "apis/events.k8s.io/v1", "apis/authorization.k8s.io/v1", "apis/extensions/v1beta1", "api", "apis", "openapi/v3", "");
const resources = fc.constantFrom("pods", "services", "configmaps", "secrets", "deployments", "replicasets", "jobs", "cronjobs", "ingresses", "horizontalpodautoscalers", "roles", "rolebindings", "clusterroles", "poddisruptionbudgets", "endpointslices", "storageclasses", "nodes", "namespaces", "persistentvolumeclaims", "serviceaccounts", "events", "customresourcedefinitions", "statefulsets", "daemonsets", "limitranges", "resourcequotas", "bindings", "selfsubjectaccessreviews", "watch");
const names = fc.oneof({ weight: 3, arbitrary: fc.constantFrom("web", "a", "kubernetes", "node1", "default", "nope") }, { weight: 1, arbitrary: wild });
const subresources = fc.constantFrom("status", "scale", "log", "exec", "attach", "portforward", "eviction", "binding", "token", "ephemeralcontainers", "proxy", "finalize", "nonsense", "status/again");
const queries = fc.array(fc.tuple(
  fc.constantFrom("labelSelector", "fieldSelector", "limit", "continue", "resourceVersion", "resourceVersionMatch", "dryRun", "fieldValidation", "fieldManager", "force", "watch", "timeoutSeconds", "pretty", "gracePeriodSeconds", "propagationPolicy", "container", "follow", "tailLines", "sinceSeconds", "sinceTime", "limitBytes", "previous", "command", "stdin", "ports", "includeObject", "allowWatchBookmarks", "sendInitialEvents", "__proto__", "exclude"),
  fc.oneof(fc.constantFrom("", "true", "false", "0", "1", "-1", "1e9", "99999999999999999999", "NaN", "a=b", "a in (b,c)", "!a", "a in (", ",,", "metadata.name=web", "status.phase=Running", "spec.nope=1", "All", "Strict", "Warn", "Ignore", "Foreground", "Orphan", "None", "Exact", "MQ", "1:default/web", "eyJ2IjoibWV0YSJ9", "2026-13-45T00:00:00Z"), wild),
), { maxLength: 4 }).map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join("&"));

const paths = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(groups, fc.option(fc.oneof({ weight: 6, arbitrary: fc.constantFrom("default", "kube-system", "nowhere") }, { weight: 1, arbitrary: wild })), resources, fc.option(names), fc.option(subresources, { freq: 2 })).map(([group, namespace, resource, name, sub]) => `/${group}${namespace === null ? "" : `/namespaces/${namespace}`}/${resource}${name === null ? "" : `/${name}${sub === null ? "" : `/${sub}`}`}`) },
  { weight: 1, arbitrary: fc.array(wild, { maxLength: 8 }).map((parts) => `/${parts.join("/")}`) },
  { weight: 1, arbitrary: fc.constantFrom("/", "/version", "/healthz", "/readyz?verbose", "/openapi/v2", "/openapi/v3", "/openapi/v3/api/v1?hash=0", "/metrics", "/logs", "//", "/api/v1/namespaces/default/pods/../secrets", "/apis/apps/v1/namespaces/default/deployments/web/../../..", `/${"a/".repeat(2000)}`) },
);

const meta = (name: string): object => ({ name, namespace: "default", labels: { app: name } });
const template = { metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "c", image: "busybox", command: ["sleep", "1"], ports: [{ containerPort: 80 }], env: [{ name: "A", value: "b" }], resources: { requests: { cpu: "10m" } } }] } };
const seeds: readonly object[] = [
  { apiVersion: "v1", kind: "ConfigMap", metadata: meta("a"), data: { a: "1" } },
  { apiVersion: "v1", kind: "Pod", metadata: meta("a"), spec: template.spec },
  { apiVersion: "v1", kind: "Service", metadata: meta("a"), spec: { selector: { app: "a" }, type: "NodePort", ports: [{ port: 80, targetPort: 80 }] } },
  { apiVersion: "apps/v1", kind: "Deployment", metadata: meta("a"), spec: { replicas: 1, selector: { matchLabels: { app: "a" } }, template } },
  { apiVersion: "batch/v1", kind: "Job", metadata: meta("a"), spec: { backoffLimit: 1, template: { spec: { ...template.spec, restartPolicy: "Never" } } } },
  { apiVersion: "batch/v1", kind: "CronJob", metadata: meta("a"), spec: { schedule: "*/5 * * * *", jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: "Never" } } } } } },
  { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: meta("a"), spec: { rules: [{ host: "a.b", http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "a", port: { number: 80 } } } }] } }] } },
  { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: meta("a"), spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } }] } },
  { apiVersion: "autoscaling/v1", kind: "Scale", metadata: meta("web"), spec: { replicas: 2 } },
  { apiVersion: "policy/v1", kind: "Eviction", metadata: meta("a") },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: meta("a"), rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] },
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "aside" }, spec: { finalizers: ["kubernetes"] } },
  { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: "things.example.com" }, spec: { group: "example.com", scope: "Namespaced", names: { plural: "things", singular: "thing", kind: "Thing" }, versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true } } } } }] } },
  { kind: "DeleteOptions", apiVersion: "v1", gracePeriodSeconds: 0, propagationPolicy: "Foreground", preconditions: { uid: "x" } },
];
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, 2 ** 53, 0.5, "", "x", "\u0000", "Never", "80%", "-5%", "1Gi", "1e", [], {}, [null], [[]], { "": "" }, { $patch: "delete" }, { $patch: "replace", name: "c" }, { name: "c", $retainKeys: ["name"] }, { "$deleteFromPrimitiveList/finalizers": ["a"] }, "2026-01-01T00:00:00Z", "x".repeat(5000)),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A manifest in which a few places say something else. */
const mutated = fc.tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(), odd, fc.boolean()), { maxLength: 3 })).map(([seed, changes]) => {
  const copy = structuredClone(seed);
  for (const [nth, value, drop] of changes) {
    const spots: [Record<string, unknown>, string][] = [];
    const walk = (of: unknown): void => {
      if (typeof of !== "object" || of === null) return;
      for (const key of Object.keys(of)) {
        spots.push([of as Record<string, unknown>, key]);
        walk((of as Record<string, unknown>)[key]);
      }
    };
    walk(copy);
    const [parent, key] = spots[nth % Math.max(1, spots.length)] ?? [undefined, ""];
    if (parent === undefined) continue;
    if (drop && !Array.isArray(parent)) delete parent[key];
    else parent[key] = value;
  }
  return copy;
});
const operations = fc.array(fc.record({ op: fc.constantFrom("add", "remove", "replace", "move", "copy", "test", "nope"), path: fc.constantFrom("", "/", "/metadata/labels/app", "/spec/replicas", "/spec/template/spec/containers/0/image", "/spec/template/spec/containers/-", "/spec/ports/9", "/metadata/finalizers", "/__proto__/x", "no-slash", "/status", "/metadata/annotations/a~1b", "/metadata/uid", "/kind"), from: fc.constantFrom("/metadata/labels", "/spec", "/nope"), value: odd }), { maxLength: 4 });
const text = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? "undefined");
const bodies = fc.oneof(
  { weight: 6, arbitrary: mutated.map(text) },
  { weight: 2, arbitrary: operations.map(text) },
  { weight: 1, arbitrary: fc.json().map((json) => Buffer.from(json)) },
  { weight: 1, arbitrary: fc.tuple(mutated, fc.nat({ max: 200 })).map(([object, cut]) => text(object).subarray(0, cut)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.concat([Buffer.from([0x6b, 0x38, 0x73, 0, 0x0a, 0x0f, 0x0a, 2, 0x76, 0x31, 0x12, 9]), Buffer.from("ConfigMap"), Buffer.from([0x12, bytes.length & 0x7f]), Buffer.from(bytes)])) },
  { weight: 1, arbitrary: fc.constantFrom(
    "[".repeat(20_000), `{"a":`.repeat(5_000), "a: &a [*a, *a]", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]", "\ufeff{}", "null", "[]", "1", "\"x\"", "---\n---\n", "!!js/function 'x'", "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"p\",\"__proto__\":{\"x\":1}},\"__proto__\":{\"y\":2}}",
    "{\"metadata\":{\"labels\":{\"__proto__\":\"x\",\"constructor\":\"y\",\"toString\":\"z\"}}}", "x".repeat(100_000)).map((body) => Buffer.from(body)) },
);
const types = fc.oneof({ weight: 5, arbitrary: fc.constantFrom("application/json", "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml", "application/yaml", "application/vnd.kubernetes.protobuf") }, { weight: 1, arbitrary: fc.constantFrom("", "text/plain", "application/json; charset=utf-8", "application/cbor", "multipart/form-data", ";;;") });
const accepts = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom("application/json", "*/*", "application/yaml", "application/vnd.kubernetes.protobuf,application/json", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io") },
  { weight: 1, arbitrary: fc.constantFrom("application/vnd.kubernetes.protobuf", "application/json;as=Nonsense;v=v9;g=x", "text/html", ";;q=", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList") },
);

export const hostileRequests: fc.Arbitrary<HostileRequest> = fc.record({
  method: fc.oneof({ weight: 9, arbitrary: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE") }, { weight: 1, arbitrary: fc.constantFrom("HEAD", "OPTIONS", "TRACE", "PROPFIND") }),
  path: fc.tuple(paths, queries).map(([path, query]) => (query === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${query}`)),
  type: types, accept: accepts, body: bodies,
  more: fc.oneof({ weight: 8, arbitrary: fc.constant<Record<string, string>>({}) }, { weight: 1, arbitrary: fc.constantFrom<Record<string, string>>(
    { authorization: "Bearer nonsense" }, { authorization: "Basic YTpi" }, { authorization: "" }, { host: "evil.example" }, { host: "evil.example:443" }, { origin: "https://evil.example" }, { origin: "null" }, { "accept-encoding": "gzip, br" },
    { "impersonate-user": "jane" }, { "impersonate-group": "x" }, { "user-agent": "curl/8" }, { "x-huge": "x".repeat(30_000) }, { expect: "100-continue" }, { "user-agent": "" }) }),
}).map(({ method, path, type, accept, body, more }) => ({
  method, path: path.replace(/[^\x21-\x7e]/gu, encodeURIComponent),
  headers: { accept, ...(type === "" ? {} : { "content-type": type }), ...more },
  body: method === "GET" || method === "HEAD" || method === "OPTIONS" || method === "TRACE" ? undefined : body,
}));
