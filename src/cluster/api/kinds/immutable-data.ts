import { forbiddenField } from "./label-validation";
import { equalJson } from "../equal";
import type { FieldError } from "../kind";
import type { KubeObject } from "../../model";

const detail = "field is immutable when `immutable` is set";

/** What may not change once a ConfigMap or Secret says that it is immutable. */
export function immutableData(next: KubeObject, old: KubeObject, ...fields: readonly string[]): FieldError[] {
  if (old["immutable"] !== true) return [];
  return [
    ...(next["immutable"] === true ? [] : [forbiddenField("immutable", detail)]),
    ...fields.filter((field) => !equalJson(next[field], old[field])).map((field) => forbiddenField(field, detail)),
  ];
}

/** The bytes of data values, as far as sizes are bounded. */
export const mostDataBytes = 1024 * 1024;
