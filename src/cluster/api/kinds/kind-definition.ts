import type { Column, Kind, KindVersion } from "../kind";
import type { Verb } from "../request";
import type { KubeObject } from "../../model";

const written: readonly Verb[] = ["get", "patch", "update"];
const created: readonly Verb[] = ["create"];
const connected: readonly Verb[] = ["create", "get"];

/** The verbs of the subresources that several kinds have. */
const subresourceVerbs: Readonly<Record<string, readonly Verb[]>> = {
  status: written, scale: written, ephemeralcontainers: written, resize: written, finalize: ["update"], approval: written,
  log: ["get"], binding: created, eviction: created, token: created,
  attach: connected, exec: connected, portforward: connected, proxy: ["create", "delete", "get", "patch", "update"],
};

interface Definition extends Partial<Omit<Kind, "group" | "kind" | "plural" | "subresources" | "versions">> {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly columns: readonly Column[];
  readonly defaults?: (object: KubeObject) => KubeObject;
  /** By name; their verbs are known. */
  readonly subresources?: readonly string[];
  /** The model of the only version, where it is not "V1" and the kind. */
  readonly model?: string;
  /** Where there is more than v1. */
  readonly versions?: readonly KindVersion[];
}

/** Kinds whose updates must say of which revision they are (AllowUnconditionalUpdate). */
const conditional: ReadonlySet<string> = new Set([
  "APIService", "CSIDriver", "CSINode", "CustomResourceDefinition", "Lease", "MutatingWebhookConfiguration", "PodDisruptionBudget", "RuntimeClass",
  "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration", "VolumeAttachment",
]);

/** A kind with what is usual filled in: namespaced, stored, one version v1, hub v1. */
export function defineKind(definition: Definition): Kind {
  const { columns, defaults, subresources = [], model, versions, ...rest } = definition;
  return {
    singular: definition.kind.toLowerCase(), shortNames: [], categories: [], namespaced: true, hub: "v1", storage: "store", conditional: conditional.has(definition.kind),
    ...rest,
    versions: versions ?? [{
      name: "v1", served: true, goType: definition.kind, model: model ?? `V1${definition.kind}`, columns,
      ...(defaults === undefined ? {} : { defaults }),
    }],
    subresources: Object.fromEntries(subresources.map((name) => [name, { verbs: subresourceVerbs[name] ?? written }])),
  };
}
