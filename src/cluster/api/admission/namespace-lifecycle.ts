import { ApiError, forbidden, notFound } from "../status";
import type { Admission, AdmissionPlugin } from "./plugin";

const immortal = ["default", "kube-system", "kube-public"];

function mutate({ request, object, reader }: Admission): NonNullable<Admission["object"]> {
  if (object === undefined) throw new Error("nothing to admit");
  const { namespace = "", verb, resource, group } = request;
  if (verb !== "create" || namespace === "" || (resource === "namespaces" && group === "")) return object;
  const home = reader.get({ resource: "namespaces", namespace: "", name: namespace });
  if (home === undefined) throw notFound("namespaces", "", namespace);
  if (home.metadata.deletionTimestamp !== undefined || (home["status"] as { phase?: string } | undefined)?.phase === "Terminating") {
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const { message, details } = forbidden(resource, group, object.metadata.name, why);
    throw new ApiError(403, "Forbidden", message, { ...details, causes: [{ reason: "NamespaceTerminating", message: `namespace ${namespace} is being terminated`, field: "metadata.namespace" }] });
  }
  return object;
}

/** Nothing is created in a namespace that is not there or is going; three namespaces never go. */
export const namespaceLifecycle: AdmissionPlugin = {
  name: "NamespaceLifecycle",
  mutate,
  validate: ({ request }) => (request.verb === "delete" && request.resource === "namespaces" && request.group === "" && request.subresource === undefined && immortal.includes(request.name ?? "")
    ? "this namespace may not be deleted" : undefined),
};
