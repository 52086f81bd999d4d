import type { PodSpec } from "../api/types";

/** The quality of service class of a pod (pkg/apis/core/v1/helper/qos). */
export function qosClass(spec: PodSpec): "Guaranteed" | "Burstable" | "BestEffort" {
  let any = false;
  let all = true;
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    const limits = container.resources?.limits ?? {};
    const requests = { ...limits, ...container.resources?.requests };
    for (const name of ["cpu", "memory"]) {
      const request = requests[name];
      if (request !== undefined && !/^0[a-zA-Z]*$/.test(request)) any = true;
      if (limits[name] === undefined || request !== limits[name]) all = false;
    }
  }
  return !any ? "BestEffort" : all ? "Guaranteed" : "Burstable";
}
