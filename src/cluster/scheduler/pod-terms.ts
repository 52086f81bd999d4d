import { matchesSelector } from "../api/selectors";
import type { Pod, Wire, k8s } from "../api/types";
import type { Reader } from "../api/store";

export type PodAffinityTerm = Wire<k8s.V1PodAffinityTerm>;

/** Whether a term of `owner` speaks of `other`: its namespaces, its selector, and the labels that must be as on the owner. */
export function termMatches(term: PodAffinityTerm, owner: Pod, other: Pod, cache: Reader): boolean {
  if (term.labelSelector === undefined) return false;
  if (!inNamespaces(term, owner, other.metadata.namespace ?? "", cache)) return false;
  const labels = other.metadata.labels ?? {};
  for (const name of term.matchLabelKeys ?? []) if (owner.metadata.labels?.[name] !== undefined && labels[name] !== owner.metadata.labels[name]) return false;
  for (const name of term.mismatchLabelKeys ?? []) if (owner.metadata.labels?.[name] !== undefined && labels[name] === owner.metadata.labels[name]) return false;
  return matchesSelector(term.labelSelector, labels);
}

function inNamespaces(term: PodAffinityTerm, owner: Pod, namespace: string, cache: Reader): boolean {
  const named = term.namespaces ?? [];
  if (named.includes(namespace)) return true;
  if (term.namespaceSelector === undefined) return named.length === 0 && namespace === owner.metadata.namespace;
  return matchesSelector(term.namespaceSelector, cache.get({ resource: "namespaces", namespace: "", name: namespace })?.metadata.labels ?? {});
}
