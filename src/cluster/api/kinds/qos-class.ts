import { compareAmounts, nanosOf } from "./amounts";
import type { Container, PodSpec } from "../types";
import type { Dict } from "../../model";

const compute = ["cpu", "memory"];

/** A pod's quality of service, from what its containers ask of cpu and memory. */
export function qosClass(spec: PodSpec): "Guaranteed" | "Burstable" | "BestEffort" {
  const containers: readonly Container[] = spec.initContainers === undefined ? spec.containers ?? [] : [...spec.containers ?? [], ...spec.initContainers];
  // Most ask for nothing.
  if (containers.every(({ resources }) => resources?.requests === undefined && resources?.limits === undefined)) return "BestEffort";
  let any = false;
  let guaranteed = true;
  for (const container of containers) {
    const requests: Dict = container.resources?.requests ?? {};
    const limits: Dict = container.resources?.limits ?? {};
    for (const name of compute) {
      const request = nanosOf(requests[name] ?? "0");
      const limit = nanosOf(limits[name] ?? "0");
      if (request > 0n || limit > 0n) any = true;
      if (limit <= 0n || (request > 0n && compareAmounts(requests[name], limits[name]) !== 0)) guaranteed = false;
    }
  }
  if (!any) return "BestEffort";
  return guaranteed ? "Guaranteed" : "Burstable";
}
