import type { Kind } from "./kind";
import type { Registry } from "./registry";
import type { Verb } from "./request";

/** The order in which a server lists its own groups; others follow by name. */
const groupOrder = [
  "apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io",
  "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "storage.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io",
  "scheduling.k8s.io", "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io", "flowcontrol.apiserver.k8s.io",
];

/** The named API groups in the order of discovery. */
export function groupsOf(registry: Registry): string[] {
  const groups = [...new Set(registry.kinds.map((kind) => kind.group))].filter((group) => group !== "");
  const rank = (group: string): number => (groupOrder.includes(group) ? groupOrder.indexOf(group) : groupOrder.length);
  return groups.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** A version as its parts: major, whether it is stable, beta or alpha, and the number of that. */
function maturity(version: string): readonly [number, number, number] {
  const [, major = "0", stage, number = "0"] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  return [stage === undefined ? 2 : stage === "beta" ? 1 : 0, Number(major), Number(number)];
}

/** Served versions of a group, the preferred one first: v2 before v1 before v1beta1. */
export function versionsOf(registry: Registry, group: string): string[] {
  const versions = new Set<string>();
  for (const kind of registry.kinds) if (kind.group === group) for (const version of kind.versions) if (version.served) versions.add(version.name);
  return [...versions].sort((a, b) => {
    const [x, y] = [maturity(a), maturity(b)];
    return y[0] - x[0] || y[1] - x[1] || y[2] - x[2] || (a < b ? -1 : 1);
  });
}

/** Every group version that is served, the core's first. */
export function groupVersionsOf(registry: Registry): { readonly group: string; readonly version: string }[] {
  return ["", ...groupsOf(registry)].flatMap((group) => versionsOf(registry, group).map((version) => ({ group, version })));
}

const storedVerbs: readonly Verb[] = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** The verbs of a main resource, as discovery lists them. */
export function verbsOf(kind: Kind): readonly Verb[] {
  if (kind.storage === "computed") return kind.objects === undefined ? ["create"] : ["get", "list"];
  return kind.plural === "namespaces" && kind.group === "" ? storedVerbs.filter((verb) => verb !== "deletecollection") : storedVerbs;
}

/** The subresources of a kind by name, with their verbs in alphabetical order. */
export function subresourcesOf(kind: Kind): (readonly [name: string, verbs: readonly Verb[]])[] {
  return Object.keys(kind.subresources).sort().map((name) => [name, [...(kind.subresources[name]?.verbs ?? [])].sort()]);
}

interface ResponseKind {
  /** Empty where it is the resource's own. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly model?: string;
}

const ofSubresource: Readonly<Record<string, ResponseKind>> = {
  scale: { group: "autoscaling", version: "v1", kind: "Scale", model: "V1Scale" },
  eviction: { group: "policy", version: "v1", kind: "Eviction", model: "V1Eviction" },
  binding: { group: "", version: "", kind: "Binding", model: "V1Binding" },
  token: { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest", model: "AuthenticationV1TokenRequest" },
};
const optionsOf: Readonly<Record<string, string>> = { attach: "AttachOptions", exec: "ExecOptions", portforward: "PortForwardOptions", proxy: "ProxyOptions" };

/** What a subresource takes and gives. */
export function responseKind(kind: Kind, subresource: string): ResponseKind {
  const options = optionsOf[subresource];
  return ofSubresource[subresource] ?? { group: "", version: "", kind: options === undefined ? kind.kind : kind.kind + options };
}
