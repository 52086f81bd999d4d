import type { Admission } from "./plugin";
import type { Pod } from "../types";

/** The pod that a request creates, or nothing if it does something else. */
export function createdPod({ request, object }: Admission): Pod | undefined {
  return request.resource === "pods" && request.group === "" && request.subresource === undefined && request.verb === "create" ? object as Pod | undefined : undefined;
}
