import { forbiddenField, invalids, qualifiedName, required, validLabelValue } from "./label-validation";
import type { FieldError } from "../kind";
import type { LabelSelector } from "../selectors";

/** A metav1.LabelSelector, in the order of ValidateLabelSelector. */
export function validateLabelSelector(selector: LabelSelector | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (selector === undefined || selector === null) return errors;
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    errors.push(...invalids(`${field}.matchLabels`, key, qualifiedName(key)), ...invalids(`${field}.matchLabels`, value, validLabelValue(value)));
  }
  (selector.matchExpressions ?? []).forEach(({ key, operator, values = [] }, i) => {
    const at = `${field}.matchExpressions[${i}]`;
    switch (operator) {
      case "In":
      case "NotIn":
        if (values.length === 0) errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
        break;
      case "Exists":
      case "DoesNotExist":
        if (values.length > 0) errors.push(forbiddenField(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
        break;
      default: errors.push({ field: `${at}.operator`, type: "Invalid", value: operator, detail: "not a valid selector operator" });
    }
    errors.push(...invalids(`${at}.key`, key, qualifiedName(key)));
    values.forEach((value, j) => errors.push(...invalids(`${at}.values[${j}]`, value, validLabelValue(value))));
  });
  return errors;
}

/** Whether a selector asks for nothing, and so selects everything. */
export function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
}
