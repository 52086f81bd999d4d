import { ageColumn, column, nameColumn, plainColumns } from "./columns";
import { defineKind } from "./kind-definition";
import { validateObjectMeta } from "./object-meta-validation";
import { defaultPodTemplate } from "./pod-template-defaults";
import { templateColumns } from "./columns";
import { replaced } from "./sharing";
import type { Kind } from "../kind";
import type { PodTemplate } from "../types";
import type { KubeObject } from "../../model";

type Extra = Partial<Parameters<typeof defineKind>[0]>;

/** A kind that is kept and served, and that nothing acts on. */
function stored(group: string, kind: string, plural: string, namespaced: boolean, extra: Extra = {}): Kind {
  return defineKind({ group, kind, plural, namespaced, columns: plainColumns, validate: (next: KubeObject) => validateObjectMeta(next.metadata, namespaced), ...extra });
}

const text = (object: KubeObject, ...path: readonly string[]): string => {
  let at: unknown = object;
  for (const key of path) at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  return typeof at === "string" || typeof at === "number" || typeof at === "boolean" ? String(at) : "";
};
const field = (name: string, description: string, ...path: readonly string[]) => column(name, description, (object) => text(object, ...path));
const webhooks = column("Webhooks", "How many webhooks there are.", (object) => ((object["webhooks"] ?? []) as readonly unknown[]).length, "integer");
const admission = "admissionregistration.k8s.io";
const apiExtensions: Extra = { categories: ["api-extensions"], generation: true };

/** Kinds that the simulated cluster stores without acting on them. */
export const storedKinds: readonly Kind[] = [
  stored("", "PodTemplate", "podtemplates", true, {
    generation: true,
    defaults: (object) => replaced(object as KubeObject & { readonly template?: PodTemplate }, "template", defaultPodTemplate(object["template"] as PodTemplate | undefined)),
    columns: [nameColumn, ...templateColumns((object) => object["template"] as PodTemplate | undefined).map((one) => ({ ...one, priority: 0 as const }))],
  }),
  stored("node.k8s.io", "RuntimeClass", "runtimeclasses", false, { columns: [nameColumn, field("Handler", "The runtime's own name for it.", "handler"), ageColumn] }),
  stored("storage.k8s.io", "CSIDriver", "csidrivers", false, { columns: [nameColumn, ageColumn] }),
  stored("storage.k8s.io", "CSINode", "csinodes", false, { columns: [nameColumn, column("Drivers", "How many drivers the node has.", (object) => ((object["spec"] as { drivers?: readonly unknown[] } | undefined)?.drivers ?? []).length, "integer"), ageColumn] }),
  stored("storage.k8s.io", "CSIStorageCapacity", "csistoragecapacities", true),
  stored("storage.k8s.io", "VolumeAttachment", "volumeattachments", false, {
    subresources: ["status"],
    columns: [nameColumn, field("Attacher", "Who attaches.", "spec", "attacher"), field("PV", "The volume.", "spec", "source", "persistentVolumeName"), field("Node", "The node.", "spec", "nodeName"), field("Attached", "Whether it is attached.", "status", "attached"), ageColumn],
  }),
  stored(admission, "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", false, { ...apiExtensions, columns: [nameColumn, webhooks, ageColumn] }),
  stored(admission, "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", false, { ...apiExtensions, columns: [nameColumn, webhooks, ageColumn] }),
  stored(admission, "ValidatingAdmissionPolicy", "validatingadmissionpolicies", false, { ...apiExtensions, subresources: ["status"] }),
  stored(admission, "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", false, apiExtensions),
  stored("apiregistration.k8s.io", "APIService", "apiservices", false, { categories: ["api-extensions"], subresources: ["status"] }),
  stored("certificates.k8s.io", "CertificateSigningRequest", "certificatesigningrequests", false, {
    shortNames: ["csr"], subresources: ["approval", "status"],
    columns: [nameColumn, ageColumn, field("SignerName", "Who shall sign.", "spec", "signerName"), field("Requestor", "Who asks.", "spec", "username"), column("Condition", "How it stands.", (object) => {
      const conditions = ((object["status"] as { conditions?: readonly { type: string }[]; certificate?: string } | undefined)?.conditions ?? []).map(({ type }) => type);
      const issued = text(object, "status", "certificate") !== "";
      return conditions.length === 0 ? "Pending" : [...conditions, ...(issued ? ["Issued"] : [])].join(",");
    })],
  }),
  stored("flowcontrol.apiserver.k8s.io", "FlowSchema", "flowschemas", false, { generation: true, subresources: ["status"] }),
  stored("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", "prioritylevelconfigurations", false, { generation: true, subresources: ["status"] }),
  stored("networking.k8s.io", "IPAddress", "ipaddresses", false, { shortNames: ["ip"] }),
  stored("networking.k8s.io", "ServiceCIDR", "servicecidrs", false, { subresources: ["status"] }),
];
