import { dns1123Label } from "./label-validation";
import { nanosOf } from "./amounts";
import type { Container, PodSpec } from "../types";
import type { Dict } from "../../model";

/** What the API server warns of in a pod's spec or a template's; nothing of it stops the request. */
export function podSpecWarnings(spec: PodSpec | undefined, field: string): string[] {
  if (spec === undefined) return [];
  const warnings: string[] = [];
  const lists: readonly (readonly [string, readonly Container[]])[] = [[`${field}.initContainers`, spec.initContainers ?? []], [`${field}.containers`, spec.containers ?? []]];
  for (const [at, containers] of lists) {
    containers.forEach((container, i) => warnings.push(...fractionalBytes(container, `${at}[${i}]`), ...hiddenVariables(container, `${at}[${i}]`)));
  }
  warnings.push(...duplicatePorts(spec.containers ?? [], `${field}.containers`));
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) warnings.push(`${field}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`);
  return warnings;
}

/** A pod's name is its host name, and a dot in it surprises. */
export function podNameWarnings(name: string): string[] {
  const problems = dns1123Label(name);
  return problems.length === 0 ? [] : [`metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${problems.join(" ")}]`];
}

function fractionalBytes(container: Container, at: string): string[] {
  const warnings: string[] = [];
  for (const list of ["requests", "limits"] as const) {
    const amounts: Dict = container.resources?.[list] ?? {};
    for (const name of ["memory", "ephemeral-storage"]) {
      if (amounts[name] !== undefined && nanosOf(amounts[name]) % 1_000_000_000n !== 0n) warnings.push(`${at}.resources.${list}[${name}]: fractional byte value ${JSON.stringify(amounts[name])} is invalid, must be an integer`);
    }
  }
  return warnings;
}

function hiddenVariables(container: Container, at: string): string[] {
  const seen = new Set<string>();
  const warnings: string[] = [];
  (container.env ?? []).forEach(({ name, value }, i) => {
    // A definition that names its predecessor builds on it, and hides nothing.
    if (seen.has(name) && !(value ?? "").includes(`$(${name})`)) warnings.push(`${at}.env[${i}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`);
    seen.add(name);
  });
  return warnings;
}

function duplicatePorts(containers: readonly Container[], at: string): string[] {
  const warnings: string[] = [];
  const seen: { readonly field: string; readonly container: number; readonly port: number; readonly host: string; readonly protocol: string }[] = [];
  containers.forEach((container, i) => (container.ports ?? []).forEach((port, j) => {
    const own = { field: `${at}[${i}].ports[${j}]`, container: i, port: port.containerPort, host: `${port.hostIP ?? ""}:${port.hostPort ?? 0}`, protocol: port.protocol ?? "TCP" };
    const same = seen.find((other) => other.port === own.port && other.protocol === own.protocol && other.host === own.host);
    if (same !== undefined) warnings.push(`${own.field}: duplicate port definition with ${same.field}`);
    seen.push(own);
  }));
  return warnings;
}
