import type { KubeObject } from "../../cluster/model";
import { field, listAt, numberAt, textAt } from "../fields";

/** One way that an Ingress sends requests. */
export interface IngressRule {
  readonly key: string;
  /** "" stands for every host. */
  readonly host: string;
  readonly path: string;
  readonly type: string;
  readonly service: string;
  readonly port: string;
  /** Where it stands in the object: for patches. */
  readonly at: readonly [rule: number, path: number] | undefined;
  /** How the trace of a request names it. */
  readonly part: string;
  readonly fallback: boolean;
}

/** The rules in the order in which they are tried: the most specific host first, the longest path, Exact before Prefix; the default backend last. */
export function rulesOf(ingress: KubeObject): readonly IngressRule[] {
  const found: (IngressRule & { readonly rank: number })[] = [];
  listAt(ingress, "spec", "rules").forEach((rule, i) => {
    const host = textAt(rule, "host") ?? "";
    const hostRank = host === "" ? 0 : host.startsWith("*.") ? 1 : 2;
    listAt(rule, "http", "paths").forEach((entry, j) => {
      const path = textAt(entry, "path") ?? "/";
      const type = textAt(entry, "pathType") ?? "";
      found.push({ ...backendOf(field(entry, "backend")), key: `rule:${i}/${j}`, host, path, type, at: [i, j], part: `${host === "" ? "*" : host}${path}`, fallback: false, rank: hostRank * 1e6 + path.length * 10 + (type === "Exact" ? 1 : 0) });
    });
  });
  found.sort((a, b) => b.rank - a.rank);
  const fallback = field(ingress, "spec", "defaultBackend");
  const rules: IngressRule[] = found.map(({ rank: _rank, ...rule }) => rule);
  if (fallback !== undefined && fallback !== null) rules.push({ ...backendOf(fallback), key: "rule:default", host: "", path: "", type: "", at: undefined, part: "*", fallback: true });
  return rules;
}

function backendOf(backend: unknown): { readonly service: string; readonly port: string } {
  return { service: textAt(backend, "service", "name") ?? "", port: String(numberAt(backend, "service", "port", "number") ?? textAt(backend, "service", "port", "name") ?? "") };
}
