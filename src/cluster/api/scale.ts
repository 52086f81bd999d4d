import { jsonPatch } from "./patch/json";
import { mergePatch } from "./patch/merge";
import { badRequest, conflict, invalid, staleObject } from "./status";
import type { RegisteredKind } from "./registry";
import type { ApiRequest } from "./request";
import type { Dict, Json, KubeObject } from "../model";

/** autoscaling/v1 Scale of a workload. */
export function readScale(object: KubeObject): KubeObject {
  const spec = (object["spec"] ?? {}) as { replicas?: number; selector?: { matchLabels?: Dict } & Dict };
  const status = (object["status"] ?? {}) as { replicas?: number };
  const labels = object.kind === "ReplicationController" ? spec.selector : spec.selector?.matchLabels;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: "Scale", apiVersion: "autoscaling/v1",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion, creationTimestamp },
    spec: spec.replicas === undefined || spec.replicas === 0 ? {} : { replicas: spec.replicas },
    status: { replicas: status.replicas ?? 0, selector: Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${String(value)}`).join(",") },
  };
}

/** The Scale that an update or a patch of the subresource asks for. Throws ApiError. */
export function scaleFrom(request: ApiRequest, object: KubeObject, registered: RegisteredKind): { scale: KubeObject; replicas: number } {
  const current = readScale(object) as unknown as Json;
  const body = request.body as Json;
  const scale = (request.verb === "update" ? body
    : request.contentType === "application/json-patch+json" ? jsonPatch(current, body)
      : mergePatch(current, body)) as unknown as KubeObject;
  const { plural, group } = registered.kind;
  const wanted = scale.metadata?.resourceVersion;
  if (wanted !== undefined && wanted !== "" && wanted !== object.metadata.resourceVersion) throw conflict(plural, group, object.metadata.name, staleObject);
  const replicas = (scale["spec"] as { replicas?: unknown } | undefined)?.replicas ?? 0;
  if (typeof replicas !== "number" || !Number.isInteger(replicas)) throw badRequest(`Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal ${typeof replicas} into Go struct field ScaleSpec.spec.replicas of type int32`);
  if (replicas < 0) throw invalid("Scale", "autoscaling", object.metadata.name, [{ field: "spec.replicas", type: "Invalid", value: replicas, detail: "must be greater than or equal to 0" }]);
  return { scale, replicas };
}

/** The workload with another number of replicas, on the revision that the Scale was read at. */
export function withReplicas(object: KubeObject, replicas: number, scale: KubeObject): KubeObject {
  const revision = scale.metadata?.resourceVersion;
  return {
    ...object, metadata: { ...object.metadata, resourceVersion: revision === undefined || revision === "" ? object.metadata.resourceVersion : revision },
    spec: { ...(object["spec"] as object), replicas },
  };
}
