import type { Container, Pod } from "../api/types";
import type { NodeState, PodState } from "./kubelet-state";

/** A map of labels or annotations as the downward API prints it: sorted lines of key="value". */
function printed(map: Readonly<Record<string, string>> | undefined): string {
  return Object.keys(map ?? {}).sort().map((key) => `${key}=${JSON.stringify((map ?? {})[key])}`).join("\n");
}

/** The value of a fieldRef; undefined where the path is none that the downward API knows. */
export function fieldValue(pod: Pod, state: Pick<PodState, "address">, node: Pick<NodeState, "address">, path: string): string | undefined {
  const subscript = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (subscript) return (subscript[1] === "labels" ? pod.metadata.labels : pod.metadata.annotations)?.[subscript[2]] ?? "";
  switch (path) {
    case "metadata.name": return pod.metadata.name;
    case "metadata.namespace": return pod.metadata.namespace ?? "";
    case "metadata.uid": return pod.metadata.uid;
    case "metadata.labels": return printed(pod.metadata.labels);
    case "metadata.annotations": return printed(pod.metadata.annotations);
    case "spec.nodeName": return pod.spec.nodeName ?? "";
    case "spec.serviceAccountName": return pod.spec.serviceAccountName ?? "default";
    case "status.hostIP": case "status.hostIPs": return node.address;
    case "status.podIP": case "status.podIPs": return state.address ?? "";
    default: return undefined;
  }
}

const units: Readonly<Record<string, number>> = { "": 1, m: 0.001, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4, Pi: 1024 ** 5 };

/** A resource quantity as a number of base units. */
export function quantity(text: string): number {
  const match = /^([0-9.]+)([a-zA-Z]*)$/.exec(text);
  return match ? Number(match[1]) * (units[match[2]] ?? 1) : 0;
}

/** The value of a resourceFieldRef of a container: a limit that is not set is what the node can give. */
export function resourceValue(container: Container, node: Pick<NodeState, "capacity">, resource: string, divisor: string | undefined): string {
  const [kind, name] = resource.split(".") as [string, string];
  const limits = container.resources?.limits ?? {};
  const value = kind === "limits" ? limits[name] ?? node.capacity[name] ?? "0" : container.resources?.requests?.[name] ?? limits[name] ?? "0";
  const by = quantity(divisor === undefined || divisor === "" || divisor === "0" ? "1" : divisor);
  return String(Math.ceil(quantity(value) / by - 1e-9));
}
