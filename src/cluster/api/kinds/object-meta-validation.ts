import { dns1123Label, dns1123Subdomain, forbiddenField, invalids, qualifiedName, required, validateLabels } from "./label-validation";
import { remembered } from "../../remembered";
import type { Problems } from "./label-validation";
import type { FieldError } from "../kind";
import type { Dict, KubeObject, ObjectMeta } from "../../model";

const labelsSeen = new WeakSet<object>();

/** The metadata of an object, in the order of ValidateObjectMeta. */
export function validateObjectMeta(meta: ObjectMeta, namespaced: boolean, name: (value: string) => Problems = dns1123Subdomain, path = "metadata"): FieldError[] {
  const errors: FieldError[] = [];
  if (meta.generateName !== undefined && meta.generateName !== "") {
    // A trailing hyphen is right in a prefix: the suffix will follow.
    const masked = meta.generateName.length > 1 && meta.generateName.endsWith("-") ? `${meta.generateName.slice(0, -1)}a` : meta.generateName;
    check(errors, path, ".generateName", meta.generateName, name(masked));
  }
  if (meta.name === "" || meta.name === undefined) errors.push(required(`${path}.name`, "name or generateName is required"));
  else check(errors, path, ".name", meta.name, name(meta.name));
  if (namespaced) {
    if (meta.namespace === undefined || meta.namespace === "") errors.push(required(`${path}.namespace`));
    else if (!namespacesSeen(meta.namespace)) check(errors, path, ".namespace", meta.namespace, dns1123Label(meta.namespace));
  } else if (meta.namespace !== undefined && meta.namespace !== "") errors.push(forbiddenField(`${path}.namespace`, "not allowed on this type"));
  if (meta.labels !== undefined && !labelsSeen.has(meta.labels)) errors.push(...validateKnownLabels(meta.labels, `${path}.labels`));
  if (meta.annotations !== undefined) errors.push(...validateAnnotations(meta.annotations, `${path}.annotations`));
  if (meta.finalizers !== undefined) for (const finalizer of meta.finalizers) {
    errors.push(...invalids(`${path}.finalizers`, finalizer, qualifiedName(finalizer)));
    if (!finalizer.includes("/") && !["orphan", "foregroundDeletion", "kubernetes"].includes(finalizer)) {
      errors.push({ field: `${path}.finalizers`, type: "Invalid", value: finalizer, detail: "name is neither a standard finalizer name nor is it fully qualified" });
    }
  }
  if (meta.ownerReferences !== undefined && meta.ownerReferences.length > 1) {
    const controllers = meta.ownerReferences.filter((owner) => owner.controller === true);
    if (controllers.length > 1) errors.push({ field: `${path}.ownerReferences`, type: "Invalid", value: controllers.map((owner) => owner.name), detail: "Only one reference can have Controller set to true." });
  }
  return errors;
}

function check(errors: FieldError[], path: string, field: string, value: string, problems: Problems): void {
  if (problems.length > 0) errors.push(...invalids(path + field, value, problems));
}

/** Whether a text is right as the name of a namespace. */
const namespacesSeen = remembered((namespace) => dns1123Label(namespace).length === 0);

/** Labels that were right once are right for ever: maps are shared between revisions and between pods of a template. */
function validateKnownLabels(labels: Dict | undefined, field: string): FieldError[] {
  if (labels === undefined || labelsSeen.has(labels)) return [];
  const errors = validateLabels(labels, field);
  if (errors.length === 0) labelsSeen.add(labels);
  return errors;
}

const annotationBytes = 256 * 1024;
const annotationsSeen = new WeakSet<object>();

export function validateAnnotations(annotations: Dict | undefined, field: string): FieldError[] {
  if (annotations === undefined || annotationsSeen.has(annotations)) return [];
  const errors: FieldError[] = [];
  let total = 0;
  for (const key in annotations) {
    errors.push(...invalids(field, key, qualifiedName(key.toLowerCase())));
    total += key.length + String(annotations[key]).length;
  }
  if (total > annotationBytes) errors.push({ field, type: "TooLong", detail: `may not be more than ${annotationBytes} bytes` });
  if (errors.length === 0) annotationsSeen.add(annotations);
  return errors;
}

/** Go text of a LabelSelector, as errors print it. */
export function labelSelectorText(selector: unknown): { go: string } {
  const { matchLabels, matchExpressions } = (selector ?? {}) as { matchLabels?: Dict; matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[] };
  const labels = matchLabels === undefined ? "map[string]string(nil)" : `map[string]string{${Object.keys(matchLabels).sort().map((key) => `${JSON.stringify(key)}:${JSON.stringify(matchLabels[key])}`).join(", ")}}`;
  const strings = (values: readonly string[] | undefined): string => (values === undefined ? "[]string(nil)" : `[]string{${values.map((value) => JSON.stringify(value)).join(", ")}}`);
  const expressions = matchExpressions === undefined ? "[]v1.LabelSelectorRequirement(nil)"
    : `[]v1.LabelSelectorRequirement{${matchExpressions.map(({ key, operator, values }) => `v1.LabelSelectorRequirement{Key:${JSON.stringify(key)}, Operator:${JSON.stringify(operator)}, Values:${strings(values)}}`).join(", ")}}`;
  return { go: `v1.LabelSelector{MatchLabels:${labels}, MatchExpressions:${expressions}}` };
}

/** A map of labels as errors print it, also where there is none. */
export function labelsText(labels: Dict | undefined): unknown {
  return labels === undefined || labels === null || Object.keys(labels).length === 0 ? { go: "map[string]string(nil)" } : labels;
}

/** metadata.generation after a change of fields that lie outside `spec`. */
export function withNextGeneration(next: KubeObject, old: KubeObject): KubeObject {
  return { ...next, metadata: { ...next.metadata, generation: (old.metadata.generation ?? 0) + 1 } };
}
