import type { Reader } from "../api/store";
import type { Ingress } from "../api/types";

type Backend = NonNullable<NonNullable<NonNullable<Ingress["spec"]["rules"]>[number]["http"]>["paths"][number]["backend"]>;

/** The rule that takes a request, or the default backend. */
export interface IngressMatch {
  readonly ingress: Ingress;
  readonly backend: Backend;
  readonly host: string;
  readonly path: string;
  readonly pathType: string;
}

/** All rules that were looked at for a request, in the order of evaluation, and the one that won. */
export function matchIngress(reader: Reader, host: string, path: string): IngressMatch | undefined {
  let best: (IngressMatch & { rank: number }) | undefined;
  let fallback: IngressMatch | undefined;
  for (const object of reader.list("ingresses.networking.k8s.io")) {
    const ingress = object as Ingress;
    for (const rule of ingress.spec.rules ?? []) {
      const hostRank = rankHost(rule.host ?? "", host);
      if (hostRank < 0) continue;
      for (const entry of rule.http?.paths ?? []) {
        const type = entry.pathType;
        const wanted = entry.path ?? "/";
        if (!pathMatches(type, wanted, path)) continue;
        // The most specific host first, then the longest path, then Exact before Prefix.
        const rank = hostRank * 1e6 + wanted.length * 10 + (type === "Exact" ? 1 : 0);
        if (best === undefined || rank > best.rank) best = { ingress, backend: entry.backend, host: rule.host ?? "*", path: wanted, pathType: type, rank };
      }
    }
    if (ingress.spec.defaultBackend !== undefined) fallback ??= { ingress, backend: ingress.spec.defaultBackend, host: "*", path: "", pathType: "" };
  }
  return best ?? fallback;
}

function rankHost(rule: string, host: string): number {
  if (rule === "") return 0;
  if (rule.toLowerCase() === host.toLowerCase()) return 2;
  // A wildcard stands for exactly one label.
  return rule.startsWith("*.") && host.toLowerCase().endsWith(rule.slice(1).toLowerCase()) && !host.slice(0, host.length - rule.length + 1).includes(".") ? 1 : -1;
}

/** Exact is case-sensitive and whole; Prefix goes by path elements and ignores a trailing slash. */
export function pathMatches(type: string, rule: string, path: string): boolean {
  const bare = path.split(/[?#]/)[0] ?? "";
  if (type === "Exact") return bare === rule;
  const prefix = rule.replace(/\/+$/, "");
  if (prefix === "") return true;
  return bare === prefix || bare.startsWith(`${prefix}/`);
}
