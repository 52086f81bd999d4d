import { invalid } from "./status";
import type { FieldError } from "./kind";
import type { ApiRequest, Verb } from "./request";

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

const optionsOf: Readonly<Partial<Record<Verb, string>>> = { create: "CreateOptions", update: "UpdateOptions", patch: "PatchOptions", delete: "DeleteOptions", deletecollection: "DeleteOptions" };

const given = (request: ApiRequest, name: string): readonly string[] => {
  const value = request.query[name];
  return value === undefined || value === "" ? [] : typeof value === "string" ? [value] : value;
};

/** Who writes: as the request says, else its user agent's first part. */
export function managerOf(request: ApiRequest): string {
  const named = request.query["fieldManager"] === undefined ? undefined : given(request, "fieldManager")[0];
  if (named !== undefined) return named;
  const { agent } = request.caller;
  const end = agent.indexOf("/");
  return (end < 0 ? agent : agent.slice(0, end)) || "unknown";
}

/** What a write does with fields that it does not know. */
export function strictness(request: ApiRequest): "Strict" | "Warn" | "Ignore" {
  const wish = given(request, "fieldValidation")[0];
  return wish === "Strict" || wish === "Ignore" ? wish : "Warn";
}

/** Whether a write is only tried. */
export function isDryRun(request: ApiRequest): boolean {
  return request.query["dryRun"] !== undefined && given(request, "dryRun").length > 0;
}

/** The options of a delete, from its body and its query. */
export function deleteOptions(request: ApiRequest): DeleteOptions {
  const body = (request.body ?? {}) as DeleteOptions;
  const [grace] = given(request, "gracePeriodSeconds");
  const [policy] = given(request, "propagationPolicy");
  const [orphan] = given(request, "orphanDependents");
  return {
    ...body,
    ...(grace === undefined ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(policy === undefined ? {} : { propagationPolicy: policy }),
    ...(orphan === undefined ? {} : { orphanDependents: orphan === "true" }),
  };
}

const policies = ["Foreground", "Background", "Orphan"];

function deleteErrors(options: DeleteOptions): readonly FieldError[] {
  const { orphanDependents, propagationPolicy } = options;
  if (propagationPolicy === undefined) return [];
  return [
    ...(orphanDependents === undefined ? [] : [{ field: "propagationPolicy", type: "Invalid" as const, value: propagationPolicy, detail: "orphanDependents and deletionPropagation cannot be both set" }]),
    ...(policies.includes(propagationPolicy) ? [] : [{ field: "propagationPolicy", type: "NotSupported" as const, value: propagationPolicy, detail: 'supported values: "Background", "Foreground", "Orphan", "nil"' }]),
  ];
}

/** Refuses a write with wrong options. Throws ApiError 422. */
export function checkOptions(request: ApiRequest): void {
  const { query, verb, contentType = "" } = request;
  const kind = optionsOf[verb];
  if (kind === undefined) return;
  const errors: FieldError[] = [];
  const manager = given(request, "fieldManager")[0] ?? "";
  const deletes = kind === "DeleteOptions";
  const options = deletes ? deleteOptions(request) : {};
  if (deletes) errors.push(...deleteErrors(options));
  if (verb === "patch") {
    if (contentType.startsWith("application/apply-patch")) {
      if (manager === "") errors.push({ field: "fieldManager", type: "Required", detail: "is required for apply patch" });
    } else if (query["force"] !== undefined) errors.push({ field: "force", type: "Forbidden", detail: "may not be specified for non-apply patch" });
  }
  if (manager.length > 128) errors.push({ field: "fieldManager", type: "TooLong", detail: "may not be more than 128 bytes" });
  const dry = [...given(request, "dryRun"), ...options.dryRun ?? []];
  if (dry.some((value) => value !== "All")) errors.push({ field: "dryRun", type: "NotSupported", value: dry, detail: 'supported values: "All"' });
  const validation = given(request, "fieldValidation")[0];
  if (!deletes && validation !== undefined && !["Ignore", "Warn", "Strict"].includes(validation)) errors.push({ field: "fieldValidation", type: "NotSupported", value: validation, detail: 'supported values: "", "Ignore", "Strict", "Warn"' });
  if (errors.length > 0) throw invalid(kind, "meta.k8s.io", "", errors);
}
