import { ApiError } from "./status";

const hooks = [
  "start-apiserver-admission-initializer", "generic-apiserver-start-informers", "priority-and-fairness-config-consumer", "priority-and-fairness-filter", "storage-object-count-tracker-hook",
  "start-apiextensions-informers", "start-apiextensions-controllers", "crd-informer-synced", "start-system-namespaces-controller", "start-cluster-authentication-info-controller",
  "start-kube-apiserver-identity-lease-controller", "start-kube-apiserver-identity-lease-garbage-collector", "start-legacy-token-tracking-controller", "start-service-ip-repair-controllers",
  "rbac/bootstrap-roles", "scheduling/bootstrap-system-priority-classes", "priority-and-fairness-config-producer", "bootstrap-controller", "start-kubernetes-service-cidr-controller",
  "start-kube-aggregator-informers", "apiservice-status-local-available-controller", "apiservice-status-remote-available-controller", "apiservice-registration-controller",
  "apiservice-discovery-controller", "kube-apiserver-autoregistration",
].map((hook) => `poststarthook/${hook}`);
const openApi = ["poststarthook/apiservice-openapi-controller", "poststarthook/apiservice-openapiv3-controller", "poststarthook/apiservice-wait-for-first-sync"];
const all = [...hooks, "autoregister-completion", ...openApi];

/** The checks of an endpoint in the order in which it reports them. */
const endpoints: Readonly<Record<string, readonly string[]>> = {
  healthz: ["ping", "log", "etcd", ...all],
  livez: ["ping", "log", "etcd", ...all],
  readyz: ["ping", "log", "informer-sync", ...all, "shutdown"],
};

/** The paths of all health checks. */
export function healthPaths(): string[] {
  return Object.entries(endpoints).flatMap(([name, checks]) => [`/${name}`, ...checks.map((check) => `/${name}/${check}`)]);
}

/**
 * /healthz, /livez, /readyz and their single checks: a simulated server is well as long as it answers. `verbose` lists the checks,
 * those in `exclude` as left out. undefined for another path; throws ApiError 404 for an unknown check.
 */
export function health(path: string, verbose: boolean, exclude: readonly string[]): string | undefined {
  const [, name = "", ...rest] = path.replace(/\/$/, "").split("/");
  const checks = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
  if (checks === undefined) return undefined;
  if (rest.length > 0) {
    if (!checks.includes(rest.join("/"))) throw new ApiError(404, "NotFound", "the server could not find the requested resource");
    return "ok";
  }
  if (!verbose) return "ok";
  const unknown = exclude.filter((check) => !checks.includes(check));
  const warning = unknown.length === 0 ? "" : `warn: some health checks cannot be excluded: no matches for ${unknown.map((check) => JSON.stringify(check)).join(", ")}\n`;
  return `${checks.map((check) => `[+]${check} ${exclude.includes(check) ? "excluded: ok" : "ok"}\n`).join("")}${warning}${name} check passed\n`;
}
